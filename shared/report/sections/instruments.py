"""What other offices' instruments say on the same evidence: prefilled, to be confirmed by an assessor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from shared.protect import public_table
from shared.protect.table import Column
from shared.report.blocks import Block, Finding, Findings, Prose, literal
from shared.report.datatable import DataTable

if TYPE_CHECKING:
    from shared.report.study import Study
    from shared.verdict.assess import InstrumentResult

VERDICT = {True: "met", False: "not_met", None: "not_known"}


def instruments(study: Study) -> list[Block]:
    """Show each instrument's outcome, with every answer one click away."""
    found = study.assessment.instruments
    if not found:
        return []
    intro = (
        "**What other offices’ instruments say.** The same evidence, put into the forms that other offices use. Answers "
        "are *suggested* from the indicators above and are to be confirmed by an assessor; nothing is decided by them here."
    )
    return [Prose(intro), Findings([_instrument(result) for result in found])]


def _instrument(result: InstrumentResult) -> Finding:
    reasons: tuple[Block, ...] = (_answers(result),) if result.items else ()
    scored = result.fit is not None or any(item.answer is None for item in result.items)
    return Finding(
        statement=literal(result.title),
        verdict=VERDICT[result.fit] if scored and result.outcome else None,  # type: ignore[arg-type]
        detail=literal(result.sentence),
        reasons=reasons,
        reasons_title=f"Show the {len(result.items)} answers",
    )


def _answers(result: InstrumentResult) -> DataTable:
    rows = [
        {
            "label": f"{item.group}: {item.label}" if item.group and item.group != item.label else item.label,
            "answer": "not known" if item.answer is None else f"{item.answer} of {item.highest}",
            "state": f"chosen by {item.assessor}" if item.confirmed else "suggested" if item.suggested is not None else "open",
            "because": item.because or "–",
        }
        for item in result.items
    ]  # fmt: skip
    columns = (
        Column("label", "Item", "group"), Column("answer", "Answer", "text"), Column("state", "Who says so", "text"),
        Column("because", "On what it rests", "text"),
    )  # fmt: skip
    table = public_table(pd.DataFrame(rows), title=result.title, source_line=result.source, columns=columns)
    return DataTable(table)
