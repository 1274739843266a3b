"""How evenly a count is spread over people, and whether it goes with another figure of the same areas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from shared.charts.inequality import lorenz as lorenz_chart
from shared.charts.scatter import scatter
from shared.errors import ProtectionError
from shared.measures.inequality import lorenz
from shared.measures.relation import RankCorrelation, rank_correlation
from shared.protect import NOT_RECORDED, Column, SafeTable, compare, public_table
from shared.report.blocks import Block, Prose, Section, literal
from shared.report.datatable import DataTable
from shared.report.figure import Figure
from shared.report.words import percent, points
from shared.sources.large import counts_by

if TYPE_CHECKING:
    from shared.report.study import Study

FEWEST = 5
"""A rank correlation over fewer areas says nothing."""


def inequality(
    study: Study, sources: Mapping[str, str], *, by: str, reference: str, reference_count: str, title: str,
    counted: str, people: str = "residents",
) -> Section:  # fmt: skip
    """Say how unevenly a count is spread over people, by the Lorenz curve, for one or more tables.

    ``sources`` names each table as the reader will know it (``{"2019": "reports-2019"}``); ``by`` is the column of
    areas that they and the ``reference`` share, ``reference_count`` the reference's column of people. Worked out from
    protected counts: areas with a hidden figure are left out with their people.
    """
    tables = {name: _per_head(study, source, by, reference, reference_count, title) for name, source in sources.items()}
    rows = [_evenness(name, table) for name, table in tables.items()]
    frame = pd.concat([table.frame.assign(series=name) for name, table in tables.items()], ignore_index=True)
    line = study.source_line(*sources.values(), reference)
    kept = frame[[by, "series", "count", "share", "reference_count", "reference_share", "status"]]
    drawn = public_table(
        kept, title=title, source_line=line, roles={"series": "text", "reference_count": "count", "reference_share": "share"},
        labels={
            by: "Area", "series": "Table", "count": counted.capitalize(), "share": f"Share of {counted}",
            "reference_count": people.capitalize(), "reference_share": f"Share of {people}",
        },
        made_from=list(tables.values()),
    )  # fmt: skip
    columns = (
        Column("name", "Table", "group"), Column("areas", "Areas", "value", decimals=0),
        Column("gini", "Gini coefficient", "value", decimals=2),
        Column("top", "Share: top tenth", "share"),
        Column("half", "Share: lower half", "share"),
    )  # fmt: skip
    summary = public_table(pd.DataFrame(rows), title=f"{title}: in figures", source_line=line, columns=columns)
    said = [_said(row, counted, people) for row in rows]
    words = " ".join(said)
    chart = lorenz_chart(
        drawn, description=f"Lorenz curves: {title}. {words}", area=by, series="series" if len(rows) > 1 else None,
        names=(f"Share of {counted}", f"Share of {people}"),
    )  # fmt: skip
    note = (
        "How to read it: areas stand from the fewest to the most a head. On the dashed line every area would have the same; "
        "the further the curve hangs below it, the more uneven. The Gini coefficient is 0 on the line and near 1 where one "
        "area has everything."
    )
    subtitle = f"{counted.capitalize()} by area, against {people}"
    return Section([Prose(points(said)), Figure(chart, drawn, literal(title), subtitle, note), DataTable(summary)])


def relation(
    study: Study, source: str, *, by: str, reference: str, reference_count: str, other: str, other_column: str,
    other_label: str, title: str, counted: str, split: str | None = None, per: int = 1000, people: str = "residents",
) -> Section:  # fmt: skip
    """Say whether a count a head rises or falls with another figure of the same areas, by rank correlation.

    ``by``, ``reference`` and ``reference_count`` as in ``inequality``; ``other`` is the source that holds the other
    figure in ``other_column``, by the same areas. ``split`` is a column of the first table that tells areas apart
    (coloured, and correlated each by themselves).
    """
    per_head = _per_head(study, source, by, reference, reference_count, title)
    heads = per_head.frame
    heads = heads[heads["count"].notna() & (heads["reference_count"] > 0)]
    figures = study.frame(other)[[by, other_column]].dropna().drop_duplicates(by).set_index(by)[other_column]
    kept = heads[heads[by].isin(figures.index)].reset_index(drop=True)
    rows = pd.DataFrame({
        by: kept[by], "other": kept[by].map(figures).astype("float64").round(2),
        "rate": (kept["count"] / kept["reference_count"] * per).astype("float64").round(2), "status": kept["status"],
    })  # fmt: skip
    if split is not None:
        rows["kind"] = rows[by].map(_kinds(study, source, by, split))
    rate = f"{counted.capitalize()} per {per:,} {people}"
    table = public_table(
        rows, title=title, source_line=study.source_line(source, reference, other), roles={"kind": "text"} if split else {},
        labels={by: "Area", "other": other_label, "rate": rate, "kind": "Kind of area"}, made_from=[per_head],
    )  # fmt: skip
    groups = (
        [("all areas", rows), *((str(name), part) for name, part in rows.groupby("kind"))] if split else [("", rows)]
    )
    found = [(name, _correlated(part)) for name, part in groups]
    said = [_direction(name, r, other_label, rate) for name, r in found]
    words = " ".join(said)
    chart = scatter(
        table, description=f"{title}. One dot an area. {words}", area=by, x="other", y="rate",
        series="kind" if split else None, x_title=other_label, y_title=f"{rate}, each line ten times the last", log=True,
    )  # fmt: skip
    note = (
        "A rank correlation compares orders: 1 if every area with more of one figure has more of the other, −1 the other way "
        "round, 0 if the two have nothing to do with each other. Neighbouring areas are alike, so the intervals are too narrow "
        "rather than too wide; and what holds between areas need not hold between people."
    )
    shown = Figure(
        chart, table, literal(title), "Each dot is one area; the figure upwards is on a logarithmic scale", note
    )
    blocks: list[Block] = [Prose(points(said)), shown]
    return Section(blocks)


def _per_head(study: Study, source: str, by: str, reference: str, reference_count: str, title: str) -> SafeTable:
    """One table's protected count beside the people of each area; areas without a row are left out."""
    count = next((n for n, c in study.case.sources[source].columns.items() if c.role == "count"), None)
    if count is None:
        raise ProtectionError(f'Source "{source}" has no column of counts.')
    frame = study.frame(reference)
    totals = frame[frame[by].notna()].groupby(by)[reference_count].sum()
    totals = totals[totals > 0]
    published = public_table(
        pd.DataFrame({"area": [str(a) for a in totals.index], "people": [int(n) for n in totals]}), title=title,
        source_line=study.source_line(reference), roles={"area": "group", "people": "count"},
    )  # fmt: skip
    ours = study.table(source, by, title=title, count=count, groups={by: tuple(str(a) for a in totals.index)})
    both = compare(ours, published, title=title, source_line=study.source_line(source, reference))
    return both.where(by, [area for area in both.frame[by] if area != NOT_RECORDED])


