"""A profile of an unknown file: right about what is planted in it, and never a value that few rows share."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from shared.cases.check import check_case
from shared.cases.load import load_case
from shared.cases.project import Project
from shared.cases.scaffold import new_case
from shared.errors import DataError, DefinitionError
from shared.sources.profile import FileProfile, profile_file
from shared.sources.profile.draft import draft_definition
from shared.sources.profile.facts import said, share_said
from shared.sources.profile.personal import looks_like_data, nhs_number, personal_content
from shared.sources.profile.show import WIDTH, profile_text
from shared.sources.profile.values import kind_of, missing_codes, pattern_of, shape_of
from tests.cases.example import make_project
from tests.cases.survey import form
from tests.conftest import ROOT
from tests.sources.made import ods, ods_cell, ods_row, xls, xlsx, zipped

SECRET = "Zebedee Quux"


def people(rows: int = 200) -> str:
    """Records with a planted value of every kind; the secret and a rare town stand in one row each."""
    lines = ["ref,name,email,nhs,postcode,phone,dob,age,sex,town,area,visits,opened,note,score"]
    nhs = ["9434765919", "943 476 5870"]
    for n in range(rows):
        lines.append(
            f"LR-{n:06},{SECRET if n == 7 else f'Person {n}'},p{n}@example.org,{nhs[n % 2]},LS6 {n % 9}AB,"
            f"07700 900{n % 1000:03},{1950 + n % 50}-01-15,{999 if n % 20 == 0 else 18 + n % 60},"
            f"{['Female', 'Male', 'Not recorded'][n % 3]},{'Rareville' if n == 3 else ['Leeds', 'York'][n % 2]},"
            f"E0800003{n % 4 + 2},{n % 5},2023-{n % 12 + 1:02}-05,came with a friend {n},{n / 7:.3f}"
        )
    return "\n".join(lines) + "\n"


def profile(folder: Path, content: str | bytes, name: str = "f.csv", **given: Any) -> FileProfile:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    before = path.read_bytes()
    found = profile_file(path, **given)
    assert path.read_bytes() == before
    return found


def column(found: FileProfile, name: str) -> Any:
    return next(one for one in found.columns if one.name == name)


def test_types_roles_and_keys(tmp_path: Path) -> None:
    found = profile(tmp_path, people())
    assert {one.name: (one.type, one.role) for one in found.columns} == {
        "ref": ("text", "identifier"), "name": ("text", "identifier"), "email": ("text", "identifier"),
        "nhs": ("category", "identifier"), "postcode": ("category", "quasi-identifier"),
        "phone": ("text", "identifier"), "dob": ("date", "quasi-identifier"), "age": ("integer", "quasi-identifier"),
        "sex": ("category", "quasi-identifier"), "town": ("category", "area"), "area": ("category", "area"),
        "visits": ("integer", "count"), "opened": ("date", "date"), "note": ("text", "free text"),
        "score": ("number", "measure"),
    }  # fmt: skip
    assert (found.kind, found.rows, found.repeated) == ("records", 200, 0)
    assert found.keys[0] == ("ref",)


def test_personal_data_by_content_and_by_name(tmp_path: Path) -> None:
    found = {one.name: one.personal for one in profile(tmp_path, people()).columns}
    assert found["email"] == ("an e-mail address (by its content)",)
    assert found["nhs"][0] == "an NHS number (by its content)"
    assert found["postcode"] == ("a postcode (by its content)",)
    assert found["phone"] == ("a telephone number (by its content)",)
    assert found["dob"] == ("a date of birth (by its name)",)
    assert found["name"] == ("a person's name (by its name)",)
    assert found["sex"] == found["town"] == found["age"] == found["score"] == ()


def test_codes_for_no_answer(tmp_path: Path) -> None:
    found = profile(tmp_path, people())
    assert column(found, "sex").codes == (("Not recorded", 70),)  # 66 rows, rounded to 10
    assert column(found, "age").codes == (("999", 10),)
    assert column(found, "visits").codes == ()


def test_no_value_of_a_record_and_no_small_count_is_shown(tmp_path: Path) -> None:
    found = profile(tmp_path, people())
    text = profile_text(found) + draft_definition(found, "x", make_project(tmp_path / "p"), tmp_path / "f.csv")
    for value in (SECRET, "Rareville", "example.org", "LR-000003", "9434765919", "LS6 3AB", "friend", "1964-01-15"):
        assert value not in text, value
    assert column(found, "town").categories == ()
    assert column(found, "sex").categories == (("Female", 70), ("Male", 70))
    numbers = [int(one) for one in re.findall(r"about ([\d,]+)", text.replace(",", ""))]
    assert numbers
    assert all(one >= 10 and one % 10 == 0 for one in numbers)


def test_lines_fit_a_terminal(tmp_path: Path) -> None:
    wide = ",".join(f"a_rather_long_name_for_a_column_number_{n}_{'x' * 60}" for n in range(5))
    for content in (people(), wide + "\n" + ",".join("12345") + "\n"):
        assert max(map(len, profile_text(profile(tmp_path, content)).split("\n"))) <= WIDTH


def test_every_format_gives_the_same_columns(tmp_path: Path) -> None:
    rows = [["ref", "n", "sex"], *([f"A{i:03}", str(i), "Female" if i % 2 else "Male"] for i in range(40))]
    text = "\n".join(",".join(row) for row in rows) + "\n"
    frame = pd.DataFrame(rows[1:], columns=rows[0])
    parquet = tmp_path / "made.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"COPY (SELECT * FROM frame) TO '{parquet}' (FORMAT parquet)")
    del frame
    records = ",".join(f'{{"ref": "{a}", "n": {b}, "sex": "{c}"}}' for a, b, c in rows[1:])
    shapes = ",".join(
        f'{{"type": "Feature", "geometry": null, "properties": {{"ref": "{a}", "n": {b}, "sex": "{c}"}}}}'
        for a, b, c in rows[1:]
    )
    files = {
        "f.csv": text.encode(), "f.tsv": text.replace(",", "\t").encode(), "f.xls": xls(rows), "f.xlsx": xlsx(rows),
        "f.ods": ods("".join(ods_row(*map(ods_cell, row)) for row in rows)), "f.parquet": parquet.read_bytes(),
        "f.json": f"[{records}]".encode(), "f.zip": zipped({"in/t.csv": text.encode()}),
        "f.geojson": f'{{"type": "FeatureCollection", "features": [{shapes}]}}'.encode(),
        "lies.pdf": text.encode(), "f.txt": text.encode("utf-16"),
    }  # fmt: skip
    for name, content in files.items():
        found = profile(tmp_path, content, name)
        assert [(one.name, one.type, one.role, one.different) for one in found.columns][:3] == [
            ("ref", "text", "identifier", 40),
            ("n", "integer", "count", 40),
            ("sex", "category", "quasi-identifier", 2),
        ], name  # fmt: skip
        assert found.keys[0] == ("ref",), name


def test_sheets_titles_and_notes_are_found(tmp_path: Path) -> None:
    def change(book: Any) -> None:
        for row in [["Referrals 2023"], [], ["Town", "People", "Women"], ["Leeds", 50, 20], ["York", 70, 30],
                    ["Hull", 30, 10], ["Total", 150, 60], ["Source: own records"]]:  # fmt: skip
            book["Data"].append(row)

    found = profile(
        tmp_path, xlsx([["read me"]], sheet="Notes", change=lambda b: [b.create_sheet("Data"), change(b)]), "f.xlsx"
    )
    assert found.reading == {"format": "xlsx", "sheet": "Data", "header_row": 3}
    assert [one.name for one in found.columns] == ["Town", "People", "Women"]
    assert any("there are also: Notes" in note for note in found.notes)
    assert any(note.startswith("The last 1 row(s) fill one cell only") and "[8]" in note for note in found.notes)
    assert any('"Town" holds rows that look like totals' in note for note in found.notes)
    assert profile(tmp_path, xlsx([["a"], [1]]), "g.xlsx", sheet="Data").reading == {"format": "xlsx"}


def test_options_win_over_what_is_found(tmp_path: Path) -> None:
    found = profile(tmp_path, "x;y\na,b;c\nd,e;f\n", separator=",", header_row=(2,))
    assert [one.name for one in found.columns] == ["a", "b;c"]
    assert profile(tmp_path, "Josés\nx\n".encode("cp850"), encoding="cp850").columns[0].name == "Josés"


def test_a_missing_heading_shows_no_name(tmp_path: Path) -> None:
    body = "\n".join(people(30).split("\n")[1:])
    found = profile(tmp_path, body)
    assert found.nameless
    assert "LR-0000" not in profile_text(found)
    assert [one.name for one in found.columns][:2] == ["(column 1)", "(column 2)"]
    assert looks_like_data(["a", "b@c.org"])
    assert looks_like_data(["12", "7", "x"])
    assert not looks_like_data(["area", "2019", "2020", "2021"])
    assert not looks_like_data(["age", "sex", "1"])
    assert not looks_like_data(["area", "0", "1", "2", "3", "90"])


def test_few_rows_are_said_without_numbers(tmp_path: Path) -> None:
    text = profile_text(profile(tmp_path, "sex,age\nF,3\nM,4\nF,\n"))
    assert "fewer than 10 rows, 2 columns" in text
    assert "Groups:" not in text
    assert "33%" not in text


def test_area_codes_and_their_year(tmp_path: Path) -> None:
    codes = ["E06000001", "E06000047", "E06000060", "E08000035", "W06000015"] * 20  # E06000060 exists since 2020
    found = column(profile(tmp_path, "code,n\n" + "".join(f"{code},1\n" for code in codes)), "code")
    assert found.role == "area"
    assert found.area_system in ("gss-upper-tier", "gss-lower-tier")
    assert found.area_year is not None
    assert found.area_year >= 2020
    assert found.areas


def test_an_aggregate_table(tmp_path: Path) -> None:
    rows = [f"{a},{s},{i * 10}" for i, (a, s) in enumerate((a, s) for a in ("0-15", "16-24", "25+") for s in "FM")]
    found = profile(tmp_path, "Age group,Sex,Number of people\n" + "\n".join(rows) + "\n")
    assert found.kind == "table"
    assert found.keys == (("Age group", "Sex"),)
    assert column(found, "Number of people").role == "count"


def test_a_wide_file_is_looked_at_in_part(tmp_path: Path) -> None:
    content = ",".join(f"c{n}" for n in range(1200)) + "\n" + ",".join(["1"] * 1200) + "\n"
    found = profile(tmp_path, content)
    assert (len(found.columns), found.skipped) == (1000, 200)
    assert "1,200 columns, of which the first 1,000 are looked at" in profile_text(found)


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("f.csv", b"", "The file is empty."),
        ("f.csv", b"%PDF-1.7", "a PDF document"),
        ("f.zip", zipped({"a.csv": b"x\n1\n", "b.csv": b"x\n1\n"}), "Name one as member: a.csv, b.csv."),
        ("f.zip", zipped({"../a.csv": b"x\n1\n"}), "leads out of its folder"),
        ("f.json", b'{"rows": [{"a": 1}]}', "Name the list in it as member: rows."),
        ("f.csv", b"a,b\n1,\x002\n", "null bytes"),
    ],
)
def test_what_cannot_be_profiled(tmp_path: Path, name: str, content: bytes, expected: str) -> None:
    with pytest.raises(DataError) as caught:
        profile(tmp_path, content, name)
    assert expected in str(caught.value)


def test_no_file_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="There is no such file"):
        profile_file(tmp_path / "none.csv")
    with pytest.raises(DataError, match="This is a folder"):
        profile_file(tmp_path)


def test_a_draft_needs_only_what_a_person_knows(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    (project.notebooks / "_template.ipynb").write_bytes((ROOT / "notebooks" / "_template.ipynb").read_bytes())
    path = project.sample / "people.csv"
    path.write_text(people(), encoding="utf-8")
    text = draft_definition(profile_file(path), "people", project, path)
    new_case(project, "people", definition=text)
    faults = [str(fault) for fault in check_case(project, "people")]
    assert faults
    assert all("TODO" in fault or "publish" in fault for fault in faults), faults
    with pytest.raises(DefinitionError, match="exists already"):
        new_case(project, "people", definition=text)


def test_a_draft_of_awkward_names_is_sound_yaml(tmp_path: Path) -> None:
    from shared.cases.document import read_document

    names = [
        "yes",
        "a: b",
        "c, d",
        "#x",
        "[y]",
        "007",
        "true",
        "null",
        'q"q',
        "it's",
        "*z",
        "@w",
        "ü %",
        "- dash",
        "1e3",
    ]
    header = ",".join('"' + name.replace('"', '""') + '"' for name in names)
    body = ",".join(["Yes"] * len(names)) + "\n"
    path = tmp_path / "f.csv"
    path.write_text(header + "\n" + body * 20, encoding="utf-8")
    draft = tmp_path / "case.yaml"
    draft.write_text(draft_definition(profile_file(path), "x", make_project(tmp_path / "p"), path), encoding="utf-8")
    data = read_document(draft, "case.yaml").data
    source = next(iter(data["sources"].values()))
    assert list(source["columns"]) == names
    assert source["columns"]["yes"] == {"role": "group", "type": "category", "allowed": ["Yes"]}


def test_a_form_beside_an_export(tmp_path: Path) -> None:
    (tmp_path / "form.xlsx").write_bytes(form())
    header = "start,end,username,consent,home-age,home-water,home-minutes,home-needs,home-needs/food,home-needs/school,"
    header += "home-needs/other,home-need_other,home-members,home-children,income,moved,ref,respondent_name,extra\n"
    row = (
        "2024-05-01T09:00:00Z,2024-05-01T09:20:00Z,anna,Yes,34,A well,15,food,1,0,0,,4,2,10.5,2010-01-01,AB1234,Jo,1\n"
    )
    found = profile(tmp_path, header + row * 20, form=tmp_path / "form.xlsx")
    assert found.form is not None
    assert found.form.options == {"file": "form.xlsx", "groups": "-", "answers": "labels", "absent": ["today", "place"]}
    assert (found.form.matched, found.form.questions) == (15, 17)
    assert found.paradata is not None
    assert found.paradata.minutes is not None
    assert found.paradata.minutes.middle == 20
    text = draft_definition(found, "x", make_project(tmp_path / "p"), tmp_path / "f.csv")
    assert 'xlsform: {file: form.xlsx, answers: labels, groups: "-", absent: [today, place]}' in text.replace("'", '"')


def test_the_same_file_gives_the_same_text(tmp_path: Path) -> None:
    assert profile_text(profile(tmp_path, people())) == profile_text(profile(tmp_path, people()))


# ---- the parts, by hand ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("943 476 5919", True),  # NHS Data Dictionary, the number of its example
        ("9434765918", False),
        ("943-476-5919", True),
        ("0000000000", False),
        ("943476591", False),
        ("94347659190", False),
    ],
)
def test_nhs_numbers(text: str, valid: bool) -> None:
    assert nhs_number(text) is valid


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["AB123456C", "JG 10 37 59 A"], ("a National Insurance number",)),
        (["BG123456C", "QQ123456C"], ()),  # prefixes that are never given
        (["SW1A 1AA", "m1 1ae", "EC1A1BB"], ("a postcode",)),
        (["07700 900123", "+44 20 7946 0000", "(01632) 960 001"], ("a telephone number",)),
        (["-1.28333 36.81667", "-1.2921, 36.8219"], ("a place on earth",)),
        (["192.168.0.1", "10.0.0.255"], ("an internet address of a device",)),
        (["call me on 07700 900123 after six", "nothing to say about this"], ("a telephone number in some texts",)),
        (["1234567890", "1234567891"], ()),
        (["Leeds", "York"], ()),
        ([], ()),
    ],
)
def test_personal_data_by_form(values: list[str], expected: tuple[str, ...]) -> None:
    assert personal_content(pd.Series(values, dtype="str")) == expected


def counts(*values: str, each: int = 20) -> pd.Series:
    return pd.Series([each] * len(values), index=list(values))


@pytest.mark.parametrize(
    ("values", "type", "written"),
    [
        (("1", "2", "3"), "integer", ""),
        (("1.5", "2", "1e3"), "number", ""),
        (("1,234", "2,345,678"), "number", "with thousands separators (1,234)"),
        (("1,234", "56"), "number", "some with thousands separators (1,234)"),
        (("1,5", "2,75"), "number", "with decimal commas (1,5)"),
        (("2024-01-01", "2024-02-29"), "date", ""),
        (("31/12/2023", "01/02/2023"), "text", "dates as 31/12/2023, not 2023-12-31"),
        (("12/31/2023", "01/02/2023"), "text", "dates as 12/31/2023, not 2023-12-31"),
        (("12/31/2023", "31/12/2023"), "text", "dates in two orders, day first and month first"),
        (("01/02/2023", "03/04/2023"), "text", "dates whose order (day or month first) cannot be told"),
        (("2024-05-01T09:30:00Z", "2024-05-01 09:30"), "moment", ""),
        (("Yes", "no"), "boolean", ""),
        (("007", "010"), "category", ""),
        (("a", "b", "c"), "category", ""),
        ((), "empty", ""),
    ],
)
def test_types_of_values(values: tuple[str, ...], type: str, written: str) -> None:
    kind = kind_of(counts(*values))
    assert (kind.type, kind.written) == (type, written)


def test_groups_that_differ_only_in_capitals_or_spaces() -> None:
    assert kind_of(counts("Leeds", "leeds", "York ", "York", "Hull")).notes == (
        "2 value(s) differ from others only in capitals or spaces.",
    )


@pytest.mark.parametrize(
    ("values", "codes"),
    [
        (("1", "2", "N/A", "Unknown"), {"N/A", "Unknown"}),
        (("0", "35", "60", "999"), {"999"}),
        (("0", "50", "97", "99"), set()),  # an age of 99 beside one of 97
        (("0", "10", "20", "-99"), {"-99"}),
        (("-5", "-1", "3", "-99"), set()),  # where numbers below zero are usual
        (("2024-01-01", "1900-01-01"), {"1900-01-01"}),
        (("Nanny", "Nil desperandum"), set()),
    ],
)
def test_codes(values: tuple[str, ...], codes: set[str]) -> None:
    assert {code for code, _ in missing_codes(counts(*values))} == codes


def test_shapes() -> None:
    series = pd.Series([1] * 30, index=[f"LR-{n:04}" for n in range(30)])
    assert shape_of(series) == "AA-9999"
    assert re.fullmatch(pattern_of("AA-9999"), "LR-0012")
    assert not re.fullmatch(pattern_of("AA-9999"), "LR-012")
    assert shape_of(counts("Leeds", "York")) == ""


def test_how_counts_are_said() -> None:
    assert [said(n) for n in (0, 1, 9, 10, 1234)] == ["none", "fewer than 10", "fewer than 10", "10", "1,234"]
    assert [share_said(n, 100) for n in (0, 5, 50, 95, 100)] == ["none", "few", "50%", "nearly all", "all"]
    assert share_said(20, 10_000) == "under 1%"


SHIPPED = Project(ROOT, None, ROOT / "data" / "downloaded")


@pytest.mark.parametrize("slug", ["refugee-casework", "traveller-survey", "hotspots-india"])
def test_shipped_records_against_their_definitions(slug: str) -> None:
    """What people wrote into case.yaml and what the profile finds agree, but for what nobody can see in a file."""
    source = load_case(SHIPPED, slug).sources["records"]
    found = profile_file(ROOT / str(source.path))
    assert found.kind == "records"
    assert found.sha256 == source.sha256
    for name, rules in source.columns.items():
        one = column(found, name)
        if rules.type in ("integer", "date"):
            assert one.type == rules.type, name
        if rules.role == "identifier":
            assert one.role in ("identifier", "group"), name  # a settlement's number repeats
        if rules.role == "area" and slug != "hotspots-india":
            assert one.area_system == "gss-upper-tier", name
        listed = {code for code, _ in one.codes}
        assert {code for code in rules.missing if code in listed} == {code for code in listed if code in rules.missing}
