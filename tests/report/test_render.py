"""Rendering: one page, no request, nothing that no block made, tags honoured, the same bytes."""

from __future__ import annotations

import base64
import gzip
import json
import re
from pathlib import Path

import nbformat
import pytest

from shared.batch.render import _packed_vega, chart_json, external_requests, packed, render, vega
from shared.errors import ProtectionError, RunError
from shared.report.blocks import Prose
from tests.report.notebooks import HOSTILE, cell_of, everything, figure, notebook

markdown, code, output = nbformat.v4.new_markdown_cell, nbformat.v4.new_code_cell, nbformat.v4.new_output


def page_of(*cells: object, title: str = "Title") -> str:
    return render(notebook(*cells), title=title, subtitle="Subtitle")


def visible(html: str) -> str:
    return re.sub(r"<(script|style).*?</\1>", "", html, flags=re.S)


def test_one_page_with_one_copy_of_the_chart_library() -> None:
    made = page_of(cell_of(figure()), cell_of(figure()))
    assert made.count('<figure class="cb-chart" data-chart>') == 2
    assert made.count(packed(vega())) == 1
    assert gzip.decompress(base64.b64decode(packed(vega()))).decode() == vega()
    assert len(packed(vega())) < len(vega()) / 2
    assert external_requests(made) == []


def test_a_report_without_charts_is_small_and_without_scripts() -> None:
    made = page_of(cell_of(Prose("Words")))
    assert len(made) < 60_000
    assert "<script" not in made


def test_the_style_for_jupyterlab_is_taken_out() -> None:
    made = page_of(cell_of(everything()))
    assert made.count("<style") == 1
    assert "data-casebook" not in made


def test_the_same_notebook_gives_the_same_bytes_and_is_not_changed() -> None:
    book = notebook(markdown("# Title\n\nWords"), cell_of(everything(), "core"))
    before = nbformat.writes(book)
    assert render(book, title="T", subtitle="") == render(book, title="T", subtitle="")
    assert nbformat.writes(book) == before


def test_the_notebooks_own_title_is_not_repeated() -> None:
    made = page_of(markdown("# Case of the charity\n\nAn opening."), markdown("## Next"))
    assert "Case of the charity" not in made
    assert "An opening." in made


def test_tags_are_honoured() -> None:
    made = visible(page_of(
        code("case_id: str = 'parameter-code'", metadata={"tags": ["parameters"]}),
        code("case_id = 'injected-code'", metadata={"tags": ["injected-parameters"]}),
        code("'removed-code'", metadata={"tags": ["remove-cell"]}),
        cell_of(Prose("shown words"), "hide-input", source="'hidden-code'"),
        cell_of(Prose("dropped words"), "remove-output", source="'kept-code'"),
        cell_of(Prose("case words"), "case", source="'case-code'"),
        cell_of(Prose("core words"), "core", source="'core-code'"),
    ))  # fmt: skip
    for there in ("shown words", "kept-code", "case words", "case-code", "core words", "core-code"):
        assert there in made
    for gone in ("parameter-code", "injected-code", "removed-code", "hidden-code", "dropped words"):
        assert gone not in made


def test_the_code_of_core_cells_is_folded_together_at_the_end() -> None:
    made = visible(
        page_of(cell_of(Prose("words"), "core", source="study.a()"), cell_of(Prose("more"), "core", source="study.b()"))
    )
    (block,) = re.findall(r"<details[^>]*><summary>Code of this report</summary>.*?</details>", made, re.S)
    assert "study.a()\n\nstudy.b()" in block
    assert made.count('<details class="code"') == 1
    assert made.index("words") < made.index("study.a()")


def test_code_is_escaped() -> None:
    assert "&lt;script&gt;" in visible(page_of(cell_of(Prose("w"), "case", source="x = '<script>'")))


def test_html_that_no_block_made_is_refused() -> None:
    own = code(
        "frame",
        outputs=[output("display_data", data={"text/html": "<table><td>Amina</td></table>", "text/plain": "Amina"})],
    )
    with pytest.raises(ProtectionError, match="not a block") as told:
        page_of(own)
    assert "cell-0" in str(told.value)
    assert "Amina" not in str(told.value)


