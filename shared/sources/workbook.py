"""Spreadsheets (.xlsx, .xls, .ods) as a frame of texts, read with calamine."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import python_calamine as calamine

from shared.cases.archive import open_archive
from shared.errors import DataError, nearest
from shared.sources import old_workbook
from shared.sources.cells import Cell, Kinds, cell_text
from shared.sources.ods_scan import OdsScan, scan_ods
from shared.sources.rows import Layout, Row, TextTable, build_table
from shared.sources.xlsx_scan import Scan, scan_sheet

SECONDS = 120
_ANEW = "Open it in a spreadsheet program, save it, and use that file."


@dataclass(frozen=True)
class SheetInfo:
    """A sheet of a workbook: hidden ones are listed and not read unless named."""

    name: str
    visible: bool
    table: bool
    """False for sheets that hold only a chart or a macro."""


def parse_workbook(
    data: bytes,
    *,
    shown: str,
    format: str,
    sheet: str | None = None,
    header: Sequence[int] = (),
    skip: Sequence[int] = (),
) -> TextTable:
    """Return one sheet as text: ``sheet``, or the only visible one.

    ``header`` and ``skip`` are row numbers of the sheet, counted from 1. Cells are as ``cell_text`` says; the result
    of a formula is read, an error (#N/A) is kept as its text, empty rows are passed over. The notes count formulas,
    errors, empty rows, and numbers longer than a spreadsheet can keep. Raises ``DataError`` for a workbook that is
    damaged or has a password, several sheets and none named, a sheet that unfolds without end, a sheet without
    content, formulas whose result is not stored, and what ``shared.sources.rows.build_table`` refuses.
    """
    book = open_book(data, shown=shown, format=format)
    name = _chosen(book.sheets, sheet, shown)
    where = f'{shown}, sheet "{name}"'
    rows, scan = book.read(name, where)
    kinds = Kinds()
    table = build_table(_rows(rows, scan, kinds), Layout(header, skip, unit="row"), shown=where)
    _refuse_unsolved(scan, where)
    names = dict(zip(table.positions, map(str, table.frame.columns), strict=True))
    frame = _moments(table.frame, kinds, names)
    return TextTable(
        frame, table.lines, (*_about(book.sheets, name), *table.notes, *_counted(scan, kinds, names)), table.positions
    )


@dataclass(frozen=True)
class Book:
    """An open workbook: its sheets, and ``read`` for the rows of one from row 1 and column A on."""

    sheets: tuple[SheetInfo, ...]
    read: Callable[[str, str], tuple[Iterator[list[Cell]], Scan | OdsScan]]


def open_book(data: bytes, *, shown: str, format: str) -> Book:
    """Open a workbook within limits; raises ``DataError`` when it is damaged, has a password or unfolds without end."""
    if format == "xls":
        return Book(
            tuple(SheetInfo(*one) for one in _apart(data, None, shown)["sheets"]),
            lambda name, where: (_untagged(_apart(data, name, where)["rows"]), Scan()),
        )
    archive = open_archive(data, shown)
    archive.verify()
    scans = scan_ods(archive, shown) if format == "ods" else {}
    with _reading(shown):
        book = calamine.load_workbook(io.BytesIO(data))

    def read(name: str, where: str) -> tuple[Iterator[list[Cell]], Scan | OdsScan]:
        scan = scans.get(name, OdsScan()) if format == "ods" else scan_sheet(archive, name, where)
        with _reading(where):
            sheet = book.get_sheet_by_name(name)
            pad: list[Cell] = [""] * (sheet.start or (0, 0))[1]  # iter_rows begins at the first column with content
            return (pad + row for row in sheet.iter_rows()), scan

    return Book(tuple(_info(one) for one in book.sheets_metadata), read)


def _info(one: calamine.SheetMetadata) -> SheetInfo:
    shown = one.visible == calamine.SheetVisibleEnum.Visible
    return SheetInfo(one.name, shown, one.typ == calamine.SheetTypeEnum.WorkSheet)


@contextmanager
def _reading(where: str) -> Iterator[None]:
    try:
        yield
    except calamine.PasswordError:
        raise DataError("The workbook is password-protected.", where=where, hint="Ask for it without one.") from None
    except calamine.CalamineError as error:
        raise DataError("The workbook is damaged.", where=where, hint=_ANEW) from error
    except BaseException as error:  # a panic of the reader (pyo3) is no Exception
        if type(error).__name__ != "PanicException":
            raise
        raise DataError("The workbook is damaged.", where=where, hint=_ANEW) from None


def _apart(data: bytes, sheet: str | None, where: str) -> dict[str, Any]:
    """Read an old workbook in a process of its own, which may die of it."""
    command = [sys.executable, "-I", str(Path(old_workbook.__file__)), *([sheet] if sheet is not None else [])]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise DataError(f"The workbook was not read in {SECONDS} seconds.", where=where, hint=_ANEW) from None
    if done.returncode == 0:
        result: dict[str, Any] = json.loads(done.stdout)
        return result
    if done.stderr.strip() == b"password":
        raise DataError("The workbook is password-protected.", where=where, hint="Ask for it without one.")
    raise DataError("The workbook is damaged.", where=where, hint=_ANEW)


def _untagged(rows: list[list[object]]) -> Iterator[list[Cell]]:
    return ([old_workbook.untagged(cell) for cell in row] for row in rows)  # type: ignore[misc]


def _chosen(sheets: Sequence[SheetInfo], wanted: str | None, shown: str) -> str:
    names = [one.name for one in sheets if one.table]
    if wanted is not None:
        if wanted not in names:
            hint = nearest(wanted, names) or f"There are: {', '.join(names)}."
            raise DataError(f'There is no sheet "{wanted}" in the workbook.', where=shown, hint=hint)
        return wanted
    visible = [one.name for one in sheets if one.table and one.visible]
    if len(visible) == 1:
        return visible[0]
    if not visible:
        hint = f"Name a hidden one as sheet: {', '.join(names)}." if names else "Ask for the data."
        raise DataError("The workbook has no visible sheet.", where=shown, hint=hint)
    raise DataError("The workbook has several sheets.", where=shown, hint=f"Name one as sheet: {', '.join(visible)}.")


def _rows(rows: Iterator[list[Cell]], scan: Scan | OdsScan, kinds: Kinds) -> Iterator[Row]:
    """Yield the rows as texts, with the errors in their places that the reader leaves empty."""
    errors: dict[int, list[tuple[int, str]]] = {}
    for (row, column), text in (scan.errors if isinstance(scan, Scan) else {}).items():
        errors.setdefault(row, []).append((column, text))
    for at, cells in enumerate(rows):
        texts = [cell_text(cell, column, kinds) for column, cell in enumerate(cells)]
        for column, text in errors.get(at, ()):
            texts += [""] * (column + 1 - len(texts))
            texts[column] = text
        yield at + 1, texts


def _refuse_unsolved(scan: Scan | OdsScan, where: str) -> None:
    if count := scan.unsolved.total():
        columns = ", ".join(_letters(column) for column in sorted(scan.unsolved)[:8])
        raise DataError(
            f"{count} formula(s) have no stored result (column {columns}), so their values are not in the file.",
            where=where,
            hint=_ANEW,
        )


def _moments(frame: pd.DataFrame, kinds: Kinds, names: Mapping[int, str]) -> pd.DataFrame:
    """A moment that falls on midnight looks like a day: in a column of moments it is written as one."""
    for name in (names[column] for column in kinds.moments & kinds.days if column in names):
        day = frame[name].str.fullmatch(r"\d{4}-\d{2}-\d{2}").fillna(False).astype(bool)
        frame = frame.assign(**{name: frame[name].mask(day, frame[name] + "T00:00:00")})
    return frame


def _about(sheets: Sequence[SheetInfo], name: str) -> list[str]:
    others = [one.name for one in sheets if one.name != name]
    if not others:
        return []
    hidden = sum(not one.visible for one in sheets if one.name != name)
    return [
        f'The sheet "{name}" is read; {len(others)} other sheet(s) are not'
        + (f" ({hidden} hidden)." if hidden else ".")
    ]


def _counted(scan: Scan | OdsScan, kinds: Kinds, names: Mapping[int, str]) -> list[str]:
    def listed(columns: Iterable[int]) -> str:
        known = [f'"{names[column]}"' for column in sorted(columns) if column in names]
        return f"{', '.join(known[:5])}{' and others' if len(known) > 5 else ''}"

    notes = []
    if scan.formulas:
        total = scan.formulas.total()
        notes.append(f"{total:,} cell(s) are results of formulas, as stored in the file: {listed(scan.formulas)}.")
    if isinstance(scan, Scan) and scan.errors:
        columns = {column for _, column in scan.errors}
        notes.append(f"{len(scan.errors):,} cell(s) hold a spreadsheet error such as #N/A: {listed(columns)}.")
    if kinds.rounded:
        notes.append(
            f"{sum(kinds.rounded.values()):,} number(s) have more digits than a spreadsheet keeps (15), "
            f"so the last ones are lost: {listed(kinds.rounded)}."
        )
    return notes


def _letters(column: int) -> str:
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text
