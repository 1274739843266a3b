"""What is kept of a published table is that table, and is never trusted when it is not whole."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from shared.cases.model import Source
from shared.cases.project import Project
from shared.errors import DataError
from shared.sources import kept
from shared.sources.kept import FOLDER, parse_kept
from shared.sources.rows import TextTable

FRAME = pd.DataFrame({
    "text": pd.Series(["a", None, "=1", ""], dtype="str"), "number": [1.5, np.nan, -0.0, 1e300],
    "whole": [1, 2, 3, 2**60], "yes": [True, False, True, True],
    "day": pd.to_datetime(["2024-12-31", None, "1969-01-01", "2024-02-29"]).astype("datetime64[us]"),
    "none": pd.Series([None] * 4, dtype="str"),
})  # fmt: skip


def source(**more: Any) -> Source:
    said = {
        "kind": "table", "title": "T", "url": "https://example.org/a.rda", "sha256": "0" * 64, "format": "rda",
        "licence": "L", "attribution": "A",
    }  # fmt: skip
    return Source.model_validate(said | more)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path, None, tmp_path / "downloads")


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Stand in for the slow reader and note what it is asked for."""
    asked: list[str] = []

    def read(data: bytes, source: Source, shown: str) -> TextTable:
        asked.append(shown)
        return TextTable(FRAME.copy(), (), ("A note with ünusual signs.",))

    monkeypatch.setattr(kept, "parse", read)
    return asked


def files(project: Project, ending: str) -> list[Path]:
    return sorted((project.outputs / FOLDER).glob(f"*{ending}"))


def test_the_second_reading_gives_the_same_table_without_the_reader(project: Project, reads: list[str]) -> None:
    first = parse_kept(project, b"bytes", source(), "x")
    second = parse_kept(project, b"bytes", source(), "x")
    assert reads == ["x"]
    assert_frame_equal(first.frame, second.frame, check_exact=True)
    assert list(map(str, second.frame.dtypes)) == list(map(str, FRAME.dtypes))
    assert second.notes == first.notes
    assert not files(project, ".tmp")


@pytest.mark.parametrize("other", [(b"other bytes", {}), (b"bytes", {"member": "b"}), (b"bytes", {"layer": "b"})])
def test_other_bytes_or_another_object_are_another_entry(
    project: Project, reads: list[str], other: tuple[bytes, dict[str, str]]
) -> None:
    parse_kept(project, b"bytes", source(), "x")
    parse_kept(project, other[0], source(**other[1]), "y")
    assert reads == ["x", "y"]


def test_another_version_of_the_reader_reads_again(
    project: Project, reads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    parse_kept(project, b"bytes", source(), "x")
    monkeypatch.setattr(kept, "_reader", lambda: "a later version")
    parse_kept(project, b"bytes", source(), "y")
    assert reads == ["x", "y"]


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-7])


def _relabel(path: Path) -> None:
    about = json.loads(path.read_text(encoding="utf-8"))
    about["kinds"]["whole"] = "float64"
    path.write_text(json.dumps(about), encoding="utf-8")


@pytest.mark.parametrize(
    ("ending", "damage"),
    [
        (".parquet", _flip), (".parquet", _cut), (".parquet", Path.unlink), (".json", _cut), (".json", Path.unlink),
        (".json", _relabel), (".json", lambda path: path.write_text("[]")),
    ],
)  # fmt: skip
def test_a_damaged_entry_is_noticed_and_made_anew(
    project: Project, reads: list[str], ending: str, damage: Callable[[Path], None]
) -> None:
    parse_kept(project, b"bytes", source(), "x")
    (file,) = files(project, ending)
    damage(file)
    assert_frame_equal(parse_kept(project, b"bytes", source(), "y").frame, FRAME)
    parse_kept(project, b"bytes", source(), "z")
    assert reads == ["x", "y"]


def test_no_copy_is_made_of_what_an_organisation_handed_over(project: Project, reads: list[str]) -> None:
    parse_kept(project, b"bytes", source(url=None, path="data/sample/a.rda", kind="records"), "x")
    assert not project.outputs.exists()


def test_where_nothing_can_be_written_the_table_is_read_each_time(project: Project, reads: list[str]) -> None:
    project.outputs.write_text("a file where the folder should be")
    assert_frame_equal(parse_kept(project, b"bytes", source(), "x").frame, FRAME)
    parse_kept(project, b"bytes", source(), "y")
    assert reads == ["x", "y"]


def test_a_file_that_cannot_be_read_leaves_nothing(project: Project) -> None:
    with pytest.raises(DataError):
        parse_kept(project, b"no R data", source(), "x")
    assert not project.outputs.exists()
