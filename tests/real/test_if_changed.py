"""The verdict put again to changed values: what must follow from the rules alone."""

from __future__ import annotations

import pytest

from shared.errors import ParameterError
from shared.verdict.assess import assess
from shared.verdict.if_changed import if_changed
from shared.verdict.uses import UseResult
from tests.verdict.invented import case, judgements, measurements

# exposure after protection cannot be at 80 of 100: no small cell may be left
SAFE: dict[str, float | None] = {"SDC-1": 100.0, "SDC-2": 100.0, "ETH-2": 100.0}


def tried(changes: dict[str, float], judged: dict[str, int | None] | None = None) -> dict[str, UseResult]:
    found = if_changed(case(), measurements(SAFE), judgements(judged or {}), changes)
    return {use.use: use for use in found}


def test_changing_nothing_gives_the_uses_as_they_are() -> None:
    measured, judged = measurements({}, 40.0), judgements({"REL-1": None, "PRO-5": 0})
    now = assess(case(), measured, judged, draws=1).uses
    for use, again in zip(now, if_changed(case(), measured, judged, {}), strict=True):
        assert (use.use, use.status, use.unmet, use.unknown) == (again.use, again.status, again.unmet, again.unknown)


def test_a_gate_opens_when_its_indicator_rises() -> None:
    assert tried({})["context"].status == "met"
    assert tried({}, {"ETH-4": 0})["context"].status == "not_met"
    assert tried({"ETH-4": 4}, {"ETH-4": 0})["context"].status == "met"


def test_what_is_found_out_settles_what_was_open() -> None:
    assert tried({}, {"GOV-2": None})["context"].status == "not_known"
    assert tried({"GOV-2": 4}, {"GOV-2": None})["context"].status == "met"
    assert tried({"GOV-2": 0}, {"GOV-2": None})["context"].status == "not_met"


def test_a_computed_value_is_put_to_the_same_limits() -> None:
    assert tried({})["complement"].status == "met"
    released = tried({"SDC-1": 3.0})["complement"]
    assert released.status == "not_met", "small cells would be released"
    assert "G6" in {reason.code for reason in released.unmet}


def test_unknown_indicators_and_impossible_scores_are_refused_together() -> None:
    with pytest.raises(ParameterError) as refused:
        tried({"ETH-44": 2, "GOV-1": 5})
    assert len(refused.value.faults) == 2
    assert 'Did you mean "ETH-4"?' in str(refused.value)
