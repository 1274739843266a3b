"""A hash is used again only when the file cannot have changed since."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

import pytest

from shared.batch import inputs
from shared.batch.inputs import InputCache


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def settled(path: Path) -> None:
    """Make a file look as if it had been written long ago (its ctime cannot be set, so the rule is relaxed)."""
    state = path.stat()
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns - 60_000_000_000))


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were really read."""
    names: list[str] = []
    real = inputs.file_hash

    def watched(path: Path) -> str:
        names.append(path.name)
        return real(path)

    monkeypatch.setattr(inputs, "file_hash", watched)
    return names


def test_a_settled_file_is_read_once(tmp_path: Path, read: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs, "SETTLED", 0)
    path = tmp_path / "data.csv"
    path.write_text("one")
    time.sleep(0.05)
    for _ in range(3):
        cache = InputCache(tmp_path / "cache")
        assert cache.hash(path) == sha("one")
        cache.save()
    assert read == ["data.csv"]


def test_a_file_that_has_just_been_written_is_read_again(tmp_path: Path, read: list[str]) -> None:
    path = tmp_path / "data.csv"
    path.write_text("one")
    cache = InputCache()
    assert cache.hash(path) == sha("one")
    assert cache.hash(path) == sha("one")
    assert read == ["data.csv", "data.csv"]


@pytest.mark.parametrize("how", ["same size", "same size and time", "another file in its place"])
def test_a_change_is_noticed(tmp_path: Path, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs, "SETTLED", 0)
    path = tmp_path / "data.csv"
    path.write_text("one")
    settled(path)
    time.sleep(0.05)
    cache = InputCache(tmp_path / "cache")
    assert cache.hash(path) == sha("one")
    cache.save()
    before = path.stat()
    if how == "another file in its place":
        other = tmp_path / "other.csv"
        other.write_text("two")
        other.replace(path)
    else:
        path.write_text("two")
    if how != "same size":
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert InputCache(tmp_path / "cache").hash(path) == sha("two")


def test_what_was_worked_out_is_kept_by_content(tmp_path: Path) -> None:
    made: list[str] = []

    def work_out() -> list[str]:
        made.append("x")
        return ["result"]

    for _ in range(2):
        cache = InputCache(tmp_path)
        assert cache.known("kind", "abc", work_out) == ["result"]
        cache.save()
    assert made == ["x"]
    assert InputCache(tmp_path).known("kind", "abd", work_out) == ["result"]
    assert made == ["x", "x"]


def test_a_cache_that_cannot_be_written_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file in the way")
    cache = InputCache(tmp_path / "cache")
    assert cache.known("kind", "abc", lambda: 1) == 1
    cache.save()
    assert (tmp_path / "cache").read_text() == "a file in the way"


def test_a_folder_is_all_its_files_but_no_byte_code(tmp_path: Path) -> None:
    (tmp_path / "room" / "__pycache__").mkdir(parents=True)
    for name in ("room/code.py", "room/__pycache__/code.pyc", ".DS_Store", "data.json", "room/.hidden"):
        (tmp_path / name).write_text(name)
    assert InputCache().folder(tmp_path) == {name: sha(name) for name in ("data.json", "room/code.py")}
    assert InputCache().folder(tmp_path / "absent") == {}
