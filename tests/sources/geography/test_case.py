"""Areas in a case study: declared in case.yaml, prepared, losses counted; every rule worked out by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from shared.cases.load import load_case
from shared.cases.model import CaseStudy
from shared.cases.project import Project
from shared.errors import DataError, DefinitionError
from shared.sources.areas import effect_on_coverage
from shared.sources.geography.place import CONTRADICTION, place
from shared.sources.prepare import AREA_COLUMN, Prepared, prepare
from tests.cases.example import SLUG, definition, make_project, write_case

RECORDS = """\
id,area,town,sex,consent
r1,E06000061,Corby,Female,given
r2,E10000021,,Female,given
r3,E07000150,,Male,given
r4,,Kettering,Male,given
r5,E08000035,Hull,Male,given
r6,Leedes,Leedes,Male,given
r7,E92000001,,Male,given
"""
CENSUS = """\
code,name,residents,females,males
E06000061,North Northamptonshire,359525,1,1
E06000062,West Northamptonshire,425725,1,1
E08000035,Leeds,811956,1,1
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return make_project(tmp_path)


def written(project: Project, area: dict[str, Any] | None = None, **records: Any) -> CaseStudy:
    """The example case with towns; ``area`` is added to its block, ``records`` to the source."""
    data = definition()
    source = data["sources"]["records"]
    source["columns"] = {
        name: {"role": role}
        for name, role in (("id", "identifier"), ("area", "area"), ("town", "area"), ("sex", "group"))
    }  # fmt: skip
    source["columns"]["consent"] = {"role": "flag", "type": "category", "allowed": ["given", "refused"]}
    source |= {"derive": {}, "edits": []} | records
    data["estimates"], data["totals"] = [], []
    data["disclosure"]["publish"] = {"records": ["sex"]}
    data["area"] |= {"reference_name": "name"} | (area or {})
    files = {"data/sample/records.csv": RECORDS.encode(), "data/sample/census.csv": CENSUS.encode()}
    write_case(project, data, files)
    return load_case(project, SLUG)


def plain(series: pd.Series) -> list[str | None]:
    return [None if pd.isna(value) else str(value) for value in series]


def losses(prepared: Prepared, step: str) -> dict[str, int]:
    return {loss.reason: loss.count for loss in prepared.losses if loss.step.startswith(step)}


def test_divided_areas_are_refused_unless_case_yaml_says_how(project: Project) -> None:
    with pytest.raises(DataError, match=r"case.yaml, area: E10000021 Northamptonshire \(fewer than 10 rows\)"):
        prepare(project, written(project))


def test_left_out_and_counted(project: Project) -> None:
    prepared = prepare(project, written(project, {"splits": "unplaced"}))
    assert plain(prepared.frames["records"][AREA_COLUMN]) == [
        "E06000061", None, "E06000061", None, "E08000035", None, None,
    ]  # fmt: skip
    assert losses(prepared, "area codes of 2021") == {
        "area divided between several areas of 2021": 1,
        "area code not in the 2021 list": 1,
        "no area code": 1,
        "code of a wider area (a region, a country or a total)": 1,
    }


def test_effect_on_coverage(project: Project) -> None:
    """One record of Northamptonshire may lie in either part; one is placed in the north already, and Corby's too."""
    case = written(project, {"splits": "unplaced"})
    prepared = prepare(project, case)
    assert case.area is not None
    found = effect_on_coverage(prepared.tables["records"][case.area.column], case.area)
    assert [(r.code, r.placed, r.at_most) for r in found] == [("E06000061", 2, 3), ("E06000062", 0, 1)]


def test_counted_together_in_the_reference_too(project: Project) -> None:
    prepared = prepare(project, written(project, {"splits": "merged"}))
    both = "E06000061+E06000062"
    assert plain(prepared.frames["records"][AREA_COLUMN]) == [both, both, both, None, "E08000035", None, None]
    census = prepared.frames["census"]
    assert census.groupby("code")["residents"].sum().to_dict() == {both: 359525 + 425725, "E08000035": 811956}
    assert set(census.loc[census["code"] == both, "name"]) == {"North Northamptonshire; West Northamptonshire"}


def test_names_place_what_codes_do_not_and_contradictions_are_left_out(project: Project) -> None:
    prepared = prepare(project, written(project, {"splits": "unplaced", "names": "town"}))
    assert plain(prepared.frames["records"][AREA_COLUMN]) == [
        "E06000061", None, "E06000061", "E06000061", None, None, None,
    ]  # fmt: skip
    assert losses(prepared, "area codes of 2021") == {
        "area divided between several areas of 2021": 1,
        CONTRADICTION: 1,
        "name like that of an area, not confirmed": 1,
        "code of a wider area (a region, a country or a total)": 1,
    }


