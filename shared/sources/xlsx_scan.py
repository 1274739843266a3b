"""A worksheet of an .xlsx file looked through before it is read: its size, formulas and cells that hold an error.

The reader (calamine) lays a sheet out as a full rectangle, gives an empty cell for a formula without a stored result
and for an error such as #N/A, and says neither. So the XML is read here once, in pieces.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

from shared.cases.archive import Archive
from shared.errors import DataError

MAX_CELLS = 40_000_000
"""Cells of the rectangle from A1 to the last cell; 40 million take about 2 GB."""
_PART = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_LONGEST = 64 << 20
_ANEW = "Open it, save it, and use that file."
_PLAIN_REF = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"')
_REF = re.compile(rb"""<(?:\w+:)?c\b[^>]*?\sr\s*=\s*["']([A-Z]{1,3})(\d{1,7})["']""")
_ADDRESS = re.compile(rb"<(?:\w+:)?(?:c|row)\b[^>]*?\sr\s*=")
_ANY = re.compile(rb"<(?:\w+:)?c[\s/>]")
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_AT = re.compile(rb"""\sr=["']([A-Z]{1,3})(\d{1,7})["']""")
_VALUE = re.compile(rb"<(?:\w+:)?v\b[^>]*>([^<]+)<")
_FORMULA = re.compile(rb"<(?:\w+:)?f\b")
_ROW_END = re.compile(rb"</(?:\w+:)?row>")
_ROW = re.compile(rb"""<(?:\w+:)?row\b[^>]*?\sr\s*=\s*["'](\d{1,7})["']""")
_KIND = re.compile(rb"""\st=["'](\w+)["']""")


@dataclass
class Scan:
    """What was seen: ``rows`` and ``columns`` of the rectangle, and by (row, column) from 0 what is not as it looks."""

    rows: int = 0
    columns: int = 0
    formulas: Counter[int] = field(default_factory=Counter)
    unsolved: Counter[int] = field(default_factory=Counter)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)


def scan_sheet(archive: Archive, name: str, shown: str) -> Scan:
    """Look a sheet through; raises ``DataError`` when its rectangle is larger than can be held."""
    seen, below = Scan(), 0
    for part in _rows(archive, _part_of(archive, name, shown), shown):
        cells = _count(part)
        found = _PLAIN_REF.findall(part)
        found = found if len(found) == cells else _REF.findall(part)
        seen.columns = max([seen.columns, *(number(letters) + 1 for letters in {one[0] for one in found})])
        seen.rows = max([seen.rows, *(int(row) for row in {one[1] for one in found})])
        if cells > len(found):
            if len(_ADDRESS.findall(part)) > len(found) + len(_ROW.findall(part)):  # the reader would take it otherwise
                raise DataError("A cell has an address that no sheet has.", where=shown, hint=_ANEW)
            below += _without_address(part, seen)
        if b"<f" in part or b":f" in part or b'"e"' in part or b"'e'" in part:
            _details(part, seen)
    seen.rows += below
    if seen.rows * seen.columns > MAX_CELLS:
        raise DataError(
            f"The sheet reaches over {seen.rows:,} rows and {seen.columns:,} columns; that is more than can be read.",
            where=shown,
            hint="A single stray cell far out is enough: delete empty rows and columns, save, or ask for CSV.",
        )
    return seen


def _count(part: bytes) -> int:
    """The number of cells; the pattern is only needed where tags carry a prefix."""
    if b":c" in part:
        return len(_ANY.findall(part))
    return sum(part.count(b"<c" + sign) for sign in (b" ", b">", b"/>", b"\n", b"\r", b"\t"))


def _without_address(part: bytes, seen: Scan) -> int:
    """Allow for cells without an address, each right of the one before it; return how many rows they take at most."""
    rows = _ROW_END.split(part)[:-1]
    for row in rows:
        last = max((number(match[1]) + 1 for match in _REF.finditer(row)), default=0)
        seen.columns = max(seen.columns, last + len(_ANY.findall(row)))
        seen.rows = max([seen.rows, *(int(found) for found in _ROW.findall(row))])
    return len(rows)


def number(letters: bytes) -> int:
    """Return the number of a column from 0: A is 0, Z 25, AA 26."""
    value = 0
    for letter in letters:
        value = value * 26 + letter - 64
    return value - 1


def _details(part: bytes, seen: Scan) -> None:
    for attributes, inside in _CELL.findall(part):
        at = _AT.search(b" " + attributes)
        if at is None:
            continue
        row, column = int(at[2]) - 1, number(at[1])
        value, kind = _VALUE.search(inside), _KIND.search(b" " + attributes)
        if _FORMULA.search(inside):
            seen.formulas[column] += 1
            if value is None and (kind is None or kind[1] != b"str"):
                seen.unsolved[column] += 1
        if kind is not None and kind[1] == b"e" and value is not None:
            seen.errors[row, column] = unescape(value[1].decode("utf-8", errors="replace"))


def _rows(archive: Archive, part: str, shown: str) -> Iterator[bytes]:
    """Yield the XML of the sheet cut at ends of rows."""
    rest = b""
    for piece in archive.pieces(part):
        rest += piece
        ends = [match.end() for match in _ROW_END.finditer(rest, max(0, len(rest) - len(piece) - 16))]
        if ends:
            yield rest[: ends[-1]]
            rest = rest[ends[-1] :]
        elif len(rest) > _LONGEST:
            raise DataError("A row of the sheet is larger than 64 MB.", where=shown, hint="Ask for the data as CSV.")
    yield rest


def _part_of(archive: Archive, name: str, shown: str) -> str:
    """Return which member of the zip holds the sheet."""
    book, links = (_xml(archive, part, shown) for part in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels"))
    wanted = next(
        (one.get(_PART) for one in book.iter() if one.tag.endswith("}sheet") and one.get("name") == name), None
    )
    target = next((one.get("Target", "") for one in links.iter() if wanted and one.get("Id") == wanted), "")
    part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    if part not in archive.members:
        raise DataError("The workbook does not hold the sheet that it lists.", where=shown, hint="Save it anew.")
    return part


def _xml(archive: Archive, part: str, shown: str) -> ET.Element:
    data = archive.read(part) if part in archive.members and archive.members[part].file_size < 10_000_000 else b""
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise DataError("The workbook defines XML entities, which no spreadsheet does.", where=shown, hint="Refuse it.")
    try:
        return ET.fromstring(data)
    except ET.ParseError as error:
        raise DataError("The workbook is damaged.", where=shown, hint=_ANEW) from error
