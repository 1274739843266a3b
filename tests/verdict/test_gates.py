"""Gates and assurance of an invented source, part by part."""

from __future__ import annotations

from typing import Any

import pytest

from shared.framework.rules import load_assurance
from shared.measures.measurement import Measurement, State
from shared.verdict.assurance import areas, assure
from shared.verdict.dossier import Dossier
from shared.verdict.gates import GateResult, label, open_gates
from tests.verdict.invented import dossier

FULL = 3


def gate(given: Dossier, which: str) -> GateResult:
    return next(g for g in open_gates(given) if g.id == which)


def test_everything_in_favour_opens_every_gate() -> None:
    assert {g.state for g in open_gates(dossier())} == {"pass"}


@pytest.mark.parametrize(
    ("participation", "expected"),
    [
        ({"started_by_citizens": True}, "citizen data"),
        ({"started_by_citizens": False, "design": 4, "collect": 1}, "citizen data"),
        ({"started_by_citizens": None, "collect": 5}, "citizen data"),
        ({"started_by_citizens": False, "design": 3, "collect": 3}, "non-official source"),
        ({"started_by_citizens": False, "design": 0, "collect": 3}, "non-official source"),
        ({"started_by_citizens": False, "design": None, "collect": 3}, "not known"),
        ({}, "not known"),
    ],
)
def test_the_participation_gate(participation: dict[str, Any], expected: str) -> None:
    assert label(open_gates(dossier(participation=participation))) == expected


@pytest.mark.parametrize(
    ("which", "indicator", "score", "state"),
    [
        ("G2", "ETH-1", 2, "pass"),
        ("G2", "ETH-1", 1, "fail"),
        ("G2", "ETH-4", None, "not known"),
        ("G3", "GOV-2", 1, "fail"),
        ("G3", "DOC-2", None, "not known"),
        ("G4", "REL-1", 1, "fail"),
        ("G5", "ETH-3", 1, "fail"),
        ("G5", "ETH-4", 1, "pass"),
        ("G5", "ETH-4", 0, "fail"),
        ("G6", "SDC-7", 2, "fail"),
        ("G6", "SDC-7", 3, "pass"),
    ],
)
def test_judged_parts_of_the_gates(which: str, indicator: str, score: int | None, state: str) -> None:
    result = gate(dossier(judged={indicator: score}), which)
    assert result.state == state
    assert bool(result.questions) == (state == "not known")
    if state == "fail":
        assert indicator in result.reasons[0]


@pytest.mark.parametrize("indicator", ["SDC-1", "SDC-2"])
def test_one_small_or_recoverable_cell_closes_the_output_gate(indicator: str) -> None:
    one = Measurement(indicator, State.MEASURED, value=1.0)
    assert gate(dossier(extra=[one]), "G6").state == "fail"
    open_ = Measurement.not_known(indicator, "Which tables?")
    assert gate(dossier(extra=[open_]), "G6").questions == ("Which tables?",)
    na = Measurement.not_applicable(indicator, "nothing is released")
    assert gate(dossier(extra=[na]), "G6").state == "pass"


def test_records_without_consent_are_gone_so_partial_consent_passes_and_none_does_not() -> None:
    some = Measurement("ETH-2", State.MEASURED, value=0.5)
    none = Measurement("ETH-2", State.MEASURED, value=0.0)
    assert gate(dossier(extra=[some]), "G2").state == "pass"
    assert gate(dossier(extra=[none]), "G2").state == "fail"


@pytest.mark.parametrize(
    ("contact", "metadata", "state"),
    [
        ("desk", {}, "pass"),
        ("", {"contact": "desk"}, "pass"),
        ("", {"contact": False}, "fail"),
        ("", {}, "not known"),
        ("", {"contact": "not applicable: gone"}, "not known"),
    ],
)
def test_a_named_contact(contact: str, metadata: dict[str, Any], state: str) -> None:
    organisation = {"name": "Nobody", "type": "charity", "purpose": "test", "contact": contact}
    assert gate(dossier(organisation=organisation, metadata=metadata), "G3").state == state


@pytest.mark.parametrize(("score", "level"), [(0, 0), (1, 1), (2, 1), (3, 2), (4, 3)])
def test_the_lowest_judged_score_decides_an_area(score: int, level: int) -> None:
    found = {a.id: a.achieved for a in areas(dossier(judged={"REP-1": score}), FULL)}
    assert found == {"1": level, "2": 3, "3": 3, "4": 3}


def test_an_indicator_not_known_leaves_the_area_open_between_zero_and_the_others() -> None:
    area = areas(dossier(judged={"PRO-3": None, "PRO-4": 3}), FULL)[2]
    assert (area.low, area.high, area.achieved, area.missing) == (0, 2, None, ("PRO-3",))


def test_enhanced_indicators_count_from_a2() -> None:
    given = dossier(judged={"PRO-7": 0, "GOV-4": 0})
    assert [a.achieved for a in areas(given, 1)] == [3, 3, 3, 3]
    assert [a.achieved for a in areas(given, 2)] == [3, 0, 3, 0]


def test_required_levels_follow_each_intended_use_and_the_highest_for_the_others() -> None:
    given = dossier(
        intended_uses=(
            {"use": "complement", "statistic": "a", "risk": "low", "profile": "higher"},
            {"use": "fill-gap", "statistic": "b", "risk": "medium", "profile": "lower"},
        )
    )
    # complement: low x higher, lowest = A1; fill-gap: medium x lower, highest = A2;
    # the others: the highest risk (medium) and profile (higher): A2/A3
    assert assure(given).required == {
        "context": 0, "quality-assure": 2, "complement": 1, "fill-gap": 2, "benchmark": 3, "replace": 3,
    }  # fmt: skip
    assert load_assurance().note in assure(given).note
