"""Metadata, the assessor's own goalposts, floors and weights, and dates: words that must mean something together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from shared.cases.findings import Finding
from shared.cases.model import CaseStudy, Dates, Source
from shared.cases.vocabulary import METADATA_ELEMENTS
from shared.errors import nearest
from shared.framework.register import load_register

_NOTHING = ("", "no", "none", "not provided", "not known", "unknown", "n/a")


def metadata_findings(metadata: Mapping[str, str | bool | None]) -> Iterator[Finding]:
    """Yield elements that the framework does not have, and texts that would count as provided and say nothing."""
    for name, value in metadata.items():
        if name not in METADATA_ELEMENTS:
            hint = nearest(name, METADATA_ELEMENTS) or f"The elements are: {', '.join(METADATA_ELEMENTS)}."
            yield Finding(("metadata", name), f'"{name}" is not one of the 26 metadata elements.', hint)
        if isinstance(value, str) and value.strip().lower() in _NOTHING:
            hint = 'Write false (not provided), null (not known) or "not applicable: why".'
            yield Finding(("metadata", name), f'"{value}" would count as provided.', hint)


def choice_findings(case: CaseStudy) -> Iterator[Finding]:
    """Yield overrides that name nothing in the register, or move goalposts that do not exist."""
    register = load_register()
    indicators = {entry.id: entry for entry in register.indicators}
    dimensions = [entry.id for entry in register.dimensions]
    for name, override in (getattr(case, "overrides", None) or {}).items():
        if name not in indicators:
            yield Finding(("overrides", name), f'There is no indicator "{name}".', nearest(name, indicators))
        elif indicators[name].kind == "judged":
            problem = f"{name} is judged: it has anchors and no goalposts."
            yield Finding(("overrides", name), problem, "Remove the override.")
        if override.lo == override.hi:
            yield Finding(("overrides", name), "The two goalposts are the same.", '"lo" scores 0, "hi" scores 100.')
    for name in getattr(case, "weight_overrides", None) or {}:
        if name not in indicators:
            yield Finding(("weight_overrides", name), f'There is no indicator "{name}".', nearest(name, indicators))
    for index, floor in enumerate(getattr(case, "floor_overrides", None) or ()):
        if floor is not None and floor.dimension not in dimensions:
            hint = nearest(floor.dimension, dimensions) or f"There are: {', '.join(dimensions)}."
            problem = f'There is no dimension "{floor.dimension}".'
            yield Finding(("floor_overrides", index, "dimension"), problem, hint)


def date_findings(dates: Dates | None, sources: Mapping[str, Source]) -> Iterator[Finding]:
    """Yield dates that lie after the day of the assessment and cannot."""
    if dates is None:
        return
    for field in ("reference_end", "collection_end", "first_release", "final_release"):
        value = getattr(dates, field)
        if value is not None and value > dates.assessed_on:
            to_come = "release" in field
            hint = 'A release still to come is "planned_release".' if to_come else "Correct one of the two."
            yield Finding(("dates", field), f'"{field}" is after "assessed_on".', hint)
    for name, source in sources.items():
        if source.as_at is not None and source.as_at > dates.assessed_on:
            yield Finding(("sources", name, "as_at"), '"as_at" is after "assessed_on".', "Correct one of the two.")
