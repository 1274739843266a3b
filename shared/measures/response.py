"""R-indicator and partial indicators: how evenly those on a list took part.

Method: Schouten, Cobben and Bethlehem 2009; Shlomo, Skinner and Schouten 2012; formulas as in the manual of the
RISQ project, checked against the standard error it prints.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from shared.errors import MeasureError, nearest
from shared.measures.inclusion import counts
from shared.measures.propensity import Floats, fit_main_effects


@dataclass(frozen=True)
class PartialR:
    """How much of the unevenness one variable (``category`` None) or one of its categories carries.

    Unconditional: between the categories of the variable, with a sign for a category (below 0 is
    under-represented). Conditional: what is left of it within the cells formed by all other variables.
    """

    variable: str
    category: str | None
    unconditional: float
    unconditional_adjusted: float
    conditional: float
    conditional_adjusted: float


@dataclass(frozen=True)
class RIndicator:
    """R-indicator and coefficient of variation of fitted inclusion chances, with standard errors.

    ``r`` and ``cv`` are as computed; ``r_adjusted`` and ``cv_adjusted`` have the variance of the chances reduced
    by what estimating them adds. ``partial`` holds variables and categories; ``propensity`` the fitted chance of
    each cell, in the order of the cells given.
    """

    mean: float
    s: float
    r: float
    r_adjusted: float
    se_r: float
    cv: float
    cv_adjusted: float
    se_cv: float
    partial: tuple[PartialR, ...]
    propensity: tuple[float, ...]

    def of(self, variable: str, category: str | None = None) -> PartialR:
        """Return the partial indicators of a variable, or of one category of it."""
        for entry in self.partial:
            if (entry.variable, entry.category) == (variable, category):
                return entry
        known = {e.variable if e.category is None else e.category for e in self.partial}
        raise MeasureError("There is no such variable or category.", hint=nearest(str(category or variable), known))


def r_indicator(cells: pd.DataFrame, by: Sequence[str], n: str = "n_resp", N: str = "N") -> RIndicator:  # noqa: N803
    """Return the R-indicator of a source against a list, from counts by cell.

    Args:
        cells: one row a cell; ``by`` name the variables (all taken as categories), ``n`` the units that took part,
            ``N`` the units on the list.
        by: variables of the logistic model; main effects only.
        n, N: names of the count columns.

    Raises:
        MeasureError: a column that is not there, counts that cannot be (negative, n above N, no variation in n at
            all), fewer than two cells.
    """
    wanted = [*by, n, N]
    if missing := [column for column in wanted if column not in cells.columns]:
        raise MeasureError(
            f'The cells have no column "{missing[0]}".', hint=nearest(missing[0], map(str, cells.columns))
        )
    if not by:
        raise MeasureError("Name at least one variable for the model of inclusion.")
    if cells[list(by)].isna().any(axis=None):
        raise MeasureError("A cell has no category for one of its variables.")
    inside, population = counts(cells[n], n), counts(cells[N], N)
    if (inside > population).any():
        raise MeasureError("A cell has more units taking part than units on the list.")
    kept = cells.loc[population > 0, list(by)].astype(str)
    inside, population = inside[population > 0], population[population > 0]
    if len(kept) < 2 or population.sum() < 2 or not 0 < inside.sum() < population.sum():
        raise MeasureError("Inclusion can be modelled only with two or more cells and both outcomes present.")
    fit = fit_main_effects(kept, inside, population)
    total, chance = float(population.sum()), fit.chance
    share = population / total
    mean = float(share @ chance)
    deviation = chance - mean
    variance = float(population @ deviation**2) / (total - 1)
    bias = float(share @ (fit.gradient**2).sum(axis=1))
    kept_share = max(0.0, 1 - bias / variance) if variance > 0 else 0.0
    sampling = _variance_of_variance(share, deviation, fit.gradient)
    se_r = math.sqrt(sampling / float(share @ deviation**2)) if variance > 0 else math.nan
    s, adjusted = math.sqrt(variance), math.sqrt(variance * kept_share)
    return RIndicator(
        mean=mean,
        s=s,
        r=1 - 2 * s,
        r_adjusted=1 - 2 * adjusted,
        se_r=se_r,
        cv=s / mean,
        cv_adjusted=adjusted / mean,
        se_cv=math.sqrt(0.25 * se_r**2 / mean**2 + (adjusted / mean) ** 4 / total),
        partial=_partials(kept, share, chance, mean, math.sqrt(kept_share)),
        propensity=tuple(map(float, chance)),
    )


def _variance_of_variance(share: Floats, deviation: Floats, gradient: Floats) -> float:
    """Sampling variance of 2 x the standard deviation's square, by the delta method to second order."""
    centred = gradient - share @ gradient
    slope = (share * deviation) @ centred
    spread = centred.T @ (share[:, None] * centred)
    return float(4 * slope @ slope + 2 * np.trace(spread @ spread))


def _partials(cells: pd.DataFrame, share: Floats, chance: Floats, mean: float, factor: float) -> tuple[PartialR, ...]:
    frame = cells.assign(_share=share, _sum=share * chance)
    found: list[PartialR] = []
    for variable in cells.columns:
        others = [name for name in cells.columns if name != variable]
        if others:
            sums = frame.groupby(others)[["_share", "_sum"]].transform("sum")
            within = chance - (sums["_sum"] / sums["_share"]).to_numpy()
        else:
            within = chance - mean
        groups = frame.assign(_within=share * within**2).groupby(variable)[["_share", "_sum", "_within"]].sum()
        between = np.sqrt(groups["_share"]) * (groups["_sum"] / groups["_share"] - mean)
        left = np.sqrt(groups["_within"])
        whole, rest = math.sqrt(float((between**2).sum())), math.sqrt(float(groups["_within"].sum()))
        found.append(PartialR(str(variable), None, whole, whole * factor, rest, rest * factor))
        for category in groups.index:
            u, c = float(between[category]), float(left[category])
            found.append(PartialR(str(variable), str(category), u, u * factor, c, c * factor))
    return tuple(found)
