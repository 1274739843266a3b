"""Parquet files as a frame of texts, read with DuckDB: no column is rounded on the way."""

from __future__ import annotations

import tempfile
from pathlib import Path

import duckdb
import pandas as pd

from shared.errors import DataError
from shared.sources.rows import MAX_COLUMNS, TextTable, formula_notes

MAX_CELLS = 200_000_000
_NESTED = ("STRUCT", "MAP", "UNION", "BLOB")
_LIMITS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "memory_limit": "4GB",
}


def parse_parquet(data: bytes, *, shown: str) -> TextTable:
    """Return the table of a Parquet file as text, the way it would be typed: 18 not 18.0, dates as 2024-12-31.

    Moments with a time zone are given in UTC, not-a-number is missing, lists and blocks are kept as one text (noted).
    Raises ``DataError`` for a damaged or encrypted file, one without rows, and one with more than 200 million cells
    (a few bytes can stand for a billion equal values).
    """
    with tempfile.TemporaryDirectory(prefix="casebook-") as folder:
        path = Path(folder) / "table.parquet"
        path.write_bytes(data)
        try:
            return _read(str(path), shown)
        except (duckdb.Error, RuntimeError, ValueError) as error:  # the last two: names that are no UTF-8
            hint = "Ask for it again, or for the table as CSV."
            raise DataError("The file cannot be read as Parquet.", where=shown, hint=hint) from error


def closed_connection(path: str) -> duckdb.DuckDBPyConnection:
    """Return a connection that can open this one file and nothing else, on this machine or elsewhere."""
    connection = duckdb.connect(config=_LIMITS)
    named = path.replace("'", "''")  # a name that the project made itself
    connection.execute(f"SET allowed_paths = ['{named}']; SET enable_external_access = false")
    return connection


def _read(path: str, shown: str) -> TextTable:
    with closed_connection(path) as connection:
        table = connection.sql("SELECT * FROM read_parquet($path)", params={"path": path})
        names, kinds = list(table.columns), [str(kind) for kind in table.types]
        rows = connection.execute("SELECT sum(num_rows) FROM parquet_file_metadata($path)", {"path": path}).fetchone()
        if not rows or not rows[0]:
            raise DataError("The table has no rows.", where=shown, hint="Ask for the complete file.")
        if rows[0] * len(names) > MAX_CELLS or len(names) > MAX_COLUMNS:
            raise DataError(
                f"The table has {int(rows[0]):,} rows and {len(names):,} columns; that is more than can be read.",
                where=shown,
                hint="Ask for the columns and years that are needed.",
            )
        chosen = ", ".join(f"CAST({_quoted(name)} AS VARCHAR) AS {_quoted(name)}" for name in names)
        frame = connection.execute(f"SELECT {chosen} FROM read_parquet($path)", {"path": path}).df()
    frame = pd.DataFrame({name: _typed(frame[name], kind) for name, kind in zip(names, kinds, strict=True)})
    nested = [name for name, kind in zip(names, kinds, strict=True) if kind.startswith(_NESTED) or kind.endswith("]")]
    notes = [f"Lists, blocks or bytes are kept as one text: {', '.join(nested[:5])}."] if nested else []
    return TextTable(frame, (), (*notes, *formula_notes(frame)))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _typed(column: pd.Series, kind: str) -> pd.Series[str]:
    """Bring the texts of DuckDB to the form of the other formats."""
    text: pd.Series[str] = column.astype("str")
    if kind in ("DOUBLE", "FLOAT"):
        text = text.str.replace(r"\.0$", "", regex=True).mask(text == "nan")
    elif kind.startswith("TIMESTAMP"):
        midnight = text.dropna().str.contains(r" 00:00:00(?:\+00)?$").all()
        text = text.str[:10] if midnight else text.str.replace(" ", "T").str.replace(r"\+00$", "Z", regex=True)
    return text.mask(text == "")
