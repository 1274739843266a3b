"""A case study that is hostile in every word and value, as a report in Chromium: nothing runs, nothing is asked for."""

# ruff: noqa: E501  # lists of hostile words

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest

from shared.batch.render import render
from shared.cases.load import load_case
from shared.cases.scaffold import judgements_form
from shared.framework.register import load_register
from shared.protect import public_table
from shared.report.datatable import DataTable
from shared.report.sections.opening import heading
from shared.report.sections.source import data, who
from shared.report.study import open_case
from tests.cases.example import SLUG, definition, make_project, write_case
from tests.report.notebooks import cell_of, figure, notebook

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

BREAKS = (
    "</script><script>window.hit=1</script>", "<img src=x onerror=window.hit=2>", "<svg onload=window.hit=3>",
    "<iframe src=SERVER></iframe>", "<link rel=stylesheet href=SERVER>", "<style>@import 'SERVER';</style>",
    "<base href=SERVER>", "<meta http-equiv=refresh content='0;url=SERVER'>", "![x](SERVER/a.png)", "[x](javascript:window.hit=4)",
    "[x](data:text/html,<script>window.hit=5</script>)", "<a href=SERVER ping=SERVER>x</a>", "<object data=SERVER>",
    "<math><mtext><script>window.hit=6</script>", "<details open ontoggle=window.hit=7>", "'\"><script>window.hit=8</script>",
    "--><script>window.hit=9</script><!--", "]]><script>window.hit=10</script>", "{{constructor.constructor('window.hit=11')()}}",
    "<form action=SERVER><button>x</button></form>", "$\\href{data:text/html,x}{x} \\style{color:red}{y}$", "$\\href{javascript:window.hit=12}{x}$", "<https://SERVER>", "&#x3c;script&#x3e;",
    "\u202e<script>", "[x]: SERVER 'y'", "<div style=background:url(SERVER)>", "<input autofocus onfocus=window.hit=13>",
    "`</code><script>window.hit=14</script>`", "| a |\n|---|\n| <script>window.hit=15</script> |", "# <script>window.hit=16</script>",
)  # fmt: skip


