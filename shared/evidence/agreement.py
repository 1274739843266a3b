"""Do several people who score the same things agree? Krippendorff's alpha, Cohen's and Fleiss' kappa.

Each function returns a number that also carries the working behind it under names. Where a coefficient is not
defined (nobody used a second category, so there is nothing to agree about) a ``MeasureError`` says so: a
coefficient without variation is neither 0 nor 1.
"""

from __future__ import annotations

from typing import Any, Literal, Self

import krippendorff
import numpy as np
import numpy.typing as npt
import pandas as pd

from shared.errors import MeasureError, nearest

Level = Literal["nominal", "ordinal", "interval", "ratio"]
LEVELS: tuple[Level, ...] = ("nominal", "ordinal", "interval", "ratio")
Floats = npt.NDArray[np.float64]

_LARGEST_WORKING = 20_000_000
"""Units x values x values that alpha may hold in memory at once (160 MB)."""


class Alpha(float):
    """Krippendorff's alpha as a float, with ``alpha``, ``level`` and the counts behind it.

    ``units`` are the units that two or more scorers scored, ``ratings`` the scores on those units; all other
    scores cannot be paired and play no part.
    """

    level: str
    units: int
    ratings: int

    def __new__(cls, value: float, *, level: str = "", units: int = 0, ratings: int = 0) -> Self:
        """Build the coefficient with its working."""
        self = super().__new__(cls, value)
        self.level, self.units, self.ratings = level, units, ratings
        return self

    @property
    def alpha(self) -> float:
        """The coefficient as a plain float: 1 full agreement, 0 what chance would give, below 0 worse."""
        return float(self)


class Kappa(float):
    """A kappa as a float, with ``kappa``, ``observed`` and ``expected``.

    ``observed`` and ``expected`` are the shares of (weighted) disagreement seen and expected by chance:
    kappa = 1 - observed / expected. ``total`` is what the table or the counts add up to.
    """

    observed: float
    expected: float
    total: float

    def __new__(cls, value: float, *, observed: float = 0, expected: float = 0, total: float = 0) -> Self:
        """Build the coefficient with its working."""
        self = super().__new__(cls, value)
        self.observed, self.expected, self.total = observed, expected, total
        return self

    @property
    def kappa(self) -> float:
        """The coefficient as a plain float: 1 full agreement, 0 what chance would give, below 0 worse."""
        return float(self)


def krippendorff_alpha(ratings: Any, level: Level) -> Alpha:
    """Return Krippendorff's alpha of ``ratings``, computed by the ``krippendorff`` package.

    Args:
        ratings: scorers x units (a row for each scorer), NaN or None where a scorer left a unit out. Numbers;
            at level ``nominal`` also text.
        level: ``nominal`` (names), ``ordinal`` (order), ``interval`` (differences mean something) or
            ``ratio`` (there is a true zero; negative scores are refused).

    Raises:
        MeasureError: fewer than two scorers, no unit scored twice, no variation, unknown level, infinite
            scores, or so many different values that the working would not fit into memory.

    Source: Krippendorff, Content Analysis; worked example with gaps in his "Computing Krippendorff's
    Alpha-Reliability".
    """
    counts, values = value_counts(ratings, level)
    return alpha_from_counts(counts, values, level)


def value_counts(ratings: Any, level: Level) -> tuple[Floats, Floats]:
    """Turn scorers x units into units x values (how many scorers gave each value), and the values in order.

    Units that fewer than two scorers scored are left out. Raises as ``krippendorff_alpha`` does.
    """
    if level not in LEVELS:
        raise MeasureError(f'There is no level of measurement "{level}".', hint=nearest(str(level), LEVELS))
    numbers = _numbers(ratings, level)
    if numbers.ndim != 2 or numbers.shape[0] < 2:
        raise MeasureError("Agreement needs a table of scorers x units with at least two scorers.")
    if np.isinf(numbers).any():
        raise MeasureError("A score is infinite.", hint="Mark a missing score as NaN.")
    if level == "ratio" and (numbers < 0).any():
        raise MeasureError("A ratio scale has no negative scores.", hint='Use the level "interval".')
    numbers = numbers[:, (~np.isnan(numbers)).sum(axis=0) >= 2]
    if numbers.shape[1] == 0:
        raise MeasureError("No unit was scored by two or more scorers, so there is no agreement to measure.")
    values = np.unique(numbers[~np.isnan(numbers)])
    if numbers.shape[1] * len(values) ** 2 > _LARGEST_WORKING:
        raise MeasureError(
            f"{numbers.shape[1]:,} units with {len(values):,} different values are too many to compare.",
            hint="Round the scores or put them into bands first.",
        )
    counts = np.stack([(numbers == value).sum(axis=0) for value in values], axis=1)
    return counts.astype(np.float64), values


def alpha_from_counts(counts: Floats, values: Floats, level: Level) -> Alpha:
    """Return alpha from units x values (see ``value_counts``); no variation raises ``MeasureError``."""
    if len(values) < 2 or (counts.sum(axis=0) > 0).sum() < 2:
        raise MeasureError("Alpha is undefined: every score is the same, so there is nothing to tell apart.")
    value = krippendorff.alpha(value_counts=counts, value_domain=values, level_of_measurement=level)
    return Alpha(float(value), level=level, units=len(counts), ratings=int(counts.sum()))


