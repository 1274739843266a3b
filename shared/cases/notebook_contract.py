"""What every case study's notebook has in common: parameters, core cells, no code of its own, no outputs."""

from __future__ import annotations

import ast
import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from shared.cases.notebook_code import code_problems
from shared.cases.project import Project
from shared.errors import Fault, nearest

PARAMETERS = {
    "case_id": "str",
    "as_of": "str",
    "use": "str",
    "policy": "str",
    "draws": "int",
    "seed": "int",
    "interactive": "bool",
}
"""The parameters every notebook takes, with their types."""

Cell = dict[str, Any]
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


def notebook_faults(project: Project, slug: str) -> list[Fault]:
    """Return everything in which ``notebooks/SLUG.ipynb`` departs from the contract, none when it keeps it.

    Checked: format 4.5 with unique cell ids; no outputs or execution counts; first code cell tagged
    ``parameters`` with exactly the seven annotated, commented parameters and ``case_id`` equal to the slug; all
    core cells of the template present, unchanged and in its order; no functions, classes, file reading or imports
    other than from ``shared`` and IPython.
    """
    path = project.notebooks / f"{slug}.ipynb"
    shown = project.shown(path)
    template, faults = _cells(project, "_template")
    if not path.is_file():
        return [Fault("The notebook is missing.", shown, "Copy _template.ipynb and set case_id."), *faults]
    cells, own = _cells(project, slug)
    faults += own
    faults += [Fault(problem, f"{shown}{at}", hint) for problem, at, hint in _form(cells)]
    faults += [Fault(problem, f"{shown}{at}", hint) for problem, at, hint in _parameters(cells, slug)]
    faults += [Fault(problem, f"{shown}{at}", hint) for problem, at, hint in _core(cells, template)]
    for number, cell in enumerate(cells, 1):
        if cell.get("cell_type") == "code":
            for problem, line, hint in code_problems(source(cell)):
                faults.append(Fault(problem, f"{shown}{_at(number, cell)}, line {line}", hint))
    return faults


def source(cell: Cell) -> str:
    """Return a cell's text (the format allows a list of lines)."""
    text = cell.get("source", "")
    return "".join(text) if isinstance(text, list) else str(text)


def _cells(project: Project, name: str) -> tuple[list[Cell], list[Fault]]:
    path = project.notebooks / f"{name}.ipynb"
    shown = project.shown(path)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return [], [Fault("The notebook template is missing.", shown, "It is part of the project: fetch it again.")]
    except (OSError, ValueError):
        return [], [Fault("The file is not a notebook (it is no valid JSON).", shown, "Restore the last good version.")]
    if not isinstance(content, dict) or not isinstance(content.get("cells"), list):
        return [], [Fault("The file is not a notebook (it has no cells).", shown, "Restore the last good version.")]
    faults = []
    form = (content.get("nbformat"), content.get("nbformat_minor"))
    if form != (4, 5):
        faults.append(Fault("The notebook is not of format 4.5.", shown, "Open it in JupyterLab and save it again."))
    cells = [cell for cell in content["cells"] if isinstance(cell, dict)]
    if len(cells) != len(content["cells"]):
        faults.append(Fault("A cell of the notebook is malformed.", shown, "Restore the last good version."))
    return cells, faults


Problem = tuple[str, str, str]


def _at(number: int, cell: Cell) -> str:
    return f", cell {number} ({cell.get('id', 'without id')})"


def _tags(cell: Cell) -> list[str]:
    metadata = cell.get("metadata")
    tags = metadata.get("tags") if isinstance(metadata, dict) else None
    return [str(tag) for tag in tags] if isinstance(tags, list) else []


def _form(cells: list[Cell]) -> Iterator[Problem]:
    counts = Counter(str(cell.get("id")) for cell in cells if cell.get("id"))
    for number, cell in enumerate(cells, 1):
        at = _at(number, cell)
        if not isinstance(cell.get("id"), str) or not _ID.fullmatch(cell["id"]):
            yield "The cell has no valid id.", at, "Open the notebook in JupyterLab and save it again."
        elif counts[cell["id"]] > 1:
            yield "The id of the cell is used more than once.", at, "Delete the cell and type it anew."
        if cell.get("cell_type") not in ("code", "markdown", "raw"):
            yield "The cell is of no known type.", at, ""
        if cell.get("outputs"):
            yield "The cell has saved outputs.", at, "Clear all outputs before saving: they may hold records."
        if cell.get("execution_count") is not None:
            yield "The cell has an execution count.", at, "Clear all outputs before saving."


