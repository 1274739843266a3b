"""Area codes of any year brought to the year asked for: what is exact is done, what would be a guess is not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from shared.errors import DataError, Fault
from shared.sources.derive import Loss, rows_of
from shared.sources.geography.recognise import rows_said
from shared.sources.geography.systems import CodeSystem, areas_of, counted_values, system_of, tidy
from shared.sources.geography.tables import AreaRecord
from shared.sources.typed import as_text

Splits = Literal["refuse", "unplaced", "merged"]
Fate = Literal["same", "recoded", "boundary", "part", "divided", "wider", "unknown"]


@dataclass(frozen=True)
class Move:
    """What became of one code.

    ``fate``: ``same``; ``recoded`` (another code, the same boundary); ``boundary`` (another code, a handful of
    homes changed sides); ``part`` (the whole area now lies in a larger one); ``divided`` (between several areas of
    the year asked for, ``to``); ``wider`` (a region, a country or a total); ``unknown``.
    """

    code: str
    name: str
    fate: Fate
    to: tuple[str, ...]
    rows: int


@dataclass(frozen=True)
class Reach:
    """One area that a code which could not be placed may belong to: rows placed there, and rows at most."""

    code: str
    name: str
    placed: int
    at_most: int


@dataclass(frozen=True)
class Harmonised:
    """Codes brought to one year.

    ``codes`` (``str``) has a code of ``system`` in force on 31 December of ``year``, or missing; ``account`` says
    why rows are without one (reason -> rows); ``moves`` what became of every code but those that stayed;
    ``merged`` code -> joined code ("E06000061+E06000062"), for areas counted together on request; ``times`` the rows
    behind each value, where different values were looked at only.
    """

    codes: pd.Series
    system: str
    year: int
    account: dict[str, int]
    moves: tuple[Move, ...]
    merged: dict[str, str] = field(default_factory=dict)
    times: pd.Series | None = None

    @property
    def total(self) -> int:
        """Rows looked at."""
        return len(self.codes) if self.times is None else int(self.times.sum())

    @property
    def placed(self) -> int:
        """Rows with a code."""
        return rows_of(self.codes.notna(), self.times)

    def losses(self, source_id: str, step: str) -> tuple[Loss, ...]:
        """Return the account as the losses that DAT-9 and the report show."""
        return tuple(Loss(source_id, step, reason, rows, self.total) for reason, rows in self.account.items() if rows)

    def reach(self) -> tuple[Reach, ...]:
        """Return the effect of the divided codes on coverage: each area they touch, with the least and the most.

        An area that is not listed is not affected by them.
        """
        counts = counted_values(self.codes, self.times)
        extra: dict[str, int] = {}
        for move in self.moves:
            for code in move.to if move.fate == "divided" and not self.merged.keys() >= set(move.to) else ():
                extra[code] = extra.get(code, 0) + move.rows
        names = system_of(self.system).register.names
        return tuple(
            Reach(code, names[code], int(counts.get(code, 0)), int(counts.get(code, 0)) + rows)
            for code, rows in sorted(extra.items())
        )


def to_vintage(
    series: pd.Series, system: str, target: int, *, splits: Splits = "refuse", read_as: int | None = None,
    times: pd.Series | None = None,
) -> Harmonised:  # fmt: skip
    """Bring a column of area codes to the areas of ``system`` in force on 31 December of ``target``.

    Codes of any year and of any finer level are accepted (a district in a column of counties). A code whose area
    lies wholly in one area of ``target`` goes there. One whose area is divided is refused (``DataError`` naming
    the codes and the areas), left ``unplaced``, or the areas it touches are ``merged`` into one; records are never
    shared out (``spread_counts`` does that with tables of counts). ``read_as`` is the year of the codes where one
    code stood for different areas over time (28 is Andhra Pradesh with Telangana until 2014); left out, such codes
    are read as of ``target`` when every code of the column was in force then, else as any of their areas. ``times``
    says how many rows stand behind each value, where ``series`` holds different values only.

    Raises ``ParameterError`` for a system or year that is not known.
    """
    known = system_of(system)
    text = as_text(series)
    counts = counted_values(text, times)
    values = pd.Series(counts.index.astype("str"), dtype="str")
    codes = tidy(values, known)
    rows = {str(code): int(n) for code, n in pd.Series(counts.to_numpy()).groupby(codes).sum().items()}
    listed = areas_of(system, target)
    year = read_as if read_as is not None else target if _all_of(rows, known, listed) else None
    moves = {code: _fate(code, n, known, listed, year) for code, n in rows.items()}
    divided = [move for move in moves.values() if move.fate == "divided"]
    if divided and splits == "refuse":
        raise DataError(f"Some area codes cannot be brought to {target}:", faults=_faults(divided, listed, target))
    merged = _joined(divided) if splits == "merged" else {}
    placed = {code: _placed(move, merged) for code, move in moves.items()}
    of_value = dict(zip(values, codes.map(placed), strict=True))
    account = {
        f"area code not in the {target} list": sum(m.rows for m in moves.values() if m.fate == "unknown"),
        "code of a wider area (a region, a country or a total)": sum(
            m.rows for m in moves.values() if m.fate == "wider"
        ),
        f"area divided between several areas of {target}": sum(m.rows for m in divided if placed[m.code] is None),
        "no area code": rows_of(text.isna(), times),
    }
    shown = tuple(sorted((m for m in moves.values() if m.fate != "same"), key=lambda m: m.code))
    return Harmonised(text.map(of_value).astype("str"), system, target, account, shown, merged, times)


def _all_of(rows: Mapping[str, int], system: CodeSystem, listed: Mapping[str, AreaRecord]) -> bool:
    return all(code in listed for code in rows if code in system.register.by_code)


def _fate(code: str, rows: int, system: CodeSystem, listed: Mapping[str, AreaRecord], year: int | None) -> Move:
    register = system.register
    areas = register.by_code.get(code, ())
    if year is not None:
        areas = tuple(area for area in areas if area.in_force(year)) or areas
    blocks = frozenset().union(*(area.blocks for area in areas))
    name = register.names.get(code, "")
    if not areas:
        return Move(code, name, "unknown", (), rows)
    targets = tuple(sorted(area.code for area in listed.values() if area.blocks & blocks))
    if len(targets) == 1 and blocks <= listed[targets[0]].blocks:
        target = listed[targets[0]]
        if target.code == code:
            return Move(code, name, "same", targets, rows)
        if target.blocks != blocks:
            return Move(code, name, "part", targets, rows)
        return Move(code, name, "boundary" if {code, target.code} & register.moved else "recoded", targets, rows)
    if any(system.id in area.systems for area in areas) and targets:
        return Move(code, name, "divided", targets, rows)
    return Move(code, name, "wider", (), rows)


def _joined(divided: list[Move]) -> dict[str, str]:
    """Return area -> joined code; areas that two divided codes have in common are joined with all of both."""
    groups: list[set[str]] = []
    for move in divided:
        group = set(move.to)
        apart = [other for other in groups if not other & group]
        group = group.union(*(other for other in groups if other & group))
        groups = [*apart, group]
    return {code: "+".join(sorted(group)) for group in groups for code in group}


def _placed(move: Move, merged: Mapping[str, str]) -> str | None:
    if move.fate in ("unknown", "wider") or (move.fate == "divided" and move.to[0] not in merged):
        return None
    return merged.get(move.to[0], move.to[0])


def _faults(divided: list[Move], listed: Mapping[str, AreaRecord], target: int) -> list[Fault]:
    hint = 'Say "splits: unplaced" to leave them out and count them, or "splits: merged" to count these areas together.'
    return [
        Fault(
            f"{move.code} {move.name} ({rows_said(move.rows)}) is divided in {target} between "
            f"{' and '.join(f'{code} {listed[code].name}' for code in move.to)}.",
            hint=hint,
        )
        for move in sorted(divided, key=lambda move: move.code)
    ]
