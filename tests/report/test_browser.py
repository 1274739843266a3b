"""The report in Chromium: every chart drawn, no request, no complaint, no script from the data, two widths."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from shared.batch.render import render
from shared.maps.boundaries import read_boundaries
from shared.maps.choropleth import choropleth
from shared.maps.classes import around_one
from shared.protect import public_table
from shared.report.blocks import Section
from shared.report.figure import Figure
from tests.charts.examples import EXAMPLES
from tests.conftest import ROOT
from tests.report.notebooks import HOSTILE, cell_of, everything, notebook

pytestmark = pytest.mark.browser

DRAWN = "document.querySelectorAll('figure[data-ok]').length"
CHARTS = "document.querySelectorAll('figure[data-chart]').length"


def all_figures() -> list[Figure]:
    """Every chart with a hostile row, and a map with a hidden area."""
    import pandas as pd

    made = []
    for name, (draw, table, given) in EXAMPLES.items():
        made.append(Figure(draw(table(), description=f"Chart {name}. {HOSTILE}", **given), table(), f"Chart {name}"))
    borders = read_boundaries(ROOT / "data" / "sample" / "boundaries" / "england-wales-upper-tier-2021.topo.json")
    codes = list(borders.names)
    frame = pd.DataFrame({"code": codes, "ratio": [0.4 + n / 100 for n in range(len(codes))], "status": "shown"})
    frame.loc[3, ["ratio", "status"]] = [None, "hidden"]
    frame.loc[5, ["ratio", "status"]] = [None, "not available"]
    areas = public_table(frame, title="Coverage", source_line="Made up")
    made.append(
        Figure(choropleth(areas, borders, description="Map", value="ratio", classes=around_one()), areas, "Map")
    )
    return made


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    book = notebook(
        nbformat.v4.new_markdown_cell(f"# Title\n\nWords $\\frac{{a}}{{b}}$ {HOSTILE}"),
        cell_of(everything(HOSTILE), "core"),
        cell_of(Section(all_figures(), heading="Every chart"), "case", source=f"x = {HOSTILE!r}"),
    )
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(render(book, title=f"Report {HOSTILE}", subtitle=HOSTILE), encoding="utf-8")
    return path


class Opened:
    """A page and everything it complained about or asked for."""

    def __init__(self, browser: Any, path: Path, width: int, **context: Any) -> None:
        self.context = browser.new_context(viewport={"width": width, "height": 900}, offline=True, **context)
        self.page = self.context.new_page()
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.said.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.said.append(f"error: {error}"))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(path.as_uri())

    def wait_for_charts(self) -> None:
        for _ in range(200):
            if self.page.evaluate(f"{DRAWN} === {CHARTS}"):
                return
            self.page.wait_for_timeout(50)


@pytest.fixture(params=[1440, 375], ids=["desk", "phone"])
def opened(browser: Any, report: Path, request: pytest.FixtureRequest) -> Iterator[Opened]:
    made = Opened(browser, report, request.param)
    made.wait_for_charts()
    yield made
    made.context.close()


def test_every_chart_is_drawn(opened: Opened) -> None:
    charts = len(EXAMPLES) + 1 + 2
    assert opened.page.evaluate(CHARTS) == charts
    assert opened.page.evaluate(DRAWN) == charts
    # drawn means marks, not only an empty picture
    empty = (
        "[...document.querySelectorAll('figure[data-ok]')]"
        ".filter(f => f.querySelectorAll('svg path, svg text').length < 5).length"
    )
    assert opened.page.evaluate(empty) == 0


def test_nothing_is_asked_of_the_network_and_nothing_complained_about(opened: Opened, report: Path) -> None:
    assert [url for url in opened.asked if url != report.as_uri() and not url.startswith("data:")] == []
    assert opened.said == []


def test_no_words_from_data_run(opened: Opened) -> None:
    assert opened.page.evaluate("window.hit === undefined")
    assert opened.page.evaluate("document.querySelectorAll('img').length") == 0


def test_nothing_sticks_out_sideways(opened: Opened) -> None:
    assert opened.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    wide = (
        "[...document.querySelectorAll('figure[data-ok] svg')]"
        ".filter(s => s.getBoundingClientRect().right > innerWidth).length"
    )
    assert opened.page.evaluate(wide) == 0
    # the words inside a picture too: a key or a name may be cut at its edge without making the page wider
    words = (
        "[...document.querySelectorAll('figure[data-ok] svg text')]"
        ".filter(t => { const r = t.getBoundingClientRect(); return r.width && (r.right > innerWidth || r.left < 0) })"
        ".map(t => t.textContent)"
    )
    assert opened.page.evaluate(words) == []


def test_charts_fill_the_column(opened: Opened) -> None:
    narrow = (
        "[...document.querySelectorAll('figure[data-ok]')].filter(f => "
        "f.querySelector('svg').getBoundingClientRect().width < 0.9 * f.getBoundingClientRect().width).length"
    )
    assert opened.page.evaluate(narrow) == 0


def test_contents_are_beside_the_text_on_a_desk_and_folded_on_a_phone(opened: Opened) -> None:
    beside = opened.page.is_visible(".contents-beside")
    assert beside == (opened.page.viewport_size["width"] == 1440)
    assert opened.page.is_visible(".contents-folded") != beside


def test_every_chart_can_be_heard(opened: Opened) -> None:
    told = (
        "[...document.querySelectorAll('figure [role=\"graphics-document\"]')].map(e => e.getAttribute('aria-label'))"
    )
    labels = opened.page.evaluate(told)
    assert len(labels) == opened.page.evaluate(CHARTS)
    assert all(labels)


def test_each_contents_link_leads_somewhere(opened: Opened) -> None:
    dead = "[...document.querySelectorAll('.contents a')].filter(a => !document.getElementById(a.hash.slice(1))).length"
    assert opened.page.evaluate(dead) == 0
    twice = "[...document.querySelectorAll('[id]')].map(e => e.id).filter((id, n, all) => all.indexOf(id) !== n)"
    assert opened.page.evaluate(f"{twice}.filter(id => !document.querySelector('svg #' + CSS.escape(id)))") == []


def test_without_scripts_the_words_of_each_chart_and_its_table_are_there(browser: Any, report: Path) -> None:
    made = Opened(browser, report, 1440, java_script_enabled=False)
    assert made.page.locator("figure noscript").count() >= len(EXAMPLES)
    assert "Chart profile." in made.page.content()
    assert made.page.locator("details table").count() >= len(EXAMPLES)
    made.context.close()


def test_the_first_tab_offers_to_skip_to_the_content(opened: Opened) -> None:
    opened.page.keyboard.press("Tab")
    assert opened.page.evaluate("document.activeElement.textContent") == "Skip to main content"
    assert opened.page.evaluate("document.activeElement.getBoundingClientRect().left >= 0")


def test_print_shows_the_tables_and_not_the_code(browser: Any, report: Path) -> None:
    made = Opened(browser, report, 1440)
    made.wait_for_charts()
    made.page.emulate_media(media="print")
    assert not made.page.is_visible(".contents-beside")
    assert not made.page.is_visible("details.code")
    assert made.page.evaluate("document.querySelector('.cb-figure-foot table').getBoundingClientRect().height > 0")
    made.context.close()
