"""How far a score could have come out otherwise: its distribution, as a function of a uniform draw.

Computed indicator: its 95 % interval read as a two-piece normal around the value (no interval: no spread).
Judged, two or more assessors: each assessor's capped score with equal chance. Judged, one assessor: triangular
around the score, ±1 for "said" (E1), ±0.5 for a document seen (E2), ±0.25 when checked independently (E3), cut at the
ends of the scale. Source: assessment framework, section 6 [P].
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from shared.evidence.judgements import JudgedScore
from shared.framework.rules import load_uncertainty
from shared.measures.measurement import Measurement

Floats = NDArray[np.float64]
Z95 = 1.959963984540054


def assessor_scores(judged: JudgedScore) -> tuple[float, ...]:
    """Return the scores of the assessors whose evidence counts (E1 or better), each capped by its grade, sorted."""
    return tuple(sorted(float(j.counted) for j in judged.judgements if j.counted is not None))


def half_width(judged: JudgedScore) -> float:
    """Return the half-width of one assessor's triangle, from the grade of the evidence."""
    grades = [j.grade for j in judged.judgements if j.counted is not None]
    return max((load_uncertainty().triangular[grade] for grade in grades), default=0.0)


def assessor_range(judged: JudgedScore) -> tuple[float, float]:
    """Return the lowest and highest score (0-4) that the assessors' spread or the grade of evidence allows."""
    scores = assessor_scores(judged)
    if len(scores) > 1:
        return scores[0], scores[-1]
    centre, width = judged.score or 0.0, half_width(judged)
    return max(0.0, centre - width), min(4.0, centre + width)


def judged_quantiles(judged: JudgedScore, uniform: Floats) -> Floats:
    """Return drawn scores (0-4) for uniform draws in [0, 1)."""
    scores = np.array(assessor_scores(judged))
    if len(scores) > 1:
        return np.asarray(scores[np.minimum((uniform * len(scores)).astype(int), len(scores) - 1)])
    centre, width = judged.score or 0.0, half_width(judged)
    left = -1.0 + np.sqrt(2.0 * uniform)
    right = 1.0 - np.sqrt(2.0 * (1.0 - uniform))
    return np.asarray(np.clip(centre + width * np.where(uniform < 0.5, left, right), 0.0, 4.0))


def computed_quantiles(measured: Measurement, uniform: Floats) -> Floats:
    """Return drawn values, in the indicator's own unit, for uniform draws in (0, 1)."""
    value = float(measured.value or 0.0)
    if measured.low is None or measured.high is None or not np.isfinite([value, measured.low, measured.high]).all():
        return np.full(uniform.shape, value)
    z = ndtri(np.clip(uniform, 1e-9, 1 - 1e-9))
    below, above = max(0.0, value - measured.low) / Z95, max(0.0, measured.high - value) / Z95
    return np.asarray(value + z * np.where(z < 0, below, above))
