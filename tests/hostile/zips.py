"""Hostile zips: bombs, names that lead out of the folder, links, lies about size and packing."""

from __future__ import annotations

import io
import stat
import struct
import zipfile

from tests.hostile.inputs import CANARY, ESCAPE, Hostile, reads, refused
from tests.sources.made import lying_zip, zipped

TABLE = f"a,b\n{CANARY},2\n".encode()


def _bomb(levels: int) -> bytes:
    data = zipped({"t.csv": b"a,b\n" + b"1,2\n" * 2_000_000})
    for _ in range(levels):
        data = zipped({f"{n}.zip": data for n in range(4)})
    return data


def _overlapping() -> bytes:
    """Many names for the same packed bytes (David Fifield's kind of bomb): the list is long, the file is short."""
    plain = zipped({"t.csv": b"a,b\n" + b"1,2\n" * 400_000})
    at = plain.index(b"PK\x01\x02")
    local, central = plain[:at], plain[at : plain.index(b"PK\x05\x06")]
    entries = b"".join(central.replace(b"t.csv", b"%05d" % n) for n in range(4000))
    return local + entries + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 4000, 4000, len(entries), len(local), 0)


def _special(kind: int) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        info = zipfile.ZipInfo("t.csv")
        info.external_attr = (kind | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    return stream.getvalue()


_PATHS = ["../t.csv", "../../../../tmp/t.csv", "/etc/cron.d/t.csv", "a/../../t.csv", "..\\t.csv", "C:\\t.csv",
          "\\\\server\\share\\t.csv", "C:t.csv", "a/..\\..\\t.csv", "//t.csv", "./../t.csv", "..", "/"]  # fmt: skip
_NAMES = {"a line break": "a\nb.csv", "escape codes": f"{ESCAPE}.csv", "markup": "<img src=x onerror=alert(1)>.csv",
          "quotes": "a\"b'c.csv", "right to left": "\u202evsc.exe.csv", "255 signs": "n" * 251 + ".csv",
          "a device": "CON.csv", "dots": "....csv", "percent": "%2e%2e%2ft.csv"}  # fmt: skip

INPUTS: list[Hostile] = [
    refused("a bomb of one member", "csv", lambda: zipped({"t.csv": bytes(80_000_000)}), "zip bomb"),
    refused("a bomb under the size that is looked at", "csv", lambda: zipped({"t.csv": bytes(19_000_000)}), "null"),
    refused("zips in zips", "csv", lambda: _bomb(2), "several files"),
    refused("a zip in a zip", "csv", lambda: zipped({"in.zip": zipped({"t.csv": TABLE})}), "a zip, not delimited text"),
    refused("a zip that is its own member, declared", "csv", lambda: _bomb(1), "not delimited text", member="0.zip"),
    refused("a bomb of overlapping members", "csv", _overlapping, ""),
    refused("too many members", "csv", lambda: zipped({f"{n}.csv": b"" for n in range(6000)}), "at most 5,000"),
    *(
        refused(f"a name that leads out: {path}", "csv", zipped({"t.csv": TABLE, path: TABLE}), "leads out")
        for path in _PATHS
    ),
    *(
        refused(f"a name that leads out, wanted: {path}", "csv", zipped({path: TABLE}), "leads out", member=path)
        for path in _PATHS[:3]
    ),
    *(reads(f"a name with {what}", "csv", zipped({name: TABLE}), 1, CANARY) for what, name in _NAMES.items()),
    *(
        refused(f"several names with {what}", "csv", zipped({name: TABLE, "x.csv": TABLE}), "several files")
        for what, name in _NAMES.items()
    ),
    refused("a symbolic link", "csv", _special(stat.S_IFLNK), "leads out"),
    refused("a device file", "csv", _special(stat.S_IFCHR), ""),
    refused("a longer member than it says", "csv", lying_zip("t.csv", TABLE * 1000, said=len(TABLE)), "longer than"),
    refused("a member twice", "csv", zipped({"t.csv": TABLE, "u.csv": TABLE}).replace(b"u.csv", b"t.csv"), "twice"),
    refused("a truncated zip", "csv", zipped({"t.csv": TABLE})[:-10], "damaged"),
    refused(
        "a zip whose list is elsewhere", "csv", zipped({"t.csv": TABLE})[:-6] + b"\xff\xff\xff\x7f\x00\x00", "damaged"
    ),
    refused("an empty zip", "csv", zipped({}), "zip is empty"),
    refused("a zip of folders", "csv", zipped({"a/": b"", "b/": b""}), "zip is empty"),
    refused("another packing", "csv", zipped({"t.csv": TABLE}, zipfile.ZIP_LZMA), "not read"),
    reads("a zip behind other bytes", "csv", zipped({"t.csv": TABLE}), 1, CANARY),
    refused("other bytes before a zip", "csv", b"a,b\n1,2\n" + zipped({"t.csv": TABLE}), ""),
    refused(
        "a member of hostile name that is not there",
        "csv",
        zipped({"t.csv": TABLE}),
        "There is no file",
        member=f"{ESCAPE}\n../x",
    ),
    refused("a workbook's twin", "csv", zipped({"xl/workbook.xml": TABLE, "t.csv": TABLE}), "an Excel workbook"),
]
