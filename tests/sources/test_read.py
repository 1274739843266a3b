"""Sources of every format: the hash first, then the columns, then the types; records stay raw."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from shared.cases.model import Source
from shared.cases.project import Project
from shared.errors import DataError, DataMissing
from shared.sources.read import RawTable, read_source, verified_bytes
from tests.cases.example import make_project, sha256


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return make_project(tmp_path)


def read(project: Project, content: bytes, **values: Any) -> RawTable:
    source = Source.model_validate(
        {"kind": "table", "title": "Counts", "path": "data/sample/f", "sha256": sha256(content), "format": "csv",
         "licence": "L", "attribution": "A"} | values
    )  # fmt: skip
    (project.sample / "f").write_bytes(content)
    return read_source(project, "counts", source)


def refused(project: Project, content: bytes, **values: Any) -> list[str]:
    with pytest.raises(DataError) as caught:
        read(project, content, **values)
    return [str(fault) for fault in caught.value.faults]


def test_records_stay_as_they_were_handed_over(project: Project) -> None:
    columns = {"age": {"role": "quasi-identifier", "type": "integer"}, "on": {"role": "date", "type": "date"}}
    table = read(project, b"age,on,x\n 34 ,31/12/2023,\nabc,2023-01-01,1\n", kind="records", columns=columns)
    assert table.frame["age"].tolist() == [" 34 ", "abc"]
    assert table.frame["on"].tolist() == ["31/12/2023", "2023-01-01"]
    assert set(map(str, table.frame.dtypes)) == {"str"}
    assert (table.label, table.sha256) == ("Counts", sha256((project.sample / "f").read_bytes()))
    assert table.notes == ("1 column(s) of the file are not described and not used: x.",)


def test_published_tables_get_their_types(project: Project) -> None:
    columns = {
        "n": {"role": "count", "type": "integer", "missing": ["..", "[c]"]},
        "share": {"role": "measure", "type": "number"},
        "on": {"role": "date", "type": "date"},
        "final": {"role": "flag", "type": "boolean"},
        "code": {"role": "area"},
    }
    content = b'n,share,on,final,code\n"1,234",0.5,2023-12-31,yes,007\n..,,,no,08\n-3, 1e1 ,2024-02-29,TRUE,\n'
    table = read(project, content, columns=columns)
    assert {name: str(kind) for name, kind in table.frame.dtypes.items()} == {
        "n": "Int64", "share": "float64", "on": "datetime64[us]", "final": "boolean", "code": "str",
    }  # fmt: skip
    assert table.frame["n"].tolist() == [1234, pd.NA, -3]
    assert table.frame["share"].sum() == 10.5
    assert table.frame["on"].tolist()[::2] == [pd.Timestamp("2023-12-31"), pd.Timestamp("2024-02-29")]
    assert table.frame["final"].tolist() == [True, False, True]
    assert table.frame["code"].tolist()[:2] == ["007", "08"]
    assert table.notes == ('1 numbers of "n" had thousands separators.',)


def test_wrong_types_name_lines_and_never_values(project: Project) -> None:
    columns = {
        "n": {"role": "count", "type": "integer"},
        "on": {"role": "date", "type": "date"},
        "ok": {"role": "flag", "type": "boolean"},
    }
    content = b"n,on,ok\n5,2023-01-01,yes\nsecret,2023-13-01,maybe\n1.5,01/02/2023,no\ninf,2023-01-01,1\n"
    found = refused(project, content, columns=columns)
    assert [text.split(". List")[0] for text in found] == [
        'data/sample/f: 3 value(s) of the column "n" are not of type integer: line 3, 4, 5',
        'data/sample/f: 2 value(s) of the column "on" are not of type date: line 3, 4',
        'data/sample/f: 1 value(s) of the column "ok" are not of type boolean: line 3',
    ]
    assert "secret" not in "".join(found)
    assert "maybe" not in "".join(found)


def test_a_long_list_of_lines_is_cut(project: Project) -> None:
    content = b"n\n" + b"x\n" * 9
    found = refused(project, content, columns={"n": {"role": "count", "type": "number"}})
    assert "line 2, 3, 4, 5, 6 and 4 more" in found[0]


def test_the_hash_is_compared_before_anything_is_parsed(project: Project) -> None:
    found = refused(project, b"\x00\xff not a table", sha256="0" * 64)
    assert len(found) == 1
    assert "is not the file that case.yaml means (its SHA-256 differs)" in found[0]


def test_a_missing_file_is_no_damage(project: Project) -> None:
    source = Source.model_validate(
        {"kind": "table", "title": "T", "url": "https://example.org/a.csv", "sha256": "0" * 64, "format": "csv",
         "licence": "L", "attribution": "A"}
    )  # fmt: skip
    with pytest.raises(DataMissing, match="casebook data pull"):
        read_source(project, "counts", source)


def test_renamed_columns_get_the_nearest_name(project: Project) -> None:
    columns = {"people": {"role": "count"}, "country": {"role": "group"}}
    found = refused(project, b"Country of origin,peoples,other\nIran,5,1\n", columns=columns)
    assert found == [
        'data/sample/f, line 1: The column "people" is not in the file. Did you mean "peoples"?',
        'data/sample/f, line 1: The column "country" is not in the file. '
        'The file has "Country of origin", "peoples", "other".',
    ]


def test_a_derived_name_that_the_file_already_has(project: Project) -> None:
    derive = {"sex": {"column": "gender", "map": {"F": "Female"}}}
    found = refused(project, b"gender,sex\nF,F\n", columns={"gender": {"role": "group"}}, derive=derive)
    assert 'The file has a column "sex", which case.yaml derives.' in found[0]


def test_only_the_selected_rows_of_a_published_table(project: Project) -> None:
    columns = {
        "date": {"role": "date", "type": "date"},
        "n": {"role": "count", "type": "integer"},
        "type": {"role": "group"},
    }
    content = b"date,n,type\n2023-09-30,1,a\n2023-12-31,2,a\n2023-12-31,3,b\n2023-12-31,4,\n"
    where = [{"column": "date", "is_in": ["2023-12-31"]}, {"column": "type"}]
    table = read(project, content, columns=columns, where=where)
    assert table.frame["n"].tolist() == [2, 3]
    assert "2 of 4 rows are used" in table.notes[-1]
    assert (
        read(project, content, columns=columns, where=[{"column": "n", "is_in": [2, 3.0, "4"]}]).frame["n"].sum() == 9
    )
    found = refused(project, content, columns=columns, where=[{"column": "type", "is_in": ["c"]}])
    assert "No row meets the selection" in found[0]


def test_tsv_has_tabs_without_being_told(project: Project) -> None:
    assert read(project, b"a\tb,c\n1\t2\n", format="tsv").frame.columns.tolist() == ["a", "b,c"]


def test_json_records(project: Project) -> None:
    rows = [{"id": "a", "n": 1.50, "ok": True}, {"id": "", "n": None, "extra": "007"}]
    table = read(project, json.dumps({"rows": rows}).encode(), format="json", member="rows", kind="records")
    assert table.frame.columns.tolist() == ["id", "n", "ok", "extra"]
    assert table.frame["n"].iloc[0] == "1.5"
    assert table.frame["ok"].iloc[0] == "true"
    assert table.frame.isna().sum().to_dict() == {"id": 1, "n": 1, "ok": 1, "extra": 1}


def test_json_lines_and_blocks_inside_cells(project: Project) -> None:
    table = read(project, b'{"a": 1, "b": [1, "x"]}\n{"a": 2, "b": []}\n', format="json", kind="records")
    assert table.frame["a"].tolist() == ["1", "2"]
    assert table.frame["b"].iloc[0] == '["1", "x"]'
    assert table.frame["b"].isna().tolist() == [False, True]
    assert "Lists and blocks inside cells are kept as one text: b." in table.notes


@pytest.mark.parametrize(
    ("content", "member", "expected"),
    [
        (b"{", None, "not valid JSON"),
        (b'{"a": 1}', None, "not a list of records"),
        (b'{"rows": []}', "row", 'no member "row" in the file. Did you mean "rows"?'),
        (b'[{"a": 1, "a": 2}]', None, 'names the key "a" twice'),
        (b'[{"a": "x\\u0000"}]', None, "null bytes"),
        (b'{"rows": [], "more": []}', None, "Name the list in it as member: rows, more."),
        (b"[" * 100_000, None, "not valid JSON"),
        (b"[]", None, "has no rows"),
        (b'["\xe9"]', None, "not UTF-8"),
        (b"", None, "The file is empty."),
    ],
)
def test_unusable_json(project: Project, content: bytes, member: str | None, expected: str) -> None:
    assert expected in refused(project, content, format="json", member=member)[0]


@pytest.mark.parametrize(
    "content", [b"hello", b"RDX3\nX\nrubbish", b"\x1f\x8brubbish", b"BZhrubbish", b"\xfd7zXZ\x00rubbish"]
)
def test_what_is_no_r_data(project: Project, content: bytes) -> None:
    assert "R data" in refused(project, content, format="rda")[0]


def test_boundaries_are_handed_on_as_bytes(project: Project) -> None:
    content = b'{"type": "Topology"}'
    values = {"kind": "boundaries", "format": "topojson"}
    source = Source.model_validate(
        {"title": "T", "path": "data/sample/f", "sha256": sha256(content), "licence": "L", "attribution": "A"} | values
    )
    (project.sample / "f").write_bytes(content)
    assert verified_bytes(project, "map", source) == (content, "data/sample/f")
    assert "holds shapes, not a table" in refused(project, content, format="topojson", kind="boundaries")[0]
