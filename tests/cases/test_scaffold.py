"""A new case study explains itself: what is left to fill in is listed, and its examples are true."""

from __future__ import annotations

import csv
import json
import re
import shutil
from pathlib import Path

import pytest

from shared.cases.check import check_case
from shared.cases.load import load_case
from shared.cases.notebook_contract import notebook_faults
from shared.cases.project import Project
from shared.cases.scaffold import new_case
from shared.cases.vocabulary import METADATA_ELEMENTS
from shared.errors import DefinitionError
from shared.framework.register import load_register
from tests.cases.example import make_project, sha256

SLUG = "soup-kitchen"
ANSWERS = {
    "title": "T", "summary": "S", "name": "N", "type": "charity", "purpose": "P", "initiative": "service records",
    "primary_purpose": "advocacy", "content": "mixed", "unit": "person", "selection": "quota", "mode": "web",
    "consent": "broad", "access": "micro-data", "overlapping_official_source": "none", "of_interest": "people",
    "statistic": "share", "reference_start": "2023-01-01", "reference_end": "2023-12-31",
    "assessed_on": "2024-06-30", "kind": "records", "path": "data/sample/r.csv", "licence": "L",
    "attribution": "A", "use": "context", "risk": "low", "profile": "lower", "basis": "B", "sha256": "0" * 64,
}  # fmt: skip


@pytest.fixture
def project(tmp_path: Path, root: Path) -> Project:
    project = make_project(tmp_path)
    shutil.copy(root / "notebooks" / "_template.ipynb", project.notebooks)
    return project


def fill(text: str) -> str:
    """Answer every TODO the way a researcher would."""
    return re.sub(r"(\w+)(: \[?)TODO", lambda m: f'{m[1]}{m[2]}"{ANSWERS[m[1]]}"', text)


def test_everything_is_there(project: Project) -> None:
    paths = new_case(project, SLUG)
    assert [path.relative_to(project.root).as_posix() for path in paths] == [
        f"casestudies/{SLUG}/case.yaml",
        f"casestudies/{SLUG}/judgements.csv",
        f"casestudies/{SLUG}/anchors.md",
        f"notebooks/{SLUG}.ipynb",
    ]
    assert all(path.is_file() for path in paths)
    assert sorted(p.name for p in project.casestudies.iterdir()) == [SLUG]


def test_a_fresh_definition_has_nothing_but_gaps(project: Project) -> None:
    new_case(project, SLUG)
    text = (project.casestudies / SLUG / "case.yaml").read_text()
    live = [line for line in text.split("\n") if not line.lstrip().startswith("#")]
    gaps = sum(line.split("#")[0].count("TODO") for line in live)
    faults = check_case(project, SLUG)
    assert sum("still to be filled in (TODO)" in fault.problem for fault in faults) == gaps == 30
    rest = [fault for fault in faults if "TODO" not in fault.problem]
    assert [fault.problem for fault in rest] == ['"columns" has no value.', '"publish" has no value.']
    assert all(re.search(r"line \d+", fault.where) for fault in faults)
    assert any("One of: charity, community group" in fault.hint for fault in faults)


def test_the_fingerprint_is_said_once_the_file_is_there(project: Project) -> None:
    new_case(project, SLUG)
    path = project.casestudies / SLUG / "case.yaml"
    path.write_text(path.read_text().replace("path: TODO", "path: data/sample/r.csv"))
    (project.sample / "r.csv").write_bytes(b"a\n1\n")
    hints = [fault.hint for fault in check_case(project, SLUG) if "sources.records.sha256" in fault.where]
    assert hints == [f"The file that is there now has {sha256(b'a' + bytes([10]) + b'1' + bytes([10]))}."]


