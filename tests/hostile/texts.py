"""Hostile CSV and TSV: bytes that are no text, heads that are markup, quotes that never end."""

# ruff: noqa: E501  # one input a line, as far as it goes

from __future__ import annotations

import gzip

from tests.hostile.inputs import CANARY, ESCAPE, FORMULAS, SCRIPT, Hostile, reads, refused

PLAIN = f"name,n\n{CANARY},1\nB,2\n"
_C = CANARY


def _wide(columns: int) -> bytes:
    head = ",".join(f"c{n}" for n in range(columns))
    return f"{head}\n{','.join([_C] * columns)}\n".encode()


def _head(text: str) -> bytes:
    quoted = text.replace('"', '""')
    return f'"{quoted}",n\n{_C},1\n'.encode()


_UTF16 = PLAIN.encode("utf-16")
_HEADS = {
    "script": SCRIPT, "style": "</style><style>*{background:url(https://example.org)}</style>",
    "link": "<a href='javascript:alert(1)'>x</a>", "markdown link": "[x](javascript:alert(1))",
    "markdown picture": "![x](https://example.org/a.png)", "template": "{{7*7}}{% import os %}${7*7}",
    "formula": '=HYPERLINK("https://example.org")', "quotes": 'a"b\'c`d', "comment": "<!-- --><!--[if IE]>",
    "entity": "&lt;script&gt;&#x3c;script&#x3e;", "right to left": "\u202egnp.exe", "zero width": "na\u200bme",
    "path": "../../etc/passwd", "sql": "x'; DROP TABLE records; --", "long": "h" * 5000, "yaml": "a: !!python/object:os",
    "percent": "%s%n%x{0}{0.__class__}", "emoji": "👩‍👩‍👧‍👦", "vega": "datum['a'] || alert(1)",
    "dotted": "a.b[0]\\c", "dunder": "__class__", "spaces": "   ", "non-breaking": "a\u00a0b",
}  # fmt: skip

