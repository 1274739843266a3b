"""The same table on every engine; PySpark where both it and Java are there."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Callable
from typing import Any

import dask.dataframe as dd
import duckdb
import pandas as pd
import polars as pl
import pytest

SPARK = importlib.util.find_spec("pyspark") is not None and shutil.which("java") is not None


def to_spark(frame: pd.DataFrame) -> Any:
    from pyspark.sql import SparkSession  # type: ignore[import-not-found]

    session = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
    session.conf.set("spark.sql.shuffle.partitions", "2")
    kinds = {"str": "string", "int64": "bigint", "Int64": "bigint", "float64": "double", "bool": "boolean"}
    schema = ", ".join(f"`{name}` {kinds.get(str(kind), 'timestamp')}" for name, kind in frame.dtypes.items())
    rows = [tuple(plain(value) for value in row) for row in frame.itertuples(index=False)]
    return session.createDataFrame(rows, schema)


def plain(value: Any) -> Any:
    """Spark takes Python's own numbers and times only."""
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    return value.item() if hasattr(value, "item") else value


ENGINES: dict[str, Callable[[pd.DataFrame], Any]] = {
    "pandas": lambda frame: frame,
    "polars": pl.from_pandas,
    "polars-lazy": lambda frame: pl.from_pandas(frame).lazy(),
    "duckdb": duckdb.from_df,
    "dask": lambda frame: dd.from_pandas(frame, npartitions=3),
    "spark": to_spark,
}

# Spark's Python side talks to its Java side on this machine, so it alone may open a socket
SPARK_MARKS = [pytest.mark.skipif(not SPARK, reason="no Java or no PySpark here"), pytest.mark.enable_socket]
each_engine = pytest.mark.parametrize(
    "engine",
    [pytest.param(make, id=name, marks=SPARK_MARKS if name == "spark" else []) for name, make in ENGINES.items()],
)
