"""Blocks: what they say, that they escape, and that a verdict is never said by colour alone."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import ProtectionError, RunError
from shared.protect import protect_counts, public_table
from shared.protect.ledger import LEDGER_MIME
from shared.report.blocks import (
    Callout,
    DefinitionList,
    Disclosure,
    Finding,
    Findings,
    KeyFigures,
    Prose,
    Section,
    anchor,
    lab_style,
    literal,
)  # fmt: skip
from shared.report.datatable import DataTable, printed
from shared.report.figure import Figure
from shared.report.markdown import document_html
from shared.report.prose import literal_code, plain, prose_html
from tests.report.notebooks import HOSTILE, everything, figure, table

ALLOWED = {
    "div", "p", "span", "strong", "em", "code", "pre", "ul", "ol", "li", "dl", "dt", "dd", "a", "br", "hr",
    "blockquote",
    "details", "summary", "h2", "h3", "h4", "h5", "h6", "table", "caption", "thead", "tbody", "tr", "th", "td", "abbr",
    "math", "mrow", "mfrac", "msub", "mi", "mo", "mn", "sup", "sub",
}  # fmt: skip


class Parsed(HTMLParser):
    """Tags, attributes, text, and whether every element is closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.words = ""
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs
        if tag not in ("br", "hr"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


def harmless(html: str) -> Parsed:
    parsed = Parsed(html)
    assert parsed.tags <= ALLOWED
    assert not parsed.open
    assert not [name for name, _ in parsed.attributes if name.startswith("on") or name in ("style", "src")]
    for name, value in parsed.attributes:
        if name == "href":
            assert re.match(r"(https?:|mailto:|#|[\w./-]*$)", value or "")
    return parsed


def test_hostile_words_are_words_in_every_block() -> None:
    section = everything(HOSTILE)
    parsed = harmless(section.html())
    assert "window.hit=1" in parsed.words


@given(st.text(max_size=80))
def test_any_text_is_printed_as_it_is(text: str) -> None:
    said = " ".join(text.split())
    assert harmless(prose_html(f"Before {literal(text)} after")).words == f"Before {said} after"


@given(st.text(alphabet="<>/!-&\"'`*_[]()# \nabscriptonerror=:;", max_size=120))
def test_no_markdown_gets_a_tag_in_that_is_not_ours(text: str) -> None:
    harmless(prose_html(text))
    harmless(document_html(text))


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "data:text/html,x", "vbscript:x", " javascript:alert(1)", "JaVaScRiPt:x"]
)
def test_a_link_that_runs_something_is_taken_out(link: str) -> None:
    for made in (prose_html(f"[words]({link})"), document_html(f"[words](<{link}>)")):
        assert "href" not in made or 'href="#harmful-link"' in made


def test_each_verdict_has_its_word_and_its_own_look() -> None:
    made = Findings([Finding("a", "met"), Finding("b", "not_met"), Finding("c", "not_known"), Finding("d")]).html()
    assert re.findall(r'cb-badge (cb-[a-z-]+)">([^<]+)<', made) == [
        ("cb-met", "Met"), ("cb-not-met", "Not met"), ("cb-not-known", "Not known"),
    ]  # fmt: skip


def test_the_style_has_no_traffic_light_and_not_known_is_not_styled_as_bad() -> None:
    rules = dict(re.findall(r"\.cb-(met|not-met|not-known) \{([^}]*)\}", lab_style()))
    assert set(rules) == {"met", "not-met", "not-known"}
    assert not re.search(r"red|green|#[ef][0-9a-f]{2}[0-3]|rust", " ".join(rules.values()))
    assert "dashed" in rules["not-known"]


@given(st.text(max_size=60))
def test_a_code_span_shows_its_text_and_nothing_runs(text: str) -> None:
    parsed = harmless(prose_html(f"Run {literal_code(text)} now"))
    said = " ".join(text.replace("`", "'").split())
    assert said in parsed.words
    assert "code" in parsed.tags


def test_words_among_key_figures_are_set_smaller_than_numbers() -> None:
    made = KeyFigures([("19,845", "records"), ("Lanternfold Refugee Advice", "who")]).html()
    assert made.count("cb-words") == 1
    assert "<strong>19,845</strong>" in made


def test_plain_text_has_every_word_and_no_markup() -> None:
    assert (
        plain(f"**Bold** and [a link](https://example.org) and {literal('a*b_c <x>')}")
        == "Bold and a link and a*b_c <x>"
    )
    text = everything().text()
    for words in (
        "What plain words can do",
        "Met: Give context plain words",
        "Second: Two paragraphs",
        "19,845 records",
    ):
        assert words in text


def test_the_same_blocks_give_the_same_outputs() -> None:
    assert everything().outputs() == everything().outputs()