def test_a_chart_that_was_not_drawn_from_a_safe_table_is_refused() -> None:
    spec = {"data": {"values": [{"name": "Amina"}]}, "mark": "bar"}
    own = code(
        "chart", outputs=[output("display_data", data={"application/vnd.vegalite.v5+json": spec, "text/plain": ""})]
    )
    with pytest.raises(ProtectionError, match="not drawn from a SafeTable"):
        page_of(own)


def test_printed_text_and_markdown_outputs_are_escaped() -> None:
    made = visible(page_of(code("print(x)", outputs=[
        output("stream", name="stdout", text="<b>printed</b>"),
        output("display_data", data={"text/markdown": "**bold** <b>", "text/plain": "x"}),
        output("execute_result", data={"text/plain": "<i>42</i>"}),
    ])))  # fmt: skip
    assert "&lt;b&gt;printed&lt;/b&gt;" in made
    assert "<strong>bold</strong> &lt;b&gt;" in made
    assert "&lt;i&gt;42&lt;/i&gt;" in made


def test_types_that_are_not_shown_leave_no_trace() -> None:
    made = page_of(
        code(
            "x",
            outputs=[output("display_data", data={"application/vnd.jupyter.widget-view+json": {"model_id": "abc"}})],
        )
    )
    assert "abc" not in made


def test_no_text_can_end_the_data_block_of_a_chart() -> None:
    made = page_of(cell_of(figure(HOSTILE)))
    blocks = re.findall(r'<script type="application/json">(.*?)</script>', made, re.S)
    assert len(blocks) == 1
    assert "<" not in blocks[0]
    assert json.loads(blocks[0])["description"] == f"Bars. {HOSTILE}"
    assert (
        chart_json({"usermeta": {"ledger": ["T"]}, "x": "\u2028<"}, {})
        == '{"usermeta":{"ledger":["T"]},"x":"\\u2028\\u003c"}'
    )


def test_the_chart_library_is_kept_in_the_callers_folder(tmp_path: Path) -> None:
    first = vega(tmp_path / "cache")
    (kept,) = (tmp_path / "cache").iterdir()
    assert kept.read_text(encoding="utf-8") == first
    vega.cache_clear()
    kept.write_text("from the folder", encoding="utf-8")
    assert vega(tmp_path / "cache") == "from the folder"
    vega.cache_clear()


def test_the_packed_library_is_kept_and_packed_again_when_it_is_damaged(tmp_path: Path) -> None:
    whole = _packed_vega(None)
    assert _packed_vega(tmp_path) == whole
    (kept,) = tmp_path.glob("*.packed")
    assert kept.read_text() == whole
    for damaged in (whole[:1000], "é", packed("another script")):
        kept.write_text(damaged)
        assert _packed_vega(tmp_path) == whole
        assert kept.read_text() == whole


@pytest.mark.parametrize(
    "html",
    [
        '<img src="https://example.org/a.png">', "<img src='a.png'>", '<link rel="stylesheet" href="//x.org/x.css">',
        '<script src="x.js"></script>', "<style>@import 'x.css';</style>", "<style>p{background:url(https://x.org/a)}</style>",
        '<p style="background:url(x.png)">', '<object data="x"></object>', '<iframe src="https://x.org"></iframe>',
        '<meta http-equiv="refresh" content="0;url=https://x.org">', '<video poster="x.png"></video>',
        '<svg><image href="x.png"/></svg>', '<svg><use xlink:href="x.svg#a"/></svg>', '<base href="https://x.org">',
        '<img srcset="a.png 2x">', '<a href="#" ping="https://x.org">x</a>',
    ],
)  # fmt: skip
def test_the_guard_finds_what_a_browser_would_fetch(html: str) -> None:
    assert external_requests(html)


@pytest.mark.parametrize(
    "html",
    [
        '<a href="https://example.org">a link is followed by people only</a>', '<img src="data:image/png;base64,AA">',
        "<p>src=https://example.org</p>", '<svg><use href="#here"/></svg>',
    ],
)  # fmt: skip
def test_the_guard_lets_through_what_stays_in_the_page(html: str) -> None:
    assert external_requests(html) == []


def test_a_report_that_would_ask_the_network_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.batch.render.document_html", lambda _: "")
    monkeypatch.setattr("shared.report.page.FOOTER", "")
    monkeypatch.setattr(
        "shared.batch.render.with_contents", lambda body: body + '<img src="https://example.org/x.png">'
    )
    with pytest.raises(RunError, match="img src"):
        page_of(cell_of(Prose("Words")))
