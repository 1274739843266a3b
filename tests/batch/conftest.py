"""A small project in a temporary folder, and the watch that no process is left behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from shared.cases.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    root = tmp_path / "a {project}"  # braces: papermill formats paths
    for folder in ("casestudies", "notebooks", "data/sample"):
        (root / folder).mkdir(parents=True)
    (root / "pyproject.toml").touch()
    yield Project(root, None, root / "data" / "downloaded")
    assert processes_of(root) == []


def processes_of(root: Path) -> list[str]:
    """Return the command lines of all processes that were started for the project at ``root``.

    A worker and its kernel carry the project's folder in their environment or command line.
    """
    found = []
    for process in psutil.process_iter(["pid", "cmdline", "status"]):
        if process.info["status"] == psutil.STATUS_ZOMBIE or process.pid == psutil.Process().pid:
            continue
        try:
            environment = process.environ().get("CASEBOOK_ROOT", "")
        except (psutil.AccessDenied, psutil.NoSuchProcess):
            continue
        if environment == str(root) or str(root) in " ".join(process.info["cmdline"] or []):
            found.append(f"{process.pid} {' '.join(process.info['cmdline'] or [])}")
    return found
