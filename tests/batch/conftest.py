"""A small project in a temporary folder, and the watch that no process is left behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from shared.cases.project import Project


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    """An empty project; in place of the package's code, a folder that nobody edits while the tests run."""
    root = tmp_path / "a {project}"  # braces: papermill formats paths
    for folder in ("casestudies", "notebooks", "data/sample", "package"):
        (root / folder).mkdir(parents=True)
    (root / "pyproject.toml").touch()
    monkeypatch.setattr("shared.batch.run.package_folder", lambda: root / "package")
    yield Project(root, None, root / "data" / "downloaded")
    assert processes_of(root) == []


def processes_of(root: Path) -> list[psutil.Process]:
    """Return the processes that work for the project at ``root``: kernels, and the workers of this process.

    A kernel carries the project's folder in its environment wherever it ended up; a worker is our child.
    """
    found = [p for p in psutil.Process().children(recursive=True) if "shared.batch.worker" in command(p)]
    for process in psutil.process_iter():
        try:
            if process.environ().get("CASEBOOK_ROOT", "") == str(root) and "ipykernel_launcher" in command(process):
                found.append(process)
        except (psutil.AccessDenied, psutil.NoSuchProcess, psutil.ZombieProcess):
            continue
    return list(dict.fromkeys(found))


def command(process: psutil.Process) -> str:
    """Return a process' command line; empty when it is gone or only waits to be counted."""
    try:
        return " ".join(process.cmdline())
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return ""
