"""Hostile workbooks: formulas, links to elsewhere, texts without end, sheets that unfold, spoilt XML."""

# ruff: noqa: E501  # one input a line, as far as it goes

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from typing import Any

from tests.hostile.inputs import CANARY, ESCAPE, FORMULAS, SCRIPT, Hostile, reads, refused
from tests.sources.made import changed_member, encrypted_workbook, ods, ods_cell, ods_row, xls, xlsx, zipped

SHEET = "xl/worksheets/sheet1.xml"
_C = CANARY
_ROWS = [["a", "b"], [_C, 1]]
_SOUND_ODS = ods_row(ods_cell("a"), ods_cell("b")) + ods_row(ods_cell(_C), ods_cell("1", "float"))


def _sheet(change: Callable[[bytes], bytes]) -> bytes:
    return changed_member(xlsx(_ROWS), SHEET, change)


def _texts(rows: list[list[str]]) -> bytes:
    """A workbook whose cells are texts, also those that look like formulas."""

    def change(book: Any) -> None:
        for row in book.active.iter_rows(min_row=2):
            for cell in row:
                cell.data_type = "s"

    return xlsx(rows, change=change)


def _linked() -> bytes:
    """A formula on another workbook, with its last result stored beside it."""
    with_link = changed_member(
        xlsx([["a", "b"], [_C, "='[https://example.org/other.xlsx]S'!A1"]]), SHEET,
        lambda xml: xml.replace(b"<v />", b"<v>5</v>").replace(b"<v></v>", b"<v>5</v>"),
    )  # fmt: skip
    return changed_member(with_link, "xl/_rels/workbook.xml.rels", lambda xml: xml.replace(
        b"</Relationships>",
        b'<Relationship Id="x9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLink"'
        b' Target="https://example.org/other.xlsx" TargetMode="External"/></Relationships>'))  # fmt: skip


def _shared(xml: bytes, cell: bytes = b'<c r="A2" t="s"><v>0</v></c>') -> bytes:
    """A workbook whose one text stands in the table of shared texts."""
    rows = b'<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row><row r="2">' + cell + b"</row>"
    link = (b'<Relationship Id="x8" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
            b'sharedStrings" Target="/xl/sharedStrings.xml"/></Relationships>')  # fmt: skip
    with zipfile.ZipFile(io.BytesIO(xlsx(_ROWS))) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    sheet, links = members[SHEET], members["xl/_rels/workbook.xml.rels"]
    members[SHEET] = sheet[: sheet.index(b"<sheetData>")] + b"<sheetData>" + rows + b"</sheetData></worksheet>"
    members["xl/_rels/workbook.xml.rels"] = links.replace(b"</Relationships>", link)
    return zipped({**members, "xl/sharedStrings.xml": xml})


