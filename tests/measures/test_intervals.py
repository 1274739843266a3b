"""Wilson against scipy, hand-computed limits and its bounds; the bootstrap against known sampling errors."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from shared.errors import MeasureError
from shared.measures.intervals import Floats, bootstrap, wilson


def test_wilson_worked_example() -> None:
    found = wilson(10, 100)
    assert (found.low, found.high) == pytest.approx((0.0552291, 0.1743657), abs=1e-7)


@given(st.integers(1, 5000), st.floats(0, 1), st.sampled_from([0.5, 0.9, 0.95, 0.99]))
def test_wilson_equals_scipy_for_whole_counts(n: int, share: float, confidence: float) -> None:
    count = round(share * n)
    theirs = binomtest(count, n).proportion_ci(confidence, method="wilson")
    ours = wilson(count, n, confidence=confidence)
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


@given(st.integers(1, 300), st.floats(0, 1), st.integers(1, 9))
def test_design_effect_is_the_same_as_a_smaller_sample(n: int, share: float, deff: int) -> None:
    count = round(share * n)
    ours = wilson(count * deff, n * deff, deff=deff)
    theirs = binomtest(count, n).proportion_ci(method="wilson")
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


@pytest.mark.parametrize(("count", "n", "deff"), [(1, 0, 1), (-1, 5, 1), (6, 5, 1), (1, 5, 0), (1, math.nan, 1)])
def test_wilson_refuses_what_is_no_proportion(count: float, n: float, deff: float) -> None:
    with pytest.raises(MeasureError):
        wilson(count, n, deff=deff)


def mean(sums: Floats) -> Floats:
    return np.asarray(sums[:, 1] / sums[:, 0], dtype=np.float64)


def test_bootstrap_of_a_proportion_has_the_binomial_standard_error() -> None:
    found = bootstrap([[1, 1], [1, 0]], mean, multiplicity=[300, 700], draws=20_000, seed=4)
    half = 1.959964 * math.sqrt(0.3 * 0.7 / 1000)
    assert found.low == pytest.approx(0.3 - half, abs=0.002)
    assert found.high == pytest.approx(0.3 + half, abs=0.002)


def test_whole_clusters_are_drawn() -> None:
    # ten clusters of 100, each all yes or all no: the data are worth ten units, not a thousand
    clusters = [[100, 100]] * 5 + [[100, 0]] * 5
    found = bootstrap(clusters, mean, draws=20_000)
    assert found.high - found.low == pytest.approx(2 * 1.96 * math.sqrt(0.25 / 10), abs=0.08)


def test_same_seed_same_interval_and_another_seed_another() -> None:
    data = {"values": [[1, 1], [1, 0]], "statistic": mean, "multiplicity": [30, 70], "draws": 500}
    assert bootstrap(**data, seed=7) == bootstrap(**data, seed=7)
    assert bootstrap(**data, seed=7) != bootstrap(**data, seed=8)


def test_blocks_of_resamples_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = bootstrap([[1, 1], [1, 0]], mean, multiplicity=[30, 70], draws=300)
    monkeypatch.setattr("shared.measures.intervals._AT_ONCE", 14)
    assert bootstrap([[1, 1], [1, 0]], mean, multiplicity=[30, 70], draws=300) == whole


def test_distance_interval_covers_the_truth_where_plain_percentiles_do_not() -> None:
    """Forty small groups, 3,000 records, moderate selection: chance alone adds as much as the selection."""
    rng = np.random.default_rng(5)
    population = rng.dirichlet(np.full(40, 5.0))
    shares = population * np.exp(rng.normal(0, 0.3, 40))
    shares /= shares.sum()
    truth = 0.5 * np.abs(shares - population).sum()

    def distance(sums: Floats) -> Floats:
        p = sums / sums.sum(axis=1, keepdims=True)
        return np.asarray(0.5 * np.abs(p - population).sum(axis=1), dtype=np.float64)

    covered = plain = 0
    for replicate in range(100):
        counts = rng.multinomial(3000, shares)
        found = bootstrap(np.eye(40), distance, multiplicity=counts, draws=400, seed=replicate, bounds=(0, 1))
        covered += found.low <= truth <= found.high
        again = distance(rng.multinomial(3000, counts / 3000, size=400).astype(float))
        plain += np.quantile(again, 0.025) <= truth <= np.quantile(again, 0.975)
    assert covered >= 85
    assert plain < 75


def test_interval_stays_inside_the_range_and_holds_the_estimate() -> None:
    found = bootstrap([[1, 1], [1, 0]], mean, multiplicity=[1, 4], bounds=(0, 1), draws=200)
    assert 0 <= found.low <= 0.2 <= found.high <= 1


@pytest.mark.parametrize(
    ("values", "multiplicity", "draws"),
    [([[1, 1]], [0], 200), ([[0, 0]], [5], 200), ([[1, 1]], [5], 99)],
    ids=["no units", "undefined", "few draws"],
)
def test_bootstrap_refuses(values: list[list[float]], multiplicity: list[int], draws: int) -> None:
    with np.errstate(invalid="ignore"), pytest.raises(MeasureError):
        bootstrap(values, mean, multiplicity=multiplicity, draws=draws)


def test_bootstrap_refuses_a_statistic_that_hardly_any_resample_has() -> None:
    def only_on_the_data(sums: Floats) -> Floats:
        return np.where(sums[:, 0] == 50, 1.0, np.nan)

    with pytest.raises(MeasureError, match="too few units"):
        bootstrap([[1, 0], [0, 1]], only_on_the_data, multiplicity=[50, 50], draws=200)
