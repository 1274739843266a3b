"""Which rows meet a condition of case.yaml, whether the column holds texts or typed values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from shared.cases.columns import Column, Condition, Scalar
from shared.errors import DataError, nearest
from shared.sources.typed import as_text


def holds(frame: pd.DataFrame, condition: Condition, columns: Mapping[str, Column] | None = None) -> pd.Series:
    """Return a yes/no for each row: the column holds one of ``is_in``, or any value when that is left out.

    ``columns`` are the source's declared columns: their ``missing`` codes do not count as a value unless named.
    Numbers compare as numbers, dates as 2024-12-31, yes/no as true/false, texts exactly. A missing value never
    meets a condition. Raises ``DataError`` when the frame has no such column.
    """
    if condition.column not in frame.columns:
        hint = nearest(condition.column, [str(c) for c in frame.columns])
        raise DataError(f'There is no column "{condition.column}" to select by.', hint=hint)
    series = frame[condition.column]
    rules = (columns or {}).get(condition.column)
    if condition.is_in is None:
        return (series.notna() & ~as_text(series).isin(rules.missing if rules else ())).astype(bool)
    number = rules is not None and rules.type in ("integer", "number")
    if number or (pd.api.types.is_numeric_dtype(series) and not pd.api.types.is_bool_dtype(series)):
        wanted = pd.to_numeric(pd.Series([_text(v) for v in condition.is_in]), errors="coerce").dropna()
        as_number = pd.to_numeric(series, errors="coerce").isin(list(wanted)).astype(bool)
        # a record's raw text may be a code such as "refused" that is no number
        return as_number | as_text(series).isin([_text(v) for v in condition.is_in]).astype(bool)
    return as_text(series).isin([_text(value) for value in condition.is_in]).astype(bool)


def all_hold(
    frame: pd.DataFrame, conditions: Iterable[Condition], columns: Mapping[str, Column] | None = None
) -> pd.Series:
    """Return a yes/no for each row: every condition is met (all rows when there is none)."""
    kept = pd.Series(True, index=frame.index)
    for condition in conditions:
        kept &= holds(frame, condition, columns)
    return kept


def _text(value: Scalar) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
