"""Names of areas matched to codes: exactly, by a known other name, or as a proposal that somebody must confirm."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd
from rapidfuzz import fuzz, process

from shared.errors import ParameterError
from shared.sources.derive import Loss
from shared.sources.geography.recognise import FEW, rows_said
from shared.sources.geography.systems import CodeSystem, areas_of, counted_values, system_of
from shared.sources.geography.vintages import Harmonised, to_vintage
from shared.sources.geography.words import plain_name, plain_text
from shared.sources.typed import as_text

Method = Literal[
    "confirmed", "exact", "other name", "town", "other year", "code", "ambiguous", "divided", "wider", "two names",
    "no area", "proposed", "unknown",
]  # fmt: skip
SURE: frozenset[str] = frozenset({"confirmed", "exact", "other name", "town", "other year", "code"})
"""The methods whose code is used; the others leave the row without one."""
REASONS = {
    "ambiguous": "name of several areas",
    "divided": "area divided between several areas of the year",
    "wider": "name of a wider area (a region, a country or a total)",
    "two names": "two areas in one cell",
    "no area": "answer that names no area (unknown, other, a total)",
    "proposed": "name like that of an area, not confirmed",
    "unknown": "name of no known area",
}
LIKE = 80.0
"""Names less alike than this (0 to 100, share of letters in common) are not even proposed."""


@dataclass(frozen=True)
class NameMatch:
    """One different name of a column: rows that hold it, how it was matched, the code (or the one proposed).

    ``score`` is 100 for everything but a proposal; ``note`` says what to know about the match.
    """

    name: str
    rows: int
    method: Method
    code: str
    area: str
    score: float
    note: str


@dataclass(frozen=True)
class NameMatches:
    """Names matched to codes of ``system`` in ``year``.

    ``codes`` (``str``, missing where not placed) has one entry a row. ``matches`` holds the names themselves, which
    in a column of records can be what one person typed: it is for the analyst and never for an output.
    """

    codes: pd.Series
    system: str
    year: int
    matches: tuple[NameMatch, ...]
    empty: int

    @property
    def account(self) -> dict[str, int]:
        """Why rows are without a code: reason -> rows."""
        found = dict.fromkeys(REASONS.values(), 0)
        for match in self.matches:
            if match.method not in SURE:
                found[REASONS[match.method]] += match.rows
        return {**found, "no name of an area": self.empty}

    @property
    def to_confirm(self) -> tuple[NameMatch, ...]:
        """Proposals, most alike first: write those that are right into the case study's file of confirmed names."""
        return tuple(sorted((m for m in self.matches if m.method == "proposed"), key=lambda m: (-m.score, m.name)))

    def losses(self, source_id: str, step: str) -> tuple[Loss, ...]:
        """Return the account as the losses that DAT-9 and the report show."""
        total = len(self.codes)
        return tuple(Loss(source_id, step, reason, rows, total) for reason, rows in self.account.items() if rows)

    def sentences(self) -> tuple[str, ...]:
        """Say what was matched and what was not; a name is printed only when at least 10 rows hold it."""
        sure = sum(match.rows for match in self.matches if match.method in SURE)
        said = [f"{rows_said(sure)} of {len(self.codes):,} are placed by their name."]
        for reason, rows in self.account.items():
            names = [m.name for m in self.matches if REASONS.get(m.method) == reason and m.rows >= FEW]
            if rows:
                shown = f" ({', '.join(sorted(names)[:8])})" if names else ""
                said.append(f"{reason[0].upper()}{reason[1:]}: {rows_said(rows)}{shown}.")
        return tuple(said)


def match_names(
    series: pd.Series, system: str, vintage: int, *, confirmed: Mapping[str, str] | None = None
) -> NameMatches:
    """Match a column of names to the areas of ``system`` in force on 31 December of ``vintage``.

    In this order: a name that somebody confirmed (``confirmed``: name -> code of ``vintage``); an official name, but
    for case, accents, punctuation and style ("London Borough of"); another name, a town or a nationality from the
    tables; an area of another year or a finer level that lies wholly in one area of ``vintage``; a code. What is
    left is compared letter by letter, and the most alike is proposed, never applied.

    Raises ``ParameterError`` for a system or year that is not known, or a confirmed code that is not of that year.
    """
    text = as_text(series)
    counts = counted_values(text)
    known = system_of(system)
    areas = areas_of(system, vintage)
    if wrong := sorted({code for code in (confirmed or {}).values() if code not in areas}):
        raise ParameterError(
            f"Confirmed names lead to codes that are not of {known.title} in {vintage}: {', '.join(wrong)}."
        )
    sure = {_plain(name, known): code for name, code in (confirmed or {}).items()}
    matches = tuple(
        _match(str(name), int(rows), known, vintage, sure) for name, rows in sorted(counts.items(), key=_by_name)
    )
    placed = {match.name: match.code if match.method in SURE else None for match in matches}
    codes = text.map(placed).astype("str")
    return NameMatches(codes, system, vintage, matches, int(text.isna().sum()))


