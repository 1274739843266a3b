"""Columns that are groups become rows; every number arrives, none is made up."""

from __future__ import annotations

import pandas as pd
import pytest

from shared.cases.model import Long
from shared.errors import DataError
from shared.sources.reshape import to_long

RULE = Long(columns=("Male", "Female"), into="sex", count="people")


def test_each_cell_becomes_a_row() -> None:
    wide = pd.DataFrame({"Age": ["0-17", "18+"], "Male": [3, 20], "Female": [5, 40]})
    long = to_long(wide, RULE)
    assert long.to_dict("records") == [
        {"Age": "0-17", "sex": "Male", "people": 3},
        {"Age": "18+", "sex": "Male", "people": 20},
        {"Age": "0-17", "sex": "Female", "people": 5},
        {"Age": "18+", "sex": "Female", "people": 40},
    ]


def test_an_absent_column_is_named_with_the_nearest() -> None:
    with pytest.raises(DataError, match=r'no column "Male" to make into rows\. Did you mean "Males"'):
        to_long(pd.DataFrame({"Males": [1], "Female": [2]}), RULE)


def test_a_new_name_that_is_taken_is_refused() -> None:
    with pytest.raises(DataError, match='already has a column "sex"'):
        to_long(pd.DataFrame({"sex": ["x"], "Male": [1], "Female": [2]}), RULE)


def test_a_group_named_twice_needs_two_columns() -> None:
    with pytest.raises(ValueError, match="at least 2"):
        Long(columns=("Male",), into="sex", count="people")
