"""Controlled rounding against every rounding there is."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.errors import ProtectionError
from shared.protect import protect_counts
from shared.protect.rounding import controlled_rounding


def neighbours(count: int, base: int) -> set[int]:
    return {count // base * base, -(-count // base) * base}


@given(st.lists(st.lists(st.integers(0, 30), min_size=3, max_size=3), min_size=2, max_size=2), st.sampled_from([3, 5]))
@settings(max_examples=60, deadline=None)
def test_a_table_adds_up_in_all_directions_and_no_other_rounding_is_closer(rows: list[list[int]], base: int) -> None:
    true = np.array(rows)

    def fits(table: np.ndarray) -> bool:
        lines = [(true.sum(), table.sum())]
        lines += list(zip(true.sum(0), table.sum(0), strict=True)) + list(zip(true.sum(1), table.sum(1), strict=True))
        return all(int(b) in neighbours(int(a), base) for a, b in lines)

    made = controlled_rounding(true, base)
    assert all(int(b) in neighbours(int(a), base) for a, b in zip(true.ravel(), made.ravel(), strict=True))
    assert fits(made)
    every = itertools.product(*(sorted(neighbours(int(n), base)) for n in true.ravel()))
    best = min(int(np.abs(np.array(e) - true.ravel()).sum()) for e in every if fits(np.array(e).reshape(2, 3)))
    assert int(np.abs(made - true).sum()) == best


def test_a_published_example_of_three_thirds() -> None:
    """7, 7 and 7 are 21: ordinary rounding gives 5, 5, 5 (15 of 20); one has to go up."""
    made = controlled_rounding([7, 7, 7], 5)
    assert sorted(made.tolist()) == [5, 5, 10]


def test_missing_counts_are_left_out_of_the_totals() -> None:
    made = controlled_rounding([[12.0, np.nan], [13.0, 11.0]], 5)
    assert made[0, 1] == 0
    assert made.sum() in (35, 40)


def test_bad_input_is_refused() -> None:
    with pytest.raises(ProtectionError):
        controlled_rounding([1, 2], 0)
    with pytest.raises(ProtectionError):
        controlled_rounding([-1], 5)


def test_a_table_of_counts_can_be_asked_to_add_up() -> None:
    """12, 12 and 12 are 36: each alone becomes 10, in all 30; adding up, the sum is 35 or 40."""
    frame = pd.DataFrame({"g": [g for g in "abc" for _ in range(12)]}, dtype="str")
    plain, whole = (
        protect_counts(
            frame, by=["g"], policy="threshold-10-round-5", publish=["g"], title="", source_line="",
            groups={"g": list("abc")}, adding_up=adding_up,
        )
        for adding_up in (False, True)
    )  # fmt: skip
    assert plain.frame["count"].tolist() == [10, 10, 10]
    assert sorted(whole.frame["count"].tolist()) == [10, 10, 15]
    assert "adds up" in whole.note
