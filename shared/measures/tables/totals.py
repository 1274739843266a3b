"""Do tables of one release agree with each other: their totals, parts with wholes, one thing counted in two ways."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

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


def totals_differ(tables: Sequence[Table]) -> Iterator[TableFinding]:
    """Yield each release whose complete tables of the same unit, by the same publisher, have different totals."""

    def release(table: Table) -> tuple[str, str, str]:
        return (str(table.source.as_at), table.source.attribution, table.unit)

    whole = [t for t in tables if t.complete and t.unit and t.when and t.source.part_of is None]
    for (_, _, unit), group in itertools.groupby(sorted(whole, key=release), key=release):
        found = sorted(group, key=lambda table: -table.total)
        if len(found) < 2 or found[0].total == found[-1].total:
            continue
        gap = found[0].total - found[-1].total
        totals = listed([f"{people(t.total)} in “{t.name}”" for t in found], most=len(found))
        yield TableFinding(
            "totals-differ",
            tuple(t.source_id for t in found),
            found[0].when,
            f"For {found[0].when[0]:%B %Y}, tables that each list every category of {unit} add up to different totals: "
            f"{totals}. The largest and the smallest are {people(gap)} ({share_of(gap, found[0].total)}) apart.",
            gap / found[0].total,
            tuple(part(t.source.title, t.total) for t in found),
        )


def part_larger_than_whole(tables: Sequence[Table]) -> Iterator[TableFinding]:
    """Yield each table declared as a part of another that has more people than the whole, in all or for one label.

    Labels are compared as written; a label that a complete whole does not list is one without a whole.
    """
    by_id = {table.source_id: table for table in tables}
    for table in tables:
        whole = by_id.get(table.source.part_of or "")
        if whole is None:
            continue
        mine, theirs = _first_margin(table), _first_margin(whole)
        larger = [(str(n), count, float(theirs[str(n)])) for n, count in mine.items() if count > theirs.get(n, count)]
        absent = [(str(n), count) for n, count in mine.items() if n not in theirs.index and whole.complete]
        ids, when = (table.source_id, whole.source_id), table.when
        if larger:
            worst = sorted(larger, key=lambda entry: entry[2] / entry[1])
            shown = listed([f"{label} ({people(count)} of {people(all_)})" for label, count, all_ in worst])
            yield TableFinding(
                "part-larger-than-whole", ids, when,
                f"In “{table.source.title}”, {number(len(larger))} of {number(len(mine))} groups have more people "
                f"than in “{whole.source.title}”, of which they should be a part: {shown}.",
                max((count - all_) / count for _, count, all_ in larger),
                tuple(part(label, count) for label, count, _ in worst),
            )  # fmt: skip
        if absent:
            held = sum(count for _, count in absent)
            names = listed([label for label, count in absent if count >= SMALL] or ["small groups only"])
            yield TableFinding(
                "part-larger-than-whole", ids, when,
                f"In “{table.source.title}”, {number(len(absent))} of {number(len(mine))} groups are not in "
                f"“{whole.source.title}”, of which they should be a part: {names}.",
                held / table.total if table.total else None,
            )  # fmt: skip
        if not larger and whole.complete and table.total > whole.total:
            yield TableFinding(
                "part-larger-than-whole", ids, when,
                f"“{table.source.title}” adds up to {people(table.total)}, more than the {people(whole.total)} of "
                f"“{whole.source.title}”, of which it should be a part.",
                (table.total - whole.total) / table.total,
            )  # fmt: skip


def counts_differ(tables: Sequence[Table]) -> Iterator[TableFinding]:
    """Yield pairs of tables that count the same unit at the same date, brought to the same labels, and disagree.

    The labels are those of a derived column that both declare; only labels that both tables have are compared.
    """
    own = [t for t in tables if t.source.kind == "table" and t.unit and t.when and t.source.part_of is None]
    for one, other in itertools.combinations(own, 2):
        shared = [name for name in one.placed if name in other.placed]
        releases_of_one = one.source.series is not None and one.source.series == other.source.series
        if releases_of_one or (one.when, one.unit) != (other.when, other.unit):
            continue
        # of several labels that one pair shares, the finest: a gap shows in all of them
        pairs = [
            pd.DataFrame({"one": _by_place(one, name), "other": _by_place(other, name)}).dropna() for name in shared
        ]
        pairs = [both[(both >= SMALL).all(axis=1)] for both in pairs]
        pairs = [both for both in pairs if not both.empty and (both["one"] != both["other"]).any()]
        if not pairs:
            continue
        both = max(pairs, key=len)
        if both["one"].sum() < both["other"].sum():
            one, other, both = other, one, both.rename(columns={"one": "other", "other": "one"})
        gaps = (both["one"] - both["other"]).abs().sort_values(ascending=False, kind="stable")
        differ = gaps.index[gaps > 0]
        shown = [f"{label} {people(both['one'][label])} and {people(both['other'][label])}" for label in differ]
        high, low = float(both["one"].sum()), float(both["other"].sum())
        yield TableFinding(
            "counts-differ",
            (one.source_id, other.source_id),
            one.when,
            f"For {one.when[0]:%B %Y} and the {number(len(both))} groups that both tables have, “{one.name}” "
            f"counts {people(high)} and “{other.name}” {people(low)} {one.unit} "
            f"({share_of(high - low, high)} fewer); {_apart(len(differ), len(both))} {listed(shown[:3])}.",
            (high - low) / high,
            tuple(
                part(f"{label}: {t.name}", both[k][label])
                for label in differ
                for t, k in ((one, "one"), (other, "other"))
            ),
        )


def _apart(differ: int, groups: int) -> str:
    """Say how many groups the difference sits in, where that is few of them."""
    return "furthest apart are" if differ > 3 or differ == groups else f"all of it is in {number(differ)} of them:"


def _first_margin(table: Table) -> pd.Series[float]:
    return next(iter(table.margins.values()))


def _by_place(table: Table, name: str) -> pd.Series[float]:
    """Counts by the labels of a derived column."""
    column, places = table.placed[name]
    counts = table.margins[column]
    kept = counts[counts.index.isin(list(places))]
    return kept.groupby(kept.index.map(places), sort=False).sum()
