"""Encoding and separator: found and noted where they are not declared, refused where the declared ones cannot be."""

from __future__ import annotations

import pytest

from shared.errors import DataError
from shared.sources.delimited import TextTable, parse_delimited
from shared.sources.heading import find_heading
from shared.sources.rows import MAX_COLUMNS


def parse(data: bytes, **more: object) -> TextTable:
    return parse_delimited(data, shown="r.csv", **more)  # type: ignore[arg-type]


def refused(data: bytes, **more: object) -> str:
    with pytest.raises(DataError) as caught:
        parse(data, **more)
    return str(caught.value)


@pytest.mark.parametrize(
    ("codec", "said"),
    [
        ("utf-8", None),
        ("cp1252", "cp1252"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
    ],
)
def test_the_encoding_is_found_and_noted(codec: str, said: str | None) -> None:
    table = parse("name,n\nJosé,1\nZoë,2\n".encode(codec))
    assert table.frame.to_dict("list") == {"name": ["José", "Zoë"], "n": ["1", "2"]}
    assert table.notes == (
        () if said is None else (f"Read in the encoding {said} (found; not declared in case.yaml).",)
    )


def test_letters_that_look_odd_are_noticed() -> None:
    """José Muñoz from MS-DOS (cp850) is no error in cp1252, only wrong."""
    data = "name,n\nJosés,1\nMuñoz,2\n".encode("cp850")
    assert any("Some letters look odd in cp1252" in note for note in parse(data).notes)
    assert parse(data, encoding="cp850").frame["name"].tolist() == ["Josés", "Muñoz"]
    assert not any("odd" in note for note in parse("n,m\n“José’s”,£5–7\n".encode("cp1252")).notes)


def test_what_no_usual_encoding_reads() -> None:
    assert "declare its encoding in case.yaml: cp850 (MS-DOS), mac-roman" in refused(b"a,b\nJos\x8f\x81,\xe9\n")


def test_two_encodings_in_one_file() -> None:
    data = "a,b\nJosé,1\n".encode() + "Zoë,2\nRené,3\n".encode("cp1252") + b"plain,4\n"
    message = refused(data)
    assert "The file mixes two encodings: 1 line(s) are UTF-8, 2 are not (line 3, 4)." in message
    assert "mixes two encodings" in refused(data, encoding="cp1252")
    assert "line 3" in refused(data, encoding="utf-8")
    table = parse(data, encoding="utf-8+cp1252")
    assert table.frame["a"].tolist() == ["José", "Zoë", "René", "plain"]
    assert table.notes == ("2 of 6 lines were read as cp1252, the others as UTF-8 (declared in case.yaml).",)


@pytest.mark.parametrize(("sign", "said"), [(",", None), (";", "semicolon"), ("\t", "tab"), ("|", "vertical bar")])
def test_the_separator_is_found_and_noted(sign: str, said: str | None) -> None:
    text = "town,people,note\nLeeds,5,a\nYork,7,\n".replace(",", sign)
    table = parse(text.encode())
    assert table.frame["people"].tolist() == ["5", "7"]
    assert table.notes == (
        () if said is None else (f"Cells are separated by {said} (found; not declared in case.yaml).",)
    )


def test_commas_in_decimals_and_in_texts_do_not_mislead() -> None:
    table = parse(b'rate;note\n1,5;"x, y"\n2,5;a, b and c\n')
    assert table.frame["rate"].tolist() == ["1,5", "2,5"]
    assert parse(b"only\nLeeds\nYork\n").frame["only"].tolist() == ["Leeds", "York"]


def test_the_first_line_of_excel_that_says_the_separator() -> None:
    table = parse(b"\xef\xbb\xbfsep=;\r\na;b\r\n1;2\r\n")
    assert table.frame.to_dict("list") == {"a": ["1"], "b": ["2"]}
    assert table.lines == (3,)
    assert "The first line says what separates the cells (semicolon) and was left out." in table.notes


def test_a_declared_separator_wins_or_is_refused() -> None:
    assert parse(b"a;b\n1;2\n", separator=";").notes == ()
    message = refused(b"a;b;c\n1;2;3\n4;5;6\n", separator=",")
    assert "The declared separator (comma) does not cut the rows alike; the semicolon does." in message
    assert 'Write separator: ";" in case.yaml' in message
    assert parse(b"a\n1;2\n3\n", separator=",").frame["a"].tolist() == ["1;2", "3"]


def test_titles_above_the_heading() -> None:
    data = b"Our referrals 2023\n\nTown,People\nLeeds,5\nYork,7\n"
    assert "The column names seem to stand in line 3: write header_row: 3." in refused(data)
    padded = b"Our referrals 2023,\n,\nTown,People\nLeeds,5\nYork,7\n"
    assert "The first row is a title, not the column names." in refused(padded)
    assert parse(data, header=(3,)).frame["People"].tolist() == ["5", "7"]
    table = parse(padded, header=(3,), skip=(5,))
    assert table.frame["Town"].tolist() == ["Leeds"]
    assert table.lines == (4,)


def test_rows_of_nothing_but_separators() -> None:
    table = parse(b"a,b\n1,2\n,\n,\n3,\n")
    assert table.frame["a"].tolist() == ["1", "3"]
    assert table.notes == ("2 row(s) hold nothing and were passed over.",)


def test_ten_thousand_columns_and_more_than_a_spreadsheet_has() -> None:
    names = [f"c{number}" for number in range(10_000)]
    table = parse((",".join(names) + "\n" + ",".join(["1"] * 10_000) + "\n").encode())
    assert table.frame.shape == (1, 10_000)
    wide = ",".join(f"c{n}" for n in range(MAX_COLUMNS + 1))
    assert "The table has 20,001 columns; at most 20,000 are read." in refused(wide.encode() + b"\n")


def test_a_cell_without_end() -> None:
    assert "A cell is longer than 131,072 signs." in refused(b"a,b\n1," + b"x" * 200_000 + b"\n")
    assert parse(b"a,b\n1," + b"x" * 100_000 + b"\n").frame["b"].str.len().tolist() == [100_000]


def test_cells_like_formulas_are_kept_and_said() -> None:
    table = parse(b"a,b,c\n=1+1,-5,+44 20\n@SUM(A1),- none,-1.5e3\n,+x,-\n")
    assert table.frame["a"].tolist()[:2] == ["=1+1", "@SUM(A1)"]
    assert table.notes == ('4 cell(s) begin like a formula (= + - @) and are kept as text: "a", "b".',)


def test_null_bytes_are_found_wherever_they_are() -> None:
    assert "line 3: The file contains null bytes" in refused(b"a,b\n1,2\n3,\x004\n")


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["a", "b", "c"], ["1", "2", "3"]], (1,)),
        ([["Title", "", ""], ["a", "b", "c"], ["1", "2", "3"]], (2,)),
        ([["", "2019", "2020"], ["Leeds", "1", "2"], ["York", "3", "4"]], (1,)),
        ([["", "2022", "", "2023", ""], ["Age", "M", "F", "M", "F"], ["0-15", "1", "2", "3", "4"]], (1, 2)),
        ([], ()),
        ([["", ""], ["", ""]], ()),
    ],
)
def test_which_rows_look_like_the_heading(rows: list[list[str]], expected: tuple[int, ...]) -> None:
    assert find_heading(list(enumerate(rows, 1))) == expected
