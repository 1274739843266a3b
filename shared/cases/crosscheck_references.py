"""The checks declared for reference sources: every column and source they name must exist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from shared.cases.crosscheck_sources import unknown_column
from shared.cases.document import Place
from shared.cases.findings import Finding
from shared.cases.model import Source
from shared.cases.placing import Area
from shared.cases.reference_rules import AddsUp, ReferenceRules
from shared.errors import nearest


def reference_findings(sources: Mapping[str, Source], area: Area | None) -> Iterator[Finding]:
    """Yield a finding for every column, source or list of areas that a check names and that is not there."""
    for name, source in sources.items():
        if source.checks is not None:
            yield from _rules(("sources", name, "checks"), name, source, source.checks, sources, area)


def _rules(
    at: Place, name: str, source: Source, rules: ReferenceRules, sources: Mapping[str, Source], area: Area | None
) -> Iterator[Finding]:
    for index, column in enumerate(rules.unique):
        yield from unknown_column((*at, "unique", index), column, source)
    for index, column in enumerate(rules.not_negative):
        yield from unknown_column((*at, "not_negative", index), column, source)
    for index, rule in enumerate(rules.adds_up):
        for field, column in _columns_of(rule):
            yield from unknown_column((*at, "adds_up", index, field), column, source)
    for index, total in enumerate(rules.total):
        yield from unknown_column((*at, "total", index, "column"), total.column, source)
        for condition in total.where:
            yield from unknown_column((*at, "total", index, "where"), condition.column, source)
    for index, base in enumerate(rules.same_base):
        for field, column in (("column", base.column), ("by", base.by)):
            yield from unknown_column((*at, "same_base", index, field), column, source)
        other = sources.get(base.like)
        if other is None:
            hint = nearest(base.like, sources) or f"Declared: {', '.join(sources)}."
            yield Finding((*at, "same_base", index, "like"), f'There is no source "{base.like}".', hint)
            continue
        for field, column in (("like_column", base.like_column), ("like_by", base.like_by)):
            yield from unknown_column((*at, "same_base", index, field), column, other)
    if rules.complete is True:
        if area is None or area.reference != name or area.system in ("none", "iso-country"):
            yield Finding(
                (*at, "complete"), "It does not say which areas the source should hold.",
                "Give column, system and vintage; true is for the reference of the block area.",
            )  # fmt: skip
    elif rules.complete is not None:
        yield from unknown_column((*at, "complete", "column"), rules.complete.column, source)


def _columns_of(rule: AddsUp) -> Iterator[tuple[str, str]]:
    if rule.category is not None and rule.count is not None:
        yield from (("category", rule.category), ("count", rule.count))
    else:
        yield ("total", rule.total)
        yield from (("parts", part) for part in rule.parts)
    yield from (("by", column) for column in rule.by)
