"""What the explorer shows for a choice: figures made from protected measurements and tables only."""

from __future__ import annotations

import html

import pandas as pd

from shared.charts.bars import ranked_bars
from shared.charts.dots import dumbbell
from shared.framework.register import Indicator
from shared.measures.measurement import Measurement, State
from shared.protect import Column, SafeTable, public_table
from shared.protect.public import MEASURED
from shared.protect.table import Role
from shared.report.figure import Figure
from shared.report.sections.comparison import against_reference
from shared.report.shown import shown_score
from shared.report.study import Study
from shared.report.words import in_unit, sentence, unit_words, value_with_interval


def indicator_choices(study: Study) -> list[tuple[str, str]]:
    """Return (label, id) of the computed indicators that have a value."""
    return [
        (f"{entry.id} {entry.name}", entry.id)
        for entry in study.register.computed()
        if study.measurements[entry.id].state is State.MEASURED
    ]


def indicator_html(study: Study, indicator: str) -> str:
    """Return name, value with interval, score and meaning of one indicator."""
    entry, m = study.register[indicator], study.measurements[indicator]
    score = shown_score(study, indicator)[0]
    scored = "shown only, not scored" if score is None else f"score {score:.0f} of 100"
    lines = (
        f"<strong>{html.escape(entry.name)}</strong>: {html.escape(value_with_interval(m, entry.unit))} · {scored}",
        html.escape(entry.plain),
    )
    return "".join(f"<p>{line}</p>" for line in lines)


def tells_apart(study: Study, indicator: str) -> bool:
    """Whether the parts of an indicator are more than a list of yes and no, so that a picture says something."""
    values = {part.value for part in study.measurements[indicator].parts if part.value is not None}
    return len(values - {0.0, 1.0}) > 1


def distribution(study: Study, indicator: str) -> Figure | None:
    """Return the parts of an indicator (variables, margins, groups) as bars with intervals; None without parts."""
    entry, m = study.register[indicator], study.measurements[indicator]
    table = parts_table(entry, m, study)
    if table is None:
        return None
    interval = ("low", "high") if "low" in [c.name for c in table.columns] else (None, None)
    said = "; ".join(
        f"{part.label} {in_unit(part.value, entry.unit)}" for part in m.parts[:12] if part.value is not None
    )
    chart = ranked_bars(
        table, description=f"{entry.name}, part by part: {said}.", group="part", value="value",
        axis_title=_axis(entry), low=interval[0], high=interval[1],
    )  # fmt: skip
    return Figure(chart, table, f"{entry.name}, part by part", _axis(entry))


def _axis(entry: Indicator) -> str:
    """Return what is on the axis, in words."""
    if entry.unit.startswith(("ratio 0–1", "0–1")):
        return "Share"
    said = unit_words(entry.unit) or entry.unit or "value"
    return f"{said[:1].upper()}{said[1:]}"


def parts_table(entry: Indicator, m: Measurement, study: Study) -> SafeTable | None:
    """Return the parts of a protected measurement as a table; intervals only where every part has one."""
    parts = [part for part in m.parts if part.value is not None]
    if len(parts) < 2:
        return None
    share = entry.unit.startswith(("ratio 0–1", "0–1"))
    role: Role = "share" if share else "value"
    frame = pd.DataFrame([{"part": p.label, "value": p.value, "low": p.low, "high": p.high} for p in parts])
    columns = [Column("part", "Part", "group"), Column("value", entry.name, role, decimals=2)]
    if frame[["low", "high"]].notna().all(axis=None):
        columns += [Column("low", "From", role, decimals=2), Column("high", "To", role, decimals=2)]
    line = study.source_line(*study.case.sources) if study.case.records or study.case.tables else ""
    return public_table(
        frame,
        title=f"{entry.id} by part",
        source_line=line,
        columns=columns,
        note=sentence(f"Interval: {m.method}") if m.method else "",
        made=MEASURED,
    )


def group_choices(study: Study) -> list[tuple[str, str]]:
    """Return (label, margin id) of the margins that are compared with official figures."""
    return [(margin.label, margin.id) for margin in study.case.margins]


def group_figure(study: Study, margin_id: str) -> Figure:
    """Return one margin of the source beside the official figures."""
    margin = next(m for m in study.case.margins if m.id == margin_id)
    table = against_reference(study, margin)
    key = table.columns[0].name
    chart = dumbbell(table, description=f"Shares in the source and in official figures: {margin.label}.", group=key)
    return Figure(chart, table, margin.label, "Share of the source beside the official share")


def area_html(table: SafeTable, name: str) -> str:
    """Return what is known of one area: count, shares and ratio, all protected."""
    row = table.where("name", [name]).frame.iloc[0]
    place = html.escape(name)
    if pd.isna(row["ratio"]):
        return f"<p><strong>{place}</strong>: {html.escape(str(row['status']))}</p>"
    return (
        f"<p><strong>{place}</strong>: {int(row['count']):,} counted, {100 * row['share']:.1f}% of the source; "
        f"{100 * row['reference_share']:.1f}% of the official figures; ratio {row['ratio']:.2f}</p>"
    )