def cohen_kappa(table: Any, weights: Any = None) -> Kappa:
    """Return Cohen's kappa of two scorers, weighted when ``weights`` says how bad each disagreement is.

    Args:
        table: categories x categories, joint counts or proportions: row = first scorer, column = second.
        weights: None (every disagreement counts 1), ``"linear"`` (steps apart), ``"quadratic"`` (steps
            squared), or a matrix of disagreement weights, 0 on the diagonal.

    Raises:
        MeasureError: not a square table of at least two categories with non-negative entries, weights that do
            not fit it, or no disagreement expected by chance (one category only), where kappa is undefined.

    Source: Cohen 1960; weighted form Cohen 1968: kappa = 1 - sum(w p_observed) / sum(w p_expected).
    """
    joint = _table(table, "table")
    if joint.shape[0] != joint.shape[1] or joint.shape[0] < 2:
        raise MeasureError("Cohen's kappa needs a square table with at least two categories.")
    cost = _weights(weights, joint.shape[0])
    total = float(joint.sum())
    if total <= 0:
        raise MeasureError("The table is empty, so there is no agreement to measure.")
    share = joint / total
    observed = float((cost * share).sum())
    expected = float((cost * np.outer(share.sum(axis=1), share.sum(axis=0))).sum())
    if expected <= 0:
        raise MeasureError("Kappa is undefined: only one category was used, so chance gives no disagreement.")
    return Kappa(1 - observed / expected, observed=observed, expected=expected, total=total)


def fleiss_kappa(counts: Any) -> Kappa:
    """Return Fleiss' kappa: several scorers, each unit scored equally often, categories without order.

    Args:
        counts: units x categories, how many scorers put the unit into the category.

    Raises:
        MeasureError: fractions or negative counts, units scored unequally often or less than twice, or only
            one category used, where kappa is undefined.

    Source: Fleiss 1971.
    """
    table = _table(counts, "counts")
    if table.shape[0] == 0 or table.shape[1] < 2:
        raise MeasureError("Fleiss' kappa needs units x categories with at least two categories.")
    if (table != np.floor(table)).any():
        raise MeasureError("Fleiss' kappa counts scorers; a count is not a whole number.")
    scorers = table.sum(axis=1)
    if (scorers != scorers[0]).any() or scorers[0] < 2:
        raise MeasureError(
            "Fleiss' kappa needs each unit scored equally often, at least twice.",
            hint="Krippendorff's alpha allows gaps.",
        )
    agreeing = (table * (table - 1)).sum(axis=1) / (scorers * (scorers - 1))
    share = table.sum(axis=0) / table.sum()
    observed, expected = float(1 - agreeing.mean()), float(1 - (share**2).sum())
    if (share > 0).sum() < 2:
        raise MeasureError("Kappa is undefined: only one category was used.")
    return Kappa(1 - observed / expected, observed=observed, expected=expected, total=float(table.sum()))


def _numbers(ratings: Any, level: Level) -> Floats:
    """Ratings as floats; text (nominal only) becomes category numbers."""
    try:
        return np.asarray(ratings, dtype=np.float64)
    except (TypeError, ValueError):
        raw = np.asarray(ratings, dtype=object)
    if raw.ndim != 2:
        raise MeasureError("Give a table of scorers x units, with the same number of units for each scorer.")
    missing = pd.isna(raw)
    if any(isinstance(value, str) for value in raw.flat):
        if level != "nominal":
            raise MeasureError("Scores in words have no order.", hint='Use numbers, or the level "nominal".')
        _, codes = np.unique(np.where(missing, "", raw).astype(str), return_inverse=True)
        return np.where(missing, np.nan, codes.reshape(raw.shape).astype(np.float64))
    try:
        return np.where(missing, np.nan, raw).astype(np.float64)
    except (TypeError, ValueError):
        raise MeasureError("Scores must be numbers, or text at the nominal level.") from None


def _table(table: Any, name: str) -> Floats:
    """A two-way table of finite, non-negative numbers, or a ``MeasureError``."""
    try:
        numbers = np.asarray(table, dtype=np.float64)
    except (TypeError, ValueError):
        raise MeasureError(f"{name}: rows of unequal length, or entries that are not numbers.") from None
    if numbers.ndim != 2 or not np.isfinite(numbers).all() or (numbers < 0).any():
        raise MeasureError(f"{name}: give rows of finite numbers, none below 0.")
    return numbers


def _weights(weights: Any, size: int) -> Floats:
    """The matrix of disagreement weights that ``weights`` stands for."""
    steps = np.abs(np.subtract.outer(np.arange(size), np.arange(size))).astype(np.float64)
    if weights is None:
        return (steps > 0).astype(np.float64)
    if isinstance(weights, str):
        named = {"linear": steps, "quadratic": steps**2}
        if weights not in named:
            raise MeasureError(f'There are no weights called "{weights}".', hint=nearest(weights, named))
        return named[weights]
    matrix = _table(weights, "weights")
    if matrix.shape != (size, size):
        raise MeasureError("The weights need one row and one column for each category of the table.")
    if np.diag(matrix).any():
        raise MeasureError("Weights are disagreement weights: agreement (the diagonal) costs 0.")
    if not matrix.any():
        raise MeasureError("With all weights 0 there is no disagreement to measure.")
    return matrix
