"""Counts over records, on any table engine: present, valid, complete, consistent, different keys.

Written once with narwhals (see ``answers``), so pandas, polars, DuckDB, Dask and PySpark give the same numbers. Rates
and intervals are computed from the counts, elsewhere; nothing here returns a record.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from shared.cases.columns import Edit
from shared.cases.model import Source
from shared.measures.answers import Answers, condition_columns, read_answers
from shared.measures.count_queries import keys_query, source_query
from shared.measures.counts import EditCounts, SourceCounts, VariableCounts
from shared.measures.engine import Query, collect

__all__ = ["KEPT_KEYS", "EditCounts", "SourceCounts", "VariableCounts", "count_source", "counted_columns", "with_keys"]

KEPT_KEYS = 1_000_000
"""So many keys are held at most when their number may be an estimate."""


def count_source(frame: Any, source: Source, *, exact: bool = True) -> SourceCounts:
    """Count everything that the integrity indicators need (see ``one_pass`` to count tables with it).

    Args:
        frame: the records, on any engine.
        source: what its columns mean; key, edits, weight and imputation flags are taken from it.
        exact: False holds at most about ``KEPT_KEYS`` keys and estimates how many there are (polars and DuckDB only);
            ``distinct_error`` of the result is the relative standard error of that, a tenth of a per cent or less.

    Raises:
        MeasureError: a column is absent, a record has no weight or one below 0, or an estimate is asked of an engine
            that makes none.
    """
    return with_keys(read_answers(frame, source, counted_columns(source)), source, [], exact=exact)[0]


def counted_columns(source: Source) -> list[str]:
    """Columns beside the declared ones that the counts of a source look at."""
    flags_of_imputed = [condition.column for condition in source.imputed.values()]
    extra = [*source.key, *(c for e in source.edits for c in _columns_of(e)), *source.imputed, *flags_of_imputed]
    return [*extra, *condition_columns(source), *([source.weight] if source.weight else [])]


def with_keys(
    answers: Answers, source: Source, more: Sequence[Query[Any]], *, exact: bool
) -> tuple[SourceCounts, list[Any]]:
    """Return the counts of a source and the results of further queries, collected together.

    An estimate of the different keys comes after: it depends on the number of records.
    """
    counts: SourceCounts
    if not source.key:
        counts, *others = collect([source_query(answers, source), *more])
        return counts, others
    if exact:
        counts, distinct, *others = collect([source_query(answers, source), keys_query(answers, source.key), *more])
        return replace(counts, distinct=distinct[0]), others
    counts, *others = collect([source_query(answers, source), *more])
    [found] = collect([keys_query(answers, source.key, step=math.ceil(counts.keyed / KEPT_KEYS) or 1)])
    return replace(counts, distinct=found[0], distinct_error=found[1]), others


def _columns_of(edit: Edit) -> list[str]:
    return [edit.left] if edit.right is None else [edit.left, edit.right]
