"""CSV that no spreadsheet calculates, and a checker's page that gives nothing away."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest

from shared.batch.release_page import checker_page
from shared.batch.release_page_tables import what_was_done
from shared.batch.release_tables import index_csv, safe_cell, table_csv
from shared.protect import protect_counts
from shared.protect.ledger import entry_of


def entry(small: int, name: str = "b") -> dict[str, object]:
    frame = pd.DataFrame({"g": ["a", name, "c"], "n": [52.0, float(small), 61.0]})
    made = protect_counts(
        frame, by=["g"], count="n", policy="threshold-10-round-5", publish=["g"], title="T", source_line="S",
        groups={"g": ["a", name, "c"]},
    )  # fmt: skip
    return entry_of(made)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\u00a0=1", "|cmd", "＝1"])
def test_no_cell_begins_like_a_formula(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


def test_plain_texts_stay() -> None:
    assert [safe_cell(t) for t in ("North West", "a=b", "", "25-34")] == ["North West", "a=b", "", "25-34"]


def test_a_table_as_csv_marks_what_is_hidden() -> None:
    rows = list(csv.reader(io.StringIO(table_csv(entry(4, "=HYPERLINK()")))))
    assert rows[0] == ["g", "People", "Share", "Status"]
    assert [row[:2] for row in rows[1:]] == [["a", "50"], ["'=HYPERLINK()", "[c]"], ["c", "60"]]
    assert "T" in index_csv([entry(4)])


@pytest.mark.parametrize("other", [1, 9])
def test_csv_and_checkers_page_are_the_same_whatever_the_hidden_count_is(other: int) -> None:
    ledgers = [
        {"policy": "threshold-10-round-5", "outputs": [], "tables": [entry(n)], "measured": {}, "change": ""}
        for n in (4, other)
    ]
    pages = [checker_page("A case", "a-case", ledger) for ledger in ledgers]
    assert pages[0] == pages[1]
    assert table_csv(entry(4)) == table_csv(entry(other))
    assert "hidden: fewer than 10" in pages[0]
    assert "changed by at most 2" in pages[0]


def test_what_was_done_follows_from_what_is_shown() -> None:
    made = entry(4)
    said = [what_was_done(made, row) for row in made["rows"]]  # type: ignore[attr-defined]
    assert said[0] == said[2] == "rounded: changed by at most 2"
