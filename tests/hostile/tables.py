"""Hostile Parquet, R data and JSON."""

# ruff: noqa: E501  # one input a line, as far as it goes

from __future__ import annotations

import bz2
import functools
import gzip
import json
import lzma
import struct
import tempfile
from pathlib import Path

import duckdb

from tests.hostile.inputs import CANARY, ESCAPE, FORMULAS, SCRIPT, Hostile, reads, refused
from tests.sources.made import zipped

_C = CANARY


@functools.cache
def _parquet(query: str, **options: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        path = Path(folder) / "t.parquet"
        connection.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")
        return path.read_bytes()


_SOUND = f"SELECT '{_C}' AS a, 1 AS b"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _hole(data: bytes, at: int, said: bytes) -> bytes:
    return data[:at] + said + data[at + len(said) :]


def _r(body: bytes) -> bytes:
    """R data of version 2 in XDR form with this content."""
    return b"RDX2\nX\n" + struct.pack(">iii", 2, 0x040000, 0x020300) + body


_LONG_VECTOR = struct.pack(">ii", 14, 2_000_000_000)
_PAIRLIST = struct.pack(">i", 0x402) + struct.pack(">ii", 1, 0x40009) + struct.pack(">i", 1) + b"x"
_DEEP_R = _PAIRLIST + struct.pack(">ii", 19, 1) * 100_000
_JSON = json.dumps([{"a": _C, "b": 1}]).encode()

INPUTS: list[Hostile] = [
    *(refused(f"parquet: truncated ({part})", "parquet", lambda part=part: _parquet(_SOUND)[: int(  # type: ignore[misc]
        len(_parquet(_SOUND)) * part)], "cannot be read as Parquet") for part in (0.1, 0.5, 0.9, 0.99)),
    refused("parquet: only its sign", "parquet", b"PAR1PAR1", "cannot be read as Parquet"),
    refused("parquet: a foot without end", "parquet", lambda: _hole(
        _parquet(_SOUND), len(_parquet(_SOUND)) - 8, b"\xff\xff\xff\x7f"), "cannot be read as Parquet"),
    refused("parquet: no rows", "parquet", lambda: _parquet(f"{_SOUND} WHERE false"), "no rows"),
    refused("parquet: a billion equal values", "parquet", lambda: _parquet("SELECT 1 AS a FROM range(250000000)"),
            "more than can be read"),
    reads("parquet: names of markup", "parquet", lambda: _parquet(f"SELECT '{_C}' AS {_quoted(SCRIPT)}"), 1, _C),
    reads("parquet: names that are commands", "parquet", lambda: _parquet(
        f"SELECT '{_C}' AS {_quoted(chr(34) + ') FROM x; --')}"), 1, _C),
    reads("parquet: a formula", "parquet", lambda: _parquet(f"SELECT '=cmd|x' AS a, '{_C}' AS b"), 1, "=cmd|x", _C,
          says="begin like a formula"),
    reads("parquet: nested", "parquet", lambda: _parquet(f"SELECT [1, 2] AS a, {{'x': '{_C}'}} AS b"), 1,
          says="kept as one text"),
    reads("parquet: huge integers", "parquet", lambda: _parquet("SELECT 170141183460469231731687303715884105727::HUGEINT"
          " AS a, 9223372036854775807 AS b, 18446744073709551615::UBIGINT AS c"), 1, "9223372036854775807",
          "18446744073709551615"),
    reads("parquet: dates out of range", "parquet", lambda: _parquet(
        "SELECT DATE '99999-01-01' AS a, TIMESTAMP '9999-12-31 23:59:59' AS b, DATE '0001-01-01 (BC)' AS c"), 1,
        "99999-01-01"),
    reads("parquet: not a number", "parquet", lambda: _parquet("SELECT 'nan'::DOUBLE AS a, 'inf'::DOUBLE AS b, 1 AS c"),
          1, "1"),
    refused("parquet: text under its name", "parquet", f"a,b\n{_C},1\n".encode(), "delimited text, not Parquet"),
    refused("rda: plain text", "rda", f"a,b\n{_C},1\n".encode(), "not R data"),
    refused("rda: only its sign", "rda", b"RDX2\nX\n", "R data"),
    refused("rda: a vector without end", "rda", _r(_LONG_VECTOR), ""),
    refused("rda: lists in lists without end", "rda", _r(_DEEP_R), "R data"),
    refused("rda: truncated gzip", "rda", gzip.compress(_r(_DEEP_R))[:60], "R data"),
    refused("rda: a bomb of gzip", "rda", lambda: gzip.compress(b"RDX2\nX\n" + bytes(60_000_000)), "250 times"),
    refused("rda: a bomb of bzip2", "rda", lambda: bz2.compress(b"RDX2\n" + bytes(50_000_000)), "250 times"),
    refused("rda: a bomb of xz", "rda", lambda: lzma.compress(b"RDX2\n" + bytes(50_000_000), preset=1), "250 times"),
    refused("rda: an xz that wants all memory", "rda", b"\xfd7zXZ\x00\x00\x04" + b"\xff" * 200, "R data"),
    refused("rda: code", "rda", _r(struct.pack(">i", 6) + bytes(40)), "R data"),
    refused("rda: an environment", "rda", _r(struct.pack(">ii", 4, 1) + bytes(40)), "R data"),
    refused("rda: a pickle", "rda", b"\x80\x04\x95\x1a\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x94\x8c\x06system\x94.",
            ""),
    refused("json: cut off", "json", _JSON[:-3], "not valid JSON"),
    refused("json: nested 200,000 deep", "json", b"[" * 200_000 + b"]" * 200_000, "not valid JSON"),
    refused("json: blocks nested 50,000 deep", "json", b'[{"a":' * 50_000 + b"1" + b"}]" * 50_000, "not valid JSON"),
    refused("json: a key twice", "json", f'[{{"a": "{_C}", "a": 2}}]'.encode(), "twice"),
    refused("json: not UTF-8", "json", b'[{"a": "\xff\xfe"}]', "not UTF-8"),
    refused("json: UTF-16", "json", _JSON.decode().encode("utf-16"), ""),
    refused("json: a text", "json", json.dumps(_C).encode(), ""),
    refused("json: a number of a million digits", "json", b"9" * 1_000_000, ""),
    reads("json: a number of a million digits in a cell", "json", b'[{"a": ' + b"9" * 100_000 + b"}]", 1, "9" * 100_000),
    reads("json: not a number", "json", b'[{"a": NaN, "b": Infinity, "c": "x"}]', 1, "x"),
    refused("json: null bytes", "json", b'[{"a": "x\\u0000y"}]', "null bytes"),
    refused("json: a lone surrogate", "json", b'[{"a": "\\ud800"}]', ""),
    refused("json: a lone surrogate as a key", "json", b'[{"\\ud800": 1}]', ""),
    reads("json: keys of markup", "json", json.dumps([{SCRIPT: _C, "__proto__": 1}]).encode(), 1, _C),
    reads("json: escape codes", "json", json.dumps([{"a": ESCAPE + _C}]).encode(), 1, ESCAPE + _C),
    reads("json: an empty key", "json", json.dumps([{"": _C}]).encode(), 1, _C),
    refused("json: lists of lists", "json", json.dumps([[_C, 1]]).encode(), "not a list of records"),
    refused("json: 30,000 keys", "json", lambda: json.dumps([{f"k{n}": n for n in range(30_000)}]).encode(),
            "at most 20,000"),
    refused("json: a key of each record's own", "json", lambda: json.dumps([{f"k{n}": n} for n in range(25_000)])
            .encode(), "at most 20,000"),
    reads("json: a formula", "json", json.dumps([{"a": FORMULAS[0], "b": _C}]).encode(), 1, FORMULAS[0],
          says="begin like a formula"),
    refused("json: a member that is not there", "json", json.dumps({"rows": [{"a": 1}]}).encode(), "There is no member",
            member=f"x{ESCAPE}"),
    refused("json: a member of no records", "json", json.dumps({"rows": {"a": _C}}).encode(), "", member="rows"),
    reads("json: lines", "json", f'{{"a": "{_C}"}}\n{{"a": 2}}\n'.encode(), 2, _C),
    refused("json: lines, one spoilt", "json", f'{{"a": "{_C}"}}\n{{"a": 2\n'.encode(), "not valid JSON"),
    refused("json: in a zip with a hostile neighbour", "json", zipped({"a.json": _JSON, "../b": b""}), "leads out"),
]  # fmt: skip
