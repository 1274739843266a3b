"""The draws behind stability and sensitivity: one row of uniform numbers becomes one complete re-assessment.

A row has one number for each indicator's score, one for each weight, one each for normalisation and aggregation, and
one for each dimension's floor. The same layout serves the Monte Carlo (independent rows) and the Sobol' design.

    scores         as ``shared.verdict.spread``; what is not known is filled in by whoever calls
    weights        ±25 %, uniform
    normalisation  linear, or "rank": with a single source there is nothing to rank it against, so the score is put
                   on the nearest of the five rungs 0, 25, 50, 75, 100 that the judged scale has [P]
    aggregation    arithmetic or geometric mean (scores under 1 count as 1, so that a zero stays finite)
    floors         ±5 points, uniform, one shift a dimension

Source: assessment framework, section 6 [P]; method after the OECD/JRC Handbook ‡ and COINr.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shared.framework.register import load_register
from shared.framework.rules import load_uncertainty, load_uses
from shared.measures.measurement import State
from shared.verdict.dossier import Dossier
from shared.verdict.scores import ANCHOR_STEP, is_log, on_scale
from shared.verdict.spread import computed_quantiles, judged_quantiles

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Layout:
    """Which column of the uniform numbers drives what. ``indicators`` are all that can score and apply."""

    indicators: tuple[str, ...]
    dimensions: tuple[str, ...]

    @property
    def width(self) -> int:
        """Number of columns: scores, weights, normalisation, aggregation, floors."""
        return 2 * len(self.indicators) + 2 + len(self.dimensions)

    def names(self) -> tuple[str, ...]:
        """Name each column, for the sensitivity analysis."""
        weights = [f"weight:{i}" for i in self.indicators]
        floors = [f"floor:{d}" for d in self.dimensions]
        return (*self.indicators, *weights, "normalisation", "aggregation", *floors)


@dataclass(frozen=True)
class Draws:
    """Complete re-assessments: one row a draw.

    scores     draws × indicators, 0-100, after normalisation; NaN where not known
    raw        the same before normalisation (judged: 25 × the drawn score)
    weights    draws × indicators
    geometric  draws: whether the geometric mean is taken
    shift      dimension → draws, points to add to every floor of it
    """

    layout: Layout
    scores: Floats
    raw: Floats
    weights: Floats
    geometric: Flags
    shift: Mapping[str, Floats]

    def column(self, indicator: str) -> int:
        """Return the column of an indicator."""
        return self.layout.indicators.index(indicator)


def layout_of(dossier: Dossier) -> Layout:
    """Lay out the columns for a source: every indicator that applies and can score."""
    full = 3
    ids = tuple(i.id for i in load_register().indicators if dossier.asked(i, full))
    return Layout(ids, load_uses().dimensions)


def draw(dossier: Dossier, layout: Layout, uniform: Floats) -> Draws:
    """Turn uniform numbers (draws × ``layout.width``) into re-assessments."""
    rules, k = load_uncertainty(), len(layout.indicators)
    columns = [_scores(dossier, i, uniform[:, c]) for c, i in enumerate(layout.indicators)]
    raw = np.column_stack(columns) if columns else np.empty((len(uniform), 0))
    ranked = uniform[:, 2 * k] >= 0.5
    scores = np.where(ranked[:, None], _rungs(raw), raw)
    base = np.array([dossier.weights[i] for i in layout.indicators])
    weights = base * (1.0 + rules.weight_spread * (2.0 * uniform[:, k : 2 * k] - 1.0))
    shifts = rules.floor_shift * (2.0 * uniform[:, 2 * k + 2 :] - 1.0)
    return Draws(
        layout=layout,
        scores=scores,
        raw=raw,
        weights=weights,
        geometric=uniform[:, 2 * k + 1] >= 0.5,
        shift={d: shifts[:, c] for c, d in enumerate(layout.dimensions)},
    )


def central(dossier: Dossier, layout: Layout) -> Draws:
    """Return one row without any spread: the assessment itself."""
    scores = np.array([[_nan(dossier.scores[i].score) for i in layout.indicators]])
    weights = np.array([[dossier.weights[i] for i in layout.indicators]])
    shift = {d: np.zeros(1) for d in layout.dimensions}
    return Draws(layout, scores, scores, weights, np.array([False]), shift)


def means(draws: Draws, indicators: tuple[str, ...], missing_at: float | None) -> Floats:
    """Return the mean of some indicators in every draw.

    Missing ones count as ``missing_at``; with None they are left out (NaN if nothing is left).
    """
    at = [draws.column(i) for i in indicators]
    scores, weights = draws.scores[:, at], draws.weights[:, at]
    missing = np.isnan(scores)
    weights = np.where(missing, 0.0, weights) if missing_at is None else weights
    scores = np.where(missing, missing_at or 0.0, scores)
    total = weights.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        arithmetic = (weights * scores).sum(axis=1) / total
        least = np.maximum(scores, load_uncertainty().geometric_least)
        geometric = np.exp((weights * np.log(least)).sum(axis=1) / total)
    return np.asarray(np.where(draws.geometric, geometric, arithmetic))


def _scores(dossier: Dossier, indicator: str, uniform: Floats) -> Floats:
    score = dossier.scores[indicator]
    if score.state is not State.MEASURED or score.score is None:
        return np.full(uniform.shape, np.nan)
    if indicator in dossier.judged:
        return ANCHOR_STEP * judged_quantiles(dossier.judged[indicator], uniform)
    if score.goalposts is None:
        return np.full(uniform.shape, np.nan)
    values = computed_quantiles(dossier.measured[indicator], uniform)
    return on_scale(values, score.goalposts, log=is_log(indicator))


def _rungs(scores: Floats) -> Floats:
    step = 100.0 / load_uncertainty().rungs
    return np.asarray(np.floor(scores / step + 0.5) * step)


def _nan(score: float | None) -> float:
    return np.nan if score is None else score
