"""What a report is made of: blocks that show themselves in JupyterLab, in an executed notebook and in the page.

Every text is markdown with all HTML escaped; values that come from data or from case.yaml go through ``literal``.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from shared.errors import RunError
from shared.protect import SafeTable
from shared.report.block import LAB_STYLE, Block, Bundle, lab_style
from shared.report.prose import formula_html, line_html, literal, plain, prose_html
from shared.report.section import Section, anchor

__all__ = [
    "LAB_STYLE", "Block", "Bundle", "Callout", "DefinitionList", "Disclosure", "Finding", "Findings", "Formula",
    "KeyFigures", "Lead", "Prose", "Section", "anchor", "lab_style", "literal",
]  # fmt: skip

Verdict = Literal["met", "not_met", "not_known"]
VERDICT_WORDS: dict[str, str] = {"met": "Met", "not_met": "Not met", "not_known": "Not known"}


@dataclass(frozen=True)
class Prose(Block):
    """Paragraphs and lists in markdown."""

    words: str

    def html(self) -> str:
        """Return the paragraphs as HTML."""
        return prose_html(self.words)

    def text(self) -> str:
        """Return the words without markup."""
        return plain(self.words)


@dataclass(frozen=True)
class Lead(Prose):
    """The opening sentence or two of a report, set larger."""

    def html(self) -> str:
        """Return the sentences as HTML."""
        return f'<div class="cb-lead">{prose_html(self.words)}</div>'


@dataclass(frozen=True)
class Formula(Block):
    """A formula in LaTeX, drawn as MathML."""

    latex: str

    def html(self) -> str:
        """Return the formula as MathML."""
        return formula_html(self.latex)

    def text(self) -> str:
        """Return the LaTeX."""
        return self.latex


@dataclass(frozen=True)
class Finding:
    """One finding: a sentence, its verdict if it has one, a line of detail, and blocks of reasons one click away."""

    statement: str
    verdict: Verdict | None = None
    detail: str = ""
    reasons: tuple[Block, ...] = ()
    reasons_title: str = "Show the reasons"

    def html(self) -> str:
        """Return the finding as one list item."""
        badge, mark = "", ' class="cb-unmarked"'
        if self.verdict is not None:
            kind, mark = self.verdict.replace("_", "-"), ""
            badge = f'<span class="cb-badge cb-{kind}">{VERDICT_WORDS[self.verdict]}</span>'
        body = f'<span class="cb-statement">{line_html(self.statement)}</span>'
        body += prose_html(self.detail) if self.detail else ""
        body += Disclosure(self.reasons_title, self.reasons).html() if self.reasons else ""
        return f"<li{mark}>{badge}<div>{body}</div></li>"


@dataclass(frozen=True)
class Findings(Block):
    """Findings in the order in which they matter; *not known* is a state of its own and never looks like a failure."""

    items: Sequence[Finding]

    def html(self) -> str:
        """Return the findings as a list."""
        return f'<ul class="cb-findings">{"".join(item.html() for item in self.items)}</ul>'

    def tables(self) -> tuple[SafeTable, ...]:
        """Return the tables among the reasons."""
        return tuple(table for item in self.items for block in item.reasons for table in block.tables())

    def text(self) -> str:
        """Return one line a finding."""
        said = [(VERDICT_WORDS[i.verdict] + ": " if i.verdict else "") + plain(i.statement) for i in self.items]
        return "\n".join(f"- {line}" for line in said)


@dataclass(frozen=True)
class DefinitionList(Block):
    """Terms with what is said of each; a term is plain text, its description markdown."""

    items: Sequence[tuple[str, str]]

    def html(self) -> str:
        """Return the list; each term and its description lie in one row."""
        rows = (f"<div><dt>{html.escape(term)}</dt><dd>{_inside(said)}</dd></div>" for term, said in self.items)
        return f'<dl class="cb-terms">{"".join(rows)}</dl>'

    def text(self) -> str:
        """Return one line a term."""
        return "\n".join(f"{term}: {plain(said)}" for term, said in self.items)


@dataclass(frozen=True)
class KeyFigures(Block):
    """Two to four figures set large, each with what it is. The figures are texts and must be protected already."""

    items: Sequence[tuple[str, str]]

    def html(self) -> str:
        """Return the figures as a list."""
        rows = []
        for figure, label in self.items:
            kind = ' class="cb-words"' if len(figure) > 10 else ""  # words and dates are not set as large as numbers
            rows.append(f"<li><strong{kind}>{html.escape(figure)}</strong><span>{line_html(label)}</span></li>")
        return f'<ul class="cb-figures">{"".join(rows)}</ul>'

    def text(self) -> str:
        """Return one line a figure."""
        return "\n".join(f"{figure} {plain(label)}" for figure, label in self.items)


@dataclass(frozen=True)
class Callout(Block):
    """A notice set apart: a plain note, the notice that data are synthetic, or that this is a desk review."""

    words: str
    title: str = ""
    kind: Literal["note", "synthetic", "desk-review"] = "note"

    def html(self) -> str:
        """Return the notice; it is marked as a note for screen readers."""
        head = f'<p class="cb-callout-title">{html.escape(self.title)}</p>' if self.title else ""
        return f'<div class="cb-callout cb-{self.kind}" role="note">{head}{prose_html(self.words)}</div>'

    def text(self) -> str:
        """Return title and words."""
        return "\n".join(part for part in (self.title, plain(self.words)) if part)


@dataclass(frozen=True)
class Disclosure(Block):
    """Blocks one click away. A chart cannot be inside: it is an output of its own."""

    summary: str
    blocks: Sequence[Block]

    def __post_init__(self) -> None:
        if any(block.pieces() > 1 for block in self.blocks):
            raise RunError("A figure cannot be folded away inside a disclosure.", hint="Fold its table instead.")

    def html(self) -> str:
        """Return a details element, closed."""
        inside = "".join(block.html() for block in self.blocks)
        return f'<details><summary>{html.escape(self.summary)}</summary><div class="cb-inside">{inside}</div></details>'

    def tables(self) -> tuple[SafeTable, ...]:
        """Return the tables inside."""
        return tuple(table for block in self.blocks for table in block.tables())

    def text(self) -> str:
        """Return summary and contents."""
        return "\n".join([self.summary, *(block.text() for block in self.blocks)])


def _inside(said: str) -> str:
    made = prose_html(said)
    one = made.count("<p>") == 1 and made.startswith("<p>") and made.endswith("</p>")
    return made[3:-4] if one else made
