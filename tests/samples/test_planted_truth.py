"""Every indicator of the synthetic cases comes to what was planted, numerator and denominator included.

The truth is the generator's own book (``truth.json``), written without any code of ``shared.measures``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from shared.cases.load import load_case
from shared.cases.project import Project, find_project
from shared.measures.case import measure_case
from shared.measures.measurement import Measurement, State
from shared.sources.prepare import prepare

SLUGS = ("refugee-casework", "traveller-survey", "hotspots-india")
RATIOS = ("ETH-2", "DOC-1", "DAT-2", "DAT-3", "DAT-4", "DAT-5", "DAT-9", "REP-2")
BY_HAND: dict[str, dict[str, float]] = {  # from case.yaml alone, worked out on paper
    "refugee-casework": {
        "PAR-1": 100 * (0.25 + 0.25 + 0 + 0.25 + 0.5 + 0.5) / 6, "PAR-4": 13 / 46, "GOV-6": 1, "REL-2": 213 / 350,
        "REL-3": 213 / 350, "TIM-2": 106, "TIM-3": 15, "COH-1": 4.5 / 6, "REL-5": 2, "ETH-6": 1,
    },
    "traveller-survey": {
        "PAR-1": 100 * (1 + 1 + 0.5 + 0.75 + 0.75 + 0.75) / 6, "PAR-4": 12 / 14, "GOV-6": 1, "REL-2": 14 / 40,
        "REL-3": 14 / 40, "TIM-2": 214, "TIM-3": 0, "COH-1": 5 / 7, "COH-2": 1, "REP-7": 88 / 692,
        "REP-8": 17 / 709, "REL-5": 3,
    },
    "hotspots-india": {
        "PAR-1": 100 * (0.5 + 1 + 0.25 + 0.25 + 0.5 + 0.75) / 6, "GOV-6": 1 / 3, "REL-2": 37 / 80, "REL-3": 37 / 80,
        "TIM-3": 171, "COH-1": 3 / 6, "REL-5": 3,
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def project(root: Path) -> Project:
    return find_project(root)


@pytest.fixture(scope="module", params=SLUGS)
def slug(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def measured(project: Project, slug: str) -> dict[str, Measurement]:
    case = load_case(project, slug)
    found = measure_case(case, prepare(project, case), as_of=case.dates.assessed_on, draws=200, seed=1)
    return {m.indicator: m for m in found}


@pytest.fixture(scope="module")
def truth(root: Path, slug: str) -> dict[str, Any]:
    text = (root / "data/sample" / slug / "truth.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)["indicators"]
    return found


def test_nothing_went_wrong(measured: dict[str, Measurement]) -> None:
    assert [m.indicator for m in measured.values() if m.state is State.ERROR] == []


@pytest.mark.parametrize("indicator", RATIOS)
def test_ratios(measured: dict[str, Measurement], truth: dict[str, Any], indicator: str) -> None:
    found, planted = measured[indicator], truth[indicator]
    assert (found.numerator, found.denominator) == (planted["numerator"], planted["denominator"])
    assert found.value == pytest.approx(planted["value"], abs=1e-12)


def test_frequency_and_delay(measured: dict[str, Measurement], truth: dict[str, Any]) -> None:
    assert measured["TIM-1"].value == truth["TIM-1"]["value"]
    assert measured["TIM-4"].value == pytest.approx(truth["TIM-4"]["value"], abs=1e-12)


def test_item_completeness(measured: dict[str, Measurement], truth: dict[str, Any]) -> None:
    planted = truth["DAT-1"]
    assert measured["DAT-1"].value == pytest.approx(planted["value"], abs=1e-12)
    counts = sorted((p.numerator, p.denominator) for p in measured["DAT-1"].parts if p.denominator is not None)
    assert counts == sorted((p["numerator"], p["denominator"]) for p in planted["parts"].values())


def test_age_heaping(measured: dict[str, Measurement], truth: dict[str, Any]) -> None:
    assert measured["DAT-7"].value == pytest.approx(truth["DAT-7"]["value"], abs=1e-9)


def test_distance_from_the_population(measured: dict[str, Measurement], truth: dict[str, Any]) -> None:
    planted = truth["REP-3"]
    assert measured["REP-3"].value == pytest.approx(planted["value"], abs=1e-12)
    found = [p.value for p in measured["REP-3"].parts]
    for distance in planted["parts"].values():
        assert pytest.approx(distance, abs=1e-12) in found


def test_worst_represented_group(measured: dict[str, Measurement], truth: dict[str, Any]) -> None:
    assert measured["REP-4"].value == pytest.approx(truth["REP-4"]["value"], abs=1e-12)


def test_variation_of_inclusion(measured: dict[str, Measurement], truth: dict[str, Any]) -> None:
    found = [p.value for p in measured["REP-5"].parts]
    for cv in truth["REP-5"]["parts"].values():
        assert pytest.approx(cv, abs=1e-9) in found


def test_precision(measured: dict[str, Measurement], truth: dict[str, Any]) -> None:
    planted = [p["half_width_points"] for p in truth["ACC-1"]["parts"].values()]
    assert measured["ACC-1"].value == pytest.approx(max(planted), abs=1e-9)


def test_two_totals(measured: dict[str, Measurement], truth: dict[str, Any]) -> None:
    assert measured["COH-4"].value == pytest.approx(truth["COH-4"]["value"], abs=1e-12)


def test_what_the_definition_alone_tells(measured: dict[str, Measurement], slug: str) -> None:
    for indicator, value in BY_HAND[slug].items():
        assert measured[indicator].value == pytest.approx(value, abs=1e-9), indicator


def test_intervals_hold_the_value(measured: dict[str, Measurement]) -> None:
    """Never a bare number where chance plays a part: the interval is there and around the value."""
    for indicator in ("DAT-1", "DAT-2", "DAT-3", "REP-3", "REP-4", "REP-5"):
        m = measured[indicator]
        assert m.low is not None, indicator
        assert m.high is not None, indicator
        assert m.value is not None, indicator
        assert m.low <= m.value <= m.high, indicator
        assert m.low < m.high or m.value == 0, indicator
