"""Rows of text cells, of delimited text and of spreadsheets alike, become a table of texts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

import pandas as pd

from shared.errors import DataError, Fault
from shared.sources.heading import find_heading, join_headings, said

Row = tuple[int, list[str]]
"""The number of a row in its file (the line it begins on, or the row of the sheet) and its cells."""
MAX_COLUMNS = 20_000
"""A spreadsheet has at most 16,384; what is wider is a table lying on its side or no table at all."""
_SHOWN = 5
_LISTED = 20
NO_HEADING = "Ask for the file with a heading, or write the names into a first row of a copy."
_BLOCK = 50_000
_LOOKED_AT = 40
_LIKE_A_FORMULA = re.compile(r"[\t\r ]*[=@]|[+-](?![\d\s.,()/eE%-]*$)")


@dataclass(frozen=True)
class TextTable:
    """A table: ``frame`` holds str columns with missing for empty cells, ``lines`` the file's line of each row.

    ``positions`` are the columns' places in the file, from 0 (columns without name and content are left out).
    """

    frame: pd.DataFrame
    lines: tuple[int, ...]
    notes: tuple[str, ...]
    positions: tuple[int, ...] = ()


@dataclass
class Layout:
    """Where the names stand: ``header`` the numbers of their rows (none: the first row), ``skip`` rows left out."""

    header: Sequence[int] = ()
    skip: Sequence[int] = ()
    unit: str = "line"
    separator: str = ""
    notes: list[str] = field(default_factory=list)


def build_table(rows: Iterable[Row], layout: Layout, *, shown: str) -> TextTable:
    """Put rows together to a table.

    An empty cell becomes missing; nothing else is changed. Rows above the heading and those to be skipped are left
    out and counted in the notes, as are cells that begin like a formula. Raises ``DataError`` listing: no content, a
    heading without rows, a column name given twice, rows with more or fewer cells than the heading, more columns
    than a spreadsheet can have, row numbers declared in case.yaml that the file does not have.
    """
    stream = iter(rows)
    line, header = _header(stream, layout, shown)
    if len(header) > MAX_COLUMNS:
        raise DataError(
            f"The table has {len(header):,} columns; at most {MAX_COLUMNS:,} are read.",
            where=f"{shown}, {layout.unit} {line}",
            hint="Is the separator right, or does the table lie on its side?",
        )
    body = _Body(len(header), set(layout.skip))
    blocks = list(body.blocks(stream))
    where = f"{shown}, {layout.unit} {line}"
    twice = {name: count for name, count in Counter(header).items() if count > 1 and name}
    if twice and no_names(header):
        faults = [Fault("The first row is a record, not the column names.", where, NO_HEADING)]
    else:
        faults = [
            Fault(f'The column "{name}" occurs {count} times.', where, "Give each column its own name.")
            for name, count in list(twice.items())[:_LISTED]
        ]
    if body.ragged:
        faults.append(_ragged(body, (line, header), layout, shown))
    elif not body.lines:
        faults.append(Fault("The file has a header and no rows.", where, "Ask for the complete file."))
    elif _is_title(header) and not layout.header and (likely := find_heading([(line, header), *body.first])):
        hint = f"The column names seem to stand in {layout.unit} {likely[-1]}: write header_row: {said(likely)}."
        faults.append(Fault("The first row is a title, not the column names.", where, hint))
    if unknown := sorted(set(layout.skip) - body.skipped - set(range(line))):
        hint = "Count from 1, as the file's own rows are counted."
        faults.append(Fault(f"skip_rows names {layout.unit} {unknown[0]}, which holds nothing.", shown, hint))
    if faults:
        raise DataError(f"{shown} cannot be read as a table:", faults=faults)
    columns = blocks[0] if len(blocks) == 1 else [_joined([b[i] for b in blocks]) for i in range(len(header))]
    kept = [i for i, name in enumerate(header) if name or columns[i].notna().any()]
    names = [header[i] or f"(column {i + 1})" for i in kept]
    notes = list(layout.notes)
    if len(kept) < len(header):
        notes.append(f"{len(header) - len(kept)} column(s) without a name and without content were left out.")
    if any(not header[i] for i in kept):
        notes.append("A column without a name was numbered.")
    if body.empty:
        notes.append(f"{body.empty} row(s) hold nothing and were passed over.")
    if body.skipped:
        notes.append(f"{len(body.skipped)} {layout.unit}(s) were skipped (declared in case.yaml).")
    frame = pd.DataFrame({name: columns[i] for name, i in zip(names, kept, strict=True)})
    return TextTable(frame, tuple(body.lines), (*notes, *formula_notes(frame)), tuple(kept))


def formula_notes(frame: pd.DataFrame) -> list[str]:
    """Say in which columns cells begin like a formula; they stay text here and must stay it in every export."""
    found: dict[str, dict[str, int]] = {}
    for name, column in frame.items():
        if column.dtype == "str":
            distinct = column.unique() if len(column) > 100 else column.tolist()  # thousands of columns are short
            alike = [text for text in distinct if isinstance(text, str) and _LIKE_A_FORMULA.match(text)]
            if alike:
                found[str(name)] = Counter(column[column.isin(alike)])
    return said_of_formulas(found)


def said_of_formulas(cells: Mapping[str, Mapping[str, int]]) -> list[str]:
    """Say it for columns whose cells (text -> how many) may begin like a formula."""
    counts = {
        column: sum(count for text, count in texts.items() if _LIKE_A_FORMULA.match(text))
        for column, texts in cells.items()
    }
    found = {column: count for column, count in counts.items() if count}
    if not found:
        return []
    columns = ", ".join(f'"{name}"' for name in list(found)[:_SHOWN])
    return [f"{sum(found.values()):,} cell(s) begin like a formula (= + - @) and are kept as text: {columns}."]


def no_names(header: Sequence[str]) -> bool:
    """Tell whether a heading is rather a record (numbers, dates, addresses): then its cells are in no message."""
    from shared.sources.profile.personal import looks_like_data  # imported here: the profile reads files with this

    return looks_like_data([str(name) for name in header])


class _Body:
    """The rows below the heading, put into columns a block at a time so that the cells are held only once."""

    def __init__(self, width: int, skip: set[int]) -> None:
        self.width, self.skip = width, skip
        self.lines: list[int] = []
        self.ragged: list[int] = []
        self.skipped: set[int] = set()
        self.empty = 0
        self.first: list[Row] = []

    def blocks(self, stream: Iterator[Row]) -> Iterator[list[pd.Series[str]]]:
        """Yield the columns of one block of rows; rows of another width are only remembered."""
        while rows := list(islice(stream, _BLOCK)):
            self.first = self.first or rows[:_LOOKED_AT]
            kept = []
            for number, cells in rows:
                if number in self.skip:
                    self.skipped.add(number)
                elif not any(cells):
                    self.empty += 1
                elif len(cells) != self.width:
                    self.ragged.append(number)
                else:
                    self.lines.append(number)
                    kept.append(cells)
            if kept and not self.ragged:
                yield [_texts(column) for column in zip(*kept, strict=True)]


def _is_title(header: list[str]) -> bool:
    """A heading in which only the first of several columns has a name."""
    return len(header) > 1 and bool(header[0].strip()) and not any(name.strip() for name in header[1:])


def _joined(parts: list[pd.Series[str]]) -> pd.Series[str]:
    return pd.concat(parts, ignore_index=True)


def _texts(cells: tuple[str, ...]) -> pd.Series[str]:
    return pd.Series([cell if cell != "" else None for cell in cells], dtype="str")


def _header(stream: Iterator[Row], layout: Layout, shown: str) -> tuple[int, list[str]]:
    """Return the number and the cells of the heading; several rows are joined from above with " / "."""
    if not layout.header:
        found = next((row for row in stream if row[0] not in layout.skip and any(row[1])), None)
        if found is None:
            raise DataError("The file is empty.", where=shown, hint="Ask the organisation for the file again.")
        return found[0], _one_line(found[1]) if layout.unit == "row" else found[1]
    rows, above = [], 0
    for number, cells in stream:
        if number in layout.header:
            rows.append(cells)
            if len(rows) == len(layout.header):
                break
        elif number > max(layout.header):
            break
        else:
            above += 1
    if len(rows) < len(layout.header):
        raise DataError(
            f"header_row names {layout.unit} {', '.join(map(str, layout.header))}, and not all of them hold something.",
            where=shown,
            hint="Count from 1, as the file's own rows are counted.",
        )
    if above:
        layout.notes.append(f"{above} {layout.unit}(s) above the heading were left out (header_row in case.yaml).")
    names = join_headings(rows)
    return layout.header[-1], _one_line(names) if layout.unit == "row" else names


def _one_line(names: list[str]) -> list[str]:
    """Names in spreadsheets are broken into lines to make columns narrow; in case.yaml they are one line."""
    return [" ".join(name.split()) for name in names]


def _ragged(body: _Body, heading: Row, layout: Layout, shown: str) -> Fault:
    line, header = heading
    more = f" and {len(body.ragged) - _SHOWN} more" if len(body.ragged) > _SHOWN else ""
    listed = ", ".join(map(str, body.ragged[:_SHOWN]))
    likely = find_heading([heading, *body.first])
    if likely and likely != (line,) and not layout.header:
        hint = f"The column names seem to stand in {layout.unit} {likely[-1]}: write header_row: {said(likely)}."
    else:
        separator = f' "{layout.separator}"' if layout.separator else ""
        hint = f"Is the separator{separator} right, and are texts that contain it in quotation marks?"
    return Fault(
        f"{len(body.ragged)} row(s) do not have the {len(header)} cells of the header: {layout.unit} {listed}{more}.",
        shown,
        hint,
    )
