"""Ranges against brute force, and the pattern of hidden cells against every other pattern."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from shared.protect import POLICIES
from shared.protect.attack import exposed, ranges, uncertain, with_fewer_cells
from shared.protect.counted import Counted, Known, Lineage, counted
from shared.protect.joint import always, system_of
from shared.protect.pattern import NoPattern, choose

EXACT = POLICIES["published-aggregates"]


def table(cells: list[list[int]], hidden: list[list[bool]]) -> tuple[Counted, list[Known]]:
    """A two-way table of exact counts with all its totals known."""
    rows, columns = len(cells), len(cells[0])
    labels = [(f"r{i}", f"c{j}") for i in range(rows) for j in range(columns)]
    flat = [n for row in cells for n in row]
    made = counted("t", Lineage("s"), ("r", "c"), labels, flat, [h for row in hidden for h in row], EXACT)
    known = [made.sums((0,), sum(cells[i]), sum(cells[i]), (f"r{i}",)) for i in range(rows)]
    known += [made.sums((1,), s, s, (f"c{j}",)) for j in range(columns) for s in [sum(row[j] for row in cells)]]
    return made, known


def whole_tables(cells: list[list[int]], hidden: list[list[bool]]) -> list[list[int]]:
    """Every table of whole numbers, hidden cells 1 or more, with the same shown cells and totals (3 x 3 at most)."""
    free = [(i, j) for i, row in enumerate(hidden) for j, h in enumerate(row) if h]
    grid = np.array(cells)
    found = []
    for values in itertools.product(*(range(1, min(grid[i].sum(), grid[:, j].sum()) + 1) for i, j in free)):
        trial = grid.copy()
        for (i, j), value in zip(free, values, strict=True):
            trial[i, j] = value
        if (trial.sum(0) == grid.sum(0)).all() and (trial.sum(1) == grid.sum(1)).all():
            found.append(list(values))
    return found


SMALL = st.lists(st.lists(st.integers(0, 6), min_size=3, max_size=3), min_size=2, max_size=2)


@given(SMALL, st.lists(st.booleans(), min_size=6, max_size=6))
@settings(max_examples=60, deadline=None)
def test_ranges_are_those_of_all_tables_that_fit(cells: list[list[int]], out: list[bool]) -> None:
    hidden = [[out[3 * i + j] and cells[i][j] > 0 for j in range(3)] for i in range(2)]
    made, known = table(cells, hidden)
    found = ranges(always(system_of([made], known)))
    fits = whole_tables(cells, hidden)
    for place, (_, low, high) in enumerate(found):
        assert (low, high) == (min(f[place] for f in fits), max(f[place] for f in fits))


@given(
    st.lists(
        st.lists(st.one_of(st.integers(0, 12), st.integers(10, 30)), min_size=3, max_size=3), min_size=3, max_size=3
    )
)
@settings(max_examples=12, deadline=None)
def test_no_safe_pattern_hides_less(cells: list[list[int]]) -> None:
    """Against all 2^9 patterns, each tried with the same attacker."""
    small = [[EXACT.hides(n) for n in row] for row in cells]
    made, known = table(cells, small)
    system = always(system_of([made], known))
    may_hide = np.zeros(len(system.low), dtype=bool)
    may_hide[:9] = [not s and n > 0 for r, q in zip(cells, small, strict=True) for n, s in zip(r, q, strict=True)]
    safe = []
    for extra in itertools.product([False, True], repeat=int(may_hide.sum())):
        pattern = system.hidden.copy()
        pattern[np.flatnonzero(may_hide)[np.array(extra, dtype=bool)]] = True
        if not exposed(system.hiding(pattern)):
            safe.append(int(pattern.sum()))
    try:
        chosen = choose(system, may_hide, np.ones(len(system.low)))
    except NoPattern:
        assert not safe
        return
    assert exposed(system.hiding(chosen)) == []
    assert int(chosen.sum()) == min(safe)


@pytest.mark.parametrize(
    ("low", "high", "alone", "expected"),
    [
        (1, 9, True, True),  # any small number
        (1, 6, True, True),
        (5, 9, True, False),  # four apart
        (5, 40, True, False),  # certainly small, so 5 to 9
        (5, 40, False, True),  # perhaps the large one of two
        (12, 12, False, True),  # known, and not small
        (8.2, 13.9, False, False),  # 9 to 13
        (7.9, 13.1, False, True),  # 8 to 13
    ],
)
def test_when_a_range_protects(low: float, high: float, alone: bool, expected: bool) -> None:
    assert uncertain(low, high, width=5, largest=9, alone=alone) is expected


def test_a_certain_zero_is_no_secret_where_zeros_are_shown_and_a_difference_may_be_nobody() -> None:
    assert uncertain(0, 0, width=5, largest=9, zero=True)
    assert not uncertain(0, 0, width=5, largest=9, zero=False)
    assert uncertain(0, 3, width=5, largest=9, implied=True)
    assert not uncertain(1, 3, width=5, largest=9, implied=True)


@given(SMALL, st.lists(st.booleans(), min_size=6, max_size=6))
@settings(max_examples=40, deadline=None)
def test_fewer_cells_give_the_same_ranges(cells: list[list[int]], out: list[bool]) -> None:
    """Against linear programmes over all cells, written out here."""
    hidden = [[out[3 * i + j] and cells[i][j] > 0 for j in range(3)] for i in range(2)]
    made, known = table(cells, hidden)
    system = always(system_of([made], known))
    fewer = with_fewer_cells(system)
    assert fewer.sums.shape[1] <= system.sums.shape[1]
    if any(map(any, cells)) and not all(map(all, cells)):
        assert fewer.sums.shape[1] < system.sums.shape[1]
    sums = system.sums.toarray()
    for figure, low, high in ranges(system):
        for sign, end in ((1, low), (-1, high)):
            found = linprog(
                sign * sums[figure], A_ub=np.vstack([sums, -sums]), b_ub=np.concatenate([system.high, -system.low]),
                bounds=(0, None),
            )  # fmt: skip
            assert sign * found.fun == pytest.approx(end)
