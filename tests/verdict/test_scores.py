"""Values to scores, with the goalposts of the register and scores worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from shared.errors import DefinitionError
from shared.evidence.judgements import judge
from shared.framework.register import load_register
from shared.measures.measurement import Measurement, State
from shared.verdict.dossier import open_dossier
from shared.verdict.scores import on_scale, score_all, value_at, weights_of
from tests.verdict.invented import case, dossier, judgement, judgements, measurements

REASON = "agreed with the users in a meeting"


@pytest.mark.parametrize(
    ("indicator", "value", "score"),
    [
        ("DAT-1", 0.84, 50.0),  # halfway between .7 and .98
        ("REP-3", 0.16, 50.0),  # smaller is better: .3 -> .02
        ("REP-3", 0.5, 0.0),
        ("REP-3", 0.01, 100.0),
        ("TIM-1", 410.0, 50.0),  # 730 -> 90 days
        ("ACC-1", 6.0, 50.0),  # points: 10 -> 2
        ("REP-10", math.sqrt(10 * 400), 50.0),  # log scale: the geometric middle
        ("REP-10", math.inf, 100.0),
        ("REP-10", 10.0, 0.0),
        ("COH-2", 2.0, 25.0),  # periods: 1 -> 5
    ],
)
def test_computed_scores_by_hand(indicator: str, value: float, score: float) -> None:
    found = score_all(case(), [Measurement(indicator, State.MEASURED, value=value)], [])[indicator]
    assert found.score == pytest.approx(score, abs=1e-9)
    assert found.value == value


def test_the_interval_of_a_value_becomes_an_interval_of_the_score_whichever_way_is_better() -> None:
    better_small = Measurement("REP-3", State.MEASURED, value=0.16, low=0.09, high=0.23)
    found = score_all(case(), [better_small], [])["REP-3"]
    assert (found.low, found.high) == (pytest.approx(25.0), pytest.approx(75.0))


def test_accuracy_has_goalposts_for_proportions_and_for_other_estimates() -> None:
    point = Measurement("ACC-1", State.MEASURED, value=6.0)
    cv = Measurement("ACC-1", State.MEASURED, value=0.1915, counted="other")  # halfway from .333 to .05
    assert score_all(case(), [point], [])["ACC-1"].score == pytest.approx(50.0)
    assert score_all(case(), [cv], [])["ACC-1"].score == pytest.approx(50.0)


def test_judged_scores_are_25_a_step() -> None:
    found = score_all(case(), [], judgements({"ETH-1": 3}))["ETH-1"]
    assert (found.score, found.value, found.goalposts) == (75.0, 3.0, (0.0, 4.0))


def test_two_assessors_are_averaged_and_their_spread_kept() -> None:
    two = judge([judgement("ETH-1", 1, assessor="A"), judgement("ETH-1", 4, assessor="B")])
    found = score_all(case(), [], two)["ETH-1"]
    assert (found.score, found.low, found.high) == (62.5, 25.0, 100.0)


def test_states_without_a_value_never_become_a_number() -> None:
    given = [
        Measurement.not_known("DAT-1", "Why?"),
        Measurement.not_applicable("DAT-2", "no key variables"),
        Measurement("DAT-3", State.ERROR, reason="stopped"),
    ]
    found = score_all(case(), given, [])
    assert [found[i].score for i in ("DAT-1", "DAT-2", "DAT-3", "DAT-4")] == [None] * 4
    assert [found[i].state for i in ("DAT-1", "DAT-2", "DAT-3", "DAT-4")] == [
        State.NOT_KNOWN, State.NOT_APPLICABLE, State.ERROR, State.NOT_KNOWN,
    ]  # fmt: skip
    assert found["DAT-1"].question == "Why?"
    assert found["DAT-4"].question
    assert list(found) == [i.id for i in load_register().indicators]


def test_report_only_indicators_are_shown_and_never_scored() -> None:
    found = score_all(case(), [Measurement("SDC-1", State.MEASURED, value=3.0)], [])["SDC-1"]
    assert (found.score, found.value, found.goalposts) == (None, 3.0, None)


def test_a_case_study_moves_a_goalpost_with_a_reason() -> None:
    moved = case(overrides={"DAT-1": {"lo": 0.5, "hi": 0.9, "reason": REASON}})
    found = score_all(moved, [Measurement("DAT-1", State.MEASURED, value=0.7)], [])["DAT-1"]
    assert found.score == pytest.approx(50.0)
    assert found.overridden
    assert found.reason == REASON
    assert found.goalposts == (0.5, 0.9)


def test_the_inverse_gives_the_value_back() -> None:
    for posts, log in (((0.7, 0.98), False), ((730.0, 90.0), False), ((10.0, 400.0), True)):
        scores = np.linspace(0, 100, 11)
        values = [value_at(s, posts, log=log) for s in scores]
        assert on_scale(values, posts, log=log) == pytest.approx(scores, abs=1e-9)


def test_weights_are_equal_unless_moved() -> None:
    weights = weights_of(case(weight_overrides={"DAT-1": {"weight": 2.5, "reason": REASON}}))
    assert weights["DAT-1"] == 2.5
    assert {w for i, w in weights.items() if i != "DAT-1"} == {1.0}


def test_overrides_that_fit_nothing_are_all_reported() -> None:
    post = {"lo": 0.0, "hi": 1.0, "reason": REASON}
    wrong = case(
        overrides={"DAT-11": post, "ETH-1": post, "SDC-1": post, "DAT-1": {**post, "hi": 0.0}},
        weight_overrides={"SDC-1": {"weight": 2, "reason": REASON}, "XYZ-1": {"weight": 2, "reason": REASON}},
        floor_overrides=(
            {"use": "context", "dimension": "PAR", "floor": 10, "reason": REASON},
            {"use": "context", "dimension": "GOV", "floor": 10, "reason": REASON},
            {"use": "context", "dimension": "GOV", "floor": 20, "reason": REASON},
        ),
    )
    with pytest.raises(DefinitionError) as caught:
        open_dossier(wrong, measurements({}), judgements({}))
    assert [fault.where for fault in caught.value.faults] == [
        "case.yaml, overrides.DAT-11", "case.yaml, overrides.ETH-1", "case.yaml, overrides.SDC-1",
        "case.yaml, overrides.DAT-1", "case.yaml, weight_overrides.SDC-1", "case.yaml, weight_overrides.XYZ-1",
        "case.yaml, floor_overrides[0].dimension", "case.yaml, floor_overrides[2]",
    ]  # fmt: skip


def test_a_moved_floor_moves_one_use_only() -> None:
    moved = dossier(floor_overrides=({"use": "complement", "dimension": "REL", "floor": 30, "reason": REASON},))
    floors = {use.id: use.floors["REL"] for use in moved.uses}
    assert floors["complement"] == 30
    assert floors["fill-gap"] == 60
