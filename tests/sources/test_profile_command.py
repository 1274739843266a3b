"""The commands: a profile in the terminal, a case study started from it, a package that describes one."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from shared.cases.project import Project
from shared.cli import main
from tests.cases.example import SLUG, definition, make_project, write_case
from tests.conftest import ROOT


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    made = make_project(tmp_path)
    (tmp_path / "pyproject.toml").write_text("")
    shutil.copy(ROOT / "notebooks" / "_template.ipynb", made.notebooks)
    monkeypatch.setenv("CASEBOOK_ROOT", str(tmp_path))
    monkeypatch.delenv("CASEBOOK_MIRROR", raising=False)
    return made


def test_a_profile_and_a_draft(project: Project) -> None:
    path = project.sample / "visits.csv"
    path.write_text("id;sex\n" + "".join(f"V{n:03};{'FM'[n % 2]}\n" for n in range(40)), encoding="utf-8")
    shown = CliRunner().invoke(main, ["profile", str(path)])
    assert shown.exit_code == 0
    assert "Groups: F (about 20), M (about 20)." in shown.output
    assert "semicolon" in shown.output
    drafted = CliRunner().invoke(main, ["profile", str(path), "--draft", "visits"])
    assert drafted.exit_code == 0, drafted.output
    assert (project.casestudies / "visits" / "case.yaml").is_file()
    assert (project.notebooks / "visits.ipynb").is_file()
    again = CliRunner().invoke(main, ["profile", str(path), "--draft", "visits"])
    assert again.exit_code == 2
    assert "exists already" in again.output


def test_options_and_bad_input(project: Project) -> None:
    path = project.sample / "t.txt"
    path.write_bytes(b"title\n\nJos\x82\tn\nx\t1\ny\t2\n")
    options = ["--separator", "tab", "--encoding", "cp850", "--header-row", "3", "--skip-row", "5"]
    shown = CliRunner().invoke(main, ["profile", str(path), *options])
    assert shown.exit_code == 0, shown.output
    assert "José" in shown.output
    for arguments, expected in (
        (["profile", "none.csv"], "There is no such file."),
        (["profile", str(path), "--header-row", "99"], "header_row names line 99"),
        (["profil", str(path)], 'Did you mean "profile"?'),
    ):
        wrong = CliRunner().invoke(main, arguments)
        assert wrong.exit_code == 2
        assert expected in wrong.output


def test_describing_a_case_study(project: Project, tmp_path: Path) -> None:
    write_case(project, definition())
    done = CliRunner().invoke(main, ["data", "describe", SLUG, str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    assert json.loads((tmp_path / "out" / "datapackage.json").read_text(encoding="utf-8"))["name"] == SLUG
    assert CliRunner().invoke(main, ["data", "describe", "food-bnk", str(tmp_path)]).exit_code == 2
