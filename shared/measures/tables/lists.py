"""What a list holds and what it leaves out: where it is cut off, what it cannot class, figures too small to publish."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from shared.measures.tables.view import (
    SMALL,
    Table,
    TableFinding,
    listed,
    number,
    part,
    people,
    releases,
    share_of,
)  # fmt: skip

ROUND_LENGTHS = (5, 10, 15, 20, 25, 30, 40, 50, 100)
ROUND_ENDS = (10, 20, 25, 50, 100, 200, 250, 500, 1000)
CLOSE = 1.15
"""A list ends at a round number when its smallest counts, release after release, lie between it and 15 % above."""
UNCLASSED = re.compile(
    r"\W*((all )?others?(\W+(and|or)\b.*)?\W*$"
    r"|(unknown|n/?a|not (known|stated|specified|recorded|given)|unspecified|null)\b)",
    re.IGNORECASE,
)
"""Labels that name no group: "Other", "Other and unknown", "N/A - ..."; but not "Other migrants"."""
UNCLASSED_SHARE = 0.01


def list_cut_off(tables: Sequence[Table]) -> Iterator[TableFinding]:
    """Yield tables that hold only the largest groups, recognised by their shape.

    Falling counts, no group below 10, nothing left over, and either a round number of rows or an end just above
    a round number. How many people are not listed is taken from the complete tables of the same date and unit.
    """
    ends = _ends(tables)
    for table in tables:
        counts = next(iter(table.margins.values()))
        falling = counts.is_monotonic_decreasing and len(table.margins) == 1 and len(counts) > 3
        if table.source.kind != "table" or not falling or counts.min() < SMALL:
            continue
        if any(UNCLASSED.match(str(label)) for label in counts.index):
            continue
        end = ends.get(table.source_id)
        if len(counts) in ROUND_LENGTHS:
            shape = f"stops after the {len(counts)} largest groups, at {people(counts.min())}"
        elif end is not None:
            shape = (
                f"lists {len(counts)} groups and none with {end:,} or fewer (the smallest has {people(counts.min())})"
            )
        else:
            continue
        text, size = _left_out(table, tables)
        if table.complete and not text and len(counts) < 10:
            continue  # a few ordered groups (lengths of time) may fall by nature
        claim = " It is declared as complete, which does not fit." if table.complete else ""
        yield TableFinding(
            "list-cut-off",
            (table.source_id,),
            table.when,
            f"“{table.source.title}” {shape}, and has no line for the rest.{text}{claim}",
            size,
            (part("listed", table.total),),
        )


def not_classified(tables: Sequence[Table]) -> Iterator[TableFinding]:
    """Yield tables in which 1 % or more are under a label that says no more than other, unknown or not applicable.

    Columns of one table that have the same people there (no region, so no authority either) are named together.
    """
    for table in tables:
        columns: dict[tuple[tuple[str, float], ...], list[str]] = defaultdict(list)
        for column, counts in table.margins.items():
            vague = [(str(label), float(count)) for label, count in counts.items() if UNCLASSED.match(str(label))]
            columns[tuple(vague)].append(column)
        for labels, named in columns.items():
            held = sum(count for _, count in labels)
            if held >= SMALL and held / table.total >= UNCLASSED_SHARE:
                share = held / table.total
                names = listed([f"“{label}”" for label, count in labels if count >= SMALL])
                yield TableFinding(
                    "not-classified",
                    (table.source_id,),
                    table.when,
                    f"In “{table.source.title}”, {people(held)} of {people(table.total)} "
                    f"({share_of(held, table.total)}) are under {names} by "
                    f"{listed([table.called(n) for n in named])}: what they are is not said.",
                    share,
                    tuple(part(label, count) for label, count in labels),
                )


def small_cells(tables: Sequence[Table]) -> Iterator[TableFinding]:
    """Yield the organisation's tables that publish counts from 1 to 9, with how many, never which."""
    for table in tables:
        small = int(((table.cells > 0) & (table.cells < SMALL)).sum())
        if table.source.kind == "table" and small:
            yield TableFinding(
                "small-cells",
                (table.source_id,),
                table.when,
                f"“{table.source.title}” publishes {number(small)} {'figure' if small == 1 else 'figures'} "
                f"below {SMALL} among its {number(len(table.cells))}; they are not shown here.",
                small / len(table.cells),
            )


def _ends(tables: Sequence[Table]) -> dict[str, int]:
    """Source id -> the round number just below which every release of its series ends."""
    found = {}
    for series in releases(tables).values():
        smallest = [float(table.cells.min()) for table in series]
        for end in ROUND_ENDS:
            if len(series) > 1 and all(end < least <= CLOSE * end for least in smallest):
                found.update({table.source_id: end for table in series})
    return found


def _left_out(table: Table, tables: Sequence[Table]) -> tuple[str, float | None]:
    whole = sorted(
        {
            t.total
            for t in tables
            if t.complete and t.source.kind == "table" and t.when == table.when and t.unit == table.unit
            and t.source.part_of is None and t.source_id != table.source_id
        }
    )  # fmt: skip
    if not whole or table.source.part_of is not None or whole[0] <= table.total:
        return "", None
    rest = [f"{people(total - table.total)}" for total in whole]
    most = (whole[-1] - table.total) / whole[-1]
    between = f"{rest[0]} to {rest[-1]}" if len(rest) > 1 else rest[0]
    according = ", depending on which table's total is right" if len(rest) > 1 else ""
    return f" It holds {people(table.total)} {table.unit}; {between} more are not in it{according}.", most
