"""Counts by hand: what is shown, what is hidden, what is folded, and from what totals and shares are made."""

from __future__ import annotations

import pandas as pd
import pytest

from shared.errors import ProtectionError
from shared.protect import SafeTable, protect_counts

TEN_FIVE = "threshold-10-round-5"


def people(**counts: int) -> pd.DataFrame:
    return pd.DataFrame({"group": [name for name, n in counts.items() for _ in range(n)]}, dtype="str")


def counted(frame: pd.DataFrame, policy: str = TEN_FIVE, **more: object) -> SafeTable:
    given = {"by": ["group"], "publish": ["group"], "title": "People", "source_line": "Made up"} | more
    return protect_counts(frame, policy=policy, **given)  # type: ignore[arg-type]


def shown(table: SafeTable) -> dict[str, object]:
    frame = table.frame
    return {g: None if pd.isna(n) else int(n) for g, n in zip(frame["group"], frame["count"], strict=True)}


def test_counts_are_rounded_and_shares_are_of_the_rounded_total() -> None:
    table = counted(people(a=23, b=12, c=66))
    assert shown(table) == {"c": 65, "a": 25, "b": 10}
    assert table.frame["share"].tolist() == [0.65, 0.25, 0.1]
    assert table.hidden == 0


def test_a_small_declared_group_is_named_but_hidden() -> None:
    table = counted(people(a=52, b=48, c=33, d=4), groups={"group": ["a", "b", "c", "d"]})
    assert shown(table) == {"a": 50, "b": 50, "c": 35, "d": None}
    assert table.frame["status"].tolist() == ["shown", "shown", "shown", "hidden"]
    assert table.frame["share"].round(6).tolist()[:3] == [round(x / 135, 6) for x in (50, 50, 35)]
    assert table.hidden == 1
    assert "fewer than 10 people" in table.note
    assert "nothing hidden can be found by subtraction" in table.note


def test_small_groups_nobody_declared_lose_their_names() -> None:
    table = counted(people(a=52, **{"Amina B.": 1, "Tuvalu": 6, "Chad": 8}))
    assert shown(table) == {"a": 50, "smaller groups together": 15}
    assert "Amina" not in table.frame.to_json()


def test_figures_that_are_public_keep_the_names_of_small_groups() -> None:
    table = counted(people(a=52, b=31, c=6, d=3), policy="published-aggregates")
    assert shown(table) == {"a": 52, "b": 31, "c": None, "d": None}


def test_a_missing_answer_is_not_recorded_and_an_undeclared_one_is_other() -> None:
    frame = pd.DataFrame({"group": ["a"] * 40 + [None] * 21 + [" "] * 4 + ["typo"] * 12})
    assert shown(counted(frame, groups={"group": ["a"]})) == {"a": 40, "not recorded": 25, "other answers": 10}


def test_zero_is_shown_or_hidden_as_the_policy_says() -> None:
    groups = {"group": ["a", "b", "none"]}
    assert shown(counted(people(a=40, b=20), groups=groups))["none"] == 0
    assert shown(counted(people(a=40, b=20), policy="redact-7-round-5", groups=groups))["none"] is None


def test_a_lone_hidden_figure_takes_another_with_it_where_nothing_is_rounded() -> None:
    # 52, 31, 12 and a hidden 6: with the organisation's own total of 101 the 6 would be 101 - 95
    table = counted(people(a=52, b=31, c=12, d=6), policy="published-aggregates")
    assert shown(table) == {"a": 52, "b": 31, "c": None, "d": None}
    assert "could be worked out from it" in table.note


def test_rounding_alone_does_not_protect_a_lone_cell_between_low_edges() -> None:
    # 13, 13 and 1: published 15, 15 and a total of 27, that is 25. 25 + 2 - 13 - 13 leaves 1 alone for the hidden cell
    table = counted(people(a=13, b=13, c=1), groups={"group": ["a", "b", "c"]})
    assert shown(table) == {"a": None, "b": 15, "c": None}


def test_two_variables_give_every_combination_with_row_shares() -> None:
    frame = pd.DataFrame({"sex": ["w"] * 60 + ["m"] * 40, "age": (["old"] * 20 + ["young"] * 40) + ["young"] * 40})
    table = protect_counts(
        frame, by=["sex", "age"], policy=TEN_FIVE, publish=["sex", "age"], title="Sex by age", source_line=""
    )
    rows = table.frame.set_index(["sex", "age"])
    assert rows["count"].to_dict() == {("m", "old"): 0, ("m", "young"): 40, ("w", "old"): 20, ("w", "young"): 40}
    assert rows["share"].round(4).to_dict() == {
        ("m", "old"): 0.0, ("m", "young"): 1.0, ("w", "old"): 0.3333, ("w", "young"): 0.6667,
    }  # fmt: skip


def test_an_aggregate_table_is_added_up_and_a_figure_the_source_lacks_is_not_a_zero() -> None:
    frame = pd.DataFrame({"group": ["a", "a", "b", "c"], "n": [30.0, 21.0, 40.0, None]})
    table = counted(frame, policy="published-aggregates", count="n")
    assert shown(table) == {"a": 51, "b": 40, "c": None}
    assert table.frame.set_index("group")["status"].to_dict() == {"a": "shown", "b": "shown", "c": "not available"}


def test_the_order_of_rows_does_not_tell_the_true_counts() -> None:
    frame = people(a=14, b=13, c=15, d=90)
    assert counted(frame).frame["group"].tolist() == ["d", "a", "b", "c"]  # all three are published as 15


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"publish": []}, "may not be published"),
        ({"by": ["group", "group"]}, "one or two different columns"),
        ({"by": []}, "one or two different columns"),
        ({"by": ["grp"], "publish": ["grp"]}, 'no column "grp"'),
        ({"count": "group"}, "does not hold numbers"),
    ],
)
def test_what_may_not_be_counted(change: dict[str, object], said: str) -> None:
    with pytest.raises(ProtectionError, match=said):
        counted(people(a=20), **change)


def test_negative_counts_are_refused() -> None:
    with pytest.raises(ProtectionError, match="negative"):
        counted(pd.DataFrame({"group": ["a"], "n": [-3.0]}), count="n")


def test_no_records_at_all_give_an_empty_table() -> None:
    assert len(counted(people())) == 0
    assert counted(people(), groups={"group": ["a", "b"]}).frame["count"].tolist() == [0, 0]
