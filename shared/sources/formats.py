"""Bytes of any format that organisations send become one table of texts."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from shared.cases.archive import is_zip, open_archive
from shared.cases.crosscheck_sources import SHAPES
from shared.cases.model import Source
from shared.errors import DataError
from shared.sources.delimited import parse_delimited
from shared.sources.parquet import parse_parquet
from shared.sources.records_json import parse_records
from shared.sources.rfile import parse_rda
from shared.sources.rows import TextTable, formula_notes
from shared.sources.sniff import check_format, what_is
from shared.sources.workbook import parse_workbook


def unzipped(data: bytes, source: Source, shown: str) -> tuple[bytes, str | None, str, tuple[str, ...]]:
    """Return the bytes of the file that is meant, what is meant inside it, how it is shown, and what was noticed.

    A zip around a file of another format is opened: ``member`` names the file in it (needed where there are several)
    and ``layer`` the object, list or layer inside that file. Raises ``DataError`` as ``shared.cases.archive`` does.
    """
    if not (is_zip(data) and what_is(data, shown) == "zip") or (
        source.format == "shapefile" and _holds_shapes(data, shown)
    ):
        return data, source.layer or source.member, shown, ()
    archive = open_archive(data, shown)
    name = archive.chosen(source.member)
    others = len(archive.files()) - 1
    notes = (f"The zip holds {others} other file(s), which are not read.",) if others else ()
    return archive.read(name), source.layer, f"{shown}, {name}", notes


def parse(data: bytes, source: Source, shown: str) -> TextTable:
    """Return the table of a source; raises ``DataError`` with what is wrong, where, and what to do.

    What the bytes really are is compared with the declared format first: names of files lie.
    """
    if not data:
        raise DataError("The file is empty.", where=shown, hint="Ask the organisation for the file again.")
    data, inside, shown, notes = unzipped(data, source, shown)
    check_format(data, source.format, shown)
    table = _parse(data, source, inside, shown)
    if table.frame.empty:
        raise DataError("The table has no rows.", where=shown, hint="Ask for the complete file.")
    return TextTable(table.frame, table.lines, (*notes, *table.notes), table.positions)


def _parse(data: bytes, source: Source, inside: str | None, shown: str) -> TextTable:
    rows = {"header": source.header_row, "skip": source.skip_rows}
    if source.format in ("csv", "tsv"):
        separator = source.separator or ("\t" if source.format == "tsv" else None)
        return parse_delimited(data, shown=shown, encoding=source.encoding, separator=separator, **rows)
    if source.format in ("xlsx", "xls", "ods"):
        return parse_workbook(data, shown=shown, format=source.format, sheet=source.sheet, **rows)
    if source.format == "rda":
        frame = parse_rda(data, shown=shown, member=inside)
        return TextTable(frame, (), tuple(formula_notes(frame)))
    if source.format == "json":
        return parse_records(data, shown=shown, member=inside)
    if source.format == "parquet":
        return parse_parquet(data, shown=shown)
    from shared.sources.shapes import attributes, parse_shapes  # geopandas is slow to import, and few sources need it

    assert source.format in SHAPES
    layer = parse_shapes(
        data, shown=shown, format=source.format, layer=inside, crs=source.crs, encoding=source.encoding, polygons=False
    )
    return attributes(layer)


def _holds_shapes(data: bytes, shown: str) -> bool:
    return any(name.lower().endswith(".shp") for name in open_archive(data, shown).files())


def named_like(address: str) -> str:
    """Return the last part of a path or an address, for messages and guesses by ending."""
    return unquote(urlsplit(address).path).rsplit("/", 1)[-1]
