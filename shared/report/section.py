"""A section: a heading with a fixed id, and its blocks one after the other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from shared.protect import SafeTable
from shared.report.block import Block, Bundle
from shared.report.prose import line_html, plain


@dataclass(frozen=True)
class Section(Block):
    """A heading and its blocks; each block becomes an output of its own, in order.

    ``heading`` may be empty where the notebook's markdown has the heading. ``level`` 2 or 3 enters the contents.
    """

    blocks: Sequence[Block]
    heading: str = ""
    level: Literal[2, 3, 4] = 2

    def html(self) -> str:
        """Return heading and blocks without figures' charts (used where everything must be one text)."""
        return _heading(self.heading, self.level) + "".join(block.html() for block in self.blocks)

    def text(self) -> str:
        """Return heading and blocks as plain text."""
        return "\n\n".join(part for part in (self.heading, *(block.text() for block in self.blocks)) if part)

    def tables(self) -> tuple[SafeTable, ...]:
        """Return the tables of all blocks."""
        return tuple(table for block in self.blocks for table in block.tables())

    def outputs(self) -> list[Bundle]:
        """Return the heading, then each block's own outputs."""
        head = Block.outputs(_Heading(self.heading, self.level)) if self.heading else []
        return [*head, *(bundle for block in self.blocks for bundle in block.outputs())]

    def pieces(self) -> int:
        """Return one for the heading, and what its blocks become."""
        return bool(self.heading) + sum(block.pieces() for block in self.blocks)


@dataclass(frozen=True)
class _Heading(Block):
    words: str
    level: int

    def html(self) -> str:
        return _heading(self.words, self.level)

    def text(self) -> str:
        return plain(self.words)


def _heading(words: str, level: int) -> str:
    return f'<h{level} id="{anchor(words)}">{line_html(words)}</h{level}>' if words else ""


def anchor(words: str) -> str:
    """Return the fixed id of a heading, made from its words."""
    return re.sub(r"[^a-z0-9]+", "-", plain(words).lower()).strip("-") or "section"
