"""The markdown cells of a notebook as HTML: no raw HTML, headings with fixed ids, formulas as MathML."""

from __future__ import annotations

import functools
import html
import re
from collections.abc import Callable
from typing import Any

import mistune

from shared.report.blocks import anchor
from shared.report.prose import SafeRenderer, formula_html


class _Renderer(SafeRenderer):
    """The renderer of blocks, with headings that a contents list can find, formulas and tables."""

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        """Return a heading; the page has the only first-level one, so those of a notebook move down."""
        level = max(level, 2)
        words = html.unescape(re.sub(r"<[^>]+>", "", text))
        return f'<h{level} id="{anchor(words)}">{text}</h{level}>\n'

    def inline_math(self, text: str) -> str:
        """Return a formula inside a line."""
        return formula_html(html.unescape(text), display=False)

    def block_math(self, text: str) -> str:
        """Return a formula on a line of its own."""
        return formula_html(html.unescape(text)) + "\n"

    def table_cell(self, text: str, align: str | None = None, head: bool = False) -> str:
        """Return a cell with a class for its alignment: the security policy allows no inline style."""
        kind = f' class="align-{align}"' if align else ""
        return f'<th scope="col"{kind}>{text}</th>\n' if head else f"<td{kind}>{text}</td>\n"


@functools.cache
def _markdown() -> mistune.Markdown:
    from mistune.plugins.math import math
    from mistune.plugins.table import table

    renderer = _Renderer()
    made = mistune.Markdown(renderer=renderer, plugins=[table, math])
    # a plugin registers a way of drawing of its own, which goes before the renderer's method of the same name
    for name in ("table_cell", "inline_math", "block_math"):
        renderer.register(name, _own(getattr(renderer, name)))
    return made


def _own(method: Callable[..., str]) -> Callable[..., str]:
    return lambda _renderer, *given, **named: method(*given, **named)


def document_html(text: str) -> str:
    """Return a markdown cell as HTML; HTML written in it is shown as text, a formula between ``$`` is drawn."""
    return str(_markdown()(text))
