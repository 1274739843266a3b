"""CSV and TSV text as a frame of texts, with every fault of its form found and named by line."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from shared.errors import DataError, Fault

_SHOWN = 5


@dataclass(frozen=True)
class TextTable:
    """A table: ``frame`` holds str columns with missing for empty cells, ``lines`` the file's line of each row."""

    frame: pd.DataFrame
    lines: tuple[int, ...]
    notes: tuple[str, ...]


def parse_delimited(data: bytes, *, shown: str, encoding: str, separator: str) -> TextTable:
    """Parse delimited text.

    An empty cell becomes missing; nothing else is changed. Raises ``DataError`` listing: bytes that are not text
    in ``encoding`` (with one that fits), null bytes, no content, a header without rows, a column name given
    twice, rows with more or fewer cells than the header (by line), quotes that are never closed.
    """
    text, notes = _decode(data, shown=shown, encoding=encoding)
    rows = list(_rows(text, separator, shown))
    if not rows:
        raise DataError("The file is empty.", where=shown, hint="Ask the organisation for the file again.")
    (line, header), body = rows[0], rows[1:]
    faults = [
        Fault(f'The column "{name}" occurs {count} times.', f"{shown}, line {line}", "Give each column its own name.")
        for name, count in Counter(header).items()
        if count > 1 and name
    ]
    ragged = [number for number, row in body if len(row) != len(header)]
    if ragged:
        more = f" and {len(ragged) - _SHOWN} more" if len(ragged) > _SHOWN else ""
        lines = ", ".join(map(str, ragged[:_SHOWN]))
        faults.append(
            Fault(
                f"{len(ragged)} row(s) do not have the {len(header)} cells of the header: line {lines}{more}.",
                shown,
                f'Is the separator "{separator}" right, and are texts that contain it in quotation marks?',
            )
        )
    if not body:
        faults.append(
            Fault("The file has a header and no rows.", f"{shown}, line {line}", "Ask for the complete file.")
        )
    if faults:
        raise DataError(f"{shown} cannot be read as a table:", faults=faults)
    names = [name or f"(column {number})" for number, name in enumerate(header, 1)]
    if names != header:
        notes.append("A column without a name was numbered.")
    columns = zip(*(row for _, row in body), strict=True)
    frame = pd.DataFrame({name: _texts(cells) for name, cells in zip(names, columns, strict=True)})
    return TextTable(frame, tuple(number for number, _ in body), tuple(notes))


def _texts(cells: tuple[str, ...]) -> pd.Series[str]:
    return pd.Series([cell if cell != "" else None for cell in cells], dtype="str")


def _rows(text: str, separator: str, shown: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row with the line it begins on; blank lines are passed over."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    begin = 1
    try:
        for row in reader:
            if row:
                yield begin, row
            begin = reader.line_num + 1
    except csv.Error as error:
        raise DataError(
            f"The table breaks off: {error}.",
            where=f"{shown}, in the row that begins on line {begin}",
            hint="Look for a quotation mark that is never closed, or one inside a text (write it twice).",
        ) from None


def _decode(data: bytes, *, shown: str, encoding: str) -> tuple[str, list[str]]:
    notes = []
    if encoding.lower().replace("_", "-") in ("utf-8", "utf8"):
        encoding = "utf-8-sig"  # a byte order mark is a habit of spreadsheets, not part of the first column's name
    try:
        text = data.decode(encoding)
    except UnicodeError as error:
        start = getattr(error, "start", 0)
        declared = encoding.removesuffix("-sig")
        raise DataError(
            f"The file is not text in the encoding {declared}.",
            where=f"{shown}, line {data[:start].count(10) + 1}",
            hint=f"Try encoding: {_likely(data)} in case.yaml.",
        ) from None
    if "\x00" in text:
        line = text[: text.index("\x00")].count("\n") + 1
        hint = f"Try encoding: {_likely(data)} in case.yaml." if data[:2] in _MARKS else "Is this the right file?"
        raise DataError(
            "The file contains null bytes, so it is not plain text.", where=f"{shown}, line {line}", hint=hint
        )
    if not encoding.startswith("utf") and not data.isascii() and _is_utf8(data):
        raise DataError(
            f"The file is declared as {encoding}, and is UTF-8: read that way its letters would be garbled.",
            where=shown,
            hint="Write encoding: utf-8 in case.yaml.",
        )
    if data.startswith(b"\xef\xbb\xbf"):
        notes.append("The byte order mark at the beginning was left out.")
    return text, notes


_MARKS = (b"\xff\xfe", b"\xfe\xff")


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _likely(data: bytes) -> str:
    """Name an encoding to try: by the mark, UTF-8 when it fits, else the one that spreadsheets write in Europe.

    Statistics of letters (charset-normalizer) were tried and guess wrongly on files of a few names.
    """
    if data[:2] in _MARKS:
        return "utf-16"
    return "utf-8" if _is_utf8(data) else "cp1252"