def test_confirmed_names_lie_in_the_case_folder(project: Project) -> None:
    (project.casestudies / SLUG).mkdir(exist_ok=True)
    (project.casestudies / SLUG / "towns.csv").write_text("from,to\nLeedes,E08000035\n", encoding="utf-8")
    case = written(project, {"splits": "unplaced", "names": "town", "confirmed": "towns.csv"})
    assert plain(prepare(project, case).frames["records"][AREA_COLUMN])[5] == "E08000035"


def test_regions_and_names_are_derived(project: Project) -> None:
    region = {"column": "area", "system": "gss-region", "vintage": 2021, "give": "name"}
    case = written(project, {"splits": "unplaced"}, derive={"region": region})
    prepared = prepare(project, case)
    midlands, north = "East Midlands", "Yorkshire and The Humber"
    assert plain(prepared.frames["records"]["region"]) == [midlands, midlands, midlands, None, north, None, None]
    assert losses(prepared, "new column region") == {
        "area code not in the 2021 list": 1,
        "code of a wider area (a region, a country or a total)": 1,
    }


def test_counts_are_shared_out_in_tables(project: Project) -> None:
    data = definition()
    data["sources"]["survey"] = {
        "kind": "table", "title": "Survey", "path": "data/sample/survey.csv", "format": "csv", "licence": "CC0-1.0",
        "attribution": "Example Bank",
        "columns": {"area": {"role": "area"}, "helped": {"role": "count", "type": "integer"}},
        "derive": {
            "authority": {
                "column": "area", "system": "gss-upper-tier", "vintage": 2021,
                "splits": {"E10000021": {"E06000061": 0.25, "E06000062": 0.75}},
            },
        },
    }  # fmt: skip
    table = b"area,helped\nE10000021,10\nE08000035,4\n"
    write_case(project, data, {"data/sample/survey.csv": table})
    prepared = prepare(project, load_case(project, SLUG))
    frame = prepared.frames["survey"]
    assert dict(zip(frame["authority"], frame["helped"], strict=True)) == {
        "E06000061": 3, "E06000062": 7, "E08000035": 4,
    }  # fmt: skip
    assert losses(prepared, "new column authority") == {}


@pytest.mark.parametrize(
    ("area", "said"),
    [
        ({"vintage": 2030}, "known for 2008 to 2025, not for 2030"),
        ({"splits": "residents"}, "Records cannot be shared out"),
        ({"splits": {"E10000021": {"E06000061": 0.5}}}, "The shares of E10000021 do not add to 1"),
        ({"names": "tonw"}, 'Did you mean "town"'),
        ({"confirmed": "towns.csv", "names": "town"}, 'The file "towns.csv" is missing'),
        ({"confirmed": "towns.csv"}, '"confirmed" needs "names"'),
        ({"system": "none", "names": "town"}, "need a code system that is known"),
        ({"system": "gss-uper-tier"}, "gss-upper-tier"),
    ],
)
def test_faults_of_the_block_area(project: Project, area: dict[str, Any], said: str) -> None:
    with pytest.raises(DefinitionError, match=said):
        written(project, area)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"vintage": 2007}, "known for 2008 to 2025, not for 2007"),
        ({"names": "tonw"}, "There is no column"),
        ({"splits": "residents"}, "Records cannot be shared out"),
        ({"confirmed": "../towns.csv", "names": "town"}, "must lie inside the project"),
    ],
)
def test_faults_of_a_derivation(project: Project, rule: dict[str, Any], said: str) -> None:
    derive = {"region": {"column": "area", "system": "gss-region", "vintage": 2021} | rule}
    with pytest.raises(DefinitionError, match=said):
        written(project, {"splits": "unplaced"}, derive=derive)


def test_every_row_has_an_area_or_one_reason() -> None:
    codes = pd.Series(["E08000035", "E08000035", None, "x", "E92000001", "E10000021", None], dtype="str")
    names = pd.Series(["Leeds", "Hull", "Hull", None, "Leeds", "Nowhere", "London"], dtype="str")
    found = place(codes, names, system="gss-upper-tier", vintage=2021, splits="unplaced")
    assert plain(found.codes) == ["E08000035", None, "E06000010", None, "E08000035", None, None]
    assert found.account == {
        CONTRADICTION: 1, "area code not in the 2021 list": 1, "area divided between several areas of 2021": 1,
        "name of a wider area (a region, a country or a total)": 1,
    }  # fmt: skip
