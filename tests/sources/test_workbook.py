"""Spreadsheets: what a cell says is kept, what a spreadsheet hides is said, what cannot be read is refused."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

import pytest

from shared.errors import DataError
from shared.sources import workbook
from shared.sources.rows import TextTable
from shared.sources.workbook import open_book, parse_workbook
from tests.sources.made import changed_member, encrypted_workbook, lying_zip, ods, ods_cell, ods_row, xls, xlsx, zipped

SHEET = "xl/worksheets/sheet1.xml"


def parse(data: bytes, format: str = "xlsx", **more: Any) -> TextTable:
    return parse_workbook(data, shown="t", format=format, **more)


def refused(data: bytes, format: str = "xlsx", **more: Any) -> str:
    with pytest.raises(DataError) as caught:
        parse(data, format, **more)
    return str(caught.value)


def test_cells_become_the_text_a_person_would_have_typed() -> None:
    hours, minutes = dt.timedelta(hours=30), dt.timedelta(minutes=5)
    rows = [
        ["id", "day", "moment", "whole", "part", "time", "lasted", "yes", "text"],
        ["007", dt.date(2024, 2, 29), dt.datetime(2024, 5, 1, 9, 30), 18, 0.5, dt.time(9, 5), hours, True, "a, b"],
        ["é", dt.date(2023, 1, 1), dt.datetime(2024, 5, 2), -3.0, 1e-3, dt.time(0, 0, 1), minutes, False, None],
    ]
    table = parse(xlsx(rows))
    assert table.frame.iloc[0].tolist() == [
        "007", "2024-02-29", "2024-05-01T09:30:00", "18", "0.5", "09:05:00", "30:00:00", "true", "a, b",
    ]  # fmt: skip
    assert table.frame.iloc[1].tolist()[:8] == [
        "é", "2023-01-01", "2024-05-02T00:00:00", "-3", "0.001", "00:00:01", "0:05:00", "false",
    ]  # fmt: skip
    assert table.frame["text"].isna().tolist() == [False, True]
    assert set(map(str, table.frame.dtypes)) == {"str"}
    assert table.lines == (2, 3)
    assert table.notes == ()


def test_numbers_longer_than_a_spreadsheet_keeps_are_noticed() -> None:
    table = parse(xlsx([["nhs", "ref"], [9434765919, 1234567890123456789]]))
    assert table.frame["nhs"].tolist() == ["9434765919"]
    assert table.notes == (
        '1 number(s) have more digits than a spreadsheet keeps (15), so the last ones are lost: "ref".',
    )


def test_the_heading_below_titles_is_named_or_asked_for() -> None:
    rows = [["Referrals by town, 2023"], [], ["Town", "People", "Of them\nwomen"], ["Leeds", 5, 2], [], ["York", 7, 3]]
    data = xlsx(rows, change=lambda book: book.active.merge_cells("A1:C1"))
    assert "The first row is a title, not the column names. " in refused(data)
    assert "The column names seem to stand in row 3: write header_row: 3." in refused(data)
    table = parse(data, header=(3,))
    assert table.frame.to_dict("list") == {"Town": ["Leeds", "York"], "People": ["5", "7"], "Of them women": ["2", "3"]}
    assert table.lines == (4, 6)
    assert table.notes == (
        "2 row(s) above the heading were left out (header_row in case.yaml).",
        "1 row(s) hold nothing and were passed over.",
    )


def test_a_heading_of_two_rows_and_rows_that_are_no_data() -> None:
    rows = [
        ["Age", "2022", None, "2023", None],
        [None, "Male", "Female", "Male", "Female"],
        ["years", "people", "people", "people", "people"],
        ["16-24", 1, 2, 3, 4],
        ["Source: own records", None, None, None, None],
    ]
    table = parse(xlsx(rows), header=(1, 2), skip=(3, 5))
    assert list(table.frame.columns) == ["Age", "2022 / Male", "2022 / Female", "2023 / Male", "2023 / Female"]
    assert table.frame.to_numpy().tolist() == [["16-24", "1", "2", "3", "4"]]
    assert "2 row(s) were skipped (declared in case.yaml)." in table.notes
    assert "header_row names row 9" in refused(xlsx(rows), header=(9,))
    assert "skip_rows names row 12, which holds nothing" in refused(xlsx(rows), header=(1, 2), skip=(12,))


def test_a_table_that_does_not_begin_in_the_corner() -> None:
    data = xlsx([], change=lambda book: [book.active.cell(r, c, v) for r, c, v in
                                         [(4, 3, "a"), (4, 5, "b"), (5, 3, 1), (5, 5, 2), (6, 4, None)]])  # fmt: skip
    table = parse(data)
    assert table.frame.to_dict("list") == {"a": ["1"], "b": ["2"]}
    assert table.lines == (5,)
    assert "3 column(s) without a name and without content were left out." in table.notes


def test_several_sheets() -> None:
    def change(book: Any) -> None:
        book.create_sheet("Notes").append(["read me"])
        hidden = book.create_sheet("Old")
        hidden.append(["x"])
        hidden.append([1])
        hidden.sheet_state = "hidden"

    data = xlsx([["a"], [1]], change=change)
    assert [(one.name, one.visible) for one in open_book(data, shown="t", format="xlsx").sheets] == [
        ("Data", True), ("Notes", True), ("Old", False),
    ]  # fmt: skip
    assert refused(data) == "t: The workbook has several sheets. Name one as sheet: Data, Notes."
    assert 'There is no sheet "data" in the workbook. Did you mean "Data"?' in refused(data, sheet="data")
    assert parse(data, sheet="Old").frame["x"].tolist() == ["1"]
    assert parse(data, sheet="Data").notes == ('The sheet "Data" is read; 2 other sheet(s) are not (1 hidden).',)


@pytest.mark.parametrize("rows", [[], [["only", "a heading"]]])
def test_an_empty_sheet(rows: list[list[str]]) -> None:
    message = refused(xlsx(rows))
    assert 't, sheet "Data"' in message
    assert "empty" in message or "no rows" in message


def test_formulas_with_and_without_a_stored_result() -> None:
    data = xlsx([["n", "twice"], [1, "=A2*2"], [2, "=A3*2"]])
    assert "2 formula(s) have no stored result (column B), so their values are not in the file." in refused(data)
    solved = changed_member(
        data, SHEET, lambda xml: xml.replace(b"<v />", b"<v>4</v>").replace(b"<v></v>", b"<v>4</v>")
    )
    table = parse(solved)
    assert table.frame["twice"].tolist() == ["4", "4"]
    assert table.notes == ('2 cell(s) are results of formulas, as stored in the file: "twice".',)


def test_text_that_begins_like_a_formula_stays_text_and_is_said() -> None:
    def change(book: Any) -> None:
        book.active.append(["=HYPERLINK(1)", "-5", "+44 20 7946 0000"])
        book.active["A2"].data_type = "s"
        book.active.append(["@cmd", "-x", "plain"])

    table = parse(xlsx([["a", "b", "c"]], change=change))
    assert table.frame["a"].tolist() == ["=HYPERLINK(1)", "@cmd"]
    assert table.notes == ('3 cell(s) begin like a formula (= + - @) and are kept as text: "a", "b".',)


def test_errors_of_the_spreadsheet_are_kept_as_what_they_are() -> None:
    def change(book: Any) -> None:
        book.active["B3"] = "#DIV/0!"
        book.active["B3"].data_type = "e"

    table = parse(xlsx([["a", "b"], [1, 2], [3, None]], change=change))
    assert table.frame["b"].tolist() == ["2", "#DIV/0!"]
    assert table.notes == ('1 cell(s) hold a spreadsheet error such as #N/A: "b".',)


def test_a_column_name_twice() -> None:
    assert 'The column "a" occurs 2 times.' in refused(xlsx([["a", "b", "a"], [1, 2, 3]]))


@pytest.mark.parametrize("cell", ["XFD1048576", "XFD9000", "A1048576"])
def test_a_stray_cell_far_out(cell: str) -> None:
    """The reader would lay out the whole rectangle: 17 billion cells, 400 GB."""
    data = changed_member(
        xlsx([["a"], [1]]), SHEET,
        lambda xml: xml.replace(b"</sheetData>", f'<row r="9"><c r="{cell}"><v>1</v></c></row></sheetData>'.encode()),
    )  # fmt: skip
    if cell == "A1048576":
        assert len(parse(data).frame) == 2  # one column is no harm
    else:
        assert "that is more than can be read. A single stray cell far out is enough" in refused(data)


def test_cells_without_an_address_count_too() -> None:
    cells = b"<c><v>1</v></c>" * 20_000
    data = changed_member(
        xlsx([["a"]]),
        SHEET,
        lambda xml: xml.replace(b"</sheetData>", b'<row r="90000">' + cells + b"</row></sheetData>"),
    )
    assert "that is more than can be read" in refused(data)


@pytest.mark.parametrize("format", ["xlsx", "ods"])
def test_a_zip_bomb_in_a_workbook(format: str) -> None:
    inside = {"xlsx": "xl/sharedStrings.xml", "ods": "content.xml"}[format]
    sound = xlsx([["a"], [1]]) if format == "xlsx" else ods(ods_row(ods_cell("a")))
    members = {inside: bytes(60_000_000)}
    data = zipped({"xl/workbook.xml": b"<a/>", **members} if format == "xlsx" else {"mimetype": b"", **members})
    begin = time.process_time()
    assert "zip bomb" in refused(data, format)
    assert time.process_time() - begin < 5
    assert parse(sound, format).frame.shape[0] if format == "xlsx" else True


def test_a_member_longer_than_it_says() -> None:
    data = lying_zip("xl/workbook.xml", b"<a>" + b" " * 1_000_000, said=3)
    assert "longer than it says" in refused(data)


def test_xml_entities_are_refused() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><workbook>&b;</workbook>'
    assert refused(changed_member(xlsx([["a"], [1]]), "xl/workbook.xml", lambda _: bomb)).startswith("t")


@pytest.mark.parametrize("format", ["xlsx", "xls", "ods"])
def test_a_damaged_workbook(format: str) -> None:
    sound = {"xlsx": xlsx([["a"], [1]]), "xls": xls([["a"], [1]]), "ods": ods(ods_row(ods_cell("a")))}[format]
    for end in (60, len(sound) // 2, len(sound) - 30):
        assert "damaged" in refused(sound[:end], format)


def test_a_workbook_with_a_password() -> None:
    from shared.sources.sniff import what_is

    with pytest.raises(DataError, match="password-protected"):
        what_is(encrypted_workbook(), "t")
    secret = '<manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry>'
    assert "password-protected" in refused(ods(ods_row(ods_cell("a")), manifest=secret), "ods")


def test_an_old_workbook_is_read_alike() -> None:
    table = parse(xls([["id", "n", "ok"], ["007", 18, True], ["x", 0.5, False]]), "xls")
    assert table.frame.to_dict("list") == {"id": ["007", "x"], "n": ["18", "0.5"], "ok": ["true", "false"]}


def test_an_old_workbook_that_asks_for_all_memory_ends_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cell in row 65,536 and column 65,536 makes the reader lay out 171 GB; its process ends, this one goes on."""
    sound = xls([["a"], ["b"]])
    at = sound.index(b"\xfd\x00\x0a\x00\x01\x00\x00\x00")  # the record of the cell in row 2, column 1
    spoilt = sound[: at + 4] + b"\xff\xff\xff\xff" + sound[at + 8 :]
    assert "damaged" in refused(spoilt, "xls")
    monkeypatch.setattr(workbook, "SECONDS", 0.001)
    assert "was not read in" in refused(sound, "xls")


