"""The exact interval of a count, against published tables."""

from __future__ import annotations

import pytest

from shared.errors import MeasureError
from shared.measures.poisson import poisson


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [(0, 0, 3.689), (1, 0.0253, 5.572), (10, 4.795, 18.390), (100, 81.36, 121.63)],  # Garwood 1936; Pearson and Hartley
)
def test_published_limits(count: int, low: float, high: float) -> None:
    found = poisson(count)
    assert found.low == pytest.approx(low, abs=0.005)
    assert found.high == pytest.approx(high, abs=0.005)


def test_rounding_widens_the_interval_to_all_counts_it_may_stand_for() -> None:
    found = poisson(12.5, 17.5)
    assert found.low == poisson(12.5).low
    assert found.high == poisson(17.5).high
    with pytest.raises(MeasureError):
        poisson(5, 4)
    with pytest.raises(MeasureError):
        poisson(-1)
