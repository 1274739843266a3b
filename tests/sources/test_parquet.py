"""Parquet becomes text without rounding, and without pyarrow."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from shared.errors import DataError
from shared.sources import parquet
from shared.sources.parquet import closed_connection, parse_parquet
from shared.sources.rows import TextTable


def made(folder: Path, select: str) -> bytes:
    path = folder / "made.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
    return path.read_bytes()


def parse(folder: Path, select: str) -> TextTable:
    return parse_parquet(made(folder, select), shown="t.parquet")


def test_every_kind_is_text_as_it_would_be_typed(tmp_path: Path) -> None:
    table = parse(
        tmp_path,
        """SELECT 9007199254740993::BIGINT AS long, 18.0::DOUBLE AS whole, 0.1::FLOAT AS tenth, 1.50::DECIMAL(9, 2) AS
        money, 'Łódź' AS place, DATE '2024-02-29' AS day, true AS yes, TIMESTAMP '2024-05-01 00:00:00' AS midnight,
        TIMESTAMPTZ '2024-05-01 12:30:00+02' AS moment, 'nan'::DOUBLE AS nan, '' AS empty, [1, 2] AS list,
        NULL::BIGINT AS "a ""quoted"" name" """,
    )
    assert table.frame.iloc[0].dropna().to_dict() == {
        "long": "9007199254740993", "whole": "18", "tenth": "0.1", "money": "1.50", "place": "Łódź",
        "day": "2024-02-29", "yes": "true", "midnight": "2024-05-01", "moment": "2024-05-01T10:30:00Z",
        "list": "[1, 2]",
    }  # fmt: skip
    assert set(map(str, table.frame.dtypes)) == {"str"}
    assert list(table.frame.columns)[-1] == 'a "quoted" name'
    assert table.notes == ("Lists, blocks or bytes are kept as one text: list.",)


def test_a_column_of_moments_keeps_its_times(tmp_path: Path) -> None:
    select = "SELECT unnest([TIMESTAMP '2024-05-01 00:00:00', TIMESTAMP '2024-05-01 09:30:00']) AS at"
    assert parse(tmp_path, select).frame["at"].tolist() == ["2024-05-01T00:00:00", "2024-05-01T09:30:00"]


@pytest.mark.parametrize("data", [b"PAR1 not really", b"PAR1" + bytes(100) + b"PAR1", b"PAR1"])
def test_a_damaged_file(data: bytes) -> None:
    with pytest.raises(DataError, match=r"t\.parquet: The file cannot be read as Parquet"):
        parse_parquet(data, shown="t.parquet")


def test_no_rows(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="has no rows"):
        parse(tmp_path, "SELECT 1 AS a WHERE false")


def test_a_few_bytes_that_stand_for_very_many_cells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = made(tmp_path, "SELECT 0 AS a, 0 AS b FROM range(100000)")
    assert len(data) < 10_000
    monkeypatch.setattr(parquet, "MAX_CELLS", 199_999)
    with pytest.raises(DataError, match="100,000 rows and 2 columns; that is more than can be read"):
        parse_parquet(data, shown="t.parquet")


def test_no_other_file_can_be_opened(tmp_path: Path) -> None:
    """What is read is one file: a query in the same connection could not reach another one."""
    other = tmp_path / "other.csv"
    other.write_text("a\n1\n")
    path = tmp_path / "t.parquet"
    path.write_bytes(made(tmp_path, "SELECT 1 AS a"))
    with closed_connection(str(path)) as connection:
        assert connection.execute(f"SELECT a FROM read_parquet('{path}')").fetchall() == [(1,)]
        with pytest.raises(duckdb.Error, match="disabled"):
            connection.execute(f"SELECT * FROM read_csv('{other}')")
