"""An OpenDocument spreadsheet looked through before it is read: a repeated cell can stand for a billion of them."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import dataclass, field
from io import RawIOBase

from shared.cases.archive import Archive
from shared.errors import DataError
from shared.sources.xlsx_scan import MAX_CELLS

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_VALUE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}value-type"
_KEPT = 200_000
"""Cells of one row in the XML; a sheet has at most 16,384 columns."""


@dataclass
class OdsScan:
    """For one sheet: the rectangle, and formulas (with and without a stored result) by column from 0."""

    rows: int = 0
    columns: int = 0
    formulas: Counter[int] = field(default_factory=Counter)
    unsolved: Counter[int] = field(default_factory=Counter)


def scan_ods(archive: Archive, shown: str) -> dict[str, OdsScan]:
    """Look every sheet through; raises ``DataError`` when one unfolds to more cells than can be held."""
    if b"encryption-data" in (
        archive.read("META-INF/manifest.xml") if "META-INF/manifest.xml" in archive.members else b""
    ):
        raise DataError("The workbook is password-protected.", where=shown, hint="Ask for it without a password.")
    if "content.xml" not in archive.members:
        raise DataError("The workbook is damaged.", where=shown, hint="Ask for it again.")
    sheets: dict[str, OdsScan] = {}
    seen, at = OdsScan(), 0
    try:
        for event, element in ET.iterparse(_Stream(archive, "content.xml"), events=("start", "end")):
            if event == "start" and element.tag == f"{_TABLE}table":
                seen, at = sheets.setdefault(element.get(f"{_TABLE}name", ""), OdsScan()), 0
            elif event == "end" and element.tag == f"{_TABLE}table-row" and sheets:
                repeated = _repeated(element, "rows")
                width = _row(element, seen, repeated, shown)
                at += repeated
                if width:
                    seen.rows, seen.columns = at, max(seen.columns, width)
                    if sum(one.rows * one.columns for one in sheets.values()) > MAX_CELLS:
                        raise DataError(
                            "The sheet unfolds to more cells than can be read.",
                            where=shown,
                            hint="Delete what stands far out or is repeated without end, save, or ask for CSV.",
                        )
                element.clear()
            elif event == "end" and element.tag == f"{_TABLE}table":
                element.clear()
    except ET.ParseError as error:
        raise DataError("The workbook is damaged.", where=shown, hint="Open it, save it, and use that file.") from error
    return sheets


def _row(row: ET.Element, seen: OdsScan, repeated: int, shown: str) -> int:
    """Count a row's formulas and return how far to the right it holds something."""
    if len(row) > _KEPT:
        raise DataError("A row of the sheet has too many cells.", where=shown, hint="Ask for the data as CSV.")
    at = width = 0
    for cell in row:
        across = _repeated(cell, "columns")
        value, formula = cell.get(_VALUE), cell.get(f"{_TABLE}formula")
        if formula is not None:
            seen.formulas[at] += across * repeated
            seen.unsolved[at] += across * repeated if value is None else 0
        at += across
        if value is not None or formula is not None or len(cell):
            width = at
    return width


def _repeated(element: ET.Element, what: str) -> int:
    given = element.get(f"{_TABLE}number-{what}-repeated", "1")
    if not (given.isascii() and given.isdigit()) or int(given[:12]) == 0:  # the reader would take it otherwise
        raise ET.ParseError("a cell or row is repeated a number of times that is none")
    return int(given[:12])


class _Stream(RawIOBase):
    """A member of the zip as a file, unpacked while it is read; a document type is refused, as it may hold entities."""

    def __init__(self, archive: Archive, name: str) -> None:
        self._pieces = archive.pieces(name)
        self._rest = next(self._pieces, b"")
        if b"<!DOCTYPE" in self._rest or b"<!ENTITY" in self._rest:
            problem = "The workbook defines XML entities, which no spreadsheet does."
            raise DataError(problem, where=archive.shown, hint="Refuse it.")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        if not self._rest:
            self._rest = next(self._pieces, b"")
        part = self._rest[: len(buffer)]
        buffer[: len(part)] = part
        self._rest = self._rest[len(part) :]
        return len(part)
