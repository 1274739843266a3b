"""The quality profile: thirteen dimensions with their intervals against the floors of a use, and the six gates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from shared.charts.profile import profile as draw_profile
from shared.protect import public_table
from shared.protect.table import Column
from shared.report.blocks import Block, DefinitionList, Disclosure, Finding, Findings, Prose, Section, literal
from shared.report.datatable import DataTable
from shared.report.figure import Figure
from shared.report.words import LEVEL_NAMES, USE_NAMES, listing

if TYPE_CHECKING:
    from shared.report.study import Study
    from shared.verdict.assess import GateResult

GATE_VERDICT = {"pass": "met", "fail": "not_met", "not known": "not_known"}


def quality_profile(study: Study) -> Section:
    """Show the profile for the use in focus, then the gates."""
    use = study.settings.use
    mine = study.assessment.by_use[
        use
    ]  # the indicators this use asks for, against its floors: what its verdict rests on
    floors = mine.floors
    shown = [d for d in mine.dimensions if d.low is not None]
    rows: list[dict[str, Any]] = [
        {
            "dimension": d.name, "score": None if d.score is None else round(d.score),
            "low": round(d.interval[0] if d.interval else d.low or 0), "high": round(d.interval[1] if d.interval else d.high or 0),
            "floor": floors.get(d.id), "state": _state(d.score is None, len(d.missing)),
        }
        for d in shown
    ]  # fmt: skip
    columns = (
        Column("dimension", "Dimension", "group"), Column("score", "Score", "value", decimals=0),
        Column("low", "From", "low", decimals=0), Column("high", "To", "high", decimals=0),
        Column("floor", f"Floor: {USE_NAMES[use].lower()}", "value", decimals=0), Column("state", "Missing", "text"),
    )  # fmt: skip
    frame = pd.DataFrame(rows).astype({"score": "Float64", "floor": "Float64"})
    table = public_table(frame, title="Quality profile", source_line="scores of this assessment", columns=columns)
    chart = draw_profile(table, description=_described(rows), floor="floor")
    asked = listing([LEVEL_NAMES[n] for n in range(1, mine.level + 1)])
    note = (
        f"The scores are means over the {asked} indicators, which this use asks for. The dot is the score of a dimension, the bar its 95% interval over all draws. Where too little is known "
        "for a score the bar runs from the lowest to the highest score still possible."
    )
    caption = f"Quality profile against the floors for: {USE_NAMES[use].lower()}"
    intro = (
        "Dimensions are never added up to one mark: a strong one does not make up for a weak one, and what matters "
        "depends on the use."
    )
    left_out = [d.name for d in mine.dimensions if d.low is None]
    blocks: list[Block] = [Prose(intro), Figure(chart, table, caption, "Score from 0 to 100", note)]
    if left_out:
        blocks.append(Prose(f"Not applicable to this source: {literal(listing(left_out))}."))
    return Section([*blocks, *_moved(study), *_gates(study)])


def _moved(study: Study) -> list[Block]:
    """Say openly which goalposts, floors and weights this case study moved, and why."""
    moved = study.assessment.moved
    if not moved:
        return []
    rows = [{"what": m.what, "usual": m.usual, "moved": m.moved, "reason": m.reason} for m in moved]
    labels = {"what": "What", "usual": "Usually", "moved": "Here", "reason": "Why"}
    table = public_table(pd.DataFrame(rows), title="Moved by this case study", source_line="case.yaml", labels=labels)
    intro = "This case study does not use the framework as it stands. Everything it moved, with its reason:"
    return [Prose(intro), DataTable(table, notes=False)]


def _state(unscored: bool, missing: int) -> str:
    if not missing:
        return "nothing"
    return f"{missing} indicator{'s' if missing > 1 else ''}" + (": too many for a score" if unscored else "")


def _described(rows: list[dict[str, Any]]) -> str:
    scored = [
        f"{row['dimension']} {row['score']} (floor {row['floor']:.0f})"
        for row in rows
        if row["score"] is not None and row["floor"] is not None
    ]
    unknown = [str(row["dimension"]) for row in rows if row["score"] is None]
    said = (
        f"Dot plot of dimension scores from 0 to 100. Scores: {'; '.join(scored)}."
        if scored
        else "Dot plot of dimensions."
    )
    return f"{said} Not known: {', '.join(unknown)}." if unknown else said


def _gates(study: Study) -> list[Block]:
    intro = (
        "**Six gates** come before any score. A gate that fails blocks the uses it stands before, whatever the scores."
    )
    return [Prose(intro), Findings([_gate(gate) for gate in study.assessment.gates])]


def _gate(gate: GateResult) -> Finding:
    reasons: list[Block] = []
    if gate.reasons:
        reasons.append(Prose("\n".join(f"- {literal(reason)}" for reason in gate.reasons)))
    if gate.questions:
        reasons.append(Prose("**To ask**\n\n" + "\n".join(f"- {literal(question)}" for question in gate.questions)))
    return Finding(
        statement=f"{gate.id} {literal(gate.name)}",
        verdict=GATE_VERDICT[gate.state],  # type: ignore[arg-type]
        detail=f"Stands before {literal(gate.blocks)}.",
        reasons=tuple(reasons),
    )


def achieved_assurance(study: Study) -> list[Block]:
    """Say which level of assurance each practice area has reached (QAAD), for the most demanding intended use."""
    areas = study.assessment.assurance.areas
    items = [
        (
            area.name,
            f"A{area.achieved}"
            if area.achieved is not None
            else f"not known yet (between A{area.low} and A{area.high})",
        )
        for area in areas
    ]
    return [Disclosure("Assurance reached in the four practice areas of QAAD", [DefinitionList(items)])]
