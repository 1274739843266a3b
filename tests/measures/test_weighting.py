"""Raking against a worked example and its defining property; Kish against his formula."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import MeasureError
from shared.measures.representativeness import kish, rake


def test_raking_worked_example() -> None:
    found = rake([[7, 9], [12, 7]], [[5, 15], [10, 10]])
    assert np.asarray(found) == pytest.approx(np.array([[1.775666, 3.224334], [8.224334, 6.775666]]), abs=1e-6)
    assert found.error <= 1e-8
    assert found.weights * [[7, 9], [12, 7]] == pytest.approx(found.table)
    assert found.trimmed == 0


def test_kish_worked_example() -> None:
    found = kish([1, 1, 2, 4])
    assert (found.n_eff, found.deff) == pytest.approx((2.909091, 1.375), abs=1e-6)
    assert kish([1, 2, 4], times=[2, 1, 1]) == found


@given(
    st.lists(st.lists(st.integers(1, 50), min_size=3, max_size=3), min_size=2, max_size=4),
    st.lists(st.integers(1, 100), min_size=2, max_size=4),
    st.lists(st.integers(1, 100), min_size=3, max_size=3),
)
def test_margins_are_met_and_odds_ratios_kept(seed: list[list[int]], rows: list[int], columns: list[int]) -> None:
    rows = (rows * 4)[: len(seed)]
    target_rows, target_columns = np.array(rows) / sum(rows), np.array(columns) / sum(columns)
    found = rake(seed, [target_rows, target_columns], trim=None)
    assert found.table.sum(axis=1) == pytest.approx(target_rows, rel=1e-7)
    assert found.table.sum(axis=0) == pytest.approx(target_columns, rel=1e-7)
    before, after = np.array(seed, float), found.table
    assert after[0, 0] * after[1, 1] / (after[0, 1] * after[1, 0]) == pytest.approx(
        before[0, 0] * before[1, 1] / (before[0, 1] * before[1, 0]), rel=1e-6
    )
    assert found.kish.deff >= 1 - 1e-12


def test_joint_margins_by_dimension() -> None:
    seed = np.ones((2, 2, 2))
    joint = np.array([[1.0, 2], [3, 4]])
    found = rake(seed, {(0, 1): joint, 2: [6, 4]})
    assert found.table.sum(axis=2) == pytest.approx(joint)
    assert found.table.sum(axis=(0, 1)) == pytest.approx([6, 4])


def test_one_margin_is_poststratification() -> None:
    found = rake([10, 40], [[50, 50]])
    assert found.weights == pytest.approx([5, 1.25])
    assert found.kish.deff == pytest.approx(50 * (10 * 25 + 40 * 1.25**2) / 100**2)


def test_heavy_weights_are_cut_back_and_both_design_effects_shown() -> None:
    found = rake([1, 99], [[50, 50]])
    assert found.weights[0] == pytest.approx(5 * 50 / 99)
    assert found.trimmed == 1
    assert found.kish.deff < found.kish_before.deff == pytest.approx(100 * (2500 + 2500 / 99) / 100**2)
    assert rake([1, 99], [[50, 50]], trim=None).weights[0] == 50


def test_groups_nobody_is_in_are_all_listed() -> None:
    with pytest.raises(MeasureError, match="cannot be weighted in") as caught:
        rake([[5, 0], [0, 0]], [[1, 1], [1, 1]])
    assert len(caught.value.faults) == 2


@pytest.mark.parametrize(
    ("seed", "margins"),
    [
        ([[1, 1], [1, 1]], []),
        ([[1, 1], [1, 1]], [[1, 1], [2, 2]]),
        ([[1, 1], [1, 1]], [[1, 1, 1], [1, 1]]),
        ([[1, 1], [1, 1]], {5: [1, 1]}),
        ([[-1, 1], [1, 1]], [[1, 1], [1, 1]]),
        ([[0, 0]], [[1]]),
        ([[1, 0], [0, 1]], [[1, 3], [3, 1]]),  # the only cells left fix both margins
    ],
)
def test_raking_refuses(seed: object, margins: object) -> None:
    with pytest.raises(MeasureError):
        rake(seed, margins, cycles=50)  # type: ignore[arg-type]


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1], [1, float("nan")]])
def test_kish_refuses(weights: list[float]) -> None:
    with pytest.raises(MeasureError):
        kish(weights)
