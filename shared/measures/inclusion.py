"""How evenly does a source reach its population? Inclusion rates by cell.

The coefficient of variation leads: R is close to 1 for any small source, however uneven (framework, section 0).
Method: Schouten, Cobben and Bethlehem 2009.
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
    inside, population = counts(n, "n"), counts(N, "N")
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
    inside, survey = counts(cells[n], n), counts(cells[weighted], weighted)
    if (survey == 0).all() or inside.sum() <= 0:
        raise MeasureError("Both the source and the survey need units in the cells.")
    used = (inside + survey) > 0
    fit = fit_main_effects(cells.loc[used, list(by)].astype(str), inside[used], (inside + survey)[used])
    odds = fit.chance / (1 - fit.chance)
    survey, inside = survey[used], inside[used]
    rate = odds * inside.sum() / float(survey @ odds)
    return inclusion_cells(rate * survey, survey, subset=False)


def counts(values: npt.ArrayLike, name: str) -> Floats:
    """Return counts as floats; raises ``MeasureError`` for anything that is not a list of known counts."""
    try:
        numbers = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise MeasureError(f'"{name}" must hold counts.') from None
    if numbers.ndim != 1 or not np.isfinite(numbers).all() or (numbers < 0).any():
        raise MeasureError(f'"{name}" must be a list of counts, none missing and none below 0.')
    return numbers
