"""Do the releases of one series agree with each other: categories, headers, jumps, releases that are missing."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from shared.measures.tables.view import (
    SMALL,
    Table,
    TableFinding,
    listed,
    month,
    moved,
    number,
    part,
    people,
    releases,
    share_of,
)  # fmt: skip

JUMP = 1.5
"""A count is looked at when it moves by this factor more, or less, than the table as a whole."""
TRIFLE = 0.001
"""Groups that come and go are not a change of categories while they hold less than this share of the table."""
JUMP_PEOPLE = 50
"""And when it is at least this far from where the table's movement would have put it."""


def categories_changed(tables: Sequence[Table]) -> Iterator[TableFinding]:
    """Yield steps between complete releases at which categories disappear or appear.

    Categories below 10 do not count: in a long list (countries) they come and go by themselves.
    """
    for before, after in _steps(tables):
        if not (before.complete and after.complete):
            continue
        for (old_name, old), (new_name, new) in zip(before.margins.items(), after.margins.items(), strict=False):
            gone = old[~old.index.isin(new.index) & (old >= SMALL)].sort_values(ascending=False, kind="stable")
            come = new[~new.index.isin(old.index) & (new >= SMALL)].sort_values(ascending=False, kind="stable")
            if gone.empty and come.empty:
                continue
            parts = [f"{_verb(len(gone), 'disappears', 'disappear')} ({_counted(gone)})"] if len(gone) else []
            parts += [f"{_verb(len(come), 'appears', 'appear')} ({_counted(come)})"] if len(come) else []
            renamed = f", and the column “{old_name}” is now “{new_name}”" if old_name != new_name else ""
            steps = [(float(gone.sum()), before.total), (float(come.sum()), after.total)]
            count, whole = max(steps, key=lambda step: step[0] / step[1])
            share = count / whole
            if share < TRIFLE and not renamed:
                continue
            held = f"That concerns {share_of(count, whole)} of the {before.unit or 'table'}."
            yield TableFinding(
                "categories-changed",
                (before.source_id, after.source_id),
                (*before.when, *after.when),
                f"{_between(before, after)}, {number(len(old))} categories became {number(len(new))}: "
                f"{' and '.join(parts)}{renamed}. {held}",
                share,
                (*(part(f"gone: {n}", c) for n, c in gone.items()), *(part(f"new: {n}", c) for n, c in come.items())),
            )


def header_changed(tables: Sequence[Table]) -> Iterator[TableFinding]:
    """Yield steps at which the columns of a series are called differently."""
    for before, after in _steps(tables):
        gone = [name for name in before.header if name not in after.header]
        come = [name for name in after.header if name not in before.header]
        if gone or come:
            was, now = listed([f"“{n}”" for n in gone]) or "nothing", listed([f"“{n}”" for n in come]) or "nothing"
            yield TableFinding(
                "header-changed",
                (before.source_id, after.source_id),
                (*before.when, *after.when),
                f"{_between(before, after)}, the heading {was} became {now}.",
            )


@dataclass(frozen=True)
class _Move:
    label: str
    before: float
    after: float

    @property
    def change(self) -> float:
        return (self.after - self.before) / self.before


def jumps(tables: Sequence[Table]) -> Iterator[TableFinding]:
    """Yield steps at which a count moves much more, or against, what its table moves.

    Expected is the earlier count times the movement of all labels that both releases have; see ``JUMP`` and
    ``JUMP_PEOPLE``. In a list of the largest, a label is new far above where the earlier list ended.
    """
    for before, after in _steps(tables):
        margins = [_moves(old, new) for old, new in zip(before.margins.values(), after.margins.values(), strict=False)]
        cells = _moves(before.cells, after.cells) if len(before.margins) > 1 else []
        moves = [move for found in margins for move in found] or cells
        if moves:
            shown = [
                f"{m.label} from {people(m.before)} to {people(m.after)} ({moved(m.before, m.after)})" for m in moves
            ]
            yield TableFinding(
                "jump",
                (before.source_id, after.source_id),
                (*before.when, *after.when),
                f"{_between(before, after)}, while the categories in both releases together moved by "
                f"{_factor(before.cells, after.cells) - 1:+.0%}, some moved very differently: {listed(shown, 4)}.",
                max(abs(m.change) for m in moves),
                tuple(part(m.label, m.after) for m in (*moves, *(cells if moves is not cells else ()))),
            )
        if not before.complete and not after.complete:
            yield from _far_above_the_end(before, after)


def release_missing(tables: Sequence[Table]) -> Iterator[TableFinding]:
    """Yield each series that has no table at a date at which other series of the case study have one."""
    dates = sorted({day for table in tables if table.source.series for day in table.when})
    for found in releases([t for t in tables if t.source.kind == "table"]).values():
        without: tuple[date, ...] = tuple(day for day in dates if (day,) not in {t.when for t in found})
        if without:
            there = listed([f"{t.when[0]:%B %Y}" for t in found])
            yield TableFinding(
                "release-missing",
                tuple(t.source_id for t in found),
                without,
                f"“{found[-1].name}” is there for {there} and not for {listed([f'{day:%B %Y}' for day in without])}.",
            )


def _steps(tables: Sequence[Table]) -> Iterator[tuple[Table, Table]]:
    for found in releases(tables).values():
        yield from itertools.pairwise(found)


def _between(before: Table, after: Table) -> str:
    return f"“{after.name}”, {month((*before.when, *after.when)).replace(' and ', ' to ')}"


def _verb(count: int, one: str, many: str) -> str:
    return f"{number(count)} {one if count == 1 else many}"


def _counted(counts: pd.Series[float]) -> str:
    return listed([f"{label} {people(count)}" for label, count in counts.items()])


def _factor(old: pd.Series[float], new: pd.Series[float]) -> float:
    """Movement of all labels in both releases together (1.19 = 19 % more); 1 where nothing can be said."""
    both = pd.DataFrame({"old": old, "new": new}).dropna()
    return float(both["new"].sum() / both["old"].sum()) if len(both) > 1 and both["old"].sum() > 0 else 1.0


def _moves(old: pd.Series[float], new: pd.Series[float]) -> list[_Move]:
    factor = _factor(old, new)
    both = pd.DataFrame({"old": old, "new": new}).dropna()
    both = both[(both >= SMALL).all(axis=1)]
    away = both["new"] - both["old"] * factor
    ratio = both["new"] / (both["old"] * factor)
    odd = both[((ratio >= JUMP) | (ratio <= 1 / JUMP)) & (away.abs() >= JUMP_PEOPLE)]
    moves = [_Move(str(label), row["old"], row["new"]) for label, row in odd.iterrows()]
    return sorted(moves, key=lambda m: -abs(m.after - m.before * factor))


def _far_above_the_end(before: Table, after: Table) -> Iterator[TableFinding]:
    end = float(before.cells.min())
    fresh = after.cells[~after.cells.index.isin(before.cells.index)]
    far = fresh[(fresh >= JUMP * end) & (fresh - end >= JUMP_PEOPLE)].sort_values(ascending=False, kind="stable")
    if len(far) and end >= SMALL:
        yield TableFinding(
            "jump",
            (before.source_id, after.source_id),
            (*before.when, *after.when),
            f"{_between(before, after)}, {listed([f'{label} ({people(n)})' for label, n in far.items()])} came "
            f"into the list far above where it ended before (at {people(end)}).",
            float(far.iloc[0] / end - 1),
            tuple(part(str(label), n) for label, n in far.items()),
        )
