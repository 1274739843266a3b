"""Files that tests make: workbooks, spreadsheets and zips, sound and spoilt."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable
from typing import Any

import openpyxl
import xlwt

ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
)


def xlsx(rows: Iterable[Iterable[Any]], sheet: str = "Data", change: Callable[[Any], None] | None = None) -> bytes:
    """A workbook with one sheet; ``change`` gets the openpyxl workbook before it is saved."""
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = sheet
    for row in rows:
        book.active.append(list(row))
    if change is not None:
        change(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def xls(rows: Iterable[Iterable[Any]], sheet: str = "Data") -> bytes:
    book = xlwt.Workbook()
    page = book.add_sheet(sheet)
    for at, row in enumerate(rows):
        for across, cell in enumerate(row):
            page.write(at, across, cell)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def ods(rows: str, sheet: str = "Data", manifest: str = "") -> bytes:
    """A spreadsheet whose rows are given as XML."""
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_SPACES}><office:body><office:spreadsheet>'
        f'<table:table table:name="{sheet}">{rows}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    listed = (
        '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{ODS_TYPE}"/>{manifest}</manifest:manifest>'
    )
    return zipped(
        {"mimetype": ODS_TYPE.encode(), "content.xml": content.encode(), "META-INF/manifest.xml": listed.encode()}
    )


def ods_row(*cells: str, repeated: int = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{repeated}">{"".join(cells)}</table:table-row>'


def ods_cell(value: object = "", kind: str = "string", repeated: int = 1, more: str = "") -> str:
    if kind == "empty":
        return f'<table:table-cell table:number-columns-repeated="{repeated}" {more}/>'
    held = "" if kind == "string" else f'office:{"date-value" if kind == "date" else "value"}="{value}"'
    return (
        f'<table:table-cell office:value-type="{kind}" {held} table:number-columns-repeated="{repeated}" {more}>'
        f"<text:p>{value}</text:p></table:table-cell>"
    )


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return stream.getvalue()


def changed_member(data: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The same zip with one member rewritten."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {one: archive.read(one) for one in archive.namelist()}
    return zipped({one: change(held) if one == name else held for one, held in members.items()})


def lying_zip(name: str, content: bytes, said: int) -> bytes:
    """A zip whose member says to have ``said`` bytes (with the check sum of so many) and holds more."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(content) + packer.flush()
    check = zlib.crc32(content[:said])
    title = name.encode()
    common = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 33, check, len(packed), said, len(title), 0)
    local = b"PK\x03\x04" + common + title + packed
    central = b"PK\x01\x02" + struct.pack("<H", 20) + common + struct.pack("<HHHII", 0, 0, 0, 0, 0) + title
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0)
    return local + central + end


def encrypted_workbook() -> bytes:
    """What Office writes for a workbook with a password begins so: a compound file with an encrypted stream."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(480)
