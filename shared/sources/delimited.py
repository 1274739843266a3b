"""CSV and TSV text as a frame of texts, with every fault of its form found and named by line."""

from __future__ import annotations

import csv
import io
import json
import re
from codecs import BOM_UTF8
from collections.abc import Iterator, Sequence

from shared.errors import DataError
from shared.sources.plain_text import LARGE, parse_plain
from shared.sources.rows import Layout, Row, TextTable, build_table
from shared.sources.text_form import SEPARATORS, Decoded, better_separator, decode, find_separator

__all__ = ["TextTable", "parse_delimited"]

_SAYS_IT = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)


def parse_delimited(
    data: bytes,
    *,
    shown: str,
    encoding: str | None = None,
    separator: str | None = None,
    header: Sequence[int] = (),
    skip: Sequence[int] = (),
) -> TextTable:
    """Parse delimited text; what is None is found and noted.

    ``header`` are the lines of the column names (the first when left out), ``skip`` lines to leave out, both counted
    from 1. An empty cell becomes missing; nothing else is changed. Raises ``DataError`` listing what
    ``shared.sources.text_form.decode`` and ``shared.sources.rows.build_table`` refuse, quotes that are never closed,
    and a declared separator that leaves rows uneven or whole while another cuts all of them alike.
    """
    decoded = decode(data, shown=shown, encoding=encoding)
    text, notes = decoded.text, list(decoded.notes)
    said = _SAYS_IT.match(text.removeprefix("\ufeff"))
    if said is not None:  # Excel's own first line, which is no row of the table
        skip = (*skip, 1)
        notes.append(f"The first line says what separates the cells ({_name(said[1])}) and was left out.")
    if separator is None:
        separator = said[1] if said else find_separator(text)
        if separator != "," and not said:
            notes.append(f"Cells are separated by {_name(separator)} (found; not declared in case.yaml).")
    elif not header and (meant := better_separator(text, separator)):
        raise DataError(
            f"The declared separator ({_name(separator)}) does not cut the rows alike; the {_name(meant)} does.",
            where=shown,
            hint=f"Write separator: {json.dumps(meant)} in case.yaml, or leave it out.",
        )
    del text
    if len(data) > LARGE and decoded.codec in ("utf-8", "utf-8-sig") and not (header or skip or data[:3] == BOM_UTF8):
        plain = parse_plain(data, separator, notes)
        if plain is not None:
            return plain
    layout = Layout(header, skip, separator=separator, notes=notes)
    return build_table(_rows(decoded, data, separator, shown), layout, shown=shown)


LONGEST_CELL = 131_072
"""Signs in one cell; more is a quotation mark that was never closed."""


def _name(separator: str) -> str:
    return SEPARATORS.get(separator, separator)


def _rows(decoded: Decoded, data: bytes, separator: str, shown: str) -> Iterator[Row]:
    """Yield each row with the line it begins on; blank lines are passed over."""
    if decoded.codec is None:
        stream: io.TextIOBase = io.StringIO(decoded.text, newline="")
    else:  # decoded once more in pieces, so that the text need not be held beside the cells
        stream = io.TextIOWrapper(io.BytesIO(data), encoding=decoded.codec, newline="")
    csv.field_size_limit(LONGEST_CELL)  # for the whole process; other libraries raise it when they are imported
    reader = csv.reader(stream, delimiter=separator, strict=True)
    begin = 1
    try:
        for row in reader:
            if row:
                row[0] = row[0].removeprefix("\ufeff") if begin == 1 else row[0]
                yield begin, row
            begin = reader.line_num + 1
    except csv.Error as error:
        too_long = "field limit" in str(error)
        problem = f"A cell is longer than {LONGEST_CELL:,} signs." if too_long else f"The table breaks off: {error}."
        raise DataError(
            problem,
            where=f"{shown}, in the row that begins on line {begin}",
            hint="Look for a quotation mark that is never closed, or one inside a text (write it twice).",
        ) from None
