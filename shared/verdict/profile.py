"""The dimension profile: weighted means with the 70 % rule, bounded by what is missing.

Indicator → dimension: weighted mean of the available mandatory scores, equal weights by default. A dimension has a
score only if at least 70 % of the weight of its mandatory indicators is available. Two runs bound it: all missing at
0, all missing at 100; an error counts as missing. Indicators above the level assessed are shown and left out, so
that leaving out a bad optional one can never lift a dimension: knowing less never scores better.
Source: assessment framework, section 6 [P].
"""

from __future__ import annotations

from dataclasses import dataclass

from shared.framework.register import load_register
from shared.framework.rules import load_uncertainty, load_uses
from shared.measures.measurement import State
from shared.verdict.dossier import Dossier
from shared.verdict.use_rule import Bounds

FULL, NONE = 100.0, 0.0


@dataclass(frozen=True)
class DimensionResult:
    """One dimension of the profile, 0-100.

    score      weighted mean of what is available; None when under 70 % of the mandatory weight is
    low, high  bounds with everything missing at 0 and at 100; None when the dimension does not apply
    interval   central 95 % of the draws; None without a score
    available  share of the mandatory weight that is available, 0-1
    missing    mandatory indicators not known or in error
    """

    id: str
    name: str
    score: float | None
    low: float | None
    high: float | None
    interval: tuple[float, float] | None
    available: float
    state: State
    missing: tuple[str, ...]


def bounds(dossier: Dossier, dimension: str, level: int) -> Bounds | None:
    """Return the bounds of a dimension at a register level; None when it does not apply to this source.

    A dimension none of whose indicators applies is left out only where the framework says so: QUA for quantitative
    sources; DAT, REP, ACC and COH for qualitative ones. Elsewhere it stays *not known*.
    """
    ids = dossier.mandatory(dimension, level)
    if not ids:
        return None if _left_out(dossier, dimension) else Bounds(NONE, FULL, scored=False)
    total = sum(dossier.weights[i] for i in ids)
    reached = sum(dossier.weights[i] * (dossier.scores[i].score or 0.0) for i in ids)
    known = sum(dossier.weights[i] for i in ids if dossier.scores[i].score is not None)
    enough = known / total >= load_uncertainty().availability - 1e-12
    return Bounds(reached / total, (reached + FULL * (total - known)) / total, enough)


def profile(dossier: Dossier, level: int, intervals: dict[str, tuple[float, float]]) -> tuple[DimensionResult, ...]:
    """Return the thirteen dimensions at a register level, with the intervals of the draws put in."""
    results = []
    for dimension in load_register().dimensions:
        between = bounds(dossier, dimension.id, level)
        ids = dossier.mandatory(dimension.id, level)
        missing = tuple(i for i in ids if dossier.scores[i].score is None)
        total = sum(dossier.weights[i] for i in ids)
        known = sum(dossier.weights[i] for i in ids if i not in missing)
        state = _state(between)
        score = None
        if state is State.MEASURED:
            score = sum(dossier.weights[i] * (dossier.scores[i].score or 0) for i in ids if i not in missing) / known
        results.append(
            DimensionResult(
                id=dimension.id,
                name=dimension.name,
                score=score,
                low=between.low if between else None,
                high=between.high if between else None,
                interval=intervals.get(dimension.id) if score is not None else None,
                available=known / total if total else 0.0,
                state=state,
                missing=missing,
            )
        )
    return tuple(results)


def _state(between: Bounds | None) -> State:
    if between is None:
        return State.NOT_APPLICABLE
    return State.MEASURED if between.scored else State.NOT_KNOWN


def _left_out(dossier: Dossier, dimension: str) -> bool:
    rules = load_uses()
    if dimension in rules.only_when_qualitative and not dossier.qualitative:
        return True
    return dossier.case.features.content == "qualitative" and dimension in rules.left_out_when_qualitative
