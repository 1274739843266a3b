"""Everything that a case study counts in one source, asked for at once: one pass over the data where the engine can.

polars works through a file once for all counts; other engines answer one query after the other, with the same numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from shared.cases.model import Source
from shared.measures.answers import Answers, read_answers
from shared.measures.counting import SourceCounts, counted_columns, with_keys
from shared.measures.engine import Query
from shared.measures.tabulation import cross_columns, cross_query, group_query, unit_columns, units_query


@dataclass(frozen=True)
class Table:
    """A table of counts wanted of a source.

    columns   declared or derived columns
    cluster   also by the source's cluster (see ``cross_counts``)
    raw       by the text of the columns whether valid or not, without weights (see ``group_counts``)
    """

    columns: tuple[str, ...]
    cluster: bool = False
    raw: bool = False


@dataclass(frozen=True)
class Counted:
    """What ``count_all`` found: what ``count_source``, ``answer_units`` (None where not asked for) and
    ``cross_counts`` or ``group_counts`` return one by one."""

    counts: SourceCounts
    units: pd.DataFrame | None
    tables: Mapping[Table, pd.DataFrame]


def count_all(
    frame: Any, source: Source, *, tables: Iterable[Table] = (), units: bool = True, exact: bool = True
) -> Counted:
    """Count a source, its bootstrap units and any number of tables, in one pass where the engine allows.

    Args:
        frame: the records, on any engine; an engine's lazy table is worked through piece by piece.
        source: what its columns mean.
        tables: the tables wanted; columns that are in the frame and not declared are taken as plain text.
        units: whether the units of the bootstrap are wanted.
        exact: False estimates the different keys, as in ``count_source``; that takes one pass more.

    Raises ``MeasureError`` as ``count_source`` does.
    """
    wanted = tuple(dict.fromkeys(tables))
    columns = counted_columns(source)
    columns += unit_columns(source) if units else []
    for table in wanted:
        columns += [] if table.raw else cross_columns(source, table.columns, cluster=table.cluster)
    raw = [name for table in wanted if table.raw for name in table.columns]
    answers = read_answers(frame, source, columns, untouched=raw)
    queries: list[Query[pd.DataFrame]] = [units_query(answers, source)] if units else []
    queries += [_table_query(answers, source, table) for table in wanted]
    counts, found = with_keys(answers, source, queries, exact=exact)
    return Counted(
        counts, found[0] if units else None, dict(zip(wanted, found[len(found) - len(wanted) :], strict=True))
    )


def _table_query(answers: Answers, source: Source, table: Table) -> Query[pd.DataFrame]:
    if table.raw:
        return group_query(answers.frame, {name: answers.as_is(name) for name in table.columns})
    return cross_query(answers, source, table.columns, cluster=table.cluster)
