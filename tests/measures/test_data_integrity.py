"""Whipple's index on its three worked cases; near-duplicates against a plain comparison of all pairs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from shared.errors import MeasureError
from shared.measures.data_integrity import near_duplicates, whipple


def test_whipple_worked_examples() -> None:
    assert whipple(dict.fromkeys(range(23, 63), 7)) == pytest.approx(100)
    assert whipple({age: 2 if age % 5 == 0 else 1 for age in range(23, 63)}) == pytest.approx(166.667, abs=1e-3)
    assert whipple(dict.fromkeys(range(25, 61, 5), 9)) == pytest.approx(500)


def test_whipple_looks_at_23_to_62_only() -> None:
    ages = dict.fromkeys(range(23, 63), 7)
    assert whipple(ages | {20: 1000, 65: 1000}) == whipple(ages)
    with pytest.raises(MeasureError):
        whipple({20: 5, 65: 5})
    with pytest.raises(MeasureError):
        whipple({30: -1, 40: 5})


def questionnaire(size: int, questions: int, seed: int = 2) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    answers = rng.integers(0, 4, (size, questions)).astype(object)
    answers[rng.random((size, questions)) < 0.05] = None
    for copy, original, changed in ((7, 3, 0), (8, 3, 5), (9, 4, 6), (10, 5, 7)):  # of 40: 100 %, 87.5 %, 85 %, 82.5 %
        answers[copy] = answers[original]
        answers[[copy, original]] = np.where(pd.isna(answers[original]), 0, answers[[copy, original]])
        answers[copy, :changed] = "other"
    return pd.DataFrame(answers, columns=[f"q{i}" for i in range(questions)])


def test_near_duplicates_equal_a_comparison_of_all_pairs() -> None:
    frame = questionnaire(300, 40)
    found = near_duplicates(frame)
    rows = frame.to_numpy()
    expected = set()
    for i in range(len(rows)):
        for j in range(len(rows)):
            if i != j and sum(a == b and a is not None for a, b in zip(rows[i], rows[j], strict=True)) > 34:
                expected.add(i)
    assert {3, 7, 8} == expected  # 34 of 40 is 85 %, which is not more than 85 %
    assert (found.found, found.looked_at, found.records, found.questions) == (3, 300, 300, 40)


def test_a_random_part_bounds_the_time_on_large_files() -> None:
    frame = questionnaire(300, 40)
    found = near_duplicates(frame, look_at=50)
    assert found.looked_at == 50
    assert found.records == 300
    assert near_duplicates(frame, look_at=50) == found


def test_two_missing_answers_are_not_the_same_answer() -> None:
    frame = pd.DataFrame({f"q{i}": [None, None] for i in range(40)})
    assert near_duplicates(frame).found == 0


def test_short_questionnaires_and_single_records_are_refused() -> None:
    with pytest.raises(MeasureError, match="40 questions"):
        near_duplicates(questionnaire(20, 40).iloc[:, :39])
    with pytest.raises(MeasureError):
        near_duplicates(questionnaire(20, 40).head(1))
