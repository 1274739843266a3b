"""What a case study will ask of records too many to hold, found out on a few, so that one pass answers all of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import combinations

from shared.cases.model import CaseStudy
from shared.errors import MeasureError
from shared.measures.indicators.context import FEWEST_DRAWS, Context, counts_keys
from shared.measures.one_pass import Table, count_all
from shared.sources.large import LargeRecords, Rows
from shared.sources.prepare import AREA_COLUMN

TRIED = 10_000
"""Records on which the indicators are tried: which counts they ask for hardly depends on the records."""
MOST_CELLS = 200_000
"""Cells of a table of published columns that is counted beforehand; a larger one takes a pass when it is asked for."""


def foresee(context: Context, measure: Callable[[Context], object]) -> None:
    """Make the counts that ``measure`` will ask for, one pass for each source of records too many to hold.

    ``measure`` is run on the first records; what it asked for there is then counted of all. What it asks for beside
    that is counted when it does, so that a figure never depends on what was foreseen. Counted in the same pass are the
    columns that may be published, for the tables of the report.
    """
    large = {name: rows for name, rows in context.prepared.frames.items() if isinstance(rows, LargeRecords)}
    if not large:
        return
    few = replace(context.prepared, frames=context.prepared.frames | {n: r.first(TRIED) for n, r in large.items()})
    tried = Context(context.case, few, as_of=context.as_of, draws=FEWEST_DRAWS, seed=context.seed)
    measure(tried)
    for name, rows in large.items():
        tables = [Table(columns, cluster) for columns, cluster in tried.crossed(name)]
        raw = [Table(columns, raw=True) for columns in _published(context.case, name, few.frames[name])]
        source = context.source(name)
        try:
            with rows.being_read() as records:
                found = count_all(records, source, tables=[*tables, *raw], exact=counts_keys(source, rows))
        except MeasureError:  # each indicator says it for itself
            continue
        context.foreseen(name, found)
        for table in raw:
            rows.keep_texts(table.columns, found.tables[table])


def _published(case: CaseStudy, name: str, few: Rows) -> list[tuple[str, ...]]:
    """Return the tables of which those of the report are made: every two published columns stand together in one.

    Beside them what was asked of the few records by text, and each question whose answers are listed, or that another
    column is derived from, by itself.
    """
    assert isinstance(few, LargeRecords)
    source = case.sources[name]
    listed = [*case.disclosure.publish.get(name, ()), AREA_COLUMN]
    public = [column for column in dict.fromkeys(listed) if column in few and few.in_words(column)]
    made = covering({column: 1 + size for column, size in zip(public, few.sizes(public), strict=True)})
    asked = [column for column, rules in source.columns.items() if rules.allowed is not None]
    asked += [rule.column for rule in source.derive.values()]
    alone = [column for column in dict.fromkeys(asked) if column in few and few.in_words(column)]
    made += [group for group in few.asked if all(map(few.in_words, group)) and not _inside(group, made)]
    return [*made, *((column,) for column in dict.fromkeys((*alone, *public)) if not _inside((column,), made))]


def _inside(columns: tuple[str, ...], tables: list[tuple[str, ...]]) -> bool:
    return any(set(columns) <= set(table) for table in tables)


def covering(sizes: Mapping[str, int], most: int = MOST_CELLS) -> list[tuple[str, ...]]:
    """Return few tables of at most ``most`` cells in which every two columns (with their groups) stand together.

    Greedy: a table begins with the two columns of most cells that are in none yet, and takes what still fits, what
    covers most first. Two columns with more cells than that are in no table.
    """
    open_ = {frozenset(pair) for pair in combinations(sizes, 2) if sizes[pair[0]] * sizes[pair[1]] <= most}
    tables = []
    while open_:
        table = sorted(max(open_, key=lambda pair: (math.prod(sizes[name] for name in pair), sorted(pair))))
        while True:
            cells = math.prod(sizes[name] for name in table)
            new = {name: sum(frozenset((name, one)) in open_ for one in table) for name in sizes if name not in table}
            fits = [name for name, covers in new.items() if covers and cells * sizes[name] <= most]
            if not fits:
                break
            table.append(max(fits, key=lambda name: (new[name], -sizes[name], name)))
        open_ -= {frozenset(pair) for pair in combinations(table, 2)}
        tables.append(tuple(name for name in sizes if name in table))
    return tables
