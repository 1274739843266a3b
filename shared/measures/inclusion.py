"""How evenly does a source reach its population? Inclusion rates by cell, R-indicator and partial indicators.

The coefficient of variation leads: R is close to 1 for any small source, however uneven (framework, section 0).
Method: Schouten, Cobben and Bethlehem 2009; Shlomo, Skinner and Schouten 2012; formulas as in the manual of the
RISQ project, checked against the standard error it prints.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from shared.errors import MeasureError, nearest
from shared.measures.propensity import Floats, fit_main_effects


@dataclass(frozen=True)
class InclusionCells:
    """Variation of inclusion rates over cells of a population.

    mean    share of the population that is in the source
    s       standard deviation of the inclusion rates over the population (divisor N - 1)
    r       R-indicator, 1 - 2 s, without bias adjustment
    cv      s / mean
    unconditional   for each cell, sqrt(N_k / N) * (rate_k - mean): below 0 where the cell is under-represented
    dropped     cells with records and no population (over-coverage), left out of all the above
    """

    mean: float
    s: float
    r: float
    cv: float
    unconditional: tuple[float, ...]
    dropped: int

    @property
    def defect_bound(self) -> float:
        """Largest absolute data defect correlation that selection on these cells alone can cause."""
        return math.inf if self.mean >= 1 else self.cv * math.sqrt(self.mean / (1 - self.mean))

    def bias_bound(self, deviation: float = 0.5) -> float:
        """Largest bias of a mean whose standard deviation is ``deviation`` (0.5: any proportion)."""
        return self.cv * deviation


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


def inclusion_cells(n: npt.ArrayLike, N: npt.ArrayLike, *, subset: bool = True) -> InclusionCells:  # noqa: N803
    """Return how the share included varies over the cells of a population.

    Args:
        n: units of the source in each cell.
        N: units of the population in each cell, in the same order.
        subset: whether every unit of the source is one of the N counted; False lets n exceed N (a source that
            counts repeat visits, a population count of another date), where cv still has its meaning and r none.

    Raises:
        MeasureError: unequal lengths, negative or missing counts, n above N (unless ``subset`` is False), an empty
            source or a population of fewer than two units.
    """
    inside, population = _counts(n, "n"), _counts(N, "N")
    if inside.shape != population.shape:
        raise MeasureError("n and N need the same cells in the same order.")
    outside = (population == 0) & (inside > 0)
    used = population > 0
    if subset and (inside[used] > population[used]).any():
        raise MeasureError(
            "A cell has more units in the source than in the population.",
            hint="Check that both count the same people; a source that counts visits needs subset=False.",
        )
    inside, population = inside[used], population[used]
    total = float(population.sum())
    if total < 2 or inside.sum() <= 0:
        raise MeasureError("Inclusion needs a population of at least two units and a source that is not empty.")
    rate = inside / population
    mean = float(inside.sum() / total)
    s = math.sqrt(float((population * (rate - mean) ** 2).sum()) / (total - 1))
    parts = np.sqrt(population / total) * (rate - mean)
    return InclusionCells(mean, s, 1 - 2 * s, s / mean, tuple(map(float, parts)), int(outside.sum()))


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
    inside, population = _counts(cells[n], n), _counts(cells[N], N)
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


def inclusion_from_survey(cells: pd.DataFrame, by: Sequence[str], n: str, weighted: str) -> InclusionCells:
    """Return the variation of inclusion where the population is known from a probability survey only.

    The source (weight 1) is stacked on the survey (design weights ``weighted``, summed by cell); a logistic model of
    membership gives p, and p / (1 - p), scaled so that it adds to the source's size over the survey's weights, is
    the inclusion rate. Raises ``MeasureError`` as ``r_indicator`` does.
    """
    if missing := [column for column in (*by, n, weighted) if column not in cells.columns]:
        raise MeasureError(
            f'The cells have no column "{missing[0]}".', hint=nearest(missing[0], map(str, cells.columns))
        )
    inside, survey = _counts(cells[n], n), _counts(cells[weighted], weighted)
    if (survey == 0).all() or inside.sum() <= 0:
        raise MeasureError("Both the source and the survey need units in the cells.")
    used = (inside + survey) > 0
    fit = fit_main_effects(cells.loc[used, list(by)].astype(str), inside[used], (inside + survey)[used])
    odds = fit.chance / (1 - fit.chance)
    survey, inside = survey[used], inside[used]
    rate = odds * inside.sum() / float(survey @ odds)
    return inclusion_cells(rate * survey, survey, subset=False)


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


def _counts(values: npt.ArrayLike, name: str) -> Floats:
    """Counts as floats, or a fault."""
    try:
        numbers = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise MeasureError(f'"{name}" must hold counts.') from None
    if numbers.ndim != 1 or not np.isfinite(numbers).all() or (numbers < 0).any():
        raise MeasureError(f'"{name}" must be a list of counts, none missing and none below 0.')
    return numbers
