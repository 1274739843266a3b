"""Secrets of the environment reach no output, and nobody else on the machine reaches a kernel."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.batch.run import run_cases
from shared.cases.project import Project
from tests.batch.small import Told, add_case
from tests.cases.example import make_project

SECRETS = {
    "AWS_SECRET_ACCESS_KEY": "Sx1canaryAws0secret", "AWS_ACCESS_KEY_ID": "Sx2canaryAws0id",
    "GITHUB_TOKEN": "Sx3canaryToken",
    "PGPASSWORD": "Sx4canaryPassword", "MY_API_KEY": "Sx5canaryKey", "DATABASE_URL": "postgres://u:Sx6canary@db/x",
}  # fmt: skip


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return make_project(tmp_path)


def test_a_notebook_that_prints_its_environment_prints_no_secret(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HARMLESS_WORD", "Sx7printed")
    add_case(
        project, "alpha",
        "import os, psutil\nprint(dict(os.environ))",
        "import subprocess\nprint(subprocess.run(['env'], capture_output=True, text=True).stdout)",
        "print('listening', [c.laddr for c in psutil.Process().net_connections('inet') if c.status == 'LISTEN'])",
        "raise ValueError(sorted(os.environ.items()))",
    )  # fmt: skip
    run_cases(project, ["alpha"], progress=Told())
    written = {path: path.read_bytes() for path in project.outputs.rglob("*") if path.is_file()}
    assert any(b"Sx7printed" in data for data in written.values())  # what is printed does arrive
    for path, data in written.items():
        for name, value in SECRETS.items():
            assert value.encode() not in data, f"{name} in {path.name}"
    said = [data[data.index(b"listening") :][:60] for data in written.values() if b"listening [" in data]
    assert b"listening []" in b" ".join(said), said  # private sockets, no port
