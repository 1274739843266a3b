"""The six uses of a source: each met, not met or not known, with every reason.

A use is *met* only if it is still met with every missing mandatory indicator at 0, *not met* if it fails even with
each of them at 100, otherwise *not known*. That goes for floors, for the "no zero" rule (an indicator not known could
be a 0), for gates, conditions and assurance alike. Source: assessment framework, section 7 [P].
"""

from __future__ import annotations

from dataclasses import dataclass

from shared.framework.rules import UseRule
from shared.verdict.assurance import areas
from shared.verdict.dossier import Dossier
from shared.verdict.facts import facts_of
from shared.verdict.gates import GateResult, open_gates
from shared.verdict.profile import bounds
from shared.verdict.reasons import Grounds, Reason, what_is_open, why_not
from shared.verdict.use_rule import Finding, Standing, Status, put_to_the_test


@dataclass(frozen=True)
class UseResult:
    """One use of one source.

    share_met      share of draws in which the use is met, at the bound that decides the status (missing at 0 for
                   *met*, at 100 for *not met*); None when *not known*
    share_between  the share with everything missing at 0, and at 100
    stability      firm, leaning or open; "leaning against" or "firmly against" when the draws contradict the
                   status; None when *not known*
    """

    use: str
    name: str
    status: Status
    unmet: tuple[Reason, ...]
    unknown: tuple[Reason, ...]
    share_met: float | None = None
    stability: str | None = None
    share_between: tuple[float, float] | None = None
    required: int = 0
    meaning: str = ""


def standing(dossier: Dossier, use: UseRule, gates: tuple[GateResult, ...] | None = None) -> Standing:
    """Bring a dossier into the form the rule of one use reads."""
    level = dossier.level(use)
    core = dossier.core()
    scores = dossier.scores
    required = dossier.required(use)
    return Standing(
        gates={gate.id: gate.passed for gate in gates or open_gates(dossier)},
        dimensions={dimension: bounds(dossier, dimension, level) for dimension in use.floors},
        zeros=tuple(i for i in core if scores[i].score == 0),
        possible_zeros=tuple(i for i in core if scores[i].score is None),
        facts=facts_of(dossier),
        required=(required, required),
        areas=tuple((area.low, area.high) for area in areas(dossier, level)),
    )


def try_uses(dossier: Dossier, gates: tuple[GateResult, ...]) -> tuple[UseResult, ...]:
    """Put all six uses to the test, without the draws."""
    return tuple(_result(dossier, use, gates) for use in dossier.uses)


def finding(dossier: Dossier, use: UseRule, gates: tuple[GateResult, ...] | None = None) -> Finding:
    """Return the codes for one use."""
    return put_to_the_test(use, standing(dossier, use, gates))


def grounds_of(dossier: Dossier, use: UseRule, gates: tuple[GateResult, ...] | None = None) -> Grounds:
    """Gather what the texts of one use's reasons need to know."""
    stands = standing(dossier, use, gates)
    practice = areas(dossier, dossier.level(use))
    return Grounds(dossier, use, gates or open_gates(dossier), dict(stands.dimensions), practice)


def _result(dossier: Dossier, use: UseRule, gates: tuple[GateResult, ...]) -> UseResult:
    stands = standing(dossier, use, gates)
    found = put_to_the_test(use, stands)
    grounds = grounds_of(dossier, use, gates)
    return UseResult(
        use=use.id,
        name=use.name,
        status=found.status,
        unmet=why_not(found.unmet, grounds),
        unknown=what_is_open(found.unknown, grounds),
        required=stands.required[0],
        meaning=use.meaning,
    )
