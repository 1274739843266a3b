"""What an assessor may choose in case.yaml: a floor, a weight, an answer to another office's instrument.

Each carries its reason or its author; the report shows the framework's own value beside it.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from shared.cases.columns import Strict
from shared.cases.vocabulary import Use

InstrumentName = Literal["ons-2021", "ons-2022", "statcan-2025-07", "statcan-2025-10", "uksa-ethics"]


class FloorOverride(Strict):
    """Another floor (0-100) for one dimension of one use, with the reason for moving it."""

    use: Use
    dimension: str = Field(pattern=r"^[A-Z]{3}$")
    floor: float = Field(ge=0, le=100)
    reason: str = Field(min_length=10)


class WeightOverride(Strict):
    """Another weight for one indicator within its dimension (1 is the usual), with the reason."""

    weight: float = Field(gt=0, le=10)
    reason: str = Field(min_length=10)


class InstrumentAnswer(Strict):
    """One answer to another office's instrument, stored as the assessor chose it (a tick is 1 or 0, a score 0-3)."""

    instrument: InstrumentName
    item: str
    answer: int = Field(ge=0, le=3)
    assessor: str
    note: str = ""
