"""Dominance rules: the worked example of the framework, and sums worked by hand."""

from __future__ import annotations

import pytest

from shared.errors import ProtectionError
from shared.protect.dominance import dominated, p_percent_safe


def test_the_worked_example_of_the_p_rule() -> None:
    """800, 90, 60, 50: without the two largest 110 are left, and 10 % of the largest are 80."""
    assert p_percent_safe([50, 800, 60, 90], p=10)
    assert p_percent_safe([800, 90, 60, 50], p=13.75)  # exactly 110
    assert not p_percent_safe([800, 90, 60, 50], p=13.8)


@pytest.mark.parametrize(
    ("n", "k", "expected"),
    [(1, 75, True), (1, 80, False), (2, 88, True), (2, 89, False), (3, 94, True), (4, 100, False)],
)
def test_the_shares_of_the_largest(n: int, k: float, expected: bool) -> None:
    """Of 1,000 the largest has 80 %, the two largest 89 %, the three largest 95 %."""
    assert dominated([800, 90, 60, 50], n=n, k=k) is expected


def test_one_or_two_contributors_are_never_safe_and_none_is() -> None:
    assert not p_percent_safe([5, 5], p=10)
    assert dominated([5], n=1, k=99)
    assert p_percent_safe([], p=10)
    assert not dominated([], n=2, k=90)


def test_signs_do_not_count() -> None:
    assert dominated([-800, 90, 60, 50], n=1, k=75)


def test_nonsense_is_refused() -> None:
    with pytest.raises(ProtectionError, match="n of at least 1"):
        dominated([1], n=0, k=90)
    with pytest.raises(ProtectionError, match="p of at least 0"):
        p_percent_safe([1], p=-1)
    with pytest.raises(ProtectionError, match="missing"):
        dominated([1, float("nan")], n=1, k=90)
