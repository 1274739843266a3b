"""Two releases side by side: hidden once and shown once, or a few people apart."""

from __future__ import annotations

from shared.protect import POLICIES
from shared.protect.counted import Counted, Lineage, counted
from shared.protect.difference import given_away

EXACT, ROUND = POLICIES["published-aggregates"], POLICIES["threshold-10-round-5"]
SAME, OTHER = {"r": True}, {"r": False}


def table(shown: list[int | None], policy: str = "published-aggregates") -> Counted:
    labels = [("a",), ("b",), ("c",)]
    hidden = [count is None for count in shown]
    return counted("t", Lineage("r"), ["g"], labels, shown, hidden, POLICIES[policy])


def test_the_same_tables_of_the_same_data_give_nothing_away() -> None:
    now = [table([None, None, 30])]
    assert given_away(now, now, SAME) == []


def test_a_figure_hidden_now_and_shown_before_is_given_away() -> None:
    assert given_away([table([None, None, 30])], [table([None, 12, 30])], SAME) == []
    total = counted("all", Lineage("r"), [], [()], [46], [False], EXACT)
    assert given_away([table([None, None, 30]), total], [table([None, 12, 30])], SAME) == ["t"]


def test_a_few_people_more_than_last_time_tell_of_those_few() -> None:
    before = [table([20, 40, 30])]
    assert given_away([table([20, 43, 30])], before, OTHER) == ["t"]
    assert given_away([table([20, 37, 30])], before, OTHER) == ["t"]
    assert given_away([table([20, 60, 30])], before, OTHER) == []
    assert given_away([table([20, 40, 30])], before, OTHER) == []


def test_rounding_hides_a_change_of_a_few() -> None:
    """40 and then 45 may be any change from 1 to 9."""
    name = "threshold-10-round-5"
    assert ROUND.behind(40) == (38, 42)
    assert given_away([table([20, 45, 30], name)], [table([20, 40, 30], name)], OTHER) == []


def test_other_tables_of_changed_data_are_not_compared() -> None:
    other = counted("u", Lineage("r"), ["h"], [("a",)], [43], [False], EXACT)
    assert given_away([other], [table([20, 40, 30])], OTHER) == []


def test_groups_defined_anew_give_nothing_away_and_are_no_obstacle() -> None:
    """The same data, other groups: 40 people in group a then, 20 now. The tables contradict each other."""
    before = [table([40, 20, 30]), counted("all", Lineage("r"), [], [()], [90], [False], EXACT)]
    assert given_away([table([20, 40, 30])], before, SAME) == []


def test_what_the_organisation_published_itself_is_no_secret() -> None:
    before, now = [table([20, 40, 30])], [table([20, 43, 30])]
    assert given_away(now, before, OTHER) == ["t"]
    assert given_away(now, before, OTHER, published=True) == []
