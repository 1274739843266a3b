"""The formulas behind the planted truth, against worked examples and numbers done by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from shared.samples import truth
from shared.samples.planting import Planting, draw, pick


def test_worked_examples_of_the_framework() -> None:
    assert truth.discrepancy(120, 100)["value"] == pytest.approx(0.1818182, abs=1e-7)
    wilson = truth.precision(10, 100, 1.0)["half_width_points"]
    assert wilson == pytest.approx(100 * (0.1743657 - 0.0552291) / 2, abs=1e-5)
    two = truth.margin({"a": 40, "b": 20}, {"a": 50, "b": 50}, ["a", "b"])
    assert two["cv_of_inclusion"] == pytest.approx(0.3350126, abs=1e-7)
    three = truth.margin({"a": 9, "b": 12, "c": 4}, {"a": 1, "b": 1, "c": 1}, ["a", "b", "c"])
    assert three["dissimilarity"] == pytest.approx(0.1733333, abs=1e-7)
    assert three["smallest_ratio"] == pytest.approx(0.48)
    assert three["worst_group"] == "c"


def test_whipple() -> None:
    plain = list(range(23, 63))
    doubled = plain + [age for age in plain if age % 5 == 0]
    assert truth.whipple(plain)["value"] == 100
    assert truth.whipple(doubled)["value"] == pytest.approx(166.667, abs=1e-3)
    assert truth.whipple([25, 30, 60, 22, 63])["value"] == 500


def test_design_effect_is_a_smaller_sample() -> None:
    assert truth.precision(100, 400, 4.0)["half_width_points"] == truth.precision(25, 100, 1.0)["half_width_points"]


def test_coverage_counts_people_and_areas() -> None:
    found = truth.covered({"north": 3, "south": 0}, {"north": 70, "south": 20, "isle": 10})
    assert found["value"] == pytest.approx(0.7)
    assert (found["areas"]["numerator"], found["areas"]["denominator"]) == (1, 3)


@pytest.fixture
def book() -> Planting:
    """Four records; the question "reason" is put to those who answered "yes" to "left"."""
    clean = pd.DataFrame(
        {"id": ["1", "2", "3", "4"], "left": ["yes", "yes", "no", "yes"], "reason": ["rent", "rent", "", "work"]}
    )
    return Planting(clean)


def test_a_book_counts_as_a_reader_would(book: Planting) -> None:
    book.blank("left", np.array([3]), "not asked")  # so "reason" does not apply to record 4 any more
    book.blank("reason", np.array([0]))
    book.spoil("reason", np.array([1]), ["?"])
    book.repeat(np.array([1]))
    kept = np.ones(5, dtype=bool)
    applies = {"reason": book.says("left", "yes")}
    whole = truth.item_completeness(book, kept, ["id", "left", "reason"], applies)
    assert whole["parts"]["left"]["numerator"] == 4
    assert (whole["parts"]["reason"]["numerator"], whole["parts"]["reason"]["denominator"]) == (2, 3)
    assert whole["value"] == pytest.approx((1 + 4 / 5 + 2 / 3) / 3)
    complete = truth.complete_records(book, kept, ["id", "left", "reason"], applies)
    assert (complete["numerator"], complete["denominator"]) == (3, 5)  # records 2, its repeat, and 3
    valid = truth.valid_values(book, kept, ["id", "left", "reason"])
    assert (valid["numerator"], valid["denominator"]) == (10, 12)
    assert truth.no_duplicates(book, kept, "id")["value"] == 4 / 5
    assert list(book.table()["left"]) == ["yes", "yes", "no", "not asked", "yes"]


def test_draw_and_pick_are_exact_where_they_must_be() -> None:
    rng = np.random.default_rng(1)
    assert set(draw(rng, ["a", "b", "c"], [1, 0, 3], 500)) == {"a", "c"}
    among = np.array([True, False, True, True])
    assert sorted(pick(rng, among, 3)) == [0, 2, 3]
    with pytest.raises(ValueError, match="asked for 4 rows among 3"):
        pick(rng, among, 4)
