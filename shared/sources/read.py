"""One source's bytes, compared with the declared hash, become a table; the file itself is never altered."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from shared.cases.model import Source
from shared.cases.project import Project
from shared.errors import DataError, DataMissing, Fault, nearest
from shared.sources.conditions import all_hold
from shared.sources.formats import unzipped
from shared.sources.kept import parse_kept
from shared.sources.large import Rows
from shared.sources.locate import Place, locate
from shared.sources.open_large import open_large
from shared.sources.rows import NO_HEADING, no_names
from shared.sources.sniff import check_format
from shared.sources.typed import as_text, typed

if TYPE_CHECKING:
    import geopandas as gpd

MAX_BYTES = 2_000_000_000


@dataclass(frozen=True)
class RawTable:
    """A source as it was published or handed over.

    ``frame``  ``records``: every column pandas ``str``, empty cell = missing, nothing else touched; or, where they are
               too many to hold, ``LargeRecords``, in which they are counted;
               other kinds: declared columns in their declared type, undeclared ones as they come, ``where`` applied
    ``label``  the source's title; ``sha256`` of the bytes read; ``notes`` what was noticed while reading, in
               plain English and without any value of a record
    """

    source_id: str
    frame: Rows
    label: str
    sha256: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class RawShapes:
    """Boundaries as published: ``frame`` is a geopandas table, the rest as in ``RawTable``."""

    source_id: str
    frame: gpd.GeoDataFrame
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
    if (size := found.path.stat().st_size) > MAX_BYTES:
        hint = "Ask for Parquet, or for text without quotation marks: such records are counted whatever their number."
        raise DataError(f"The file has {size:,} bytes; at most 2 GB are read.", where=f"source {source_id}", hint=hint)
    data = found.path.read_bytes()
    if found.place is Place.DAMAGED or hashlib.sha256(data).hexdigest() != source.sha256:
        raise DataError(found.problem or "The file changed while it was read.", where=f"source {source_id}")
    return data, project.shown(found.path)


def read_source(project: Project, source_id: str, source: Source) -> RawTable:
    """Read one table.

    Records of a large regular file are not read but opened (``open_large``). Raises ``DataMissing`` when the file is
    not on this machine; ``DataError`` with all faults when it is another file than declared, cannot be parsed, lacks
    declared columns (with the nearest name) or, for published tables, holds values that are not of the declared type.
    Boundaries are read by ``read_shapes``.
    """
    if (opened := open_large(project, source_id, source)) is not None:
        large, noticed = opened
        if faults := _absent_columns(large.columns, source, large.label):
            raise DataError(f"The source {source_id} is not as case.yaml describes it:", faults=faults)
        notes = [*noticed, *source.dictionary_notes, *_undescribed(large.columns, source)]
        return RawTable(source_id, large, source.title, source.sha256, tuple(notes))
    data, shown = verified_bytes(project, source_id, source)
    if source.kind == "boundaries":
        raise DataError("The file holds shapes, not a table.", where=shown, hint="Its kind is boundaries.")
    table = parse_kept(project, data, source, shown)
    faults = _absent_columns(table.frame.columns, source, shown)
    notes = [*table.notes, *source.dictionary_notes, *_undescribed(table.frame.columns, source)]
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


_LISTED = 20
_WHERE = "Compare its values with the file's; texts must match exactly, dates are written 2024-12-31."


def read_shapes(project: Project, source_id: str, source: Source) -> RawShapes:
    """Read boundaries of any format: one row an area, with its attributes, in the coordinate system of the file.

    Raises ``DataMissing`` and ``DataError`` as ``read_source`` does, and for shapes that are no areas, cannot be of
    their coordinate system, or cannot be repaired.
    """
    from shared.sources.shapes import parse_shapes  # geopandas is slow to import, and few sources need it

    data, shown = verified_bytes(project, source_id, source)
    data, inside, shown, notes = unzipped(data, source, shown)
    check_format(data, source.format, shown)
    layer = parse_shapes(
        data, shown=shown, format=source.format, layer=inside, crs=source.crs, encoding=source.encoding
    )
    return RawShapes(source_id, layer.frame, source.title, source.sha256, (*notes, *layer.notes))


def _absent_columns(columns: Iterable[object], source: Source, shown: str) -> list[Fault]:
    found = [str(name) for name in columns]
    spare = [name for name in found if name not in source.columns]
    where = f"{shown}, line 1" if source.format in ("csv", "tsv") else shown
    absent = [name for name in source.columns if name not in found]
    if absent and no_names(found):
        listed = ", ".join(f'"{name}"' for name in absent[:_LISTED])
        return [Fault(f"The first row is a record, not the column names: {listed} are not there.", where, NO_HEADING)]
    faults = [
        Fault(f'The column "{name}" is not in the file.', where, nearest(name, spare) or _there_are(spare or found))
        for name in absent
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


def _undescribed(columns: Iterable[object], source: Source) -> list[str]:
    names = [str(name) for name in columns if name not in source.columns]
    if not names:
        return []
    listed = ", ".join(names[:_LISTED]) + (f" and {len(names) - _LISTED} more" if len(names) > _LISTED else "")
    return [f"{len(names)} column(s) of the file are not described and not used: {listed}."]
