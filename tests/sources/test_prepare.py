"""A case study's data as the measures get them, worked out by hand for seven records."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from shared.cases.load import load_case
from shared.cases.model import CaseStudy
from shared.cases.project import Project
from shared.errors import DataError, DataMissing
from shared.sources.prepare import AREA_COLUMN, Loss, data_faults, prepare
from tests.cases.example import CENSUS, RECORDS, SLUG, definition, make_project, sha256, write_case


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return make_project(tmp_path)


def case(project: Project, data: dict[str, Any] | None = None, files: dict[str, bytes] | None = None) -> CaseStudy:
    write_case(project, data or definition(), files)
    return load_case(project, SLUG)


def plain(series: pd.Series) -> list[str | None]:
    return [None if pd.isna(value) else value for value in series]


def test_everything_by_hand(project: Project) -> None:
    """r6 refused and r7 said nothing: both go first. Then ages 34, 17, 999 (no answer), abc, 130."""
    prepared = prepare(project, case(project))
    frame = prepared.frames["records"]
    assert prepared.consent == (5, 7)
    assert plain(frame["id"]) == ["r1", "r2", "r3", "r4", "r5"]
    assert plain(frame["age"]) == ["34", "17", "999", "abc", "130"]
    assert plain(frame["age_band"]) == ["18-59", "10-17", None, None, None]
    assert plain(frame["gender"]) == ["Women", "Men", "Women", "Men", "Women"]
    assert plain(frame["place"]) == ["North", "North", "South", None, None]
    assert plain(frame[AREA_COLUMN]) == ["E06000001", "E06000001", "E06000002", None, None]
    assert set(map(str, frame.dtypes)) == {"str"}
    assert prepared.losses == (
        Loss("records", "consent", "no consent recorded", 2, 7),
        Loss("records", "new column age_band", "not a number", 1, 5),
        Loss("records", "new column age_band", "outside the declared range", 1, 5),
        Loss("records", "new column place", "not in the map", 1, 5),
        Loss("records", "area codes of 2021", "area code not in the 2021 list", 1, 5),
        Loss("records", "area codes of 2021", "no area code", 1, 5),
    )
    assert prepared.frames["census"]["residents"].tolist() == [1200, 2400]
    assert AREA_COLUMN not in prepared.frames["census"]


def test_records_without_consent_are_nowhere_in_what_is_handed_on(project: Project) -> None:
    prepared = prepare(project, case(project))
    for frame in (prepared.raw["records"].frame, prepared.frames["records"]):
        assert not set(frame["id"]) & {"r6", "r7"}


def test_provenance_names_every_source(project: Project) -> None:
    prepared = prepare(project, case(project))
    assert [row["source"] for row in prepared.provenance] == ["records", "census"]
    assert prepared.provenance[1] == {
        "source": "census", "kind": "reference", "title": "Census", "place": "shipped",
        "address": "data/sample/census.csv", "sha256": sha256(CENSUS.encode()), "rows": "2",
        "licence": "OGL-UK-3.0", "attribution": "ONS", "as_at": "2021-03-21",
        "notes": '1 numbers of "residents" had thousands separators.',
    }  # fmt: skip
    assert prepared.provenance[0]["rows"] == "7"  # as handed over, before consent


def test_the_files_are_not_altered(project: Project) -> None:
    opened = case(project)
    prepare(project, opened)
    assert (project.sample / "records.csv").read_text() == RECORDS
    assert (project.sample / "census.csv").read_text() == CENSUS


def test_a_selection_of_records_is_a_counted_loss(project: Project) -> None:
    data = definition()
    data["sources"]["records"]["where"] = [{"column": "sex", "is_in": ["Female"]}]
    prepared = prepare(project, case(project, data))
    assert plain(prepared.frames["records"]["id"]) == ["r1", "r3", "r5"]
    assert Loss("records", "selection", "outside the selection declared in case.yaml", 2, 5) in prepared.losses
    assert prepared.consent == (5, 7)


def test_without_declarations_nothing_is_taken_out(project: Project) -> None:
    data = definition()
    for name in ("consent", "area", "margins", "totals"):
        del data[name]
    del data["sources"]["records"]["derive"]
    data["disclosure"] = {"publish": {"records": ["sex"]}}
    prepared = prepare(project, case(project, data))
    assert prepared.consent is None
    assert prepared.losses == ()
    assert len(prepared.frames["records"]) == 7
    assert AREA_COLUMN not in prepared.frames["records"]


def test_faults_of_all_files_come_together(project: Project) -> None:
    opened = case(project)
    (project.sample / "records.csv").write_bytes(b"changed")
    (project.sample / "census.csv").unlink()
    with pytest.raises(DataError) as caught:
        prepare(project, opened)
    assert [fault.where for fault in caught.value.faults] == ["source records", "source census"]
    assert [fault.where for fault in data_faults(project, opened)] == ["source records"]


def test_absence_alone_is_not_an_error_of_the_data(project: Project) -> None:
    opened = case(project)
    (project.sample / "census.csv").unlink()
    with pytest.raises(DataMissing, match="casebook data pull food-bank") as caught:
        prepare(project, opened)
    assert len(caught.value.faults) == 1
    assert data_faults(project, opened) == []


def test_faults_of_two_files_of_wrong_content(project: Project) -> None:
    files = {
        "data/sample/records.csv": RECORDS.replace("age,", "Age,").encode(),
        "data/sample/census.csv": CENSUS.replace("600,600", "600,x").encode(),
    }
    opened = case(project, files=files)
    found = [str(fault) for fault in data_faults(project, opened)]
    assert 'The column "age" is not in the file. Did you mean "Age"?' in found[0]
    assert 'column "males" are not of type number: line 2' in found[1]


def test_a_recode_file_that_went_missing_after_loading(project: Project) -> None:
    opened = case(project)
    (project.casestudies / SLUG / "places.csv").unlink()
    with pytest.raises(DataError, match="recode file is missing"):
        prepare(project, opened)
