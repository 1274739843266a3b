"""Proportions of people, protected: the class of a proportion, its rounding and its interval."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from shared.errors import ProtectionError
from shared.measures.intervals import wilson
from shared.protect.cells import check_columns, folded, full_grid
from shared.protect.counts import ordered, protection_note
from shared.protect.policy import Policy, find_policy
from shared.protect.suppress import hidden_cells
from shared.protect.table import HIDDEN, NOT_AVAILABLE, SHOWN, Column, Origin, SafeTable, seal


@dataclass(frozen=True)
class SafeRate:
    """A protected proportion: rounded counts and the rate worked out from them.

    ``small`` names what is too small to show: ``"numerator"``, ``"rest"`` (denominator minus numerator),
    ``"denominator"`` or nothing. With a small numerator or rest, ``rate`` is the middle of what is possible for any
    small count and ``low`` to ``high`` all of it: the three depend on the rounded denominator alone.
    """

    numerator: int | None
    denominator: int | None
    rate: float | None
    low: float | None
    high: float | None
    small: str = ""


def protect_rate(numerator: float, denominator: float, policy: Policy, design_effect: float = 1.0) -> SafeRate:
    """Protect ``numerator`` of ``denominator`` people; the 95% interval is Wilson's on the rounded counts.

    Needs 0 <= numerator <= denominator, else raises ``ProtectionError``.
    """
    if not 0 <= numerator <= denominator:
        raise ProtectionError("A proportion needs a numerator between 0 and its denominator.")
    if denominator <= 0 or policy.hides(denominator):
        return SafeRate(None, None, None, None, None, "denominator")
    people = policy.rounded(denominator)
    few = min((policy.threshold - 1) / people, 1.0)
    if policy.hides(numerator):
        return SafeRate(None, people, round(few / 2, 6), 0.0, interval_of(few, people, design_effect)[1], "numerator")
    if policy.hides(denominator - numerator):
        return SafeRate(
            None, people, round(1 - few / 2, 6), interval_of(1 - few, people, design_effect)[0], 1.0, "rest"
        )
    shown = min(policy.rounded(numerator), people)
    rate = shown / people
    low, high = interval_of(rate, people, design_effect)
    return SafeRate(shown, people, round(rate, 6), low, high)


def interval_of(rate: float, people: float, design_effect: float = 1.0) -> tuple[float, float]:
    """Return Wilson's 95% interval of a proportion among ``people``, to six places."""
    found = wilson(rate * people, people, deff=design_effect)
    return round(found.low, 6), round(found.high, 6)


def protect_rates(
    frame: pd.DataFrame, *, by: str, numerator: str, denominator: str | None = None, policy: Policy | str,
    publish: Iterable[str], title: str, source_line: str, groups: Sequence[str] | None = None,
    labels: Mapping[str, str] | None = None, counted: str = "people", note: str = "",
) -> SafeTable:  # fmt: skip
    """Proportions by one variable: ``numerator`` (a 0/1 column or counts) of ``denominator`` (counts; default rows).

    Rows where the numerator is missing are left out of both counts. Returns ``by``, ``denominator`` (Int64), ``rate``
    (fraction; missing where hidden), ``low``, ``high`` (95% interval) and ``status``. A rate is hidden when its
    denominator, its numerator or the rest of its denominator is too small to show or would give another away.
    Arguments as in ``protect_counts``; raises ``ProtectionError``.
    """
    rule = find_policy(policy)
    check_columns(frame, [by], [numerator, *([denominator] if denominator else [])], set(publish), title)
    known = frame[frame[numerator].notna()]
    lists = {by: [str(group) for group in groups or ()]}
    work = folded(known, [by], denominator, lists, rule)
    sizes = full_grid(work, [by], lists)
    found = full_grid(work.assign(n=known[numerator].astype("float64")), [by], lists).reindex(sizes.index)
    few, whole = np.asarray(found, dtype=np.float64), np.asarray(sizes, dtype=np.float64)
    out = hidden_cells(whole, rule)
    masked = out | hidden_cells(few, rule) | hidden_cells(whole - few, rule)
    rows = [
        _row(str(key[0]), float(x), float(n), rule, bool(hide_rate), bool(hide_both))
        for key, x, n, hide_rate, hide_both in zip(sizes.index, few, whole, masked, out, strict=True)
    ]
    table = pd.DataFrame(rows, columns=[by, "denominator", "rate", "low", "high", "status"])
    table["denominator"] = table["denominator"].astype("Int64")
    if not lists[by]:
        table = ordered(table, by, "denominator")
    heading = {by: by, "denominator": counted.capitalize(), "rate": "Rate", "low": "Low", "high": "High"}
    heading |= dict(labels or {})
    columns = [
        Column(by, heading[by], "group"),
        Column("denominator", heading["denominator"], "count"),
        Column("rate", heading["rate"], "share"),
        Column("low", heading["low"], "share"),
        Column("high", heading["high"], "share"),
        Column("status", "Status", "status"),
    ]
    hidden = int((table["status"] == HIDDEN).sum())
    said = " ".join(part for part in (note, protection_note(rule, hidden, counted)) if part)
    origin = Origin("rates", title, (by,), least=rule.threshold)
    return seal(
        table, columns, title=title, policy=rule.id, source_line=source_line, note=said, hidden=hidden, origin=origin
    )


def _row(
    group: str, numerator: float, denominator: float, policy: Policy, hide_rate: bool, hide_both: bool
) -> list[object]:
    if math.isnan(numerator) or math.isnan(denominator):
        return [group, pd.NA, None, None, None, NOT_AVAILABLE]
    safe = protect_rate(numerator, denominator, policy)
    if safe.small or hide_rate:
        return [group, pd.NA if hide_both or safe.denominator is None else safe.denominator, None, None, None, HIDDEN]
    return [group, safe.denominator, safe.rate, safe.low, safe.high, SHOWN]
