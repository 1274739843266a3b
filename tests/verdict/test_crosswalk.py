"""Suggestions for other offices' instruments, and answers stored as an assessor chose them."""

from __future__ import annotations

from typing import Any

import pytest

from shared.errors import DefinitionError
from shared.framework.instruments import load_instruments
from shared.verdict.assurance import assure
from shared.verdict.crosswalk import InstrumentResult, fill_in
from shared.verdict.gates import label, open_gates
from shared.verdict.profile import profile
from shared.verdict.suggestions import Evidence, suggest
from tests.verdict.invented import case, dossier


def filled(
    computed: dict[str, float | None] | None = None,
    judged: dict[str, int | None] | None = None,
    *,
    default: float = 80.0,
    anchor: int = 4,
    **changes: Any,
) -> dict[str, InstrumentResult]:
    made = dossier(computed, judged, default=default, anchor=anchor, **changes)
    gates, level = open_gates(made), made.shown_level()
    dimensions = {d.id: d.score for d in profile(made, level, {}) if d.low is not None}
    evidence = Evidence(made.case, made.scores, dimensions, level, label(gates))
    return {instrument.id: instrument for instrument in fill_in(evidence, gates, assure(made))}


def answers(result: InstrumentResult) -> dict[str, int | None]:
    return {item.id: item.answer for item in result.items}


def test_all_instruments_are_filled_in_from_the_same_evidence() -> None:
    assert list(filled()) == [
        "ons-2021", "ons-2022", "statcan-2025-07", "statcan-2025-10", "uksa-ethics", "qaad", "copenhagen",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("reached", "score"), [(0.0, 0), (24.9, 0), (25.0, 1), (49.9, 1), (50.0, 2), (74.9, 2), (75.0, 3), (100.0, 3)]
)
def test_a_suggested_score_follows_the_cuts(reached: float, score: int) -> None:
    coverage = load_instruments()["ons-2022"].groups[1].items[2]
    assert coverage.id == "coverage"
    evidence = Evidence(case(), {}, {"REP": reached}, 1, "citizen data")
    assert suggest(coverage, 3, evidence, ())[0] == score


def test_the_mean_behind_a_suggestion_worked_by_hand() -> None:
    """Relevance at A2: REL-1, REL-4, REL-6 at 50, REL-2 and REL-3 at 30: REL 42; COH-1 at 40: mean 41, so 1."""
    item = next(
        i
        for i in filled({"REL-2": 30.0, "REL-3": 30.0, "COH-1": 40.0}, {"REL-1": 2, "REL-4": 2, "REL-6": 2})[
            "ons-2022"
        ].items
        if i.id == "relevance"
    )
    assert item.suggested == 1
    assert item.because == "mean of REL, COH-1: 41 of 100"
    assert not item.confirmed


def test_what_is_not_known_suggests_nothing() -> None:
    result = filled(judged={"GOV-5": None})["ons-2022"]
    assert answers(result)["timeliness-and-availability"] is None
    assert "GOV-5" in next(i for i in result.items if i.id == "timeliness-and-availability").because
    assert result.fit is None
    assert "1 of 8 answers are missing" in result.sentence
    assert result.sentence.endswith("To be confirmed by an assessor.")


def test_gates_become_the_ons_gateway() -> None:
    assert answers(filled(judged={"REL-1": 1})["ons-2021"])["need"] == 0
    result = filled(judged={"REL-1": 1})["ons-2021"]
    assert result.fit is False


@pytest.mark.parametrize(
    ("computed", "judged", "item", "tick"),
    [
        ({"DAT-1": 90.0}, {}, "missing-values", 1),  # .7 + .9·.28 = .952
        ({"DAT-1": 89.0}, {}, "missing-values", 0),  # .949
        ({"DAT-3": None}, {}, "verification", 1),  # DAT-5 is there
        ({"DAT-3": None, "DAT-5": None}, {}, "verification", None),
        ({}, {"PRO-6": 2}, "documented-qa", 0),
        ({"TIM-4": 75.0}, {}, "regular", 1),  # .2 + .75·.8 = .8
        ({"TIM-3": 100.0}, {}, "planned-dates", 1),  # not a day late
        ({"TIM-3": 99.0}, {}, "planned-dates", 0),
        ({}, {"DOC-5": 3}, "accessible", 1),
        ({"COH-1": 72.0}, {}, "standard-concepts", 1),  # .3 + .72·.7 = .804
        ({"COH-2": 25.0}, {"PRO-5": 2}, "comparable", 1),  # 2 periods
        ({"COH-2": 25.0}, {"PRO-5": 1}, "comparable", 0),
        ({}, {"COH-5": None}, "breaks", None),
    ],
)
def test_the_statistics_canada_ticks(
    computed: dict[str, float | None], judged: dict[str, int | None], item: str, tick: int | None
) -> None:
    assert answers(filled(computed, judged)["statcan-2025-10"])[item] == tick


