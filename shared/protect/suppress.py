"""Which cells of a table of counts must be hidden."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shared.protect.policy import Policy

Counts = NDArray[np.float64]
Mask = NDArray[np.bool_]


def hidden_cells(counts: Counts, policy: Policy) -> Mask:
    """Return which cells are hidden; ``counts`` has one axis for each variable, missing counts are NaN.

    Cells that the policy hides for their size come first. Where nothing is rounded a lone hidden cell would be found
    by subtracting the shown ones from a total known from elsewhere, so another cell of its row (and column) is hidden
    with it: the smallest one that is not zero. Under a rounding policy every shown cell is uncertain by half the
    base, which keeps a lone hidden cell uncertain too. Hiding by linear programming over all tables of a release
    joins here: it only ever adds cells to this mask.
    """
    hidden: Mask = np.vectorize(policy.hides, otypes=[bool])(np.nan_to_num(counts, nan=np.inf))
    hidden &= ~np.isnan(counts)
    return hidden if policy.base is not None else _never_alone(counts, hidden)


def _never_alone(counts: Counts, hidden: Mask) -> Mask:
    """Hide a companion wherever exactly one cell of a line is hidden (UK LLC: two or more, row- and column-wise)."""
    hidden = hidden.copy()
    changed = True
    while changed:
        changed = False
        for axis in range(counts.ndim):
            lines_of_counts = np.moveaxis(counts, axis, -1).reshape(-1, counts.shape[axis])
            where = np.moveaxis(np.arange(counts.size).reshape(counts.shape), axis, -1).reshape(lines_of_counts.shape)
            for line, places in zip(lines_of_counts, where, strict=True):
                out = hidden.flat[places]
                open_to_hide = ~out & (np.nan_to_num(line) > 0)
                if out.sum() == 1 and open_to_hide.any():
                    companion = int(np.argmin(np.where(open_to_hide, line, np.inf)))
                    hidden.flat[places[companion]] = True
                    changed = True
    return hidden
