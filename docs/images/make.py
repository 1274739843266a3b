"""Take the README's pictures again from a finished run: ``python docs/images/make.py`` (needs Chromium)."""

from __future__ import annotations

import shutil
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).parent
REPORT = HERE.parents[1] / "outputs" / "refugee-casework" / "report.html"
DRAWN = (
    "(() => { const all = document.querySelectorAll('figure[data-chart]').length;"
    " return all > 0 && all === document.querySelectorAll('figure[data-ok]').length; })()"
)


def figure(page: Page, title: str, name: str) -> None:
    """Take one figure with its heading and notes, as it stands in the report."""
    box = page.evaluate(
        """title => {
          const head = [...document.querySelectorAll('.cb-figure-title')].find(e => e.textContent.startsWith(title));
          const top = head.getBoundingClientRect();
          const drawn = [...document.querySelectorAll('figure[data-chart]')]
            .find(f => f.getBoundingClientRect().top > top.top).getBoundingClientRect();
          return [top.left + scrollX, top.top + scrollY, drawn.right - top.left, drawn.bottom - top.top];
        }""",
        title,
    )
    left, top, wide, high = box
    clip = {"x": left - 16, "y": top - 12, "width": wide + 32, "height": high + 24}
    page.screenshot(path=HERE / name, clip=clip, full_page=True)


def main() -> None:
    """Write report.png, profile.png and map.png."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1280, "height": 1320})
        page.goto(REPORT.as_uri())
        page.wait_for_function(DRAWN)
        page.screenshot(path=HERE / "report.png")
        figure(page, "Quality profile", "profile.png")
        figure(page, "Where people are reached", "map.png")
        browser.close()


if __name__ == "__main__":
    main()
