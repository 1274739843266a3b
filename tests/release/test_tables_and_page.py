"""CSV that no spreadsheet calculates, and a checker's page that gives nothing away."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from shared.batch.release_page import checker_page
from shared.batch.release_page_tables import what_was_done
from shared.batch.release_tables import index_csv, safe_cell, table_csv
from shared.errors import Fault
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


@pytest.mark.browser
@pytest.mark.enable_socket
@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_fits_its_window_and_its_policy_lets_nothing_else_in(browser: Any, tmp_path: Path, width: int) -> None:
    long = "A title that is as long as titles of tables in a report of a charity now and then are"
    ledger = {
        "policy": "threshold-10-round-5", "tables": [entry(4), entry(7, long) | {"id": "T-2"}], "measured": {},
        "change": "", "outputs": [{"id": "x/1", "kind": "words", "title": long, "policy": "", "done": "", "tables": [],
                                   "status": "review", "why": "Look.", "checksum": "a" * 64}],
    }  # fmt: skip
    made = checker_page("A case", "a-case", ledger, [Fault("Waits.", "output x/1", "casebook approve a-case x/1")])
    (tmp_path / "checker.html").write_text(made, encoding="utf-8")
    page = browser.new_page(viewport={"width": width, "height": 800})
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto((tmp_path / "checker.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert said == []
    assert page.get_by_text("Not released: 1 reason").is_visible()
    assert page.get_by_text("hidden: fewer than 10, or needed to protect another figure").count() == 2
    page.close()
