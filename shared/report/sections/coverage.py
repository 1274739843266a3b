"""Where the source reaches: coverage by area on a map, with the table; a strip of dots where there are no borders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from shared.cases.model import Area
from shared.maps.boundaries import Boundaries
from shared.maps.choropleth import choropleth
from shared.maps.classes import around_one
from shared.maps.declared import declared_boundaries
from shared.maps.strip import strip
from shared.measures.measurement import State
from shared.protect import NOT_RECORDED, SafeTable, compare, public_table, regroup
from shared.report.blocks import Block, Prose, Section, literal
from shared.report.figure import Figure
from shared.report.sections.placed import counted_by_area, effect, losses_of_area
from shared.report.words import listing, percent
from shared.sources.locate import locate

if TYPE_CHECKING:
    from shared.report.study import Study


LONDON = 33
"""Boroughs, the City among them: on a map of more areas they are too small to be seen, and are drawn again, enlarged."""


def coverage(study: Study) -> Section:
    """Show how far each area is reached against its share of the population of interest."""
    area = study.case.area
    if area is None or not study.can_be_mapped:
        return Section([Prose("The data carry no areas that could be compared, so there is no map.")])
    figure = area_map(study, None)[1]
    borders = _borders(study, area)
    shared_shapes = [borders.names[s] for s, parts in borders.parts.items() if len(parts) > 1] if borders else []
    blocks: list[Block] = [Prose(_reach(study)), figure, *effect(study, area)]
    if shared_shapes:
        blocks.append(
            Prose(
                "Areas drawn and counted together, because the borders come from another year: "
                f"{literal('; '.join(shared_shapes))}."
            )
        )
    return Section(blocks)


def area_map(study: Study, outlined: str | None) -> tuple[SafeTable, Figure]:
    """Return the table of areas and its map, with one area outlined by name; a strip of dots without borders."""
    area = study.case.area
    assert area is not None
    borders = _borders(study, area)
    table = against_areas(study, area, borders)
    caption = f"Where people are reached, against {literal(area.reference_label or 'official figures')}"
    note = "1 means an area has the same share in the source as in the official figures. " + _placed(study)
    if borders is None:
        chart = strip(
            table, description=_described(table), area="name", value="ratio", marked=1.0,
            axis_title="Ratio to the official share",
        )  # fmt: skip
    else:
        code = next((c for c, n in borders.names.items() if n == outlined), None)
        london = [c for c in borders.names if c.startswith("E09")] if len(borders.names) > LONDON else []
        chart = choropleth(
            table, borders, description=_described(table), value="ratio", classes=around_one(), outlined=code,
            inset=london, inset_name="London",
        )  # fmt: skip
        note += f" Borders: {borders.attribution}." if borders.attribution else ""
    return table, Figure(chart, table, caption, "Ratio of shares, by area", note.strip())


def _borders(study: Study, area: Area) -> Boundaries | None:
    if area.boundaries is None:
        return None
    source = study.case.sources[area.boundaries]
    if locate(study.project, area.boundaries, source).path is None:
        return None
    listed = None if area.reference is None else study.frame(area.reference)[area.reference_code].dropna().astype("str")
    return declared_boundaries(study.project, area.boundaries, source, only=listed)


def against_areas(study: Study, area: Area, borders: Boundaries | None) -> SafeTable:
    """Return areas with their protected count, share, official share and ratio; areas that share a shape together."""
    assert area.reference is not None
    assert area.reference_code is not None
    assert area.reference_count is not None
    reference = study.frame(area.reference)
    totals = reference.groupby(area.reference_code)[area.reference_count].sum()
    codes = [str(code) for code in totals.index]
    ours = counted_by_area(study, area, codes)
    published = public_table(
        pd.DataFrame({"code": codes, "count": [int(n) for n in totals]}), title="Official figures by area",
        source_line=study.source_line(area.reference), roles={"code": "group"},
    )  # fmt: skip
    if borders is not None:
        ours, published = regroup(ours, borders.shape_of), regroup(published, borders.shape_of)
    return _named(study, area, ours, published, borders)


def _named(study: Study, area: Area, ours: SafeTable, published: SafeTable, borders: Boundaries | None) -> SafeTable:
    reference = study.frame(str(area.reference))
    names: dict[str, str] = {}
    if area.reference_name is not None:
        pairs = reference[[area.reference_code, area.reference_name]].astype("str")
        names = dict(pairs.itertuples(index=False, name=None))
    if borders is not None:
        names |= dict(borders.names)
    line = study.source_line(area.source, str(area.reference))
    together = compare(ours, published, title="Reach by area", source_line=line)
    frame = together.frame.rename(columns={together.columns[0].name: "code"})
    frame.insert(0, "name", [names.get(str(code), str(code)) for code in frame["code"]])
    frame = frame[frame["code"] != NOT_RECORDED]
    return public_table(
        frame.drop(columns="difference"), title="Reach by area", source_line=line, note=together.note,
        made_from=[together],
        labels={
            "name": "Area", "count": "Counted", "share": "Share in the source", "reference_count": "Official figure",
            "reference_share": "Share, official", "ratio": "Ratio",
        },
        roles={"code": "code", "reference_count": "count", "reference_share": "share"},
    )  # fmt: skip


def _described(table: SafeTable) -> str:
    frame = table.frame
    shown = frame[frame["ratio"].notna()].sort_values("ratio")
    if shown.empty:
        return "No area can be compared: every figure is hidden or missing."
    least, most = [str(n) for n in shown["name"].head(3)], [str(n) for n in shown["name"].tail(3)[::-1]]
    without = len(frame) - len(shown)
    return (
        f"Map of {len(frame)} areas by how far they are reached against the population. Most reached: {listing(most)}. "
        f"Least reached: {listing(least)}." + (f" {without} areas have no figure to show." if without else "")
    )


def _reach(study: Study) -> str:
    m = study.measurements["REP-2"]
    if m.state is not State.MEASURED or m.value is None:
        return f"How much of the population lives in areas that are reached is not known. {literal(m.reason or m.question)}"
    return f"Areas in which at least one record was made hold **{percent(m.value)}** of the population compared with."


def _placed(study: Study) -> str:
    lost = losses_of_area(study, study.case.area) if study.case.area else []
    policy = study.settings.policy
    return " ".join(
        f"Not placed: {policy.small if policy.hides(loss.count) else f'{policy.rounded(loss.count):,}'} ({literal(loss.reason)})."
        for loss in lost
    )
