"""Decisions: of a second person, with a reason, on these very bytes."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from shared.batch.release_decisions import FILE, authors_of, decide, decided, read_decisions
from shared.cases.project import Project
from shared.errors import DefinitionError

OUTPUTS: list[dict[str, Any]] = [
    {"id": "words-1", "status": "review", "checksum": "aa", "why": "a small number"},
    {"id": "table/1", "status": "pass", "checksum": "bb", "why": ""},
]


def case(*authors: str) -> Any:
    return SimpleNamespace(slug="one", disclosure=SimpleNamespace(prepared_by=authors))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "casestudies" / "one").mkdir(parents=True)
    return Project(tmp_path, None, tmp_path / "d")


def made(
    project: Project, by: str = "B. Second", accept: bool = True, why: str = "a wave, not people", **more: Any
) -> Any:
    options = {"by": by, "why": why, "when": date(2026, 1, 2), "accept": accept} | more
    return decide(project, case("A. First"), OUTPUTS, "words-1", **options)


def test_an_accepted_output_passes_and_the_decision_is_kept(project: Project) -> None:
    made(project)
    kept = read_decisions(project, "one")
    assert [(d.output, d.by, d.date, d.why) for d in kept] == [
        ("words-1", "B. Second", "2026-01-02", "a wave, not people")
    ]
    found = decided(OUTPUTS, kept, ["A. First"])
    assert [o["status"] for o in found] == ["pass", "pass"]
    assert "B. Second, 2026-01-02" in found[0]["decision"]


def test_the_author_cannot_approve_however_the_name_is_written(project: Project) -> None:
    for name in ("A. First", "a.  first", " A. FIRST ", "First, A", "\uff21. First", "", " . "):
        with pytest.raises(DefinitionError, match="cannot approve"):
            made(project, by=name)
    assert read_decisions(project, "one") == ()


def test_without_authors_nobody_can_be_told_apart_from_them(project: Project) -> None:
    with pytest.raises(DefinitionError, match="Nothing says who prepared"):
        decide(project, case(), OUTPUTS, "words-1", by="B", why="long enough", when=date(2026, 1, 2), accept=True)


def test_assessors_are_authors_too(project: Project) -> None:
    rows = "indicator,assessor,score,grade,evidence,date\nSDC-7,A. Second,3,E2,seen,2025-01-01\n"
    (project.casestudies / "one" / "judgements.csv").write_text(rows, encoding="utf-8")
    assert authors_of(project, case("A. First")) == ("A. First", "A. Second")
    with pytest.raises(DefinitionError, match="cannot approve"):
        made(project, by="A. Second")
    assert made(project, by="C. Third").by == "C. Third"


def test_what_is_kept_is_one_line_and_no_formula(project: Project) -> None:
    made(project, by="=B. Second", why="+looked at\neach row")
    assert [(d.by, d.why) for d in read_decisions(project, "one")] == [("'=B. Second", "'+looked at each row")]


def test_a_decision_is_void_when_the_output_changes_or_its_maker_becomes_an_author(project: Project) -> None:
    made(project)
    kept = read_decisions(project, "one")
    changed = [{**OUTPUTS[0], "checksum": "cc"}]
    assert decided(changed, kept, ["A. First"])[0]["status"] == "review"
    assert decided(OUTPUTS, kept, ["A. First", "second b"])[0]["status"] == "review"


def test_the_last_decision_counts_and_refusing_refuses(project: Project) -> None:
    made(project)
    made(project, accept=False, why="it is three families")
    found = decided(OUTPUTS, read_decisions(project, "one"), ["A. First"])
    assert found[0]["status"] == "refused"
    assert "refused by B. Second" in found[0]["decision"]


def test_reasons_names_and_outputs_are_asked_for(project: Project) -> None:
    with pytest.raises(DefinitionError, match="reason in words"):
        made(project, why="ok")
    with pytest.raises(DefinitionError, match="not in review"):
        decide(project, case("A"), OUTPUTS, "table/1", by="B", why="long enough", when=date(2026, 1, 2), accept=True)
    with pytest.raises(DefinitionError, match="no output"):
        decide(project, case("A"), OUTPUTS, "words-2", by="B", why="long enough", when=date(2026, 1, 2), accept=True)


def test_a_damaged_file_is_refused(project: Project) -> None:
    (project.casestudies / "one" / FILE).write_text("output,checksum\nx,y\n")
    with pytest.raises(DefinitionError, match="cannot be read"):
        read_decisions(project, "one")
