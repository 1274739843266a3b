"""The short cut for regular text gives what the careful reader gives, or steps aside."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.errors import DataError
from shared.sources import delimited
from shared.sources.delimited import parse_delimited
from shared.sources.plain_text import parse_plain

SIGNS = st.text(alphabet="aé 0.,;=+-\t'#\\NA1e", max_size=6)
LINES = st.lists(st.lists(SIGNS, min_size=3, max_size=3), min_size=1, max_size=6)


@given(rows=LINES, end=st.sampled_from(["\n", "\r\n"]), last=st.booleans())
@settings(max_examples=150, deadline=None)
def test_both_readers_give_the_same_table(rows: list[list[str]], end: str, last: bool) -> None:
    text = end.join("|".join(row) for row in [["a", "b", "c"], *rows]) + (end if last else "")
    plain = parse_plain(text.encode(), "|", [])
    if plain is None:
        return
    careful = parse_delimited(text.encode(), shown="t", encoding="utf-8", separator="|")
    pd.testing.assert_frame_equal(plain.frame, careful.frame)
    assert (plain.lines, plain.notes, plain.positions) == (careful.lines, careful.notes, careful.positions)


def test_regular_text_takes_the_short_cut() -> None:
    plain = parse_plain("id,née\n007,\n NA ,1e3\n".encode(), ",", ["x"])
    assert plain is not None
    assert plain.frame["id"].tolist() == ["007", " NA "]
    assert plain.frame["née"].isna().tolist() == [True, False]
    assert (plain.lines, plain.notes) == ((2, 3), ("x",))


@pytest.mark.parametrize(
    "text",
    ['a,b\n"1",2\n', "a,b\n1,2,3\n", "a,b\n1,2\n\n3,4\n", "a,b\n,\n1,2\n", "a,a\n1,2\n", "a,\n1,2\n", "a,b\n1,2\r3,4\n",
     "a\n1\n", "a,b\n", "", f"a,b\n1,{'x' * 140_000}\n"],
)  # fmt: skip
def test_what_is_not_regular_is_left_to_the_careful_reader(text: str) -> None:
    assert parse_plain(text.encode(), ",", []) is None


def test_large_files_are_read_by_the_short_cut_and_small_faults_in_them_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "LARGE", 10)
    body = "".join(f"{n},x{n}\n" for n in range(50))
    assert len(parse_delimited(("n,x\n" + body).encode(), shown="t").frame) == 50
    with pytest.raises(DataError, match=r"1 row\(s\) do not have the 2 cells of the header: line 52"):
        parse_delimited(("n,x\n" + body + "1,2,3\n").encode(), shown="t", separator=",")
