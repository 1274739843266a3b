"""What it means that a row is there, or is not: groups without a row, rows that count nobody, codes without words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from shared.measures.tables.view import (
    Table,
    TableFinding,
    listed,
    number,
    people,
    percent,
    releases,
)  # fmt: skip

NAMED = 5
"""Groups without a row are named up to this number; longer lists (nationalities) are only counted."""
LARGE = 0.05
"""A group that ever holds more than this share of a table does not come and go: categories were renamed."""
PADDED = 0.5
_CODE = re.compile(r"[A-Za-z]{1,3}[-_ ]?\d{1,3}[A-Za-z]?|\d{1,4}")


def group_without_row(tables: Sequence[Table]) -> Iterator[TableFinding]:
    """Yield complete series in which a group has a row in some releases and none in others, instead of a nought."""
    for found in releases([t for t in tables if t.source.kind == "table"]).values():
        if len(found) < 2 or not all(t.complete for t in found):
            continue
        for column in found[0].margins:
            if not all(column in t.margins for t in found):
                continue
            every = list(dict.fromkeys(str(label) for t in found for label in t.margins[column].index))
            absent = {label: [t for t in found if label not in t.margins[column].index] for label in every}
            gone = {label: where for label, where in absent.items() if where}
            largest = max(
                (float(t.margins[column].get(label, 0)) / t.total for label in gone for t in found), default=1
            )
            if not gone or len(every) < 3 or largest > LARGE:
                continue
            fewest, most = (f(len(t.margins[column]) for t in found) for f in (min, max))
            between = f"from {number(fewest)} to {number(most)}" if fewest != most else number(most)
            named = f": {listed(sorted(gone), NAMED)}" if len(gone) <= NAMED else ""
            yield TableFinding(
                "group-without-row",
                tuple(t.source_id for t in found),
                tuple(day for t in found for day in t.when),
                f"The {number(len(found))} releases of “{found[-1].name}” list {between} of {number(len(every))} "
                f"groups by {found[-1].called(column).lower()}; {number(len(gone))} "
                f"{'has' if len(gone) == 1 else 'have'} no row at least once{named}. "
                "Whether that means none, not counted or left out is not said.",
                len(gone) / len(every),
            )


def mostly_noughts(tables: Sequence[Table]) -> Iterator[TableFinding]:
    """Yield tables with more rows that count nobody than rows that count somebody."""
    for table in tables:
        empty = int((table.cells == 0).sum())
        if empty > PADDED * len(table.cells):
            yield TableFinding(
                "mostly-noughts",
                (table.source_id,),
                table.when,
                f"“{table.source.title}” has {number(len(table.cells))} combinations of groups, of which "
                f"{number(empty)} ({percent(empty / len(table.cells))}) count nobody and "
                f"{number(len(table.cells) - empty)} share its {people(table.total)} {table.unit}: the table is finer "
                "than what is counted in it.",
                empty / len(table.cells),
            )


def codes_unexplained(tables: Sequence[Table]) -> Iterator[TableFinding]:
    """Yield columns of groups that hold nothing but codes, without words beside them in the table."""
    for table in tables:
        for name, rules in table.source.columns.items():
            if table.source.kind != "table" or rules.role != "group" or rules.allowed is not None:
                continue
            if name not in table.apart:
                continue
            codes = sorted(set(table.apart[name].dropna()))
            if len(codes) > 1 and all(_CODE.fullmatch(code) for code in codes):
                shown = f", here taken from elsewhere ({rules.shown_as})" if rules.shown_as else ""
                yield TableFinding(
                    "codes-unexplained",
                    (table.source_id,),
                    table.when,
                    f"“{table.source.title}” names its groups by {number(len(codes))} codes for “{table.called(name)}” "
                    f"({codes[0]} to {codes[-1]}); what they mean is not in the table{shown}.",
                )
