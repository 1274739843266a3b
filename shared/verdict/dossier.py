"""Everything a verdict rests on, in one place: the case study, its scores, and the rules as moved by the case study."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from shared.cases.model import CaseStudy
from shared.errors import DefinitionError, Fault, nearest
from shared.evidence.judgements import JudgedScore
from shared.framework.register import Indicator, load_register
from shared.framework.rules import UseRule, load_assurance, load_uses
from shared.measures.measurement import Measurement, State
from shared.verdict.scores import Score, score_all, weights_of


@dataclass(frozen=True)
class Dossier:
    """What the steps of a verdict read. ``uses`` are the six rules with the case study's floors put in."""

    case: CaseStudy
    scores: Mapping[str, Score]
    measured: Mapping[str, Measurement]
    judged: Mapping[str, JudgedScore]
    weights: Mapping[str, float]
    uses: tuple[UseRule, ...]

    @property
    def qualitative(self) -> bool:
        """True when the source has qualitative content, so that QUA is asked for."""
        return self.case.features.content != "quantitative"

    def asked(self, entry: Indicator, level: int) -> bool:
        """Say whether an indicator is mandatory at a register level (1 Core, 2 Enhanced, 3 Full) and can score.

        Report-only indicators carry no weight; one that does not apply leaves the set; QUA is for qualitative
        and mixed sources only.
        """
        if entry.report_only or entry.level > level:
            return False
        if entry.dimension in load_uses().only_when_qualitative and not self.qualitative:
            return False
        return self.scores[entry.id].state is not State.NOT_APPLICABLE

    def mandatory(self, dimension: str, level: int) -> tuple[str, ...]:
        """Return the mandatory indicators of a dimension at a register level."""
        return tuple(i.id for i in load_register().of(dimension) if self.asked(i, level))

    def core(self) -> tuple[str, ...]:
        """Return the core indicators that the "no zero" rule looks at."""
        kinds = load_uses().zero_rule
        return tuple(i.id for i in load_register().indicators if i.kind in kinds and self.asked(i, 1))

    def required(self, use: UseRule) -> int:
        """Return the assurance level (0-3) a use needs here.

        Risk and profile are those of the intended use; for a use that nobody intends, the highest among the
        intended ones [P].
        """
        rules = load_assurance()
        own = [i for i in self.case.intended_uses if i.use == use.id]
        if own:
            return max(rules.required(use, i.risk, i.profile) for i in own)
        risks, profiles = list(rules.matrix), list(rules.matrix["low"])
        risk = max((i.risk for i in self.case.intended_uses), key=risks.index)
        profile = max((i.profile for i in self.case.intended_uses), key=profiles.index)
        return rules.required(use, risk, profile)

    def level(self, use: UseRule) -> int:
        """Return the register level whose indicators are mandatory for a use."""
        return load_assurance().mandatory[self.required(use)]

    def shown_level(self) -> int:
        """Return the register level at which the profile is shown: the most demanding intended use."""
        intended = {i.use for i in self.case.intended_uses}
        return max(self.level(use) for use in self.uses if use.id in intended)


def open_dossier(case: CaseStudy, measurements: Iterable[Measurement], judged: Iterable[JudgedScore]) -> Dossier:
    """Score everything and put the case study's overrides into the rules.

    Raises ``DefinitionError`` with every override that names something unknown or that cannot be moved.
    """
    faults = [*_goalpost_faults(case), *_weight_faults(case), *_floor_faults(case)]
    if faults:
        raise DefinitionError("The overrides of the case study do not fit the framework.", faults=faults)
    measurements, judged = tuple(measurements), tuple(judged)
    return Dossier(
        case=case,
        scores=score_all(case, measurements, judged),
        measured={m.indicator: m for m in measurements},
        judged={j.indicator: j for j in judged},
        weights=weights_of(case),
        uses=tuple(_with_floors(case, use) for use in load_uses().uses),
    )


def _with_floors(case: CaseStudy, use: UseRule) -> UseRule:
    moved = {o.dimension: o.floor for o in case.floor_overrides if o.use == use.id}
    return use.model_copy(update={"floors": {**use.floors, **moved}}) if moved else use


def _goalpost_faults(case: CaseStudy) -> list[Fault]:
    register = load_register()
    scored = [i.id for i in register.computed() if not i.report_only]
    faults = []
    for indicator, override in case.overrides.items():
        where = f"case.yaml, overrides.{indicator}"
        if indicator not in scored:
            known = indicator in {i.id for i in register.indicators}
            problem = "This indicator has no goalposts to move." if known else "There is no such indicator."
            faults.append(Fault(problem, where, "" if known else nearest(indicator, scored)))
        elif override.lo == override.hi:
            faults.append(Fault("The two goalposts must differ.", where))
    return faults


def _weight_faults(case: CaseStudy) -> list[Fault]:
    known = [i.id for i in load_register().indicators if not i.report_only]
    return [
        Fault(
            "There is no such scored indicator.",
            f"case.yaml, weight_overrides.{indicator}",
            nearest(indicator, known),
        )
        for indicator in case.weight_overrides
        if indicator not in known
    ]


def _floor_faults(case: CaseStudy) -> list[Fault]:
    known = load_uses().dimensions
    faults, seen = [], set()
    for position, override in enumerate(case.floor_overrides):
        where = f"case.yaml, floor_overrides[{position}]"
        if override.dimension not in known:
            faults.append(
                Fault("This dimension has no floors.", f"{where}.dimension", nearest(override.dimension, known))
            )
        if (override.use, override.dimension) in seen:
            faults.append(Fault("This floor is given twice.", where))
        seen.add((override.use, override.dimension))
    return faults
