"""Counts of one set of areas for another that does not nest in it: what is certain, and what is a guess."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from shared.errors import DataError, ParameterError, nearest
from shared.maps.boundaries import read_boundaries
from shared.maps.declared import declared_areas
from shared.measures.areal import Moved, Pieces, against_known, moved, pieces
from shared.protect import Column, SafeTable, public_table, regroup
from shared.protect.table import HIDDEN, NOT_AVAILABLE, SHOWN
from shared.report.blocks import Prose, Section, literal
from shared.report.datatable import DataTable
from shared.report.words import percent
from shared.sources.large import counts_by
from shared.sources.locate import locate

if TYPE_CHECKING:
    import geopandas as gpd

    from shared.report.study import Study

ALIKE = ("boundaries", "reference", "by", "count")


def other_areas(
    study: Study, source: str, *, by: str, into: str, title: str, counted: str, boundaries: str = "",
    alike: Mapping[str, str] | None = None, people: str = "residents",
) -> Section:  # fmt: skip
    """Give a count for areas that its own do not nest in; see ``Study.other_areas``."""
    area = study.case.area
    start = boundaries or (area.boundaries if area is not None else None) or ""
    count = next((n for n, c in study.case.sources[source].columns.items() if c.role == "count"), None)
    old, new = _areas(study, start, None), _areas(study, into, None)
    rows = study.rows(source)
    given = set(counts_by(rows, [by])[by].dropna()) if by in rows.columns else set()
    shape_of = _shape_of(study, start)
    old = old[old["code"].isin({shape_of.get(code, code) for code in given})]
    if given and old.empty:
        hint = f"The boundaries have codes such as {', '.join(sorted(_areas(study, start, None)['code'])[:3])}."
        raise DataError(f'No value of "{by}" in {source} is an area of the boundaries "{start}".', hint=hint)
    # named, so that areas with small counts are hidden one by one and not put together
    ours = study.table(source, by, title=title, count=count, counted=counted, groups={by: tuple(sorted(given))})
    ours = regroup(ours, shape_of) if shape_of else ours
    by_area = pieces(old, new, source_code="code", target_code="code", by="area")
    cut, heads = (by_area, None) if alike is None else _by_people(study, old, new, alike, people)
    known = ours.frame[ours.frame["count"].notna()]
    counts = {str(c): float(n) for c, n in zip(known.iloc[:, 0], known["count"], strict=True) if c in set(old["code"])}
    made = moved(counts, cut)
    other = moved(counts, by_area).frame.set_index("code")["value"] if alike is not None else None
    table = _table(study, source, into, ours, cut, made, new, title, counted, other)
    words = _words(made, counts, cut, old, counted, heads, by_area)
    return Section([Prose(words), DataTable(table)])


def _areas(study: Study, name: str, only: list[str] | None) -> gpd.GeoDataFrame:
    declared = [key for key, source in study.case.sources.items() if source.kind == "boundaries"]
    if name not in declared:
        hint = nearest(name, declared) or f"There are: {', '.join(declared) or 'none'}."
        raise DataError(f'There are no boundaries "{name}".', hint=hint)
    return declared_areas(study.project, name, study.case.sources[name], only=only)


def _shape_of(study: Study, name: str) -> dict[str, str]:
    """Return the areas that share a shape of a shipped file, with the code of that shape."""
    source = study.case.sources[name]
    path = locate(study.project, name, source).path
    if path is None or source.columns or source.member is not None or source.format not in ("topojson", "geojson"):
        return {}
    return {part: shape for part, shape in read_boundaries(path).shape_of.items() if part != shape}


def _by_people(
    study: Study, old: gpd.GeoDataFrame, new: gpd.GeoDataFrame, alike: Mapping[str, str], people: str
) -> tuple[Pieces, Mapping[str, float]]:
    """Return pieces weighted by the people of smaller areas, and those people by the small areas' codes."""
    if set(alike) != set(ALIKE):
        raise ParameterError(f"alike names {', '.join(ALIKE)}: smaller areas, and how many people live in each.")
    frame = study.frame(alike["reference"])
    for column in (alike["by"], alike["count"]):
        if column not in frame.columns:
            hint = nearest(column, [str(c) for c in frame.columns])
            raise DataError(f'Source "{alike["reference"]}" has no column "{column}".', hint=hint)
    heads = frame.dropna(subset=[alike["by"]]).groupby(alike["by"])[alike["count"]].sum().astype("float64")
    heads.index = heads.index.astype("str")
    small = _areas(study, alike["boundaries"], list(heads.index))
    small = small.assign(people=small["code"].map(heads))
    cut = pieces(old, new, source_code="code", target_code="code", ancillary=small, ancillary_count="people", by=people)
    return cut, {str(c): float(n) for c, n in heads.items()}


