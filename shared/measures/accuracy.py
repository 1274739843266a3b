"""Accuracy and losses by simple counts: response, over-coverage, revisions, linkage, total error."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from shared.errors import MeasureError


def ratio(part: float, whole: float, what: str = "ratio") -> float:
    """Return part / whole; an empty whole or a part outside it raises ``MeasureError`` (never 0 or 1 instead)."""
    if not whole > 0:
        raise MeasureError(f"The {what} has an empty denominator.", hint="Say not applicable instead.")
    if not 0 <= part <= whole:
        raise MeasureError(f"The {what}'s numerator must lie between 0 and its denominator.")
    return part / whole


def unit_nonresponse(responded: float, not_responded: float, unknown: float, eligible_share: float) -> float:
    """Return the share of eligible units without a usable response: 1 - R / (R + NR + a Q) (ESS A4; AAPOR).

    ``eligible_share`` (a) is the share of the units of unknown eligibility taken to be eligible. Raises
    ``MeasureError`` for negative counts, no eligible unit, or a share outside 0 to 1.
    """
    _counts(responded, not_responded, unknown)
    _share(eligible_share)
    eligible = responded + not_responded + eligible_share * unknown
    return 1 - ratio(responded, eligible, "response rate")


def over_coverage(not_eligible: float, eligible: float, unknown: float, eligible_share: float) -> float:
    """Return the share of units that do not belong to the target population: (O + (1 - a) Q) / (O + E + Q) (ESS A2).

    Arguments and errors as in ``unit_nonresponse``.
    """
    _counts(not_eligible, eligible, unknown)
    _share(eligible_share)
    return ratio(not_eligible + (1 - eligible_share) * unknown, not_eligible + eligible + unknown, "over-coverage")


def revision_size(preliminary: Sequence[float], latest: Sequence[float]) -> float:
    """Return the mean absolute relative revision: sum |latest - preliminary| / sum |latest| (ESS A6).

    Raises ``MeasureError`` for unequal or no figures, or latest figures that are all 0.
    """
    if len(preliminary) != len(latest) or not latest:
        raise MeasureError("Give each figure as first published and as it stands now.")
    total = sum(abs(value) for value in latest)
    if not (total > 0 and all(math.isfinite(v) for v in (*preliminary, *latest))):
        raise MeasureError("The figures must be known, and the latest not all 0.")
    return sum(abs(a - b) for a, b in zip(latest, preliminary, strict=True)) / total


def linkage_f1(precision: float, recall: float) -> float:
    """Return the harmonic mean of precision and recall of a linkage; 0 where both are 0."""
    _share(precision)
    _share(recall)
    return 0.0 if precision + recall == 0 else 2 * precision * recall / (precision + recall)


@dataclass(frozen=True)
class TotalError:
    """Difference from a trusted figure (``bias``, signed), its ``z``, the root mean square error, and the random
    sample with the same error (``n_eff``; infinite where there is no error at all)."""

    bias: float
    z: float
    rmse: float
    n_eff: float


def total_error(
    estimate: float, trusted: float, se: float, *, se_trusted: float = 0.0, sigma: float | None = None
) -> TotalError:
    """Compare an estimate with a trusted figure.

    Args:
        estimate, trusted: in the same unit; se, se_trusted: their standard errors.
        sigma: standard deviation of the variable; left out, both are proportions and it follows from the trusted one.

    Raises:
        MeasureError: unknown figures, standard errors below 0, or a proportion outside 0 to 1.

    Source: Bradley et al. 2021; Meng 2018.
    """
    if not all(math.isfinite(v) for v in (estimate, trusted, se, se_trusted)) or min(se, se_trusted) < 0:
        raise MeasureError("Both figures and their standard errors must be known, and no standard error below 0.")
    if sigma is None:
        _share(estimate)
        _share(trusted)
        sigma = math.sqrt(trusted * (1 - trusted))
    bias, spread = estimate - trusted, math.hypot(se, se_trusted)
    z = bias / spread if spread > 0 else math.copysign(math.inf, bias) if bias else 0.0
    squared = se**2 + bias**2
    return TotalError(bias, z, math.sqrt(squared), sigma**2 / squared if squared > 0 else math.inf)


def _counts(*values: float) -> None:
    if not all(math.isfinite(v) and v >= 0 for v in values):
        raise MeasureError("Counts must be known and not below 0.")


def _share(value: float) -> None:
    if not 0 <= value <= 1:
        raise MeasureError("A share lies between 0 and 1.")
