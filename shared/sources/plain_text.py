"""A short cut for large delimited files that are wholly regular: one line a row, no quotation marks, no empty rows.

Regularity is proved first by counting separators line by line; whatever is not regular is left to the careful reader.
Both give the same table (a test holds them to each other).
"""

from __future__ import annotations

import csv
import io
from typing import BinaryIO

import numpy as np
import pandas as pd

from shared.sources.rows import MAX_COLUMNS, TextTable, formula_notes

LARGE = 2_000_000
"""Bytes from which the short cut is worth its check."""
_LONGEST = 131_072
_PIECE = 1 << 24


def parse_plain(data: bytes, separator: str, notes: list[str]) -> TextTable | None:
    """Return the table of UTF-8 text without a byte order mark, or None when it is not wholly ``regular``."""
    names = regular(io.BytesIO(data), separator)
    if names is None:
        return None
    frame = pd.read_csv(
        io.BytesIO(data), sep=separator, dtype="str", keep_default_na=False, na_values=[""], quoting=csv.QUOTE_NONE,
        encoding="utf-8", skip_blank_lines=False, index_col=False, engine="c",
    )  # fmt: skip
    if list(frame.columns) != names or frame.isna().all(axis=1).any():
        return None
    return TextTable(frame, tuple(range(2, len(frame) + 2)), (*notes, *formula_notes(frame)), tuple(range(len(names))))


def regular(stream: BinaryIO, separator: str) -> list[str] | None:
    """Return the column names of text in which every line is a row; None when it is not wholly regular.

    Regular is: UTF-8 without a byte order mark, no quotation mark, lines ended alike, as many separators in every line
    as in the first, column names that are all there and all different, no line of separators only, no line longer than
    a cell may be. Read in pieces, so that a file of any size can be looked at.
    """
    if len(separator.encode()) != 1:
        return None
    first = stream.readline(_LONGEST + 1)
    names = _names(first, separator)
    if names is None:
        return None
    ended = first.endswith(b"\r\n")
    rest, some = b"", False
    while piece := stream.read(_PIECE):
        lines, cut, rest = (rest + piece).rpartition(b"\n")
        if cut and not _even(lines + cut, separator, len(names), ended):
            return None
        if len(rest) > _LONGEST:
            return None
        some = True
    last = rest + (b"\r\n" if ended and not rest.endswith(b"\r") else b"\n")
    return names if some and (not rest or _even(last, separator, len(names), ended)) else None


def well_formed(stream: BinaryIO, separator: str) -> list[str] | None:
    """Return the column names of text with quotation marks in which every row has as many cells as the first.

    None for anything that ``shared.sources.delimited`` would refuse, mend or note: another encoding than UTF-8, a
    mark at the beginning, cells that break off, uneven or empty rows, names that are missing or given twice. Slower
    than ``regular``: each cell is looked at.
    """
    lines = io.TextIOWrapper(stream, encoding="utf-8", newline="")
    csv.field_size_limit(_LONGEST)
    try:
        reader = csv.reader(lines, delimiter=separator, strict=True)
        names = next(reader, [])
        told = len(names) < 2 or len(names) > MAX_COLUMNS or len(set(names)) < len(names) or "" in names
        if told or names[0].startswith("\ufeff"):
            return None
        rows = 0
        for row in reader:
            if len(row) != len(names) or not any(row) or any("\x00" in cell for cell in row):
                return None
            rows += 1
        return names if rows else None
    except (csv.Error, UnicodeDecodeError):
        return None
    finally:
        lines.detach()


def _names(line: bytes, separator: str) -> list[str] | None:
    if not line.endswith(b"\n") or not _text(line) or b"\r" in line.removesuffix(b"\r\n"):
        return None
    names = line.rstrip(b"\r\n").decode().split(separator)
    return names if 2 <= len(names) <= MAX_COLUMNS and len(set(names)) == len(names) and "" not in names else None


def _text(data: bytes) -> bool:
    if b'"' in data or b"\x00" in data or data.startswith(b"\xef\xbb\xbf"):
        return False
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _even(lines: bytes, separator: str, width: int, ended: bool) -> bool:
    """Tell whether whole lines all have ``width`` cells, one of them filled, and the ending of the first line."""
    if not _text(lines) or lines.count(b"\r") != (lines.count(b"\r\n") if ended else 0):
        return False
    signs = np.frombuffer(lines, dtype=np.uint8)
    ends = np.flatnonzero(signs == 10)
    if ended and lines.count(b"\r\n") != len(ends):
        return False
    lengths = np.diff(ends, prepend=-1) - 1 - ended
    if int(lengths.max()) > _LONGEST or int(lengths.min()) < width:  # shorter: nothing but separators
        return False
    counts = np.diff(np.searchsorted(np.flatnonzero(signs == separator.encode()[0]), ends), prepend=0)
    return bool((counts == width - 1).all())
