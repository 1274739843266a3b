"""Delimited text: read exactly as it is, or refused with the line and what to do."""

from __future__ import annotations

import pytest

from shared.errors import DataError
from shared.sources.delimited import TextTable, parse_delimited


def parse(data: bytes, encoding: str = "utf-8", separator: str = ",") -> TextTable:
    return parse_delimited(data, shown="r.csv", encoding=encoding, separator=separator)


def refused(data: bytes, encoding: str = "utf-8", separator: str = ",") -> str:
    with pytest.raises(DataError) as caught:
        parse(data, encoding, separator)
    return str(caught.value)


def test_cells_are_kept_as_they_are() -> None:
    table = parse(b'id,note,n\r\n007, padded ,NA\r\n2,"a ""b"", c\nd",\r\n\r\n3,,1e3\r\n')
    assert table.frame.to_dict("list") | {} == {
        "id": ["007", "2", "3"],
        "note": [" padded ", 'a "b", c\nd', table.frame["note"].iloc[2]],
        "n": ["NA", table.frame["n"].iloc[1], "1e3"],
    }
    assert table.frame.isna().to_numpy().tolist() == [[False] * 3, [False, False, True], [False, True, False]]
    assert set(map(str, table.frame.dtypes)) == {"str"}
    assert table.lines == (2, 3, 6)


def test_an_empty_column_is_text_too() -> None:
    assert str(parse(b"a,b\n1,\n2,\n").frame["b"].dtype) == "str"


def test_a_byte_order_mark_is_not_part_of_the_first_name() -> None:
    table = parse(b"\xef\xbb\xbfid,x\n1,2\n")
    assert list(table.frame.columns) == ["id", "x"]
    assert table.notes == ("The byte order mark at the beginning was left out.",)


def test_the_declared_encoding_and_separator_are_used() -> None:
    assert parse("a;b\nJosé;2\n".encode("cp1252"), "cp1252", ";").frame["a"].tolist() == ["José"]
    assert parse("a\tb\nŁódź\t2\n".encode("utf-16"), "utf-16", "\t").frame["a"].tolist() == ["Łódź"]


def test_a_wrong_encoding_names_one_to_try_and_the_line() -> None:
    assert refused("a,b\n1,2\nJosé,3\n".encode("cp1252")) == (
        "r.csv, line 3: The file is not text in the encoding utf-8. Try encoding: cp1252 in case.yaml."
    )
    assert "Try encoding: utf-16" in refused("a,b\nx,y\n".encode("utf-16"))
    assert "is UTF-8" in refused("a,b\nJosé,3\n".encode(), "cp1252")
    assert "is UTF-8" in refused("a,b\nJosé,3\n".encode(), "latin-1")


def test_null_bytes_are_refused() -> None:
    assert "line 2: The file contains null bytes" in refused(b"a,b\n1,\x00\n")
    assert "Try encoding: utf-16" in refused("a,b\nx,y\n".encode("utf-16"), "latin-1")


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_an_empty_file(data: bytes) -> None:
    assert "The file is empty." in refused(data)


def test_a_header_without_rows() -> None:
    assert "r.csv, line 1: The file has a header and no rows." in refused(b"a,b\n")


def test_a_column_twice() -> None:
    assert 'The column "a" occurs 3 times.' in refused(b"a,b,a,a\n1,2,3,4\n")


def test_rows_of_another_width_are_listed_by_line() -> None:
    text = b"a,b,c\n1,2,3\n1,2\n1,2,3,4\n" + b"1\n" * 5
    message = refused(text)
    assert "7 row(s) do not have the 3 cells of the header: line 3, 4, 5, 6, 7 and 2 more." in message
    assert 'Is the separator "," right' in message


def test_a_wrong_separator_shows_as_ragged_or_one_column() -> None:
    assert "separator" in refused(b"a;b\n1,5;2\n")


def test_all_faults_of_form_together() -> None:
    with pytest.raises(DataError) as caught:
        parse(b"a,a\n1\n")
    assert len(caught.value.faults) == 2


def test_a_quote_never_closed() -> None:
    assert "in the row that begins on line 3" in refused(b'a,b\n1,2\n3,"open\n5,6\n')


def test_nameless_columns_are_numbered_with_a_word() -> None:
    table = parse(b",a,\n1,2,3\n")
    assert list(table.frame.columns) == ["(column 1)", "a", "(column 3)"]
    assert table.notes == ("A column without a name was numbered.",)


def test_no_value_of_a_record_is_in_the_message() -> None:
    message = refused(b"name,age\nSecret Person,5,7\nOther\n")
    assert "Secret" not in message
    assert "Other" not in message
