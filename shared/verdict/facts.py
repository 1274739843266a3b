"""The facts that the use rules ask for, from the case study's own statements and from indicators."""

from __future__ import annotations

from shared.framework.register import load_register
from shared.framework.rules import Fact, load_uses
from shared.measures.measurement import Measurement, Part, State
from shared.verdict.dossier import Dossier
from shared.verdict.use_rule import FactValue


def facts_of(dossier: Dossier) -> dict[str, FactValue]:
    """Return every fact of the use rules, None where not known."""
    found: dict[str, FactValue] = {}
    for fact in load_uses().facts:
        found[fact.id] = found.get(fact.same_as) if fact.same_as else _fact(dossier, fact)
    return found


def _fact(dossier: Dossier, fact: Fact) -> FactValue:
    if fact.case:
        value: FactValue = getattr(dossier.case.facts, fact.case)
        return _counted_cells(dossier) if value is None and fact.id == "new_cells" else value
    indicator = fact.indicator or ""
    if fact.value_at_most:
        return _within(dossier.measured.get(indicator), fact)
    return dossier.scores[indicator].value


def _counted_cells(dossier: Dossier) -> float | None:
    """Read the number of new publishable cells off REL-3 when the case study does not state it."""
    measured = dossier.measured.get("REL-3")
    return measured.numerator if measured and measured.state is State.MEASURED else None


def _within(measured: Measurement | None, fact: Fact) -> bool | None:
    """Compare a measured value with the limit the fact sets; with a limit on |z|, part by part.

    A part (one benchmark variable) is within tolerance if its difference is small enough, or if its 95 % interval
    holds zero, which is |z| ≤ 1.96.
    """
    if measured is None or measured.state is not State.MEASURED or measured.value is None:
        return None
    kinds = load_register()[measured.indicator].goalposts
    kind = measured.counted if measured.counted in kinds else next(iter(kinds))
    limit = fact.value_at_most[kind]
    if fact.or_z_at_most is None:
        return measured.value <= limit
    parts = [p for p in measured.parts if p.value is not None] or [_as_part(measured)]
    return all(
        abs(p.value or 0.0) <= limit or (p.low is not None and p.high is not None and p.low <= 0 <= p.high)
        for p in parts
    )


def _as_part(measured: Measurement) -> Part:
    return Part(measured.indicator, measured.value, low=measured.low, high=measured.high)
