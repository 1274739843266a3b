"""Tables in R data files (.rda, .RData), read with the rdata package."""

from __future__ import annotations

import bz2
import functools
import lzma
import zlib
from typing import Any

import numpy as np
import pandas as pd
import rdata
from rdata.conversion import DEFAULT_CLASS_MAP, dataframe_constructor

from shared.cases.archive import LARGE, MAX_RATIO, MAX_UNPACKED
from shared.errors import DataError, nearest


def _date(values: Any, attributes: Any) -> Any:
    """R's Date is days since 1970-01-01, with NA for missing."""
    days: Any = np.ma.filled(np.ma.asarray(values, dtype="float64"), np.nan)
    return pd.to_datetime(pd.Series(days), unit="D").astype("datetime64[us]").to_numpy()


# Given so that no warning has to be silenced: a tibble is a data frame, and a Date has a meaning.
_CLASSES = {**DEFAULT_CLASS_MAP, "tbl_df": dataframe_constructor, "tbl": dataframe_constructor, "Date": _date}

_BROKEN = (
    ValueError,
    NotImplementedError,
    EOFError,
    OSError,
    LookupError,
    AttributeError,
    AssertionError,
    lzma.LZMAError,
    zlib.error,
    RecursionError,
    MemoryError,
)  # what rdata and the decompressors raise on bytes that are not what they seem
_PIECE = 1 << 22
_MEMORY = 1 << 30
_BEGINNINGS = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"RDX", b"RDA", b"RDB")  # compressed or plain R data


class _TooLarge(Exception):
    """The file is larger than what is read."""


@functools.lru_cache(maxsize=2)
def _objects(data: bytes) -> Any:
    """Parse once what several sources cut their rows from (82,000 rows take seconds); never altered afterwards."""
    return rdata.conversion.convert(rdata.parser.parse_data(_unpacked(data), extension=".rda"), _CLASSES)


def _unpacked(data: bytes) -> bytes:
    """Unpack in pieces and stop at the limit: a small file can be packed zeros without end."""
    if data.startswith(b"\x1f\x8b"):
        unpack: Any = zlib.decompressobj(wbits=31)
    elif data.startswith(b"BZh"):
        unpack = bz2.BZ2Decompressor()
    elif data.startswith(b"\xfd7zXZ\x00"):
        unpack = lzma.LZMADecompressor(memlimit=_MEMORY)
    else:
        return data
    pieces, size, rest = [], 0, data
    while not unpack.eof:
        piece = unpack.decompress(rest, _PIECE)
        rest = getattr(unpack, "unconsumed_tail", b"")
        if not piece and not rest and getattr(unpack, "needs_input", True):
            raise EOFError("the packed data end too early")
        size += len(piece)
        if size > MAX_UNPACKED or (size > LARGE and size > MAX_RATIO * len(data)):
            raise _TooLarge
        pieces.append(piece)
    return b"".join(pieces)


def parse_rda(data: bytes, *, shown: str, member: str | None) -> pd.DataFrame:
    """Return the data frame named ``member``, or the only one in the file.

    Rows are numbered from 0; texts are pandas ``str``, dates datetime64. Raises ``DataError`` when the bytes are
    no R data file, when there is no such object, or when it is not a table.
    """
    if not data.startswith(_BEGINNINGS):
        raise DataError("The file is not R data.", where=shown, hint="Is format: rda right?")
    try:
        objects = _objects(data)
    except _TooLarge:
        problem = f"The file would grow to more than 2 GB, or to more than {MAX_RATIO} times its size."
        raise DataError(problem, where=shown, hint="Ask for it as CSV.") from None
    except _BROKEN as error:
        raise DataError(
            f"The file cannot be read as R data ({type(error).__name__}).", where=shown, hint="Is it a .rda file?"
        ) from error
    if not isinstance(objects, dict):
        raise DataError("The file holds one object without a name (.rds).", where=shown, hint="Save it as .rda.")
    tables = {name: value for name, value in objects.items() if isinstance(value, pd.DataFrame)}
    if member is None and len(tables) == 1:
        member = next(iter(tables))
    if member is None or member not in tables:
        hint = nearest(member or "", tables) or f"Tables in it: {', '.join(tables) or 'none'}. Name one as member."
        problem = f'There is no table "{member}" in the file.' if member else "The file holds several tables or none."
        raise DataError(problem, where=shown, hint=hint)
    frame = tables[member].reset_index(drop=True)
    texts = [name for name, kind in frame.dtypes.items() if kind == "string" or kind == "category"]
    return frame.astype(dict.fromkeys(texts, "str"))
