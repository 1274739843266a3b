"""What our indicators suggest for one item of another office's instrument, and on what the suggestion rests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shared.cases.model import CaseStudy
from shared.framework.instruments import Item, Test, load_instruments
from shared.framework.register import load_register
from shared.measures.measurement import State
from shared.verdict.gates import GateResult
from shared.verdict.scores import Score

MONTH_DAYS = 365.25 / 12
Suggestion = tuple[int | None, str]


@dataclass(frozen=True)
class Evidence:
    """What suggestions may rest on: scores, dimension scores (None = not known), the level assessed, the label."""

    case: CaseStudy
    scores: Mapping[str, Score]
    dimensions: Mapping[str, float | None]
    level: int
    label: str


def suggest(item: Item, highest: int, evidence: Evidence, gates: Sequence[GateResult]) -> Suggestion:
    """Return a suggested answer (0 to ``highest``; None where the evidence does not tell) and its grounds."""
    prefill = item.prefill
    if prefill.gate:
        gate = next(g for g in gates if g.id == prefill.gate)
        return _yes_no(gate.passed), f"gate {gate.id} {gate.name}: {gate.state}"
    if prefill.mean_of:
        return _from_mean(prefill.mean_of, evidence)
    results = [_test(test, evidence) for test in prefill.tests]
    values = [value for value, _ in results]
    holds = False if False in values else None if None in values else True
    return _yes_no(holds), "; ".join(words for _, words in results)


def _yes_no(value: bool | None) -> int | None:
    return None if value is None else int(value)


def _from_mean(names: Sequence[str], evidence: Evidence) -> Suggestion:
    """Average dimensions and indicators that count at the level assessed; one that is not known leaves it open."""
    found: dict[str, float | None] = {}
    for name in names:
        if name in evidence.dimensions:
            found[name] = evidence.dimensions[name]
        elif name in evidence.scores and _counts(name, evidence):
            found[name] = evidence.scores[name].score
    open_ = [name for name, score in found.items() if score is None]
    known = [score for score in found.values() if score is not None]
    if open_ or not known:
        missing = ", ".join(open_) if open_ else ", ".join(names)
        return None, f"not known: {missing}"
    mean = sum(known) / len(known)
    answer = sum(mean >= cut for cut in load_instruments().cuts)
    return answer, f"mean of {', '.join(found)}: {mean:.0f} of 100"


def _counts(indicator: str, evidence: Evidence) -> bool:
    applies = evidence.scores[indicator].state is not State.NOT_APPLICABLE
    return applies and load_register()[indicator].level <= evidence.level


def _test(test: Test, evidence: Evidence) -> tuple[bool | None, str]:
    if test.metadata:
        return _metadata(test.metadata, evidence.case)
    if test.machine_readable:
        readable = any(s.kind in ("records", "table") for s in evidence.case.sources.values())
        return (True, "machine-readable file") if readable else (None, "whether it is machine-readable is not known")
    if test.measured_any:
        measured = [i for i in test.measured_any if evidence.scores[i].state is State.MEASURED]
        names = ", ".join(measured or test.measured_any)
        return (True if measured else None), f"{names} {'measured' if measured else 'not known'}"
    return _value(test, evidence)


def _metadata(elements: Sequence[str], case: CaseStudy) -> tuple[bool | None, str]:
    stated = [case.metadata.get(element) for element in elements]
    values = [None if value is None else bool(value) for value in stated]
    holds = False if False in values else None if None in values else True
    word = {True: "provided", False: "not provided", None: "not known"}[holds]
    return holds, f"metadata ({', '.join(elements)}) {word}"


def _value(test: Test, evidence: Evidence) -> tuple[bool | None, str]:
    indicator = test.indicator or ""
    value = evidence.scores[indicator].value
    at_most, at_least = test.value_at_most, test.value_at_least
    if test.within_needed_interval:
        months = evidence.case.dates.needed_interval_months
        if months is None:
            return None, "how soon it is needed is not known"
        at_most = months * MONTH_DAYS
    if value is None:
        return None, f"{indicator} not known"
    if test.judged_at_least is not None:
        return value >= test.judged_at_least, f"{indicator} {value:.3g} of 4 ({test.judged_at_least:g} needed)"
    if at_most is not None:
        return value <= at_most, f"{indicator} {value:.3g} (at most {at_most:.3g})"
    least = at_least or 0.0
    return value >= least, f"{indicator} {value:.3g} (at least {least:g})"
