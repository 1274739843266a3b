"""Every kind of map in a report in Chromium, at two widths: drawn, quiet, nothing cut off or sticking out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from shared.batch.render import render
from shared.report.blocks import Section
from shared.report.figure import Figure
from tests.maps.examples import KINDS
from tests.report.notebooks import cell_of, notebook

pytestmark = pytest.mark.browser

WIDTHS = {"desk": 1280, "phone": 390}

SETTLED = (
    "document.querySelectorAll('figure[data-ok], .cb-failed').length === "
    "document.querySelectorAll('figure[data-chart]').length"
)
MARKS = (
    "[...document.querySelectorAll('figure[data-ok] svg')].map(s => [s.querySelectorAll('path').length, "
    "s.querySelectorAll('text').length])"
)
OUTSIDE = """
[...document.querySelectorAll('figure[data-ok] svg')].flatMap((svg, n) => {
  const room = svg.getBoundingClientRect();
  return [...svg.querySelectorAll('path, text')].filter(mark => {
    if (!mark.getAttribute('d') && !mark.textContent) return false;
    const r = mark.getBoundingClientRect();
    return r.width && (r.left < -1 || r.right > innerWidth + 1 || r.top < room.top - 2 || r.bottom > room.bottom + 2);
  }).map(mark => n + ': ' + (mark.textContent || mark.getAttribute('d').slice(0, 40)));
})
"""
OVER = """
[...document.querySelectorAll('figure[data-ok] svg')].flatMap((svg, n) => {
  const words = [...svg.querySelectorAll('text')].filter(t => t.textContent && t.getBoundingClientRect().width);
  const boxes = words.map(t => t.getBoundingClientRect());
  const found = [];
  boxes.forEach((a, i) => boxes.forEach((b, j) => {
    if (i < j && a.left < b.right - 2 && b.left < a.right - 2 && a.top < b.bottom - 4 && b.top < a.bottom - 4)
      found.push(n + ': ' + words[i].textContent + ' / ' + words[j].textContent);
  }));
  return found;
})
"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    figures = []
    for kind, draw in KINDS.items():
        chart, table = draw()
        figures.append(Figure(chart, table, f"A map of kind {kind}"))
    book = notebook(cell_of(Section(figures, heading="Maps"), "case"))
    path = tmp_path_factory.mktemp("maps") / "report.html"
    path.write_text(render(book, title="Maps", subtitle="Every kind"), encoding="utf-8")
    return path


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_every_kind_is_drawn_and_fits(browser: Any, report: Path, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, offline=True)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: said.append(f"error: {error}"))
    page.goto(report.as_uri())
    page.wait_for_function(SETTLED, timeout=60_000)
    try:
        marks = page.evaluate(MARKS)
        assert len(marks) == len(KINDS)
        assert all(paths > 30 and words > 5 for paths, words in marks), marks
        assert said == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.evaluate(OUTSIDE) == []
        assert page.evaluate(OVER) == []
    finally:
        context.close()
