"""Every computed indicator with its counts, goalposts and working; what is not known, with the question to ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from shared.framework.register import Indicator
from shared.measures.measurement import Measurement, State
from shared.protect import public_table
from shared.protect.ledger import AT_THE_END
from shared.protect.public import MEASURED
from shared.protect.table import Column
from shared.report.blocks import Block, DefinitionList, Disclosure, Prose, Section, literal
from shared.report.datatable import DataTable
from shared.report.shown import shown_score
from shared.report.words import in_unit, indicators, number, unit_words, value_with_interval

if TYPE_CHECKING:
    from shared.report.study import Study
    from shared.verdict.assess import Score


def computed_indicators(study: Study) -> Section:
    """Show, dimension by dimension, what was measured; then what is not known and what does not apply."""
    entries = list(study.register.computed())
    known = [e for e in entries if e.id == AT_THE_END or study.measurements[e.id].state is State.MEASURED]
    intro = (
        f"{len(known)} of {len(entries)} computed indicators have a value here. A score runs from 0 to 100 between two "
        "*goalposts*; goalposts are this project’s proposals **[P]** unless said otherwise. Intervals are 95%; for a "
        "source that is not a random sample they are indicative."
    )
    blocks: list[Block] = [Prose(intro)]
    for dimension in study.register.dimensions:
        mine = [e for e in known if e.dimension == dimension.id]
        if mine:
            blocks += [
                _table(study, dimension.name, mine),
                Disclosure(f"How each was worked out: {dimension.name}", _working(study, mine)),
            ]
    return Section([*blocks, *_errors(study, entries), *_open(study, entries), *_not_applicable(study, entries)])


def _table(study: Study, name: str, entries: list[Indicator]) -> DataTable:
    rows = []
    for entry in entries:
        m, score = study.measurements[entry.id], study.assessment.scores[entry.id]
        value = "in the last section" if entry.id == AT_THE_END else value_with_interval(m, entry.unit)
        rows.append(
            {
                "indicator": f"{entry.id} {entry.name}", "value": value, "counts": _counts(m, entry.unit),
                "goalposts": _goalposts(entry, score), "score": number(shown_score(study, entry.id)[0]),
            }
        )  # fmt: skip
    columns = (
        Column("indicator", "Indicator", "group"), Column("value", "Value (95% interval)", "text"), Column("counts", "Counts, or unit", "text"),
        Column("goalposts", "Scores 0 → 100", "text"), Column("score", "Score", "text"),
    )  # fmt: skip
    return DataTable(
        public_table(pd.DataFrame(rows), title=name, source_line="", columns=columns, made=MEASURED),
        notes=False,
        alike=True,
    )


def _counts(m: Measurement, unit: str) -> str:
    if m.numerator is None or m.denominator is None:
        return unit_words(unit) or "–"
    return f"{number(m.numerator)} of {number(m.denominator)} {m.counted}"


def _goalposts(entry: Indicator, score: Score) -> str:
    if score.goalposts is None:
        return "shown only"
    low, high = score.goalposts
    said = f"{in_unit(low, entry.unit)} → {in_unit(high, entry.unit)}"
    return f"{said} (moved, see below)" if score.overridden else said


def _working(study: Study, entries: list[Indicator]) -> list[Block]:
    blocks: list[Block] = []
    for entry in entries:
        m, score = study.measurements[entry.id], study.assessment.scores[entry.id]
        items = [
            ("What it means", literal(entry.plain)),
            ("Formula", literal(entry.formula)),
            ("Source", literal(entry.source)),
        ]
        if m.method:
            items.append(("Interval", literal(m.method)))
        notes = " ".join(part for part in (m.note, entry.note) if part)
        if notes:
            items.append(("Note", literal(notes)))
        if score.overridden:
            items.append(("Goalposts moved by this case study", literal(score.reason)))
        items.append(("If you use the figure", literal(entry.advice_user)))
        blocks += [Prose(f"**{entry.id} {entry.name}**"), DefinitionList(items)]
        if m.parts:
            blocks.append(_parts(entry, m))
    return blocks


def _parts(entry: Indicator, m: Measurement) -> DataTable:
    rows = [
        {
            "label": part.label,
            "value": in_unit(part.value, entry.unit) if part.value is not None else "–",
            "counts": "–" if part.numerator is None or part.denominator is None else f"{number(part.numerator)} of {number(part.denominator)}",
            "note": part.note or "–",
        }
        for part in m.parts
    ]  # fmt: skip
    frame = pd.DataFrame(rows)
    columns = [
        Column("label", "Part", "group"),
        Column("value", "Value", "text"),
        Column("counts", "Counts", "text"),
        Column("note", "Note", "text"),
    ]
    kept = [c for c in columns if c.name in ("label", "value") or (frame[c.name] != "–").any()]
    return DataTable(
        public_table(frame, title=f"Working of {entry.id}", source_line="", columns=kept, made=MEASURED), notes=False
    )


def _errors(study: Study, entries: list[Indicator]) -> list[Block]:
    failed = [
        (f"{e.id} {e.name}", literal(study.measurements[e.id].reason))
        for e in entries
        if study.measurements[e.id].state is State.ERROR
    ]
    if not failed:
        return []
    intro = "These could not be worked out because something went wrong. They count as missing in every verdict."
    return [Prose(f"**Could not be worked out**\n\n{intro}"), DefinitionList(failed)]


def _open(study: Study, entries: list[Indicator]) -> list[Block]:
    items = []
    for entry in entries:
        m = study.measurements[entry.id]
        if m.state is State.NOT_KNOWN and entry.id != AT_THE_END:
            said = " ".join(part for part in (literal(m.reason), literal(m.question or entry.question)) if part)
            items.append((f"{entry.id} {entry.name}", said))
    if not items:
        return []
    title = f"Not known yet: {indicators(len(items))}, and the question that would settle each"
    return [
        Disclosure(title, [Prose("Not known is not poor: it counts neither for nor against."), DefinitionList(items)])
    ]


def _not_applicable(study: Study, entries: list[Indicator]) -> list[Block]:
    items = [
        (f"{e.id} {e.name}", literal(study.measurements[e.id].reason))
        for e in entries
        if study.measurements[e.id].state is State.NOT_APPLICABLE
    ]
    return (
        [Disclosure(f"Does not apply here: {indicators(len(items))}, and why", [DefinitionList(items)])]
        if items
        else []
    )
