"""Names in one part of a definition that must exist in another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from shared.cases.columns import Condition
from shared.cases.crosscheck_declared import declared_columns, declared_sources
from shared.cases.crosscheck_references import reference_findings
from shared.cases.crosscheck_sources import (
    beside,
    groups_of,
    repeated,
    shared_out,
    source_findings,
    unknown_column,
    values_allowed,
)  # fmt: skip
from shared.cases.crosscheck_tables import same_columns, table_findings
from shared.cases.crosscheck_words import choice_findings, date_findings, metadata_findings
from shared.cases.document import Place
from shared.cases.findings import Finding, is_todo
from shared.cases.model import CaseStudy, Margin, Quantity, Source
from shared.cases.project import Project
from shared.errors import nearest


def cross_findings(case: CaseStudy, *, raw: dict[str, Any], project: Project, slug: str) -> list[Finding]:
    """Return everything that does not fit together in a definition.

    ``case`` may be incomplete (parts that are unsound in themselves are absent); ``raw`` is the file's data, so
    that a name which points at an unsound part is not reported a second time.
    """
    return list(_Check(case, raw, project, slug).findings())


class _Check:
    def __init__(self, case: CaseStudy, raw: dict[str, Any], project: Project, slug: str) -> None:
        self.case, self.raw, self.project, self.slug = case, raw, project, slug
        self.sources: dict[str, Source] = getattr(case, "sources", None) or {}
        declared = raw.get("sources")
        self.declared = list(declared) if isinstance(declared, dict) else []

    def part(self, name: str) -> Any:
        return getattr(self.case, name, None)

    def entries(self, name: str) -> list[tuple[int, Any]]:
        """Return the sound entries of a list, each with its number in the file."""
        return [(index, entry) for index, entry in enumerate(self.part(name) or ()) if entry is not None]

    def findings(self) -> Iterator[Finding]:
        if isinstance(self.part("slug"), str) and self.case.slug != self.slug and not is_todo(self.case.slug):
            yield Finding(
                ("slug",), f'The slug is "{self.case.slug}", the folder "{self.slug}".', "Make them the same."
            )
        for name, source in self.sources.items():
            yield from source_findings(name, source, project=self.project, slug=self.slug)
            yield from table_findings(name, source)
            if source.part_of is not None:
                yield from self.source(("sources", name, "part_of"), source.part_of, ("table",))
            for index, other in enumerate(source.followed_by):
                here: Place = ("sources", name, "followed_by", index)
                yield from self.source(here, other, ("table", "reference"))
                if other in self.sources:
                    yield from same_columns(here, source, self.sources[other])
        yield from reference_findings(self.sources, self.part("area"))
        yield from self.consent()
        yield from self.area()
        for name in ("margins", "estimates", "totals"):
            for twice in repeated(entry.id for _, entry in self.entries(name)):
                yield Finding((name,), f'The id "{twice}" is given twice.', "Give each its own id.")
        for index, margin in self.entries("margins"):
            yield from self.margin(("margins", index), margin)
        for index, estimate in self.entries("estimates"):
            at = ("estimates", index)
            yield from self.own(at, estimate.source, columns={"column": estimate.column}, count=estimate.count)
            if estimate.source in self.sources:
                held = Condition(column=estimate.column, is_in=estimate.is_in)
                yield from values_allowed((*at, "is_in"), held, self.sources[estimate.source])
        for index, total in self.entries("totals"):
            for side in ("source", "reference"):
                yield from self.quantity(("totals", index, side), getattr(total, side))
        for place, name in declared_sources(self.case):
            yield from self.source(place, name, ("records", "table", "reference"))
        yield from declared_columns(self.case, self.sources)
        yield from self.disclosure()
        yield from metadata_findings(self.part("metadata") or {})
        yield from choice_findings(self.case)
        yield from date_findings(self.part("dates"), self.sources)

    def source(self, place: Place, name: str, kinds: tuple[str, ...]) -> Iterator[Finding]:
        """Yield a finding when ``name`` is no declared source, or one of another kind than wanted."""
        if name not in self.declared:
            fitting = [n for n, s in self.sources.items() if s.kind in kinds] or self.declared
            hint = nearest(name, self.declared) or (
                f"Declared: {', '.join(fitting)}." if fitting else "None is declared."
            )
            yield Finding(place, f'There is no source "{name}".', hint)
        elif name in self.sources and self.sources[name].kind not in kinds:
            wanted = " or ".join(kinds)
            yield Finding(
                place, f'The source "{name}" is of kind {self.sources[name].kind}.', f"One of kind {wanted} is needed."
            )

    def own(self, at: Place, name: str, *, columns: dict[str, str | None], count: str | None) -> Iterator[Finding]:
        """Check a reference to the organisation's own data: records, or a table with a column of counts."""
        yield from self.source((*at, "source"), name, ("records", "table"))
        source = self.sources.get(name)
        if source is None:
            return
        for field, column in {**columns, "count": count}.items():
            yield from unknown_column((*at, field), column, source)
        if source.kind == "table" and count is None:
            yield Finding(at, 'A table needs "count": the column that holds the numbers.')

    def consent(self) -> Iterator[Finding]:
        consent = self.part("consent")
        if consent is None:
            return
        yield from self.source(("consent", "source"), consent.source, ("records",))
        if consent.source in self.sources:
            source = self.sources[consent.source]
            yield from unknown_column(("consent", "column"), consent.column, source, derived=False)
            held = Condition(column=consent.column, is_in=consent.granted)
            yield from values_allowed(("consent", "granted"), held, source)

    def area(self) -> Iterator[Finding]:
        area = self.part("area")
        if area is None:
            return
        columns = {"column": area.column, "names": area.names}
        yield from self.own(("area",), area.source, columns=columns, count=area.count)
        yield from beside(self.project, self.slug, ("area", "confirmed"), area.confirmed)
        if area.source in self.sources:
            yield from shared_out(("area", "splits"), area.splits, self.sources[area.source])
        if area.boundaries is not None:
            yield from self.source(("area", "boundaries"), area.boundaries, ("boundaries",))
        if area.reference is None:
            for field in ("reference_code", "reference_name", "reference_count"):
                if getattr(area, field) is not None:
                    yield Finding(("area", field), f'"{field}" needs "reference": the source it is a column of.')
            return
        yield from self.source(("area", "reference"), area.reference, ("reference",))
        if area.reference_code is None:
            yield Finding(("area",), '"reference" needs "reference_code": its column of area codes.')
        if area.reference in self.sources:
            for field in ("reference_code", "reference_name", "reference_count"):
                yield from unknown_column(("area", field), getattr(area, field), self.sources[area.reference])

    def margin(self, at: Place, margin: Margin) -> Iterator[Finding]:
        yield from self.own(at, margin.source, columns={"column": margin.column}, count=margin.count)
        yield from self.source((*at, "reference"), margin.reference, ("reference",))
        groups = groups_of(self.sources[margin.source], margin.column) if margin.source in self.sources else None
        if margin.reference in self.sources:
            reference = self.sources[margin.reference]
            yield from unknown_column((*at, "reference_by"), margin.reference_by, reference)
            yield from unknown_column((*at, "reference_count"), margin.reference_count, reference)
            for group, columns in (margin.reference_columns or {}).items():
                for column in (columns,) if isinstance(columns, str) else columns:
                    yield from unknown_column((*at, "reference_columns", group), column, reference)
        for group in margin.reference_columns or {}:
            if groups is not None and group not in groups:
                yield Finding((*at, "reference_columns", group), f'"{margin.column}" has no group "{group}".',
                              nearest(group, groups) or f"Groups: {', '.join(groups)}.")  # fmt: skip
        known = list(margin.reference_columns) if margin.reference_columns else groups
        for index, group in enumerate(margin.required_groups):
            if known is not None and group not in known:
                yield Finding(
                    (*at, "required_groups", index),
                    f'There is no group "{group}" in this margin.',
                    nearest(group, known),
                )

    def quantity(self, at: Place, quantity: Quantity) -> Iterator[Finding]:
        yield from self.source((*at, "source"), quantity.source, ("records", "table", "reference"))
        source = self.sources.get(quantity.source)
        if source is None:
            return
        yield from unknown_column((*at, "column"), quantity.column, source)
        for index, condition in enumerate(quantity.where):
            yield from unknown_column((*at, "where", index, "column"), condition.column, source)
            yield from values_allowed((*at, "where", index, "is_in"), condition, source)

    def disclosure(self) -> Iterator[Finding]:
        disclosure = self.part("disclosure")
        for name, columns in disclosure.publish.items() if disclosure else ():
            at = ("disclosure", "publish", name)
            yield from self.source(at, name, ("records", "table", "reference"))
            source = self.sources.get(name)
            if source is None:
                continue
            for index, column in enumerate(columns):
                yield from unknown_column((*at, index), column, source)
                role = source.columns[column].role if column in source.columns else ""
                if role in ("identifier", "free text"):
                    yield Finding(
                        (*at, index), f'"{column}" is a column of role {role} and can never be published.', "Remove it."
                    )
        for index, name in enumerate(disclosure.adding_up if disclosure else ()):
            yield from self.source(("disclosure", "adding_up", index), name, ("records", "table"))
        for name, column in disclosure.record_key.items() if disclosure else ():
            yield from self.source(("disclosure", "record_key", name), name, ("records",))
            if name in self.sources:
                yield from unknown_column(("disclosure", "record_key", name), column, self.sources[name])
        for name in disclosure.not_personal if disclosure else ():
            yield from self.source(("disclosure", "not_personal", name), name, ("records",))
