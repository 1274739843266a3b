"""Sums to which one or two contribute nearly all: who knows the sum nearly knows them."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from shared.errors import ProtectionError


def dominated(contributions: ArrayLike, *, n: int, k: float) -> bool:
    """Return whether the ``n`` largest of the contributions make up more than ``k`` per cent of their sum.

    The (n, k) dominance rule (Hundepool and others, Statistical Disclosure Control, 2012, chapter 4). Signs do not
    count. A sum of nothing is not dominated. Raises ``ProtectionError`` for ``n`` below 1 or ``k`` outside 0 to 100.
    """
    if n < 1 or not 0 <= k <= 100:
        raise ProtectionError("The dominance rule needs n of at least 1 and k between 0 and 100 per cent.")
    sizes = _sizes(contributions)
    return bool(100 * sizes[:n].sum() > k * sizes.sum())


def p_percent_safe(contributions: ArrayLike, *, p: float) -> bool:
    """Return whether the second largest contributor cannot estimate the largest to within ``p`` per cent.

    What is left of the sum without the two largest must be at least ``p`` per cent of the largest: of 800, 90, 60 and
    50 there are left 110, at least 80, so the sum is safe at p = 10. Raises ``ProtectionError`` for ``p`` below 0.
    """
    if p < 0:
        raise ProtectionError("The p % rule needs p of at least 0.")
    sizes = _sizes(contributions)
    return bool(not sizes.size or 100 * sizes[2:].sum() >= p * sizes[0])


def _sizes(contributions: ArrayLike) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    values = np.asarray(contributions, dtype=np.float64).ravel()
    if np.isnan(values).any():
        raise ProtectionError("A contribution is missing; leave it out first.")
    found: np.ndarray[tuple[int], np.dtype[np.float64]] = np.sort(np.abs(values))[::-1]
    return found
