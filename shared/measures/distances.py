"""How far is the mix of a source from the mix of its population? Distances between two sets of shares."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from shared.errors import MeasureError


@dataclass(frozen=True)
class Distances:
    """Distances of the source's shares p from the population's shares q.

    dissimilarity   half the sum of |p - q|: the share of the source that would have to change group (0-1)
    kl              Kullback-Leibler divergence of p from q, in nats; None where it is not defined, that is where a
                    group of the source does not exist in the population
    hellinger       sqrt(half the sum of (sqrt p - sqrt q) squared) (0-1)
    min_ratio       smallest p / q over the population's groups (0 and up; 1 is in proportion)
    """

    dissimilarity: float
    kl: float | None
    hellinger: float
    min_ratio: float


def distances(p: npt.ArrayLike, q: npt.ArrayLike) -> Distances:
    """Return the distances between two sets of shares or counts over the same groups, in the same order.

    Raises:
        MeasureError: unequal or no groups, negative or missing entries, or a side without any unit.

    Source: dissimilarity Duncan and Duncan 1955; Kullback-Leibler and Hellinger as used for administrative data
    by the Office for National Statistics.
    """
    source, population = shares(p, "p"), shares(q, "q")
    if source.shape != population.shape:
        raise MeasureError("p and q need the same groups in the same order.")
    present = source > 0
    divergence: float | None = None
    if (population[present] > 0).all():
        divergence = float((source[present] * np.log(source[present] / population[present])).sum())
    known = population > 0
    return Distances(
        dissimilarity=float(0.5 * np.abs(source - population).sum()),
        kl=None if divergence is None else max(0.0, divergence),
        hellinger=math.sqrt(float(0.5 * ((np.sqrt(source) - np.sqrt(population)) ** 2).sum())),
        min_ratio=float((source[known] / population[known]).min()),
    )


def shares(values: npt.ArrayLike, name: str = "values") -> npt.NDArray[np.float64]:
    """Return counts or shares scaled to add to 1; raises ``MeasureError`` where that cannot be."""
    try:
        numbers = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise MeasureError(f'"{name}" must hold shares or counts.') from None
    if numbers.ndim != 1 or not np.isfinite(numbers).all() or (numbers < 0).any():
        raise MeasureError(f'"{name}" must be a list of shares or counts, none missing and none below 0.')
    if not numbers.sum() > 0:
        raise MeasureError(f'"{name}" adds up to nothing, so it has no shares.')
    return np.asarray(numbers / numbers.sum(), dtype=np.float64)
