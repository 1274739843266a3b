"""Safe text: a little markdown in, escaped HTML out; formulas as MathML."""

from __future__ import annotations

import functools
import html
import re

import mistune

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_MARKUP = re.compile(r"(\*\*|__|`|(?<!\w)[*_]|[*_](?!\w))|\[([^\]]*)\]\([^)]*\)|\\([!-/:-@\[-`{-~])")


@functools.cache
def _markdown() -> mistune.Markdown:
    # escape=True: HTML in the text is shown as text; mistune refuses javascript: and data: links by itself
    return mistune.create_markdown(escape=True, plugins=["table"])


def literal(value: object) -> str:
    """Return a value from data or case.yaml so that markdown prints it exactly as it is (no markup, no link)."""
    return _PUNCTUATION.sub(r"\\\1", " ".join(str(value).split()))


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

    made: str = convert(latex, display="block" if display else "inline")
    return made.replace("<math ", f'<math alttext="{html.escape(latex, quote=True)}" ', 1)
