"""The interviewer's share in the variance of an answer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from shared.errors import MeasureError


@dataclass(frozen=True)
class InterviewerEffect:
    """Inflation of variance from interviewers.

    deff        1 + (mean workload - 1) x rho, with rho below 0 taken as 0
    rho         intra-interviewer correlation as estimated (can be below 0 by chance)
    workload    records an interviewer, on average
    """

    deff: float
    rho: float
    workload: float
    interviewers: int


def inflation(workload: float, rho: float) -> float:
    """Return 1 + (workload - 1) x rho, the variance inflation of ``workload`` records an interviewer (Kish 1962).

    Raises ``MeasureError`` for a workload below 1 or a correlation outside -1 to 1.
    """
    if not workload >= 1 or not -1 <= rho <= 1:
        raise MeasureError("A workload is at least 1 and a correlation lies between -1 and 1.")
    return 1 + (workload - 1) * max(0.0, rho)


def interviewer_effect(count: npt.ArrayLike, total: npt.ArrayLike, squares: npt.ArrayLike) -> InterviewerEffect:
    """Return the interviewer effect by one-way analysis of variance.

    Args:
        count: records of each interviewer; total: sum of the outcome; squares: sum of its squares.

    Raises:
        MeasureError: fewer than two interviewers, nobody with more than one record, or an outcome that never varies.

    Source: Kish 1962; rho by analysis of variance with unequal workloads. Where interviewers worked in different
    places, differences between places are in it too.
    """
    m, s, q = (np.asarray(values, dtype=np.float64) for values in (count, total, squares))
    if not m.shape == s.shape == q.shape or m.ndim != 1 or not np.isfinite([*m, *s, *q]).all():
        raise MeasureError("Give count, sum and sum of squares for each interviewer.")
    s, q, m = s[m > 0], q[m > 0], m[m > 0]
    k, n = len(m), float(m.sum())
    if k < 2 or n <= k:
        raise MeasureError("An interviewer effect needs two interviewers, and some with more than one record.")
    within = float((q - s**2 / m).sum()) / (n - k)
    between = float((s**2 / m).sum() - s.sum() ** 2 / n) / (k - 1)
    typical = (n - float((m**2).sum()) / n) / (k - 1)
    spread = between + (typical - 1) * within
    if not spread > 1e-12:
        raise MeasureError("The outcome never varies, so there is no variance to share out.")
    rho = (between - within) / spread
    return InterviewerEffect(inflation(n / k, rho), rho, n / k, k)
