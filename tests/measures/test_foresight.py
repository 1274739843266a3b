"""Which tables are counted before they are asked for."""

from __future__ import annotations

import math
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from shared.measures.foresight import covering


def test_small_columns_stand_in_one_table() -> None:
    assert covering({"sex": 3, "age": 10, "tenure": 5}, most=200) == [("sex", "age", "tenure")]


def test_a_large_column_stands_beside_each_other_one() -> None:
    assert covering({"area": 100, "sex": 3, "age": 10}, most=1000) == [("area", "age"), ("area", "sex"), ("sex", "age")]


def test_two_columns_of_too_many_cells_are_in_no_table() -> None:
    assert covering({"area": 1000, "day": 1000}, most=10_000) == []
    assert covering({"area": 1000}) == []


@given(st.lists(st.integers(1, 400), max_size=9), st.integers(1, 200_000))
def test_every_two_columns_that_fit_stand_together_in_a_table_that_fits(sizes: list[int], most: int) -> None:
    named = {f"c{n}": size for n, size in enumerate(sizes)}
    tables = covering(named, most)
    assert all(math.prod(named[column] for column in table) <= most for table in tables)
    for first, second in combinations(named, 2):
        together = any({first, second} <= set(table) for table in tables)
        assert together is (named[first] * named[second] <= most)
