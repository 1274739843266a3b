"""What did the way people came into the data do to an estimate whose truth is known? The data defect correlation.

A diagnosis, not a correction: it needs a trusted figure for the same variable, and what is found for one variable
does not carry over to another (Reinhart and Tibshirani, arXiv 2109.00680). Show it with its range.
Method: Meng 2018 (doi 10.1214/18-AOAS1161SF); range over the benchmark's error as in Bradley et al. 2021.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from shared.errors import MeasureError

RANGE = (-0.10, -0.05, 0.05, 0.10)
"""Relative errors of the benchmark over which the result is shown (framework, REP-10)."""


@dataclass(frozen=True)
class DataDefect:
    """Correlation between being in the data and the answer (``ddc``), its square (``ddi``), and the size of the
    simple random sample with the same mean squared error (``n_eff``; infinite where estimate and truth are equal)."""

    ddc: float
    ddi: float
    n_eff: float


def data_defect(
    estimate: float,
    truth: float,
    n: float,
    N: float,  # noqa: N803
    *,
    sigma: float | None = None,
    cv_weights: float = 0.0,
) -> DataDefect:
    """Return the data defect correlation of an estimate.

    Args:
        estimate, truth: the source's figure and the trusted one, in the same unit.
        n: units behind the estimate; N: units of the population, more than n.
        sigma: standard deviation of the variable in the population; left out, both figures are proportions and
            sigma follows from the truth.
        cv_weights: coefficient of variation of the weights, when the estimate is weighted.

    Raises:
        MeasureError: sizes that cannot be, a proportion outside 0 to 1, or a variable that does not vary.
    """
    if not 0 < n < N:
        raise MeasureError("The data must have at least one unit and fewer than the population.")
    deviation = _deviation(truth, estimate, sigma)
    if cv_weights < 0 or not math.isfinite(cv_weights):
        raise MeasureError("A coefficient of variation cannot be below 0.")
    fraction = n / N
    gap = estimate - truth
    spread = deviation * math.sqrt((1 - fraction + cv_weights**2) / fraction)
    correlation = gap / spread
    size = deviation**2 / gap**2 if gap != 0 else math.inf
    return DataDefect(correlation, correlation**2, size)


def data_defect_range(
    estimate: float,
    truth: float,
    n: float,
    N: float,  # noqa: N803
    *,
    errors: tuple[float, ...] = RANGE,
    cv_weights: float = 0.0,
) -> tuple[tuple[float, DataDefect], ...]:
    """Return the result for a benchmark that is wrong by each relative error in ``errors`` (proportions only).

    Errors that would take the benchmark out of 0 to 1 are left out. Raises ``MeasureError`` as ``data_defect``.
    """
    found = []
    for error in errors:
        shifted = truth * (1 + error)
        if 0 < shifted < 1:
            found.append((error, data_defect(estimate, shifted, n, N, cv_weights=cv_weights)))
    return tuple(found)


def break_even(estimate: float, line: float, n: float, N: float, *, sigma: float | None = None) -> float:  # noqa: N803
    """Return the data defect correlation that would by itself have moved the truth from ``line`` to ``estimate``.

    Arguments and errors as in ``data_defect``; ``sigma`` left out follows from the estimate. Always 0 or above.
    """
    if not 0 < n < N:
        raise MeasureError("The data must have at least one unit and fewer than the population.")
    deviation = _deviation(estimate, line, sigma)
    fraction = n / N
    return abs(estimate - line) / (deviation * math.sqrt((1 - fraction) / fraction))


def _deviation(centre: float, other: float, sigma: float | None) -> float:
    """The standard deviation given, or that of a proportion ``centre``."""
    if not (math.isfinite(centre) and math.isfinite(other)):
        raise MeasureError("Both figures must be known.")
    if sigma is None:
        if not (0 <= centre <= 1 and 0 <= other <= 1):
            raise MeasureError("A proportion lies between 0 and 1.", hint="Give sigma for other estimates.")
        sigma = math.sqrt(centre * (1 - centre))
    if not (sigma > 0 and math.isfinite(sigma)):
        raise MeasureError("The variable does not vary, so selection cannot be told from it.")
    return sigma
