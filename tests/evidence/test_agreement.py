"""Coefficients of agreement against published and hand-computed numbers."""

import copy
import math
import pickle

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shared.errors import MeasureError
from shared.evidence.agreement import cohen_kappa, fleiss_kappa, krippendorff_alpha

N = math.nan
TWELVE_UNITS = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, N, N, N],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, N, 3],
    [N, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, N],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, N],
]
FLEISS = [  # ten subjects, fourteen raters, five categories: the example in the encyclopaedia article
    [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
]  # fmt: skip
COHEN_1968 = [[0.44, 0.07, 0.09], [0.05, 0.20, 0.05], [0.01, 0.03, 0.06]]
COHEN_1968_WEIGHTS = [[0, 1, 3], [1, 0, 6], [3, 6, 0]]


@pytest.mark.parametrize(
    ("level", "expected"),
    [("nominal", 0.743421), ("ordinal", 0.815388), ("interval", 0.849107), ("ratio", 0.797403)],
)
def test_alpha_of_twelve_units_four_scorers(level, expected):
    assert krippendorff_alpha(TWELVE_UNITS, level) == pytest.approx(expected, abs=1e-6)


def test_alpha_of_two_scorers_by_hand():
    # Krippendorff's binary example: 20 values, 14 noughts, 6 ones, 4 of 10 units disagree:
    # alpha = 1 - (n-1) * o01 / (n0 n1) = 1 - 19 * 4 / (14 * 6)
    ratings = [[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]]
    found = krippendorff_alpha(ratings, "nominal")
    assert found == pytest.approx(1 - 19 * 4 / (14 * 6))
    assert round(found, 3) == 0.095


def test_alpha_names_its_working_and_is_a_number():
    found = krippendorff_alpha(pd.DataFrame(TWELVE_UNITS), "ordinal")
    # unit 12 has one score only and cannot be paired: 41 - 1 scores on 11 units
    assert (found.units, found.ratings, found.level) == (11, 40, "ordinal")
    assert isinstance(found, float)
    assert type(found.alpha) is float
    assert found.alpha == found
    for again in (pickle.loads(pickle.dumps(found)), copy.deepcopy(found)):
        assert (again, again.units, again.level) == (found, 11, "ordinal")


def test_alpha_reads_words_as_names_and_none_as_missing():
    words = [["a" if v == 1 else "b" for v in row] for row in ([0, 1, 0, 0], [1, 1, 0, 0])]
    numbers = [[0, 1, 0, 0], [1, 1, 0, 0]]
    assert krippendorff_alpha(words, "nominal") == pytest.approx(krippendorff_alpha(numbers, "nominal"))
    gap = [["a", "b", None, "a"], ["a", "b", "b", None]]
    assert krippendorff_alpha(gap, "nominal") == 1
    assert krippendorff_alpha(gap, "nominal").units == 2


@pytest.mark.parametrize(
    ("ratings", "level", "says"),
    [
        ([[1, 1, 1], [1, 1, 1]], "nominal", "undefined"),
        ([[1, 1, 2], [1, 1, N]], "nominal", "undefined"),  # the 2 cannot be paired
        ([[1, 2, 3]], "ordinal", "two scorers"),
        ([[1, N], [N, 2]], "ordinal", "two or more scorers"),
        ([[1, 2], [1]], "ordinal", "same number of units"),
        ([1, 2, 3], "ordinal", "scorers x units"),
        ([[1, 2], [1, math.inf]], "interval", "infinite"),
        ([[-1, 2], [1, 2]], "ratio", "no negative"),
        ([["a", "b"], ["a", "b"]], "ordinal", "no order"),
        ([[1, 2], [1, 2]], "ordinl", '"ordinal"'),
        ([[1, {}], [1, 2]], "interval", "must be numbers"),
        ([list(range(300)), list(range(300))], "interval", "too many"),
    ],
)
def test_alpha_refuses(ratings, level, says):
    with pytest.raises(MeasureError, match=says):
        krippendorff_alpha(ratings, level)


def test_cohen_kappa_two_by_two():
    # observed agreement .70, by chance .50
    found = cohen_kappa([[20, 5], [10, 15]])
    assert found == pytest.approx(0.40)
    assert (found.observed, found.expected, found.total) == pytest.approx((0.30, 0.50, 50))
    assert found.kappa == float(found)


def test_cohen_1968_published():
    assert round(cohen_kappa(COHEN_1968), 3) == 0.492
    weighted = cohen_kappa(COHEN_1968, COHEN_1968_WEIGHTS)
    assert (weighted.observed, weighted.expected) == pytest.approx((0.90, 1.38))
    assert round(weighted, 3) == 0.348


def test_named_weights_are_steps_and_squared_steps():
    table = [[10, 2, 1], [3, 8, 2], [0, 1, 5]]
    steps = [[0, 1, 2], [1, 0, 1], [2, 1, 0]]
    squares = [[0, 1, 4], [1, 0, 1], [4, 1, 0]]
    # 32 pairs; rows 13, 13, 6; columns 13, 11, 8
    linear = 1 - (2 + 2 * 1 + 3 + 2 + 1) / ((13 * 11 + 2 * 13 * 8 + 13 * 13 + 13 * 8 + 2 * 6 * 13 + 6 * 11) / 32)
    assert cohen_kappa(table, "linear") == pytest.approx(linear)
    assert cohen_kappa(table, "linear") == pytest.approx(cohen_kappa(table, steps))
    assert cohen_kappa(table, "quadratic") == pytest.approx(cohen_kappa(table, squares))
    assert cohen_kappa(table, "linear") != pytest.approx(cohen_kappa(table, "quadratic"))


@pytest.mark.parametrize(
    ("table", "weights", "says"),
    [
        ([[5, 0], [0, 0]], None, "only one category"),
        ([[0, 0], [0, 0]], None, "empty"),
        ([[1, 2, 3], [1, 2, 3]], None, "square"),
        ([[5]], None, "square"),
        ([[1, -1], [0, 2]], None, "none below 0"),
        ([[1, N], [0, 2]], None, "finite"),
        ([[1, 2], [1]], None, "unequal length"),
        ([[1, 2], [3, 4]], "quadratc", '"quadratic"'),
        ([[1, 2], [3, 4]], [[1, 0], [0, 1]], "disagreement weights"),
        ([[1, 2], [3, 4]], [[0, 0], [0, 0]], "no disagreement"),
        ([[1, 2], [3, 4]], [[0, 1, 2]] * 3, "one row and one column"),
    ],
)
def test_cohen_kappa_refuses(table, weights, says):
    with pytest.raises(MeasureError, match=says):
        cohen_kappa(table, weights)


def test_fleiss_published():
    found = fleiss_kappa(FLEISS)
    assert round(found, 3) == 0.210
    assert (round(1 - found.observed, 3), round(1 - found.expected, 3)) == (0.378, 0.213)
    assert found.total == 140


@pytest.mark.parametrize(
    ("counts", "says"),
    [
        ([[3, 0], [2, 0]], "equally often"),
        ([[1, 0], [0, 1]], "at least twice"),
        ([[3, 0], [3, 0]], "only one category"),
        ([[1.5, 1.5], [3, 0]], "whole number"),
        ([[3], [3]], "two categories"),
        ([[-1, 4], [3, 0]], "none below 0"),
    ],
)
def test_fleiss_refuses(counts, says):
    with pytest.raises(MeasureError, match=says):
        fleiss_kappa(counts)


scores = st.lists(st.integers(0, 4), min_size=2, max_size=12)


@given(scores, st.integers(2, 4), st.sampled_from(["nominal", "ordinal", "interval", "ratio"]))
def test_alpha_is_one_on_full_agreement(units, scorers, level):
    assume(len(set(units)) > 1)
    assert krippendorff_alpha([units] * scorers, level) == pytest.approx(1)


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=15),
    st.sampled_from(["nominal", "ordinal", "interval", "ratio"]),
)
def test_alpha_does_not_mind_who_scored_nor_the_order_of_units(pairs, level):
    table = np.array(pairs, dtype=float).T
    assume(len(np.unique(table)) > 1)
    found = krippendorff_alpha(table, level)
    assert found <= 1 + 1e-12
    assert krippendorff_alpha(table[::-1], level) == pytest.approx(found)
    assert krippendorff_alpha(table[:, ::-1], level) == pytest.approx(found)
    gap = np.column_stack([table, [3.0, math.nan]])
    assert krippendorff_alpha(gap, level) == pytest.approx(found)


@given(st.lists(st.lists(st.integers(0, 30), min_size=3, max_size=3), min_size=3, max_size=3))
def test_kappa_is_at_most_one_and_the_same_for_counts_and_proportions(rows):
    table = np.array(rows, dtype=float)
    assume((np.outer(table.sum(axis=1), table.sum(axis=0)) * (1 - np.eye(3))).sum() > 0)
    found = cohen_kappa(table)
    assert found <= 1
    assert cohen_kappa(table / table.sum()) == pytest.approx(found)
    assert cohen_kappa(table.T) == pytest.approx(found)
    assert cohen_kappa(table, 1 - np.eye(3)) == pytest.approx(found)