@pytest.mark.parametrize(
    ("metadata", "tick"),
    [
        ({"definitions": "in the handbook", "classifications": True}, 1),
        ({"definitions": True, "classifications": False}, 0),
        ({"definitions": True}, None),
    ],
)
def test_metadata_ticks(metadata: dict[str, Any], tick: int | None) -> None:
    assert answers(filled(metadata=metadata)["statcan-2025-10"])["definitions"] == tick


def test_timely_depends_on_when_it_is_needed() -> None:
    dates = {**case().dates.model_dump(), "needed_interval_months": 12}
    # TIM-1 at 60 is 346 days, a year is 365
    assert answers(filled({"TIM-1": 60.0}, dates=dates)["statcan-2025-10"])["timely"] == 1
    assert answers(filled({"TIM-1": 50.0}, dates=dates)["statcan-2025-10"])["timely"] == 0
    assert answers(filled()["statcan-2025-10"])["timely"] is None


def stored(*rows: tuple[str, str, int]) -> tuple[dict[str, Any], ...]:
    return tuple({"instrument": i, "item": item, "answer": a, "assessor": "A"} for i, item, a in rows)


def test_an_answer_stands_as_chosen_whatever_we_would_suggest() -> None:
    result = filled(instrument_answers=stored(("ons-2022", "relevance", 0)))["ons-2022"]
    item = next(i for i in result.items if i.id == "relevance")
    assert (item.suggested, item.chosen, item.answer, item.assessor) == (3, 0, 0, "A")
    assert item.confirmed
    assert result.fit is False
    assert not result.confirmed


def test_an_instrument_is_confirmed_once_every_item_is() -> None:
    items = ["ethics-and-privacy", "transparency-and-accountability", "need"]
    scores = ["relevance", "methods", "coverage", "timeliness-and-availability", "data-quality"]
    rows = [("ons-2022", i, 1) for i in items] + [("ons-2022", i, 2) for i in scores]
    result = filled(instrument_answers=stored(*rows))["ons-2022"]
    assert result.confirmed
    assert result.fit is True
    assert result.outcome["mean"] == 2.0
    assert "confirmed" not in result.sentence


def test_answers_that_fit_no_item_are_all_reported() -> None:
    rows = stored(
        ("ons-2022", "relevanse", 1), ("ons-2022", "need", 2), ("ons-2022", "methods", 1), ("ons-2022", "methods", 1)
    )
    with pytest.raises(DefinitionError) as caught:
        filled(instrument_answers=rows)
    assert [fault.where for fault in caught.value.faults] == [
        "case.yaml, instrument_answers[0].item", "case.yaml, instrument_answers[1].answer",
        "case.yaml, instrument_answers[3]",
    ]  # fmt: skip
    assert 'Did you mean "relevance"?' in str(caught.value)


def test_assurance_levels_and_the_ladder_come_as_labels_without_a_pass_mark() -> None:
    result = filled(judged={"PRO-4": 3}, participation={"started_by_citizens": True, "design": 2, "collect": 0})
    assert answers(result["qaad"]) == {"1": 3, "2": 3, "3": 2, "4": 3}
    assert "not a rating of quality" in result["qaad"].sentence
    ladder = result["copenhagen"]
    assert ladder.outcome["label"] == "citizen data"
    assert next(i for i in ladder.items if i.id == "design").because.startswith("consultation")
    assert next(i for i in ladder.items if i.id == "collect").because == "does not apply"
    assert {r.fit for r in (result["qaad"], ladder, result["uksa-ethics"])} == {None}
