"""Controlled rounding: cells and their totals all go to a neighbouring multiple, and still add up."""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from shared.errors import ProtectionError


def controlled_rounding(counts: ArrayLike, base: int) -> NDArray[np.int64]:
    """Return each count rounded to the multiple of ``base`` below or above it, so that every total does the same.

    ``counts`` is a list, or a table of any number of axes; missing counts (NaN) are left out of all totals and come
    back as 0. A count that is a multiple stays. Of all such roundings the one closest to ordinary rounding is taken
    (Cox 1987: for two axes there always is one; for more, totals that cannot be kept are as close as they can be).
    Solved exactly as a small integer programme. Raises ``ProtectionError`` for a base below 1 or negative counts.
    """
    cells = np.asarray(counts, dtype=np.float64)
    known = ~np.isnan(cells)
    true = np.where(known, cells, 0.0)
    if base < 1 or (true < 0).any():
        raise ProtectionError("Rounding needs a base of at least 1 and counts not below 0.")
    below = np.floor(true / base)
    up = known & (true > below * base)
    lines = _lines(cells.shape)
    low, high = [], []
    for line in lines:
        total = true.flat[line].sum()
        fixed = below.flat[line].sum()
        low.append(np.floor(total / base) - fixed)
        high.append(np.ceil(total / base) - fixed)
    size, count = cells.size, len(lines)
    chosen = sparse.csr_array(np.array([np.isin(np.arange(size), line) for line in lines], dtype=np.float64))
    slack = sparse.hstack([sparse.eye_array(count), -sparse.eye_array(count)])
    cost = np.where(up, 1 - 2 * (true / base - below), 0.0).ravel()  # of going up rather than down
    far = np.full(2 * count, 10.0 * (size + 1))
    found = milp(
        np.concatenate([cost, far]),
        constraints=LinearConstraint(sparse.hstack([chosen, slack], format="csr"), lb=low, ub=high),
        integrality=np.concatenate([np.ones(size), np.zeros(2 * count)]).astype(np.int8),
        bounds=Bounds(0, np.concatenate([up.ravel().astype(np.float64), np.full(2 * count, np.inf)])),
    )
    if found.x is None:
        raise ProtectionError("No rounding was found in which the table adds up.")
    rounded = (below + np.round(found.x[:size]).reshape(cells.shape)) * base
    return np.where(known, rounded, 0).astype(np.int64)


def _lines(shape: tuple[int, ...]) -> list[NDArray[np.int64]]:
    """Return the places of the cells behind every total of a table, the grand total last."""
    places = np.arange(int(np.prod(shape))).reshape(shape)
    lines: list[NDArray[np.int64]] = []
    for kept in itertools.chain.from_iterable(itertools.combinations(range(len(shape)), n) for n in range(len(shape))):
        moved = np.moveaxis(places, kept, tuple(range(len(kept))))
        lines += list(moved.reshape(int(np.prod([shape[axis] for axis in kept], dtype=int)), -1))
    return [line.astype(np.int64) for line in lines]
