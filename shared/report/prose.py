"""Safe text: a little markdown in, escaped HTML out; formulas as MathML."""

from __future__ import annotations

import functools
import html
import re
from typing import Any

import mistune

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_MARKUP = re.compile(r"(\*\*|__|`|(?<!\w)[*_]|[*_](?!\w))|\[([^\]]*)\]\([^)]*\)|\\([!-/:-@\[-`{-~])")

_ATTRIBUTES = re.compile(r"""\s(?:href|xlink:href|style|class|id|src|on\w+)\s*=\s*(?:"[^"]*"|'[^']*')""", re.IGNORECASE)
r"""What \href, \style and the like make of a formula: places to go to and looks, which no formula needs."""


class SafeRenderer(mistune.HTMLRenderer):
    """mistune's own renderer with HTML escaped, no outside images and no headings (a block has its own)."""

    def __init__(self) -> None:
        super().__init__(escape=True)  # mistune refuses javascript: and data: links by itself

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        """Return the words of a heading as a paragraph set in bold."""
        return f"<p><strong>{text}</strong></p>\n"

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """Return an image only if its bytes are in the page; any other would be a request."""
        if not url.startswith("data:image/"):
            return f"<em>{html.escape(text)}</em>"
        return f'<img src="{html.escape(url, quote=True)}" alt="{html.escape(text, quote=True)}">'


@functools.cache
def _markdown() -> mistune.Markdown:
    return mistune.Markdown(renderer=SafeRenderer())


def literal(value: object) -> str:
    """Return a value from data or case.yaml so that markdown prints it exactly as it is (no markup, no link)."""
    return _PUNCTUATION.sub(r"\\\1", " ".join(str(value).split()))


def literal_code(value: object) -> str:
    """Return a value as a code span; inside one, markdown takes backslashes as they are, so ``literal`` would show."""
    return f"`{' '.join(str(value).replace('`', chr(39)).split()) or ' '}`"


@functools.lru_cache(maxsize=2048)
def prose_html(text: str) -> str:
    """Return markdown (paragraphs, lists, **bold**, *italic*, `code`, links) as HTML; any HTML in it is escaped."""
    return str(_markdown()(text)).strip()


def line_html(text: str) -> str:
    """Return one line of markdown as HTML without a paragraph around it."""
    made = prose_html(" ".join(text.split()))
    return made.removeprefix("<p>").removesuffix("</p>") if made.count("<p>") == 1 else made


def plain(text: str) -> str:
    """Return markdown as plain text, for the text/plain copy of an output."""
    return _MARKUP.sub(lambda found: found[2] or found[3] or "", text)


def formula_html(latex: str, *, display: bool = True) -> str:
    """Return a LaTeX formula as MathML, which browsers draw without any script; the LaTeX is kept as its alt text."""
    from latex2mathml.converter import convert

    made: str = _ATTRIBUTES.sub("", convert(latex, display="block" if display else "inline"))
    return made.replace("<math ", f'<math alttext="{html.escape(latex, quote=True)}" ', 1)
