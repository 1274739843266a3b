"""Integrity of aggregate tables, where there are no records: what a table of counts can still tell."""

from __future__ import annotations

import pandas as pd

from shared.cases.model import Source
from shared.errors import MeasureError, nearest
from shared.measures.indicators.context import ASK_FOR_RECORDS, Context, proportion
from shared.measures.measurement import Measurement, Part

_CATEGORY_ROLES = ("group", "area", "sensitive", "quasi-identifier")


def category_columns(source: Source) -> list[str]:
    """Return the columns of a table that name groups, the one made from several count columns included."""
    named = [name for name, column in source.columns.items() if column.role in _CATEGORY_ROLES]
    return [*named, source.long.into] if source.long else named


def count_column(source: Source) -> str | None:
    """Return the column of counts, or None where there is not exactly one."""
    if source.long:
        return source.long.count
    named = [name for name, column in source.columns.items() if column.role == "count"]
    return named[0] if len(named) == 1 else None


def as_counts(frame: pd.DataFrame, column: str) -> pd.Series[float]:
    """Return a column of counts as numbers; a suppressed or empty cell counts as nobody. Raises ``MeasureError``."""
    if column not in frame.columns:
        raise MeasureError(f'There is no column of counts "{column}".', hint=nearest(column, map(str, frame.columns)))
    return pd.to_numeric(frame[column]).astype("float64").fillna(0.0)


def counted_cells(context: Context, source_id: str) -> pd.DataFrame:
    """Return the cells of a table: its group columns and ``n``, the count (0 where the table has none)."""
    source, frame = context.source(source_id), context.frame(source_id)
    groups, counts = category_columns(source), count_column(source)
    cells = frame[groups].astype("str")
    return cells.assign(n=as_counts(frame, counts) if counts else 1.0)


def table_completeness(context: Context) -> Measurement:
    """DAT-1 of tables: share of the people counted whose category is known.

    Only columns that declare a code for *no answer*, or have an empty label, can tell; a table without such a row may
    simply have left those people out.
    """
    parts = []
    for source_id, source in context.case.tables.items():
        cells = counted_cells(context, source_id)
        for name in category_columns(source):
            declared = source.columns.get(name)
            unknown = float(cells.loc[cells[name].isna(), "n"].sum())
            if (declared and declared.missing) or unknown:
                total = float(cells["n"].sum())
                label = f"{(declared.label if declared else '') or name}: {source.title}"
                parts.append(Part(label, 1 - unknown / total if total else None, total - unknown, total, key=name))
    known = [part.value for part in parts if part.value is not None]
    if not known:
        return Measurement.not_known(
            "DAT-1",
            f"How many people have no answer to each question, and are they in the tables? {ASK_FOR_RECORDS}",
            "No table says how many answers are missing.",
        )
    whole = proportion("DAT-1", sum(p.numerator or 0 for p in parts), sum(p.denominator or 0 for p in parts),
                       counted="people", deff=None, parts=parts)  # fmt: skip
    note = "Mean over the tables that say how many answers are missing; others may have left those people out."
    return Measurement(
        whole.indicator, whole.state, value=sum(known) / len(known), counted="people", parts=whole.parts, note=note
    )


def table_validity(context: Context) -> Measurement:
    """DAT-3 of tables: share of the people counted whose category is one of those declared."""
    parts = []
    for source_id, source in context.case.tables.items():
        cells = counted_cells(context, source_id)
        for name, declared in source.columns.items():
            if declared.allowed is None or name not in cells:
                continue
            present = cells[cells[name].notna()]
            valid, total = (
                float(present.loc[present[name].isin(declared.allowed), "n"].sum()),
                float(present["n"].sum()),
            )
            if total:
                parts.append(Part(f"{declared.label or name}: {source.title}", valid / total, valid, total, key=name))
    if not parts:
        return Measurement.not_known(
            "DAT-3", "Which categories are possible in each table?", "No table says what is valid."
        )
    return proportion(
        "DAT-3", sum(p.numerator or 0 for p in parts), sum(p.denominator or 0 for p in parts), counted="people",
        deff=None, parts=parts,
    )  # fmt: skip
