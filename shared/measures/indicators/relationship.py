"""GOV, PAR and ETH: deliveries, participation, contributors, consent, purposes."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from shared.cases.columns import Column
from shared.cases.declared import Contributors
from shared.measures.indicators.context import Context, number_of_things, proportion
from shared.measures.measurement import Measurement, Part, State
from shared.measures.participation import concentration, participation_profile
from shared.measures.validity import as_text

ABOUT_PEOPLE = ("person", "household", "family")
ALWAYS_PERSONAL = ("identifier", "quasi-identifier", "sensitive", "free text")
PERSONAL = (*ALWAYS_PERSONAL, "group", "area", "date", "measure")
"""Roles of columns that say something of a person where the unit is a person, household or family."""


def gov_6(context: Context) -> Measurement:
    """Share of planned deliveries that arrived."""
    declared = context.case.deliveries
    if declared is None:
        return Measurement.not_known("GOV-6")
    return proportion("GOV-6", declared.delivered, declared.planned, counted="deliveries", deff=None)


def par_1(context: Context) -> Measurement:
    """Mean agency over the stages of the value chain; the levels are always shown."""
    levels = context.case.participation.levels()
    parts = tuple(
        Part(stage, None if level is None else float(level), note=_level(level), key=stage)
        for stage, level in levels.items()
    )
    unknown = [stage for stage, level in levels.items() if level is None]
    known: dict[str, int] = {stage: level for stage, level in levels.items() if level is not None}
    if unknown:
        return Measurement(
            "PAR-1",
            State.NOT_KNOWN,
            parts=parts,
            counted="stages",
            question=f"Who decided at these stages: {', '.join(unknown)}? Give the step of the ladder, 1 to 5.",
        )
    if not any(known.values()):
        return Measurement.not_applicable("PAR-1", "No stage of the value chain applies to this source.")
    return number_of_things("PAR-1", participation_profile(known), counted="stages", parts=parts)


def _level(level: int | None) -> str:
    if level is None:
        return "not known"
    return "does not apply" if level == 0 else f"step {level} of 5"


def par_4(context: Context) -> Measurement:
    """Share of contributors who belong to the group described; how evenly they share the work."""
    declared = context.case.contributors
    if declared is None:
        return Measurement.not_known("PAR-4")
    if declared.total is not None and declared.from_community is not None:
        return proportion("PAR-4", declared.from_community, declared.total, counted="contributors", deff=None)
    return _contributors(context, declared)


def _contributors(context: Context, declared: Contributors) -> Measurement:
    source_id, who, community = declared.source or "", declared.column or "", declared.community or ""
    answers = context.cross(source_id, [who, community]).dropna(subset=[who])
    inside = answers["n"].where(answers[community].isin([as_text(value) for value in declared.is_in]), 0)
    by_contributor = pd.DataFrame({"records": answers["n"], "inside": inside}).groupby(answers[who]).sum()
    if by_contributor.empty:
        return Measurement.not_known("PAR-4", "Which contributor made each record?", "No record names its contributor.")
    # records of one contributor that contradict each other are settled by the majority of them
    belongs = int((2 * by_contributor["inside"] > by_contributor["records"]).sum())
    spread = concentration(by_contributor["records"].tolist())
    even = "" if spread.pielou is None else f", evenness (Pielou) {spread.pielou:.2f}"
    return proportion(
        "PAR-4", belongs, spread.contributors, counted="contributors", deff=None,
        note=f"Records per contributor: Gini {spread.gini:.2f}{even}; the busiest brought {spread.top_share:.0%}.",
    )  # fmt: skip


def eth_2(context: Context) -> Measurement:
    """Share of records with consent for this use."""
    if context.prepared.consent is None:
        return Measurement.not_known("ETH-2")
    granted, shared_records = context.prepared.consent
    return proportion(
        "ETH-2", granted, shared_records, counted="records", note="Records without it are left out below."
    )


def eth_6(context: Context) -> Measurement:
    """Share of personal variables held that have a stated purpose."""
    if not context.case.records:
        return Measurement.not_applicable("ETH-6", "No personal records are held here, only tables.")
    roles = PERSONAL if context.case.features.unit in ABOUT_PEOPLE else ALWAYS_PERSONAL
    personal: list[tuple[str, Column]] = [
        (name, column)
        for source in context.case.records.values()
        for name, column in source.columns.items()
        if column.role in roles
    ]
    if not personal:
        return Measurement.not_applicable("ETH-6", "The records hold no personal variables.")
    stated = [name for name, column in personal if column.purpose]
    if not stated:
        return Measurement.not_known("ETH-6")
    missing = [column.label or name for name, column in personal if not column.purpose]
    note = f"Without a stated purpose: {', '.join(missing)}." if missing else ""
    return proportion("ETH-6", len(stated), len(personal), counted="variables", deff=None, note=note)


INDICATORS: dict[str, Callable[[Context], Measurement]] = {
    "GOV-6": gov_6, "PAR-1": par_1, "PAR-4": par_4, "ETH-2": eth_2, "ETH-6": eth_6,
}  # fmt: skip
