"""Every computed indicator of a case study whose answers are worked out by hand."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from scipy.stats import binomtest

from shared.framework.register import load_register
from shared.measures.case import METHODS
from shared.measures.indicators.context import ASK_FOR_BENCHMARK, ASK_FOR_RECORDS
from shared.measures.intervals import wilson
from shared.measures.measurement import Measurement, State
from tests.measures.cases import bare, measured, town

DEFINITION, FRAMES = town()
SCORES = int(FRAMES["scores"].notna().to_numpy().sum())
FOUND = measured(DEFINITION, FRAMES, consent=(600, 620))


def part(indicator: str, label: str) -> object:
    return next(p for p in FOUND[indicator].parts if p.label == label)


def test_every_computed_entry_once_in_register_order() -> None:
    ids = [entry.id for entry in load_register().computed()]
    assert list(FOUND) == ids
    assert len(ids) == 60
    assert set(METHODS) == set(ids)


def test_with_all_inputs_nothing_fails_and_little_stays_open() -> None:
    assert [m.reason for m in FOUND.values() if m.state is State.ERROR] == []
    without = {name for name, m in FOUND.items() if m.state is not State.MEASURED}
    # tables are protected later; the questionnaire is short; nobody in X1 can be weighted in
    assert without == {"SDC-1", "SDC-2", "SDC-6", "DAT-8", "REP-9", "ACC-4"}


VALUES = {
    "GOV-6": 0.75,
    "PAR-1": 50.0,  # levels 5, 4, 3, 2, 1; use does not apply
    "PAR-4": 0.5,  # P1, P2 and P5 of six
    "ETH-2": 600 / 620,
    "ETH-6": 3 / 8,  # id, sex, age, home, rent, income, area, status are personal
    "DOC-1": 2 / 25,
    "DOC-4": 0.75,
    "DAT-1": (570 / 600 + 1 + 75 / 150) / 3,
    "DAT-2": 499 / 600,  # 30 without sex; 71 of the others rent and do not say how much
    "DAT-4": 594 / 600,
    "DAT-5": 592 / 600,
    "DAT-6": 0.10,
    "DAT-7": 100.0,
    "DAT-9": 576 / 600,
    "REP-2": 0.8,
    "REP-3": (1 / 15 + 0.2) / 2,
    "REP-4": 0.0,  # nobody from X1
    "REP-5": 0.5 * math.sqrt(10000 / 9999),
    "REP-6": 0.8810997,
    "REP-7": 0.354839,
    "REP-8": 0.07,
    "REP-10": 0.16 / 0.05**2,
    "REP-11": 0.70,
    "PRO-8": 0.40,
    "PRO-9": 0.815388,
    "QUA-2": 1 / 37,
    "QUA-7": 0.7,
    "QUA-8": 0.8,
    "QUA-9": 0.4,
    "REL-2": 0.70,
    "REL-3": 0.25,
    "REL-5": 0,
    "ACC-2": 5.0,
    "ACC-3": 100 * math.sqrt(0.25 * 0.75 * 2 / 600 + 0.05**2),
    "ACC-5": 0.0793651,
    "ACC-7": 0.72,
    "ACC-8": (0.05 / math.sqrt(0.25 * 0.75)) / (0.05 / 0.4),
    "TIM-1": 60,
    "TIM-2": 365,
    "TIM-3": 10,
    "TIM-4": 0.5,
    "TIM-5": 367 / 365.25 / 2,
    "COH-1": 0.5,
    "COH-2": 2,
    "COH-3": 12 / 13,  # shares 1, 2, 3 sixths against 2, 3, 4 ninths
    "COH-4": 2 * 20 / 220,
    "SDC-4": 1,
}


@pytest.mark.parametrize("indicator", VALUES)
def test_value(indicator: str) -> None:
    assert FOUND[indicator].value == pytest.approx(VALUES[indicator], abs=1e-6)


COUNTS = {
    "GOV-6": (3, 4), "PAR-4": (3, 6), "ETH-2": (600, 620), "ETH-6": (3, 8), "DOC-1": (2, 25), "DAT-2": (499, 600),
    # sex, age, home, rent, income, first, again, and the scores
    "DAT-3": (570 + 597 + 600 + 75 + 600 + 50 + 50 + SCORES, 570 + 600 + 600 + 75 + 600 + 50 + 50 + SCORES),
    "DAT-4": (594, 600), "DAT-5": (592, 600), "DAT-6": (60, 600), "DAT-9": (576, 600), "REP-2": (8000, 10000),
    "REP-11": (42, 60), "REP-7": (330, 930), "REP-8": (70, 1000), "REL-2": (42, 60), "REL-3": (5, 20), "QUA-7": (7, 10),
}  # fmt: skip


@pytest.mark.parametrize("indicator", COUNTS)
def test_numerator_and_denominator(indicator: str) -> None:
    found = FOUND[indicator]
    assert (found.numerator, found.denominator) == pytest.approx(COUNTS[indicator])
    assert found.value == pytest.approx(COUNTS[indicator][0] / COUNTS[indicator][1])


@pytest.mark.parametrize("indicator", ["DAT-2", "DAT-3", "DAT-4", "DAT-5", "DAT-6", "DAT-9", "ETH-2", "REP-7", "REP-8"])
def test_intervals_of_proportions_are_wilson(indicator: str) -> None:
    found = FOUND[indicator]
    expected = wilson(found.numerator or 0, found.denominator or 0)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))


def test_intervals_hold_their_value() -> None:
    for found in FOUND.values():
        if found.value is not None and found.low is not None and found.high is not None:
            assert found.low <= found.value <= found.high, found.indicator


def test_dat_1_shows_each_question_and_names_the_least_complete() -> None:
    parts = {p.key: (p.numerator, p.denominator) for p in FOUND["DAT-1"].parts}
    assert parts == {"sex": (570, 600), "age": (600, 600), "rent": (75, 150)}
    assert "rent" in FOUND["DAT-1"].note
    # the share of renters who say how much has the standard error sqrt(.25/150); a third of it counts
    half = 1.96 * math.sqrt(0.25 / 150 + 0.95 * 0.05 / 600) / 3
    assert (FOUND["DAT-1"].high or 0) - (FOUND["DAT-1"].low or 0) == pytest.approx(2 * half, rel=0.25)


def test_rep_3_and_4_show_margins_and_groups() -> None:
    assert {p.key: p.value for p in FOUND["REP-3"].parts} == pytest.approx({"sex": 1 / 15, "area": 0.2})
    ratios = {p.label: p.value for p in FOUND["REP-4"].parts}
    assert ratios == pytest.approx(
        {"F (Sex)": 5 / 6, "M (Sex)": 10 / 9, "N1 (Area)": 1.25, "S1 (Area)": 1.25, "X1 (Area)": 0}
    )
    women = next(p for p in FOUND["REP-4"].parts if p.label == "F (Sex)")
    assert (women.numerator, women.denominator) == pytest.approx((190, 228))
    expected = binomtest(190, 570).proportion_ci(method="wilson")
    assert (women.low, women.high) == pytest.approx((expected.low / 0.4, expected.high / 0.4))
    assert "X1" in FOUND["REP-4"].note


def test_rep_2_also_counts_areas_once_each() -> None:
    assert [(p.numerator, p.denominator) for p in FOUND["REP-2"].parts] == [(2, 3)]


def test_rep_9_and_acc_4_refuse_to_weight_in_who_is_not_there() -> None:
    for indicator in ("REP-9", "ACC-4"):
        assert FOUND[indicator].state is State.NOT_KNOWN
        assert "X1" in FOUND[indicator].reason
        assert FOUND[indicator].question


def test_rep_10_correlation_and_range() -> None:
    ddc = part("REP-10", "Rents: data defect correlation")
    gap = 0.4 * math.sqrt((1 - 0.06) / 0.06)
    assert ddc.value == pytest.approx(0.05 / gap)  # type: ignore[attr-defined]
    limits = wilson(150, 600, deff=2)
    assert ddc.low == pytest.approx((limits.low - 0.2) / gap)  # type: ignore[attr-defined]
    size = part("REP-10", "Rents: effective size")
    # benchmark .18, .19, .21, .22 instead of .20
    expected = [q * (1 - q) / (0.25 - q) ** 2 for q in (0.18, 0.22)]
    assert f"{expected[0]:,.0f} to {expected[1]:,.0f}" in size.note  # type: ignore[attr-defined]


def test_acc_1_is_half_the_wilson_width_with_the_design_effect() -> None:
    theirs = binomtest(75, 300).proportion_ci(method="wilson")
    assert FOUND["ACC-1"].value == pytest.approx(50 * (theirs.high - theirs.low), abs=1e-9)
    assert [(p.numerator, p.denominator) for p in FOUND["ACC-1"].parts] == [(150, 600)]


def test_acc_2_parts_are_signed_with_an_interval() -> None:
    (rents,) = FOUND["ACC-2"].parts
    half = 196 * math.sqrt(0.25 * 0.75 * 2 / 600)
    assert (rents.value, rents.low, rents.high) == pytest.approx((5, 5 - half, 5 + half), abs=1e-3)


def test_qua_2_is_written_as_k_plus_r() -> None:
    assert FOUND["QUA-2"].text == "6+2"


def test_sdc_3_and_5() -> None:
    """Keys sex, age, area: worked out with a dictionary, missing answers a group of their own."""
    sizes: dict[tuple[str | None, str | None, str | None], int] = {}
    for i in range(600):
        sex = None if i < 30 else "F" if i % 3 == 0 else "M"
        key = (sex, None if i < 3 else str(20 + i % 50), "N1" if i < 360 else "S1" if i < 576 else None)
        sizes[key] = sizes.get(key, 0) + 1
    assert FOUND["SDC-3"].numerator == sum(n for n in sizes.values() if n < 3)
    assert FOUND["SDC-3"].parts[0].numerator == sum(n for n in sizes.values() if n < 5)
    assert FOUND["SDC-5"].value == pytest.approx(len(sizes))


def test_same_seed_same_result_and_few_draws_are_enough_to_run() -> None:
    assert measured(DEFINITION, FRAMES, consent=(600, 620)) == FOUND
    assert measured(DEFINITION, FRAMES, draws=2)["DAT-1"].low is not None


def test_nothing_declared_means_questions_not_numbers() -> None:
    found = measured(bare())
    for m in found.values():
        assert m.state is not State.ERROR, m.reason
        assert m.value is None or m.indicator == "REL-5"
        assert m.question if m.state is State.NOT_KNOWN else m.reason or m.indicator == "REL-5"


def test_questions_are_asked_in_the_words_of_the_register() -> None:
    """One place for the words: another question is asked only where what is missing is something else."""
    asked = {m.indicator: m.question for m in measured(bare()).values() if m.state is State.NOT_KNOWN}
    own = {i: question for i, question in asked.items() if question != load_register()[i].question}
    shared_by_several = {q for q in own.values() if q in (ASK_FOR_RECORDS, ASK_FOR_BENCHMARK)}
    single = {i for i, question in own.items() if question not in shared_by_several}
    figure_or_trusted_total = {"ACC-1", "ACC-2", "ACC-3", "ACC-4", "REP-2", "REP-10"}
    tables_and_columns_of_a_release = {"SDC-1", "SDC-2", "SDC-3", "SDC-4", "SDC-5", "SDC-6"}
    names_what_is_missing, published_tables = {"DOC-1", "PAR-1"}, {"DAT-1", "DAT-3"}
    assert single <= (
        figure_or_trusted_total | tables_and_columns_of_a_release | names_what_is_missing | published_tables
    )
    assert len(asked) > 30


@pytest.mark.parametrize(
    ("content", "dimension"), [("quantitative", "QUA"), ("qualitative", "DAT"), ("qualitative", "ACC")]
)
def test_indicators_that_do_not_fit_the_content(content: str, dimension: str) -> None:
    definition = bare()
    definition["features"] = {**definition["features"], "content": content}
    for m in measured(definition).values():
        if m.indicator.startswith(dimension):
            assert (m.state, bool(m.reason)) == (State.NOT_APPLICABLE, True)


def test_a_qualitative_source_with_records_is_still_measured() -> None:
    definition = {**DEFINITION, "features": {**DEFINITION["features"], "content": "qualitative"}}
    assert measured(definition, FRAMES)["DAT-2"].value == pytest.approx(499 / 600)


def test_one_failing_method_stops_nothing_and_shows_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> Measurement:
        raise ValueError("could not convert 'Jane Example, 07700 900000'")

    monkeypatch.setitem(METHODS, "DAT-2", broken)
    found = measured(DEFINITION, FRAMES)
    assert found["DAT-2"].state is State.ERROR
    assert found["DAT-2"].reason == "The calculation failed (ValueError)."
    assert found["DAT-3"].state is State.MEASURED


def test_a_column_that_is_not_there_is_an_error_with_the_nearest_name() -> None:
    frames = {**FRAMES, "records": FRAMES["records"].rename(columns={"home": "homes"})}
    found = measured(DEFINITION, frames)
    assert found["DAT-1"].state is State.ERROR
    assert 'Did you mean "homes"' in found["DAT-1"].reason
    assert found["TIM-1"].state is State.MEASURED


def test_empty_records_are_not_applicable_never_zero_or_one() -> None:
    frames = {**FRAMES, "records": FRAMES["records"].head(0), "scores": FRAMES["scores"].head(0)}
    frames["diary"] = FRAMES["diary"].head(0)
    found = measured(DEFINITION, frames)
    for indicator in ("DAT-1", "DAT-2", "DAT-3", "DAT-4", "DAT-5", "DAT-9"):
        assert found[indicator].state is State.NOT_APPLICABLE, indicator
    assert found["ACC-1"].state is State.NOT_APPLICABLE
    assert all(found[name].value is None for name in ("REP-3", "REP-4", "REP-5", "PRO-8", "SDC-3"))


def test_records_frames_may_come_typed() -> None:
    typed = FRAMES["records"].assign(
        age=pd.to_numeric(FRAMES["records"]["age"]), rent=pd.to_numeric(FRAMES["records"]["rent"])
    )
    found = measured(DEFINITION, {**FRAMES, "records": typed})
    for indicator in ("DAT-1", "DAT-2", "DAT-3", "DAT-5", "DAT-7", "SDC-3"):
        assert found[indicator].value == pytest.approx(FOUND[indicator].value or 0), indicator
