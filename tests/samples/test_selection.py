"""The planted selection: its truth in closed form, and that draws follow it."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from shared.samples.reference import read_figures
from shared.samples.selection import EXPECTED, NOT_SERVED, REGION, Cells, population_cells, replicate


def test_two_equal_strata() -> None:
    """Rates .8 and .4: CV .3350126 and greatest defect correlation .4103050 (framework, worked examples)."""
    cells = Cells(
        pd.DataFrame(
            {"area": ["a", "b"], "sex": ["Female", "Male"], "N": [50, 50], "rate": [0.8, 0.4]},
        )
    )
    found = replicate(cells, "sex", seed=1)
    assert found.true_cv == pytest.approx(0.3350126, abs=1e-7)
    assert found.true_dissimilarity == pytest.approx(1 / 6)
    assert found.true_smallest_ratio == pytest.approx(2 / 3)
    # inclusion and sex line up as well as they can here: (.8 - .6) * .5 * 2 / (2 * .5 * sqrt(.24)) = .408248
    assert found.true_defect == pytest.approx(0.2 / math.sqrt(0.24), abs=1e-12)
    assert found.true_defect < 0.4103050


@pytest.fixture(scope="module")
def cells(root: Path) -> Cells:
    return population_cells(read_figures(root), seed=20_250_401)


def test_the_population_is_the_census(cells: Cells) -> None:
    assert cells.frame["N"].sum() == pytest.approx(10_017_977, rel=1e-4)  # rounding to whole persons in each cell
    assert set(cells.by("region").index) == set(REGION)
    assert (cells.frame["N"] * cells.frame["rate"]).sum() == pytest.approx(EXPECTED)
    unserved = cells.frame["area"].isin(NOT_SERVED)
    assert unserved.any()
    assert (cells.frame.loc[unserved, "rate"] == 0).all()
    assert (cells.frame.loc[~unserved, "rate"] > 0).all()
    assert cells.frame["rate"].max() < 0.05


def test_draws_follow_the_chances(cells: Cells) -> None:
    """Over 200 draws the mean of each region's records lies within five standard errors of what is expected."""
    drawn = np.array([replicate(cells, "region", seed).records for seed in range(200)])
    expected = cells.by("region")["expected"].to_numpy()
    assert (np.abs(drawn.mean(axis=0) - expected) < 5 * np.sqrt(expected / 200)).all()


def test_the_same_seed_gives_the_same_draw(cells: Cells) -> None:
    first, again, other = (replicate(cells, "band", seed).records.tolist() for seed in (3, 3, 4))
    assert first == again != other
