"""The few steps that must be spelt the same way for every table engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from shared.errors import MeasureError

Frame = nw.LazyFrame[Any]


def flag(condition: Any) -> Any:
    """Turn a condition into 1 and 0 (missing counts as 0): some engines cannot add up yes and no."""
    return nw.when(condition).then(nw.lit(1, dtype=nw.Int64)).otherwise(nw.lit(0, dtype=nw.Int64))


def lazy(frame: Any) -> Frame:
    """Wrap any engine's table without reading it."""
    wrapped = nw.from_native(frame)
    return wrapped.lazy() if isinstance(wrapped, nw.DataFrame) else wrapped


def added(terms: Sequence[Any]) -> Any:
    """Add up columns; 0 for none."""
    total: Any = nw.lit(0, dtype=nw.Int64)
    for term in terms:
        total = total + term
    return total


def product(terms: Sequence[Any]) -> Any:
    """Multiply columns; 1 for none."""
    total: Any = nw.lit(1, dtype=nw.Int64)
    for term in terms:
        total = total * term
    return total


def rows(table: nw.LazyFrame[Any]) -> pd.DataFrame:
    """Counts brought into pandas, whatever the engine; polars works through the table piece by piece."""
    if table.implementation.is_polars():
        found = nw.to_native(table).collect(engine="streaming")
        # numpy's own columns: polars' way to pandas gives Arrow's types, which no other engine's counts have
        return pd.DataFrame({column.name: column.to_numpy() for column in found})
    return table.collect().to_pandas().reset_index(drop=True)


def one_row(table: nw.LazyFrame[Any]) -> dict[str, Any]:
    """Read the only row of a table of sums."""
    frame = rows(table)
    return {str(name): frame[name].iloc[0] for name in frame.columns}


def whole(value: Any) -> int:
    """Engines answer with Decimal, numpy or plain integers, and with nothing for an empty table."""
    return 0 if pd.isna(value) else int(value)


def number(value: Any) -> float:
    """Return a sum as a plain number; 0 for an empty table."""
    return 0.0 if pd.isna(value) else float(value)


def one_in(table: Frame, step: int) -> Frame:
    """Return the rows whose hash falls into one of ``step`` classes: equal rows are all in or all out.

    Raises ``MeasureError`` for an engine without hashes of its own that are the same everywhere in a table.
    """
    native = nw.to_native(table)
    if table.implementation.is_polars():
        import polars as pl

        return lazy(native.filter(pl.struct(pl.all()).hash(seed=1) % step == 0))
    if table.implementation.is_duckdb():
        names = ", ".join('"' + name.replace('"', '""') + '"' for name in native.columns)
        return lazy(native.filter(f"hash({names}) % {step} = 0"))
    raise MeasureError(
        "Different keys can be estimated on polars and DuckDB only.",
        hint="Count them exactly, or hand the records over as Parquet.",
    )
