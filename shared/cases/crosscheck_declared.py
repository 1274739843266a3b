"""Names in the optional declarations (response cells, scorers, interviewers and so on) that must exist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from shared.cases.columns import Condition
from shared.cases.crosscheck_sources import unknown_column, values_allowed
from shared.cases.document import Place
from shared.cases.findings import Finding
from shared.cases.model import CaseStudy, Source

_COLUMNS = {
    "response_cells": ("by", "responded", "invited"),
    "contributors": ("column", "community"),
    "repeat_pairs": ("first", "second"),
    "scorers": ("columns",),
    "interviewer": ("column", "outcome"),
    "coders": ("columns", "code"),
    "quotations": ("column", "said_by", "mask_columns"),
    "domain_pairs": ("by", "count", "column"),
}
"""Declaration -> its fields that name columns of its ``source``."""

_ANSWERS = {"contributors": "community", "interviewer": "outcome", "domain_pairs": "column"}
"""Declaration -> the field naming the column that ``is_in`` speaks of."""


def declared_columns(case: CaseStudy, sources: Mapping[str, Source]) -> Iterator[Finding]:
    """Yield a finding for every column that an optional declaration names and its source does not have."""
    for name, fields in _COLUMNS.items():
        block = getattr(case, name, None)
        source = sources.get(getattr(block, "source", None) or "")
        if block is None or source is None:
            continue
        for field in fields:
            yield from _columns((name, field), getattr(block, field), source)
        if name in _ANSWERS and block.is_in:
            column = getattr(block, _ANSWERS[name])
            if column is not None:
                yield from values_allowed((name, "is_in"), Condition(column=column, is_in=block.is_in), source)
    yield from _quotations(case, sources)
    pairs = getattr(case, "domain_pairs", None)
    if pairs is not None and pairs.reference in sources:
        for field in ("reference_by", "reference_value"):
            yield from _columns(("domain_pairs", field), getattr(pairs, field), sources[pairs.reference])


def _quotations(case: CaseStudy, sources: Mapping[str, Source]) -> Iterator[Finding]:
    """Yield findings for quotations of what is no free text, or is marked by a column that is not there."""
    block = getattr(case, "quotations", None)
    source = sources.get(getattr(block, "source", None) or "")
    if block is None or source is None:
        return
    column = source.columns.get(block.column)
    if column is not None and column.role != "free text":
        hint = 'Quoted is what people said in their own words: a column of role "free text".'
        yield Finding(("quotations", "column"), f'The column "{block.column}" is no free text.', hint)
    place = ("quotations", "publishable")
    yield from unknown_column((*place, "column"), block.publishable.column, source)
    yield from values_allowed((*place, "is_in"), block.publishable, source)


def declared_sources(case: CaseStudy) -> Iterator[tuple[Place, str]]:
    """Yield the place and name of every source that an optional declaration names."""
    for name in _COLUMNS:
        block = getattr(case, name, None)
        for field in ("source", "reference"):
            value = getattr(block, field, None)
            if isinstance(value, str):
                yield (name, field), value


def _columns(place: Place, value: Any, source: Source) -> Iterator[Finding]:
    if isinstance(value, (tuple, dict)):
        for index, column in enumerate(value):
            yield from unknown_column((*place, column if isinstance(value, dict) else index), column, source)
    else:
        yield from unknown_column(place, value, source)
