"""A working copy of the project with every report made, as a user has it after ``make reports``."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import ROOT

PARTS = ("casestudies", "notebooks", "data")


@dataclass(frozen=True)
class Copy:
    """A copy of the project and a way to call the command line in it."""

    root: Path
    mirror: Path | None

    def casebook(self, *words: str, timeout: int = 900) -> subprocess.CompletedProcess[str]:
        """Run ``casebook`` in the copy; text of both streams is kept apart."""
        environment = {**os.environ, "CASEBOOK_ROOT": str(self.root)}
        environment.pop("CASEBOOK_MIRROR", None)
        if self.mirror is not None:
            environment["CASEBOOK_MIRROR"] = str(self.mirror)
        return subprocess.run(
            [sys.executable, "-m", "shared.cli", *words],
            cwd=self.root, env=environment, capture_output=True, text=True, timeout=timeout, check=False,
        )  # fmt: skip


def copy_of(folder: Path, mirror: Path | None) -> Copy:
    """Copy what a case study needs into an empty folder."""
    for part in PARTS:
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("downloaded", ".ipynb_checkpoints"))
    for name in ("pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / name, folder)
    (folder / "outputs").mkdir()
    return Copy(folder, mirror)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """All case studies run once; with the mirror if this machine names one."""
    named = os.environ.get("CASEBOOK_MIRROR")
    mirror = None if not named else Path(named) if Path(named).is_absolute() else ROOT / named
    copy = copy_of(tmp_path_factory.mktemp("whole"), mirror)
    ran = copy.casebook("run", "--all", "--workers", "2")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return copy
