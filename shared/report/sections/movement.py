"""What would move the verdict: distance to each use, what the verdict hangs on, other offices' instruments."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from shared.charts.bars import ranked_bars
from shared.protect import public_table
from shared.protect.table import Column
from shared.report.blocks import Block, Disclosure, Prose, Section, literal
from shared.report.datatable import DataTable
from shared.report.figure import Figure
from shared.report.sections.instruments import instruments
from shared.report.sections.profile import achieved_assurance
from shared.report.shown import shown_score
from shared.report.words import USE_NAMES, indicators, number

if TYPE_CHECKING:
    from shared.report.study import Study
    from shared.verdict.assess import Distance

MOST_EFFECTS = 10


def what_would_move(study: Study) -> Section:
    """Show the smallest change that would open each use, then sensitivity, assurance and other instruments."""
    wanted = [use.use for use in study.case.intended_uses]
    ordered = sorted(study.assessment.distance, key=lambda d: (d.use not in wanted,))
    intro = (
        "For each use that is not met, this is the **smallest set of indicators that would have to rise or be found "
        "out**. It is found exactly, not by trial: no smaller set would do. It is the list of improvements worth "
        "asking for first."
    )
    blocks: list[Block] = [Prose(intro)]
    for place, distance in enumerate(ordered):
        inside = _distance(study, distance)
        title = f"{USE_NAMES[distance.use]}: {indicators(len(distance.steps))} to change"
        blocks += [Prose(f"**{title}**"), *inside] if place == 0 else [Disclosure(title, inside)]
    return Section([*blocks, *_sensitivity(study), *achieved_assurance(study), *instruments(study)])


def _distance(study: Study, distance: Distance) -> list[Block]:
    blocks: list[Block] = [] if distance.steps else [Prose(literal(distance.text))]
    if distance.steps and not distance.proven:
        blocks.append(Prose("A smaller set may exist: the search was ended before it was complete."))
    if distance.steps:
        rows = [
            {
                "indicator": f"{step.indicator} {step.name}", "now": number(shown_score(study, step.indicator)[0]) if step.current is not None else "not known",
                "needed": step.target, "who": f"{step.who[:1].upper()}{step.who[1:]}. {step.ask}",
            }
            for step in distance.steps
        ]  # fmt: skip
        columns = (
            Column("indicator", "Indicator", "group"), Column("now", "Score now", "text"), Column("needed", "Needed", "text"),
            Column("who", "Who can settle it, and the first thing to do", "text"),
        )  # fmt: skip
        table = public_table(
            pd.DataFrame(rows),
            title=f"What it takes: {USE_NAMES[distance.use].lower()}",
            source_line="",
            columns=columns,
        )
        blocks.append(DataTable(table, notes=False))
    if distance.also:
        also = "\n".join(f"- {literal(reason.text)}" for reason in distance.also)
        blocks.append(Prose(f"Besides, and no indicator can change it:\n\n{also}"))
    return blocks


def _sensitivity(study: Study) -> list[Block]:
    tried = study.assessment.sensitivity
    found = next((s for s in tried if s.use == study.settings.use), tried[0] if tried else None)
    effects = [e for e in found.effects if e.total > 0][:MOST_EFFECTS] if found is not None else []
    if found is None or not effects:
        return []
    rows = [
        {
            "factor": f"{e.label[:1].upper()}{e.label[1:]}", "total": min(1.0, max(0.0, round(e.total, 3))), "low": max(0.0, round(e.total - e.total_error, 3)),
            "high": min(1.0, round(e.total + e.total_error, 3)), "first": max(0.0, round(e.first, 3)),
        }
        for e in effects
    ]  # fmt: skip
    columns = (
        Column("factor", "What varies", "group"), Column("total", "Total effect", "share"), Column("low", "From", "share"),
        Column("high", "To", "share"), Column("first", "Alone", "share"),
    )  # fmt: skip
    source = f"Sobol’ indices over {found.runs:,} runs"
    table = public_table(pd.DataFrame(rows), title="What the verdict hangs on", source_line=source, columns=columns)
    top = " and ".join(str(row["factor"]) for row in rows[:2])
    description = f"Bar chart of how much each uncertain input moves {found.output}. The largest are {top}."
    chart = ranked_bars(
        table,
        description=description,
        group="factor",
        value="total",
        low="low",
        high="high",
        axis_title="Share of the variation explained",
    )
    caption = f"What the verdict on “{USE_NAMES[found.use].lower()}” hangs on most"
    subtitle = f"Share of the variation in {literal(found.output)}, each with everything it acts together with"
    return [Figure(chart, table, caption, subtitle, literal(found.note))]
