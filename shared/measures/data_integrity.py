"""Signs in the records themselves: ages heaped on round numbers, and records too alike."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from shared.errors import MeasureError

_FIRST, _LAST = 23, 62
_LEAST_QUESTIONS = 40
_ROWS_AT_ONCE = 128


def whipple(ages: Mapping[int, float]) -> float:
    """Return Whipple's index of ages: 100 no preference for ages ending in 0 or 5, 500 no other age at all.

    Args:
        ages: persons by single year of age; ages outside 23 to 62 play no part.

    Raises:
        MeasureError: nobody is between 23 and 62, or a count is below 0.

    Source: United Nations demographic manuals.
    """
    if any(n < 0 for n in ages.values()):
        raise MeasureError("A number of persons is below 0.")
    window = {age: n for age, n in ages.items() if _FIRST <= age <= _LAST}
    total = sum(window.values())
    if not total > 0:
        raise MeasureError(f"Whipple's index needs persons aged {_FIRST} to {_LAST}.")
    return 500 * sum(n for age, n in window.items() if age % 5 == 0) / total


@dataclass(frozen=True)
class NearDuplicates:
    """Records that match another one on more than ``threshold`` of the questions.

    ``looked_at`` records were compared with all ``records``; fewer than all when a random part was taken to keep
    the time bounded.
    """

    found: int
    looked_at: int
    records: int
    questions: int
    threshold: float

    @property
    def error(self) -> float:
        """Standard error of the share ``found / looked_at``: of a sample without replacement, 0 where all were
        looked at (Cochran 1977, theorem 3.2); one looked-at record has no error to estimate it by (NaN)."""
        if self.looked_at == self.records:
            return 0.0
        if self.looked_at < 2:
            return math.nan
        share = self.found / self.looked_at
        return math.sqrt(share * (1 - share) / (self.looked_at - 1) * (1 - self.looked_at / self.records))


def near_duplicates(
    answers: pd.DataFrame, *, threshold: float = 0.85, look_at: int = 2000, seed: int = 1
) -> NearDuplicates:
    """Count records that are nearly the same as another record.

    Args:
        answers: one row a record, one column a substantive question (no identifiers, dates, interviewers); missing
            answers match nothing, and the share is taken over all questions.
        threshold: share of equal answers above which two records count as nearly the same.
        look_at: at most this many records, drawn with ``seed``, are each compared with all others. Memory stays
            within 128 x records x questions bytes and time within look_at x records x questions steps.

    Raises:
        MeasureError: fewer than 40 questions (matches are then too often chance) or fewer than two records.

    Source: Kuriakose and Robbins 2016. A flag for enquiry only: answers in a homogeneous community are alike.
    """
    questions, size = len(answers.columns), len(answers)
    chosen = look_at_which(size, questions, look_at, seed)
    codes = np.column_stack([pd.factorize(answers[name])[0] for name in answers.columns]).astype(np.int32)
    found = sum(
        int(_alike(codes, chosen[start : start + _ROWS_AT_ONCE], threshold).sum())
        for start in range(0, len(chosen), _ROWS_AT_ONCE)
    )
    return NearDuplicates(found, len(chosen), size, questions, threshold)


def look_at_which(size: int, questions: int, look_at: int, seed: int) -> npt.NDArray[np.intp]:
    """Return the numbers of the records that are looked at, in rising order; raises as ``near_duplicates`` does."""
    if questions < _LEAST_QUESTIONS:
        raise MeasureError(f"Near-duplicates are looked for with {_LEAST_QUESTIONS} questions or more only.")
    if size < 2:
        raise MeasureError("Near-duplicates need at least two records.")
    if size <= look_at:
        return np.arange(size)
    return np.sort(np.random.default_rng(seed).choice(size, look_at, replace=False))


def _alike(codes: npt.NDArray[np.int32], rows: npt.NDArray[np.intp], threshold: float) -> npt.NDArray[np.bool_]:
    """Which of the rows have another record that equals them on more than the threshold."""
    equal = np.zeros((len(rows), len(codes)), dtype=np.int32)
    for question in range(codes.shape[1]):
        column = codes[:, question]
        equal += (column[rows][:, None] == column[None, :]) & (column[None, :] >= 0)
    equal[np.arange(len(rows)), rows] = -1  # a record is not its own duplicate
    return np.asarray(equal.max(axis=1) > threshold * codes.shape[1], dtype=np.bool_)
