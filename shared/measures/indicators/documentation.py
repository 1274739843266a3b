"""DOC: metadata provided, figures reproduced."""

from __future__ import annotations

from collections.abc import Callable

from shared.cases.vocabulary import METADATA_ELEMENTS
from shared.measures.indicators.context import Context, proportion
from shared.measures.measurement import Measurement, Part, State

NOT_APPLICABLE = "not applicable"


def doc_1(context: Context) -> Measurement:
    """Share of the 26 metadata elements that are provided.

    An element nobody could find out about counts as not provided; the upper bound shows what it would be otherwise.
    """
    states = {element: element_state(context.case.metadata.get(element)) for element in METADATA_ELEMENTS}
    unknown = [element for element, state in states.items() if state == "not known"]
    if len(unknown) == len(METADATA_ELEMENTS):
        return Measurement.not_known("DOC-1")
    provided = sum(state == "provided" for state in states.values())
    applicable = sum(state != NOT_APPLICABLE for state in states.values())
    if applicable == 0:
        return Measurement.not_applicable("DOC-1", "None of the metadata elements applies to this source.")
    parts = tuple(
        Part(element, {"provided": 1.0, "not provided": 0.0}.get(state), note=state, key=element)
        for element, state in states.items()
    )
    return Measurement(
        "DOC-1",
        State.MEASURED,
        value=provided / applicable,
        low=provided / applicable if unknown else None,
        high=(provided + len(unknown)) / applicable if unknown else None,
        numerator=provided,
        denominator=applicable,
        counted="elements",
        method="bounds: elements not yet known taken as missing and as provided" if unknown else "",
        parts=parts,
        question=f"Can the organisation provide: {', '.join(unknown)}?" if unknown else "",
    )


def element_state(value: str | bool | None) -> str:
    """Return ``provided``, ``not provided``, ``not applicable`` or ``not known`` for one element of case.yaml."""
    if value is None:
        return "not known"
    if isinstance(value, bool):
        return "provided" if value else "not provided"
    return NOT_APPLICABLE if value.strip().lower().startswith(NOT_APPLICABLE) else "provided"


def doc_4(context: Context) -> Measurement:
    """Share of published estimates that the office recomputed."""
    declared = context.case.reproduced
    if declared is None:
        return Measurement.not_known("DOC-4")
    return proportion("DOC-4", declared.reproduced, declared.tested, counted="estimates", deff=None)


INDICATORS: dict[str, Callable[[Context], Measurement]] = {"DOC-1": doc_1, "DOC-4": doc_4}
