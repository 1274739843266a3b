"""What is counted of one source of records: counts first, from which rates and intervals are made elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class VariableCounts:
    """One column: records in which an answer is expected (``applicable``), those of them that have one
    (``answered``), all answers (``present``) and those that meet the declared domain (``valid``).

    ``weight_applicable`` and ``weight_answered`` are the same with the source's weights (the plain counts where it
    has none); ``domain`` says whether the declaration says what is valid.
    """

    column: str
    required: bool
    domain: bool
    applicable: int
    answered: int
    present: int
    valid: int
    weight_applicable: float
    weight_answered: float


@dataclass(frozen=True)
class EditCounts:
    """One rule across columns: records in which it could be judged, and those that keep it."""

    id: str
    label: str
    judged: int
    passed: int


@dataclass(frozen=True)
class SourceCounts:
    """All counts of one source.

    complete    records with an answer to every required column that applies (``weight_complete`` with weights)
    keyed       records whose key is complete; ``distinct`` the different keys among them, estimated with the relative
                standard error ``distinct_error`` where that was asked for (0: counted)
    judged      records that at least one rule across columns could judge; ``consistent`` records that break none
    weight      sum of weights (the number of records where there are none)
    """

    records: int
    weight: float
    complete: int
    weight_complete: float
    keyed: int
    distinct: int
    judged: int
    consistent: int
    variables: tuple[VariableCounts, ...]
    edits: tuple[EditCounts, ...]
    imputed: Mapping[str, tuple[int, int]]
    """Column -> (answers filled in, all answers)."""
    distinct_error: float = 0.0

    @property
    def required(self) -> tuple[VariableCounts, ...]:
        """The required columns."""
        return tuple(variable for variable in self.variables if variable.required)
