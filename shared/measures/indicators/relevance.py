"""REL: required cells supplied, new cells, SDG indicators."""

from __future__ import annotations

from collections.abc import Callable

from shared.measures.indicators.context import Context, number_of_things, proportion
from shared.measures.measurement import Measurement, Part


def rel_2(context: Context) -> Measurement:
    """Share of the required table cells that the source can supply."""
    facts = context.case.facts
    if facts.required_cells is None or facts.supplied_cells is None:
        return Measurement.not_known("REL-2")
    return proportion("REL-2", facts.supplied_cells, facts.required_cells, counted="cells", deff=None)


def rel_3(context: Context) -> Measurement:
    """Share of the cells that official statistics lack which the source can publish safely."""
    facts = context.case.facts
    if facts.missing_official_cells == 0:
        return Measurement.not_applicable("REL-3", "Official statistics lack none of the cells required.")
    if facts.missing_official_cells is None or facts.new_publishable_cells is None:
        return Measurement.not_known("REL-3")
    return proportion("REL-3", facts.new_publishable_cells, facts.missing_official_cells, counted="cells", deff=None)


def rel_5(context: Context) -> Measurement:
    """The SDG indicators that the source can inform; shown, not scored."""
    named = context.case.features.sdg
    parts = tuple(
        Part(entry.indicator, None, note=f"{entry.role}, tier {entry.tier}", key=entry.indicator) for entry in named
    )
    text = ", ".join(entry.indicator for entry in named) or "none named"
    return number_of_things("REL-5", len(named), counted="indicators", parts=parts, text=text)


INDICATORS: dict[str, Callable[[Context], Measurement]] = {"REL-2": rel_2, "REL-3": rel_3, "REL-5": rel_5}
