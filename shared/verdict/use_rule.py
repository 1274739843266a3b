"""Put one use to the test: everything it asks for, in the framework's order, each met, failed or not known.

The result of a use is *met* if nothing fails and nothing is missing; *not met* if anything fails (all failures are
listed); *not known* if nothing fails but something is missing. The six uses are tested independently and never
sorted into one "highest level reached": gap-filling and benchmarking need opposite facts about official data.
Source: assessment framework, section 7 [P].
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from shared.framework.rules import Term, UseRule, load_uses

Status = Literal["met", "not_met", "not_known"]
FactValue = bool | float | None
TOLERANCE = 1e-6
"""Points: a mean that misses its floor by less than this misses it by rounding only."""


@dataclass(frozen=True)
class Bounds:
    """A dimension score between its low bound (missing at 0) and its high bound (missing at 100).

    ``scored`` is false when too little of the dimension is known for a score, whatever the bounds: such a
    dimension can rule a use out and cannot carry it.
    """

    low: float
    high: float
    scored: bool = True


@dataclass(frozen=True)
class Standing:
    """What is known about a source when a use is put to the test.

    gates           gate -> passed, failed (False) or not known (None); absent is not known
    dimensions      dimension -> bounds; None = does not apply to this source; absent = nothing known
    zeros           core indicators scored 0
    possible_zeros  core indicators that are not known: each could still turn out a 0
    facts           fact -> value; absent or None is not known
    required        lowest and highest assurance level the use may need (equal when risk and profile are known)
    areas           for each practice area the lowest and highest level it may have reached
    """

    gates: Mapping[str, bool | None]
    dimensions: Mapping[str, Bounds | None]
    zeros: tuple[str, ...]
    possible_zeros: tuple[str, ...]
    facts: Mapping[str, FactValue]
    required: tuple[int, int]
    areas: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Finding:
    """What stands against a use (``unmet``) and what is still open (``unknown``), as codes in the rule's order."""

    unmet: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def status(self) -> Status:
        """Failing outweighs missing; a use is met only when nothing fails and nothing is missing."""
        if self.unmet:
            return "not_met"
        return "not_known" if self.unknown else "met"


def put_to_the_test(use: UseRule, standing: Standing) -> Finding:
    """Apply one use's rule.

    Codes: ``G2`` a gate; ``COH<60`` a dimension under its floor (``COH`` while not known); ``zero:PRO-1`` a core
    indicator scored 0 (``core_zeros`` while some are not known); a condition by what it requires
    (``comparator``, ``alignment>=3``); ``assurance>=A3``.
    """
    unmet: list[str] = []
    unknown: list[str] = []
    for code_if_unmet, code_if_unknown, passed in _tests(use, standing):
        if passed is False:
            unmet.append(code_if_unmet)
        elif passed is None:
            unknown.append(code_if_unknown)
    return Finding(tuple(unmet), tuple(unknown))


def _tests(use: UseRule, standing: Standing) -> Iterator[tuple[str, str, bool | None]]:
    for gate in use.gates:
        yield gate, gate, standing.gates.get(gate)
    for dimension, floor in use.floors.items():
        bounds = standing.dimensions.get(dimension, Bounds(0, 100, scored=False))
        if bounds is not None:
            yield f"{dimension}<{floor:g}", dimension, reaches(bounds, floor)
    if use.no_zero:
        for indicator in standing.zeros:
            yield f"zero:{indicator}", "", False
        if standing.possible_zeros:
            yield "", "core_zeros", None
    for code in use.conditions:
        yield code, code, meets(load_uses().condition(code).any, standing.facts)
    lowest, highest = standing.required
    if highest > 0:
        code = f"assurance>=A{lowest}" if lowest == highest else "assurance"
        yield f"assurance>=A{lowest}", code, assured(standing)


def reaches(bounds: Bounds, floor: float) -> bool | None:
    """Reach a floor: yes even with all that is missing at 0, no even with it at 100, otherwise not known."""
    if bounds.high < floor - TOLERANCE:
        return False
    return True if bounds.scored and bounds.low >= floor - TOLERANCE else None


def meets(terms: tuple[Term, ...], facts: Mapping[str, FactValue]) -> bool | None:
    """Meet any of the terms; not known while none is met and one could still be."""
    results = [holds(term, facts.get(term.fact)) for term in terms]
    if True in results:
        return True
    return None if None in results else False


def holds(term: Term, value: FactValue) -> bool | None:
    """Say whether one term of a condition holds for a fact; None when the fact is not known."""
    if value is None:
        return None
    if term.at_least is not None:
        return value >= term.at_least
    return value == term.is_


def assured(standing: Standing) -> bool | None:
    """Reach the required assurance in all four practice areas: the lowest area decides."""
    lowest, highest = standing.required
    if min(high for _, high in standing.areas) < lowest:
        return False
    return True if min(low for low, _ in standing.areas) >= highest else None
