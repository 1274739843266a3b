"""Distance to use: hand-checked, compared with exhaustive search, and put back through the rule."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.measures.measurement import Measurement, State
from shared.verdict.distance import Distance, distance, distances, with_steps
from shared.verdict.dossier import Dossier
from shared.verdict.fewest import Item, Target, fewest_rises
from shared.verdict.uses import finding
from tests.verdict.invented import FACTS, dossier

ANCHORS = (0.0, 25.0, 50.0, 75.0, 100.0)


def to(made: Dossier, use: str) -> Distance:
    rule = next(u for u in made.uses if u.id == use)
    return distance(made, rule, finding(made, rule).status)


def steps(found: Distance) -> dict[str, float | None]:
    return {step.indicator: step.needed for step in found.steps}


def test_one_large_rise_beats_three_small_ones() -> None:
    """Mean of (40, 40, 40) must reach 60: one at 100 is enough, (40 + 40 + 100) / 3 = 60."""
    items = [Item(i, 40.0, None) for i in "abc"]
    found = fewest_rises(items, [Target(60.0, dict.fromkeys("abc", 1.0), 0.7)])
    assert found is not None
    assert list(found.changes.values()) == [100.0]
    assert found.proven


def test_among_equally_few_the_smallest_rise_is_taken() -> None:
    """(20 + 2·50) / 3 = 40 must reach 50, 30 weighted points more: 30 on the first or 15 on the second."""
    items = [Item("a", 20.0, None), Item("b", 50.0, None)]
    found = fewest_rises(items, [Target(50.0, {"a": 1.0, "b": 2.0}, 0.7)])
    assert found is not None
    assert found.changes == {"b": pytest.approx(65.0)}


def test_judged_indicators_move_to_whole_anchors() -> None:
    """Mean of (50, 50) must reach 60: 70 is no anchor, so 75."""
    items = [Item("a", 50.0, ANCHORS), Item("b", 50.0, ANCHORS)]
    found = fewest_rises(items, [Target(60.0, {"a": 1.0, "b": 1.0}, 0.7)])
    assert found is not None
    assert list(found.changes.values()) == [75.0]


def test_what_is_not_known_has_to_be_found_out_until_enough_is_known() -> None:
    """Two of four known, both at 100: the mean is at least 50 but a third must be found out (70 % rule)."""
    items = [Item(i, 100.0 if i in "ab" else None, None) for i in "abcd"]
    found = fewest_rises(items, [Target(50.0, dict.fromkeys("abcd", 1.0), 0.7)])
    assert found is not None
    assert len(found.changes) == 1
    assert set(found.changes.values()) == {0.0}


def test_out_of_reach_is_said() -> None:
    assert fewest_rises([Item("a", 50.0, None)], [Target(101.0, {"a": 1.0}, 0.7)]) is None


def exhaustive(items: list[Item], targets: list[Target]) -> int | None:
    """The size of the smallest set by trying all: raising a chosen indicator to 100 is the most it can give."""
    now = {item.id: item.now for item in items}
    for size in range(len(items) + 1):
        for chosen in itertools.combinations(now, size):
            after = {i: 100.0 if i in chosen else s for i, s in now.items()}
            least = all(i.least is None or (after[i.id] is not None and after[i.id] >= i.least) for i in items)
            if least and all(reached(target, after) for target in targets):
                return size
    return None


def reached(target: Target, scores: dict[str, float | None]) -> bool:
    total = sum(target.weights.values())
    mean = sum(w * (scores[i] or 0.0) for i, w in target.weights.items()) / total
    known = sum(w for i, w in target.weights.items() if scores[i] is not None) / total
    return mean >= target.floor - 1e-6 and known >= target.share - 1e-9


@st.composite
def problems(draw: st.DrawFn) -> tuple[list[Item], list[Target]]:
    ids = "abcdefgh"[: draw(st.integers(1, 8))]
    items = []
    for i in ids:
        judged = draw(st.booleans())
        score = st.sampled_from(ANCHORS) if judged else st.integers(0, 100).map(float)
        least = draw(st.none() | st.sampled_from([25.0, 50.0, 75.0]))
        items.append(Item(i, draw(st.none() | score), ANCHORS if judged else None, least))
    cut = draw(st.integers(0, len(ids)))
    weight = st.sampled_from([0.5, 1.0, 2.0])
    groups = [part for part in (ids[:cut], ids[cut:]) if part]
    return items, [Target(draw(st.integers(0, 100)), {i: draw(weight) for i in g}, 0.7) for g in groups]


@settings(max_examples=150, deadline=None, derandomize=True)
@given(problems())
def test_no_smaller_set_exists_than_the_one_found(problem: tuple[list[Item], list[Target]]) -> None:
    items, targets = problem
    found = fewest_rises(items, targets)
    assert found is not None, "everything at 100 always reaches"
    assert found.proven
    assert len(found.changes) == exhaustive(items, targets)
    after = {item.id: found.changes.get(item.id, item.now) for item in items}
    assert all(reached(target, after) for target in targets)
    for item in items:
        assert item.least is None or (after[item.id] or 0.0) >= item.least - 1e-9
        if item.id in found.changes:
            assert item.now is None or found.changes[item.id] > item.now
            assert item.levels is None or found.changes[item.id] in item.levels


def test_a_use_that_is_met_has_no_distance() -> None:
    made = dossier({"REL-2": 100.0})
    assert distances(made) == ()


def test_one_floor_missed_takes_one_indicator_worked_by_hand() -> None:
    """REL at A2: REL-1 4, REL-2 0.2, REL-3 0, REL-4 and REL-6 at 50: mean (50+30+30+50+50)/5 = 42, needs 60.

    The three judged can give 50 each: 90 / 5 = 18, so raising one of the computed ones by 70 (to 100) gives 14,
    one judged one gives 10; two are needed. REL-6 is not asked for, new cells are there. Smallest total rise 90:
    judged 50 + computed 40, or computed 70 + computed 20.
    """
    made = dossier({"REL-2": 30.0, "REL-3": 30.0}, judged={"REL-1": 2, "REL-4": 2, "REL-6": 2})
    found = to(made, "complement")
    assert len(found.steps) == 2
    assert found.proven
    rise = sum((step.needed or 0) - (step.current or 0) for step in found.steps)
    assert rise == pytest.approx(90.0)
    assert found.also == ()


def test_gates_zeros_and_assurance_are_asked_for_by_name_with_the_anchor() -> None:
    made = dossier(judged={"SDC-7": 1, "PRO-1": 0, "ETH-1": None})
    found = to(made, "complement")
    # complement at medium risk and profile needs A2: PRO-1 at 3; ETH-1 must be found out, at 2 or more
    assert steps(found) == {"ETH-1": 50.0, "PRO-1": 75.0, "SDC-7": 75.0}
    by_id = {step.indicator: step for step in found.steps}
    assert by_id["SDC-7"].target == "3 of 4: Second trained person, written rule"
    assert by_id["SDC-7"].who == "the statistical office"
    assert by_id["ETH-1"].kind == "find out"
    assert by_id["PRO-1"].kind == "raise"
    assert by_id["ETH-1"].who == "the organisation"
    assert found.text.startswith("3 indicators")


def test_consent_wording_is_what_one_asks_for_when_consent_is_not_known() -> None:
    found = to(dossier({"ETH-2": None}), "context")
    assert steps(found).keys() == {"ETH-2"}
    assert "consent wording" in found.steps[0].ask


def test_what_no_indicator_can_change_is_listed_apart() -> None:
    made = dossier(facts={**FACTS, "official_comparator": False})
    found = to(made, "quality-assure")
    assert found.steps == ()
    assert [reason.code for reason in found.also] == ["comparator"]


def test_a_difference_out_of_tolerance_must_fall_to_the_tolerance() -> None:
    found = to(dossier(extra=[Measurement("ACC-2", State.MEASURED, value=5.0)]), "benchmark")
    by_id = {step.indicator: step for step in found.steps}
    assert by_id["ACC-2"].needed_value <= 3.0
    assert by_id["ACC-2"].target.startswith("at most")
    assert by_id["ACC-2"].target.endswith("points")


def test_small_cells_must_go_and_count_as_a_step() -> None:
    found = to(dossier(extra=[Measurement("SDC-1", State.MEASURED, value=4.0)]), "complement")
    assert [(s.indicator, s.needed, s.needed_value, s.target) for s in found.steps] == [
        ("SDC-1", None, 0.0, "at most 0")
    ]


def test_replace_needs_every_figure_of_the_series() -> None:
    found = to(dossier(), "replace")
    assert steps(found) == {"REL-2": 100.0}
    assert found.steps[0].target == "at least 100%"


@pytest.mark.parametrize(
    "changes",
    [
        {"default": 40.0, "anchor": 2},
        {"default": 40.0, "anchor": 1, "computed": {"DAT-1": None, "REP-4": 0.0}},
        {"default": 70.0, "anchor": 3, "judged": {"ETH-1": None, "GOV-7": 0}},
        {"default": 0.0, "anchor": 0},
        {"computed": {"ACC-1": 0.0, "SDC-1": None, "ETH-2": None}},
    ],
)
def test_once_the_steps_are_taken_every_use_is_met(changes: dict[str, Any]) -> None:
    made = dossier(**changes)
    for found in distances(made):
        rule = next(use for use in made.uses if use.id == found.use)
        assert found.proven
        assert found.also == ()
        assert finding(with_steps(made, found.steps), rule).status == "met", found.use
        for left_out in range(len(found.steps)):
            fewer = [step for i, step in enumerate(found.steps) if i != left_out]
            assert finding(with_steps(made, fewer), rule).status != "met", (found.use, found.steps[left_out].indicator)
