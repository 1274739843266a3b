"""Every reason code in plain English, with the indicators it rests on."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from shared.framework.register import load_register
from shared.framework.rules import UseRule, load_assurance, load_gates, load_uses
from shared.verdict.assurance import AreaResult
from shared.verdict.dossier import Dossier
from shared.verdict.gates import GateResult
from shared.verdict.use_rule import Bounds


@dataclass(frozen=True)
class Reason:
    """Why a use is not met, or what is still open: code (as in ``decide``), plain English, indicators behind it."""

    code: str
    text: str
    indicators: tuple[str, ...]


@dataclass(frozen=True)
class Grounds:
    """What the texts need to know about one use of one source."""

    dossier: Dossier
    use: UseRule
    gates: tuple[GateResult, ...]
    dimensions: dict[str, Bounds | None]
    areas: tuple[AreaResult, ...]


def why_not(codes: Iterable[str], grounds: Grounds) -> tuple[Reason, ...]:
    """Return the reasons behind the failures of a finding, in the same order."""
    return tuple(_explain(code, grounds, failed=True) for code in codes)


def what_is_open(codes: Iterable[str], grounds: Grounds) -> tuple[Reason, ...]:
    """Return what is still to be found out, in the order of the codes."""
    return tuple(_explain(code, grounds, failed=False) for code in codes)


def _explain(code: str, grounds: Grounds, *, failed: bool) -> Reason:
    if code in {gate.id for gate in grounds.gates}:
        return _gate(code, grounds)
    if code.partition("<")[0] in grounds.use.floors:
        return _dimension(code, grounds)
    if code.startswith("zero:"):
        return _zero(code)
    if code == "core_zeros":
        return _possible_zeros(grounds)
    if code.startswith("assurance"):
        return _assurance(code, grounds)
    return _condition(code, grounds, failed)


def _gate(code: str, grounds: Grounds) -> Reason:
    gate = next(g for g in grounds.gates if g.id == code)
    tested = next(g for g in load_gates().gates if g.id == code)
    indicators = tuple(test.indicator for test in tested.rules if test.indicator)
    if gate.state == "fail":
        return Reason(code, f"Gate “{gate.name}” is not passed: {' '.join(gate.reasons)}", indicators)
    asks = " ".join(gate.questions)
    return Reason(code, f"Gate “{gate.name}” cannot be decided yet. {asks}".rstrip(), indicators)


def _dimension(code: str, grounds: Grounds) -> Reason:
    dimension = code.partition("<")[0]
    name = next(d.name for d in load_register().dimensions if d.id == dimension)
    floor = grounds.use.floors[dimension]
    between = grounds.dimensions.get(dimension) or Bounds(0, 100, scored=False)
    ids = grounds.dossier.mandatory(dimension, grounds.dossier.level(grounds.use))
    missing = tuple(i for i in ids if grounds.dossier.scores[i].score is None)
    if "<" in code:
        most = math.floor(between.high * 10 + 1e-6) / 10
        even = ", even if everything still unknown turned out best" if missing else ""
        return Reason(code, f"{name} reaches {most:g} of 100{even}; this use needs {floor:g}.", ids)
    if not ids:
        return Reason(code, f"{name}: none of the indicators applies to this source, so it cannot be scored.", ())
    ask = f"Still to find out: {', '.join(missing)}." if missing else ""
    between_text = f"between {math.floor(between.low):g} and {math.ceil(between.high):g} of 100"
    return Reason(code, f"{name} is {between_text}; this use needs {floor:g}. {ask}".rstrip(), missing)


def _zero(code: str) -> Reason:
    entry = load_register()[code.partition(":")[2]]
    what = f" (“{entry.anchors[0]}”)" if entry.anchors else ""
    return Reason(code, f"{entry.name} is scored 0{what}; no core indicator may be at 0 for this use.", (entry.id,))


def _possible_zeros(grounds: Grounds) -> Reason:
    missing = tuple(i for i in grounds.dossier.core() if grounds.dossier.scores[i].score is None)
    few = "one core indicator" if len(missing) == 1 else f"{len(missing)} core indicators"
    text = f"Not known yet: {few} ({', '.join(missing)}). A score of 0 on any core indicator rules this use out."
    return Reason("core_zeros", text, missing)


def _condition(code: str, grounds: Grounds, failed: bool) -> Reason:
    rules = load_uses()
    condition = rules.condition(code)
    facts = [rules.fact(term.fact) for term in condition.any]
    indicators = tuple(fact.indicator for fact in facts if fact.indicator)
    if failed:
        return Reason(code, condition.failed, indicators)
    asks = [load_register()[i].ask for i in indicators if grounds.dossier.scores[i].value is None]
    return Reason(code, " ".join([condition.question, *asks]), indicators)


def _assurance(code: str, grounds: Grounds) -> Reason:
    rules = load_assurance()
    needed = rules.levels[grounds.dossier.required(grounds.use)]
    short = [area for area in grounds.areas if area.high < needed.level]
    below = short or [area for area in grounds.areas if area.low < needed.level]
    where = "; ".join(_area(area) for area in below)
    ids = tuple(i for area in below for i in (area.indicators if short else area.missing))
    return Reason(
        code,
        f"This use needs {needed.meaning} ({needed.name}) in all four practice areas. Not there yet: {where}.",
        ids,
    )


def _area(area: AreaResult) -> str:
    reached = f"at A{area.high}" if area.low == area.high else f"between A{area.low} and A{area.high}"
    missing = f", {', '.join(area.missing)} not known" if area.missing else ""
    return f"{area.name} ({reached}{missing})"
