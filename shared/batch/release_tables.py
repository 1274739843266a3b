"""Protected tables as CSV that no spreadsheet takes for formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from shared.protect.table import HIDDEN, NOT_APPLICABLE, NOT_AVAILABLE

MARKS = {HIDDEN: "[c]", NOT_AVAILABLE: "[x]", NOT_APPLICABLE: "[z]"}
"""Shorthand of the UK Government Statistical Service for cells without a figure."""
NUMBERS = ("count", "share", "value", "low", "high")
INDEX = ("file", "title", "policy", "hidden", "source", "note")


def table_csv(entry: Mapping[str, Any]) -> str:
    """Return one table of the ledger as CSV; hidden figures are marked ``[c]``, missing ones ``[x]`` or ``[z]``."""
    columns = entry["columns"]
    status = next((n for n, column in enumerate(columns) if column["role"] == "status"), None)
    rows = []
    for row in entry["rows"]:
        mark = MARKS.get(str(row[status]), "[x]") if status is not None else "[x]"
        rows.append([_cell(value, column, mark) for value, column in zip(row, columns, strict=True)])
    return _written([[safe_cell(column["label"]) for column in columns], *rows])


def index_csv(entries: Sequence[Mapping[str, Any]]) -> str:
    """Return the list of all tables as CSV."""
    rows = [[f"{e['id']}.csv", e["title"], e["policy"], str(e["hidden"]), e["source_line"], e["note"]] for e in entries]
    return _written([list(INDEX), *([safe_cell(cell) for cell in row] for row in rows)])


def safe_cell(text: str) -> str:
    """Return a text that a spreadsheet shows and does not calculate: an apostrophe goes before a formula's first sign.

    OWASP, CSV injection: cells that begin with ``=``, ``+``, ``-``, ``@``, a tab or a line break.
    """
    bare = text.lstrip(" \u00a0")
    return f"'{text}" if bare[:1] in ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠") else text


def _cell(value: Any, column: Mapping[str, Any], mark: str) -> str:
    if column["role"] in NUMBERS:
        return mark if value is None else repr(value) if isinstance(value, float) and value % 1 else f"{value:.0f}"
    return "" if value is None else safe_cell(str(value))


def _written(rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
