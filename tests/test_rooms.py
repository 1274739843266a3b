"""The direction of data is a rule, so a test reads the import statements and holds the rooms to it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.conftest import ROOT

ORDER = [
    "cases",
    "sources",
    "evidence",
    "measures",
    "verdict",
    "protect",
    "charts",
    "maps",
    "report",
    "explore",
    "batch",
]
ANYWHERE = {"errors", "framework"}
ONLY_IN = {"ipywidgets": {"explore"}, "papermill": {"batch"}, "nbconvert": {"batch"}}


def imports(path: Path) -> list[str]:
    """Every module that a file imports, wherever in the file the statement stands."""
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.append(node.module)
            found += [f"{node.module}.{alias.name}" for alias in node.names if node.module == "shared"]
    return found


FILES = sorted((ROOT / "shared").rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_room_imports_only_rooms_to_its_left(path: Path) -> None:
    parts = path.relative_to(ROOT / "shared").parts
    room = parts[0] if len(parts) > 1 else path.stem
    for name in imports(path):
        if name.split(".")[0] in ONLY_IN:
            assert room in ONLY_IN[name.split(".")[0]], f"{name} belongs in {ONLY_IN[name.split('.')[0]]}"
        if not name.startswith("shared.") or room in ("cli", "__init__"):
            continue
        if room == "samples":  # makes the shipped data; must not know how they will be measured
            assert name.split(".")[1] in ("errors", "samples"), f"{room} imports {name}"
            continue
        other = name.split(".")[1]
        if other in ANYWHERE or other == room:
            continue
        assert room in ORDER, f"{room} imports {other}"
        if {room, other} == {"evidence", "measures"}:  # one stage: computed and judged stand side by side
            continue
        assert other in ORDER[: ORDER.index(room)], f"{room} imports {other}, which is not to its left"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_framework_and_errors_stand_alone(path: Path) -> None:
    parts = path.relative_to(ROOT / "shared").parts
    if parts[0] in ("framework", "errors.py"):
        rooms = {name.split(".")[1] for name in imports(path) if name.startswith("shared.")}
        assert rooms <= ANYWHERE
