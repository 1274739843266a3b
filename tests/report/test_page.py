"""The frame of a page, its contents list, and the markdown of notebooks."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest

from shared.report.contents import with_contents
from shared.report.markdown import document_html
from shared.report.page import page, stylesheet


def test_the_policy_allows_the_pages_own_style_and_scripts_and_nothing_else() -> None:
    made = page("Title", "<p>Body</p>", scripts=["let a=1"])
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', made)
    (style,) = re.findall(r"<style>(.*?)</style>", made, re.S)
    for text in (style, "let a=1"):
        assert base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() in policy
    assert policy.startswith("default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; ")
    assert "unsafe" not in policy


def test_a_page_without_scripts_allows_none() -> None:
    assert "script-src 'none'" in page("Title", "")


def test_the_frame_has_what_a_reader_without_sight_or_mouse_needs() -> None:
    made = page("A & B", "<p>Body</p>", subtitle="<i>")
    assert '<html lang="en-GB">' in made
    assert '<a class="skip" href="#content">Skip to main content</a>' in made
    assert '<main id="content" tabindex="-1">' in made
    assert made.count("<h1>") == 1
    assert "<title>A &amp; B</title>" in made
    assert "&lt;i&gt;" in made
    assert re.search(r"<header>.*</header>.*<main.*</main>.*<footer", made, re.S)


def test_the_style_fetches_nothing() -> None:
    assert not re.search(r"url\(|@import|https?:", stylesheet())


def test_headings_are_collected_and_same_words_get_ids_of_their_own() -> None:
    made = with_contents('<h2 id="a">One <em>x</em></h2><h3 id="b">Two</h3><h2 id="a">One</h2>')
    assert re.findall(r'<h\d id="([^"]+)"', made) == ["a", "b", "a-2"]
    assert made.count('<a href="#a">One x</a>') == 2  # folded, and beside the text
    assert '<li><a href="#a">One x</a><ol><li><a href="#b">Two</a></li></ol></li>' in made
    assert '<details class="contents contents-folded">' in made


def test_a_page_without_headings_has_no_contents() -> None:
    assert "contents" not in with_contents("<p>Words</p>")


def test_markdown_of_a_notebook() -> None:
    made = document_html("# Top\n\n## A **b**\n\nWords *here*.\n\n|a|b|\n|:--|--:|\n|1|2|")
    assert '<h2 id="top">Top</h2>' in made  # the page has the only first-level heading
    assert '<h2 id="a-b">A <strong>b</strong></h2>' in made
    assert '<th scope="col" class="align-right">b</th>' in made
    assert "style=" not in made


def test_formulas_become_mathml() -> None:
    made = document_html("so $\\frac{a}{b} < 1$ and\n\n$$x^2$$\n")
    assert made.count("<math ") == 2
    assert 'alttext="\\frac{a}{b} &lt; 1"' in made
    assert "<mfrac>" in made
    assert 'display="block"' in made


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![x](https://example.org/a.png)",
        "<style>p{}</style>",
    ],
)
def test_html_in_markdown_is_shown_as_text_and_outside_images_are_left_out(source: str) -> None:
    assert not re.search(r"<(script|img|style)", document_html(source))


def test_an_image_in_the_page_itself_keeps_its_alt_text() -> None:
    assert (
        document_html("![A map](data:image/png;base64,AAAA)")
        == '<p><img src="data:image/png;base64,AAAA" alt="A map"></p>\n'
    )
