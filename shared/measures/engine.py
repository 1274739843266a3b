"""The few steps that must be spelt the same way for every table engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any, Generic, TypeVar

import narwhals.stable.v2 as nw
import pandas as pd

from shared.errors import MeasureError

Frame = nw.LazyFrame[Any]
T = TypeVar("T")


@dataclass(frozen=True)
class Query(Generic[T]):
    """A lazy table of counts, and what becomes of it once it is collected."""

    table: Frame
    read: Callable[[pd.DataFrame], T]


def collect(queries: Sequence[Query[Any]]) -> list[Any]:
    """Return the results of several queries of one engine: polars answers all in one pass, others one by one."""
    if queries and all(query.table.implementation.is_polars() for query in queries):
        import polars as pl

        found = pl.collect_all([nw.to_native(query.table) for query in queries], engine="streaming")
        return [query.read(_plain(frame)) for query, frame in zip(queries, found, strict=True)]
    return [query.read(rows(query.table)) for query in queries]


def counter(table: Frame) -> Callable[[Any], Any]:
    """Return how this engine counts the rows that meet a condition: Spark cannot add up yes and no."""
    spark = table.implementation.is_pyspark() or table.implementation.is_pyspark_connect()
    return (lambda condition: flag(condition).sum()) if spark else (lambda condition: condition.sum())


def every(conditions: Sequence[Any]) -> Any:
    """All conditions are met; met by none at all."""
    return reduce(and_, conditions) if conditions else nw.lit(True)


def some(conditions: Sequence[Any]) -> Any:
    """At least one condition is met."""
    return reduce(or_, conditions) if conditions else nw.lit(False)


def flag(condition: Any) -> Any:
    """Turn a condition into 1 and 0 (missing counts as 0): some engines cannot add up yes and no."""
    return nw.when(condition).then(nw.lit(1, dtype=nw.Int64)).otherwise(nw.lit(0, dtype=nw.Int64))


def lazy(frame: Any) -> Frame:
    """Wrap any engine's table without reading it."""
    wrapped = nw.from_native(frame)
    return wrapped.lazy() if isinstance(wrapped, nw.DataFrame) else wrapped


def beside(table: Frame, columns: Mapping[str, Any]) -> Frame:
    """Put columns beside those of a table."""
    return table.with_columns(**columns) if columns else table


def rows(table: nw.LazyFrame[Any]) -> pd.DataFrame:
    """Counts brought into pandas, whatever the engine; polars works through the table piece by piece."""
    if table.implementation.is_polars():
        return _plain(nw.to_native(table).collect(engine="streaming"))
    return table.collect().to_pandas().reset_index(drop=True)


def pieces(table: Frame, size: int) -> Iterator[pd.DataFrame]:
    """Hand a table over in pieces of about ``size`` rows, always in the same order; no more than a few are held.

    Raises ``MeasureError`` for an engine that does not keep its rows in an order.
    """
    native = nw.to_native(table)
    if table.implementation.is_polars():
        for piece in native.collect_batches(chunk_size=size, maintain_order=True, engine="streaming"):
            yield _plain(piece)
    elif table.implementation.is_duckdb():
        for batch in native.to_arrow_reader(size):
            yield batch.to_pandas()
    elif table.implementation.is_pandas():
        for start in range(0, len(native), size):
            yield native.iloc[start : start + size]
    else:
        raise MeasureError(
            "Records can be gone through piece by piece on polars, DuckDB and pandas only.",
            hint="Hand the records over as Parquet.",
        )


def _plain(found: Any) -> pd.DataFrame:
    """Numpy's own columns: polars' way to pandas gives Arrow's types, which no other engine's counts have."""
    return pd.DataFrame({column.name: column.to_numpy() for column in found})


def one_row(frame: pd.DataFrame) -> dict[str, Any]:
    """Read the only row of a collected table of sums."""
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
