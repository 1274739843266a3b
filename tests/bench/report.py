"""The reports: their size, and how long a browser without a screen takes to draw all their charts."""

from __future__ import annotations

import re
import shutil
import statistics
import time
from pathlib import Path

from tests.bench.batch import casebook, project
from tests.bench.goals import Result, spread
from tests.bench.settings import PROJECT, Options

MOST = 1_600_000
LONGEST = 60.0
MARKS = "[document.querySelectorAll('figure[data-chart]').length, document.querySelectorAll('figure[data-ok]').length]"


def reports(options: Options) -> list[Result]:
    """Measure fresh reports of the case studies that ship, and those that the project's outputs hold already."""
    folder = options.folder / "reports"
    slugs = project(folder, 3)
    casebook(folder, "run", "--all", "--workers", "2")
    pages = {slug: folder / "outputs" / slug / "report.html" for slug in slugs}
    shipped = {slug.rsplit("-", 1)[0] for slug in slugs}
    pages |= {
        page.parent.name: page
        for page in sorted((PROJECT / "outputs").glob("*/report.html"))
        if page.parent.name not in shipped
    }
    sizes = {slug: page.stat().st_size for slug, page in pages.items()}
    drawn = {slug: _drawn(page, options.repeats) for slug, page in pages.items()}
    largest, slowest = max(sizes.values()), max(statistics.median(times) for times in drawn.values() if times)
    detail = [
        f"{slug}: {sizes[slug] / 1e6:.2f} MB ({_parts(pages[slug])}); "
        + (f"all charts drawn after {spread(drawn[slug])}" if drawn[slug] else "no browser here")
        for slug in pages
    ]
    said = f"at most {largest / 1e6:.2f} MB, all charts drawn within {slowest:.2f} s of opening"
    return [Result("a report", "1.6 MB, charts drawn in 1.5 s", said, largest <= MOST and slowest <= 1.5, detail)]


def _parts(page: Path) -> str:
    text = page.read_text(encoding="utf-8")
    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", text, re.S)
    charts = sum(len(body.encode()) for kind, body in scripts if "json" in kind)
    library = sum(len(body.encode()) for kind, body in scripts if "json" not in kind)
    rest = len(text.encode()) - charts - library
    return f"library {library / 1e6:.2f}, charts {charts / 1e6:.2f}, text and tables {rest / 1e6:.2f}"


def _drawn(page: Path, times: int) -> list[float]:
    """Return the seconds from opening a page to its last chart, each in a fresh window."""
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        return []
    took = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])
        for _ in range(times):
            view = browser.new_page()
            began = time.perf_counter()
            view.goto(page.as_uri(), wait_until="commit")
            while True:  # the page's policy forbids what Playwright's own waiting needs
                every, ok = view.evaluate(MARKS)
                if 0 < every == ok or time.perf_counter() - began > LONGEST:
                    break
                time.sleep(0.02)
            took.append(time.perf_counter() - began)
            view.close()
        browser.close()
    return took