def test_an_opendocument_spreadsheet() -> None:
    rows = (
        ods_row(ods_cell("id"), ods_cell("n", repeated=1), ods_cell("on"), ods_cell(kind="empty", repeated=16381))
        + ods_row(ods_cell("007"), ods_cell("18", "float"), ods_cell("2024-02-29", "date"))
        + ods_row(ods_cell(kind="empty", repeated=16384), repeated=3)
        + ods_row(ods_cell("x"), ods_cell("0.5", "float"), ods_cell("2024-03-01", "date"), repeated=2)
        + ods_row(ods_cell(kind="empty", repeated=16384), repeated=1_048_000)
    )
    table = parse(ods(rows), "ods")
    assert table.frame.to_dict("list") == {
        "id": ["007", "x", "x"], "n": ["18", "0.5", "0.5"], "on": ["2024-02-29", "2024-03-01", "2024-03-01"],
    }  # fmt: skip
    assert table.notes == ("3 row(s) hold nothing and were passed over.",)


def test_an_opendocument_cell_repeated_without_end() -> None:
    rows = ods_row(ods_cell("a", repeated=16_384), repeated=1_048_576)
    assert len(ods(rows)) < 2_000
    assert "unfolds to more cells than can be read" in refused(ods(rows), "ods")


def test_an_opendocument_formula_without_a_result() -> None:
    rows = ods_row(ods_cell("n")) + ods_row(ods_cell(kind="empty", more='table:formula="of:=1+1"'))
    assert "formula(s) have no stored result" in refused(ods(rows + ods_row(ods_cell("1", "float"))), "ods")
