"""How unevenly is a count spread over areas (or people)? Lorenz curve, Gini coefficient, share of the top tenth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from shared.errors import MeasureError

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Lorenz:
    """The Lorenz curve: points from (0, 0) to (1, 1), areas from the least to the most of the count a head.

    base    cumulated share of the population (of the areas themselves, where no population was given)
    count   cumulated share of the count; never above ``base``, and equal to it where everybody has the same
    order   position of each area in the input, from the lowest rate to the highest
    """

    base: Floats
    count: Floats
    order: npt.NDArray[np.int64]

    @property
    def gini(self) -> float:
        """The Gini coefficient: 0 where every rate is the same, towards 1 where one area has everything."""
        under = float(((self.count[1:] + self.count[:-1]) * np.diff(self.base)).sum())
        return max(0.0, 1 - under)

    def top(self, share: float = 0.1) -> float:
        """Return the share of the count that the ``share`` of the population with the highest rates has.

        An area that lies across the limit is divided in proportion. Raises ``MeasureError`` unless 0 < share < 1.
        """
        if not 0 < share < 1:
            raise MeasureError("The top share asked for must lie between 0 and 1.")
        return 1 - float(np.interp(1 - share, self.base, self.count))


def lorenz(counts: npt.ArrayLike, population: npt.ArrayLike | None = None) -> Lorenz:
    """Return the Lorenz curve of a count over areas.

    Args:
        counts: the count in each area (reports, users), none missing, none below 0, not all 0.
        population: people living in each area, all above 0; left out, every area has the same weight.

    Raises:
        MeasureError: unequal lengths, fewer than two areas, or counts and populations outside the above.

    Source: Lorenz 1905; for areas of unequal size Brown 1994 (areas in the order of their rates, straight lines
    between them).
    """
    n = _counts(counts)
    people = np.ones_like(n) if population is None else _counts(population)
    if n.shape != people.shape or len(n) < 2:
        raise MeasureError("A Lorenz curve needs one count and one population for each of at least two areas.")
    if (people <= 0).any() or n.sum() <= 0:
        raise MeasureError("A Lorenz curve needs people in every area, and at least one thing counted.")
    order = np.argsort(n / people, kind="stable")
    base = np.concatenate([[0.0], np.cumsum(people[order]) / people.sum()])
    count = np.concatenate([[0.0], np.cumsum(n[order]) / n.sum()])
    return Lorenz(base, count, order)


def gini(counts: npt.ArrayLike, population: npt.ArrayLike | None = None) -> float:
    """Return the Gini coefficient of a count over areas; arguments and faults as in ``lorenz``.

    Without a population this is the mean difference between all pairs over twice the mean (Gini 1912), divisor n
    squared; the most that n areas can reach is 1 - 1/n.
    """
    return lorenz(counts, population).gini


def _counts(values: npt.ArrayLike) -> Floats:
    numbers = np.asarray(values, dtype=np.float64)
    if numbers.ndim != 1 or not np.isfinite(numbers).all() or (numbers < 0).any():
        raise MeasureError("Inequality is measured on counts: none missing and none below 0.")
    return numbers
