"""Maps of a count by area: as a rate, a ratio of shares or a number, in each of the kinds that docs/maps.md explains."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from shared.errors import DataError, ProtectionError, nearest
from shared.maps.boundaries import Boundaries
from shared.maps.breaks import METHODS, classed
from shared.maps.choropleth import choropleth
from shared.maps.classes import Classes, around_one, diverging, sequential
from shared.maps.declared import declared_boundaries
from shared.maps.hexagons import hexagons
from shared.maps.multiples import small_multiples
from shared.maps.strip import strip
from shared.maps.symbols import symbols
from shared.maps.words import described, described_dots, in_short
from shared.protect import SafeTable
from shared.report.blocks import Section, literal
from shared.report.figure import Figure
from shared.report.sections.mapped_figures import Kind, Wanted, figures_of, parts_of, together

if TYPE_CHECKING:
    from shared.report.study import Study

KINDS: tuple[Kind, ...] = ("choropleth", "symbols", "hexagons", "strip")
FIGURES = ("rate", "ratio", "count")


def mapped(study: Study, sources: Mapping[str, str], wanted: Wanted) -> Section:
    """Draw one map, or small maps of several sources or of the groups of a column; see ``Study.map``."""
    _check(sources, wanted)
    codes = _codes(study, wanted) if wanted.reference else None
    borders = None if wanted.kind == "strip" else _borders(study, wanted, codes)
    parts = parts_of(study, sources, wanted)
    tables = {name: figures_of(study, source, name, chosen, wanted, borders) for name, source, chosen in parts}
    line = study.source_line(*dict.fromkeys(sources.values()), *([wanted.reference] if wanted.reference else []))
    table = together(tables, wanted, borders, line, (study.settings.policy.base or 0) / 2)
    chart = _chart(table, wanted, borders, list(tables))
    return Section([Figure(chart, table, literal(wanted.title), wanted.heading, _note(wanted, borders))])


def _check(sources: Mapping[str, str], wanted: Wanted) -> None:
    if wanted.kind not in KINDS:
        hint = nearest(wanted.kind, KINDS) or f"There are: {', '.join(KINDS)}."
        raise DataError(f'There is no map of kind "{wanted.kind}".', hint=hint)
    if wanted.figure not in FIGURES:
        raise DataError(f'A map cannot show "{wanted.figure}".', hint=f"There are: {', '.join(FIGURES)}.")
    if wanted.figure != "count" and not (wanted.reference and wanted.reference_count):
        raise DataError("A rate or a ratio needs reference and reference_count: the people of each area.")
    if wanted.figure == "count" and wanted.kind == "choropleth":
        raise DataError(
            "A fill for a count makes large areas look like large numbers.",
            hint='Use kind="symbols" or kind="hexagons" for counts, or figure="rate".',
        )
    if wanted.kind in ("symbols", "strip") and (len(sources) > 1 or wanted.across):
        raise DataError("Small maps are choropleths or hexagons.", hint='Use kind="choropleth".')


def _codes(study: Study, wanted: Wanted) -> tuple[str, ...]:
    frame, column = study.frame(wanted.reference), wanted.reference_by or wanted.by
    if column not in frame.columns:
        hint = nearest(column, [str(c) for c in frame.columns]) or "Name the column of area codes as reference_by."
        raise ProtectionError(f'Source "{wanted.reference}" has no column "{column}".', hint=hint)
    return tuple(str(code) for code in frame[column].dropna().unique())


def _borders(study: Study, wanted: Wanted, codes: tuple[str, ...] | None) -> Boundaries:
    area = study.case.area
    name = wanted.boundaries or (area.boundaries if area is not None else None) or ""
    declared = [key for key, source in study.case.sources.items() if source.kind == "boundaries"]
    if name not in declared:
        hint = nearest(name, declared) or "Declare a source of kind boundaries in case.yaml, or ask for kind strip."
        raise DataError(f'There are no boundaries "{name}" for a map.', hint=hint)
    return declared_boundaries(study.project, name, study.case.sources[name], only=codes)


def _chart(table: SafeTable, wanted: Wanted, borders: Boundaries | None, maps: list[str]) -> Any:
    """Return the drawing, with what it shows in words."""
    value = "count" if wanted.figure == "count" else "figure"
    if borders is None:
        marked = 1.0 if wanted.figure == "ratio" else None
        words = described_dots(table, value=value, what=_small(wanted.heading))
        return strip(table, description=words, area="name", value=value, axis_title=wanted.heading, marked=marked)
    drawn = hexagons(borders) if wanted.kind == "hexagons" else borders
    inset = _inset(borders, wanted)
    inset_name = ", ".join(wanted.inset)
    if len(maps) > 1:
        said = [f"{name}: {in_short(table.where('group', [name]), borders, value=value)}" for name in maps]
        classes, rule = _classes(table, value, wanted)
        begun = f"{len(maps)} small maps of {len(borders.names):,} areas by {_small(wanted.heading)}."
        return small_multiples(
            table, drawn, description=f"{begun} {' '.join(said)}", value=value, classes=classes,
            by="group", order=maps, rule=rule,
        )  # fmt: skip
    words = described(table, borders, value=value, what=_small(wanted.heading))
    if wanted.kind == "symbols":
        return symbols(table, borders, description=words, value=value, inset=inset, inset_name=inset_name)
    classes, rule = _classes(table, value, wanted)
    interval = ("low", "high") if wanted.uncertainty and wanted.figure == "rate" else None
    lettered = wanted.kind == "hexagons"
    around = {name: [c for c in inset if c.startswith(prefix)] for name, prefix in wanted.inset.items()}
    return choropleth(
        table, drawn, description=words, value=value, classes=classes, interval=interval, rule=rule, letters=lettered,
        inset=[] if lettered else inset, inset_name=inset_name, around=around if lettered else {},
    )  # fmt: skip


def _inset(borders: Boundaries, wanted: Wanted) -> list[str]:
    """Return the codes to be enlarged: those that begin as the inset asks."""
    found = [c for c in borders.names if c.startswith(tuple(wanted.inset.values()))] if wanted.inset else []
    if wanted.inset and not found:
        raise DataError(f"No area of the map has a code that begins with {', '.join(wanted.inset.values())}.")
    return found


def _small(words: str) -> str:
    return words[:1].lower() + words[1:]


def _classes(table: SafeTable, value: str, wanted: Wanted) -> tuple[Classes, str]:
    if not isinstance(wanted.classes, str):
        made = diverging if wanted.figure == "ratio" else sequential
        return made(list(wanted.classes)), METHODS["fixed"]
    if wanted.figure == "ratio":
        return around_one(), "1 means the same share in the source as in the population."
    return classed(table, value, wanted.classes, wanted.k), METHODS[wanted.classes]


def _note(wanted: Wanted, borders: Boundaries | None) -> str:
    said = []
    if wanted.figure == "rate" and wanted.uncertainty:
        said.append(
            "The 95% interval says how far chance alone, and rounding, would move a count of this size (exact Poisson)."
        )
    if wanted.kind == "hexagons":
        said.append("Each hexagon is one area, as near to its place as the others allow; neighbours may be parted.")
    if borders is not None and borders.attribution:
        said.append(f"Borders: {borders.attribution}.")
    return " ".join(said)
