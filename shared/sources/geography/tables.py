"""The look-up tables of areas, read once: every code with its name, its years and the blocks it is made of."""

from __future__ import annotations

import csv
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from shared.errors import DataMissing


@dataclass(frozen=True)
class AreaRecord:
    """One area for as long as it keeps its extent.

    ``systems`` it belongs to (``wider`` for totals and groupings that are no area of any system); ``start`` and
    ``end`` its first and last day (ISO, empty when not limited); ``blocks`` the smallest areas it is made of, so
    that areas of different years and levels can be compared.
    """

    code: str
    name: str
    systems: tuple[str, ...]
    start: str
    end: str
    blocks: frozenset[str]

    def in_force(self, year: int) -> bool:
        """Say whether the area existed on 31 December of a year."""
        return self.start <= f"{year}-12-31" <= (self.end or "9999")


@dataclass(frozen=True)
class Alias:
    """Another name: ``codes`` has several entries when it is ambiguous, none when it names no area at all."""

    name: str
    codes: tuple[str, ...]
    kind: str
    note: str


@dataclass(frozen=True)
class Register:
    """All areas and names of one part of the world.

    ``moved`` holds the codes that were replaced because a handful of homes changed sides; ``residents`` the
    population of some areas, for shares.
    """

    areas: tuple[AreaRecord, ...]
    aliases: tuple[Alias, ...]
    moved: frozenset[str]
    residents: dict[str, int]

    @functools.cached_property
    def by_code(self) -> dict[str, tuple[AreaRecord, ...]]:
        """Code -> the area or areas it has stood for."""
        found: dict[str, tuple[AreaRecord, ...]] = {}
        for area in self.areas:
            found[area.code] = (*found.get(area.code, ()), area)
        return found

    @functools.cached_property
    def names(self) -> dict[str, str]:
        """Code -> its latest name."""
        return {area.code: area.name for area in self.areas}


def folder() -> Path:
    """Return where the tables are: inside the package, or in the project the package is worked on in.

    Raises ``DataMissing`` when they are in neither place.
    """
    packed = Path(__file__).parent / "look_ups"
    shipped = Path(__file__).resolve().parents[3] / "data" / "sample" / "geography"
    for place in (packed, shipped):
        if (place / "gb_areas.csv").is_file():
            return place
    raise DataMissing(
        "The look-up tables of areas are not installed.",
        where="data/sample/geography",
        hint="Install the casebook again, or run it in the project's folder.",
    )


@functools.cache
def register(name: str) -> Register:
    """Return the register ``gb``, ``india``, ``kenya``, ``nepal``, or ``iso2`` / ``iso3`` for the world."""
    if name in ("iso2", "iso3"):
        return _world(name)
    areas = tuple(
        AreaRecord(
            row["code"], row["name"], tuple(row["systems"].split()), row["from"], row["to"],
            frozenset(row["blocks"].split()),
        )
        for row in _rows(f"{name}_areas.csv")
    )  # fmt: skip
    moved, residents = frozenset[str](), dict[str, int]()
    if name == "gb":
        pairs = [(row["from"], row["to"]) for row in _rows("gb_changes.csv") if row["kind"] == "boundary"]
        moved = frozenset(code for pair in pairs for code in pair)
        residents = {row["code"]: int(row["residents"]) for row in _rows("gb_residents_2021.csv")}
    return Register(areas, tuple(_aliases(f"{name}_aliases.csv")), moved, residents)


def _world(system: str) -> Register:
    """Countries under their alpha-2 or alpha-3 code; the alpha-2 code is the block."""
    rows = list(_rows("countries.csv"))
    code_of = {row["alpha_2"]: row["alpha_2" if system == "iso2" else "alpha_3"] for row in rows}
    areas = tuple(
        AreaRecord(code_of[row["alpha_2"]], row["name"], (system,), "", "", frozenset({row["alpha_2"]})) for row in rows
    )
    people = [
        Alias(row["demonym"], (code_of[row["alpha_2"]],), "nationality", "") for row in rows if row["demonym"]
    ]  # fmt: skip
    other = [
        Alias(alias.name, tuple(code_of[code] for code in alias.codes), alias.kind, alias.note)
        for alias in _aliases("country_aliases.csv")
    ]
    return Register(areas, (*people, *other), frozenset(), {})


def _aliases(name: str) -> Iterator[Alias]:
    for row in _rows(name):
        yield Alias(row["alias"], tuple(row["codes"].split()), row["kind"], row["note"])


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (folder() / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
