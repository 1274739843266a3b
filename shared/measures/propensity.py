"""A logistic model of being in the source, main effects only, fitted to counts by cell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from shared.errors import MeasureError

Floats = npt.NDArray[np.float64]

_ROUNDS = 200
_CLOSE = 1e-13


@dataclass(frozen=True)
class Fit:
    """``chance`` the fitted inclusion chance of each cell; ``gradient`` its derivative by the coefficients.

    The coefficients are turned so that their covariance is the identity, so the sampling variance of a cell's chance
    is the sum of squares of its row. That holds also where a category has everybody or nobody in it, where the
    coefficients themselves run away.
    """

    chance: Floats
    gradient: Floats


def fit_main_effects(cells: pd.DataFrame, inside: Floats, population: Floats) -> Fit:
    """Fit chance of inclusion on all columns of ``cells`` (as categories) by iterated weighted least squares.

    Raises:
        MeasureError: the fit does not settle.
    """
    indicators = [pd.get_dummies(cells[name], drop_first=True).to_numpy(np.float64) for name in cells.columns]
    design = np.column_stack([np.ones(len(cells)), *indicators])
    chance = (inside + 0.5) / (population + 1)
    linear = np.log(chance / (1 - chance))
    before = np.inf
    for _ in range(_ROUNDS):
        weight = np.maximum(population * chance * (1 - chance), 1e-300)
        target = linear + (inside - population * chance) / weight
        root = np.sqrt(weight)
        coefficients = np.linalg.lstsq(root[:, None] * design, root * target, rcond=None)[0]
        linear = np.clip(design @ coefficients, -35, 35)
        chance = 1 / (1 + np.exp(-linear))
        loss = -float(inside @ np.log(chance) + (population - inside) @ np.log1p(-chance))
        if abs(before - loss) <= _CLOSE * (abs(loss) + 1):
            return Fit(chance, _gradient(design, chance, population))
        before = loss
    raise MeasureError(
        "The model of inclusion does not settle.", hint="Merge categories in which hardly anybody took part."
    )


def _gradient(design: Floats, chance: Floats, population: Floats) -> Floats:
    """Derivatives of the chances in directions whose estimates are uncorrelated with variance 1."""
    weight = population * chance * (1 - chance)
    left, size, _ = np.linalg.svd(np.sqrt(weight)[:, None] * design, full_matrices=False)
    basis = left[:, size > size.max() * 1e-10]
    return np.asarray(np.sqrt(chance * (1 - chance) / population)[:, None] * basis, dtype=np.float64)