@pytest.fixture(scope="module")
def asked() -> Iterator[tuple[str, list[str]]]:
    """A server on loopback that writes down whatever asks it for something."""
    seen: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", seen
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def report(asked: tuple[str, list[str]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report whose case study, notebook, tables, charts and output are all made of hostile words."""
    folder = tmp_path_factory.mktemp("hostile")
    words = [text.replace("SERVER", asked[0]) for text in BREAKS]
    every = " ".join(" ".join(words).split())
    project = make_project(folder)
    case = definition() | {"title": every[:900], "summary": every, "limitations": words, "release_note": every}
    case["organisation"] |= {"name": every, "purpose": every, "website": "javascript:window.hit=17"}
    case["population"] |= {"of_interest": every, "statistic": every, "base": every}
    case["review"] |= {"basis": every, "organisation_reply": every}
    for source in case["sources"].values():
        source |= {"title": every, "attribution": every, "licence": every}
        for column in source["columns"].values():
            column |= {"label": every[:200], "purpose": every[:200]}
    path = write_case(project, case)
    (path.parent / "judgements.csv").write_text(judgements_form(load_register()), encoding="utf-8")
    loaded = load_case(project, SLUG)
    study = open_case(SLUG, draws=20, project=project)
    rows = public_table(pd.DataFrame({"group": words, "share": [n / 100 for n in range(len(words))], "status": "shown"}),
                        title=every, source_line=every, note=every, labels={"group": every})  # fmt: skip
    printed = nbformat.v4.new_code_cell(f"x = {every!r}", metadata={"tags": ["case"]}, outputs=[
        nbformat.v4.new_output("stream", name="stdout", text="\n".join(words)),
        nbformat.v4.new_output("display_data", data={"text/markdown": "\n\n".join(words), "text/plain": "x"}),
    ])  # fmt: skip
    sections = [heading, who, data]
    book = notebook(
        *[nbformat.v4.new_markdown_cell(text) for text in words],
        nbformat.v4.new_markdown_cell("\n\n".join(words)),
        *[cell_of(section(study), "core") for section in sections],
        cell_of(DataTable(rows), "case"),
        *[cell_of(figure(text), "case") for text in words[:6]],
        printed,
    )
    path = folder / "report.html"
    path.write_text(render(book, title=loaded.title, subtitle=every), encoding="utf-8")
    return path


class Seen:
    """What the page did once it was open and everything in it had been tried."""

    def __init__(self, browser: Any, path: Path) -> None:
        context = browser.new_context(viewport={"width": 1200, "height": 900})
        self.page = context.new_page()
        self.requests: list[str] = []
        self.said: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", lambda dialog: self.said.append("dialog") or dialog.dismiss())
        self.page.goto(path.as_uri())
        for _ in range(100):
            if self.page.evaluate("document.querySelectorAll('figure[data-ok]').length === "
                                  "document.querySelectorAll('figure[data-chart]').length"):  # fmt: skip
                break
            self.page.wait_for_timeout(50)


@pytest.fixture(scope="module")
def seen(browser: Any, report: Path) -> Iterator[Seen]:
    made = Seen(browser, report)
    yield made
    made.page.context.close()


def test_no_script_runs(seen: Seen) -> None:
    seen.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    seen.page.wait_for_timeout(300)
    assert seen.page.evaluate("window.hit === undefined")
    assert "dialog" not in seen.said


def test_no_request_leaves(seen: Seen, report: Path, asked: tuple[str, list[str]]) -> None:
    assert [url for url in seen.requests if url != report.as_uri() and not url.startswith("data:")] == []
    assert asked[1] == []


def test_nothing_in_the_page_could_run_or_ask(seen: Seen) -> None:
    found = seen.page.evaluate(
        """() => {
        const bad = [];
        const ours = e => e.className === 'vega-bindings' && !e.children.length && !e.attributes.action;
        for (const e of document.querySelectorAll('*')) {
            if (['IFRAME', 'OBJECT', 'EMBED', 'BASE', 'LINK', 'FORM', 'INPUT'].includes(e.tagName) && !ours(e)) bad.push(e.tagName + ' ' + e.outerHTML.slice(0, 200));
            for (const a of e.attributes) {
                if (a.name.startsWith('on') || a.name === 'ping') bad.push(a.name);
                if (/^\\s*(javascript|vbscript|data:text)/i.test(a.value)) bad.push(a.name + '=' + a.value.slice(0, 40));
            }
        }
        return bad;
    }"""
    )
    assert found == []


def test_the_words_are_there_as_words(seen: Seen) -> None:
    """Nothing lost: what was hostile is shown as text."""
    text = seen.page.evaluate("document.body.textContent")
    for words in (
        "<img src=x onerror=window.hit=2>",
        "<svg onload=window.hit=3>",
        "<details open ontoggle=window.hit=7>",
    ):
        assert text.count(words) > 3


def test_the_policy_of_the_page_would_stop_a_script_that_slipped_in(browser: Any, report: Path, tmp_path: Path,
                                                                    asked: tuple[str, list[str]]) -> None:  # fmt: skip
    """The second line of defence by itself: markup put into the finished page by hand neither runs nor asks."""
    slipped = f"<script>window.hit=1</script><img src='{asked[0]}/x.png'><iframe src='{asked[0]}'></iframe>" \
              f"<img src=x onerror='window.hit=2'><link rel=stylesheet href='{asked[0]}/x.css'>"  # fmt: skip
    html = report.read_text(encoding="utf-8")
    at = html.rindex("</body>")
    (tmp_path / "report.html").write_text(html[:at] + slipped + html[at:], encoding="utf-8")
    page = browser.new_page()
    page.goto((tmp_path / "report.html").as_uri())
    page.wait_for_timeout(500)
    assert page.evaluate("window.hit === undefined")
    page.close()
    assert asked[1] == []


def test_the_watch_itself_would_see_a_script_and_a_request(browser: Any, tmp_path: Path,
                                                           asked: tuple[str, list[str]]) -> None:  # fmt: skip
    (tmp_path / "bad.html").write_text(f"<script>window.hit=1</script><img src='{asked[0]}/seen.png'>")
    page = browser.new_page()
    page.goto((tmp_path / "bad.html").as_uri())
    page.wait_for_timeout(300)
    assert page.evaluate("window.hit") == 1
    page.close()
    assert asked[1] == ["/seen.png"]
    asked[1].clear()


def test_result_for_machines_holds_no_closing_tag(report: Path) -> None:
    """Each dataset of the page is JSON in which no text can end its block."""
    html = report.read_text(encoding="utf-8")
    parts = html.split('<script type="application/json">')[1:]
    assert parts
    for part in parts:
        json.loads(part.split("</script>")[0])
