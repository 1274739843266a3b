"""Published and closed-form answers, and identities that hold for any data."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shared.errors import MeasureError
from shared.measures.representativeness import (
    break_even,
    data_defect,
    data_defect_range,
    distances,
    inclusion_cells,
    inclusion_from_survey,
    r_indicator,
)

RISQ = pd.read_csv(Path(__file__).parent / "data" / "risq_cells.csv")
cells = st.lists(st.tuples(st.integers(1, 500), st.floats(0, 1), st.integers(0, 500)), min_size=2, max_size=8).map(
    lambda rows: [(N, round(N * share), min(N, ones)) for N, share, ones in rows]
)


def test_two_equal_strata() -> None:
    found = inclusion_cells([40, 20], [50, 50])
    assert (found.mean, found.s, found.r, found.cv) == pytest.approx((0.6, 0.2010076, 0.5979849, 0.3350126), abs=1e-7)
    assert found.unconditional == pytest.approx((0.1414214, -0.1414214), abs=1e-7)
    assert found.defect_bound == pytest.approx(0.4103050, abs=1e-7)
    assert found.bias_bound() == pytest.approx(0.5 * found.cv)


def test_same_unevenness_at_small_and_large_fractions() -> None:
    small, large = inclusion_cells([9, 1], [5000, 5000]), inclusion_cells([4500, 500], [5000, 5000])
    assert (small.r, small.cv) == pytest.approx((0.9983999, 0.8000400), abs=1e-7)
    assert (large.r, large.cv) == pytest.approx((0.1999600, 0.8000400), abs=1e-7)


def test_cells_without_population_are_reported_and_dropped() -> None:
    found = inclusion_cells([40, 20, 3], [50, 50, 0])
    assert found.dropped == 1
    assert found.cv == inclusion_cells([40, 20], [50, 50]).cv


def test_more_in_the_source_than_in_the_population() -> None:
    with pytest.raises(MeasureError, match="more units in the source"):
        inclusion_cells([60, 20], [50, 50])
    assert inclusion_cells([80, 40], [50, 50], subset=False).cv == pytest.approx(0.3350126, abs=1e-7)


@pytest.mark.parametrize(
    ("n", "N"),
    [([1], [1, 2]), ([-1, 2], [5, 5]), ([math.nan, 1], [5, 5]), ([0, 0], [5, 5]), ([1, 0], [1, 0]), (["x"], [3])],
)
def test_cells_that_cannot_be(n: list[float], N: list[float]) -> None:
    with pytest.raises(MeasureError):
        inclusion_cells(n, N)


@given(cells)
def test_bounds_of_r_and_cv(rows: list[tuple[int, int, int]]) -> None:
    N, n, _ = map(np.array, zip(*rows, strict=True))
    assume(n.sum() > 0 and N.sum() > 1)
    found = inclusion_cells(n, N)
    widest = math.sqrt(found.mean * (1 - found.mean) * N.sum() / (N.sum() - 1))
    assert 1 - 2 * widest - 1e-9 <= found.r <= 1
    assert 0 <= found.cv <= widest / found.mean + 1e-9
    within = (np.array(found.unconditional) ** 2).sum()
    assert within == pytest.approx(found.s**2 * (N.sum() - 1) / N.sum(), abs=1e-12)


@given(cells)
def test_selection_on_cells_alone_keeps_the_defect_correlation_within_its_bound(
    rows: list[tuple[int, int, int]],
) -> None:
    N, n, ones = map(np.array, zip(*rows, strict=True))
    truth = ones.sum() / N.sum()
    assume(0 < n.sum() < N.sum() and 0 < truth < 1)
    estimate = float((n * ones / N).sum() / n.sum())  # within a cell, being in the source has nothing to do with y
    found = data_defect(estimate, truth, n.sum(), N.sum())
    assert abs(found.ddc) <= inclusion_cells(n, N).defect_bound + 1e-9


def test_r_indicator_on_the_risq_cells() -> None:
    found = r_indicator(RISQ, ["gender", "age", "urb"])
    assert found.cv == pytest.approx(0.1107595, abs=1e-6)
    assert found.se_cv == pytest.approx(0.0048070, abs=1e-6)  # as the RISQ manual prints it
    assert found.r == pytest.approx(0.8789221, abs=1e-6)
    assert found.r_adjusted == pytest.approx(0.8810997, abs=1e-6)
    assert found.mean == pytest.approx(19379 / 35455)


def test_partial_indicators_add_up() -> None:
    found = r_indicator(RISQ, ["gender", "age", "urb"])
    for variable, size in (("gender", 2), ("age", 14), ("urb", 5)):
        whole = found.of(variable)
        parts = [p for p in found.partial if p.variable == variable and p.category is not None]
        assert len(parts) == size
        assert sum(p.unconditional**2 for p in parts) == pytest.approx(whole.unconditional**2)
        assert sum(p.conditional**2 for p in parts) == pytest.approx(whole.conditional**2)
        assert whole.conditional_adjusted / whole.conditional == pytest.approx((1 - found.r_adjusted) / (1 - found.r))
        assert 0 < whole.conditional < found.s


def test_main_effects_reproduce_every_margin() -> None:
    """The likelihood equations of a logistic model: fitted and observed inclusion agree for each category."""
    found = r_indicator(RISQ, ["gender", "age", "urb"])
    frame = RISQ.assign(fitted=np.array(found.propensity) * RISQ.N)
    for variable in ("gender", "age", "urb"):
        sums = frame.groupby(variable)[["fitted", "n_resp"]].sum()
        assert sums.fitted.to_numpy() == pytest.approx(sums.n_resp.to_numpy(), rel=1e-6)


def test_one_variable_gives_the_cell_rates_even_where_nobody_took_part() -> None:
    table = pd.DataFrame({"g": ["a", "b", "c"], "n_resp": [40, 20, 0], "N": [50, 50, 10]})
    found, closed = r_indicator(table, ["g"]), inclusion_cells([40, 20, 0], [50, 50, 10])
    assert (found.r, found.cv) == pytest.approx((closed.r, closed.cv), abs=1e-7)
    assert [found.of("g", c).unconditional for c in "abc"] == pytest.approx(closed.unconditional, abs=1e-7)
    assert found.of("g").conditional == pytest.approx(found.of("g").unconditional)
    # the variance of a cell's rate is rate (1 - rate) / N: .16 / 50, .24 / 50 and 0; the cells weigh 50, 50, 10 of 110
    expected = closed.s**2 - (0.16 + 0.24) / 110
    assert found.r_adjusted == pytest.approx(1 - 2 * math.sqrt(expected), abs=1e-6)


def test_standard_error_and_bias_adjustment_against_simulation() -> None:
    rng = np.random.default_rng(11)
    grid = pd.DataFrame([(a, b) for a in "xyz" for b in "uvw"], columns=["a", "b"]).assign(N=60)
    push = grid.a.map({"x": -0.5, "y": 0.0, "z": 0.6}) + grid.b.map({"u": 0.0, "v": 0.4, "w": -0.3})
    chance = (1 / (1 + np.exp(-push))).to_numpy()
    truth = inclusion_cells(chance * 60, grid.N).r
    runs = [r_indicator(grid.assign(n_resp=rng.binomial(60, chance)), ["a", "b"]) for _ in range(400)]
    spread = np.std([run.r for run in runs])
    assert np.mean([run.se_r for run in runs]) == pytest.approx(spread, rel=0.1)
    plain, adjusted = np.mean([run.r for run in runs]), np.mean([run.r_adjusted for run in runs])
    assert plain < truth - spread / 10
    assert abs(adjusted - truth) < abs(plain - truth)


@pytest.mark.parametrize(
    "change",
    [
        {"by": ["gendr"]}, {"by": []}, {"n": "persons"}, {"cells": RISQ.assign(n_resp=RISQ.N + 1)},
        {"cells": RISQ.assign(n_resp=0)}, {"cells": RISQ.head(1)}, {"cells": RISQ.assign(gender=None)},
    ],
)  # fmt: skip
def test_r_indicator_refuses(change: dict[str, object]) -> None:
    with pytest.raises(MeasureError):
        r_indicator(**{"cells": RISQ, "by": ["gender"], **change})


def test_unknown_variable_gets_the_nearest_name() -> None:
    with pytest.raises(MeasureError, match='Did you mean "gender"'):
        r_indicator(RISQ, ["gendr"])
    with pytest.raises(MeasureError, match='Did you mean "gender"'):
        r_indicator(RISQ, ["gender"]).of("gendre")


def test_population_known_from_a_survey_only() -> None:
    """A survey whose weights reproduce the population exactly must give the same answer as the population."""
    table = pd.DataFrame({"g": ["a", "b", "c"], "n": [90, 30, 10], "w": [1000.0, 900.0, 1100.0]})
    found, known = inclusion_from_survey(table, ["g"], "n", "w"), inclusion_cells(table.n, table.w)
    assert (found.mean, found.cv) == pytest.approx((known.mean, known.cv), rel=1e-6)
    with pytest.raises(MeasureError):
        inclusion_from_survey(table.assign(w=0), ["g"], "n", "w")


def test_distances_worked_example() -> None:
    p, q = [9 / 25, 12 / 25, 4 / 25], [1 / 3] * 3
    found = distances(p, q)
    assert found.kl == pytest.approx(0.0852996, abs=1e-7)
    assert distances(q, p).kl == pytest.approx(0.0974550, abs=1e-7)
    assert (found.dissimilarity, found.hellinger, found.min_ratio) == pytest.approx(
        (0.1733333, 0.1504983, 0.48), abs=1e-7
    )


def test_divergence_is_not_defined_where_the_population_has_no_such_group() -> None:
    assert distances([1, 1], [1, 0]).kl is None
    assert distances([1, 0], [1, 1]).kl == pytest.approx(math.log(2))
    assert distances([0, 1], [1, 1]).min_ratio == 0


counts = st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 1000)), min_size=1, max_size=12)


@given(counts)
def test_distances_stay_in_their_range(pairs: list[tuple[int, int]]) -> None:
    p, q = zip(*pairs, strict=True)
    assume(sum(p) > 0 and sum(q) > 0)
    found = distances(p, q)
    assert 0 <= found.dissimilarity <= 1 + 1e-12
    assert 0 <= found.hellinger <= 1 + 1e-12
    assert 0 <= found.min_ratio <= 1 + 1e-12
    assert found.hellinger**2 <= found.dissimilarity + 1e-12
    assert found.dissimilarity <= math.sqrt(2) * found.hellinger + 1e-12
    assert found.kl is None or found.kl >= 2 * found.dissimilarity**2 - 1e-12  # Pinsker
    assert found.dissimilarity == pytest.approx(distances(q, p).dissimilarity)


@pytest.mark.parametrize(("p", "q"), [([1], [1, 2]), ([0, 0], [1, 1]), ([-1, 2], [1, 1]), ([], []), (["a"], [1])])
def test_distances_refuse(p: list[float], q: list[float]) -> None:
    with pytest.raises(MeasureError):
        distances(p, q)


def test_data_defect_of_the_2016_election() -> None:
    found = data_defect(12_284 / 35_829, 62_984_824 / 136_639_786, 35_829, 136_639_786)
    assert found.ddc == pytest.approx(-0.003837163, abs=1e-9)
    assert found.n_eff == pytest.approx(17.8136, abs=1e-4)
    assert found.ddi == found.ddc**2


@pytest.mark.parametrize(("rho", "f", "size"), [(0.005, 0.01, 404.04), (0.05, 0.5, 400.0)])
def test_effective_size_from_the_correlation(rho: float, f: float, size: float) -> None:
    gap = rho * 0.5 * math.sqrt((1 - f) / f)
    found = data_defect(0.5 + gap, 0.5, f * 1e6, 1e6)
    assert (found.ddc, found.n_eff) == (pytest.approx(rho), pytest.approx(size, abs=0.01))


def test_weights_shrink_the_correlation_and_not_the_effective_size() -> None:
    plain, weighted = data_defect(0.4, 0.5, 100, 400), data_defect(0.4, 0.5, 100, 400, cv_weights=1.5)
    assert weighted.ddc == pytest.approx(plain.ddc / math.sqrt(1 + 1.5**2 / 0.75))
    assert weighted.n_eff == plain.n_eff == pytest.approx(25)


def test_equal_figures_have_no_defect() -> None:
    assert data_defect(0.5, 0.5, 10, 100).ddc == 0
    assert data_defect(0.5, 0.5, 10, 100).n_eff == math.inf


def test_range_over_the_error_of_the_benchmark() -> None:
    found = dict(data_defect_range(0.4, 0.5, 100, 400))
    assert found[-0.10].n_eff == pytest.approx(0.45 * 0.55 / 0.05**2)
    assert found[0.05].n_eff == pytest.approx(0.525 * 0.475 / 0.125**2)
    assert [error for error, _ in data_defect_range(0.9, 0.96, 100, 400)] == [-0.10, -0.05]


def test_break_even_worked_example() -> None:
    assert break_even(0.62, 0.50, 800, 20_000) == pytest.approx(0.0504647, abs=1e-7)
    assert break_even(0.38, 0.50, 800, 20_000) == pytest.approx(0.0504647, abs=1e-7)


@pytest.mark.parametrize(
    ("estimate", "truth", "n", "N"),
    [(0.4, 0.5, 0, 10), (0.4, 0.5, 10, 10), (0.4, 1.0, 5, 10), (1.4, 0.5, 5, 10), (math.nan, 0.5, 5, 10)],
)
def test_data_defect_refuses(estimate: float, truth: float, n: int, N: int) -> None:
    with pytest.raises(MeasureError):
        data_defect(estimate, truth, n, N)
    with pytest.raises(MeasureError):
        break_even(truth, estimate, n, N)
