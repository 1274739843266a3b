"""An unknown file read as a table: format, sheet, encoding, separator and heading found and said."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.cases.model import Source
from shared.errors import DataError
from shared.sources.cells import Kinds, cell_text
from shared.sources.formats import parse, unzipped
from shared.sources.heading import find_heading
from shared.sources.rows import TextTable
from shared.sources.sniff import what_is
from shared.sources.text_form import decode, find_separator
from shared.sources.workbook import Book, open_book

LOOKED_AT = 40
_ALONE = {"kind": "records", "title": "unknown file", "path": "unknown", "sha256": "0" * 64, "licence": "-",
          "attribution": "-"}  # fmt: skip


@dataclass(frozen=True)
class Unknown:
    """A table read from an unknown file, and the keys of case.yaml that read it again."""

    table: TextTable
    reading: Mapping[str, object]
    notes: tuple[str, ...]


def read_unknown(data: bytes, shown: str, given: Mapping[str, Any]) -> Unknown:
    """Read a file of which only the bytes are known; ``given`` are keys of case.yaml that are known after all.

    A workbook with several sheets is read at the visible one with most cells (the others are named). A zip, R data,
    JSON or map with several parts raises ``DataError`` with their names, as everything unreadable does.
    """
    given = {key: value for key, value in given.items() if value not in (None, (), "")}
    format = str(given.get("format") or "")
    notes: list[str] = []
    reading: dict[str, object] = {}
    inner = data
    if not format:
        format = what_is(data, shown)
        if format == "zip":
            inner, format = _inside(data, shown, given)
    reading["format"] = format
    for key in ("member", "layer", "encoding", "separator", "crs", "skip_rows"):
        if key in given:
            reading[key] = given[key]
    said = ""
    if format in ("xlsx", "xls", "ods"):
        book = open_book(inner, shown=shown, format=format)
        sheet, heading = _sheet(book, shown, given, notes)
        reading["sheet"] = sheet
        said = sheet if _visible(book) == [sheet] else ""
    elif format in ("csv", "tsv"):
        heading = _heading_of_text(inner, shown, given)
    else:
        heading = ()
    heading = tuple(given.get("header_row", heading))
    if heading:
        reading["header_row"] = list(heading) if len(heading) > 1 else heading[0]
    source = Source.model_validate({**_ALONE, **reading, "path": f"unknown.{'zip' if 'member' in reading else format}"})
    table = parse(data, source, shown)
    if said:  # the only visible sheet needs no name
        del reading["sheet"]
    return Unknown(table, reading, (*notes, *table.notes))


def _inside(data: bytes, shown: str, given: Mapping[str, Any]) -> tuple[bytes, str]:
    """Return the bytes of the file in a zip that is meant, and its format."""
    from shared.cases.archive import open_archive

    archive = open_archive(data, shown)
    if any(name.lower().endswith(".shp") for name in archive.files()):
        return data, "shapefile"
    source = Source.model_validate({**_ALONE, "format": "csv", **_only(given, ("member", "layer"))})
    inner, _, where, _ = unzipped(data, source, shown)
    format = what_is(inner, where)
    if format == "zip":
        raise DataError("The zip holds another zip.", where=where, hint="Unpack the outer one and name the file in it.")
    return inner, format


def _only(given: Mapping[str, Any], keys: Sequence[str]) -> dict[str, Any]:
    return {key: given[key] for key in keys if key in given}


def _visible(book: Book) -> list[str]:
    return [one.name for one in book.sheets if one.table and one.visible]


def _sheet(book: Book, shown: str, given: Mapping[str, Any], notes: list[str]) -> tuple[str, tuple[int, ...]]:
    """Return the sheet to read and its heading."""
    names = [str(given["sheet"])] if "sheet" in given else _visible(book)
    if not names:
        names = [one.name for one in book.sheets if one.table]
    sizes: dict[str, int] = {}
    heads: dict[str, tuple[int, ...]] = {}
    for name in names:
        if name not in [one.name for one in book.sheets]:
            raise DataError(
                f'There is no sheet "{name}".', where=shown, hint=f"There are: {', '.join(_visible(book))}."
            )
        first: list[tuple[int, list[str]]] = []
        sizes[name] = 0
        rows, _ = book.read(name, f'{shown}, sheet "{name}"')
        for at, cells in enumerate(rows, 1):
            texts = [cell_text(cell, column, Kinds()) for column, cell in enumerate(cells)]
            sizes[name] += sum(map(bool, texts))
            if any(texts) and len(first) < LOOKED_AT:
                first.append((at, texts))
        heads[name] = _unless_first(first)
    if not names:
        raise DataError("The workbook has no sheet with cells.", where=shown, hint="Ask for the data.")
    chosen = max(names, key=lambda name: sizes[name])
    others = [name for name in names if name != chosen]
    if others:
        notes.append(f'The sheet "{chosen}" is looked at; there are also: {", ".join(others[:8])}.')
    return chosen, heads[chosen]


def _heading_of_text(data: bytes, shown: str, given: Mapping[str, Any]) -> tuple[int, ...]:
    text = decode(data, shown=shown, encoding=given.get("encoding")).text
    if text.lower().startswith("sep="):
        return ()
    separator = given.get("separator") or find_separator(text)
    reader = csv.reader(io.StringIO(text[: 1 << 18], newline=""), delimiter=separator)
    rows, begin = [], 1
    try:
        for row in reader:
            if any(row):
                rows.append((begin, row))
            begin = reader.line_num + 1
            if len(rows) == LOOKED_AT:
                break
    except csv.Error:
        return ()
    return _unless_first(rows)


def _unless_first(rows: Sequence[tuple[int, list[str]]]) -> tuple[int, ...]:
    """The rows of the heading, nothing when it is simply the first one."""
    found = find_heading(rows)
    return () if not rows or found == (rows[0][0],) else found