_SST = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
_ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
_FILE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def _spoilt(data: bytes) -> list[bytes]:
    return [data[: len(data) // 3], data[: len(data) // 2], data[:-200]]


INPUTS: list[Hostile] = [
    *(reads(f"xlsx: a text like a formula: {text!r}", "xlsx", _texts([["a", "b"], [text, _C]]), 1, text, _C,
            says="begin like a formula") for text in FORMULAS if "\r" not in text),
    refused("xlsx: formulas without results", "xlsx", xlsx([["a", "b"], ["=1+1", _C]]), "no stored result"),
    reads("xlsx: a link to another workbook", "xlsx", _linked, 1, "5", _C, says="results of formulas"),
    refused("xlsx: a stray cell far out", "xlsx", _sheet(lambda xml: xml.replace(
        b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')), "more than can be read"),
    refused("xlsx: cells beyond the sheet", "xlsx", _sheet(lambda xml: xml.replace(b'r="A2"', b'r="ZZZ9999999"')), ""),
    refused("xlsx: a row number without end", "xlsx", _sheet(lambda xml: xml.replace(b'r="A2"', b'r="A' + b"9" * 60
                                                                                   + b'"')), ""),
    reads("xlsx: 200,000 shared texts", "xlsx", lambda: _shared(
        _SST + b"".join(b"<si><t>text %d</t></si>" % n for n in range(200_000)) + b"</sst>"), 1, "text 0"),
    refused("xlsx: a shared text that is not there", "xlsx", lambda: _shared(
        _SST + b"<si><t>x</t></si></sst>", b'<c r="A2" t="s"><v>99999999</v></c>'), ""),
    reads("xlsx: a shared text of negative number", "xlsx", lambda: _shared(
        _SST + b"<si><t>x</t></si></sst>", b'<c r="A2" t="s"><v>-1</v></c>'), 1),
    refused("xlsx: one shared text of 60 MB", "xlsx", lambda: _shared(_SST + b"<si><t>" + b"x" * 60_000_000
                                                                     + b"</t></si></sst>"), "zip bomb"),
    refused("xlsx: shared texts with entities", "xlsx", lambda: _shared(_ENTITIES + _SST + b"<si><t>&b;</t></si></sst>"),
            ""),
    refused("xlsx: shared texts that read a file", "xlsx", lambda: _shared(_FILE + _SST + b"<si><t>&a;</t></si></sst>"),
            ""),
    refused("xlsx: the workbook with entities", "xlsx", changed_member(
        xlsx(_ROWS), "xl/workbook.xml", lambda _: _ENTITIES + b"<workbook>&b;</workbook>"), ""),
    refused("xlsx: a part that lies elsewhere", "xlsx", changed_member(
        xlsx(_ROWS), "xl/_rels/workbook.xml.rels",
        lambda xml: xml.replace(b"worksheets/sheet1.xml", b"../../../etc/passwd")), ""),
    refused("xlsx: a part on the network", "xlsx", changed_member(
        xlsx(_ROWS), "xl/_rels/workbook.xml.rels",
        lambda xml: xml.replace(b"/xl/worksheets/sheet1.xml", b"https://example.org/s.xml")), ""),
    refused("xlsx: no sheets", "xlsx", changed_member(
        xlsx(_ROWS), "xl/workbook.xml", lambda xml: xml[: xml.index(b"<sheets>")] + b"<sheets/></workbook>"), ""),
    refused("xlsx: a sheet that is no XML", "xlsx", _sheet(lambda _: _C.encode() * 1000), ""),
    refused("xlsx: a sheet cut off", "xlsx", _sheet(lambda xml: xml[: len(xml) // 2]), ""),
    refused("xlsx: a sheet without rows", "xlsx", _sheet(lambda _: b"<worksheet><sheetData/></worksheet>"), ""),
    refused("xlsx: XML nested a million deep", "xlsx", lambda: _sheet(lambda _: b"<worksheet>" + b"<a>" * 1_000_000), ""),
    refused("xlsx: no list of parts", "xlsx", zipped({"xl/workbook.xml": b"<workbook/>"}), ""),
    reads("xlsx: a name of markup", "xlsx", xlsx([[SCRIPT, "b"], [_C, 1]]), 1, _C),
    refused("xlsx: hostile names twice", "xlsx", xlsx([[SCRIPT, SCRIPT], [_C, 1]]), "occurs 2 times"),
    reads("xlsx: a sheet named by markup", "xlsx", xlsx(_ROWS, sheet="<img src=x>"), 1, _C),
    reads("xlsx: 500 columns", "xlsx", lambda: xlsx([[f"c{n}" for n in range(500)], [_C] * 500]), 1, _C),
    reads("xlsx: dates out of range", "xlsx", xlsx([["a", "b"], [dt.date(1900, 1, 1), _C], [dt.date(9999, 12, 31), 1]]),
          2, _C, "9999-12-31"),
    reads("xlsx: a date no calendar has", "xlsx", _sheet(lambda xml: xml.replace(b"<v>1</v>", b"<v>99999999999</v>")),
          1, _C),
    reads("xlsx: a number beyond all floats", "xlsx", _sheet(lambda xml: xml.replace(b"<v>1</v>", b"<v>1e308</v>")), 1,
          _C),
    reads("xlsx: a number that is infinite", "xlsx", _sheet(lambda xml: xml.replace(b"<v>1</v>", b"<v>1e999</v>")), 1,
          _C, "inf"),
    refused("xlsx: a number that is none", "xlsx", _sheet(lambda xml: xml.replace(b"<v>1</v>", b"<v>\xff\xfe</v>")), ""),
    reads("xlsx: escape codes in a cell", "xlsx", _sheet(lambda xml: xml.replace(
        b'<v>1</v>', b'<v>1</v>')), 1, _C),
    refused("xlsx: a macro workbook of bytes", "xlsx", zipped({"xl/workbook.bin": b"\x00" * 100}), "binary workbook"),
    refused("xlsx: a text document", "xlsx", zipped({"word/document.xml": b"<w/>"}), "a text document"),
    refused("xlsx: a password", "xlsx", encrypted_workbook(), "password"),
    *(refused(f"xlsx: truncated ({n})", "xlsx", data, "damaged") for n, data in enumerate(_spoilt(xlsx(_ROWS)))),
    refused("xlsx: plain text under its name", "xlsx", f"a,b\n{_C},1\n".encode(), "delimited text, not an Excel"),
    refused("xlsx: a sheet that is not there", "xlsx", xlsx(_ROWS), "There is no sheet", sheet=f"{ESCAPE}"),
    *(refused(f"xls: truncated ({n})", "xls", data, "damaged") for n, data in enumerate(_spoilt(xls(_ROWS))[:2])),
    refused("xls: an OLE file of nothing", "xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000), "damaged"),
    reads("xls: a text like a formula", "xls", xls([["a", "b"], [FORMULAS[0], _C]]), 1, FORMULAS[0], _C,
          says="begin like a formula"),
    refused("ods: a row repeated without end", "ods", ods(ods_row(ods_cell("a", repeated=16_384), repeated=1_048_576)),
            "unfolds"),
    refused("ods: repeated more often than a number can say", "ods", ods(_SOUND_ODS + ods_row(
        ods_cell(_C, repeated=99_999_999_999), repeated=99_999_999_999)), "unfolds"),
    refused("ods: repeated a number of 60 digits", "ods", ods(_SOUND_ODS + ods_row(ods_cell(_C)).replace(
        'rows-repeated="1"', f'rows-repeated="{"9" * 60}"')), ""),
    refused("ods: repeated minus once", "ods", ods(_SOUND_ODS + ods_row(ods_cell(_C, repeated=-1), repeated=-5)), ""),
    refused("ods: entities", "ods", changed_member(ods(_SOUND_ODS), "content.xml", lambda xml: _ENTITIES + b"<a>&b;</a>"),
            "XML entities"),
    refused("ods: entities behind a long comment", "ods", changed_member(
        ods(_SOUND_ODS), "content.xml", lambda xml: b"<!--" + b" " * 8000 + b"-->" + _ENTITIES + xml[38:]), ""),
    refused("ods: a formula without a result", "ods", ods(_SOUND_ODS + ods_row(
        ods_cell(kind="empty", more='table:formula="of:=WEBSERVICE(1)"'))), "no stored result"),
    reads("ods: a text like a formula", "ods", ods(_SOUND_ODS + ods_row(ods_cell("=cmd|x!A0"), ods_cell("2", "float"))),
          2, "=cmd|x!A0", says="begin like a formula"),
    *(refused(f"ods: truncated ({n})", "ods", data, "damaged") for n, data in enumerate(_spoilt(ods(_SOUND_ODS))[:2])),
    refused("ods: cut off inside", "ods", changed_member(ods(_SOUND_ODS), "content.xml", lambda xml: xml[:-100]), ""),
    refused("ods: no content", "ods", zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), "damaged"),
]  # fmt: skip
