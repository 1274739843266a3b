"""A profile of an unknown file: what it holds, what it gives away, how to describe it; never a value of a record."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from shared.errors import DataError
from shared.sources.paradata import paradata_columns, read_paradata
from shared.sources.profile.columns import profile_column
from shared.sources.profile.facts import ColumnProfile, FileProfile, FormMatch
from shared.sources.profile.personal import looks_like_data
from shared.sources.profile.table import candidate_keys, is_table, repeated_rows, row_notes
from shared.sources.profile.unknown import read_unknown
from shared.sources.read import MAX_BYTES
from shared.sources.typed import as_text

__all__ = ["ColumnProfile", "FileProfile", "FormMatch", "profile_file"]

MOST_COLUMNS = 1_000
"""Columns that are looked at; a wider file is profiled in its first so many."""


def profile_file(
    path: Path,
    *,
    form: Path | None = None,
    progress: Callable[[str], object] | None = None,
    **given: Any,
) -> FileProfile:
    """Profile a file of any format that can be read.

    Args:
        path: the file; it is only read.
        form: an XLSForm definition that belongs to it.
        progress: gets one line a step, for large files.
        given: what is known of the file: format, member, layer, sheet, header_row, skip_rows, encoding, separator,
            crs, as in case.yaml. What is left out is found.

    Raises ``DataError`` for a file that is missing, larger than 2 GB or cannot be read as a table (with what to do),
    and ``DefinitionError`` for an unsound form.
    """
    data, shown = _bytes(path), path.name
    unknown = read_unknown(data, shown, given)
    frame = unknown.table.frame
    # only where names are read from a row of the file can they be missing
    named_by_row = unknown.reading["format"] in ("csv", "tsv", "xlsx", "xls", "ods")
    nameless = named_by_row and looks_like_data([str(name) for name in frame.columns])
    if nameless:
        frame = frame.set_axis([f"(column {number})" for number in range(1, frame.shape[1] + 1)], axis=1)
    looked = list(frame.columns[:MOST_COLUMNS])
    texts = {str(name): as_text(frame[name]) for name in looked}
    columns = []
    for number, (name, column) in enumerate(texts.items(), 1):
        if progress is not None and len(frame) > 200_000:
            progress(f"column {number} of {len(texts)}")
        columns.append(profile_column(name, column))
    keys = candidate_keys(frame, columns)
    table = is_table(columns, keys, len(frame))
    paradata = read_paradata(frame, paradata_columns(texts))
    return FileProfile(
        shown=shown,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        reading=unknown.reading,
        rows=len(frame),
        columns=tuple(_settled(one, table=table, keys=keys, paradata=vars(paradata.columns)) for one in columns),
        skipped=frame.shape[1] - len(looked),
        kind="table" if table else "records",
        keys=keys,
        repeated=repeated_rows(frame),
        notes=(*unknown.notes, *row_notes(frame[looked], unknown.table.lines)),
        paradata=paradata if paradata.sentences() else None,
        form=_matched(form, frame),
        nameless=nameless,
    )


def _matched(form: Path | None, frame: Any) -> FormMatch | None:
    if form is None:
        return None
    from shared.sources.profile.form_match import match_form  # pyxform is slow to import

    return match_form(form, frame)


def _settled(
    one: ColumnProfile, *, table: bool, keys: Sequence[tuple[str, ...]], paradata: Mapping[str, str | None]
) -> ColumnProfile:
    """Settle the role once the whole table is known."""
    if table and one.type == "integer" and one.role == "measure":
        return replace(one, role="count")
    if table and one.role in ("identifier", "free text", "sensitive"):  # of areas or groups, not of people
        return replace(one, role="other")
    if one.name in (paradata["interviewer"], paradata["device"]):
        return replace(one, role="identifier", categories=(), middle=None)
    if not table and (one.name,) in keys and one.role in ("other", "group", "free text"):
        return replace(one, role="identifier", categories=())
    return one


def _bytes(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise DataError("This is a folder.", where=str(path), hint="Name a file in it.")
        if size > MAX_BYTES:
            raise DataError(f"The file has {size:,} bytes; at most 2 GB are read.", where=path.name)
        return path.read_bytes()
    except FileNotFoundError:
        raise DataError("There is no such file.", where=str(path)) from None
    except OSError as error:
        raise DataError(f"The file cannot be read ({error.strerror}).", where=str(path)) from error
