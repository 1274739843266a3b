"""Days, intervals and ages between the dates of a source."""

from __future__ import annotations

from datetime import date

from shared.errors import MeasureError

DAYS_PER_YEAR = 365.25


def days_after(end: date, available: date) -> int:
    """Return the days from the end of the reference period to a release (ESS TP1, TP2); below 0 when earlier."""
    return (available - end).days


def days_late(planned: date, actual: date) -> int:
    """Return the days late against the announced date (ESS TP3); early counts as 0."""
    return max(0, (actual - planned).days)


def frequency_met(needed_interval: float, actual_interval: float) -> float:
    """Return how far the frequency meets the need: needed interval / actual interval, at most 1.

    Raises ``MeasureError`` for an interval not above 0.
    """
    if not (needed_interval > 0 and actual_interval > 0):
        raise MeasureError("An interval must be above 0.")
    return min(1.0, needed_interval / actual_interval)


def age_at_use(end: date, used: date, tolerated_years: float) -> float:
    """Return the age of the data at use over the age that is tolerated; 0 for use within the reference period.

    Raises ``MeasureError`` for a tolerated age not above 0.
    """
    if not tolerated_years > 0:
        raise MeasureError("The tolerated age must be above 0.")
    return max(0.0, (used - end).days / DAYS_PER_YEAR) / tolerated_years
