"""A source beside a reference, and areas put together for one shape; every figure worked out by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from shared.errors import ProtectionError
from shared.protect import SafeTable, compare, protect_counts, public_table, regroup


def source(**counts: int) -> SafeTable:
    frame = pd.DataFrame({"g": list(counts), "n": [float(n) for n in counts.values()]})
    return protect_counts(
        frame, by=["g"], count="n", policy="threshold-10-round-5", publish=["g"], groups={"g": list(counts)},
        title="Source", source_line="Charity",
    )  # fmt: skip


def reference(**counts: int) -> SafeTable:
    frame = pd.DataFrame({"g": list(counts), "count": list(counts.values())})
    return public_table(frame, title="Reference", source_line="Office")


def test_shares_ratio_and_difference() -> None:
    made = compare(source(a=60, b=40, c=100), reference(a=500, b=300, c=200), title="Both", source_line="")
    rows = made.frame.set_index("g")
    assert rows["share"].to_dict() == {"a": 0.3, "b": 0.2, "c": 0.5}
    assert rows["reference_share"].to_dict() == {"a": 0.5, "b": 0.3, "c": 0.2}
    assert rows["ratio"].to_dict() == {"a": 0.6, "b": round(0.2 / 0.3, 4), "c": 2.5}
    assert rows["difference"].to_dict() == {"a": -20.0, "b": -10.0, "c": 30.0}


def test_the_reference_keeps_its_full_base_and_a_hidden_group_stays_hidden() -> None:
    made = compare(source(a=60, b=140, c=200, d=4), reference(a=25, b=25, c=25, d=25), title="Both", source_line="")
    rows = made.frame.set_index("g")
    assert rows["reference_share"].tolist() == [0.25] * 4
    assert rows.loc["d", "status"] == "hidden"
    assert pd.isna(rows.loc["d", "ratio"])
    assert made.hidden == 1


def test_groups_that_only_one_side_has() -> None:
    made = compare(source(a=60, x=40), reference(a=50, z=50), title="Both", source_line="").frame.set_index("g")
    assert made["status"].to_dict() == {"a": "shown", "z": "not available", "x": "not applicable"}


def test_a_two_way_table_cannot_be_compared() -> None:
    frame = pd.DataFrame({"g": ["a"] * 30, "h": ["b"] * 30})
    two = protect_counts(
        frame, by=["g", "h"], policy="published-aggregates", publish=["g", "h"], title="Two", source_line=""
    )
    with pytest.raises(ProtectionError, match="one group column"):
        compare(two, reference(a=1), title="", source_line="")


def test_areas_of_one_shape_are_added_up() -> None:
    made = regroup(
        source(n1=30, n2=20, n3=50, n4=4, n5=100), {"n1": "n1+n2", "n2": "n1+n2", "n4": "n4+n5", "n5": "n4+n5"}
    )
    rows = made.frame.set_index("g")
    assert rows["status"].to_dict() == {"n1+n2": "shown", "n3": "shown", "n4+n5": "hidden"}
    assert rows["count"].tolist()[:2] == [50, 50]
    assert rows["share"].tolist()[:2] == [0.5, 0.5]
    assert pd.isna(rows.loc["n4+n5", "count"])
    assert made.hidden == 1
