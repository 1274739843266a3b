"""``assess``: from measurements and judgements to the verdict on one source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from shared.cases.model import CaseStudy
from shared.errors import ParameterError
from shared.evidence.judgements import JudgedScore
from shared.framework.register import load_register
from shared.framework.rules import load_uncertainty, load_uses
from shared.measures.measurement import Measurement
from shared.verdict.assurance import AreaResult, AssuranceResult, assure
from shared.verdict.crosswalk import Answered, InstrumentResult, fill_in
from shared.verdict.distance import Distance, Step, distances
from shared.verdict.dossier import Dossier, open_dossier
from shared.verdict.gates import GateResult, label, open_gates
from shared.verdict.profile import DimensionResult, profile
from shared.verdict.reasons import Reason
from shared.verdict.scores import Score
from shared.verdict.sensitivity import Effect, Sensitivity, what_moves
from shared.verdict.suggestions import Evidence
from shared.verdict.uncertainty import intervals, sample, with_stability
from shared.verdict.uses import UseResult, try_uses

__all__ = [
    "Answered", "AreaResult", "Assessment", "AssuranceResult", "DimensionResult", "Distance", "Effect", "GateResult",
    "InstrumentResult", "Moved", "Reason", "Score", "Sensitivity", "Step", "UseResult", "assess",
]  # fmt: skip


@dataclass(frozen=True)
class Moved:
    """Something of the framework that the case study has moved: what, from where to where, and why."""

    what: str
    usual: str
    moved: str
    reason: str


@dataclass(frozen=True)
class UseProfile:
    """The dimensions at the register ``level`` whose indicators a use asks for, and its ``floors`` (as moved)."""

    level: int
    dimensions: tuple[DimensionResult, ...]
    floors: Mapping[str, float]


@dataclass(frozen=True)
class Assessment:
    """The verdict on one source, with everything it rests on.

    scores       every indicator of the register, in its order
    label        "citizen data", "non-official source" or "not known" (gate G1)
    dimensions   the thirteen, at the register level of the most demanding intended use (``level``)
    uses         the six uses, never sorted
    sensitivity  one for each intended use: what moves the number of floors met
    distance     one for each use that is not met
    by_use       use -> its own view of the dimensions: the indicators it asks for, against its floors
    moved        goalposts, floors and weights that the case study moved
    """

    scores: dict[str, Score]
    gates: tuple[GateResult, ...]
    label: str
    dimensions: tuple[DimensionResult, ...]
    assurance: AssuranceResult
    uses: tuple[UseResult, ...]
    sensitivity: tuple[Sensitivity, ...]
    distance: tuple[Distance, ...]
    instruments: tuple[InstrumentResult, ...]
    draws: int
    seed: int
    by_use: Mapping[str, UseProfile]
    level: int = 1
    moved: tuple[Moved, ...] = ()


def assess(
    case: CaseStudy,
    measurements: Iterable[Measurement],
    judged: Iterable[JudgedScore],
    *,
    draws: int | None = None,
    seed: int = 1,
) -> Assessment:
    """Assess one source: scores, gates, profile, assurance, six uses with stability, what moves them, distances.

    ``draws`` is the size of the Monte Carlo (2,000 in the framework). The same input, draws and seed give the same
    assessment. Raises ``DefinitionError`` for overrides or stored answers that fit nothing, ``ParameterError`` for
    fewer than one draw.
    """
    draws = load_uncertainty().draws if draws is None else draws
    if draws < 1:
        raise ParameterError("The number of draws must be at least 1.", where="draws")
    dossier = open_dossier(case, measurements, judged)
    gates = open_gates(dossier)
    level = dossier.shown_level()
    drawn = sample(dossier, draws, seed)
    levels = {use.id: dossier.level(use) for use in dossier.uses}
    profiles = {n: profile(dossier, n, intervals(dossier, drawn, n)) for n in sorted({level, *levels.values()})}
    dimensions = profiles[level]
    assurance = assure(dossier)
    evidence = Evidence(case, dossier.scores, _known(dimensions), level, label(gates))
    intended = {i.use for i in case.intended_uses}
    return Assessment(
        scores=dict(dossier.scores),
        gates=gates,
        label=evidence.label,
        dimensions=dimensions,
        assurance=assurance,
        uses=with_stability(dossier, try_uses(dossier, gates), drawn),
        sensitivity=tuple(what_moves(dossier, use, seed=seed) for use in dossier.uses if use.id in intended),
        distance=distances(dossier),
        instruments=fill_in(evidence, gates, assurance),
        draws=draws,
        seed=seed,
        by_use={u.id: UseProfile(levels[u.id], profiles[levels[u.id]], dict(u.floors)) for u in dossier.uses},
        level=level,
        moved=_moved(dossier),
    )


def _known(dimensions: Iterable[DimensionResult]) -> dict[str, float | None]:
    """Return dimension scores without those that do not apply."""
    return {d.id: d.score for d in dimensions if d.low is not None}


def _moved(dossier: Dossier) -> tuple[Moved, ...]:
    case, register = dossier.case, load_register()
    found = []
    for indicator, goalpost in case.overrides.items():
        usual = " or ".join(f"{lo:g} → {hi:g}" for lo, hi in register[indicator].goalposts.values())
        what = f"goalposts of {indicator} {register[indicator].name}"
        found.append(Moved(what, usual, f"{goalpost.lo:g} → {goalpost.hi:g}", goalpost.reason))
    for floor in case.floor_overrides:
        rule = load_uses()[floor.use]
        before = rule.floors.get(floor.dimension)
        usual = "no floor" if before is None else f"{before:g}"
        found.append(Moved(f"floor of {floor.dimension} for {rule.name}", usual, f"{floor.floor:g}", floor.reason))
    for indicator, weight in case.weight_overrides.items():
        what = f"weight of {indicator} {register[indicator].name}"
        found.append(Moved(what, "1", f"{weight.weight:g}", weight.reason))
    return tuple(found)
