"""Faults of the definition and of the judgements come in one list."""

from __future__ import annotations

from pathlib import Path

from shared.cases.check import check_case
from shared.cases.scaffold import judgements_form
from shared.errors import DefinitionError, Fault
from shared.evidence.judgements import read_judgements
from shared.framework.register import load_register
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


def test_the_form_that_a_new_case_gets_can_be_read_and_judges_nothing(tmp_path: Path) -> None:
    path = tmp_path / "judgements.csv"
    path.write_text(judgements_form(load_register()), encoding="utf-8")
    assert read_judgements(path) == ()


def test_a_judgement_out_of_range_is_listed(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    folder = write_case(project, definition()).parent
    (folder / "judgements.csv").write_text(
        "indicator,assessor,score,grade,evidence,date\nGOV-1,A,5,E2,seen,2024-01-01\nGOV-2,A,2,E7,seen,2024-01-01\n"
    )
    found = [str(fault) for fault in check_case(project, SLUG, read_judgements=read_judgements)]
    assert len(found) == 2
    assert "line 2" in found[0]
    assert "line 3" in found[1]
