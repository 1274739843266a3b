"""Which cells of a table of counts must be hidden."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shared.protect.policy import Policy

Counts = NDArray[np.float64]
Mask = NDArray[np.bool_]


def small_cells(counts: Counts, policy: Policy) -> Mask:
    """Return which cells the policy hides for their own size; cells without a figure (NaN) are not hidden."""
    hidden: Mask = np.vectorize(policy.hides, otypes=[bool])(np.nan_to_num(counts, nan=np.inf))
    return hidden & ~np.isnan(counts)


def hidden_cells(counts: Counts, policy: Policy) -> Mask:
    """Return which cells are hidden; ``counts`` has one axis for each variable, missing counts are NaN.

    Besides the small cells, the smallest other cells of a row or column (and of a one-way table) are hidden with
    them where subtraction would give a small one away. The reader is taken to know the line's total as the policy
    would publish it elsewhere, and that nothing hidden is below zero (below 1 where zeros are shown); what is left
    must be as wide as the policy asks. (UK LLC asks for two hidden cells in each row and column; where shown cells
    are rounded, their own uncertainty can take the place of the second.) Lines are looked at one by one here;
    ``shared.protect.book`` holds whole tables, and all tables of a report together, to the same width.
    """
    hidden = small_cells(counts, policy)
    places = np.arange(counts.size).reshape(counts.shape)
    changed = counts.size > 0
    while changed:
        changed = False
        for axis in range(counts.ndim):
            for where in np.moveaxis(places, axis, -1).reshape(-1, counts.shape[axis]):
                line, out = counts.flat[where], hidden.flat[where]
                more = np.flatnonzero(~out & (np.nan_to_num(line) > 0))
                if out.any() and more.size and not _uncertain(line[out], line[~out], policy):
                    hidden.flat[where[more[np.argmin(line[more])]]] = True
                    changed = True
    return hidden


def _uncertain(hidden: Counts, shown: Counts, policy: Policy) -> bool:
    """Tell whether the hidden cells of one line stay uncertain beside its shown cells and its total."""
    shown = shown[~np.isnan(shown)]
    total = float(hidden.sum() + shown.sum())
    if policy.hides(total):
        return True  # no total of this line is published anywhere
    least = 0 if not policy.show_zero else 1
    total_low, total_high = _behind(total, policy)
    ranges = [_behind(float(count), policy) for count in shown]
    most = total_high - sum(low for low, _ in ranges) - least * (len(hidden) - 1)
    if len(hidden) > 1:
        return most - least >= policy.width
    low = max(least, total_low - sum(high for _, high in ranges))
    return min(most, policy.threshold - 1) - low >= policy.width


def _behind(count: float, policy: Policy) -> tuple[float, float]:
    """Return the lowest and highest count that are published as this one is."""
    return (count, count) if count == 0 else policy.behind(policy.rounded(count))
