"""Who takes part: the ladder over the value chain, and how evenly contributors share the work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from shared.errors import MeasureError


def participation_profile(levels: Mapping[str, int]) -> float:
    """Return the mean agency over the stages of the value chain, 0 to 100 (Copenhagen ladder, levels 1 to 5).

    Stages at level 0 (not applicable) are left out. Raises ``MeasureError`` for other levels, or no stage left.
    """
    if any(level not in range(6) for level in levels.values()):
        raise MeasureError("A level of participation is 1 to 5, or 0 where the stage does not apply.")
    counted = [level for level in levels.values() if level > 0]
    if not counted:
        raise MeasureError("No stage of the value chain applies.")
    return 100 * sum((level - 1) / 4 for level in counted) / len(counted)


@dataclass(frozen=True)
class Concentration:
    """How contributions are spread: Gini (0 even, towards 1 one does all), Pielou's evenness (1 even; None for a
    single contributor) and the share of the largest contributor."""

    gini: float
    pielou: float | None
    top_share: float
    contributors: int


def concentration(contributions: Sequence[float]) -> Concentration:
    """Return how evenly contributions are spread over contributors.

    Raises ``MeasureError`` for no contributors, a count below 0, or nothing contributed.

    Source: Gini 1912; Pielou 1966.
    """
    counts = np.sort(np.asarray(contributions, dtype=np.float64))
    if counts.ndim != 1 or not np.isfinite(counts).all() or not len(counts) or counts[0] < 0 or not counts.sum() > 0:
        raise MeasureError("Give what each contributor brought, none below 0 and not all 0.")
    n, total = len(counts), float(counts.sum())
    gini = float(2 * (np.arange(1, n + 1) @ counts) / (n * total) - (n + 1) / n)
    p = counts[counts > 0] / total
    evenness = None if n == 1 else float(-(p * np.log(p)).sum() / np.log(n))
    return Concentration(gini, evenness, float(counts[-1] / total), n)
