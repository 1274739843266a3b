"""How exposed are persons, in the records as held and in the tables as released?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import linprog

from shared.errors import MeasureError
from shared.measures.measurement import Measurement, Part, State

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class ReleasedTable:
    """One table as it leaves.

    counts      rows x columns (or a list), NaN where suppressed
    row_totals, column_totals  totals printed beside it, None where not printed or made from the printed cells only
    original    the cells before protection, where known (same shape)
    """

    title: str
    counts: npt.ArrayLike
    row_totals: npt.ArrayLike | None = None
    column_totals: npt.ArrayLike | None = None
    original: npt.ArrayLike | None = None


def small_cells(counts: npt.ArrayLike, threshold: int = 10) -> int:
    """Return how many cells hold 1 to ``threshold`` - 1; suppressed cells (NaN) hold nothing.

    Raises ``MeasureError`` for a threshold below 2 or a count below 0.
    """
    cells = np.asarray(counts, dtype=np.float64)
    if threshold < 2 or (cells < 0).any():
        raise MeasureError("Small cells need a threshold of at least 2 and counts not below 0.")
    return int(((cells > 0) & (cells < threshold)).sum())


def recoverable(table: ReleasedTable, *, protection: float = 0.0) -> int:
    """Return how many suppressed cells can be worked out from the printed totals.

    For each suppressed cell the smallest and largest value that fit the printed cells and totals are found by linear
    programming; a cell whose range is not wider than ``protection`` is recoverable.

    Raises ``MeasureError`` for totals that do not fit the table's shape or contradict its cells.
    """
    cells = np.atleast_2d(np.asarray(table.counts, dtype=np.float64))
    hidden = np.argwhere(np.isnan(cells))
    sums, values = [], []
    for axis, printed in ((0, table.row_totals), (1, table.column_totals)):
        if printed is None:
            continue
        totals = np.atleast_1d(np.asarray(printed, dtype=np.float64))
        if totals.shape != (cells.shape[axis],):
            raise MeasureError("The totals do not fit the table.")
        for line, total in enumerate(totals):
            inside = hidden[:, axis] == line
            if inside.any() and np.isfinite(total):
                sums.append(inside.astype(np.float64))
                values.append(float(total - np.nansum(cells[line] if axis == 0 else cells[:, line])))
    if not sums:
        return 0
    return sum(_range(np.array(sums), np.array(values), cell) <= protection + 1e-6 for cell in range(len(hidden)))


def _range(sums: Floats, values: Floats, cell: int) -> float:
    """How far apart the largest and smallest possible values of one hidden cell are."""
    aim = np.zeros(sums.shape[1])
    aim[cell] = 1
    ends = []
    for sign in (1, -1):
        found = linprog(sign * aim, A_eq=sums, b_eq=values, bounds=(0, None), method="highs")
        if found.status == 3:
            return np.inf
        if not found.success or found.x is None:
            raise MeasureError("The printed totals contradict the printed cells.")
        ends.append(float(found.x[cell]))
    return ends[1] - ends[0]


@dataclass(frozen=True)
class Lost:
    """Share of cells suppressed, and mean absolute change of the cells that stayed."""

    suppressed: float
    mean_change: float


def information_lost(before: npt.ArrayLike, after: npt.ArrayLike) -> Lost:
    """Compare cells before and after protection (NaN: suppressed); raises ``MeasureError`` for different shapes."""
    old, new = np.asarray(before, dtype=np.float64), np.asarray(after, dtype=np.float64)
    if old.shape != new.shape or old.size == 0:
        raise MeasureError("Give the same cells before and after protection.")
    kept = ~np.isnan(new)
    change = float(np.abs(new[kept] - old[kept]).mean()) if kept.any() else 0.0
    return Lost(float((~kept).mean()), change)


@dataclass(frozen=True)
class KeyRisk:
    """Exposure of records by a combination of key variables.

    rare        records whose combination fewer than k records share
    expected    expected number of correct matches, sum of 1 / F over records (F: weighted size of the combination);
                naive, and too high for rare combinations with poor weights
    """

    records: int
    rare: int
    k: int
    expected: float


def key_risk(sizes: npt.ArrayLike, weights: npt.ArrayLike | None = None, *, k: int = 3) -> KeyRisk:
    """Return the exposure from the sizes of all combinations that occur (and their sums of weights).

    Raises ``MeasureError`` for no combination, or one without records or weight.
    """
    n = np.asarray(sizes, dtype=np.float64)
    weight = n if weights is None else np.asarray(weights, dtype=np.float64)
    if n.ndim != 1 or not n.size or n.shape != weight.shape or not ((n > 0) & (weight > 0)).all():
        raise MeasureError("Each combination of key variables needs at least one record and a weight.")
    return KeyRisk(int(n.sum()), int(n[n < k].sum()), k, float((n / weight).sum()))


def least_diversity(combinations: pd.DataFrame, keys: Sequence[str], sensitive: str) -> int:
    """Return the smallest number of different sensitive answers within a combination of keys.

    ``combinations`` has one row for each combination of keys and sensitive answer that occurs; a missing answer is
    not one. Raises ``MeasureError`` when no combination has an answer.
    """
    found = combinations.dropna(subset=[sensitive]).groupby(list(keys), dropna=False)[sensitive].nunique()
    if found.empty:
        raise MeasureError("No record has an answer to the sensitive question.")
    return int(found.min())


def measure_release(tables: Sequence[ReleasedTable], *, threshold: int = 10) -> tuple[Measurement, ...]:
    """Return SDC-1, SDC-2 and SDC-6 for the tables that are to be released, in register order.

    Raises ``MeasureError`` as the functions above do. With no table, all three are not applicable.
    """
    names = ("SDC-1", "SDC-2", "SDC-6")
    if not tables:
        return tuple(Measurement.not_applicable(name, "No table is released.") for name in names)
    small = [small_cells(table.counts, threshold) for table in tables]
    found = [recoverable(table) for table in tables]
    counts = [
        Measurement(
            name, State.MEASURED, value=float(sum(values)), counted="cells", method=method,
            parts=tuple(Part(t.title, float(n)) for t, n in zip(tables, values, strict=True)),
        )
        for name, values, method in (
            ("SDC-1", small, f"cells with 1 to {threshold - 1} contributors"),
            ("SDC-2", found, "suppressed cells whose value follows from printed totals, by linear programming"),
        )
    ]  # fmt: skip
    return (*counts, _lost(tables))


def _lost(tables: Sequence[ReleasedTable]) -> Measurement:
    known = [
        (t.title, np.asarray(t.original, float), np.asarray(t.counts, float)) for t in tables if t.original is not None
    ]
    if len(known) < len(tables):
        question = "What did the tables look like before they were protected?"
        return Measurement.not_known("SDC-6", question, "The cells before protection are not known.")
    cells = sum(after.size for _, _, after in known)
    hidden = sum(int(np.isnan(after).sum()) for _, _, after in known)
    lost = information_lost(
        np.concatenate([old.ravel() for _, old, _ in known]), np.concatenate([new.ravel() for _, _, new in known])
    )
    parts = tuple(Part(title, information_lost(old, new).suppressed) for title, old, new in known)
    return Measurement(
        "SDC-6", State.MEASURED, value=lost.suppressed, numerator=hidden, denominator=cells, counted="cells",
        parts=parts, note=f"Cells that stayed changed by {lost.mean_change:.1f} on average.",
    )  # fmt: skip
