"""What would it cost to weight the source to its population? Raking and Kish's design effect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from shared.errors import Fault, MeasureError

Floats = npt.NDArray[np.float64]
Axes = tuple[int, ...]
Margins = Sequence[npt.ArrayLike] | Mapping[int | Axes, npt.ArrayLike]


@dataclass(frozen=True)
class Kish:
    """Effective sample size and design effect of unequal weights (Kish 1965): deff = n sum(w^2) / sum(w)^2."""

    n_eff: float
    deff: float


@dataclass(frozen=True)
class Raked:
    """A table raked to margins.

    table       the raked counts, in the shape of the seed
    weights     raked count / seed count of each cell (0 where the seed is 0)
    cycles      rounds over all margins; ``error`` the largest relative margin error before trimming
    trimmed     units of the seed whose weight was cut back; the margins are then met only nearly
    kish        effective size and design effect of the weights as they stand; ``kish_before`` before trimming
    """

    table: Floats
    weights: Floats
    cycles: int
    error: float
    trimmed: float
    kish: Kish
    kish_before: Kish

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> npt.NDArray[Any]:
        """Let numpy treat the result as its table."""
        return np.array(self.table, dtype=dtype)


def kish(weights: npt.ArrayLike, times: npt.ArrayLike | None = None) -> Kish:
    """Return effective size and design effect of weights; ``times`` says how many units carry each.

    Raises:
        MeasureError: missing or negative weights, or none above 0.
    """
    w = np.asarray(weights, dtype=np.float64).ravel()
    t = np.ones_like(w) if times is None else np.asarray(times, dtype=np.float64).ravel()
    if w.shape != t.shape or not np.isfinite(w).all() or (w < 0).any() or not float(t @ w) > 0:
        raise MeasureError("Weights must be known, not below 0, and at least one above 0.")
    n_eff = float(t @ w) ** 2 / float(t @ w**2)
    return Kish(n_eff, float(t.sum()) / n_eff)


def rake(
    seed: npt.ArrayLike,
    margins: Margins,
    *,
    tolerance: float = 1e-8,
    cycles: int = 1000,
    trim: float | None = 5.0,
) -> Raked:
    """Scale a table of counts so that it meets given margins (iterative proportional fitting).

    Args:
        seed: counts of the source, one dimension a variable.
        margins: the population's totals: one list for each dimension in turn, or a mapping from a dimension (or a
            tuple of them) to its totals. All must add up to the same.
        tolerance: largest relative error of any margin.
        cycles: rounds after which raking is given up.
        trim: weights above this many times the median weight (over units) are cut back to it; None never trims.

    Raises:
        MeasureError: margins that do not fit the table or each other; a group of the population that has nobody in
            the source (all such are listed: they cannot be weighted in); margins that cannot be met.

    Source: Deming and Stephan 1940.
    """
    counts = np.asarray(seed, dtype=np.float64)
    if counts.ndim == 0 or not np.isfinite(counts).all() or (counts < 0).any() or not counts.sum() > 0:
        raise MeasureError("Raking starts from a table of counts, none below 0 and not all 0.")
    targets = _targets(counts, margins)
    table, error, cycle = counts.copy(), np.inf, 0
    while error > tolerance:
        if cycle >= cycles:
            raise MeasureError(
                f"The margins are not met after {cycles:,} cycles; empty combinations may make that impossible.",
                hint="Merge groups, or rake to fewer margins.",
            )
        for axes, target in targets.items():
            current = _margin(table, axes)
            ratio = np.divide(target, current, out=np.zeros_like(target), where=current > 0)
            table = table * _spread(ratio, axes, counts.ndim)
        error = max(_error(table, axes, target) for axes, target in targets.items())
        cycle += 1
    weights = np.divide(table, counts, out=np.zeros_like(table), where=counts > 0)
    before = kish(weights, counts)
    trimmed = 0.0
    if trim is not None:
        limit = trim * _median(weights, counts)
        trimmed = float(counts[weights > limit].sum())
        weights = np.minimum(weights, limit)
    after = kish(weights, counts) if trimmed else before
    return Raked(weights * counts, weights, cycle, float(error), trimmed, after, before)


def raked_design_effects(
    seeds: Floats, targets: Sequence[Floats], *, tolerance: float = 1e-6, cycles: int = 200, trim: float = 5.0
) -> Floats:
    """Return Kish's design effect after raking each of many tables to the same margins (for the bootstrap).

    Args:
        seeds: draws x the dimensions of the table.
        targets: shares of the population, one list for each dimension in turn.
        tolerance, cycles, trim: as in ``rake``.

    A table that cannot be raked (a group of the population is empty in it) gives NaN.
    """
    table, ndim, error = seeds.copy(), seeds.ndim, np.full(len(seeds), np.inf)
    for _ in range(cycles):
        error = np.zeros(len(seeds))
        for axis, target in enumerate(targets, start=1):
            others = tuple(a for a in range(1, ndim) if a != axis)
            current = table.sum(axis=others)
            ratio = np.divide(target, current, out=np.zeros_like(current), where=current > 0)
            table *= ratio.reshape([len(seeds), *(target.size if a == axis else 1 for a in range(1, ndim))])
            error = np.maximum(error, np.abs(np.where(target > 0, ratio, 1) - 1).max(axis=1))
        if (error <= tolerance).all():
            break
    flat = seeds.reshape(len(seeds), -1)
    weights = np.divide(table, seeds, out=np.zeros_like(table), where=seeds > 0).reshape(flat.shape)
    found = [
        kish(np.minimum(w, trim * _median(w, n)), n).deff if fits else np.nan
        for w, n, fits in zip(weights, flat, error <= 100 * tolerance, strict=True)
    ]
    return np.asarray(found, dtype=np.float64)


def _targets(
    counts: Floats, margins: Sequence[npt.ArrayLike] | Mapping[int | Axes, npt.ArrayLike]
) -> dict[Axes, Floats]:
    named = margins if isinstance(margins, Mapping) else dict(enumerate(margins))
    if not named:
        raise MeasureError("Give at least one margin to rake to.")
    targets: dict[Axes, Floats] = {}
    for key, values in named.items():
        axes = (key,) if isinstance(key, int) else tuple(key)
        target = np.asarray(values, dtype=np.float64)
        if list(axes) != sorted(set(axes)) or not all(0 <= axis < counts.ndim for axis in axes):
            raise MeasureError("A margin names a dimension that the table does not have.")
        if target.shape != tuple(counts.shape[axis] for axis in axes):
            raise MeasureError("A margin has not as many totals as the table has groups.")
        if not np.isfinite(target).all() or (target < 0).any() or not target.sum() > 0:
            raise MeasureError("A margin's totals must be known, none below 0 and not all 0.")
        targets[axes] = target
    totals = [float(target.sum()) for target in targets.values()]
    if max(totals) - min(totals) > 1e-6 * max(totals):
        raise MeasureError("The margins do not add up to the same total.", hint="Scale them to one total first.")
    empty = [
        Fault(f"group {'/'.join(str(i + 1) for i in cell)} has population and nobody in the source", f"margin {axes}")
        for axes, target in targets.items()
        for cell in np.argwhere((target > 0) & (_margin(counts, axes) == 0))
    ]
    if empty:
        raise MeasureError("A group that is not in the source cannot be weighted in.", faults=empty)
    return targets


def _margin(table: Floats, axes: Axes) -> Floats:
    """Totals over all dimensions but ``axes``."""
    others = tuple(axis for axis in range(table.ndim) if axis not in axes)
    return np.asarray(table.sum(axis=others), dtype=np.float64)


def _spread(ratio: Floats, axes: Axes, ndim: int) -> Floats:
    """A margin's factors in a shape that multiplies the whole table."""
    return ratio.reshape([ratio.shape[axes.index(axis)] if axis in axes else 1 for axis in range(ndim)])


def _error(table: Floats, axes: Axes, target: Floats) -> float:
    wanted = target > 0
    return float(np.abs(_margin(table, axes)[wanted] / target[wanted] - 1).max())


def _median(weights: Floats, counts: Floats) -> float:
    """Median weight over the units of the source."""
    order = np.argsort(weights, axis=None)
    reached = np.cumsum(counts.ravel()[order])
    return float(weights.ravel()[order][np.searchsorted(reached, reached[-1] / 2)])
