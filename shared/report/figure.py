"""A chart or map with its caption, its alt text and the table behind it."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import Any

from shared.charts.theme import VEGALITE, spec_of
from shared.protect import SafeTable, require_safe
from shared.report.block import for_ledger
from shared.report.blocks import Block, Bundle
from shared.report.datatable import DataTable
from shared.report.prose import line_html


@dataclass(frozen=True)
class Figure(Block):
    """A picture and everything that has to stand beside it.

    chart     made by a function of ``shared.charts`` or ``shared.maps`` (others are refused: ``ProtectionError``);
              kept as its specification
    table     the ``SafeTable`` it was drawn from, shown one click away
    caption   what the picture shows, best as the finding it supports; subtitle: units, period, population
    """

    chart: Any
    table: SafeTable
    caption: str
    subtitle: str = ""
    note: str = ""
    wide: str = ""

    def __post_init__(self) -> None:
        require_safe(self.table, "Figure")
        # written down once: Altair checks a chart against its schema each time, half a second for a map
        object.__setattr__(self, "chart", spec_of(self.chart))

    def html(self) -> str:
        """Return caption, alt text and table: the figure without its picture."""
        return self._head() + f"<p>{html.escape(self.text())}</p>" + self._foot()

    def text(self) -> str:
        """Return what the picture shows, in words."""
        return str(spec_of(self.chart)["description"])

    def tables(self) -> tuple[SafeTable, ...]:
        """Return the table behind the picture."""
        return (self.table,)

    def outputs(self) -> list[Bundle]:
        """Return three outputs: caption, picture, notes with the table."""
        foot = f'<div class="cb cb-figure-foot">{self._foot()}</div>'
        return [
            {"text/html": f'<div class="cb cb-figure-head">{self._head()}</div>', "text/plain": self.caption},
            {VEGALITE: spec_of(self.chart), "text/plain": self.text()},
            {"text/html": foot, "text/plain": self.table.source_line} | for_ledger(self.tables()),
        ]

    def pieces(self) -> int:
        """Return three: caption, picture, notes."""
        return 3

    def _head(self) -> str:
        below = f'<p class="cb-figure-subtitle">{line_html(self.subtitle)}</p>' if self.subtitle else ""
        return f'<p class="cb-figure-title">{line_html(self.caption)}</p>{below}'

    def _foot(self) -> str:
        source = f"Source: {self.table.source_line}" if self.table.source_line else ""
        lines = (self.note, self.table.note, source)
        notes = "".join(f'<p class="cb-notes">{line_html(line)}</p>' for line in lines if line)
        table = DataTable(self.table, notes=False, wide=self.wide).html()
        return f"{notes}<details><summary>Show the table</summary>{table}</details>"
