"""Do the assessors agree? Ordinal alpha over the judged indicators, the word for it, and where they differ.

Framework section 6: two or more assessors score at least ten judged indicators blind; alpha of .80 or more
accept, .667 to .80 discuss, below .667 rewrite the anchors or re-train.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from shared.errors import MeasureError
from shared.evidence.agreement import krippendorff_alpha
from shared.evidence.agreement_interval import alpha_interval
from shared.evidence.judgement import Judgement

Word = Literal["accept", "discuss", "rewrite", "not known"]
ENOUGH = 10
"""Indicators that an assessor must have scored, and that two must share, before agreement is computed."""
ACCEPT, DISCUSS = 0.80, 0.667
APART = 2
"""Points between the highest and the lowest score from which a difference is listed."""


@dataclass(frozen=True)
class Disagreement:
    """One indicator on which assessors are ``APART`` points or more apart: (assessor, score), highest first."""

    indicator: str
    scores: tuple[tuple[str, int], ...]
    gap: int


@dataclass(frozen=True)
class AssessorAgreement:
    """How far the assessors agree.

    assessors      those with enough scores; indicators how many of them two or more scored
    alpha          ordinal alpha of the scores as given (before evidence caps them), with its bootstrap interval
    word           accept, discuss, rewrite; ``not known`` when alpha cannot be computed, and reason says why
    disagreements  among all assessors, widest first
    """

    assessors: tuple[str, ...]
    indicators: int
    alpha: float | None
    low: float | None
    high: float | None
    word: Word
    reason: str
    disagreements: tuple[Disagreement, ...]


def assessor_agreement(judgements: Iterable[Judgement], *, draws: int = 1000, seed: int = 1) -> AssessorAgreement:
    """Compute the agreement of the assessors; scores without evidence (E0) play no part.

    Scores count as given, not as capped: capping two different scores to the same one is not agreement.
    """
    scored = [judgement for judgement in judgements if judgement.counted is not None]
    apart = _disagreements(scored)
    names = sorted({j.assessor for j in scored})
    names = [name for name in names if sum(j.assessor == name for j in scored) >= ENOUGH]
    indicators = sorted({j.indicator for j in scored})
    table = np.full((len(names), len(indicators)), np.nan)
    for judgement in scored:
        if judgement.assessor in names:
            table[names.index(judgement.assessor), indicators.index(judgement.indicator)] = judgement.score
    shared = int(((~np.isnan(table)).sum(axis=0) >= 2).sum())
    if len(names) < 2 or shared < ENOUGH:
        reason = f"Two assessors need to have scored at least {ENOUGH} of the same indicators."
        return AssessorAgreement(tuple(names), shared, None, None, None, "not known", reason, apart)
    try:
        alpha = krippendorff_alpha(table, "ordinal")
    except MeasureError as error:
        return AssessorAgreement(tuple(names), shared, None, None, None, "not known", str(error), apart)
    low = high = None
    reason = ""
    try:
        interval = alpha_interval(table, "ordinal", draws=draws, seed=seed)
        low, high = interval.low, interval.high
    except MeasureError as error:
        reason = str(error)
    return AssessorAgreement(tuple(names), shared, alpha.alpha, low, high, _word(alpha), reason, apart)


def _word(alpha: float) -> Word:
    return "accept" if alpha >= ACCEPT else "discuss" if alpha >= DISCUSS else "rewrite"


def _disagreements(scored: list[Judgement]) -> tuple[Disagreement, ...]:
    by_indicator: dict[str, list[tuple[str, int]]] = {}
    for judgement in scored:
        by_indicator.setdefault(judgement.indicator, []).append((judgement.assessor, judgement.score))
    found = []
    for indicator, scores in by_indicator.items():
        gap = max(score for _, score in scores) - min(score for _, score in scores)
        if gap >= APART:
            ordered = tuple(sorted(scores, key=lambda pair: (-pair[1], pair[0])))
            found.append(Disagreement(indicator, ordered, gap))
    return tuple(sorted(found, key=lambda d: (-d.gap, d.indicator)))
