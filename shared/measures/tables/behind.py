"""Who is behind the counts of a table: few people behind many things, and people counted in several parts."""

from __future__ import annotations

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

MUCH, MANY = 0.005, 100
"""Few people behind many counts are reported from this share of the table on, or this many in one row."""
HEAVY = 25
"""From this many things for each person on, a row is named: nobody reports so much by chance."""


def few_behind_many(tables: Sequence[Table]) -> Iterator[TableFinding]:
    """Yield tables with rows in which 10 or more things come from fewer than 10 people, or very many from each."""
    for table in tables:
        if table.behind is None or table.source.kind != "table":
            continue
        both = pd.DataFrame({"things": table.cells, "people": table.behind}).dropna()
        few = both[(both["things"] >= SMALL) & (both["people"] > 0) & (both["people"] < SMALL)]
        heavy = both[(both["people"] >= SMALL) & (both["things"] >= HEAVY * both["people"])]
        heavy = heavy.assign(each=heavy["things"] / heavy["people"]).sort_values("each", ascending=False, kind="stable")
        if few.empty or (few["things"].sum() < MUCH * table.total and few["things"].max() < MANY):
            few = few.iloc[:0]
        if few.empty and heavy.empty:
            continue
        text = []
        if len(few):
            most = few["things"].sort_values(ascending=False, kind="stable")
            text.append(
                f"In {number(len(few))} of the {number(len(both))} rows of “{table.source.title}”, {SMALL} or more "
                f"{table.unit} come from fewer than {SMALL} people, {people(most.sum())} {table.unit} in all "
                f"({share_of(most.sum(), table.total)} of the table); the most in one row are {people(most.iloc[0])} "
                f"({most.index[0]})."
            )
        if len(heavy):
            shown = [
                f"{label} ({people(row['things'])} from {people(row['people'])})" for label, row in heavy.iterrows()
            ]
            text.append(
                f"{HEAVY} or more {table.unit} for each person are in {number(len(heavy))} "
                f"{'row' if len(heavy) == 1 else 'rows'} of “{table.source.title}”: {listed(shown, 3)}."
            )
        held = float(few["things"].sum() + heavy["things"].sum())
        yield TableFinding(
            "few-behind-many",
            (table.source_id,),
            table.when,
            " ".join(text),
            held / table.total,
            tuple(part(str(label), n) for label, n in pd.concat([few["things"], heavy["things"]]).items()),
        )


def people_overlap(tables: Sequence[Table]) -> Iterator[TableFinding]:
    """Yield wholes whose parts add up in things and not in people: some people are in more than one part."""
    by_id = {table.source_id: table for table in tables}
    parts: dict[str, list[Table]] = {}
    for table in tables:
        if table.source.part_of in by_id and table.behind is not None:
            parts.setdefault(str(table.source.part_of), []).append(table)
    for source_id, group in parts.items():
        whole = by_id[source_id]
        if whole.behind is None or len(group) < 2 or sum(t.total for t in group) != whole.total:
            continue
        inside, once = sum(float(t.behind.sum()) for t in group if t.behind is not None), float(whole.behind.sum())
        if inside - once >= SMALL:
            yield TableFinding(
                "people-overlap",
                (*(t.source_id for t in group), source_id),
                whole.when,
                f"The {number(len(group))} parts of “{whole.source.title}” add up to its {people(whole.total)} "
                f"{whole.unit}, but the people behind them to {people(inside)} against {people(once)}: "
                f"{people(inside - once)} are counted in more than one part, so numbers of people must not be added "
                f"up, over areas or years either.",
                (inside - once) / once,
                (part("people in the parts", inside), part("people in the whole", once)),
            )