def test_a_section_shows_each_block_on_its_own_and_figures_in_three_parts() -> None:
    section = Section([Prose("One"), figure()], heading="Head")
    kinds = [sorted(bundle) for bundle in section.outputs()]
    html, chart = ["text/html", "text/plain"], ["application/vnd.vegalite.v5+json", "text/plain"]
    assert kinds == [html, html, html, chart, [LEDGER_MIME, *html]]
    assert (
        section.outputs()[4][LEDGER_MIME][0]["id"]
        in section.outputs()[3]["application/vnd.vegalite.v5+json"]["usermeta"]["ledger"]
    )
    assert section.outputs()[3]["text/plain"].startswith("Bars.")


def test_a_shown_block_brings_its_style_for_jupyterlab_once(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[dict[str, str]] = []
    monkeypatch.setattr("IPython.display.display", lambda bundle, raw: shown.append(bundle))
    Section([Prose("One"), Prose("Two")], heading="Head")._ipython_display_()
    assert [bundle["text/html"].count("<style") for bundle in shown] == [1, 0, 0]


def test_ids_come_from_the_words() -> None:
    assert anchor("What **it** can & cannot do") == "what-it-can-cannot-do"
    assert anchor("¿?") == "section"


def test_a_figure_cannot_be_folded_away() -> None:
    with pytest.raises(RunError, match="cannot be folded"):
        Disclosure("More", [figure()])


def test_only_safe_tables_and_charts_are_shown() -> None:
    with pytest.raises(ProtectionError):
        DataTable(pd.DataFrame({"name": ["Amina"]}))  # type: ignore[arg-type]
    with pytest.raises(ProtectionError):
        Figure(figure().chart, pd.DataFrame(), "Caption")  # type: ignore[arg-type]
    with pytest.raises(ProtectionError):
        Figure({"mark": "bar", "data": {"values": [{"name": "Amina"}]}, "description": "x"}, table(), "Caption")


def test_a_table_has_a_caption_scopes_and_its_own_frame() -> None:
    made = DataTable(table(), "Shares of nationalities").html()
    assert "<caption>Shares of nationalities</caption>" in made
    assert made.count('scope="col"') == 3
    assert made.count('scope="row"') == 3
    assert 'role="region" tabindex="0" aria-label="Shares of nationalities"' in made
    assert "<td>50.0%</td>" in made


def test_marks_are_explained_where_they_occur() -> None:
    made = DataTable(table()).html()
    assert '<abbr title="hidden to protect people">[c]</abbr>' in made
    assert "[c] hidden to protect people." in made
    assert "[z]" not in made


def test_the_total_is_of_the_figures_shown() -> None:
    counts = protect_counts(
        pd.DataFrame({"g": ["a"] * 52 + ["b"] * 48 + ["c"] * 33 + ["d"] * 4}), by=["g"], policy="threshold-10-round-5",
        publish=["g"], groups={"g": ["a", "b", "c", "d"]}, title="People", source_line="",
    )  # fmt: skip
    made = DataTable(counts, total=True).html()
    assert '<th scope="row">Total of the figures shown</th><td>135</td>' in made
    assert "137" not in made


def test_a_wide_table_has_a_column_for_each_group_of_the_second_variable() -> None:
    frame = pd.DataFrame({"sex": ["w"] * 60 + ["m"] * 40, "age": ["old"] * 20 + ["young"] * 80})
    counts = protect_counts(
        frame, by=["sex", "age"], policy="threshold-10-round-5", publish=["sex", "age"], title="Both", source_line=""
    )
    made = DataTable(counts, wide="count", total=True).html()
    assert re.findall(r'<th scope="col"[^>]*>([^<]+)</th>', made) == ["sex", "old", "young", "Total"]
    assert re.findall(r"<t[hd][^>]*>([^<]+)</t[hd]>", made)[4:] == ["m", "0", "40", "40", "w", "20", "40", "60"]


@pytest.mark.parametrize(
    ("role", "value", "said"),
    [
        ("count", 12345, "12,345"),
        ("share", 0.1234, "12.3%"),
        ("value", -3.25, "−3.2"),
        ("text", None, ""),
        ("text", "a", "a"),
    ],
)
def test_how_values_are_printed(role: str, value: object, said: str) -> None:
    column = public_table(pd.DataFrame({"x": ["a"]}), title="", source_line="", roles={"x": role}).columns[0]  # type: ignore[dict-item]
    assert printed(value, column) == said


def test_notices_and_terms() -> None:
    assert 'role="note"' in Callout("Words", "Title", "desk-review").html()
    made = DefinitionList([("Term", "Said")]).html()
    assert "<div><dt>Term</dt><dd>Said</dd></div>" in made
