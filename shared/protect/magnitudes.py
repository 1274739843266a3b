"""Means and percentiles of a measured column by group: never of few people, never resting on one of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from shared.errors import ProtectionError
from shared.protect.attack import Floats
from shared.protect.book import Book
from shared.protect.cells import check_columns, folded, full_grid
from shared.protect.counted import Lineage
from shared.protect.counts import ordered, protection_note
from shared.protect.dominance import dominated, p_percent_safe
from shared.protect.policy import Policy, find_policy
from shared.protect.protected import beside, from_policy
from shared.protect.table import HIDDEN, SHOWN, Column, Origin, SafeTable, seal


def protect_values(
    frame: pd.DataFrame, *, by: str, value: str, figures: Sequence[str | float] = ("mean",), policy: Policy | str,
    publish: Iterable[str], title: str, source_line: str, groups: Sequence[str] | None = None,
    labels: Mapping[str, str] | None = None, unit: str = "", counted: str = "people", note: str = "",
    book: Book | None = None, lineage: Lineage | None = None,
) -> SafeTable:  # fmt: skip
    """Mean and percentiles of the number column ``value`` by one variable; records without a value are left out.

    figures  ``"mean"``, and percentiles as fractions (0.5 is the median)

    A mean is hidden where the two largest values make up too much of the sum (dominance) or the rest is too small
    beside the largest (p %); it is rounded to a step that ``base`` typical people more or less would move it by. A
    percentile needs as many people on its smaller side as the policy's threshold, and is the mean of the values
    around its rank, one threshold of them, so that it is nobody's own. Where the number of people is hidden, so is
    everything else. Returns ``by``, ``count`` (Int64), one column for each figure (``mean``, ``p50``) and ``status``;
    other arguments as in ``protect_counts``. Raises ``ProtectionError``.
    """
    rule = find_policy(policy)
    wrong = [f for f in figures if f != "mean" and not (isinstance(f, float) and 0 < f < 1)]
    if wrong or not figures:
        raise ProtectionError('Figures are "mean" or fractions between 0 and 1, such as 0.5 for the median.')
    if value not in frame.columns or not pd.api.types.is_numeric_dtype(frame[value]):
        raise ProtectionError(f'Column "{value}" does not hold numbers.', hint="Make it a column of numbers first.")
    check_columns(frame, [by], [], set(publish), title)
    known = frame[frame[value].notna()]
    lists = {by: [str(group) for group in groups or ()]}
    work = folded(known, [by], None, lists, rule).assign(value=known[value].astype("float64"))
    cells = from_policy(full_grid(work, [by], lists), rule)
    made = beside(cells, title, lineage or Lineage(f"{title}, with a value"), rule, book)
    names = {figure: "mean" if figure == "mean" else f"p{100 * float(figure):g}" for figure in figures}
    rows = []
    for (group,), people in zip(made.labels, made.published(), strict=True):
        values = work.loc[work[by] == group, "value"].to_numpy(dtype=np.float64)
        found = [None if people is None else _figure(figure, values, people, rule) for figure in figures]
        rows.append([group, people, *found, HIDDEN if None in (people, *found) else SHOWN])
    table = pd.DataFrame(rows, columns=[by, "count", *names.values(), "status"])
    table["count"] = table["count"].astype("Int64")
    table = table.astype(dict.fromkeys(names.values(), "Float64"))
    if not lists[by]:
        table = ordered(table, by, "count")
    head = {by: by, "count": counted.capitalize(), "status": "Status"}
    head |= {n: "Mean" if f == "mean" else "Median" if f == 0.5 else f"Percentile {n[1:]}" for f, n in names.items()}
    head |= dict(labels or {})
    columns = [
        Column(by, head[by], "group"),
        Column("count", head["count"], "count"),
        *(Column(name, head[name], "value", unit=unit) for name in names.values()),
        Column("status", head["status"], "status"),
    ]
    hidden = int((table["status"] == HIDDEN).sum())
    said = " ".join(part for part in (note, protection_note(rule, hidden, counted)) if part)
    origin = Origin("means and percentiles", lineage.source if lineage else title, (by,), least=rule.threshold)
    return seal(
        table, columns, title=title, policy=rule.id, source_line=source_line, note=said, hidden=hidden, origin=origin
    )


def _figure(figure: str | float, values: Floats, people: int, policy: Policy) -> float | None:
    if isinstance(figure, float):
        return _percentile(values, figure, policy)
    if dominated(values, n=policy.dominance_n, k=policy.dominance_k):
        return None
    if not p_percent_safe(values, p=policy.p_percent):
        return None
    typical = float(np.abs(values).mean())
    return to_step(float(values.mean()), typical * (policy.base or 1) / people)


def _percentile(values: Floats, share: float, policy: Policy) -> float | None:
    if min(share, 1 - share) * len(values) < policy.threshold:
        return None
    rank, around = share * (len(values) - 1), policy.threshold / 2
    return float(np.sort(values)[math.ceil(rank - around) : math.floor(rank + around) + 1].mean())


def to_step(value: float, least: float) -> float:
    """Round to the smallest of 1, 2, 5, 10, 20, ... (times any power of ten) that is at least ``least``."""
    if least <= 0:
        return value
    power = 10.0 ** math.floor(math.log10(least))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= least * (1 - 1e-9))
    return round(round(value / step) * step, 10)
