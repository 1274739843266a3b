"""Real runs of tiny notebooks: what comes out of a good one."""

from __future__ import annotations

import json

import nbformat
import pytest

from shared.batch.job import PUBLISHED
from shared.batch.record import RunState
from shared.batch.render import packed
from shared.batch.run import run_cases
from shared.cases.project import Project
from tests.batch.small import Told, add_case, only, output, result, saved


def test_a_good_run_leaves_its_files_and_the_index(project: Project) -> None:
    add_case(project, "alpha", "print('hello', case_id, seed)")
    told = Told()
    record = only(run_cases(project, ["alpha"], overrides=["seed=7"], progress=told))
    assert record.state is RunState.DONE
    assert not record.failed
    folder = project.outputs / "alpha"
    names = {path.name for path in folder.iterdir()}
    assert names == {*PUBLISHED, "run.json", "run.log", ".lock"}
    assert {path.name for path in project.outputs.iterdir()} == {"alpha", "index.html", "index.json", ".cache"}
    assert "Title of alpha" in output(project, "alpha", "report.html")
    assert json.loads(output(project, "alpha", "result.json")) == result("alpha")
    assert saved(project, "alpha")["state"] == "done"
    assert saved(project, "alpha")["parameters"] == {"case_id": "alpha", "seed": 7}
    assert told.steps[1:] == [
        ("alpha", "parameters"), ("alpha", "middle-1"), ("alpha", "reproduce"), ("alpha", "render"),
    ]  # fmt: skip


def test_the_kept_notebook_tells_nothing_of_clock_or_machine(project: Project) -> None:
    add_case(project, "alpha", "import sys\nprint('hello', seed)\nprint('a warning', file=sys.stderr)")
    run_cases(project, ["alpha"], overrides=["seed=7"], progress=Told())
    first = output(project, "alpha", "notebook.ipynb")
    notebook = nbformat.reads(first, as_version=4)
    assert [cell.id for cell in notebook.cells] == [
        "parameters", "injected-parameters", "h-middle", "middle-1", "reproduce",
    ]  # fmt: skip
    assert notebook.cells[3].outputs[0].text == "hello 7\n"
    assert notebook.cells[4].outputs == []  # the result was for the machine
    assert str(project.root) not in first
    assert "a warning" not in notebook.cells[3].outputs[0].text
    assert len(notebook.cells[3].outputs) == 1
    warnings = project.outputs / "alpha" / "internal" / "warnings.txt"
    assert "a warning" in warnings.read_text(encoding="utf-8")
    assert warnings.stat().st_mode & 0o777 == 0o600
    run_cases(project, ["alpha"], overrides=["seed=7"], force=True, progress=Told())
    assert output(project, "alpha", "notebook.ipynb") == first


def test_the_kernel_has_the_project_and_its_own_empty_folder(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONWARNINGS", "error")
    monkeypatch.setenv("PYTHONSTARTUP", "/nowhere/startup.py")
    monkeypatch.setenv("CASEBOOK_ROOT", "/somewhere/else")
    monkeypatch.setenv("CASEBOOK_MIRROR", "relative/to/somewhere/else")
    add_case(
        project, "alpha",
        "import os, pathlib, warnings\nwarnings.warn('old', DeprecationWarning)\n"
        "from shared.cases.project import find_project\nprint(find_project().root)",
        "print(list(pathlib.Path().iterdir()), oct(pathlib.Path().resolve().parent.stat().st_mode & 0o777))\n"
        "from ipykernel.kernelapp import IPKernelApp\nprint(IPKernelApp.instance().transport)\n"
        "print(os.environ.get('PYTHONSTARTUP'), os.environ['PYTHONHASHSEED'])",
    )  # fmt: skip
    assert only(run_cases(project, ["alpha"], progress=Told())).state is RunState.DONE
    notebook = nbformat.reads(output(project, "alpha", "notebook.ipynb"), as_version=4)
    assert notebook.cells[3].outputs[0].text == f"{project.root}\n"
    assert notebook.cells[4].outputs[0].text == "[] 0o700\nipc\nNone 0\n"


def test_the_same_job_gives_the_same_files_with_one_worker_and_with_two(project: Project) -> None:
    for slug in ("alpha", "beta"):
        add_case(project, slug, "print({'b', 'a', 'c'})")
    texts = []
    for workers in (1, 2):
        run_cases(project, ["alpha", "beta"], workers=workers, force=True, progress=Told())
        texts.append([output(project, slug, name) for slug in ("alpha", "beta")
                      for name in ("notebook.ipynb", "report.html", "result.json")])  # fmt: skip
    assert texts[0] == texts[1]


def test_the_chart_library_is_made_once_for_all(project: Project) -> None:
    chart = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json", "usermeta": {"ledger": "x"}, "mark": "bar",
        "data": {"values": []},
    }  # fmt: skip
    code = (
        "from IPython.display import display\n"
        f"display({{'application/vnd.vegalite.v5+json': {chart!r}, 'text/plain': 'A chart'}}, raw=True)"
    )
    for slug in ("alpha", "beta"):
        add_case(project, slug, code)
    assert only(run_cases(project, ["alpha"], progress=Told())).state is RunState.DONE
    (made,) = (project.outputs / ".cache").glob("vega-*.js")
    (small,) = (project.outputs / ".cache").glob("vega-*.packed")
    assert small.read_text(encoding="utf-8") == packed(made.read_text(encoding="utf-8"))
    made.write_text("/* kept */", encoding="utf-8")  # what was packed before is then not it
    assert only(run_cases(project, ["beta"], progress=Told())).state is RunState.DONE
    assert packed("/* kept */") in output(project, "beta", "report.html")
