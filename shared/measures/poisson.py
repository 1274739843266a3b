"""How far chance alone moves a count: the exact interval of a Poisson mean."""

from __future__ import annotations

from scipy.stats import chi2

from shared.errors import MeasureError
from shared.measures.intervals import Interval


def poisson(low: float, high: float | None = None, *, confidence: float = 0.95) -> Interval:
    """Return the exact interval of the mean behind a count (Garwood 1936), for events that happen by themselves.

    A count that was rounded is known only to lie from ``low`` to ``high``: the interval then holds for each count
    between them. Counts need not be whole. Raises ``MeasureError`` for a count below 0 or limits the wrong way round.
    """
    high = low if high is None else high
    if not 0 <= low <= high or not 0 < confidence < 1:
        raise MeasureError("A Poisson interval needs a count of 0 or more and a confidence between 0 and 1.")
    tail = (1 - confidence) / 2
    least = float(chi2.ppf(tail, 2 * low)) / 2 if low > 0 else 0.0
    return Interval(least, float(chi2.ppf(1 - tail, 2 * high + 2)) / 2, "exact Poisson (Garwood)")
