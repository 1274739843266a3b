"""A ``SafeTable`` as a real table: caption, row headers, aligned figures, marks explained."""

from __future__ import annotations

import html
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from shared.protect import SafeTable, require_safe
from shared.protect.table import HIDDEN, NOT_APPLICABLE, NOT_AVAILABLE, Column
from shared.report.blocks import Block
from shared.report.prose import line_html, literal

MARKS = {
    HIDDEN: ("[c]", "hidden to protect people"),
    NOT_AVAILABLE: ("[x]", "not available"),
    NOT_APPLICABLE: ("[z]", "not applicable"),
}
"""Shorthand of the UK Government Statistical Service for cells without a figure."""

NUMBERS = ("count", "share", "value", "low", "high")
_LONG = 40
"""A text of more signs than this gets a wider column."""
_NAMED_COLUMNS = 12
"""The style sheet knows text columns up to this one by number."""


@dataclass(frozen=True)
class DataTable(Block):
    """A table of a ``SafeTable``; anything else raises ``ProtectionError``.

    caption  what the table shows; the table's own title if empty
    total    add a row with the sum of the counts shown (never of the hidden ones)
    wide     for a table by two variables: name of the figure to spread, one column for each group of the second
    notes    whether note and source line are printed below
    alike    one of several tables with the same columns, which then stand below each other
    """

    table: SafeTable
    caption: str = ""
    total: bool = False
    wide: str = ""
    notes: bool = True
    alike: bool = False

    def __post_init__(self) -> None:
        require_safe(self.table, "DataTable")

    def html(self) -> str:
        """Return the table in its own frame, which scrolls sideways where the page is narrow."""
        header, rows, used = self._spread() if self.wide else self._long()
        texts = [] if self.wide else self._text_columns()
        alike = [f"cb-alike{len(header)}"] if self.alike else []
        caption = html.escape(self.caption or self.table.title)
        grid = f"<thead><tr>{''.join(header)}</tr></thead><tbody>{''.join(rows)}</tbody>"
        frame = f'<div class="cb-scroll" role="region" tabindex="0" aria-label="{caption}">'
        named = f'<table class="{" ".join(["cb-grid", *texts, *alike])}" data-ledger="{self.table.ledger}">'
        table = f"{frame}{named}<caption>{caption}</caption>{grid}</table></div>"
        return f'<div class="cb-table">{table}{self._notes(used)}</div>'

    def tables(self) -> tuple[SafeTable, ...]:
        """Return the table."""
        return (self.table,)

    def text(self) -> str:
        """Return the table as aligned plain text."""
        shown, rows = self._shown(), self._rows
        cells = [[_plain_cell(v, c, status) for v, c in zip(row, shown, strict=True)] for row, status in rows]
        return f"{self.caption or self.table.title}\n{_aligned([c.label for c in shown], cells)}"

    def _shown(self) -> list[Column]:
        return [column for column in self.table.columns if column.role != "status"]

    @cached_property
    def _rows(self) -> list[tuple[tuple[Any, ...], str]]:
        """The values of each row, and its status ("" where the table has none)."""
        frame, name = self.table.frame, self.table.named("status")
        status = map(str, frame[name].tolist()) if name else [""] * len(frame)
        values = zip(*(frame[column.name].tolist() for column in self._shown()), strict=True)
        return list(zip(values, status, strict=True))

    def _text_columns(self) -> list[str]:
        """Return the classes that say which columns after the first are texts: figures are the rule, and no cell of a
        long table needs a class of its own."""
        numbers = [n for n, column in enumerate(self._shown(), start=1) if column.role not in NUMBERS]
        return [f"cb-t{n}" for n in numbers if 1 < n <= _NAMED_COLUMNS]

    def _long(self) -> tuple[list[str], list[str], set[str]]:
        shown, used, rows = self._shown(), set[str](), []
        for row, status in self._rows:
            cells = [_cell(v, c, status, used, first=n == 0) for n, (v, c) in enumerate(zip(row, shown, strict=True))]
            rows.append(f"<tr>{''.join(cells)}</tr>")
        if self.total:
            rows.append(self._total_row(shown))
        return [_head(column) for column in shown], rows, used

    def _total_row(self, shown: list[Column]) -> str:
        frame, used = self.table.frame, set[str]()
        words = "Total of the figures shown" if self.table.hidden else "Total"
        cells = [f'<th scope="row">{words}</th>']
        for column in shown[1:]:
            summed = frame[column.name].sum() if column.role in ("count", "share") else None
            cells.append("<td></td>" if summed is None else _cell(summed, column, "", used))
        return f'<tr class="cb-total">{"".join(cells)}</tr>'

    def _spread(self) -> tuple[list[str], list[str], set[str]]:
        first, second = [column for column in self.table.columns if column.role in ("group", "code")][:2]
        figure = self.table.column(self.wide)
        frame, used = self.table.frame.assign(_status=[status for _, status in self._rows]), set[str]()
        across = list(dict.fromkeys(frame[second.name]))
        heads = [_head(first), *(_head(Column(str(g), str(g), figure.role, figure.unit)) for g in across)]
        heads += [_head(Column("total", "Total", figure.role))] if self.total and figure.role == "count" else []
        rows = []
        for group, part in frame.groupby(first.name, sort=False):
            at = part.set_index(second.name)
            cells = [_cell(group, first, "", used, first=True)]
            cells += [_cell(at.at[g, figure.name], figure, str(at.at[g, "_status"]), used) for g in across]
            if self.total and figure.role == "count":
                cells.append(_cell(part[figure.name].sum(), figure, "", used))
            rows.append(f"<tr>{''.join(cells)}</tr>")
        return heads, rows, used

    def _notes(self, used: set[str]) -> str:
        said = [f"{mark} {meaning}" for mark, meaning in MARKS.values() if mark in used]
        lines = ["; ".join(literal(s) for s in said) + "." if said else ""]
        if self.notes:
            source = self.table.source_line
            lines += [self.table.note, f"Source: {source}" if source else ""]
        return "".join(f'<p class="cb-notes">{line_html(line)}</p>' for line in lines if line)