def test_filled_in_with_every_example_taken_up_it_loads(project: Project) -> None:
    """The commented examples fit each other and the model; so they cannot go stale."""
    new_case(project, SLUG)
    path = project.casestudies / SLUG / "case.yaml"
    text = re.sub(r"^( *)#\| ?(.*)$", r"\1\2", fill(path.read_text()), flags=re.M)
    path.write_text(text)
    case = load_case(project, SLUG)
    assert list(case.sources) == ["records", "census"]
    assert case.margins[0].reference_columns == {"Female": "females", "Male": "males"}
    assert case.sources["records"].columns["housed"].allowed == ("yes", "no")
    assert tuple(case.metadata) == METADATA_ELEMENTS


def test_without_the_examples_little_is_needed(project: Project) -> None:
    new_case(project, SLUG)
    path = project.casestudies / SLUG / "case.yaml"
    text = fill(path.read_text()).replace("    columns:\n", "    columns: {id: {role: identifier}}\n")
    path.write_text(text.replace("  publish:\n", "  publish: {records: []}\n"))
    assert check_case(project, SLUG) == []


def test_every_judged_indicator_has_a_row_and_its_anchors(project: Project) -> None:
    new_case(project, SLUG)
    folder = project.casestudies / SLUG
    with (folder / "judgements.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    judged = list(load_register().judged())
    assert len(judged) == 35  # framework.md: 60 computed, 35 judged
    assert [row["indicator"] for row in rows] == [entry.id for entry in judged]
    assert list(rows[0]) == ["indicator", "assessor", "score", "grade", "evidence", "date"]
    assert {value for row in rows for name, value in row.items() if name != "indicator"} == {""}
    anchors = (folder / "anchors.md").read_text()
    for entry in judged:
        assert f"### {entry.id} · {entry.name}" in anchors
        assert len(entry.anchors) == 5
        assert all(f"| {score} | {anchor} |" in anchors for score, anchor in enumerate(entry.anchors))


def test_the_notebook_keeps_the_contract(project: Project) -> None:
    new_case(project, SLUG)
    content = json.loads((project.notebooks / f"{SLUG}.ipynb").read_text())
    assert f'case_id: str = "{SLUG}"  # ' in "".join(content["cells"][0]["source"])
    assert notebook_faults(project, SLUG) == []


@pytest.mark.parametrize(
    "slug",
    ["", "Soup", "soup_kitchen", "-soup", "soup-", "so--up", "1soup", "../soup", "soup kitchen", "a" * 61, "süp"],
)
def test_a_malformed_slug_writes_nothing(project: Project, slug: str) -> None:
    with pytest.raises(DefinitionError, match="cannot name a case study"):
        new_case(project, slug)
    assert list(project.casestudies.iterdir()) == []


@pytest.mark.parametrize("taken", [f"casestudies/{SLUG}", f"notebooks/{SLUG}.ipynb"])
def test_nothing_is_overwritten(project: Project, taken: str) -> None:
    path = project.root / taken
    if path.suffix:
        path.write_text("mine")
    else:
        path.mkdir()
    with pytest.raises(DefinitionError, match="exists already"):
        new_case(project, SLUG)
    assert path.read_text() == "mine" if path.suffix else list(path.iterdir()) == []
    assert len(list(project.casestudies.iterdir())) + len(list(project.notebooks.iterdir())) == 2


def test_without_the_template_nothing_is_written(project: Project) -> None:
    (project.notebooks / "_template.ipynb").unlink()
    with pytest.raises(DefinitionError, match="template is missing"):
        new_case(project, SLUG)
    assert list(project.casestudies.iterdir()) == []
    (project.notebooks / "_template.ipynb").write_text("{}")
    with pytest.raises(DefinitionError, match="template cannot be used"):
        new_case(project, SLUG)


def test_a_failure_half_way_leaves_nothing(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "rename", full)
    with pytest.raises(DefinitionError, match="No space left on device"):
        new_case(project, SLUG)
    assert list(project.casestudies.iterdir()) == []
    assert [path.name for path in project.notebooks.iterdir()] == ["_template.ipynb"]