def _table(
    study: Study, source: str, into: str, ours: SafeTable, cut: Pieces, made: Moved, new: gpd.GeoDataFrame, title: str,
    counted: str, other: pd.Series[float] | None,
) -> SafeTable:  # fmt: skip
    names = dict(zip(new["code"], new["name"], strict=True))
    hidden = set(ours.frame.loc[ours.frame["status"] == HIDDEN].iloc[:, 0].astype("str"))
    touched = set(cut.table.loc[cut.table["source"].isin(hidden), "target"])
    frame = made.frame[made.frame["pieces"] > 0].reset_index(drop=True)
    frame.insert(0, "name", [names[c] for c in frame["code"]])
    frame["status"] = np.where(
        frame["value"].notna(), SHOWN, np.where(frame["code"].isin(touched), HIDDEN, NOT_AVAILABLE)
    )
    for column in ("value", "low", "high"):
        frame[column] = frame[column].round()
    columns = [
        Column("name", "Area", "group"), Column("code", "Code", "code"),
        Column("value", counted.capitalize(), "value", decimals=0), Column("low", "At least", "low", decimals=0),
        Column("high", "At most", "high", decimals=0), Column("pieces", "Areas it is made of", "value", decimals=0),
        Column("status", "Status", "status"),
    ]  # fmt: skip
    if other is not None:
        frame["by_area"] = frame["code"].map(other).round()
        columns.insert(5, Column("by_area", "If shared out by area", "value", decimals=0))
    line = study.source_line(source, into)
    return public_table(frame, title=title, source_line=line, columns=columns, note=ours.note, made_from=[ours])


def _words(
    made: Moved, counts: Mapping[str, float], cut: Pieces, old: gpd.GeoDataFrame, counted: str,
    heads: Mapping[str, float] | None, by_area: Pieces,
) -> str:  # fmt: skip
    frame = made.frame[made.frame["value"].notna() & (made.frame["value"] > 0)]
    spread = ((frame["high"] - frame["low"]) / frame["value"]).median() if len(frame) else float("nan")
    said = [
        f"**{percent(made.divided, 0)}** of {literal(counted)} come from areas that the new borders cut "
        f"({len([c for c in cut.divided if c in counts]):,} of {len(counts):,}); they are shared out by {literal(cut.by)}, "
        "because nobody knows where in the area each one is.",
        "*At least* counts the areas that lie wholly inside; *at most*, all that have a piece inside.",
    ]
    if np.isfinite(spread):
        said.append(
            f"For half of the areas these limits lie further apart than {percent(float(spread), 0)} of the figure."
        )
    if made.outside >= 0.5:
        said.append(f"{made.outside:,.0f} lie outside all the new areas and are in none of the figures.")
    if heads is not None and (errs := _tried(old, cut, by_area, heads)) is not None:
        said.append(errs)
    return " ".join(said)


def _tried(old: gpd.GeoDataFrame, cut: Pieces, by_area: Pieces, heads: Mapping[str, float]) -> str | None:
    """Say how far sharing out by area errs for the people themselves, whose number in each piece is known."""
    if not cut.divided:
        return None
    whole = cut.table.groupby("source")["weight"].sum()
    inside = cut.table.groupby("target")["weight"].sum()
    errs = against_known(
        by_area, {str(c): float(n) for c, n in whole.items()}, {str(c): float(n) for c, n in inside.items()}
    )
    middle = float(errs["error"].abs().median())
    return (
        f"How far such a guess errs was tried with {literal(cut.by)}, whose number in each piece is known from smaller areas: shared out by area "
        f"alone, half of the {len(errs):,} areas come out more than {percent(middle)} off, the worst {percent(float(errs['error'].abs().max()), 0)}."
    )
