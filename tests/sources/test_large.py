"""Records too many to hold: counted piece by piece, with the numbers that reading them gives."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import polars as pl
import pytest

from shared.cases.model import Source
from shared.cases.project import Project
from shared.errors import DataError
from shared.sources import large as module
from shared.sources import open_large as opening
from shared.sources.large import RECORDS, LargeRecords, counts_by, in_memory
from shared.sources.locate import digest
from shared.sources.open_large import open_large
from shared.sources.plain_text import regular, well_formed
from shared.sources.read import read_source


def records(**columns: list[object]) -> LargeRecords:
    return LargeRecords(pl.DataFrame(columns, strict=False).lazy(), "records.parquet", lambda: None)


TYPED = records(
    sex=["F", "M", "", None, "F"], age=[18, 40, None, 40, 18], share=[1.0, 0.5, float("nan"), 0.5, 1.0],
    day=[date(2024, 1, 31), None, date(2024, 1, 31), date(2023, 5, 1), None], yes=[True, False, None, True, True],
)  # fmt: skip


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ("sex", {"F": 2, "M": 1, None: 2}),
        ("age", {"18": 2, "40": 2, None: 1}),
        ("share", {"1": 2, "0.5": 2, None: 1}),
        ("day", {"2024-01-31": 2, "2023-05-01": 1, None: 2}),
        ("yes", {"true": 3, "false": 1, None: 1}),
    ],
)
def test_values_are_written_as_they_would_be_typed(column: str, expected: dict[str | None, int]) -> None:
    found = TYPED.counts([column])
    counted = {None if pd.isna(value) else value: n for value, n in zip(found[column], found[RECORDS], strict=True)}
    assert counted == expected


def test_a_frame_and_lazy_records_give_the_same_counts() -> None:
    frame = pd.DataFrame({"a": ["x", "y", None, "x"], "b": ["1", None, "1", "1"]}, dtype="str")
    lazy = records(a=["x", "y", None, "x"], b=["1", None, "1", "1"])
    pd.testing.assert_frame_equal(counts_by(frame, ["a", "b"]), counts_by(lazy, ["a", "b"]))
    assert len(lazy) == 4
    assert "a" in lazy
    assert "c" not in lazy


def test_counts_by_fewer_columns_come_from_those_that_are_kept() -> None:
    passes: list[int] = []
    lazy = LargeRecords(pl.DataFrame({"a": ["x", "x", "y"], "b": [1, 2, 2]}).lazy(), "", lambda: passes.append(1))
    lazy.count_together([["a", "b"]])
    assert lazy.counts(["b"])[RECORDS].tolist() == [1, 2]
    assert lazy.counts(["a"])[RECORDS].tolist() == [2, 1]
    assert len(passes) == 1


def test_steps_are_worked_out_for_different_values_and_told_how_many_records_have_each() -> None:
    seen: list[tuple[list[str], list[int]]] = []

    def make(frame: pd.DataFrame, times: pd.Series) -> pd.Series:
        order = frame.assign(n=times).sort_values("age")
        seen.append((order["age"].tolist(), order["n"].tolist()))
        return frame["age"].map({"18": "young", "40": "old"})

    found = TYPED.add(["age"], "band", make)
    assert seen[0][0][:2] == ["18", "40"]
    assert seen[0][1] == [2, 2, 1]
    assert found.counts(["band"])[[RECORDS]].sum().item() == 5
    assert dict(zip(*found.counts(["band"]).dropna().T.to_numpy().tolist(), strict=True)) == {"old": 2, "young": 2}
    kept = found.only(["band", "sex"], lambda frame: frame["sex"].eq("F") & frame["band"].notna())
    assert len(kept) == 2
    assert len(TYPED) == 5


def test_two_columns_make_one_where_either_is_missing() -> None:
    found = records(a=["x", None, "x"], b=["1", "1", None]).add(
        ["a", "b"], "c", lambda frame, _: frame["a"].fillna("-") + frame["b"].fillna("-")
    )
    assert found.counts(["c"])["c"].tolist() == ["-1", "x-", "x1"]


def test_too_many_combinations_and_absent_columns_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_CELLS", 2)
    with pytest.raises(DataError, match="too many for a table of counts"):
        records(a=["x", "y", "z"]).counts(["a"])
    with pytest.raises(DataError, match='There is no column "sexx"'):
        TYPED.counts(["sexx"])
    with pytest.raises(DataError, match="looks at records one by one"):
        in_memory(TYPED, "This indicator")
    with pytest.raises(DataError, match="more than 3 such records"):
        TYPED.bring(["sex"], 3)


def test_of_very_many_different_values_an_even_part_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    values = [f"r{n}" for n in range(20_000)]
    assert len(records(id=values).different("id")) == 20_000
    monkeypatch.setattr(module, "MOST_DIFFERENT", 1000)
    part, again = records(id=values).different("id"), records(id=values[::-1]).different("id")
    assert part.equals(again)
    assert 600 < len(part) < 1400
    assert records(id=["a", "a", "b"]).different("id", 1).tolist() == ["b"]


def source(path: Path, file_format: str, **more: object) -> Source:
    described = {
        "kind": "records", "title": "Records", "path": path.name, "sha256": digest(path), "format": file_format,
        "licence": "none", "attribution": "Made up", "columns": {"sex": {"role": "group"}, "age": {"role": "measure"}},
    }  # fmt: skip
    return Source.model_validate(described | more)


TEXT = "sex,age\nF,18\nM,\n=F,40\n"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path, None, tmp_path / "downloads")


@pytest.fixture
def everything_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "LARGE", dict.fromkeys(opening.LARGE, 0))


@pytest.mark.usefixtures("everything_is_large")
@pytest.mark.parametrize("text", [TEXT, TEXT.replace("\n", "\r\n"), TEXT.replace("M,", '"M",""'), TEXT[:-1]])
def test_text_is_counted_as_it_would_be_read(project: Project, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = project.root / "records.csv"
    path.write_bytes(text.encode())
    large = read_source(project, "records", source(path, "csv"))
    assert isinstance(large.frame, LargeRecords)
    monkeypatch.setattr(opening, "LARGE", dict.fromkeys(opening.LARGE, 10**9))
    held = read_source(project, "records", source(path, "csv"))
    assert isinstance(held.frame, pd.DataFrame)
    pd.testing.assert_frame_equal(counts_by(large.frame, ["sex", "age"]), counts_by(held.frame, ["sex", "age"]))
    assert large.notes == held.notes
    assert "1 cell(s) begin like a formula" in large.notes[0]


@pytest.mark.usefixtures("everything_is_large")
@pytest.mark.parametrize(
    "text",
    [
        TEXT.replace("M,", "M"), TEXT.replace("M,", ","), TEXT.replace("M,", '"M,'), TEXT.replace("sex", "age"),
        "\ufeff" + TEXT, TEXT.replace("M", "M\x00"), TEXT.replace(",", ";"), TEXT.replace("M,", "M,\n"), "sex,age\n",
    ],
)  # fmt: skip
def test_text_that_is_not_in_order_is_left_to_the_careful_reader(project: Project, text: str) -> None:
    path = project.root / "records.csv"
    path.write_bytes(text.encode())
    assert open_large(project, "records", source(path, "csv")) is None
    path.write_bytes(TEXT.encode("utf-16"))
    assert open_large(project, "records", source(path, "csv")) is None


@pytest.mark.usefixtures("everything_is_large")
def test_parquet_of_other_kinds_of_columns_is_left_too(project: Project) -> None:
    path = project.root / "records.parquet"
    pl.DataFrame({"sex": [["F"]], "age": [1]}).write_parquet(path)
    assert open_large(project, "records", source(path, "parquet")) is None
    pl.DataFrame({"sex": ["F"], "age": [1]}).with_columns(pl.col("sex").cast(pl.Categorical)).write_parquet(path)
    opened = open_large(project, "records", source(path, "parquet"))
    assert opened is not None
    assert opened[0].counts(["sex"])["sex"].tolist() == ["F"]
    path.write_bytes(b"PAR1 and no more")
    assert open_large(project, "records", source(path, "parquet")) is None
    with pytest.raises(DataError, match="cannot be read as Parquet"):
        read_source(project, "records", source(path, "parquet"))


@pytest.mark.usefixtures("everything_is_large")
def test_absent_columns_and_a_file_that_changes_are_said(project: Project) -> None:
    path = project.root / "records.parquet"
    pl.DataFrame({"sexx": ["F"], "age": [1]}).write_parquet(path)
    with pytest.raises(DataError, match='The column "sex" is not in the file'):
        read_source(project, "records", source(path, "parquet"))
    pl.DataFrame({"sex": ["F"], "age": [1]}).write_parquet(path)
    opened = open_large(project, "records", source(path, "parquet"))
    assert opened is not None
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(DataError, match="changed while it was read"):
        opened[0].counts(["sex"])


def test_a_small_file_is_read(project: Project) -> None:
    path = project.root / "records.csv"
    path.write_text(TEXT)
    assert open_large(project, "records", source(path, "csv")) is None


@pytest.mark.parametrize("look", [regular, well_formed])
def test_pieces_of_a_file_are_looked_at_as_one(look: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from shared.sources import plain_text

    monkeypatch.setattr(plain_text, "_PIECE", 3)
    path = tmp_path / "records.csv"
    for text, fits in ((TEXT, True), (TEXT + "x\n", False), (TEXT[:-4] + "é", False), (TEXT[:-4] + "é,1", True)):
        path.write_bytes(text.encode())
        with path.open("rb") as file:
            assert (look(file, ",") is not None) is fits  # type: ignore[operator]


def test_a_column_that_holds_another_keeps_the_counts_already_made() -> None:
    passes: list[int] = []
    frame = pl.DataFrame({"code": ["a", "b", "b"], "placed": ["a", "c", "c"], "sex": ["F", "F", "M"]})
    lazy = LargeRecords(frame.lazy(), "", lambda: passes.append(1))
    for columns in (("code", "placed"), ("placed", "sex"), ("code", "sex")):
        lazy.keep_texts(columns, lazy.counts(columns).rename(columns={RECORDS: "n"}))
    made = passes.copy()
    moved = lazy.renamed({"code": "placed"})
    assert moved.counts(["code"]).to_numpy().tolist() == [["a", 1], ["c", 2]]
    assert moved.counts(["code", "sex"]).to_numpy().tolist() == [["a", "F", 1], ["c", "F", 1], ["c", "M", 1]]
    assert passes == made
    assert lazy.counts(["code"]).to_numpy().tolist() == [["a", 1], ["b", 2]]
