"""What a file really is, whatever its name says: told by its first bytes."""

from __future__ import annotations

import re
import zipfile
import zlib
from io import BytesIO
from typing import NoReturn

from shared.errors import DataError

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SQLITE = b"SQLite format 3\x00"
_R_DATA = re.compile(rb"RD[XAB][23]\n")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OTHERS = (
    (b"%PDF-", "a PDF document", "Ask for the table behind it."),
    (b"{\\rtf", "a text document (RTF)", "Ask for the table as CSV."),
    (b"\x89PNG\r", "a picture", "Ask for the table as CSV."),
    (b"\xff\xd8\xff", "a picture", "Ask for the table as CSV."),
    (b"GIF89a", "a picture", "Ask for the table as CSV."),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "Unpack it and use the file inside."),
    (b"Rar!\x1a\x07", "a RAR archive", "Unpack it and use the file inside."),
    (b"MZ\x90\x00", "a program", "Do not open it; ask for the table as CSV."),
    (b"\x7fELF", "a program", "Do not open it; ask for the table as CSV."),
    (b"fgb\x03", "a FlatGeobuf map", "Save it as GeoPackage or GeoJSON."),
    (b"ARROW1\x00\x00", "an Arrow file", "Save it as Parquet or CSV."),
    (b"\x00\x00\x27\x0a", "a shapefile without its other parts", "Put .shp, .shx, .dbf and .prj into one zip."),
    (b"$FL2", "an SPSS file", "Save it as CSV with its code book."),
    (b"<stata_dta>", "a Stata file", "Save it as CSV with its code book."),
)
_NAMES = {
    "csv": "delimited text", "tsv": "delimited text", "xlsx": "an Excel workbook", "xls": "an old Excel workbook",
    "ods": "an OpenDocument spreadsheet", "rda": "R data", "json": "JSON", "parquet": "Parquet",
    "geojson": "GeoJSON", "topojson": "TopoJSON", "gpkg": "a GeoPackage", "shapefile": "a zip with a shapefile",
    "zip": "a zip",
}  # fmt: skip


def what_is(data: bytes, shown: str) -> str:
    """Return the format of the bytes as case.yaml names it, ``zip`` for another archive, ``csv`` for other text.

    Raises ``DataError`` for an empty file, for what no table can be read from (PDF, pictures, programs, web pages,
    archives of other kinds) and for workbooks with a password.
    """
    if not data:
        raise DataError("The file is empty.", where=shown, hint="Ask the organisation for the file again.")
    for sign, name, hint in _OTHERS:
        if data.startswith(sign):
            raise DataError(f"The file is {name}, not a table.", where=shown, hint=hint)
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return _zipped(data, shown)
    if data.startswith(OLE):
        return _ole(data, shown)
    if data.startswith(b"PAR1"):
        return "parquet"
    if data.startswith(SQLITE):
        return "gpkg"
    if _R_DATA.match(data) or data.startswith((b"BZh", b"\xfd7zXZ\x00")):
        return "rda"
    if data.startswith(b"\x1f\x8b"):
        return _gzipped(data, shown)
    return _text(data, shown)


def check_format(data: bytes, declared: str, shown: str) -> None:
    """Raise ``DataError`` when the bytes cannot be of the declared format, with the one that they are."""
    found = what_is(data, shown)
    alike = {
        "tsv": ("csv",), "shapefile": ("zip",), "geojson": ("json",), "topojson": ("json",),
        "json": ("geojson", "topojson", "csv"), "csv": ("geojson", "topojson", "json"),
    }  # fmt: skip
    if found == declared or found in alike.get(declared, ()):
        return
    if declared in ("geojson", "topojson", "json") and found == "csv":
        return  # let the JSON reader say on which line it breaks
    if declared == "rda" and found == "csv":
        raise DataError("The file is not R data.", where=shown, hint="Is format: rda right?")
    hint = f"Write format: {found} in case.yaml." if found != "zip" else "Name the file in it as member."
    raise DataError(f"The file is {_NAMES[found]}, not {_NAMES[declared]}.", where=shown, hint=hint)


def _zipped(data: bytes, shown: str) -> str:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = archive.namelist()
            kind = archive.read("mimetype")[:80] if "mimetype" in names[:3] and _small(archive) else b""
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise DataError("The file is a damaged zip.", where=shown, hint="Ask for it again.") from error
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "xl/workbook.bin" in names:
        _refuse("a binary workbook (.xlsb)", shown, "Save it as .xlsx.")
    if kind.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        return "ods"
    if "word/document.xml" in names or kind.startswith(b"application/vnd.oasis.opendocument"):
        _refuse("a text document", shown, "Ask for the table behind it.")
    return "zip"


def _small(archive: zipfile.ZipFile) -> bool:
    return archive.getinfo("mimetype").file_size < 200


def _ole(data: bytes, shown: str) -> str:
    if _ENCRYPTED in data:
        raise DataError("The workbook is password-protected.", where=shown, hint="Ask for it without a password.")
    if "WordDocument".encode("utf-16-le") in data:
        _refuse("a text document", shown, "Ask for the table behind it.")
    return "xls"


def _gzipped(data: bytes, shown: str) -> str:
    try:
        begins = zlib.decompressobj(wbits=31).decompress(data[:4096], 16)
    except zlib.error:
        return "rda"  # its reader says what is damaged
    if not _R_DATA.match(begins):
        _refuse("packed with gzip", shown, "Unpack it and use the file inside.")
    return "rda"


def _text(data: bytes, shown: str) -> str:
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html", b"<table")):
        _refuse("a web page", shown, "Programs save tables so, under the ending .xls too: save it as .xlsx or CSV.")
    if re.match(rb"<[a-z?!][^,;\t\n]*>", head):
        _refuse("an XML document", shown, "Save it as .xlsx or CSV (for a map: as GeoPackage or GeoJSON).")
    if head[:1] in (b"{", b"["):
        if re.search(rb'"type"\s*:\s*"Topology"', data[:65536]) or re.search(rb'"type"\s*:\s*"Topology"', data[-4096:]):
            return "topojson"
        if re.search(rb'"type"\s*:\s*"Feature(Collection)?"', data[:65536]):
            return "geojson"
        return "json"
    return "csv"


def _refuse(what: str, shown: str, hint: str) -> NoReturn:
    raise DataError(f"The file is {what}, not a table.", where=shown, hint=hint)
