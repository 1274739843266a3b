"""A short cut for large delimited files that are wholly regular: one line a row, no quotation marks, no empty rows.

Regularity is proved first by counting separators line by line; whatever is not regular is left to the careful reader.
Both give the same table (a test holds them to each other).
"""

from __future__ import annotations

import csv
import io

import numpy as np
import pandas as pd

from shared.sources.rows import MAX_COLUMNS, TextTable, formula_notes

LARGE = 2_000_000
"""Bytes from which the short cut is worth its check."""
_LONGEST = 131_072


def parse_plain(data: bytes, separator: str, notes: list[str]) -> TextTable | None:
    """Return the table of UTF-8 text without a byte order mark, or None when it is not wholly regular.

    Regular is: no quotation mark, lines ended alike, as many separators in every line as in the first, column names
    that are all there and all different, no line of separators only, no line longer than a cell may be.
    """
    if b'"' in data or len(separator.encode()) != 1 or data.count(b"\r") != data.count(b"\r\n"):
        return None
    bytes_ = np.frombuffer(data, dtype=np.uint8)
    ends = np.flatnonzero(bytes_ == 10)
    if not len(ends) or ends[-1] != len(bytes_) - 1:
        ends = np.append(ends, len(bytes_))
    starts = np.concatenate(([0], ends[:-1] + 1))
    if len(ends) < 2 or (ends - starts).max() > _LONGEST:
        return None
    signs = np.flatnonzero(bytes_ == separator.encode()[0])
    counts = np.diff(np.searchsorted(signs, ends), prepend=0)
    width = int(counts[0]) + 1
    names = data[: ends[0]].rstrip(b"\r").decode().split(separator)
    if width < 2 or width > MAX_COLUMNS or (counts != counts[0]).any() or len(set(names)) < width or "" in names:
        return None
    frame = pd.read_csv(
        io.BytesIO(data), sep=separator, dtype="str", keep_default_na=False, na_values=[""], quoting=csv.QUOTE_NONE,
        encoding="utf-8", skip_blank_lines=False, index_col=False, engine="c",
    )  # fmt: skip
    if list(frame.columns) != names or len(frame) != len(ends) - 1 or frame.isna().all(axis=1).any():
        return None
    return TextTable(frame, tuple(range(2, len(frame) + 2)), (*notes, *formula_notes(frame)), tuple(range(width)))
