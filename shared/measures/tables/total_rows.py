"""Rows of totals that stand among the rows they add up: how often everybody is counted, and whether they add up."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from shared.measures.tables.view import (
    SMALL,
    Table,
    TableFinding,
    listed,
    number,
    part,
    people,
    share_of,
)  # fmt: skip
from shared.sources.totals import declared_totals, likely_totals

COUNT = "__count__"


@dataclass(frozen=True)
class _Cube:
    """A table with rows of totals: ``marks`` says for each row and column whether it is one, by its label.

    fixed      columns that were cut to one label on purpose; they take no part
    undeclared columns with labels of totals that case.yaml does not declare
    """

    table: Table
    rows: pd.DataFrame
    marks: pd.DataFrame
    undeclared: tuple[str, ...]

    @property
    def groups(self) -> list[str]:
        return [str(name) for name in self.marks.columns]

    @property
    def inside(self) -> pd.Series[bool]:
        return self.marks.any(axis=1)

    @property
    def detail(self) -> pd.DataFrame:
        return self.rows[~self.inside]


def total_rows_inside(tables: Sequence[Table]) -> Iterator[TableFinding]:
    """Yield, for each series (or table), how many rows only add up others, and what adding all rows would come to."""
    cubes = [cube for cube in map(_cube, tables) if cube is not None]
    for _, group in itertools.groupby(cubes, key=lambda c: c.table.source.series or c.table.source_id):
        found = list(group)
        rows = sum(len(cube.rows) for cube in found)
        inside = sum(int(cube.inside.sum()) for cube in found)
        every = sum(float(cube.rows[COUNT].sum()) for cube in found)
        once = sum(float(cube.detail[COUNT].sum()) for cube in found)
        first = found[0].table
        name = f"“{first.source.title}”" if len(found) == 1 else f"the {number(len(found))} tables “{first.name}”"
        open_ = sorted({column for cube in found for column in cube.undeclared})
        warned = (
            f" They are not declared in {listed([f'“{name}”' for name in open_])} and are counted as data."
            if open_
            else " They are set apart here."
        )
        yield TableFinding(
            "total-row-inside",
            tuple(cube.table.source_id for cube in found),
            tuple(sorted({day for cube in found for day in cube.table.when})),
            f"In {name}, {inside:,} of {rows:,} rows only add up other rows, and nothing but the word in the label "
            f"tells them apart. Adding up every row gives {people(every)} {first.unit}, "
            f"{every / once:.3g} times the {people(once)} of the rows without totals.{warned}",
            (every - once) / every,
            (part("all rows added up", every), part("rows without totals", once)),
        )


def total_rows_differ(tables: Sequence[Table]) -> Iterator[TableFinding]:
    """Yield tables whose rows of totals do not come to what the rows below them add up to."""
    for cube in filter(None, map(_cube, tables)):
        apart, rows_wrong, levels_wrong, levels = [], 0, 0, 0
        patterns = cube.marks[cube.inside].drop_duplicates()
        for _, pattern in patterns.iterrows():
            open_ = [name for name in cube.groups if not pattern[name]]
            level = cube.rows[(cube.marks == pattern).all(axis=1)]
            said, summed = _by(level, open_), _by(cube.detail, open_)
            both = pd.DataFrame({"said": said, "summed": summed})
            rows_wrong += int((both.dropna()["said"] != both.dropna()["summed"]).sum())
            levels += 1
            if float(said.sum()) != float(summed.sum()):
                levels_wrong += 1
                apart.append((int(pattern.sum()), open_, float(said.sum()), float(summed.sum())))
        if not apart and not rows_wrong:
            continue
        detail = float(cube.detail[COUNT].sum())
        # the level with the most totals is the headline that a reader would quote
        headline = max(apart, key=lambda entry: entry[0])[2] if apart else detail
        text = [f"“{cube.table.source.title}” has rows of totals that do not match the rows they add up."]
        if apart:
            text.append(
                f"Its rows without totals add up to {people(detail)} {cube.table.unit}, its highest totals to "
                f"{people(headline)} ({share_of(abs(headline - detail), max(headline, detail))} apart), and "
                f"{number(levels_wrong)} of its {number(levels)} levels of totals come to something else than the rows "
                f"below them."
            )
            text += _where(cube, apart)
        if rows_wrong:
            text.append(f"{number(rows_wrong).capitalize()} of the totals differ from the rows they add up.")
        yield TableFinding(
            "total-row-differs",
            (cube.table.source_id,),
            cube.table.when,
            " ".join(text),
            abs(headline - detail) / max(headline, detail),
            (part("highest totals", headline), part("rows without totals", detail)),
        )


def _where(cube: _Cube, apart: list[tuple[int, list[str], float, float]]) -> list[str]:
    """Name the labels that totals have and the rows below do not, and the other way round, in the widest column."""
    said = []
    for _, open_, _, _ in sorted(apart, key=lambda entry: -entry[0])[:1]:
        for column in open_[:1]:
            level = cube.rows[(cube.marks.drop(columns=open_)).all(axis=1) & ~cube.marks[open_].any(axis=1)]
            both = pd.DataFrame({"said": _by(level, [column]), "summed": _by(cube.detail, [column])}).fillna(0)
            gaps = both["said"] - both["summed"]
            more = [(str(label), gap) for label, gap in gaps.items() if gap >= SMALL]
            less = [(str(label), -gap) for label, gap in gaps.items() if gap <= -SMALL]
            if more:
                named = listed([f"{label} ({people(gap)})" for label, gap in more])
                said.append(f"Only in the totals by {column.lower()}: {named}.")
            if less:
                named = listed([f"{label} ({people(gap)})" for label, gap in less])
                said.append(f"Only in the rows without totals, by {column.lower()}: {named}.")
    return said


def _by(rows: pd.DataFrame, columns: list[str]) -> pd.Series[float]:
    if columns:
        return rows.groupby(columns, sort=False)[COUNT].sum()
    return pd.Series([float(rows[COUNT].sum())] if len(rows) else [], dtype="float64")


def _cube(table: Table) -> _Cube | None:
    """Return a table's rows with its totals marked, or None where it has none."""
    rows = table.apart
    if rows.empty:
        return None
    groups = [str(name) for name in rows.columns if name != COUNT]
    chosen = {condition.column for condition in table.source.where}
    marks = declared_totals(rows, table.source).reindex(columns=groups, fill_value=False)
    undeclared = []
    for name in groups:
        likely = likely_totals(rows[name])
        if name not in chosen and not marks[name].any() and likely.any() and not likely.all():
            marks[name] = likely
            undeclared.append(name)
    marks = marks.loc[:, ~marks.all()]  # cut to its totals on purpose
    return _Cube(table, rows, marks, tuple(undeclared)) if marks.any(axis=None) else None
