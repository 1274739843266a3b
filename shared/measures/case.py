"""One measurement for each computed entry of the register."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from shared.cases.model import CaseStudy
from shared.errors import CasebookError
from shared.framework.register import load_register
from shared.measures.foresight import foresee
from shared.measures.indicators import (
    collection,
    comparability,
    coverage,
    dates,
    documentation,
    exposure,
    inclusion_rates,
    integrity,
    precision,
    relationship,
    relevance,
    rigour,
    selection,
    signs,
)
from shared.measures.indicators.context import Context
from shared.measures.measurement import Measurement, State
from shared.sources.prepare import Prepared

_ROOMS = (
    relationship, documentation, integrity, signs, coverage, inclusion_rates, selection, collection, rigour, relevance,
    precision, dates, comparability, exposure,
)  # fmt: skip
METHODS: dict[str, Callable[[Context], Measurement]] = {
    name: method for room in _ROOMS for name, method in room.INDICATORS.items()
}
"""Indicator -> the function that measures it."""

_QUANTITATIVE = ("DAT", "REP", "ACC", "COH")
"""Dimensions that a source of words alone need not have (framework, section 4)."""


def measure_case(
    case: CaseStudy, prepared: Prepared, *, as_of: date, draws: int = 1000, seed: int = 1
) -> tuple[Measurement, ...]:
    """Measure every computed indicator of the register, in its order.

    Args:
        case: the definition; prepared: its data, records without consent already taken out.
        as_of: the day of the intended use (age of the data).
        draws: resamples of each bootstrap interval (at least 100 are made); seed: of all of them.

    Returns one measurement an entry. Where an input is missing: *not known* with the question to ask; where the
    indicator does not fit the source: *not applicable* with the reason; where a method fails: *error* with a reason
    that shows no value of the data. One indicator's failure never stops the others.
    """
    context = Context(case, prepared, as_of=as_of, draws=draws, seed=seed)
    foresee(context, _all)
    return _all(context)


def _all(context: Context) -> tuple[Measurement, ...]:
    return tuple(measure_one(context, entry.id) for entry in load_register().computed())


def measure_one(context: Context, indicator: str) -> Measurement:
    """Measure one indicator; never raises for what the data or the definition hold."""
    content = context.case.features.content
    dimension = indicator.split("-")[0]
    if dimension == "QUA" and content == "quantitative":
        return Measurement.not_applicable(indicator, "The source has no qualitative content.")
    try:
        found = METHODS[indicator](context)
    except CasebookError as error:
        # these messages are written to carry no value of the data
        return Measurement(indicator, State.ERROR, reason=str(error))
    except Exception as error:  # noqa: BLE001 - a fault in one method must not take the other 59 results with it
        return Measurement(indicator, State.ERROR, reason=f"The calculation failed ({type(error).__name__}).")
    if content == "qualitative" and dimension in _QUANTITATIVE and found.state is State.NOT_KNOWN:
        return Measurement.not_applicable(indicator, "The source is qualitative and has nothing to count this from.")
    return replace(found, indicator=indicator)