def _parameters(cells: list[Cell], slug: str) -> Iterator[Problem]:
    """Check the first code cell against ``PARAMETERS``."""
    number, cell = next(((n, c) for n, c in enumerate(cells, 1) if c.get("cell_type") == "code"), (0, {}))
    at = _at(number, cell) if number else ""
    tagged = [c for c in cells if "parameters" in _tags(c)]
    if not number or tagged != [cell]:
        yield "The first code cell, and no other, must have the tag parameters.", at, "Take it from _template.ipynb."
        return
    try:
        statements = ast.parse(source(cell)).body
    except SyntaxError:
        return  # reported with the other code
    lines = source(cell).split("\n")
    found: list[str] = []
    for node in statements:
        here = f"{at}, line {node.lineno}"
        if not (isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None):
            yield "Only parameters (name: type = value  # meaning) may stand in this cell.", here, ""
            continue
        name = node.target.id
        found.append(name)
        if name not in PARAMETERS:
            yield f'There is no parameter "{name}".', here, nearest(name, PARAMETERS)
            continue
        if ast.unparse(node.annotation) != PARAMETERS[name]:
            yield f'"{name}" must be annotated as {PARAMETERS[name]}.', here, ""
        if not isinstance(node.value, ast.Constant) or type(node.value.value).__name__ != PARAMETERS[name]:
            yield f'The value of "{name}" must be a plain {PARAMETERS[name]}.', here, ""
        elif name == "case_id" and node.value.value != slug:
            yield f'"case_id" is not "{slug}".', here, "It must be the name of the notebook."
        if "#" not in lines[(node.end_lineno or node.lineno) - 1][node.end_col_offset or 0 :]:
            yield f'"{name}" has no comment that says what it means.', here, "Add one behind the value: # ..."
    if missing := [name for name in PARAMETERS if name not in found]:
        yield f"Parameters are missing: {', '.join(missing)}.", at, "Take the cell from _template.ipynb."
    for name in [name for name, count in Counter(found).items() if count > 1]:
        yield f'The parameter "{name}" is set twice.', at, "Keep one."


def _core(cells: list[Cell], template: list[Cell]) -> Iterator[Problem]:
    """Compare the core cells with the template's; the value of ``case_id`` may differ."""
    wanted = {str(cell.get("id")): cell for cell in template if "core" in _tags(cell)}
    found: list[str] = []
    for number, cell in enumerate(cells, 1):
        cell_id, at = str(cell.get("id")), _at(number, cell)
        if cell_id in wanted:
            found.append(cell_id)
            pattern = wanted[cell_id]
            same = _plain(cell) == _plain(pattern) and cell.get("cell_type") == pattern.get("cell_type")
            if not same:
                yield (
                    "This core cell differs from the template's.",
                    at,
                    "Copy it back; put your own text in a new cell.",
                )
            if set(_tags(cell)) != set(_tags(pattern)):
                yield f"The tags of this core cell must be {', '.join(_tags(pattern))}.", at, "Copy the cell back."
        elif "core" in _tags(cell) and template:
            yield "This cell is tagged core and is not in the template.", at, "Tag your own cells: case."
    absent = [cell_id for cell_id in wanted if cell_id not in found]
    if absent:
        yield f"Core cells are missing: {', '.join(absent)}.", "", "Copy them from _template.ipynb."
    if list(dict.fromkeys(found)) != [cell_id for cell_id in wanted if cell_id in found]:
        yield "The core cells are not in the template's order.", "", "All reports have the same order of sections."


def _plain(cell: Cell) -> str:
    text = source(cell).rstrip()
    if "parameters" in _tags(cell):
        text = re.sub(r'^(case_id[^=#\n]*=\s*)(["\']).*?\2', r"\1", text, flags=re.M)
    return text
