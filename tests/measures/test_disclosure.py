"""Small cells, recoverable suppressions and rare combinations, on tables small enough to do by hand."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from shared.errors import MeasureError
from shared.measures.disclosure import (
    ReleasedTable,
    information_lost,
    key_risk,
    least_diversity,
    measure_release,
    recoverable,
    small_cells,
)
from shared.measures.measurement import State

HIDDEN = math.nan


def test_small_cells() -> None:
    assert small_cells([0, 1, 9, 10, 11, HIDDEN]) == 2
    assert small_cells([0, 1, 9, 10, 11], threshold=5) == 1
    with pytest.raises(MeasureError):
        small_cells([1], threshold=1)
    with pytest.raises(MeasureError):
        small_cells([-1])


def test_one_suppression_in_a_row_follows_from_its_total() -> None:
    cells = [[HIDDEN, 20, 30], [40, 50, 60]]
    assert recoverable(ReleasedTable("t", cells, row_totals=[57, 150])) == 1
    assert recoverable(ReleasedTable("t", cells)) == 0
    assert recoverable(ReleasedTable("t", cells, row_totals=[math.nan, 150])) == 0


def test_two_in_a_row_hide_each_other_unless_the_columns_tell() -> None:
    cells = [[HIDDEN, HIDDEN, 30], [40, 50, 60]]
    assert recoverable(ReleasedTable("t", cells, row_totals=[57, 150])) == 0
    assert recoverable(ReleasedTable("t", cells, row_totals=[57, 150], column_totals=[47, 70, 90])) == 2


def test_a_square_of_suppressions_leaves_a_range() -> None:
    """True cells 7, 8 / 9, 6: the first may be 0 to 15 as far as the totals tell."""
    table = ReleasedTable("t", [[HIDDEN, HIDDEN], [HIDDEN, HIDDEN]], row_totals=[15, 15], column_totals=[16, 14])
    assert recoverable(table) == 0
    assert recoverable(table, protection=14) == 4
    assert recoverable(table, protection=13.5) == 0


def test_a_total_of_nothing_gives_all_its_cells_away() -> None:
    cells = [[HIDDEN, HIDDEN], [10, 10]]
    assert recoverable(ReleasedTable("t", cells, row_totals=[0, 20])) == 2


def test_totals_that_cannot_be() -> None:
    with pytest.raises(MeasureError, match="do not fit"):
        recoverable(ReleasedTable("t", [[1, HIDDEN]], row_totals=[1, 2]))
    with pytest.raises(MeasureError, match="contradict"):
        recoverable(ReleasedTable("t", [[5, HIDDEN]], row_totals=[3]))


def test_information_lost() -> None:
    found = information_lost([12, 7, 31, 40], [10, HIDDEN, 30, 40])
    assert (found.suppressed, found.mean_change) == (0.25, 1.0)
    assert information_lost([1], [HIDDEN]).mean_change == 0
    with pytest.raises(MeasureError):
        information_lost([1, 2], [1])


def test_rare_combinations() -> None:
    found = key_risk([1, 2, 3, 10])
    assert (found.records, found.rare, found.expected) == (16, 3, 4.0)
    assert key_risk([1, 2, 3, 10], k=5).rare == 6
    assert key_risk([1, 4], weights=[50, 100]).expected == pytest.approx(1 / 50 + 4 / 100)
    for bad in ([], [0, 1]):
        with pytest.raises(MeasureError):
            key_risk(bad)


def test_least_diversity() -> None:
    frame = pd.DataFrame({"sex": ["F", "F", "M", "M", None], "status": ["a", "b", "a", None, "c"]})
    assert least_diversity(frame, ["sex"], "status") == 1
    assert least_diversity(frame[frame.sex == "F"], ["sex"], "status") == 2
    with pytest.raises(MeasureError):
        least_diversity(frame.assign(status=None), ["sex"], "status")


def test_release_as_measurements() -> None:
    one = ReleasedTable("sex", [12, HIDDEN, 20], original=[12, 4, 21])
    two = ReleasedTable(
        "area", np.array([[5.0, 15], [20, HIDDEN]]), column_totals=[25, 24], original=[[6, 15], [20, 9]]
    )
    small, found, lost = measure_release([one, two])
    assert (small.indicator, small.value, [p.value for p in small.parts]) == ("SDC-1", 1, [0, 1])
    assert (found.indicator, found.value) == ("SDC-2", 1)
    assert (lost.indicator, lost.value, lost.numerator, lost.denominator) == ("SDC-6", 2 / 7, 2, 7)
    assert "0.4" in lost.note  # changes 0, 1, 1, 0, 0 over five cells
    assert measure_release([ReleasedTable("t", [12])])[2].state is State.NOT_KNOWN
    assert {m.state for m in measure_release([])} == {State.NOT_APPLICABLE}
