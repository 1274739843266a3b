"""Inequality and rank correlation against published answers and answers worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.errors import MeasureError
from shared.measures.inequality import gini, lorenz
from shared.measures.relation import rank_correlation


def test_gini_of_the_published_worked_example() -> None:
    # sum of (2i - n - 1) x over n times the sum of x: (-25 - 15 - 10 + 10 + 60 + 250) / 600
    assert gini([50, 20, 10, 10, 5, 5]) == pytest.approx(0.45)


def test_gini_of_textbook_cases() -> None:
    assert gini([1, 1, 1, 1]) == pytest.approx(0)
    assert gini([0, 0, 0, 1]) == pytest.approx(0.75), "the most that four areas can reach: 1 - 1/4"
    assert gini([1, 2, 3, 4, 5]) == pytest.approx(4 / 15), "(-4 -4 + 0 + 8 + 20) / (5 * 15)"


def test_the_population_is_the_base_of_the_curve() -> None:
    curve = lorenz([10, 40, 50], [50, 30, 20])  # rates 0.2, 1.33, 2.5
    assert curve.base == pytest.approx([0, 0.5, 0.8, 1])
    assert curve.count == pytest.approx([0, 0.1, 0.5, 1])
    # twice the area under it: 0.5 * 0.1 + 0.3 * 0.6 + 0.2 * 1.5 = 0.53
    assert curve.gini == pytest.approx(0.47)
    assert list(curve.order) == [0, 1, 2]
    # the top 10 % live in the last area: half of its 20 %, so half of its 50
    assert curve.top(0.1) == pytest.approx(0.25)
    assert curve.top(0.35) == pytest.approx(0.5 + 40 / 100 * 15 / 30)


def test_equal_rates_are_equal_whatever_the_sizes() -> None:
    curve = lorenz([2, 4, 10], [1000, 2000, 5000])
    assert curve.gini == pytest.approx(0, abs=1e-12)
    assert curve.top() == pytest.approx(0.1)


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 10_000), st.integers(1, 10_000)), min_size=2, max_size=30).filter(
        lambda rows: sum(n for n, _ in rows) > 0
    ),
    st.integers(2, 50),
)
def test_splitting_an_area_or_counting_in_other_units_changes_nothing(rows: list[tuple[int, int]], k: int) -> None:
    n, people = (np.array(side, dtype=float) for side in zip(*rows, strict=True))
    value = gini(n, people)
    assert 0 <= value < 1
    assert gini(n * k, people / k) == pytest.approx(value, abs=1e-9)
    split_n, split_people = np.append(n[1:], [n[0] / 2] * 2), np.append(people[1:], [people[0] / 2] * 2)
    assert gini(split_n, split_people) == pytest.approx(value, abs=1e-9)


@pytest.mark.parametrize(
    ("counts", "people"),
    [([1], [1]), ([1, 2], [1]), ([0, 0], [1, 1]), ([1, 2], [0, 1]), ([-1, 2], None), ([math.nan, 2], None)],
)
def test_what_has_no_curve_is_refused(counts: list[float], people: list[float] | None) -> None:
    with pytest.raises(MeasureError):
        lorenz(counts, people)


@pytest.mark.parametrize("share", [0, 1, -0.1, 1.1])
def test_a_top_share_lies_between_nothing_and_all(share: float) -> None:
    with pytest.raises(MeasureError, match="between 0 and 1"):
        lorenz([1, 2]).top(share)


def test_spearman_of_the_published_example_with_its_interval() -> None:
    # intelligence and hours of television, ten persons: rho = 1 - 6 * 194 / (10 * 99) = -29/165
    x = [106, 100, 86, 101, 99, 103, 97, 113, 112, 110]
    y = [7, 27, 2, 50, 28, 29, 20, 12, 6, 17]
    found = rank_correlation(x, y)
    assert found.rho == pytest.approx(-29 / 165)
    # Fisher's z = -0.177602, standard error sqrt((1 + 0.030891 / 2) / 7) = 0.380878, half width 0.746508
    assert found.low == pytest.approx(math.tanh(-0.924110), abs=1e-5)
    assert found.high == pytest.approx(math.tanh(0.568906), abs=1e-5)
    assert not found.clear
    assert found.words == "weak"


def test_equal_values_share_their_mean_rank() -> None:
    # ranks 1, 2.5, 2.5, 4, 5 against 1..5: covariance 9.5 over sqrt(9.5 * 10)
    assert rank_correlation([1, 2, 2, 3, 4], [1, 2, 3, 4, 5]).rho == pytest.approx(9.5 / math.sqrt(95))


def test_only_the_order_counts() -> None:
    x = np.arange(1.0, 21.0)
    assert rank_correlation(x, np.exp(x)).rho == 1
    assert rank_correlation(x, -(x**3)).high == -1


def test_more_areas_and_a_lower_level_make_the_interval_shorter() -> None:
    rng = np.random.default_rng(7)
    x = rng.normal(size=400)
    y = 0.5 * x + rng.normal(size=400)
    many, few = rank_correlation(x, y), rank_correlation(x[:40], y[:40])
    assert many.clear
    assert many.high - many.low < few.high - few.low
    half = rank_correlation(x, y, level=0.5)
    assert many.low < half.low < half.rho < half.high < many.high


@pytest.mark.parametrize(
    ("x", "y"),
    [([1, 2, 3, 4], [1, 2, 3, 4]), ([1, 2, 3, 4, 5], [1, 1, 1, 1, 1]), ([1, 2, 3, 4, 5], [1, 2, 3, 4, math.nan]),
     ([1, 2, 3, 4, 5], [1, 2, 3, 4])],
)  # fmt: skip
def test_what_has_no_rank_correlation_is_refused(x: list[float], y: list[float]) -> None:
    with pytest.raises(MeasureError):
        rank_correlation(x, y)
