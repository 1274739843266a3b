"""The reference pages are what the register says now; a change of either alone fails here."""

from pathlib import Path

import pytest

from shared.framework.reference import MEANING, goalposts, pages, write_pages
from shared.framework.register import load_register

REGISTER = load_register()
FOLDER = Path(__file__).parents[2] / "docs" / "reference"
PAGES = pages(REGISTER)


def test_pages_in_docs_are_up_to_date():
    there = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
    stale = sorted(name for name in {*there, *PAGES} if there.get(name) != PAGES.get(name))
    assert stale == [], "run: python -m shared.framework.reference"


def test_one_page_an_indicator_and_an_index_that_links_them():
    assert len(PAGES) == 96
    assert all(f"({entry.id}.md)" in PAGES["index.md"] for entry in REGISTER.indicators)
    assert PAGES["index.md"].count("\n### ") == 13


@pytest.mark.parametrize("entry", REGISTER.indicators, ids=lambda entry: entry.id)
def test_a_page_says_everything_about_its_indicator(entry):
    page = PAGES[f"{entry.id}.md"]
    wanted = [entry.name, entry.plain, entry.definition, entry.note, entry.formula, entry.inputs, entry.unit]
    wanted += [entry.numerator, entry.denominator, entry.source, entry.question]
    wanted += [entry.advice_organisation, entry.advice_user, entry.ask, entry.whom, *entry.anchors]
    assert [text for text in wanted if text not in page] == []
    assert ("[P]" in page) == bool(entry.goalposts)
    assert [mark for mark in MEANING if MEANING[mark] in page] == list(entry.marks)
    if entry.worked_example:
        assert entry.worked_example.text in page


def test_goalposts_in_words():
    assert goalposts(REGISTER["DAT-1"]) == "0.7 scores 0 and 0.98 scores 100; values between in proportion"
    assert goalposts(REGISTER["REP-10"]) == "10 scores 0 and 400 scores 100; values between on a log scale"
    assert goalposts(REGISTER["SDC-1"]) == "shown only, not scored"
    assert "for a proportion 10 scores 0 and 2 scores 100" in goalposts(REGISTER["ACC-1"])


def test_a_bar_does_not_break_a_table():
    for name, page in PAGES.items():
        for line in page.splitlines():
            if line.startswith("|"):
                assert line.replace("\\|", "").count("|") in (4, 7), name


def test_write_pages_takes_away_what_is_no_longer_an_indicator(tmp_path):
    (tmp_path / "GOV-99.md").write_text("old")
    (tmp_path / "notes.md").write_text("kept")
    written = write_pages(tmp_path)
    assert len(written) == 96
    assert {path.name for path in tmp_path.iterdir()} == {*PAGES, "notes.md"}
    assert (tmp_path / "DAT-1.md").read_text(encoding="utf-8") == PAGES["DAT-1.md"]
