"""Which rows of a file hold the column names, when titles and notes stand above them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

Row = tuple[int, list[str]]
_ENOUGH = 0.8


def find_heading(rows: Sequence[Row]) -> tuple[int, ...]:
    """Return the numbers of the rows that look like the heading; empty when none does.

    The heading is the first row in which at least four fifths of the table's columns hold something.
    When names occur twice in it (Male, Female, Male, Female), the row above belongs to it if that names groups.
    """
    filled = [(number, [cell.strip() for cell in cells]) for number, cells in rows if any(c.strip() for c in cells)]
    if not filled:
        return ()
    width = _width([cells for _, cells in filled])
    for at, (number, cells) in enumerate(filled[:-1] or filled):
        names = [cell for cell in cells if cell]
        corner = width > 2 and len(names) == width - 1 and not cells[0]  # the corner of a cross table has no name
        if len(names) < _ENOUGH * width and not corner:
            continue
        if len(set(names)) < len(names) and at > 0:
            above_number, above = filled[at - 1]
            if sum(map(bool, above)) > 1 and above_number == number - 1:
                return (above_number, number)
        return (number,)
    return ()


def join_headings(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return one name for each column of a heading of several rows, parts joined by " / ".

    An upper row names groups of columns: an empty cell in it belongs to the group on its left.
    """
    if len(rows) == 1:
        return list(rows[0])
    width = max(map(len, rows))
    filled = []
    for row in rows[:-1]:
        cells, last = [], ""
        for cell in [*row, *[""] * (width - len(row))]:
            last = cell.strip() or last
            cells.append(last)
        filled.append(cells)
    lowest = [cell.strip() for cell in [*rows[-1], *[""] * (width - len(rows[-1]))]]
    return [" / ".join(part for part in dict.fromkeys(parts) if part) for parts in zip(*filled, lowest, strict=True)]


def said(rows: Sequence[int]) -> str:
    """Return row numbers as they are written in case.yaml."""
    return str(rows[0]) if len(rows) == 1 else f"[{', '.join(map(str, rows))}]"


def _width(rows: Sequence[Sequence[str]]) -> int:
    """The number of columns of the table: how many cells are filled from the left in most of the rows."""
    ends = [max(at for at, cell in enumerate(cells, 1) if cell) for cells in rows]
    widths = Counter(end for end in ends if end > 1) or Counter(ends)
    return max(widths.items(), key=lambda item: (item[1], item[0]))[0]
