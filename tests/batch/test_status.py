"""``casebook status``: what is stale, and which input made it so."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from click.testing import CliRunner

from shared.batch.run import run_cases
from shared.batch.status import Standing, standings
from shared.cases.project import Project
from shared.cli import main
from tests.batch.small import DATA, Told, add_case, write_notebook


@pytest.fixture(autouse=True)
def _package(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.batch.status.package_folder", lambda: project.root / "package")


def of(project: Project, **overrides: object) -> Standing:
    (found,) = standings(project, ["alpha"], dict(overrides))
    return found


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_every_change_is_named(project: Project) -> None:
    add_case(project, "alpha", "x = 1")
    code = project.root / "package" / "measures" / "rates.py"
    code.parent.mkdir()
    code.write_text("x = 1")
    (project.root / "package" / "__init__.py").touch()
    (project.root / "package" / "measures" / "__init__.py").touch()
    assert str(of(project)) == "alpha: never run"
    assert not project.outputs.exists()  # looking changes nothing
    write_notebook(project, "alpha", "if 1 < 0:\n    from shared.measures import rates", "x = 1")
    run_cases(project, ["alpha"], progress=Told())
    assert str(of(project)) == "alpha: up to date"

    code.write_text("x = 2")
    assert str(of(project)) == "alpha: needs a run\n  - package code: measures/rates.py"
    code.write_text("x = 1")
    (project.root / "package" / "unused.py").write_text("x = 1")
    assert of(project).state == "up to date"  # nothing that the notebook reaches

    assert str(of(project, seed=7)) == "alpha: needs a run\n  - parameters: seed: not set before, 7 now"
    replace(project.notebooks / "alpha.ipynb", "The middle part", "The middle")
    assert str(of(project)) == ("alpha: needs a new page (nothing is executed)\n  - notebook prose: alpha.ipynb")
    replace(project.notebooks / "alpha.ipynb", "x = 1", "x = 2")
    assert of(project).reasons == ("notebook: alpha.ipynb", "notebook prose: alpha.ipynb")
    assert of(project).state == "needs a run"


def test_other_data_and_damaged_results_are_named(project: Project) -> None:
    add_case(project, "alpha", "x = 1")
    run_cases(project, ["alpha"], progress=Told())
    other = DATA + "4,b\n"
    (project.sample / "alpha.csv").write_text(other, encoding="utf-8")
    assert of(project).state == "cannot be run"
    assert "is not the file that case.yaml means" in of(project).reasons[0]
    old, new = (hashlib.sha256(data.encode()).hexdigest() for data in (DATA, other))
    replace(project.casestudies / "alpha" / "case.yaml", old, new)
    (project.casestudies / "alpha" / "note.md").write_text("new")
    assert of(project).reasons == ("case folder: case.yaml, note.md (new)", "data: records")
    run_cases(project, ["alpha"], progress=Told())
    (project.outputs / "alpha" / "report.html").unlink()
    assert of(project).reasons == ("report.html (altered or gone)",)


def test_a_failure_and_absent_data_are_said(project: Project) -> None:
    add_case(project, "alpha", "x = 1")
    run_cases(project, ["alpha"], progress=Told())
    write_notebook(project, "alpha", "1 / 0")
    run_cases(project, ["alpha"], progress=Told())
    assert of(project).reasons == (
        "notebook: alpha.ipynb",
        'the last run failed: cell 3 (id middle-1) under "The middle part": ZeroDivisionError',
    )
    write_notebook(project, "alpha", "x = 1")
    assert of(project).reasons == (
        'the last run failed: cell 3 (id middle-1) under "The middle part": ZeroDivisionError',
    )
    add_case(project, "beta", source={"path": None, "url": "https://statistics.example.org/figures.csv"})
    (beta,) = standings(project, ["beta"])
    assert str(beta) == "beta: data not present\n  - to fetch them: casebook data pull beta"


def test_the_command(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    add_case(project, "alpha", "x = 1")
    add_case(project, "beta", "x = 1")
    monkeypatch.setenv("CASEBOOK_ROOT", str(project.root))
    run_cases(project, ["alpha"], progress=Told())
    done = CliRunner().invoke(main, ["status"])
    assert done.exit_code == 0
    assert done.output == "alpha: up to date\nbeta: never run\n"
    done = CliRunner().invoke(main, ["status", "alpha", "-p", "seed=2"])
    assert done.output == "alpha: needs a run\n  - parameters: seed: not set before, 2 now\n"
    assert CliRunner().invoke(main, ["status", "gamma"]).exit_code == 2
