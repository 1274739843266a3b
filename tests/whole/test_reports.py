"""Every report and the index as a reader opens them: offline, at two widths, nothing missing and nothing asked for."""

from __future__ import annotations

import json
import re
from typing import Any

import nbformat
import pytest

from shared.batch.result import result_faults
from shared.framework.register import load_register
from tests.whole.conftest import Copy

pytestmark = [pytest.mark.slow]
MARKS = "[document.querySelectorAll('figure[data-chart]').length, document.querySelectorAll('figure[data-ok]').length]"
HEADINGS = (
    "What these data can be used for", "Who made the data, and why", "The data and how they were made",
    "Quality profile", "Computed indicators", "Judged evidence", "Coverage and maps",
    "Comparison with official statistics", "Explore", "Limitations", "What would move the verdict",
    "The organisation’s reply", "How to reproduce this report",
)  # fmt: skip


def slugs(made: Copy) -> list[str]:
    """The case studies whose data are here."""
    listed = json.loads((made.root / "outputs" / "index.json").read_text(encoding="utf-8"))
    assert listed
    return sorted(folder.parent.name for folder in (made.root / "outputs").glob("*/report.html"))


def test_every_case_whose_data_are_here_has_a_report(made: Copy) -> None:
    expected = {folder.name for folder in (made.root / "casestudies").iterdir() if (folder / "case.yaml").is_file()}
    if made.mirror is None:
        expected = {"hotspots-india", "refugee-casework", "traveller-survey"}
    assert set(slugs(made)) == expected


@pytest.mark.browser
@pytest.mark.parametrize("width", [1440, 375])
def test_reports_draw_every_chart_and_ask_for_nothing(made: Copy, browser: Any, width: int) -> None:
    for slug in slugs(made):
        path = made.root / "outputs" / slug / "report.html"
        context = browser.new_context(viewport={"width": width, "height": 900}, offline=True)
        page, said, asked = context.new_page(), [], []
        page.on("console", lambda message, said=said: said.append(message.text))
        page.on("pageerror", lambda error, said=said: said.append(str(error)))
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.goto(path.as_uri())
        page.wait_for_function(f"(() => {{ const [a, b] = {MARKS}; return a > 0 && a === b; }})()", timeout=30_000)
        charts, drawn = page.evaluate(MARKS)
        assert charts == drawn >= 5, slug
        assert [url for url in asked if url != path.as_uri() and not url.startswith("data:")] == [], slug
        assert said == [], slug
        assert page.evaluate("document.documentElement.scrollWidth") <= width, slug
        found = page.locator("h2").all_inner_texts()
        assert [heading for heading in HEADINGS if heading not in found] == [], slug
        assert page.locator("h1").count() == 1
        context.close()


@pytest.mark.browser
@pytest.mark.parametrize("width", [1440, 375])
def test_the_index_leads_to_every_report(made: Copy, browser: Any, width: int) -> None:
    path = made.root / "outputs" / "index.html"
    context = browser.new_context(viewport={"width": width, "height": 900}, offline=True)
    page, said = context.new_page(), []
    page.on("console", lambda message: said.append(message.text))
    page.goto(path.as_uri())
    assert said == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    words = page.inner_text("main")
    for slug in slugs(made):
        assert page.locator(f"a[href='{slug}/report.html']").count() >= 1
    if made.mirror is None:
        assert "casebook data pull british-red-cross" in words
    assert "ranks nobody" in words
    context.close()


def test_results_follow_their_schema_and_name_every_indicator(made: Copy) -> None:
    for slug in slugs(made):
        result = json.loads((made.root / "outputs" / slug / "result.json").read_text(encoding="utf-8"))
        assert result_faults(result) == []
        assert [i["id"] for i in result["indicators"]] == [i.id for i in load_register().indicators]
        assert [i["id"] for i in result["indicators"] if i["state"] == "error"] == [], slug
        assert [u["use"] for u in result["uses"]] == [
            "context", "quality-assure", "complement", "fill-gap", "benchmark", "replace",
        ]  # fmt: skip


def test_no_identifier_of_the_sample_records_is_in_any_output(made: Copy) -> None:
    import pandas as pd

    identifiers = {
        "refugee-casework": ["record_ref", "person_ref"],
        "traveller-survey": ["household_ref"],
        "hotspots-india": ["household_ref"],
    }
    for slug, columns in identifiers.items():
        records = pd.read_csv(made.root / "data" / "sample" / slug / "records.csv", dtype="str")
        text = "".join(
            path.read_text(encoding="utf-8") for path in (made.root / "outputs" / slug).iterdir() if path.is_file()
        )
        words = set(re.findall(r"\w+(?:-\w+)*", text))
        for column in columns:
            values = set(records[column].dropna())
            assert len(values) > 500
            assert values & words == set()


def test_executed_notebooks_are_valid_and_carry_no_error(made: Copy) -> None:
    for slug in slugs(made):
        book = nbformat.read(made.root / "outputs" / slug / "notebook.ipynb", as_version=4)
        nbformat.validate(book)
        assert not any(o.output_type == "error" for cell in book.cells for o in cell.get("outputs", []))


def test_a_second_run_does_nothing_and_a_forced_one_gives_the_same_bytes(made: Copy) -> None:
    report = made.root / "outputs" / "hotspots-india" / "report.html"
    before, stamp = report.read_bytes(), report.stat().st_mtime_ns
    again = made.casebook("run", "hotspots-india")
    assert again.returncode == 0
    assert "unchanged" in again.stdout + again.stderr
    assert report.stat().st_mtime_ns == stamp
    forced = made.casebook("run", "hotspots-india", "--force")
    assert forced.returncode == 0, forced.stderr
    assert report.stat().st_mtime_ns != stamp
    assert report.read_bytes() == before
