"""What a file is, told by its bytes: an ending that lies is said, with what to write."""

from __future__ import annotations

import bz2
import gzip
import lzma
from pathlib import Path
from typing import Any

import pytest

from shared.cases.model import Source
from shared.cases.project import Project
from shared.errors import DataError
from shared.sources import rfile
from shared.sources.read import read_source
from shared.sources.sniff import what_is
from tests.cases.example import make_project, sha256
from tests.sources.made import encrypted_workbook, ods, ods_cell, ods_row, xls, xlsx, zipped


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return make_project(tmp_path)


def refused(project: Project, content: bytes, format: str, **values: Any) -> str:
    (project.sample / "f").write_bytes(content)
    source = Source.model_validate(
        {"kind": "table", "title": "T", "path": "data/sample/f", "sha256": sha256(content), "format": format,
         "licence": "L", "attribution": "A"} | values
    )  # fmt: skip
    with pytest.raises(DataError) as caught:
        read_source(project, "t", source)
    return str(caught.value)


@pytest.mark.parametrize(
    ("content", "format"),
    [
        (b"a,b\n", "csv"),
        (b"MZ,PAR,GIF\n1,2,3\n", "csv"),
        (b"<16,16-24\n1,2\n", "csv"),
        (xlsx([["a"]]), "xlsx"),
        (xls([["a"]]), "xls"),
        (ods(ods_row(ods_cell("a"))), "ods"),
        (zipped({"a.csv": b"a\n1\n"}), "zip"),
        (b"PAR1xxxx", "parquet"),
        (b"SQLite format 3\x00", "gpkg"),
        (gzip.compress(b"RDX3\nX\n", mtime=0), "rda"),
        (b'{"a": [1]}', "json"),
        (b'\xef\xbb\xbf{"type": "FeatureCollection", "features": []}', "geojson"),
        (b'{"type":"Topology"}', "topojson"),
    ],
)
def test_the_format_is_told_by_the_bytes(content: bytes, format: str) -> None:
    assert what_is(content, "f") == format


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"%PDF-1.7", "a PDF document"),
        (b"\x89PNG\r\n", "a picture"),
        (b"MZ\x90\x00", "a program"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "a web page"),
        (b'<?xml version="1.0"?><Workbook/>', "an XML document"),
        (gzip.compress(b"a,b\n1,2\n", mtime=0), "packed with gzip"),
        (zipped({"xl/workbook.bin": b""}), "a binary workbook (.xlsb)"),
        (zipped({"word/document.xml": b""}), "a text document"),
        (encrypted_workbook(), "password-protected"),
        (b"", "The file is empty."),
        (b"PK\x03\x04rubbish", "a damaged zip"),
        (b"\x00\x00\x27\x0a", "Put .shp, .shx, .dbf and .prj into one zip."),
    ],
)
def test_what_no_table_is_read_from(content: bytes, expected: str) -> None:
    with pytest.raises(DataError) as caught:
        what_is(content, "f")
    assert expected in str(caught.value)


@pytest.mark.parametrize(
    ("content", "declared", "expected"),
    [
        (xlsx([["a"], [1]]), "csv", "The file is an Excel workbook, not delimited text. Write format: xlsx"),
        (b"a,b\n1,2\n", "xlsx", "The file is delimited text, not an Excel workbook. Write format: csv"),
        (xls([["a"]]), "xlsx", "The file is an old Excel workbook, not an Excel workbook. Write format: xls"),
        (b"a,b\n1,2\n", "parquet", "The file is delimited text, not Parquet."),
        (zipped({"a.csv": b"a\n1\n"}), "ods", "not an OpenDocument spreadsheet"),
        (b"<html>", "xls", "save it as .xlsx or CSV"),
    ],
)
def test_a_declared_format_that_the_bytes_contradict(
    project: Project, content: bytes, declared: str, expected: str
) -> None:
    assert expected in refused(project, content, declared)


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_r_data_that_would_grow_without_end(project: Project, pack: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    data = pack(b"RDX3\nX\n" + bytes(40_000_000))
    assert len(data) < 60_000
    monkeypatch.setattr(rfile, "MAX_UNPACKED", 30_000_000)
    assert "would grow to more than" in refused(project, data, "rda")
    monkeypatch.setattr(rfile, "MAX_UNPACKED", 50_000_000)
    assert "more than 250 times its size" in refused(project, data, "rda")
    monkeypatch.setattr(rfile, "MAX_RATIO", 10_000_000)
    assert "cannot be read as R data" in refused(project, data, "rda")
    assert "cannot be read as R data" in refused(project, data[:-20], "rda")


def test_a_file_too_large_to_hold(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    from shared.sources import read

    monkeypatch.setattr(read, "MAX_BYTES", 7)
    assert "The file has 8 bytes; at most 2 GB are read." in refused(project, b"a,b\n1,2\n", "csv")
