"""Faults of the definition and of the judgements come in one list."""

from __future__ import annotations

from pathlib import Path

from shared.cases.check import check_case
from shared.errors import DefinitionError, Fault
from tests.cases.example import SLUG, definition, make_project, write_case


def test_both_files_are_reported_together(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    data = definition()
    data["title"] = None
    folder = write_case(project, data).parent
    seen: list[Path] = []

    def reader(path: Path) -> None:
        seen.append(path)
        raise DefinitionError("bad", faults=[Fault("score 7 is out of range", "judgements.csv, line 2"), Fault("b")])

    assert [fault.problem for fault in check_case(project, SLUG)] == ['"title" has no value.', "The file is missing."]
    (folder / "judgements.csv").write_text("indicator,assessor,score,grade,evidence,date\n")
    found = check_case(project, SLUG, read_judgements=reader)
    assert [fault.problem for fault in found] == ['"title" has no value.', "score 7 is out of range", "b"]
    assert seen == [folder / "judgements.csv"]


def test_all_well_is_an_empty_list(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    folder = write_case(project, definition()).parent
    (folder / "judgements.csv").write_text("indicator,assessor,score,grade,evidence,date\n")
    assert check_case(project, SLUG, read_judgements=lambda path: None) == []


def test_an_unknown_slug_is_one_fault(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    assert len(check_case(project, "nothing")) == 1
