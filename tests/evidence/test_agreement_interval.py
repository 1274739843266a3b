"""Bootstrap intervals of agreement: around the value, repeatable, open about draws without variation."""

import numpy as np
import pytest

from shared.errors import MeasureError
from shared.evidence.agreement import cohen_kappa, fleiss_kappa, krippendorff_alpha
from shared.evidence.agreement_interval import alpha_interval, fleiss_interval, kappa_interval

ONE_COST = [[0, 1, 0], [0, 0, 0], [0, 0, 0]]


def two_scorers(units: int) -> np.ndarray:
    """Scores 0 to 4; the second scorer is one step off on every fourth unit."""
    first = np.arange(units) % 5
    second = np.where(np.arange(units) % 4 == 0, (first + 1) % 5, first)
    return np.stack([first, second]).astype(float)


def test_alpha_interval_holds_the_value_and_narrows_with_more_units():
    small, large = two_scorers(40), two_scorers(400)
    a, b = alpha_interval(small, "ordinal", draws=300), alpha_interval(large, "ordinal", draws=300)
    assert a.low < krippendorff_alpha(small, "ordinal") < a.high
    assert b.low < krippendorff_alpha(large, "ordinal") < b.high
    # ten times the units: the width falls by about the root of ten
    assert (a.high - a.low) / (b.high - b.low) == pytest.approx(10**0.5, rel=0.35)
    assert (a.draws, a.undefined, a.confidence) == (300, 0, 0.95)


def test_same_seed_same_interval_other_seed_another():
    data = two_scorers(40)
    first = alpha_interval(data, "nominal", draws=200, seed=5)
    assert alpha_interval(data, "nominal", draws=200, seed=5) == first
    assert alpha_interval(data, "nominal", draws=200, seed=6) != first


def test_draws_without_variation_are_counted_not_used():
    # one unit in six differs: a resample misses it with probability (5/6)^6 = .335
    found = alpha_interval([[0, 0, 0, 0, 0, 1], [0, 0, 0, 0, 0, 1]], "nominal", draws=1000)
    assert found.draws + found.undefined == 1000
    assert found.undefined == pytest.approx(335, abs=60)
    assert (found.low, found.high) == (1, 1)


def test_kappa_interval_agrees_with_the_large_sample_error():
    # two categories, 50 : 50, agreement 70 %: se(kappa) = sqrt(po (1 - po)) / ((1 - pe) sqrt(n)) about .0458
    table = [[140, 60], [60, 140]]
    found = kappa_interval(table, draws=2000)
    assert found.low < cohen_kappa(table) < found.high
    assert (found.high - found.low) / (2 * 1.96) == pytest.approx((0.7 * 0.3) ** 0.5 / (0.5 * 400**0.5), rel=0.1)


def test_fleiss_interval_holds_the_value():
    counts = [[3, 0], [2, 1], [0, 3], [3, 0], [1, 2], [0, 3], [3, 0], [2, 1]]
    found = fleiss_interval(counts, draws=300)
    assert found.low < fleiss_kappa(counts) < found.high


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: kappa_interval([[0.4, 0.1], [0.2, 0.3]]), "joint counts"),
        (lambda: alpha_interval([[1, 2], [1, 2]], "nominal", draws=10), "100 draws"),
        (lambda: alpha_interval([[1, 2], [1, 2]], "nominal", confidence=95), "between 0 and 1"),
        # the one costly disagreement needs both rare units in the resample: 1 - 2 (.9)^10 + (.8)^10 = .41
        (lambda: kappa_interval([[0, 0, 1], [0, 0, 0], [0, 1, 8]], ONE_COST), "Too little variation"),
        (lambda: alpha_interval([[1, 1], [1, 1]], "nominal"), "undefined"),
    ],
)
def test_interval_refuses(call, says):
    with pytest.raises(MeasureError, match=says):
        call()
