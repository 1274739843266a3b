"""Everything of a source at once gives what the single functions give, on every engine, from one pass over a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pytest

from shared.errors import MeasureError
from shared.measures.counting import count_source
from shared.measures.one_pass import Table, count_all
from shared.measures.tabulation import answer_units, cross_counts, group_counts, single_years, years_in
from shared.sources.open_large import open_table
from tests.measures.engines import ENGINES, each_engine
from tests.measures.test_answers import source
from tests.measures.test_counting import CLUSTERED, DECLARED, FRAME, WEIGHTED

Make = Callable[[pd.DataFrame], Any]

WITH_REGION = FRAME.assign(region=pd.array([None, "", "up", "down"] * 100, dtype="str"))
"""``region`` is derived: in the table, in no declaration."""
TABLES = [
    Table(("sex", "age")),
    Table(("age",)),
    Table(("region", "sex")),
    Table(("sex",), cluster=True),
    Table(("region", "age"), raw=True),
    Table(("age",)),
]


def single(frame: Any, declared: Any, table: Table) -> pd.DataFrame:
    if table.raw:
        return group_counts(frame, table.columns)
    return cross_counts(frame, declared, table.columns, cluster=table.cluster)


def check_all(make: Make, declared: Any) -> None:
    found = count_all(make(WITH_REGION), declared, tables=TABLES)
    assert found.counts == count_source(FRAME, declared)
    assert found.units is not None
    pd.testing.assert_frame_equal(
        found.units.reset_index(drop=True), answer_units(FRAME, declared).reset_index(drop=True)
    )
    assert list(found.tables) == list(dict.fromkeys(TABLES))
    for table, counted in found.tables.items():
        pd.testing.assert_frame_equal(counted, single(WITH_REGION, declared, table))
    assert years_in(found.tables[Table(("age",))], "age") == single_years(FRAME, declared, "age")


@each_engine
def test_all_at_once_equals_one_by_one(engine: Make) -> None:
    check_all(engine, CLUSTERED)


@pytest.mark.parametrize("engine", ["pandas", "polars-lazy", "duckdb"])
def test_all_at_once_equals_one_by_one_without_weights_and_clusters(engine: str) -> None:
    check_all(ENGINES[engine], DECLARED)


TYPED = pd.DataFrame(
    {
        "age": pd.array([30, None, 30, 41], dtype="Int64"),
        "share": [0.25, 1.0, float("nan"), -0.0],
        "told": [True, False, True, True],
        "day": pd.to_datetime(["2024-05-01 10:00", "2024-05-01 11:30", None, "2024-06-30 00:00"]),
        "said": pd.array(["a", "", None, "?"], dtype="str"),
    }
)


@each_engine
def test_rows_by_text_count_every_text_and_every_gap(engine: Make) -> None:
    table = engine(TYPED)

    def counted(*columns: str) -> dict[Any, int]:
        found = group_counts(table, columns)
        assert list(found.columns) == [*columns, "n"]
        rows = [tuple(None if pd.isna(x) else x for x in row) for row in found[list(columns)].to_numpy()]
        return dict(zip(rows, found["n"], strict=True))

    assert counted("age") == {("30",): 2, ("41",): 1, (None,): 1}
    assert counted("share") == {("0.25",): 1, ("1",): 1, ("0",): 1, (None,): 1}
    assert counted("day") == {("2024-05-01",): 2, ("2024-06-30",): 1, (None,): 1}
    assert counted("said") == {("a",): 1, ("",): 1, ("?",): 1, (None,): 1}
    assert counted("told", "age") == {("true", "30"): 2, ("false", None): 1, ("true", "41"): 1}


def test_rows_by_text_name_an_absent_column() -> None:
    with pytest.raises(MeasureError, match='Did you mean "age"'):
        group_counts(TYPED, ["ag"])


def test_a_file_is_read_once_for_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    columns = {
        "id": {"role": "identifier", "pattern": r"R\d"},
        "age": {"role": "quasi-identifier", "type": "integer", "required": True},
    }
    declared = source(columns=columns, key=["id"], format="parquet")
    pl.DataFrame({"id": ["R1", "R2", "R2", None], "age": [3, 4, None, 4]}).write_parquet(tmp_path / "x.parquet")
    passes: list[str] = []
    together = pl.collect_all

    def watched(frames: Any, **how: Any) -> Any:
        passes.append(pl.explain_all(frames))
        return together(frames, **how)

    monkeypatch.setattr(pl, "collect_all", watched)
    monkeypatch.setattr(pl.LazyFrame, "collect", lambda *_, **__: pytest.fail("a pass of its own"))
    tables = [Table(("age",)), Table(("id", "age"), raw=True)]
    found = count_all(open_table(tmp_path / "x.parquet", declared), declared, tables=tables)
    assert [plan.count("SCAN") for plan in passes] == [1]
    assert (found.counts.keyed, found.counts.distinct, found.counts.complete) == (3, 2, 3)
    assert list(found.tables[tables[0]]["n"]) == [1, 2, 1]
    assert len(found.tables[tables[1]]) == 4


def test_units_are_left_out_and_keys_estimated_when_asked() -> None:
    found = count_all(pl.from_pandas(FRAME), WEIGHTED, units=False, exact=False)
    assert found.units is None
    assert found.counts == count_source(FRAME, WEIGHTED)
    assert found.tables == {}


def test_weights_of_a_table_add_up() -> None:
    found = count_all(pl.from_pandas(FRAME).lazy(), WEIGHTED, tables=[Table(("sex",))]).tables[Table(("sex",))]
    by_hand: Counter[str | None] = Counter()
    for sex, weight in zip(FRAME["sex"], FRAME["w"], strict=True):
        by_hand[sex if sex in ("F", "M") else None] += float(weight)  # type: ignore[assignment]
    rows = [None if pd.isna(sex) else sex for sex in found["sex"]]
    assert dict(zip(rows, found["weight"], strict=True)) == pytest.approx(dict(by_hand))
