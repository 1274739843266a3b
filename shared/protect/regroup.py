"""Protected counts of several groups put together (areas that share one shape on a map)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from shared.errors import ProtectionError
from shared.protect.table import HIDDEN, NOT_AVAILABLE, SHOWN, SafeTable, require_safe, seal


def regroup(table: SafeTable, to: Mapping[str, str], *, title: str = "") -> SafeTable:
    """Add up the counts of groups that ``to`` sends to the same name; groups not in ``to`` keep theirs.

    For one-way tables with a ``count``; other figures are dropped, except the share of the shown total. A group with
    a hidden part is hidden itself (its shown parts would give a wrong sum), one with a missing part is not
    available. Rounded counts are added as they are, so a sum of n parts is good to n times half the base. Raises
    ``ProtectionError``.
    """
    safe = require_safe(table, "regroup")
    by, count = safe.named("group") or safe.named("code"), safe.named("count")
    if by is None or count is None or sum(c.role in ("group", "code") for c in safe.columns) > 1:
        raise ProtectionError(f'Table "{safe.title}" needs one group column and one count column to be regrouped.')
    frame, status = safe.frame, safe.named("status")
    frame["_to"] = [to.get(str(group), str(group)) for group in frame[by]]
    frame["_hidden"] = (frame[status] == HIDDEN) if status else False
    frame["_known"] = frame[count].notna()
    parts = frame.groupby("_to", sort=False)
    made = pd.DataFrame({by: list(parts.groups)})
    hidden = parts["_hidden"].any().reindex(made[by]).to_numpy(dtype=bool)
    whole = parts["_known"].all().reindex(made[by]).to_numpy(dtype=bool)
    sums = parts[count].sum().reindex(made[by])
    made[count] = pd.array(
        [int(n) if w and not h else pd.NA for n, w, h in zip(sums, whole, hidden, strict=True)], dtype="Int64"
    )
    made["share"] = (made[count].astype("Float64") / made[count].sum()).astype("float64").round(6)
    made["status"] = np.select([hidden, ~whole], [HIDDEN, NOT_AVAILABLE], SHOWN)
    kept = [column for column in safe.columns if column.name in (by, count) or column.role in ("share", "status")]
    share, state = safe.named("share"), safe.named("status")
    made = made.rename(columns={"share": share or "share", "status": state or "status"})
    return seal(
        made,
        kept,
        title=title or safe.title,
        policy=safe.policy,
        source_line=safe.source_line,
        note=safe.note,
        hidden=int(hidden.sum()),
        origin=replace(safe.origin, made=f"{safe.origin.made}, groups put together", parents=(safe.ledger,)),
    )
