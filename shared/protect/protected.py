"""The cells of one table on their way: true counts, what is published of them, and which are hidden."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from shared.protect.attack import Floats, Mask
from shared.protect.book import Book
from shared.protect.cellkey import RecordKeys, perturbed
from shared.protect.counted import Counted, Known, Lineage, counted
from shared.protect.policy import Policy
from shared.protect.rounding import controlled_rounding
from shared.protect.suppress import hidden_cells, small_cells


@dataclass(frozen=True)
class Protected:
    """Cells by group: ``counts`` true (NaN: no figure), ``rounded`` as published, ``small`` and ``hidden``.

    ``noise`` is the largest change by perturbation or controlled rounding, 0 where each count is rounded by itself.
    """

    names: tuple[str, ...]
    labels: tuple[tuple[str, ...], ...]
    shape: tuple[int, ...]
    counts: Floats
    rounded: Floats
    small: Mask
    hidden: Mask
    noise: int = 0

    def published(self) -> list[int | None]:
        """Return the counts as they are shown; None where hidden, or where there is no figure."""
        return [
            None if out or np.isnan(true) else int(count)
            for count, true, out in zip(self.rounded, self.counts, self.hidden, strict=True)
        ]


def from_policy(cells: pd.Series[float], policy: Policy, *, adding_up: bool = False) -> Protected:
    """Hide small cells and what would give them away in their own row or column; round the rest.

    With ``adding_up`` each count goes to the multiple below or above it, such that the totals of what is shown do too.
    """
    names, labels, shape, counts = _parts(cells)
    grid = counts.reshape(shape)
    hidden, small = hidden_cells(grid, policy).ravel(), small_cells(grid, policy).ravel()
    if adding_up and policy.base is not None:
        whole = controlled_rounding(np.where(hidden, np.nan, counts).reshape(shape), policy.base).ravel()
        return Protected(
            names, labels, shape, counts, whole.astype(np.float64), small, hidden, policy.base - 1
        )  # fmt: skip
    rounded = np.array([0.0 if np.isnan(c) else float(policy.rounded(c)) for c in counts])
    return Protected(names, labels, shape, counts, rounded, small, hidden)


def from_keys(
    cells: pd.Series[float], work: pd.DataFrame, keys: pd.Series[str], policy: Policy, table: RecordKeys
) -> Protected:
    """Perturb the counts of records by their cell keys; what comes out below the threshold is hidden."""
    names, labels, shape, counts = _parts(cells)
    made = perturbed(work, names, keys, policy, table)
    by_label = {
        tuple(str(group) for group in index): count for index, count in zip(made.counts.index, made.counts, strict=True)
    }
    rounded = np.array([by_label.get(label, np.nan) for label in labels])
    small = np.isnan(rounded)
    return Protected(names, labels, shape, counts, np.nan_to_num(rounded), small, small.copy(), made.noise)


def beside(made: Protected, title: str, lineage: Lineage, policy: Policy, book: Book | None) -> Protected:
    """Hide what else must be, seen beside the table's own sums and everything the book has shown."""
    if book is None and len(made.shape) == 1 and not made.noise:
        return made  # a single line is settled already
    shown = [int(count) for count in made.rounded]
    known = [None if np.isnan(true) else count for count, true in zip(shown, made.counts, strict=True)]
    table = counted(title, lineage, made.names, made.labels, known, made.hidden.tolist(), policy, made.noise)
    held = Book() if book is None else book
    answer = iter(held.hide(table, _margins(made, policy, table)))
    kept = [bool(out) or count is not None for count, out in zip(known, made.hidden, strict=True)]
    hidden = np.array([next(answer) if k else False for k in kept])
    final = replace(made, hidden=hidden)
    held.remember(title, made.counts, np.where(hidden | np.isnan(made.counts), np.nan, made.rounded))
    return final


def _parts(cells: pd.Series[float]) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...], tuple[int, ...], Floats]:
    index = cells.index
    names = tuple(str(name) for name in index.names)
    labels = tuple(tuple(str(group) for group in label) for label in index)
    shape = tuple(index.get_level_values(number).nunique() for number in range(index.nlevels))
    return names, labels, shape, np.asarray(cells, dtype=np.float64)


def _margins(made: Protected, policy: Policy, table: Counted) -> Sequence[Known]:
    """Return the table's own totals as the policy would publish them elsewhere; a small one is published nowhere."""
    places = range(len(made.shape))
    found: list[Known] = []
    for over in [()] if len(made.shape) == 1 else [(), *((n,) for n in places)]:
        totals: dict[tuple[str, ...], float] = {}
        for label, count in zip(made.labels, made.counts, strict=True):
            group = tuple(label[n] for n in over)
            totals[group] = totals.get(group, 0.0) + count
        for group, total in totals.items():
            if not np.isnan(total) and total > 0 and not policy.hides(total):
                low, high = _as_known(total, policy, made.noise)
                found.append(table.sums(over, low, high, group))
    return found


def _as_known(total: float, policy: Policy, noise: int) -> tuple[float, float]:
    if noise:
        return max(0.0, policy.rounded(total) - 2.0 * noise), policy.rounded(total) + 2.0 * noise
    return policy.behind(policy.rounded(total))
