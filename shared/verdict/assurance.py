"""Required and reached assurance by practice area: how much has been checked, not how good the source is.

Reached in an area = lowest over its judged indicators of the map 0→A0, 1→A1, 2→A1, 3→A2, 4→A3. Indicators above the
level being assessed are left out; one that is not known leaves the area open between what the others allow and A0.
Source: OSR Quality Assurance of Administrative Data toolkit (areas, matrix); map and required levels [P].
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from shared.framework.register import load_register
from shared.framework.rules import Area, load_assurance
from shared.measures.measurement import State
from shared.verdict.dossier import Dossier


@dataclass(frozen=True)
class AreaResult:
    """One practice area: lowest and highest level it may have reached, and what is missing to know it."""

    id: str
    name: str
    low: int
    high: int
    indicators: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def achieved(self) -> int | None:
        """The level reached, 0-3; None while it is not known."""
        return self.low if self.low == self.high else None


@dataclass(frozen=True)
class AssuranceResult:
    """What each use needs (use id → 0-3) and what each practice area has reached at the level shown."""

    required: dict[str, int]
    areas: tuple[AreaResult, ...]
    note: str


def assure(dossier: Dossier) -> AssuranceResult:
    """Return required levels of all uses and the areas at the level of the most demanding intended use."""
    required = {use.id: dossier.required(use) for use in dossier.uses}
    return AssuranceResult(required, areas(dossier, dossier.shown_level()), load_assurance().note)


def areas(dossier: Dossier, level: int) -> tuple[AreaResult, ...]:
    """Return the four practice areas at a register level (1 Core, 2 Enhanced, 3 Full)."""
    return tuple(_area(dossier, area, level) for area in load_assurance().areas)


def members(dossier: Dossier, area: Area, level: int) -> tuple[str, ...]:
    """Return the judged indicators of an area that count at a register level and apply to the source."""
    register = load_register()
    return tuple(
        i for i in area.indicators if register[i].level <= level and dossier.scores[i].state is not State.NOT_APPLICABLE
    )


def _area(dossier: Dossier, area: Area, level: int) -> AreaResult:
    achieved = load_assurance().achieved
    ids = members(dossier, area, level)
    values = {i: dossier.scores[i].value for i in ids}
    known = [achieved[math.floor(v)] for v in values.values() if v is not None]
    missing = tuple(i for i, v in values.items() if v is None)
    high = min(known, default=max(achieved))
    low = 0 if missing or not ids else high
    return AreaResult(area.id, area.name, low, high, ids, missing)
