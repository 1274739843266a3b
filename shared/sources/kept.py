"""Published tables that are slow to read are kept as Parquet beside the outputs, so that the next run reads those.

R data files of the Home Office take six seconds each, their tables as Parquet a hundredth of that. Only files with a
public address are kept: of records that an organisation handed over no second copy is made.
"""

from __future__ import annotations

import functools
import hashlib
import io
import json
import os
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any

import pandas as pd

from shared.cases.model import Source
from shared.cases.project import Project
from shared.sources import formats, rfile, rows
from shared.sources.formats import parse
from shared.sources.rows import TextTable

SLOW = ("rda",)
FOLDER = Path(".cache") / "tables"
_TEXT, _TIME = "str", "datetime64[us]"
_NUMBERS = ("float64", "int64", "bool")


def parse_kept(project: Project, data: bytes, source: Source, shown: str) -> TextTable:
    """Return what ``shared.sources.formats.parse`` returns for these bytes, from the last time where it is kept.

    Kept under the hash of the bytes, what is meant inside them, and the versions of everything that reads them. What is
    kept carries a hash of its own: a damaged entry is passed over and made anew. A folder that cannot be written is no
    error.
    """
    if source.format not in SLOW or source.url is None:
        return parse(data, source, shown)
    parts = [hashlib.sha256(data).hexdigest(), source.format, source.member, source.layer, _reader()]
    key = hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]
    return _kept(project.outputs / FOLDER / key, lambda: parse(data, source, shown))


@functools.cache
def _reader() -> str:
    """Name what reads the files: another version may read them otherwise."""
    code = [Path(str(module)).read_bytes() for module in (rfile.__file__, formats.__file__, rows.__file__, __file__)]
    versions = [metadata.version(name) for name in ("rdata", "pandas", "numpy")]
    return hashlib.sha256(b"".join(code) + json.dumps(versions).encode()).hexdigest()


def _kept(place: Path, read: Callable[[], TextTable]) -> TextTable:
    found = _load(place)
    if found is None:
        found = read()
        _store(place, found)
    return found


def _load(place: Path) -> TextTable | None:
    """Return the table kept at a place; None where there is none, or where it is not whole."""
    try:
        about = json.loads(place.with_suffix(".json").read_bytes())
        data = place.with_suffix(".parquet").read_bytes()
        if about["sha256"] != _digest(data, about):
            return None
        frame = _frame(data, about["kinds"])
        return TextTable(frame, (), tuple(about["notes"]))
    except Exception:  # noqa: BLE001 - whatever is wrong with what was kept, the file itself is there to be read
        return None


def _store(place: Path, table: TextTable) -> None:
    """Keep a table if it comes back as it is; the description is written last, so that no half is ever taken."""
    kinds = {str(name): str(kind) for name, kind in table.frame.dtypes.items()}
    known = {_TEXT, _TIME, *_NUMBERS}
    if table.lines or len(kinds) < len(table.frame.columns) or not set(kinds.values()) <= known:
        return
    data = _parquet(table.frame)
    about: dict[str, Any] = {"kinds": kinds, "notes": list(table.notes)}
    about["sha256"] = _digest(data, about)
    try:
        if not _frame(data, kinds).equals(table.frame):
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        _write(place.with_suffix(".parquet"), data)
        _write(place.with_suffix(".json"), json.dumps(about, ensure_ascii=False).encode())
    except OSError:
        return


def _digest(data: bytes, about: dict[str, Any]) -> str:
    said = json.dumps([about["kinds"], about["notes"]], ensure_ascii=False).encode()
    return hashlib.sha256(hashlib.sha256(data).digest() + said).hexdigest()


def _parquet(frame: pd.DataFrame) -> bytes:
    import polars as pl  # not at import: a process that is forked later must not have used it

    columns = {
        str(name): column.astype("object").where(column.notna(), None).to_list()
        if column.dtype == _TEXT
        else column.to_numpy()
        for name, column in frame.items()
    }
    stream = io.BytesIO()
    pl.DataFrame(
        [
            pl.Series(name, values, dtype=pl.String if isinstance(values, list) else None)
            for name, values in columns.items()
        ]
    ).write_parquet(stream)
    return stream.getvalue()


def _frame(data: bytes, kinds: dict[str, str]) -> pd.DataFrame:
    import polars as pl

    table = pl.read_parquet(io.BytesIO(data))
    return pd.DataFrame({name: pd.Series(table[name].to_numpy(), dtype=kind) for name, kind in kinds.items()})


def _write(path: Path, data: bytes) -> None:
    half = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    half.write_bytes(data)
    half.replace(path)
