"""One source's bytes, compared with the declared hash, become a table; the file itself is never altered."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import dataclass
from typing import Any

import pandas as pd

from shared.cases.model import Source
from shared.cases.project import Project
from shared.errors import DataError, DataMissing, Fault, nearest
from shared.sources.conditions import all_hold
from shared.sources.delimited import TextTable, parse_delimited
from shared.sources.locate import Place, locate
from shared.sources.rfile import parse_rda
from shared.sources.typed import as_text, typed


@dataclass(frozen=True)
class RawTable:
    """A source as it was published or handed over.

    ``frame``  ``records``: every column pandas ``str``, empty cell = missing, nothing else touched;
               other kinds: declared columns in their declared type, undeclared ones as they come, ``where`` applied
    ``label``  the source's title; ``sha256`` of the bytes read; ``notes`` what was noticed while reading, in
               plain English and without any value of a record
    """

    source_id: str
    frame: pd.DataFrame
    label: str
    sha256: str
    notes: tuple[str, ...]


def verified_bytes(project: Project, source_id: str, source: Source) -> tuple[bytes, str]:
    """Return a source's bytes and how its place is shown, after comparing them with the declared hash.

    Raises ``DataMissing`` when the file is not on this machine, ``DataError`` when it is another file.
    """
    found = locate(project, source_id, source)
    if found.place is Place.MISSING or found.path is None:
        raise DataMissing(found.problem, where=f"source {source_id}")
    data = found.path.read_bytes()
    if found.place is Place.DAMAGED or hashlib.sha256(data).hexdigest() != source.sha256:
        raise DataError(found.problem or "The file changed while it was read.", where=f"source {source_id}")
    return data, project.shown(found.path)


def read_source(project: Project, source_id: str, source: Source) -> RawTable:
    """Read one table.

    Raises ``DataMissing`` when the file is not on this machine; ``DataError`` with all faults when it is another
    file than declared, cannot be parsed, lacks declared columns (with the nearest name) or, for published tables,
    holds values that are not of the declared type. Boundaries are read by ``shared.maps`` from ``verified_bytes``.
    """
    data, shown = verified_bytes(project, source_id, source)
    table = _parse(data, source, shown)
    faults = _absent_columns(table.frame, source, shown)
    notes = [*table.notes, *_undescribed(table.frame, source)]
    if faults:
        raise DataError(f"The source {source_id} is not as case.yaml describes it:", faults=faults)
    if source.kind == "records":
        frame = pd.DataFrame({name: as_text(column) for name, column in table.frame.items()})
        return RawTable(source_id, frame, source.title, source.sha256, tuple(notes))
    frame, faults, typing_notes = typed(table.frame, source.columns, shown=shown, lines=table.lines or None)
    if faults:
        raise DataError(f"The source {source_id} is not as case.yaml describes it:", faults=faults)
    if source.where:
        kept = frame[all_hold(frame, source.where, source.columns)].reset_index(drop=True)
        typing_notes.append(f"{len(kept):,} of {len(frame):,} rows are used (the selection declared in case.yaml).")
        if kept.empty:
            raise DataError("No row meets the selection (where).", where=f"{shown}, source {source_id}", hint=_WHERE)
        frame = kept
    return RawTable(source_id, frame, source.title, source.sha256, (*notes, *typing_notes))


_WHERE = "Compare its values with the file's; texts must match exactly, dates are written 2024-12-31."


def _parse(data: bytes, source: Source, shown: str) -> TextTable:
    if source.format in ("csv", "tsv"):
        separator = "\t" if source.format == "tsv" and source.separator == "," else source.separator
        return parse_delimited(data, shown=shown, encoding=source.encoding, separator=separator)
    if not data:
        raise DataError("The file is empty.", where=shown, hint="Ask the organisation for the file again.")
    if source.format == "rda":
        frame = parse_rda(data, shown=shown, member=source.member)
    elif source.format == "json":
        frame = _parse_json(data, shown, source.member)
    elif source.format == "parquet":
        frame = _parse_parquet(data, shown)
    else:
        raise DataError(
            f"A {source.format} file holds shapes, not a table.", where=shown, hint="Its kind is boundaries."
        )
    if frame.empty:
        raise DataError("The table has no rows.", where=shown, hint="Ask for the complete file.")
    return TextTable(frame, (), ())


def _parse_json(data: bytes, shown: str, member: str | None) -> pd.DataFrame:
    try:
        content: Any = json.loads(data.decode("utf-8-sig"), parse_float=str, parse_int=str, parse_constant=str)
    except UnicodeDecodeError:
        raise DataError("The file is not UTF-8 text.", where=shown, hint="JSON is always UTF-8.") from None
    except (json.JSONDecodeError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise DataError("The file is not valid JSON.", where=f"{shown}, line {line}") from None
    if member is not None:
        if not isinstance(content, dict) or member not in content:
            hint = nearest(member, content) if isinstance(content, dict) else ""
            raise DataError(f'There is no member "{member}" in the file.', where=shown, hint=hint)
        content = content[member]
    if not isinstance(content, list) or not all(isinstance(row, dict) for row in content):
        raise DataError("The file is not a list of records.", where=shown, hint="Name the list in it as member.")
    if any(isinstance(cell, (dict, list)) for row in content for cell in row.values()):
        raise DataError("A record holds a list or a block inside a cell.", where=shown, hint="Flatten the file first.")
    names = list(dict.fromkeys(name for row in content for name in row))
    cells = {name: [_json_text(row.get(name)) for row in content] for name in names}
    return pd.DataFrame({name: pd.Series(values, dtype="str") for name, values in cells.items()})


def _json_text(value: str | bool | None) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value or None


def _parse_parquet(data: bytes, shown: str) -> pd.DataFrame:
    try:
        return pd.read_parquet(io.BytesIO(data))
    except ImportError:
        hint = "Install it (pip install pyarrow), or ask for the file as CSV."
        raise DataError("Reading Parquet files needs the package pyarrow.", where=shown, hint=hint) from None
    except (ValueError, OSError) as error:  # pyarrow's own errors derive from these two
        raise DataError("The file cannot be read as Parquet.", where=shown) from error


def _absent_columns(frame: pd.DataFrame, source: Source, shown: str) -> list[Fault]:
    found = [str(name) for name in frame.columns]
    spare = [name for name in found if name not in source.columns]
    where = f"{shown}, line 1" if source.format in ("csv", "tsv") else shown
    faults = [
        Fault(f'The column "{name}" is not in the file.', where, nearest(name, spare) or _there_are(spare or found))
        for name in source.columns
        if name not in found
    ]
    faults += [
        Fault(
            f'The file has a column "{name}", which case.yaml derives.', where, "Give the derived column another name."
        )
        for name in source.derive
        if name in found
    ]
    return faults


def _there_are(names: list[str]) -> str:
    shown = ", ".join(f'"{name}"' for name in names[:12])
    return f"The file has {shown}{' and others' if len(names) > 12 else ''}."


def _undescribed(frame: pd.DataFrame, source: Source) -> list[str]:
    names = [str(name) for name in frame.columns if name not in source.columns]
    return [f"{len(names)} column(s) of the file are not described and not used: {', '.join(names)}."] if names else []
