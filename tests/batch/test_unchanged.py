"""What has not changed is not run again; every ingredient of the key, changed alone, is."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

from shared.batch.inputs import InputCache
from shared.batch.params import parse_overrides
from shared.batch.plan import Plan, Planner
from shared.batch.record import RunState
from shared.batch.run import run_cases
from shared.cases.project import Project
from tests.batch.small import DATA, Told, add_case, only, output, saved, write_notebook


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


def prose(project: Project, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    path = project.notebooks / "alpha.ipynb"
    path.write_text(path.read_text(encoding="utf-8").replace("The middle part", "The middle"), encoding="utf-8")
    return []


CHANGES: dict[str, Callable[[Project, pytest.MonkeyPatch], list[str]]] = {
    "notebook": notebook, "notebook prose": prose, "case folder": judgements, "lock file": lock_file,
    "package code": package, "Python": python, "parameters": parameters,
}  # fmt: skip


def changed(project: Project, overrides: list[str]) -> tuple[str, ...]:
    """Return what a run would say has changed."""
    cache = InputCache()
    plan = Planner(project, parse_overrides(overrides), project.root / "package", cache).plan("alpha")
    assert isinstance(plan, Plan)
    return plan.standing(cache)[1]


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


def test_changed_prose_makes_a_new_page_without_executing_and_the_same_one(project: Project) -> None:
    add_case(project, "alpha", "import time\nprint(time.time_ns())")
    run_cases(project, ["alpha"], progress=Told())
    first = output(project, "alpha", "notebook.ipynb")
    path = project.notebooks / "alpha.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[1].source = "## Quite another part"
    notebook.cells.insert(3, nbformat.v4.new_markdown_cell("Said *afterwards*.", id="after"))
    nbformat.write(notebook, path)
    told = Told()
    record = only(run_cases(project, ["alpha"], progress=told))
    assert record.changed == ("notebook prose",)
    assert told.steps == [("alpha", "render")]
    second = output(project, "alpha", "notebook.ipynb")
    printed = nbformat.reads(first, as_version=4).cells[3].outputs[0].text
    assert printed in output(project, "alpha", "report.html")
    assert "Said <em>afterwards</em>." in output(project, "alpha", "report.html")
    assert "execute" in saved(project, "alpha")["seconds"]  # kept from the execution, to plan by
    assert "new page because of: notebook prose" in output(project, "alpha", "run.log")
    assert only(run_cases(project, ["alpha"], progress=Told())).state is RunState.UNCHANGED
    # the same as if all had been executed, but for the clock that this notebook looks at
    page = output(project, "alpha", "report.html")
    run_cases(project, ["alpha"], force=True, progress=Told())
    third = output(project, "alpha", "notebook.ipynb")
    again = nbformat.reads(third, as_version=4).cells[3].outputs[0].text
    assert third.replace(again.strip(), printed.strip()) == second
    assert output(project, "alpha", "report.html").replace(again.strip(), printed.strip()) == page


def test_damaged_results_are_executed_anew_even_when_only_prose_has_changed(project: Project) -> None:
    add_case(project, "alpha", "print('well')")
    run_cases(project, ["alpha"], progress=Told())
    kept = project.outputs / "alpha" / "notebook.ipynb"
    kept.write_text(kept.read_text(encoding="utf-8").replace("well", "ill"), encoding="utf-8")
    path = project.notebooks / "alpha.ipynb"
    path.write_text(path.read_text(encoding="utf-8").replace("The middle part", "The middle"), encoding="utf-8")
    told = Told()
    assert only(run_cases(project, ["alpha"], progress=told)).changed == (
        "notebook prose", "notebook.ipynb (altered or gone)",
    )  # fmt: skip
    assert ("alpha", "middle-1") in told.steps
    assert "well" in output(project, "alpha", "report.html")


@pytest.mark.parametrize("damage", ["gone", "cut", "one digit", "no JSON"])
def test_a_damaged_cache_is_noticed_and_made_anew(project: Project, damage: str) -> None:
    add_case(project, "alpha")
    run_cases(project, ["alpha"], progress=Told())
    kept = project.outputs / ".cache" / "inputs.json"
    whole = kept.read_text(encoding="utf-8")
    digest = hashlib.sha256(DATA.encode()).hexdigest()
    assert digest in whole
    if damage == "gone":
        kept.unlink()
    elif damage == "cut":
        kept.write_text(whole[:-30], encoding="utf-8")
    elif damage == "one digit":
        kept.write_text(whole.replace(digest, digest[:-1] + ("0" if digest[-1] != "0" else "1")), encoding="utf-8")
    else:
        kept.write_text("[]\n[]", encoding="utf-8")
    assert only(run_cases(project, ["alpha"], progress=Told())).state is RunState.UNCHANGED
    assert digest in kept.read_text(encoding="utf-8")


def test_a_file_named_in_case_yaml_for_whatever_purpose_is_an_input(project: Project) -> None:
    add_case(project, "alpha")
    table = project.sample / "look up" / "bands.csv"
    path = case_file(project)
    text = path.read_text(encoding="utf-8").replace("basis: a test", "basis: data/sample/look up/bands.csv")
    path.write_text(text, encoding="utf-8")
    run_cases(project, ["alpha"], progress=Told())
    table.parent.mkdir()
    for content in ("a,b\n", "a,c\n"):
        table.write_text(content, encoding="utf-8")
        record = only(run_cases(project, ["alpha"], progress=Told()))
        assert record.changed == ("other files named in case.yaml",)
