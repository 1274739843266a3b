"""From values to scores of 0 to 100: goalposts for computed indicators, anchors for judged ones.

Computed: ``s = 100·clip((x−lo)/(hi−lo), 0, 1)``; ``lo`` may exceed ``hi`` where smaller is better; on a log scale for
REP-10. Judged: ``s = 25·score``. A case study may move a goalpost with a reason; both are kept. *Not known*, *not
applicable* and *error* stay states of their own and never become a number.
Source: assessment framework, section 5; goalposts are proposals [P].
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from shared.cases.model import CaseStudy
from shared.evidence.judgements import JudgedScore
from shared.framework.register import Indicator, load_register
from shared.framework.rules import load_uncertainty
from shared.measures.measurement import Measurement, State
from shared.verdict.spread import assessor_range

Floats = NDArray[np.float64]
ANCHOR_STEP = 25.0
"""Points of 100 for one step of the judged scale 0-4."""


@dataclass(frozen=True)
class Score:
    """One indicator on 0-100, or why it has no score.

    score, low, high  points of 100; low/high from the interval of the value or the spread of assessors
    goalposts         (value scoring 0, value scoring 100) as used; None for report-only indicators
    overridden        the case study moved the goalposts; ``reason`` then says why
    value             the value behind the score: own unit for computed, 0-4 for judged
    question          what to ask when it is not known
    """

    indicator: str
    state: State
    score: float | None
    low: float | None
    high: float | None
    goalposts: tuple[float, float] | None
    overridden: bool
    reason: str
    value: float | None = None
    question: str = ""


def on_scale(values: ArrayLike, goalposts: tuple[float, float], *, log: bool = False) -> Floats:
    """Bring values to 0-100 between the goalposts (scoring 0, scoring 100), clipped; any shape.

    On a log scale values at or below zero score 0; infinity scores as the better end.
    """
    x = np.asarray(values, dtype=float)
    lo, hi = goalposts
    if log:
        with np.errstate(divide="ignore"):
            x = np.log(np.maximum(x, 0.0))
        lo, hi = float(np.log(lo)), float(np.log(hi))
    return np.asarray(100.0 * np.clip((x - lo) / (hi - lo), 0.0, 1.0), dtype=float)


def value_at(score: float, goalposts: tuple[float, float], *, log: bool = False) -> float:
    """Return the value that scores ``score`` (the inverse of ``on_scale`` between the goalposts)."""
    lo, hi = goalposts
    if log:
        return float(np.exp(np.log(lo) + score / 100.0 * (np.log(hi) - np.log(lo))))
    return lo + score / 100.0 * (hi - lo)


def is_log(indicator: str) -> bool:
    """Say whether an indicator is scored on a log scale."""
    return indicator in load_uncertainty().log_scale


def goalposts_of(case: CaseStudy, entry: Indicator, measured: Measurement | None) -> tuple[float, float] | None:
    """Return the goalposts in use: the case study's own, else the register's; None when report only.

    ACC-1 has a pair for proportions (points) and one for other estimates (coefficient of variation):
    ``Measurement.counted`` says "other" for the second.
    """
    if entry.id in case.overrides:
        return case.overrides[entry.id].lo, case.overrides[entry.id].hi
    if entry.report_only:
        return None
    kind = measured.counted if measured and measured.counted in entry.goalposts else next(iter(entry.goalposts))
    return entry.goalposts[kind]


def score_all(case: CaseStudy, measurements: Iterable[Measurement], judged: Iterable[JudgedScore]) -> dict[str, Score]:
    """Score every indicator of the register, in its order; what was not handed over is *not known*."""
    measured = {m.indicator: m for m in measurements}
    judgements = {j.indicator: j for j in judged}
    scores = {}
    for entry in load_register().indicators:
        if entry.kind == "judged":
            scores[entry.id] = _judged(entry, judgements.get(entry.id))
        else:
            scores[entry.id] = _computed(case, entry, measured.get(entry.id))
    return scores


def _computed(case: CaseStudy, entry: Indicator, measured: Measurement | None) -> Score:
    goalposts = goalposts_of(case, entry, measured)
    moved = entry.id in case.overrides
    if measured is None or measured.state is State.NOT_KNOWN or measured.value is None:
        state = State.NOT_KNOWN if measured is None or measured.state is State.MEASURED else measured.state
        question = (measured.question if measured else "") or entry.question
        why = measured.reason if measured else ""
        return Score(entry.id, state, None, None, None, goalposts, moved, why, question=question)
    if goalposts is None:
        return Score(entry.id, measured.state, None, None, None, None, False, "shown, never scored", measured.value)
    ends = [measured.value if end is None else end for end in (measured.low, measured.high)]
    low, high = sorted(on_scale(ends, goalposts, log=is_log(entry.id)).tolist())
    score = float(on_scale(measured.value, goalposts, log=is_log(entry.id)))
    reason = case.overrides[entry.id].reason if moved else ""
    low, high = min(low, score), max(high, score)
    return Score(entry.id, State.MEASURED, score, low, high, goalposts, moved, reason, measured.value)


def _judged(entry: Indicator, judged: JudgedScore | None) -> Score:
    goalposts = (0.0, 4.0)
    if judged is None or judged.score is None:
        state = judged.state if judged else State.NOT_KNOWN
        question = (judged.question if judged else "") or entry.question
        why = judged.reason if judged and state is State.NOT_APPLICABLE else ""
        return Score(entry.id, state, None, None, None, goalposts, False, why, question=question)
    low, high = assessor_range(judged)
    points = judged.score * ANCHOR_STEP
    reason = "capped: the evidence does not carry a higher score" if judged.capped else ""
    return Score(
        entry.id,
        State.MEASURED,
        points,
        low * ANCHOR_STEP,
        high * ANCHOR_STEP,
        goalposts,
        False,
        reason,
        judged.score,
    )


def weights_of(case: CaseStudy) -> Mapping[str, float]:
    """Return the weight of every indicator within its dimension: 1, unless the case study moved it."""
    moved = case.weight_overrides
    return {i.id: moved[i.id].weight if i.id in moved else 1.0 for i in load_register().indicators}
