"""Cells of a spreadsheet as the text a person would have typed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

Cell = str | float | int | bool | dt.datetime | dt.date | dt.time | dt.timedelta
_EXACT = 1e15
"""Spreadsheets keep 15 digits of a number; what is longer is not what was typed."""


@dataclass
class Kinds:
    """What was met on the way, by column from 0."""

    days: set[int] = field(default_factory=set)
    moments: set[int] = field(default_factory=set)
    rounded: dict[int, int] = field(default_factory=dict)


def cell_text(cell: Cell, column: int, kinds: Kinds) -> str:
    """Return 18 not 18.0, dates as 2024-12-31, moments as 2024-12-31T09:30:00, times as 09:30:00, true and false.

    Durations are hours, minutes and seconds (30:15:00). Numbers keep every digit that the file holds.
    """
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, (int, float)):
        if abs(cell) >= _EXACT:
            kinds.rounded[column] = kinds.rounded.get(column, 0) + 1
            return repr(cell)
        return str(int(cell)) if float(cell).is_integer() else repr(cell)
    if isinstance(cell, dt.datetime):
        kinds.moments.add(column)
        return cell.isoformat(timespec="seconds" if cell.microsecond == 0 else "milliseconds")
    if isinstance(cell, dt.date):
        kinds.days.add(column)
        return cell.isoformat()
    if isinstance(cell, dt.time):
        return cell.isoformat(timespec="seconds" if cell.microsecond == 0 else "milliseconds")
    seconds = round(cell.total_seconds())
    return f"{'-' if seconds < 0 else ''}{abs(seconds) // 3600}:{abs(seconds) // 60 % 60:02}:{abs(seconds) % 60:02}"
