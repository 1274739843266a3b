"""Do two sources say the same? Totals, series, and the same figure over areas or groups."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import spearmanr

from shared.errors import MeasureError


def relative_discrepancy(x: float, y: float) -> float:
    """Return 2 |x - y| / (x + y): 0 for equal totals, 2 when one of them is 0 (mirror form of ESS CC1).

    Raises ``MeasureError`` for totals below 0 or both 0.
    """
    if not (math.isfinite(x) and math.isfinite(y) and min(x, y) >= 0 and x + y > 0):
        raise MeasureError("Two totals are compared only when neither is below 0 and not both are 0.")
    return 2 * abs(x - y) / (x + y)


def comparable_length(periods: Sequence[str], breaks: Sequence[str] = ()) -> int:
    """Return the number of periods since the last break in the series, the last period included (ESS CC2).

    ``breaks`` name the periods from which figures are no longer comparable with earlier ones. Raises
    ``MeasureError`` for no periods, or a break that is not one of them.
    """
    if not periods:
        raise MeasureError("The series has no period.")
    if any(period not in periods for period in breaks):
        raise MeasureError("A break names a period that is not in the series.")
    start = max((list(periods).index(period) for period in breaks), default=0)
    return len(periods) - start


def standard_concepts(concepts: Sequence[str]) -> float:
    """Return the share of variables on standard concepts: ``same`` 1, ``mappable`` 0.5, ``not standard`` 0.

    Raises ``MeasureError`` for no variables or another word.
    """
    worth = {"same": 1.0, "mappable": 0.5, "not standard": 0.0}
    if not concepts or any(concept not in worth for concept in concepts):
        raise MeasureError('Say "same", "mappable" or "not standard" for at least one variable.')
    return sum(worth[concept] for concept in concepts) / len(concepts)


@dataclass(frozen=True)
class Concordance:
    """Agreement over domains: Lin's coefficient (1 equal throughout) and Spearman's rank correlation (None where one
    side does not vary)."""

    ccc: float
    spearman: float | None
    domains: int


def concordance(x: npt.ArrayLike, y: npt.ArrayLike) -> Concordance:
    """Return how well two lists of figures for the same domains agree.

    Raises:
        MeasureError: unequal lengths, missing figures, fewer than three domains, or both lists constant and equal.

    Source: Lin 1989, with variances over n as he defines them.
    """
    a, b = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if a.shape != b.shape or a.ndim != 1 or not (np.isfinite(a).all() and np.isfinite(b).all()):
        raise MeasureError("Give one known figure a domain for each source, in the same order.")
    if len(a) < 3:
        raise MeasureError("Agreement over domains needs at least three of them.")
    gap = float(a.var() + b.var() + (a.mean() - b.mean()) ** 2)
    if gap == 0:
        raise MeasureError("All figures are the same, so there is nothing to agree about.")
    shared_part = float(((a - a.mean()) * (b - b.mean())).mean())
    ranks = float(spearmanr(a, b).statistic) if a.var() > 0 and b.var() > 0 else None
    return Concordance(2 * shared_part / gap, ranks, len(a))
