"""What the rows of an unknown table are: which columns tell them apart, whether it holds records or counts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import pandas as pd

from shared.sources.profile.facts import ColumnProfile

_TRIED = 10
_FIRST = 20_000
_EMPTY = 0.05
"""The share of empty cells that a column of a key may have: in published tables *unknown* is sometimes left empty."""
_TOTAL = r"(?i)(?:.*\b)?total|sum|overall|all(?: ages| persons| people)?|united kingdom"


def candidate_keys(frame: pd.DataFrame, columns: Sequence[ColumnProfile]) -> tuple[tuple[str, ...], ...]:
    """Return up to three sets of columns whose values together are different in every row.

    Sets of one, two and three columns are tried, then all that could belong to a key, as few as will do. Free texts,
    numbers with decimals and counts are no keys. A single column that suffices is not combined further.
    """
    rows = len(frame)
    if rows < 2:
        return ()
    usable = [
        one
        for one in columns
        if frame[one.name].isna().mean() < _EMPTY
        and one.different > 1
        and one.type != "number"
        and one.role not in ("free text", "count", "measure")
    ]
    single = [(one.name,) for one in usable if one.is_key]
    if single:
        return tuple(single[:3])
    usable = sorted(usable, key=lambda one: -one.different)[:_TRIED]
    for size in (2, 3):
        found = [
            tuple(one.name for one in columns if one in chosen)
            for chosen in combinations(usable, size)
            if _enough(chosen, rows) and _apart(frame, [one.name for one in chosen])
        ]
        if found:
            return tuple(found[:3])
    return _all_of_them(frame, [one for one in columns if one in usable])


def is_table(columns: Sequence[ColumnProfile], keys: Sequence[tuple[str, ...]], rows: int) -> bool:
    """Return whether the rows look like counts of an aggregate table rather than records.

    So they do when each row is an area, or when there is a column of numbers, the columns of words tell the rows
    apart and no column looks like the number of a record; never when something personal is in them.
    """
    if any("by its content" in what for one in columns for what in one.personal):
        return False
    if any(one.area_system and one.is_key for one in columns):
        return True
    numbers = [one for one in columns if one.type in ("integer", "number") and one.role in ("count", "measure")]
    words = [one for one in columns if one.role in ("group", "area", "date")]
    if any(one.role == "count" for one in columns):  # ages and sexes are groups too where somebody counted
        words += [one for one in columns if one.role in ("quasi-identifier", "sensitive")]
    personal = any(one.role in ("identifier", "free text") or one.personal for one in columns)
    by_words = any(set(key) <= {one.name for one in words} for key in keys)
    return bool(numbers) and bool(words) and not personal and by_words and rows <= 100_000


def repeated_rows(frame: pd.DataFrame) -> int:
    """Return how many rows are equal in every column to one before."""
    return int(frame.duplicated().sum())


def row_notes(frame: pd.DataFrame, lines: Sequence[int]) -> list[str]:
    """Say which rows at the end look like notes, and how many look like totals; numbers of rows, no content."""
    notes = []
    if frame.shape[1] >= 3 and len(frame) > 3:
        tail = frame.tail(15).notna().sum(axis=1)
        # notes stand together at the end, with one cell filled
        last = 0
        while last < len(tail) and tail.iloc[-1 - last] == 1:
            last += 1
        if last and lines:
            numbers = ", ".join(map(str, lines[-last:]))
            notes.append(
                f"The last {last} row(s) fill one cell only, like a note below a table: skip_rows: [{numbers}]."
            )
    for name, column in frame.items():
        if column.dtype == "str":
            words = column.str.strip()
            totals = (words.str.fullmatch(_TOTAL).fillna(False).astype(bool) & (words != "ALL")).sum()
            if 0 < totals < len(frame):
                notes.append(f'"{name}" holds rows that look like totals (the word itself): they would count twice.')
    return notes


def _all_of_them(frame: pd.DataFrame, usable: Sequence[ColumnProfile]) -> tuple[tuple[str, ...], ...]:
    """Published tables are told apart by many columns: take all, and leave out one after the other."""
    names = [one.name for one in usable]
    if len(names) < 4 or not _apart(frame, names):
        return ()
    for name in list(names):
        fewer = [one for one in names if one != name]
        if _apart(frame, fewer):
            names = fewer
    return (tuple(names),)


def _enough(chosen: Sequence[ColumnProfile], rows: int) -> bool:
    product = 1
    for one in chosen:
        product *= one.different + len(one.codes)
    return product >= rows


def _apart(frame: pd.DataFrame, names: list[str]) -> bool:
    if frame[names].head(_FIRST).duplicated().any():
        return False
    return len(frame) <= _FIRST or not frame[names].duplicated().any()
