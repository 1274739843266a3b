"""Large files are counted without being held, with the same numbers as in memory, or a stated error if asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest

from shared.cases.model import Source
from shared.errors import DataError, MeasureError
from shared.measures import counting
from shared.measures.counting import count_source
from shared.measures.tabulation import answer_units, cross_counts
from shared.sources.open_large import open_table
from shared.sources.read import as_text
from tests.bench.rows_by_hand import by_duckdb, by_polars
from tests.bench.rows_data import make, source
from tests.measures.engines import each_engine


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("rows")
    make(place / "a.parquet", 3000)
    pl.read_parquet(place / "a.parquet").write_csv(place / "a.csv")
    pl.read_parquet(place / "a.parquet").write_csv(place / "a.tsv", separator="\t")
    return place


def in_memory(path: Path) -> pd.DataFrame:
    """The table as ``read_source`` gives it: all text."""
    frame = pl.read_parquet(path)
    columns = {c.name: pd.Series(c.to_list()) for c in frame.with_columns(pl.col(pl.Date).dt.to_string())}
    return pd.DataFrame({name: as_text(column) for name, column in columns.items()})


def test_a_typed_file_gives_the_counts_of_its_text(folder: Path) -> None:
    about = source("a.parquet")
    held = count_source(in_memory(folder / "a.parquet"), about)
    assert count_source(open_table(folder / "a.parquet", about), about) == held
    assert 0 < held.complete < held.records
    assert all(0 < variable.valid <= variable.present for variable in held.variables)


@pytest.mark.parametrize("name", ["a.csv", "a.tsv"])
def test_a_text_file_gives_the_same_counts(folder: Path, name: str) -> None:
    about = source("a.parquet")
    written = Source.model_validate({**about.model_dump(), "format": name[2:]})
    assert count_source(open_table(folder / name, written), written) == count_source(
        open_table(folder / "a.parquet", about), about
    )


def test_queries_written_by_hand_agree(folder: Path) -> None:
    """Three ways to the same numbers: ours, and what a person would write for polars and for DuckDB."""
    path = str(folder / "a.parquet")
    by_hand = by_polars(path)
    assert by_duckdb(path) == by_hand
    counts = count_source(open_table(path, source(path)), source(path))
    assert {v.column: (v.present, v.valid) for v in counts.variables} == {
        v.column: (by_hand[f"has {v.column}"], by_hand[f"ok {v.column}"]) for v in counts.variables
    }
    assert {e.id: (e.judged, e.passed) for e in counts.edits} == {
        e.id: (by_hand[f"judged {e.id}"], by_hand[f"kept {e.id}"]) for e in counts.edits
    }
    assert (counts.complete, counts.distinct) == (by_hand["complete"], by_hand["distinct"])
    assert (counts.judged, counts.consistent) == (by_hand["some"], by_hand["none"])


def test_tables_and_bootstrap_units_come_out_equal_and_in_one_order(folder: Path) -> None:
    about = source("a.parquet")
    table, held = open_table(folder / "a.parquet", about), in_memory(folder / "a.parquet")
    pd.testing.assert_frame_equal(
        cross_counts(table, about, ["district", "sex"]), cross_counts(held, about, ["district", "sex"])
    )
    pd.testing.assert_frame_equal(answer_units(table, about), answer_units(held, about), check_dtype=False)


def keys(values: np.ndarray) -> pl.DataFrame:
    return pl.DataFrame({"a": pl.Series(values).cast(pl.String), "b": "x"})


def about_keys() -> Source:
    column = {"role": "other", "type": "text"}
    return Source.model_validate({
        "kind": "records", "title": "T", "path": "x.parquet", "sha256": "0" * 64, "format": "parquet", "licence": "L",
        "attribution": "A", "columns": {"a": column, "b": column}, "key": ["a", "b"],
    })  # fmt: skip


@pytest.mark.parametrize("engine", [pl.DataFrame.lazy, lambda frame: duckdb.from_df(frame.to_pandas())])
def test_an_estimate_of_different_keys_keeps_to_its_stated_error(engine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "KEPT_KEYS", 2000)
    off = []
    for seed in range(12):
        draw = np.random.default_rng(seed)
        values = np.repeat(draw.choice(10**9, 40_000, replace=False), draw.integers(1, 4, 40_000))
        found = count_source(engine(keys(values)), about_keys(), exact=False)
        assert found.keyed == len(values)
        off.append((found.distinct / 40_000 - 1) / found.distinct_error)
        assert 0.01 < found.distinct_error < 0.04  # about 1 / sqrt(1,000 keys looked at)
    # twelve standardised errors: none beyond four, and as large on average as stated
    assert max(map(abs, off)) < 4
    assert 0.4 < float(np.sqrt(np.mean(np.square(off)))) < 1.7


def test_few_keys_are_counted_and_not_estimated() -> None:
    found = count_source(keys(np.array([1, 1, 2, 3])), about_keys(), exact=False)
    assert (found.distinct, found.distinct_error) == (3, 0.0)


def test_an_engine_without_estimates_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "KEPT_KEYS", 1)
    with pytest.raises(MeasureError, match="polars and DuckDB only"):
        count_source(keys(np.array([1, 2, 3])).to_pandas(), about_keys(), exact=False)


TYPED = pd.DataFrame({
    "id": ["a", "b", "c", "d", "e"], "whole": [1, -9, 3, 120, -1], "part": [1.0, 2.5, None, 1e15, -9.0],
    "big": [1.5, 2.0, 3.0, -0.0, 999999999999999.0],
})  # fmt: skip


@each_engine
def test_columns_of_numbers_are_counted_alike_on_every_engine(engine: Any) -> None:
    """By hand: -9 is a code for no answer; 2.5 is no whole number; 1e15 and above is no valid number."""
    about = Source.model_validate({
        "kind": "records", "title": "T", "path": "x.csv", "sha256": "0" * 64, "format": "csv", "licence": "L",
        "attribution": "A", "columns": {
            "whole": {"role": "other", "type": "integer", "minimum": 0, "maximum": 110, "missing": ["-9", "none"]},
            "part": {"role": "other", "type": "integer", "missing": ["-9.0"]},
            "big": {"role": "other", "type": "number", "maximum": 1e15},
        },
    })  # fmt: skip
    counts = count_source(engine(TYPED), about)
    assert [(v.present, v.valid) for v in counts.variables] == [(4, 2), (4, 2), (5, 5)]


def test_what_cannot_be_counted_piece_by_piece_is_said(folder: Path) -> None:
    about = source("a.parquet")
    with pytest.raises(DataError, match="format xlsx cannot be counted"):
        open_table(folder / "a.parquet", Source.model_validate({**about.model_dump(), "format": "xlsx"}))
    with pytest.raises(DataError, match="not there"):
        open_table(folder / "b.parquet", about)
    (folder / "bad.parquet").write_bytes(b"PAR1 no more")
    with pytest.raises(DataError, match="cannot be read as parquet"):
        open_table(folder / "bad.parquet", about)
    pl.read_parquet(folder / "a.parquet").drop("sex").write_parquet(folder / "less.parquet")
    with pytest.raises(DataError, match='no column "sex"'):
        open_table(folder / "less.parquet", about)