def _evenness(name: str, table: SafeTable) -> dict[str, str | int | float]:
    known = table.frame.dropna(subset=["count", "reference_count"])
    curve = lorenz(known["count"].astype("float64"), known["reference_count"].astype("float64"))
    return {
        "name": name, "areas": len(known), "gini": round(curve.gini, 2), "top": round(curve.top(0.1), 4),
        "half": round(1 - curve.top(0.5), 4),
    }  # fmt: skip


def _said(row: Mapping[str, str | int | float], counted: str, people: str) -> str:
    name = f"**{literal(str(row['name']))}**: " if row["name"] else ""
    return (
        f"{name}the tenth of {people} who live where most {counted} a head are made account for "
        f"{percent(float(row['top']), 0)} of them, the half who live where fewest are made for "
        f"{percent(float(row['half']), 0)} (Gini coefficient {row['gini']:.2f})."
    )


def _kinds(study: Study, source: str, by: str, split: str) -> dict[str, str]:
    """Area -> kind, where all its rows agree; only columns that may be published tell areas apart."""
    if split not in study.case.disclosure.publish.get(source, ()):
        raise ProtectionError(f'Areas may not be told apart by "{split}" of source "{source}".')
    pairs = counts_by(study.rows(source), [by, split])[[by, split]].dropna()
    return {str(area): str(kind) for area, kind in pairs.drop_duplicates(by, keep=False).itertuples(index=False)}


def _correlated(rows: pd.DataFrame) -> RankCorrelation | None:
    varies = rows["other"].nunique() > 1 and rows["rate"].nunique() > 1
    return rank_correlation(rows["other"], rows["rate"]) if len(rows) >= FEWEST and varies else None


def _direction(name: str, found: RankCorrelation | None, other: str, rate: str) -> str:
    who = f"Among {literal(name[0].lower() + name[1:])}" if name else "Over all areas"
    if found is None:
        return f"{who} there are too few to say anything."
    way, figure = ("rise" if found.rho > 0 else "fall"), other.split(" (")[0].split(",")[0]
    strength = f"{'' if found.words == 'hardly any' else 'a '}{found.words} relation"
    clear = "no direction is clear"
    if found.clear:
        clear = f"{rate[0].lower() + rate[1:]} {way} as {literal(figure[0].lower() + figure[1:])} rises"
    return (
        f"{who} ({found.areas:,}) there is {strength}: rank correlation "
        f"**{_signed(found.rho)}** (95% interval {_signed(found.low)} to {_signed(found.high)}), {clear}."
    )


def _signed(value: float) -> str:
    """Return a correlation with its sign; the minus is a minus and not a hyphen."""
    return f"{value:+.2f}".replace("-", "−")
