"""What has not changed is not run again; every ingredient of the key, changed alone, is."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from shared.batch.key import folder_hash, package_folder
from shared.batch.params import parse_overrides
from shared.batch.plan import Plan, plan_case
from shared.batch.record import RunState
from shared.batch.run import run_cases
from shared.cases.project import Project
from tests.batch.small import DATA, Told, add_case, only, output, saved, write_notebook
from tests.conftest import ROOT


def case_file(project: Project) -> Path:
    return project.casestudies / "alpha" / "case.yaml"


def notebook(project: Project, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    write_notebook(project, "alpha", "x = 2")
    return []


def judgements(project: Project, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    (case_file(project).parent / "judgements.csv").write_text("indicator\n", encoding="utf-8")
    return []


def lock_file(project: Project, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    (project.root / "requirements.lock").write_text("pandas==3.1.2\n", encoding="utf-8")
    return []


def package(project: Project, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    (project.root / "package" / "register.json").write_text("{}", encoding="utf-8")
    return []


def python(project: Project, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr("shared.batch.key.platform.python_version", lambda: "3.11.99")
    return []


def parameters(project: Project, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    return ["seed=2"]


CHANGES: dict[str, Callable[[Project, pytest.MonkeyPatch], list[str]]] = {
    "notebook": notebook, "case folder": judgements, "lock file": lock_file, "package": package,
    "Python": python, "parameters": parameters,
}  # fmt: skip


def changed(project: Project, overrides: list[str]) -> tuple[str, ...]:
    """Return what a run would say has changed."""
    plan = plan_case(project, "alpha", parse_overrides(overrides), package=folder_hash(project.root / "package"))
    assert isinstance(plan, Plan)
    return plan.standing()[1]


def test_each_ingredient_alone_makes_it_run_again(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    add_case(project, "alpha", "x = 1")
    assert changed(project, []) == ("never run",)
    assert only(run_cases(project, ["alpha"], progress=Told())).changed == ("never run",)
    before = {path: path.read_bytes() for path in project.root.rglob("*") if path.is_file()}
    for ingredient, change in CHANGES.items():
        assert changed(project, []) == ()
        with monkeypatch.context() as patch:
            assert changed(project, change(project, patch)) == (ingredient,)
        for path in [path for path in project.root.rglob("*") if path.is_file()]:
            if path in before:
                path.write_bytes(before[path])
            else:
                path.unlink()


def test_a_change_is_run_once(project: Project) -> None:
    add_case(project, "alpha", "x = 1")
    run_cases(project, ["alpha"], progress=Told())
    for expected in (RunState.DONE, RunState.UNCHANGED):
        record = only(run_cases(project, ["alpha"], overrides=["seed=2"], progress=Told()))
        assert record.state is expected
        assert record.changed == ("parameters",)


def test_the_package_is_all_its_code_and_data_but_no_byte_code(tmp_path: Path) -> None:
    assert package_folder() == ROOT / "shared"
    (tmp_path / "room").mkdir()
    (tmp_path / "room" / "code.py").write_text("x = 1", encoding="utf-8")
    hashes = [folder_hash(tmp_path)]
    for name, text in (("code.py", "x = 2"), ("data.json", "{}"), ("data.json", "[]"), ("style.css", "")):
        (tmp_path / "room" / name).write_text(text, encoding="utf-8")
        hashes.append(folder_hash(tmp_path))
    (tmp_path / "room" / "style.css").rename(tmp_path / "style.css")
    hashes.append(folder_hash(tmp_path))
    assert len(set(hashes)) == 6
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "code.pyc").write_bytes(b"x")
    (tmp_path / ".DS_Store").touch()
    assert folder_hash(tmp_path) == hashes[-1]


def test_other_data_make_it_run_again(project: Project) -> None:
    add_case(project, "alpha", "x = 1")
    run_cases(project, ["alpha"], progress=Told())
    other = DATA + "4,b\n"
    (project.sample / "alpha.csv").write_text(other, encoding="utf-8")
    record = only(run_cases(project, ["alpha"], progress=Told()))
    assert record.state is RunState.FAILED  # not what case.yaml says
    text = case_file(project).read_text(encoding="utf-8")
    old, new = (hashlib.sha256(data.encode()).hexdigest() for data in (DATA, other))
    case_file(project).write_text(text.replace(old, new), encoding="utf-8")
    record = only(run_cases(project, ["alpha"], progress=Told()))
    assert record.state is RunState.DONE
    assert record.changed == ("case folder", "data")


def test_unchanged_touches_nothing(project: Project) -> None:
    add_case(project, "alpha")
    run_cases(project, ["alpha"], progress=Told())
    folder = project.outputs / "alpha"
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    told = Told()
    assert only(run_cases(project, ["alpha"], progress=told)).state is RunState.UNCHANGED
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before
    assert told.steps == []
    assert told.lines == ["alpha: unchanged", "1 unchanged: outputs/index.html"]


def test_force_runs_what_has_not_changed(project: Project) -> None:
    add_case(project, "alpha")
    run_cases(project, ["alpha"], progress=Told())
    record = only(run_cases(project, ["alpha"], force=True, progress=Told()))
    assert record.state is RunState.DONE
    assert "run because of: --force" in output(project, "alpha", "run.log")


@pytest.mark.parametrize("damage", ["altered", "removed"])
def test_damaged_results_are_noticed_and_made_again(project: Project, damage: str) -> None:
    add_case(project, "alpha")
    run_cases(project, ["alpha"], progress=Told())
    names = ("notebook.ipynb", "report.html", "result.json", "run.json")
    paths = [project.outputs / "alpha" / name for name in names]
    for path in paths:
        assert changed(project, []) == ()
        whole = path.read_bytes()
        if damage == "altered":
            path.write_bytes(whole[:-20])
        else:
            path.unlink()
        assert changed(project, []) == (
            ("never run",) if path.name == "run.json" else (f"{path.name} (altered or gone)",)
        )
        path.write_bytes(whole)
    whole = paths[1].read_bytes()
    paths[1].write_bytes(whole[:-20])
    assert only(run_cases(project, ["alpha"], progress=Told())).state is RunState.DONE
    assert paths[1].read_bytes() == whole


def test_data_that_are_absent_for_a_while_do_not_cost_a_run(project: Project) -> None:
    address = "https://statistics.example.org/figures.csv"
    add_case(project, "alpha", source={"path": None, "url": address})
    record = only(run_cases(project, ["alpha"], progress=Told()))
    assert record.state is RunState.DATA_MISSING
    assert not record.failed
    assert record.message == "casebook data pull alpha"
    file = project.downloads / "statistics.example.org" / "figures.csv"
    file.parent.mkdir(parents=True)
    file.write_text(DATA, encoding="utf-8")
    assert only(run_cases(project, ["alpha"], progress=Told())).state is RunState.DONE
    file.rename(file.with_suffix(".away"))
    assert only(run_cases(project, ["alpha"], progress=Told())).state is RunState.DATA_MISSING
    index = (project.outputs / "index.html").read_text(encoding="utf-8")
    assert "Data not present. To fetch them: <code>casebook data pull alpha</code>" in index
    assert "What is shown is of the last good run." in index
    file.with_suffix(".away").rename(file)
    assert only(run_cases(project, ["alpha"], progress=Told())).state is RunState.UNCHANGED
    assert saved(project, "alpha")["state"] == "done"
