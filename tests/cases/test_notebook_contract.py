"""Each departure from the notebook contract is named with cell and line; keeping it is silent."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shared.cases.notebook_contract import PARAMETERS, notebook_faults
from shared.cases.project import Project
from tests.cases.example import SLUG, make_project

Notebook = dict[str, Any]
PARAMETER_CELL = (
    'case_id: str = "template"  # the case\nas_of: str = ""  # date\nuse: str = ""  # use\npolicy: str = ""  # policy\n'
    "draws: int = 2000  # draws\nseed: int = 1  # seed\ninteractive: bool = False  # widgets"
)


def cell(cell_id: str, source: str, *tags: str, kind: str = "code") -> dict[str, Any]:
    made: dict[str, Any] = {"id": cell_id, "cell_type": kind, "metadata": {"tags": list(tags)}, "source": source}
    return made | ({"outputs": [], "execution_count": None} if kind == "code" else {})


def template() -> Notebook:
    cells = [
        cell("parameters", PARAMETER_CELL, "parameters", "core"),
        cell("open", "from shared import open_case\n\nstudy = open_case(case_id)\nstudy.heading()", "core"),
        cell("h-findings", "## Findings", "core", kind="markdown"),
        cell("findings", "study.findings()", "core"),
        cell("own", "Your story", "case", kind="markdown"),
        cell("limits", "study.limitations()", "core"),
    ]
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}


def notebook() -> Notebook:
    content = copy.deepcopy(template())
    content["cells"][0]["source"] = PARAMETER_CELL.replace('"template"', f'"{SLUG}"')
    return content


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = make_project(tmp_path)
    (project.notebooks / "_template.ipynb").write_text(json.dumps(template()))
    return project


def check(project: Project, content: Notebook) -> list[str]:
    (project.notebooks / f"{SLUG}.ipynb").write_text(json.dumps(content))
    return [str(fault) for fault in notebook_faults(project, SLUG)]


def test_a_notebook_that_keeps_the_contract_has_no_fault(project: Project) -> None:
    content = notebook()
    content["cells"].insert(5, cell("mine", "from IPython.display import Markdown\nstudy.table(by='sex')", "case"))
    content["cells"].insert(6, cell("sorted", "sorted(study.groups, key=lambda g: g.name)", "case"))
    content["cells"][3]["source"] = ["study.findings()"]  # the format allows a list of lines
    assert check(project, content) == []


def set_code(text: str) -> Callable[[Notebook], None]:
    return lambda n: n["cells"].insert(5, cell("mine", text, "case"))


def set_parameters(old: str, new: str) -> Callable[[Notebook], None]:
    def change(content: Notebook) -> None:
        source = content["cells"][0]["source"]
        assert old in source
        content["cells"][0]["source"] = source.replace(old, new)

    return change


def set_cell(index: int, **values: Any) -> Callable[[Notebook], None]:
    return lambda n: n["cells"][index].update(values)


CASES: dict[str, tuple[Callable[[Notebook], None], str]] = {
    "other case": (set_parameters(SLUG, "other"), 'cell 1 (parameters), line 1: "case_id" is not "food-bank".'),
    "no annotation": (set_parameters("draws: int", "draws"), "line 5: Only parameters"),
    "wrong annotation": (set_parameters("draws: int", "draws: float"), '"draws" must be annotated as int.'),
    "wrong value": (set_parameters("= 2000", '= "2000"'), 'The value of "draws" must be a plain int.'),
    "bool is no int": (set_parameters("= 2000", "= True"), 'The value of "draws" must be a plain int.'),
    "expression": (set_parameters("= 2000", "= 2 * 1000"), 'The value of "draws" must be a plain int.'),
    "no comment": (set_parameters("  # seed", ""), 'line 6: "seed" has no comment'),
    "unknown": (set_parameters("draws: int", "drawz: int"), 'There is no parameter "drawz". Did you mean "draws"?'),
    "missing": (set_parameters("seed: int = 1  # seed\n", ""), "Parameters are missing: seed."),
    "twice": (
        set_parameters("seed: int = 1  # seed\n", "seed: int = 1  # a\nseed: int = 1  # b\n"),
        'The parameter "seed" is set twice.',
    ),
    "untagged": (set_cell(0, metadata={"tags": ["core"]}), "must have the tag parameters"),
    "second tagged": (set_cell(1, metadata={"tags": ["core", "parameters"]}), "must have the tag parameters"),
    "core changed": (set_cell(3, source="study.findings(all=True)"), "cell 4 (findings): This core cell differs"),
    "core heading changed": (set_cell(2, source="## Results"), "cell 3 (h-findings): This core cell differs"),
    "core draws changed": (set_parameters("2000", "100"), "cell 1 (parameters): This core cell differs"),
    "core untagged": (set_cell(3, metadata={}), "The tags of this core cell must be core."),
    "core missing": (lambda n: n["cells"].pop(3), "Core cells are missing: findings."),
    "core moved": (lambda n: n["cells"].insert(3, n["cells"].pop()), "not in the template's order"),
    "own cell tagged core": (set_cell(4, metadata={"tags": ["core"]}), "cell 5 (own): This cell is tagged core"),
    "function": (set_code("1\ndef f():\n    return 1"), 'cell 6 (mine), line 2: A function ("f") is defined'),
    "async function": (set_code("async def f():\n    return 1"), 'A function ("f") is defined'),
    "class": (set_code("class C:\n    pass"), 'A class ("C") is defined'),
    "lambda": (set_code("f = lambda x: x"), "A function (lambda) is defined"),
    "lambda walrus": (set_code("(f := lambda x: x)"), "A function (lambda) is defined"),
    "import": (set_code("import pandas as pd"), '"pandas" is imported.'),
    "import inside": (set_code("if True:\n    from os import path"), 'line 2: "os" is imported.'),
    "import alike": (set_code("import sharedx"), '"sharedx" is imported.'),
    "relative import": (set_code("from . import x"), '"." is imported.'),
    "open": (set_code("open('x')"), '"open" reads or writes a file.'),
    "path open": (set_code("study.path.open()"), '"open" reads or writes a file.'),
    "read": (set_code("study.pd.read_csv('x')"), '"read_csv" reads or writes a file.'),
    "exec": (set_code("exec('1')"), '"exec" runs code from a text.'),
    "shell": (set_code("!ls"), "This is not plain Python. Magics (%) and shell commands (!)"),
    "magic": (set_code("x = 1\n%matplotlib inline"), "line 2: This is not plain Python."),
    "outputs": (set_cell(3, outputs=[{"output_type": "stream", "name": "stdout", "text": "x"}]), "has saved outputs"),
    "count": (set_cell(3, execution_count=3), "has an execution count"),
    "same id": (set_cell(4, id="findings"), "id of the cell is used more than once"),
    "no id": (lambda n: n["cells"][4].pop("id"), "cell 5 (without id): The cell has no valid id."),
    "old format": (lambda n: n.update(nbformat_minor=4), "not of format 4.5"),
    "no cells": (lambda n: n.pop("cells"), "has no cells"),
}


@pytest.mark.parametrize("name", CASES)
def test_each_departure_is_named(project: Project, name: str) -> None:
    change, expected = CASES[name]
    content = notebook()
    change(content)
    found = check(project, content)
    assert any(expected in text for text in found), found
    assert all(text.startswith(f"notebooks/{SLUG}.ipynb") for text in found)


def test_several_departures_come_together(project: Project) -> None:
    content = notebook()
    content["cells"][3].update(execution_count=1, source="x")
    content["cells"].append(cell("mine", "import os\ndef f(): ...", "case"))
    assert len(check(project, content)) == 4


def test_missing_or_broken_files_are_faults(project: Project) -> None:
    assert [fault.problem for fault in notebook_faults(project, SLUG)] == ["The notebook is missing."]
    (project.notebooks / f"{SLUG}.ipynb").write_text("{")
    assert "no valid JSON" in str(notebook_faults(project, SLUG)[0])
    (project.notebooks / "_template.ipynb").unlink()
    assert any("template is missing" in text for text in check(project, notebook()))


def test_the_parameters_are_those_of_the_interface() -> None:
    assert PARAMETERS == {
        "case_id": "str", "as_of": "str", "use": "str", "policy": "str", "draws": "int", "seed": "int",
        "interactive": "bool",
    }  # fmt: skip
