"""How sure is a coefficient of agreement? Bootstrap intervals over the units that were scored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from shared.errors import MeasureError
from shared.evidence.agreement import (
    Floats,
    Level,
    alpha_from_counts,
    cohen_kappa,
    fleiss_kappa,
    value_counts,
)


@dataclass(frozen=True)
class AgreementInterval:
    """Percentile interval of a coefficient.

    ``draws`` resamples gave a value; ``undefined`` did not (no variation in them) and are left out, openly.
    """

    low: float
    high: float
    confidence: float
    draws: int
    undefined: int


def alpha_interval(
    ratings: Any, level: Level, *, draws: int = 1000, seed: int = 1, confidence: float = 0.95
) -> AgreementInterval:
    """Return the bootstrap interval of Krippendorff's alpha, resampling units (not scorers).

    ``ratings`` and ``level`` as in ``krippendorff_alpha``. Raises ``MeasureError`` as that does, and when
    fewer than half of the resamples have any variation.
    """
    counts, values = value_counts(ratings, level)
    alpha_from_counts(counts, values, level)
    rng = np.random.default_rng(seed)

    def draw() -> float:
        return alpha_from_counts(counts[rng.integers(0, len(counts), len(counts))], values, level)

    return _interval(draw, draws, confidence)


def kappa_interval(
    table: Any, weights: Any = None, *, draws: int = 1000, seed: int = 1, confidence: float = 0.95
) -> AgreementInterval:
    """Return the bootstrap interval of Cohen's kappa, resampling units.

    Drawing units again is drawing from the joint table, so ``table`` must hold counts, not proportions.
    Raises ``MeasureError`` as ``cohen_kappa`` does, for proportions, and when fewer than half of the
    resamples have any variation.
    """
    cohen_kappa(table, weights)
    joint = np.asarray(table, dtype=np.float64)
    units = int(joint.sum())
    if (joint != np.floor(joint)).any():
        raise MeasureError("An interval needs joint counts: proportions do not say how many units there were.")
    rng = np.random.default_rng(seed)

    def draw() -> float:
        again = rng.multinomial(units, joint.ravel() / units).reshape(joint.shape)
        return cohen_kappa(again, weights)

    return _interval(draw, draws, confidence)


def fleiss_interval(counts: Any, *, draws: int = 1000, seed: int = 1, confidence: float = 0.95) -> AgreementInterval:
    """Return the bootstrap interval of Fleiss' kappa, resampling units; raises as ``fleiss_kappa`` does."""
    fleiss_kappa(counts)
    table: Floats = np.asarray(counts, dtype=np.float64)
    rng = np.random.default_rng(seed)

    def draw() -> float:
        return fleiss_kappa(table[rng.integers(0, len(table), len(table))])

    return _interval(draw, draws, confidence)


def _interval(draw: Callable[[], float], draws: int, confidence: float) -> AgreementInterval:
    """Percentile interval of ``draws`` calls of ``draw``; a call without variation is counted, not used."""
    if draws < 100:
        raise MeasureError("An interval needs at least 100 draws.")
    if not 0 < confidence < 1:
        raise MeasureError("The confidence of an interval lies between 0 and 1.")
    found: list[float] = []
    for _ in range(draws):
        try:
            found.append(float(draw()))
        except MeasureError:
            # the coefficient was defined on the data themselves, so here only variation can be lacking
            continue
    if len(found) * 2 < draws:
        raise MeasureError("Too little variation for an interval: most resamples contain one category only.")
    tail = (1 - confidence) / 2
    low, high = np.quantile(found, [tail, 1 - tail])
    return AgreementInterval(float(low), float(high), confidence, len(found), draws - len(found))
