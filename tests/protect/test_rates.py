"""Proportions by hand, and the measurement that a report may show."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from shared.errors import ProtectionError
from shared.measures.measurement import Measurement, Part, State
from shared.protect import find_policy, protect_measurement, protect_rates
from shared.protect.rates import protect_rate

TEN_FIVE = find_policy("threshold-10-round-5")


def test_a_rate_is_worked_out_again_from_rounded_counts() -> None:
    safe = protect_rate(13, 47, TEN_FIVE)
    assert (safe.numerator, safe.denominator, safe.rate) == (15, 45, round(15 / 45, 6))
    assert safe.low is not None
    assert safe.high is not None
    assert safe.low < 15 / 45 < safe.high


@pytest.mark.parametrize("small", range(1, 10))
def test_every_small_numerator_gives_the_same_answer(small: int) -> None:
    safe = protect_rate(small, 600, TEN_FIVE)
    assert safe == protect_rate(5, 600, TEN_FIVE)
    assert (safe.numerator, safe.small, safe.low) == (None, "numerator", 0.0)
    assert safe.rate == round(4.5 / 600, 6)


@pytest.mark.parametrize("small", range(1, 10))
def test_every_small_rest_gives_the_same_answer(small: int) -> None:
    # 600 to 602 people are all published as 600
    assert protect_rate(601 - small, 601, TEN_FIVE) == protect_rate(595, 600, TEN_FIVE)


def test_wilson_of_the_worked_example_on_counts_that_rounding_leaves() -> None:
    safe = protect_rate(10, 100, TEN_FIVE)
    assert (safe.low, safe.high) == (pytest.approx(0.0552291, abs=1e-6), pytest.approx(0.1743657, abs=1e-6))


def test_nothing_and_everyone_are_shown() -> None:
    assert protect_rate(0, 50, TEN_FIVE).rate == 0.0
    assert protect_rate(50, 50, TEN_FIVE).rate == 1.0


def test_a_proportion_above_one_is_no_proportion() -> None:
    with pytest.raises(ProtectionError):
        protect_rate(5, 4, TEN_FIVE)


def test_rates_by_group() -> None:
    frame = pd.DataFrame(
        {"g": ["a"] * 40 + ["b"] * 30 + ["c"] * 20, "x": [1.0] * 20 + [0.0] * 20 + [1.0] * 30 + [1.0] * 3 + [0.0] * 17}
    )
    made = protect_rates(
        frame,
        by="g",
        numerator="x",
        policy="threshold-10-round-5",
        publish=["g"],
        groups=["a", "b", "c"],
        title="",
        source_line="",
    )
    rows = made.frame.set_index("g")
    assert rows["denominator"].to_dict() == {"a": 40, "b": 30, "c": 20}
    assert rows["rate"].to_dict()["b"] == 1.0
    assert pd.isna(rows["rate"].to_dict()["c"])  # 3 people
    assert rows.loc["c", "status"] == "hidden"


def test_a_missing_numerator_leaves_both_counts() -> None:
    frame = pd.DataFrame({"g": ["a"] * 60, "x": [1.0] * 20 + [0.0] * 20 + [None] * 20})
    made = protect_rates(frame, by="g", numerator="x", policy=TEN_FIVE, publish=["g"], title="", source_line="").frame
    assert made.loc[0, ["denominator", "rate"]].tolist() == [40, 0.5]


MEASURED = Measurement("DAT-2", State.MEASURED, 0.98, 0.95, 0.99, numerator=588, denominator=600, counted="records")


def test_a_measurement_is_shown_with_rounded_counts() -> None:
    safe = protect_measurement(MEASURED, "threshold-10-round-5")
    assert (safe.numerator, safe.denominator, safe.value) == (590, 600, round(590 / 600, 6))


def test_a_measurement_with_a_small_rest_says_so_in_words() -> None:
    for missing in range(1, 10):
        given = replace(MEASURED, numerator=600 - missing, value=1 - missing / 600, low=None, high=None)
        safe = protect_measurement(given, "threshold-10-round-5")
        assert safe.text == "all but fewer than 10 of 600 records"
        assert safe.numerator is None
        assert safe.value == round(1 - 4.5 / 600, 6)


def test_a_measurement_counting_the_other_way_round() -> None:
    given = replace(MEASURED, numerator=30, value=0.95, low=None, high=None)
    safe = protect_measurement(given, "threshold-10-round-5")
    assert (safe.value, safe.numerator, safe.text) == (0.95, 30, "")


def test_a_measurement_of_too_few_people_is_withheld() -> None:
    given = replace(MEASURED, numerator=4, denominator=8, value=0.5)
    safe = protect_measurement(given, "threshold-10-round-5")
    assert (safe.state, safe.value, safe.numerator, safe.denominator) == (State.NOT_KNOWN, None, None, None)
    assert "Too few people" in safe.reason


@pytest.mark.parametrize(
    "given",
    [
        Measurement("DOC-1", State.MEASURED, 22 / 26, numerator=22, denominator=26),
        Measurement("TIM-1", State.MEASURED, 47, counted="records"),
        Measurement("COH-9", State.MEASURED, 3 / 7, numerator=3, denominator=7, counted="areas"),
        Measurement.not_known("DAT-1", "Which columns are required?"),
        Measurement.not_applicable("DAT-7", "No single ages."),
    ],
)
def test_what_describes_no_person_passes_unchanged(given: Measurement) -> None:
    assert protect_measurement(given, "threshold-10-round-5") == given


def test_the_parts_are_protected_too() -> None:
    parts = (
        Part("age", 0.99, 594, 600, 0.98, 1.0),
        Part("sex", 0.5, 300, 600, 0.46, 0.54),
        Part("ratio to the population", 0.4, 4, 12.0),
        Part("not asked", None, 3, 4),
    )
    shown = protect_measurement(replace(MEASURED, parts=parts), "threshold-10-round-5").parts
    assert (shown[0].numerator, shown[0].note) == (None, "all but fewer than 10 of 600 records")
    assert (shown[1].numerator, shown[1].value) == (300, 0.5)
    assert (shown[2].value, shown[2].numerator) == (None, None)
    assert (shown[3].numerator, shown[3].denominator) == (None, None)


def test_the_worst_group_is_not_told_by_the_headline_figure() -> None:
    parts = (Part("Roma", 0.4166667, 5, 12.0, note="small"), Part("others", 1.1, 550, 500.0))
    given = Measurement("REP-4", State.MEASURED, 0.4166667, parts=parts, counted="people")
    safe = protect_measurement(given, "threshold-10-round-5")
    assert (safe.state, safe.value) == (State.NOT_KNOWN, None)


def test_a_distance_is_rounded_so_that_one_person_does_not_show() -> None:
    given = Measurement("REP-3", State.MEASURED, 0.173333, counted="people", denominator=600)
    safe = protect_measurement(given, "threshold-10-round-5")
    assert safe.value == 0.17  # five of 600 people are .0083: to two places