INPUTS: list[Hostile] = [
    refused("empty", "csv", b"", "The file is empty"),
    reads("only spaces", "csv", b"   \n \n", 1, " "),
    refused("only newlines", "csv", b"\n" * 1000, "The file is empty"),
    refused("only a byte order mark", "csv", b"\xef\xbb\xbf", "The file is empty"),
    refused("only a heading", "csv", b"a,b\n", "no rows"),
    refused("null bytes", "csv", PLAIN.replace("B", "\x00").encode(), "null bytes"),
    refused("null bytes only", "csv", bytes(10_000), "null bytes"),
    refused("a null byte in the heading", "csv", b"a\x00b,n\nx,1\n", "null bytes"),
    reads("a byte order mark", "csv", b"\xef\xbb\xbf" + PLAIN.encode(), 2, _C),
    reads("two byte order marks", "csv", b"\xef\xbb\xbf\xef\xbb\xbf" + PLAIN.encode(), 2, _C),
    reads("UTF-16", "csv", _UTF16, 2, _C),
    reads("UTF-16 big endian", "csv", b"\xfe\xff" + PLAIN.encode("utf-16-be"), 2, _C),
    reads("UTF-16 without a mark", "csv", PLAIN.encode("utf-16-le"), 2, _C),
    refused("UTF-16 cut in half", "csv", _UTF16[:-1], "is no text"),
    refused("UTF-16 with a lone surrogate", "csv", _UTF16 + b"\x00\xd8\x0a\x00", "is no text"),
    reads("UTF-32", "csv", PLAIN.encode("utf-32"), 2, _C),
    refused("UTF-32 cut", "csv", PLAIN.encode("utf-32")[:-2], "is no text"),
    refused("a UTF-16 mark on plain text", "csv", b"\xff\xfe" + PLAIN.encode() + b"x", "is no text"),
    refused("a UTF-8 mark on UTF-16", "csv", b"\xef\xbb\xbf" + _UTF16[2:], "null bytes"),
    refused("mixed encodings", "csv", f"n,x\n{_C},é\n".encode() + "B,é\n".encode("cp1252"), "mixes two encodings"),
    reads(
        "mixed encodings, declared",
        "csv",
        f"n,x\n{_C},é\n".encode() + "B,é\n".encode("cp1252"),
        2,
        "é",
        _C,
        encoding="utf-8+cp1252",
    ),
    refused("an overlong UTF-8 sequence", "csv", b"a,b\n\xc0\xaf\x81,1\n", "is no text"),
    refused(
        "UTF-8 declared, cp1252 inside", "csv", f"n,x\n{_C},é\n".encode("cp1252"), "encoding utf-8", encoding="utf-8"
    ),
    refused("an encoding that runs code", "csv", PLAIN.encode(), "", encoding="rot13"),
    refused("an encoding that unpacks", "csv", PLAIN.encode(), "", encoding="zlib_codec"),
    refused("an encoding that is none", "csv", PLAIN.encode(), "", encoding="../../x"),
    refused("an encoding of escapes", "csv", b"a,b\n\\u,1\n", "", encoding="unicode_escape"),
    refused("a quote never closed", "csv", f'a,b\n"{_C},1\nB,2\n'.encode(), "never closed"),
    refused("a quote never closed, long", "csv", (f'a,b\n"{_C}' + "x\n" * 100_000).encode(), "longer than"),
    refused("signs after a closing quote", "csv", f'a,b\n"{_C}"x,1\n'.encode(), "breaks off"),
    refused("a cell of a million signs", "csv", b"a,b\n" + b"x" * 1_000_000 + b",1\n", "longer than"),
    reads("a carriage return inside a cell", "csv", f'a,b\n"{_C}\rx",1\n'.encode(), 1, f"{_C}\rx"),
    reads("line ends of an old Macintosh", "csv", PLAIN.replace("\n", "\r").encode(), 2, _C),
    refused("ragged rows", "csv", f"a,b\n{_C}\n1,2,3\n".encode(), "do not have the 2 cells"),
    refused("a column name twice", "csv", f"a,a\n{_C},1\n".encode(), "occurs 2 times"),
    refused(
        "the same name a thousand times",
        "csv",
        (",".join(["a"] * 1000) + "\n" + ",".join(["1"] * 1000)).encode(),
        "occurs 1000 times",
    ),
    refused(
        "no heading: a record is in its place",
        "csv",
        f"{_C},{_C},1990-02-03,9434765919\nB,B,1980-01-01,3\n".encode(),
        "is a record, not the column names",
    ),
    refused(
        "no heading, columns declared",
        "csv",
        f"{_C},07700900123,1990-02-03\nB,07700900124,1980-01-01\n".encode(),
        "is a record, not the column names",
        columns={"name": {"role": "identifier"}},
    ),
    reads("10,000 columns", "csv", lambda: _wide(10_000), 1, _C),
    refused("30,000 columns", "csv", lambda: _wide(30_000), "at most 20,000 are read"),
    refused("a million separators", "csv", b"," * 1_000_000 + b"\n1\n", "no rows"),
    reads("100,000 blank lines", "csv", b"a,b\n" + b"\n" * 100_000 + b"1,2\n", 1, "2"),
    reads("Excel's own first line", "csv", f"sep=;\na;b\n{_C};2\n".encode(), 1, _C),
    reads("a separator that is a quotation mark", "csv", b'sep="\na"b\n1"2\n', 1, "1", "2"),
    *(
        reads(
            f"a formula: {formula!r}",
            "csv",
            f'a,b\n"{formula.replace(chr(34), chr(34) * 2)}",{_C}\n'.encode(),
            1,
            formula,
            _C,
            says="begin like a formula",
        )
        for formula in FORMULAS
    ),
    *(reads(f"heading: {what}", "csv", _head(text), 1, _C) for what, text in _HEADS.items()),
    reads("heading: escape codes", "csv", _head(ESCAPE), 1, _C),
    reads("heading: a line break", "csv", _head("a\nb"), 1, _C),
    refused("heading: escape codes, twice", "csv", f"{ESCAPE},{ESCAPE}\n{_C},1\n".encode(), "occurs 2 times"),
    reads("cells: escape codes", "csv", f"a,b\n{ESCAPE}{_C},1\n".encode(), 1, ESCAPE + _C),
    reads("cells: script", "csv", f'a,b\n"{SCRIPT}{_C}",1\n'.encode(), 1, SCRIPT + _C),
    reads("cells: a number without end", "csv", b"a,b\n" + b"9" * 20_000 + b",1\n", 1, "9" * 20_000),
    refused(
        "an integer without end",
        "csv",
        b"a,b\n" + b"9" * 20_000 + b",1\n",
        "not of type integer",
        kind="table",
        columns={"a": {"role": "count", "type": "integer"}},
    ),
    refused(
        "an integer beyond 64 bits",
        "csv",
        b"a,b\n99999999999999999999,1\n",
        "not of type integer",
        kind="table",
        columns={"a": {"role": "count", "type": "integer"}},
    ),
    refused(
        "a number that is infinite",
        "csv",
        b"a,b\n1e999,1\ninf,2\nnan,3\n",
        "not of type number",
        kind="table",
        columns={"a": {"role": "measure", "type": "number"}},
    ),
    refused(
        "dates out of range",
        "csv",
        b"a,b\n99999-01-01,1\n0000-00-00,2\n2024-13-45,3\n",
        "not of type date",
        kind="table",
        columns={"a": {"role": "date", "type": "date"}},
    ),
    reads(
        "a date of another age",
        "csv",
        b"a,b\n0001-01-01,1\n9999-12-31,2\n",
        2,
        kind="table",
        columns={"a": {"role": "date", "type": "date"}},
    ),
    reads("digits of other scripts", "csv", "a,b\n١٢٣,１２３\n".encode(), 1, "١٢٣", "１２３"),
    refused("a web page", "csv", f"<!doctype html><table><td>{_C}</table>".encode(), "a web page"),
    refused("an SVG with a script", "csv", f"<svg onload=alert(1)>{_C}</svg>\n".encode(), "an XML document"),
    refused("a PDF", "csv", b"%PDF-1.7\n" + _C.encode(), "a PDF document"),
    refused("a program", "csv", b"\x7fELF" + bytes(500), "a program"),
    refused("gzip", "csv", gzip.compress(PLAIN.encode()), "packed with gzip"),
    refused(
        "tab separated, declared as commas", "csv", f"a\tb\n{_C}\t1\nB\t2\n".encode(), "Write separator", separator=","
    ),
    reads("tsv", "tsv", f"a\tb\n{_C}\t1\n".encode(), 1, _C),
    refused("a heading line that the file does not have", "csv", PLAIN.encode(), "header_row", header_row=900),
    refused("a skipped line that the file does not have", "csv", PLAIN.encode(), "skip_rows", skip_rows=[900]),
]
