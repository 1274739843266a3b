"""A source's protected counts beside the reference's: shares, difference and ratio."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from shared.errors import ProtectionError
from shared.protect.table import HIDDEN, NOT_APPLICABLE, NOT_AVAILABLE, SHOWN, Column, SafeTable, require_safe, seal


def compare(
    source: SafeTable, reference: SafeTable, *, title: str, source_line: str, labels: Mapping[str, str] | None = None,
    note: str = "",
) -> SafeTable:  # fmt: skip
    """Put a one-way table of the source beside a reference table of the same groups.

    Both have one column of role ``group`` (or ``code``) and one of role ``count``; the group names must agree. The
    source's share is of its shown total, the reference's of its full total. Returns the group, ``count``,
    ``share``, ``reference_count``, ``reference_share``, ``difference`` (points, source minus reference), ``ratio``
    (share over reference share: 1 as in the population, below 1 reached less) and ``status``; groups that only one
    side has get *not available* (no source figure) or *not applicable* (no reference figure). Rows keep the
    reference's order. Both tables are protected already, so nothing new can be learnt from the comparison. Raises
    ``ProtectionError``.
    """
    left, right = require_safe(source, "compare"), require_safe(reference, "compare")
    by, count = _key_and_count(left)
    other, other_count = _key_and_count(right)
    ours = left.frame.set_index(by)
    theirs = right.frame.groupby(other, sort=False)[other_count].sum(min_count=1).astype("Float64")
    if ours.index.has_duplicates:
        raise ProtectionError(f'Table "{left.title}" names a group twice, so it cannot be compared.')
    index = [*theirs.index, *(group for group in ours.index if group not in theirs.index)]
    table = pd.DataFrame({by: index})
    table["count"] = ours[count].astype("Int64").reindex(index).to_numpy()
    table["count"] = table["count"].astype("Int64")
    mine = table["count"].astype("Float64")
    table["share"] = (mine / mine.sum()).astype("float64").round(6)
    ref = theirs.reindex(index).reset_index(drop=True)
    table["reference_count"] = ref
    table["reference_share"] = (ref / ref.sum()).astype("float64").round(6)
    table["difference"] = ((table["share"] - table["reference_share"]) * 100).round(4)
    table["ratio"] = (table["share"] / table["reference_share"].where(table["reference_share"] > 0)).round(4)
    was = ours[status].reindex(index).to_numpy() if (status := left.named("status")) else [SHOWN] * len(index)
    table["status"] = [_status(w, g, ours.index, n) for w, g, n in zip(was, index, ref, strict=True)]
    heading = {
        by: left.column(by).label, "count": left.column(count).label, "share": "Share in the source",
        "reference_count": right.column(other_count).label, "reference_share": "Share in the reference",
        "difference": "Difference", "ratio": "Ratio",
    } | dict(labels or {})  # fmt: skip
    columns = (
        Column(by, heading[by], left.column(by).role),
        Column("count", heading["count"], "count"),
        Column("share", heading["share"], "share"),
        Column("reference_count", heading["reference_count"], "count"),
        Column("reference_share", heading["reference_share"], "share"),
        Column("difference", heading["difference"], "value", unit="points"),
        Column("ratio", heading["ratio"], "value", decimals=2),
        Column("status", "Status", "status"),
    )
    said = " ".join(part for part in (note, left.note) if part)
    public = () if right.origin.least else ("reference_count", "reference_share")
    origin = replace(left.origin, made="shares beside a reference", parents=(left.ledger, right.ledger), public=public)
    return seal(
        table, columns, title=title, policy=left.policy, source_line=source_line, note=said, hidden=left.hidden,
        origin=origin,
    )  # fmt: skip


def _key_and_count(table: SafeTable) -> tuple[str, str]:
    key, count = table.named("group") or table.named("code"), table.named("count")
    if key is None or count is None or sum(c.role == "group" for c in table.columns) > 1:
        raise ProtectionError(f'Table "{table.title}" needs one group column and one count column to be compared.')
    return key, count


def _status(was: object, group: object, ours: pd.Index[str], reference: object) -> str:
    if was == HIDDEN:
        return HIDDEN
    if group not in ours:
        return NOT_AVAILABLE
    if pd.isna(reference):  # type: ignore[call-overload]
        return NOT_APPLICABLE
    return str(was)
