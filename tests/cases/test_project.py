"""The project is found from anywhere inside it, and a wrong setting says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.cases.project import find_project
from shared.errors import DefinitionError


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CASEBOOK_ROOT", raising=False)
    monkeypatch.delenv("CASEBOOK_MIRROR", raising=False)


def make(folder: Path) -> Path:
    (folder / "casestudies" / "deep" / "deeper").mkdir(parents=True)
    (folder / "pyproject.toml").write_text("")
    return folder


def test_found_upwards(tmp_path: Path) -> None:
    root = make(tmp_path)
    project = find_project(root / "casestudies" / "deep" / "deeper")
    assert project.root == root
    assert project.mirror is None
    assert project.downloads == root / "data" / "downloaded"
    assert (project.notebooks, project.sample) == (root / "notebooks", root / "data" / "sample")


def test_the_setting_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here, there = make(tmp_path / "here"), make(tmp_path / "there")
    monkeypatch.setenv("CASEBOOK_ROOT", str(there))
    assert find_project(here).root == there


def test_outside_any_project_the_installed_one_is_found(tmp_path: Path, root: Path) -> None:
    assert find_project(tmp_path).root == root


def test_a_relative_mirror_counts_from_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = make(tmp_path / "project")
    (tmp_path / "mirror").mkdir()
    monkeypatch.chdir(root)
    monkeypatch.setenv("CASEBOOK_MIRROR", "../mirror")
    assert find_project().mirror == tmp_path / "mirror"


@pytest.mark.parametrize("name", ["CASEBOOK_ROOT", "CASEBOOK_MIRROR"])
def test_a_setting_that_leads_nowhere_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    make(tmp_path)
    monkeypatch.setenv(name, str(tmp_path / "nowhere"))
    with pytest.raises(DefinitionError, match=name):
        find_project(tmp_path)


def test_places_are_shown_without_the_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = make(tmp_path / "project")
    (tmp_path / "mirror").mkdir()
    monkeypatch.setenv("CASEBOOK_MIRROR", str(tmp_path / "mirror"))
    project = find_project(root)
    assert project.shown(root / "casestudies" / "x" / "case.yaml") == "casestudies/x/case.yaml"
    assert project.shown(tmp_path / "mirror" / "o" / "r" / "f.csv") == "mirror: o/r/f.csv"
    assert project.shown(Path("/somewhere/else/f.csv")) == "f.csv"