def _aligned(heads: list[str], rows: list[list[str]]) -> str:
    """Return texts in columns, flush right, as pandas prints a frame (which takes fifty times as long)."""
    columns = list(zip(heads, *rows, strict=True))
    plain = all(text.isprintable() and text[:1] != " " for column in columns for text in column)
    if not rows or not plain:  # where pandas does more than align
        return pd.DataFrame(rows, columns=heads).to_string(index=False)
    widths = [max(map(len, column)) for column in columns]
    lines = zip(
        *([text.rjust(width) for text in column] for column, width in zip(columns, widths, strict=True)), strict=True
    )
    return "\n".join(map(" ".join, lines))


def _head(column: Column) -> str:
    unit = f" ({column.unit})" if column.unit and column.unit not in column.label else ""
    return f'<th scope="col">{html.escape(column.label + unit)}</th>'


def _cell(value: Any, column: Column, status: str, used: set[str], *, first: bool = False) -> str:
    if column.role in NUMBERS and pd.isna(value):
        mark, meaning = MARKS.get(status, MARKS[NOT_AVAILABLE])
        used.add(mark)
        return f'<td><abbr title="{meaning}">{mark}</abbr></td>'
    said = html.escape(printed(value, column))
    if first:
        return f'<th scope="row">{said}</th>'
    if column.role not in NUMBERS and len(said) > _LONG:
        return f'<td class="cb-text">{said}</td>'
    return f"<td>{said}</td>"


def _plain_cell(value: Any, column: Column, status: str) -> str:
    if column.role in NUMBERS and pd.isna(value):
        return MARKS.get(status, MARKS[NOT_AVAILABLE])[0]
    return printed(value, column)


def printed(value: Any, column: Column) -> str:
    """Return one value as its column prints it: 12,345 · 12.3% · 0.84 · text."""
    if value is None or pd.isna(value):
        return ""
    if column.role == "count":
        return f"{float(value):,.0f}"
    if column.role == "share":
        return f"{100 * float(value):.{column.decimals}f}%"
    if column.role in NUMBERS:
        return f"{float(value):,.{column.decimals}f}".replace("-", "−")
    return str(value)
