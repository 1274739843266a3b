"""The code systems the casebook knows, and which areas are in force in a year."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import pandas as pd

from shared.cases.placing import AREA_YEARS
from shared.errors import ParameterError, nearest
from shared.sources.geography.tables import AreaRecord, Register, register
from shared.sources.typed import as_text

LATEST = 2025
"""The last year whose changes are in the tables."""


@dataclass(frozen=True)
class CodeSystem:
    """One system of area codes.

    ``first`` and ``last`` are the years whose list is known: the areas in force on 31 December. ``digits`` says
    that codes are plain numbers, which many other columns are too, so they are recognised with caution.
    """

    id: str
    title: str
    register_name: str
    first: int
    last: int
    digits: bool = False

    @property
    def short(self) -> bool:
        """Say whether codes are two or three letters, or plain numbers."""
        return self.digits or self.register_name.startswith("iso")

    @property
    def register(self) -> Register:
        """The areas and names this system is a part of."""
        return register(self.register_name)


_KNOWN = (
    ("gss-lower-tier", "lower-tier local authorities of the United Kingdom", "gb", False),
    ("gss-upper-tier", "upper-tier local authorities of the United Kingdom", "gb", False),
    ("gss-region", "regions of England, Wales, Scotland and Northern Ireland", "gb", False),
    ("gss-country", "countries of the United Kingdom", "gb", False),
    ("iso2", "countries of the world, two letters", "iso2", False),
    ("iso3", "countries of the world, three letters", "iso3", False),
    ("india-state", "states and union territories of India", "india", True),
    ("kenya-county", "counties of Kenya", "kenya", True),
    ("nepal-province", "provinces of Nepal", "nepal", True),
    ("nepal-district", "districts of Nepal", "nepal", True),
)
SYSTEMS: dict[str, CodeSystem] = {
    name: CodeSystem(name, title, held_in, *AREA_YEARS[name], digits) for name, title, held_in, digits in _KNOWN
}


def system_of(name: str) -> CodeSystem:
    """Return a system by its id. Raises ``ParameterError`` with the nearest one for a name it does not know."""
    if name not in SYSTEMS:
        hint = nearest(name, SYSTEMS) or f"Known: {', '.join(SYSTEMS)}."
        raise ParameterError(f'There is no code system "{name}".', hint=hint)
    return SYSTEMS[name]


@functools.cache
def areas_of(name: str, year: int) -> dict[str, AreaRecord]:
    """Return code -> area for the areas of a system in force on 31 December of ``year``.

    Raises ``ParameterError`` for a system or a year whose list is not known: nothing is taken from the year before.
    """
    system = system_of(name)
    if not system.first <= year <= system.last:
        raise ParameterError(
            f"The list of {system.title} for {year} is not known.", hint=f"Known: {system.first} to {system.last}."
        )
    return {area.code: area for area in system.register.areas if name in area.systems and area.in_force(year)}


@functools.cache
def areas_in_any_year(name: str) -> frozenset[str]:
    """Return every code that a system has or had."""
    return frozenset(area.code for area in system_of(name).register.areas if name in area.systems)


def tidy(texts: pd.Series, system: CodeSystem) -> pd.Series:
    """Return codes as the tables write them: no spaces around, capitals; numbers without leading noughts."""
    codes = texts.str.strip().str.upper()
    return codes.str.removesuffix(".0").str.lstrip("0") if system.digits else codes


def counted_values(series: pd.Series, times: pd.Series | None = None) -> pd.Series:
    """Return rows by different value of a column (index: the value as text; empty cells are left out).

    ``times`` says how many rows stand behind each value, where they were counted before.
    """
    if times is None:
        return as_text(series).value_counts(dropna=True, sort=False)
    return times.groupby(as_text(series), sort=False).sum()
