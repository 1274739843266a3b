"""``assess`` from end to end on an invented source."""

from __future__ import annotations

import dataclasses

import pytest

from shared.errors import ParameterError
from shared.framework.register import load_register
from shared.verdict.assess import Assessment, assess
from tests.verdict.invented import case, judgements, measurements

REASON = "agreed with the users in a meeting"


@pytest.fixture(scope="module")
def made() -> Assessment:
    return assess(case(), measurements({"TIM-1": None}, 70.0, spread=8.0), judgements({"REL-6": 2}, 3, "E2"), draws=500)


def test_an_assessment_has_everything_in_the_framework_s_order(made: Assessment) -> None:
    register = load_register()
    assert list(made.scores) == [i.id for i in register.indicators]
    assert [d.id for d in made.dimensions] == [d.id for d in register.dimensions]
    assert [g.id for g in made.gates] == ["G1", "G2", "G3", "G4", "G5", "G6"]
    assert [u.use for u in made.uses] == [
        "context", "quality-assure", "complement", "fill-gap", "benchmark", "replace",
    ]  # fmt: skip
    assert [s.use for s in made.sensitivity] == ["complement"]
    assert {d.use for d in made.distance} == {u.use for u in made.uses if u.status != "met"}
    assert (made.draws, made.seed, made.label, made.level) == (500, 1, "citizen data", 2)


def test_the_same_input_gives_the_same_assessment(made: Assessment) -> None:
    again = assess(case(), measurements({"TIM-1": None}, 70.0, 8.0), judgements({"REL-6": 2}, 3, "E2"), draws=500)
    assert again == made


def test_uses_with_a_verdict_have_a_stability_and_open_ones_have_questions(made: Assessment) -> None:
    for use in made.uses:
        assert (use.stability is None) == (use.status == "not_known") == (use.share_met is None)
        assert bool(use.unmet) == (use.status == "not_met")
        assert use.status != "not_known" or use.unknown
        assert use.share_between is not None
        assert use.share_between[0] <= use.share_between[1]


def test_bounds_hold_the_score(made: Assessment) -> None:
    for dimension in made.dimensions:
        if dimension.score is not None:
            assert dimension.low is not None
            assert dimension.high is not None
            assert dimension.low - 1e-9 <= dimension.score <= dimension.high + 1e-9


def test_the_profile_of_a_use_is_what_its_verdict_rests_on(made: Assessment) -> None:
    """Seen against its floors: a use whose floors hold has each lowest possible score at its floor or above."""
    assert {use.use: made.by_use[use.use].level for use in made.uses}["context"] == 1  # Core indicators only
    for use in made.uses:
        mine = made.by_use[use.use]
        failed = {reason.code.partition("<")[0] for reason in use.unmet}
        still_open = {reason.code.partition("<")[0] for reason in use.unknown}
        for dimension in mine.dimensions:
            floor = mine.floors.get(dimension.id, 0.0) - 1e-9  # a sum of fractions may fall short of a whole by a hair
            if dimension.id not in mine.floors or dimension.low is None or dimension.high is None:
                continue
            assert (dimension.high < floor) == (dimension.id in failed), (use.use, dimension.id)
            if dimension.score is not None:
                between = dimension.low < floor <= dimension.high
                assert between == (dimension.id in still_open), (use.use, dimension.id)


def test_a_floor_that_the_case_study_moved_is_the_floor_that_is_shown() -> None:
    moved = case(floor_overrides=({"use": "context", "dimension": "ACC", "floor": 20, "reason": REASON},))
    assert assess(moved, measurements({}), judgements({}), draws=10).by_use["context"].floors["ACC"] == 20


def test_what_the_case_study_moved_is_shown_with_its_reason() -> None:
    moved = case(
        overrides={"DAT-1": {"lo": 0.5, "hi": 0.9, "reason": REASON}},
        floor_overrides=({"use": "context", "dimension": "ACC", "floor": 20, "reason": REASON},),
        weight_overrides={"DAT-2": {"weight": 2, "reason": REASON}},
    )
    found = assess(moved, measurements({}), judgements({}), draws=10).moved
    assert [(m.usual, m.moved) for m in found] == [("0.7 → 0.98", "0.5 → 0.9"), ("no floor", "20"), ("1", "2")]
    assert {m.reason for m in found} == {REASON}
    assert "DAT-1" in found[0].what
    assert "Context" in found[1].what


def test_knowing_nothing_at_all_still_gives_an_assessment_of_questions() -> None:
    found = assess(case(participation={}), [], [], draws=10)
    assert found.label == "not known"
    assert {u.status for u in found.uses} == {"not_known"}
    assert {d.score for d in found.dimensions} == {None}
    assert all(d.steps for d in found.distance)


def test_fewer_than_one_draw_is_refused() -> None:
    with pytest.raises(ParameterError, match="at least 1"):
        assess(case(), [], [], draws=0)


def test_an_assessment_is_made_of_frozen_data(made: Assessment) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.label = "other"