def _by_name(item: tuple[object, object]) -> str:
    return str(item[0])


def _plain(name: str, system: CodeSystem) -> str:
    return plain_text(name) if system.register_name.startswith("iso") else plain_name(name)


def _match(name: str, rows: int, system: CodeSystem, year: int, confirmed: Mapping[str, str]) -> NameMatch:
    key = _plain(name, system)
    areas = areas_of(system.id, year)
    index = name_index(system.id, year)

    def match(method: Method, code: str = "", score: float = 100.0, note: str = "") -> NameMatch:
        return NameMatch(name, rows, method, code, areas[code].name if code in areas else "", score, note)

    if key in confirmed:
        return match("confirmed", confirmed[key])
    if key in index:
        method, code, note = index[key]
        return match(method, code, note=note)
    if key.startswith("n a "):
        return match("no area", note="said not to apply")
    if (code := name.strip().upper()) in areas and not system.digits:
        return match("code", code)
    if system.register_name.startswith("iso") and _two(key, index):
        return match("two names")
    known = [plain for plain, (method, _, _) in index.items() if method in SURE]
    best = process.extractOne(key, known, scorer=fuzz.ratio, score_cutoff=LIKE)
    if best is not None:
        return match("proposed", index[best[0]][1], round(best[1], 1))
    return match("unknown")


def _two(key: str, index: Mapping[str, tuple[Method, str, str]]) -> bool:
    """Say whether a text is two names of countries or nationalities one after the other ("Nigerian UK")."""
    words = key.split()
    return any(" ".join(words[:n]) in index and " ".join(words[n:]) in index for n in range(1, len(words)))


@functools.cache
def name_index(system_id: str, year: int) -> dict[str, tuple[Method, str, str]]:
    """Return spelling -> (method, code, note) of everything known by name, the surest meaning first."""
    system = system_of(system_id)
    areas = areas_of(system_id, year)
    index: dict[str, tuple[Method, str, str]] = {}

    def add(name: str, method: Method, code: str, note: str = "") -> None:
        index.setdefault(_plain(name, system), (method, code, note))

    for area in areas.values():
        add(area.name, "exact", area.code)
    placed = _placed_codes(system, year)
    for alias in system.register.aliases:
        if len(alias.codes) > 1:
            add(alias.name, "ambiguous", "", alias.note)
        elif not alias.codes:
            add(alias.name, "no area", "", alias.note)
        elif (fate := placed[alias.codes[0]])[0] in ("same", "exact"):
            add(alias.name, "town" if alias.kind == "town" else "other name", fate[1], alias.note)
        elif fate[0] == "wider":
            add(alias.name, "wider", "", alias.note)
    meanings: dict[str, set[tuple[str, str]]] = {}
    for area in system.register.areas:
        meanings.setdefault(_plain(area.name, system), set()).add(placed[area.code])
    for key, fates in meanings.items():
        codes = {code for fate, code in fates if fate in ("same", "exact")}
        if len(codes) == 1:
            index.setdefault(key, ("other year", codes.pop(), ""))
        elif codes:
            index.setdefault(key, ("ambiguous", "", "the name of several areas over time"))
        else:
            index.setdefault(key, ("divided" if {fate for fate, _ in fates} == {"divided"} else "wider", "", ""))
    return index


def _placed_codes(system: CodeSystem, year: int) -> dict[str, tuple[str, str]]:
    """Return every code of the register -> (what becomes of it in ``year``, the code it goes to)."""
    every = list(system.register.by_code)
    found: Harmonised = to_vintage(pd.Series(every, dtype="str"), system.id, year, splits="unplaced")
    fates = {move.code: move.fate for move in found.moves}
    result = {}
    for code, placed in zip(every, found.codes, strict=True):
        fate = fates.get(code, "same")
        result[code] = (fate, "") if fate in ("divided", "wider", "unknown") else ("exact", str(placed))
    return result
