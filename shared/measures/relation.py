"""Does one figure of areas rise or fall with another? Rank correlation, with an interval."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import norm, spearmanr

from shared.errors import MeasureError


@dataclass(frozen=True)
class RankCorrelation:
    """Spearman's rank correlation over ``areas`` pairs, with its interval.

    Areas are neighbours of each other and not independent draws, so the interval is the least uncertainty there is.
    """

    rho: float
    low: float
    high: float
    areas: int

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out 0, so that the direction at least is clear."""
        return self.low > 0 or self.high < 0

    @property
    def words(self) -> str:
        """The strength in words: up to 0.1 hardly any, to 0.3 weak, to 0.5 moderate, above strong (Cohen 1988)."""
        size = abs(self.rho)
        return "hardly any" if size < 0.1 else "weak" if size < 0.3 else "moderate" if size < 0.5 else "strong"


def rank_correlation(x: npt.ArrayLike, y: npt.ArrayLike, *, level: float = 0.95) -> RankCorrelation:
    """Return Spearman's rank correlation of two figures for the same areas; equal values share their mean rank.

    Args:
        x: one figure an area; y: the other, in the same order; none missing.
        level: confidence level of the interval.

    Raises:
        MeasureError: unequal lengths, fewer than five areas, a missing figure, or one that is the same everywhere.

    Source: Spearman 1904; interval on Fisher's scale with the standard error of Bonett and Wright 2000,
    sqrt((1 + rho^2 / 2) / (n - 3)).
    """
    a, b = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if a.ndim != 1 or a.shape != b.shape or len(a) < 5:
        raise MeasureError("A rank correlation needs two figures for each of at least five areas.")
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        raise MeasureError("A rank correlation needs both figures of every area.")
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        raise MeasureError("A figure that is the same in every area rises and falls with nothing.")
    rho = float(np.clip(spearmanr(a, b).statistic, -1, 1))
    if abs(rho) == 1:
        return RankCorrelation(rho, rho, rho, len(a))
    half = float(norm.ppf((1 + level) / 2)) * math.sqrt((1 + rho**2 / 2) / (len(a) - 3))
    return RankCorrelation(rho, math.tanh(math.atanh(rho) - half), math.tanh(math.atanh(rho) + half), len(a))
