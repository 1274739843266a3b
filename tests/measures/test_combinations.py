"""Combinations of key variables, asked where the records are: by hand, and on every engine as from a table of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from shared.errors import MeasureError
from shared.measures.answers import read_answers
from shared.measures.combinations import combinations_of
from shared.measures.disclosure import key_risk, least_diversity
from shared.measures.tabulation import cross_counts
from tests.measures.engines import each_engine
from tests.measures.test_answers import source

# f/20: three records, two housed and one not; m/30: two, both housed; m/none and f/30: one each, f/30 did not say
FRAME = pd.DataFrame(
    {
        "sex": ["f", "f", "f", "m", "m", "m", "f"],
        "age": ["20", "20", "20", "30", "30", None, "30"],
        "housed": ["yes", "yes", "no", "yes", "yes", "no", None],
        "silent": [None] * 7,
        "w": ["1", "1", "2", "2", "3", "4", "5"],
    },
    dtype="str",
)
COLUMNS = {name: {"role": "quasi-identifier"} for name in ("sex", "age")}
COLUMNS |= {name: {"role": "sensitive"} for name in ("housed", "silent")}
SENSITIVE = ["housed", "silent"]


def counted(frame: Any, **more: Any) -> Any:
    about = source(columns=COLUMNS | {"w": {"role": "other", "type": "number"}}, **more)
    return combinations_of(read_answers(frame, about, []), about, ["sex", "age"], SENSITIVE, (3, 5))


@each_engine
def test_counted_by_hand(engine: Callable[[pd.DataFrame], Any]) -> None:
    found = counted(engine(FRAME))
    rare, strict = found.risks
    assert (rare.records, rare.rare, strict.rare) == (7, 4, 7)
    assert rare.expected == 4.0, "four combinations, in each of which one match is expected"
    assert found.diversity == (1, None), "everybody of m/30 is housed; nobody answered the last question"
    weighted = counted(engine(FRAME), weight="w").risks[0]
    # 3 records for 4 people, 2 for 5, 1 for 4, 1 for 5
    assert weighted.expected == pytest.approx(3 / 4 + 2 / 5 + 1 / 4 + 1 / 5)


def test_as_from_a_table_of_all_combinations() -> None:
    about = source(columns=COLUMNS)
    table = cross_counts(FRAME, about, ["sex", "age", *SENSITIVE])
    sizes = table.groupby(["sex", "age"], dropna=False)["n"].sum()
    found = counted(FRAME)
    assert found.risks == (key_risk(sizes, k=3), key_risk(sizes, k=5))
    assert found.diversity[0] == least_diversity(table, ["sex", "age"], "housed")


def test_a_combination_without_weight_is_refused() -> None:
    with pytest.raises(MeasureError, match="at least one record and a weight"):
        counted(FRAME.assign(w="0"), weight="w")
