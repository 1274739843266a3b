"""A small project in a temporary folder, and the watch that no process is left behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from shared.batch.starters import Forker
from shared.cases.project import Project


class _Kept(Forker):
    """A forking parent that serves all tests of a session: importing everything takes seconds."""

    def stop(self) -> None: ...

    def end_for_good(self) -> None:
        super().stop()


_kept: list[_Kept] = []


def _kept_forker() -> Forker:
    if not _kept or not _kept[0].alive:
        for forker in _kept:
            forker.end_for_good()
        _kept[:] = [_Kept()]
    return _kept[0]


@pytest.fixture(scope="session", autouse=True)
def _end_of_parent() -> Iterator[None]:
    yield
    for forker in _kept:
        forker.end_for_good()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    """An empty project; in place of the package's code, a folder that nobody edits while the tests run."""
    root = tmp_path / "a {project}"  # braces: papermill formats paths
    for folder in ("casestudies", "notebooks", "data/sample", "package"):
        (root / folder).mkdir(parents=True)
    (root / "pyproject.toml").touch()
    monkeypatch.setattr("shared.batch.run.package_folder", lambda: root / "package")
    monkeypatch.setattr("shared.batch.pool.Forker", _kept_forker)
    yield Project(root, None, root / "data" / "downloaded")
    assert processes_of(root) == []


def processes_of(root: Path) -> list[psutil.Process]:
    """Return the processes that work for the project at ``root``: kernels, and the workers of this process.

    A spawned kernel carries the project's folder in its environment wherever it ended up; a worker, and whatever is
    forked from the kept parent, descends from us.
    """
    kept = [forker._process.pid for forker in _kept]
    ours = psutil.Process().children(recursive=True)
    found = [p for p in ours if "shared.batch." in command(p) and p.pid not in kept and not _of_dask(p)]
    for process in psutil.process_iter():
        try:
            if process.environ().get("CASEBOOK_ROOT", "") == str(root) and "ipykernel_launcher" in command(process):
                found.append(process)
        except (psutil.AccessDenied, psutil.NoSuchProcess, psutil.ZombieProcess):
            continue
    return list(dict.fromkeys(found))


def _of_dask(process: psutil.Process) -> bool:
    """Say whether this is the parent that a worker of a Dask cluster keeps for its next job."""
    above = process.parent()
    return above is not None and "dask_worker" in command(above)


def command(process: psutil.Process) -> str:
    """Return a process' command line; empty when it is gone or only waits to be counted."""
    try:
        return " ".join(process.cmdline())
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return ""
