"""TIM: lags, punctuality, frequency, age at use."""

from __future__ import annotations

from collections.abc import Callable

from shared.measures.indicators.context import Context, number_of_things
from shared.measures.measurement import Measurement
from shared.measures.timeliness import age_at_use, days_after, days_late, frequency_met


def tim_1(context: Context) -> Measurement:
    """Days from the end of the reference period to the first release."""
    dates = context.case.dates
    if dates.first_release is None:
        return Measurement.not_known("TIM-1")
    return number_of_things("TIM-1", days_after(dates.reference_end, dates.first_release), counted="days")


def tim_2(context: Context) -> Measurement:
    """Days from the end of the reference period to the final figures."""
    dates = context.case.dates
    if dates.final_release is None:
        return Measurement.not_known("TIM-2")
    return number_of_things("TIM-2", days_after(dates.reference_end, dates.final_release), counted="days")


def tim_3(context: Context) -> Measurement:
    """Days late against the announced date."""
    dates = context.case.dates
    if dates.planned_release is None or dates.first_release is None:
        return Measurement.not_known("TIM-3")
    return number_of_things("TIM-3", days_late(dates.planned_release, dates.first_release), counted="days")


def tim_4(context: Context) -> Measurement:
    """How often, compared with how often needed."""
    dates = context.case.dates
    needed, actual = dates.needed_interval_months, dates.actual_interval_months
    if needed is None or actual is None:
        return Measurement.not_known("TIM-4")
    return number_of_things(
        "TIM-4", frequency_met(needed, actual), counted="months",
        note=f"Needed every {needed:g} months, comes every {actual:g}.",
    )  # fmt: skip


def tim_5(context: Context) -> Measurement:
    """Age of the data on the day of the assessment, over the age that is tolerated."""
    dates = context.case.dates
    if dates.tolerated_age_years is None:
        return Measurement.not_known("TIM-5")
    value = age_at_use(dates.reference_end, context.as_of, dates.tolerated_age_years)
    note = f"Used on {context.as_of.isoformat()}; {dates.tolerated_age_years:g} years are tolerated."
    return number_of_things("TIM-5", value, counted="years", note=note)


INDICATORS: dict[str, Callable[[Context], Measurement]] = {
    "TIM-1": tim_1, "TIM-2": tim_2, "TIM-3": tim_3, "TIM-4": tim_4, "TIM-5": tim_5,
}  # fmt: skip
