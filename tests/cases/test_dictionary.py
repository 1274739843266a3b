"""Forms and schemas merged into case.yaml: the definition wins, differences are said, faults name the key."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from shared.cases.load import load_case
from shared.cases.model import CaseStudy
from shared.cases.project import Project
from shared.errors import DefinitionError
from shared.sources.read import read_source
from tests.cases.example import SLUG, definition, make_project, sha256, write_case
from tests.cases.survey import SURVEY, form

ANSWERS = (
    b"start,end,today,username,consent,home/age,home/water,home/minutes,home/needs,home/needs/food,home/needs/school,"
    b"home/needs/other,home/need_other,home/members,home/children,income,moved,ref,respondent_name,place,_id\n"
    b"2024-05-01T09:00:00.000+03:00,2024-05-01T09:20:00.000+03:00,2024-05-01,anna,y,34,well,15,food other,1,0,1,soap,"
    b"4,2,10.5,2010-01-01,AB1234,Jo,-1.2 36.8 0 5,1\n"
)
SCHEMA: dict[str, Any] = {
    "fields": [
        {"name": "id", "type": "string", "constraints": {"required": True, "unique": True}},
        {"name": "age", "type": "integer", "title": "Age in years", "constraints": {"minimum": 0, "maximum": 120}},
        {"name": "sex", "type": "string", "constraints": {"enum": ["Female", "Male", "Other"]}},
        {"name": "arrived", "type": "date", "constraints": {"minimum": "1990-01-01"}},
        {"name": "ref", "type": "string", "constraints": {"pattern": "[A-Z]+", "minLength": 2}},
        {"name": "note", "type": "string"},
        {"name": "phone", "type": "string"},
        {"name": "role", "type": "string", "casebook:role": "flag"},
    ],
    "missingValues": ["", "-99"],
    "primaryKey": "id",
}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return make_project(tmp_path)


def survey_case() -> dict[str, Any]:
    data = definition()
    for name in ("consent", "area", "margins", "estimates", "totals"):
        del data[name]
    records = data["sources"]["records"]
    records["columns"] = {}
    for name in ("key", "derive", "edits"):
        del records[name]
    records["xlsform"] = "form.xlsx"
    data["sources"] = {"records": records}
    data["disclosure"] = {"publish": {"records": ["home/water"]}}
    return data


def load(project: Project, data: dict[str, Any], **files: bytes) -> CaseStudy:
    write_case(project, data, {"data/sample/records.csv": ANSWERS})
    for name, content in files.items():
        (project.casestudies / SLUG / name.replace("_", ".")).write_bytes(content)
    return load_case(project, SLUG)


def refused(project: Project, data: dict[str, Any], **files: bytes) -> list[str]:
    with pytest.raises(DefinitionError) as caught:
        load(project, data, **files)
    return [str(fault) for fault in caught.value.faults]


def test_a_form_describes_every_column_that_case_yaml_does_not(project: Project) -> None:
    case = load(project, survey_case(), form_xlsx=form())
    source = case.sources["records"]
    assert source.columns["home/water"].allowed == ("tap", "well", "river")
    assert [edit.id for edit in source.edits] == ["form-children", "form-income"]
    assert source.dictionary_notes[0] == "20 columns are described by the form form.xlsx."
    table = read_source(project, "records", source)
    assert source.dictionary_notes == table.notes[: len(source.dictionary_notes)]
    assert table.notes[-1] == "1 column(s) of the file are not described and not used: _id."


def test_what_case_yaml_says_wins_key_by_key_and_is_compared(project: Project) -> None:
    data = survey_case()
    data["sources"]["records"]["columns"] = {
        "home/age": {"role": "quasi-identifier", "maximum": 99},
        "home/water": {"role": "group", "type": "text"},
        "home/members": {"role": "measure", "required": True},
        "_id": {"role": "identifier"},
    }
    data["sources"]["records"]["edits"] = [
        {"id": "form-income", "label": "mine", "left": "home/age", "op": ">", "value": 17}
    ]
    source = load(project, data, form_xlsx=form()).sources["records"]
    age, water = source.columns["home/age"], source.columns["home/water"]
    assert (age.minimum, age.maximum, age.required, age.label) == (18, 99, True, "Age in years")
    assert (water.role, water.type, water.allowed, water.required) == ("group", "text", None, True)
    assert list(source.columns)[-1] == "_id"
    assert [edit.label for edit in source.edits] == ["mine", "Children: as the form demands"]
    said = "\n".join(source.dictionary_notes)
    assert '"home/age": case.yaml says maximum 99, the dictionary 110; case.yaml counts.' in said
    assert '"home/water": case.yaml says type text, the dictionary category; case.yaml counts.' in said
    assert "home/members" not in said


def test_names_of_the_form_can_be_used_and_misspelt_ones_are_found(project: Project) -> None:
    data = survey_case()
    data["interviewer"] = {"source": "records", "column": "username", "outcome": "home/agee"}
    assert (
        'There is no column "home/agee" in this source. Did you mean "home/age"?'
        in refused(project, data, form_xlsx=form())[0]
    )


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("from.xlsx", 'The file is missing. Did you mean "form.xlsx"?'),
        ("../../data/sample/records.csv", "leads out of the case study's folder"),
        ({"file": "form.xlsx", "language": "Swahili"}, 'no language "Swahili"'),
        ({"file": "form.xlsx", "absent": ["placee"]}, 'no question "placee". Did you mean "place"?'),
        ({"file": "form.xlsx", "headers": "label"}, 'Did you mean "labels"?'),
        ({"file": "places.csv"}, "This is no sound XLSForm"),
    ],
)
def test_what_is_wrong_with_a_form(project: Project, key: Any, expected: str) -> None:
    data = survey_case()
    data["sources"]["records"]["xlsform"] = key
    found = refused(project, data, form_xlsx=form())
    assert any(expected in text and "sources.records.xlsform" in text for text in found), found


def test_a_question_that_is_not_in_the_file_is_a_fault_and_can_be_named(project: Project) -> None:
    data = survey_case()
    more = form([*SURVEY, ["integer", "dogs", "Dogs", "Mbwa"]])
    source = load(project, data, form_xlsx=more).sources["records"]
    with pytest.raises(Exception, match='The column "dogs" is not in the file'):
        read_source(project, "records", source)
    data["sources"]["records"]["xlsform"] = {"file": "form.xlsx", "absent": ["dogs"]}
    assert len(read_source(project, "records", load(project, data, form_xlsx=more).sources["records"]).frame) == 1


def schema_case(**more: Any) -> dict[str, Any]:
    data = survey_case()
    records = data["sources"]["records"]
    del records["xlsform"]
    records |= {"table_schema": "schema.json", **more}
    data["disclosure"] = {"publish": {"records": ["sex"]}}
    return data


def test_a_table_schema(project: Project) -> None:
    source = load(project, schema_case(), schema_json=json.dumps(SCHEMA).encode()).sources["records"]
    columns = source.columns
    assert source.key == ("id",)
    assert columns["age"].model_dump(include={"role", "type", "label", "minimum", "maximum", "missing"}) == {
        "role": "quasi-identifier", "type": "integer", "label": "Age in years", "minimum": 0, "maximum": 120,
        "missing": ("-99",),
    }  # fmt: skip
    assert (columns["sex"].type, columns["sex"].allowed) == ("category", ("Female", "Male", "Other"))
    assert columns["arrived"].not_before == "1990-01-01"
    assert columns["ref"].pattern == "[A-Z]+"
    assert {name: rules.role for name, rules in columns.items()} == {
        "id": "identifier", "age": "quasi-identifier", "sex": "quasi-identifier", "arrived": "date", "ref": "other",
        "note": "free text", "phone": "identifier", "role": "flag",
    }  # fmt: skip
    assert source.dictionary_notes == ('Not taken over from the schema for "ref": minLength 2.',)


def test_a_data_package(project: Project) -> None:
    package = {
        "name": "p",
        "resources": [
            {"name": "other", "path": "other.csv", "schema": {"fields": [{"name": "x"}]}},
            {"name": "records", "path": "data/records.csv", "schema": "schema.json"},
        ],
    }
    data = schema_case(table_schema="datapackage.json")
    schema, held = json.dumps(SCHEMA).encode(), json.dumps(package).encode()
    assert "age" in load(project, data, schema_json=schema, datapackage_json=held).sources["records"].columns
    package["resources"][1]["path"] = "record.csv"
    found = refused(project, data, schema_json=schema, datapackage_json=json.dumps(package).encode())
    assert len(found) == 1
    assert 'The package does not describe "records.csv". Did you mean "record.csv"?' in found[0]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"{", "not valid JSON"),
        (b"[1]", "A schema is a block of keys."),
        (b"{}", "'fields' is a required property"),
        (b'{"fields": [{"name": "a", "type": "integr"}]}', '"integr" is not supported'),
        (b'{"fields": [{"name": "a"}, {"name": "a"}]}', "not unique"),
        (b'{"resources": [{"path": "records.csv", "schema": "https://example.org/s.json"}]}', "nothing is fetched"),
        (b'{"resources": [{"path": "records.csv", "schema": "../../x.json"}]}', "The schema lies elsewhere."),
        (b'{"resources": [{"path": "records.csv"}]}', "no schema for the data file"),
        (b'{"resources": 5}', "lists no resources"),
        (b"\xff", "not UTF-8"),
    ],
)
def test_schemas_that_are_none(project: Project, content: bytes, expected: str) -> None:
    found = refused(project, schema_case(), schema_json=content)
    assert any(expected in text and "sources.records.table_schema" in text for text in found), found


def test_a_form_and_a_schema_are_one_too_many(project: Project) -> None:
    found = refused(project, schema_case(xlsform="form.xlsx"), schema_json=b"{}", form_xlsx=form())
    assert any("not both" in text for text in found)
    assert sha256(b"")
