"""Who made the data and why; the sources, their columns, and what was lost on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from shared.protect import public_table
from shared.report.blocks import Block, DefinitionList, Disclosure, Prose, Section, literal
from shared.report.datatable import DataTable
from shared.report.sections.tool import recorded_by_tool
from shared.report.words import day, listing, period

if TYPE_CHECKING:
    from shared.report.study import Study

LADDER = {
    0: "not applicable", 1: "information: one way, no reply", 2: "consultation: views asked, no promise they count",
    3: "limited participation: a voice, power stays elsewhere", 4: "a working share of the decisions",
    5: "self-determination: the community starts and leads",
}  # fmt: skip
STAGE_NAMES = {
    "design": "Design", "collect": "Collection", "process": "Processing", "analyse": "Analysis",
    "share": "Sharing", "use": "Use",
}  # fmt: skip


def who(study: Study) -> Section:
    """Describe the organisation, its interests and who decided what."""
    case, organisation = study.case, study.case.organisation
    items = [
        ("Organisation", literal(organisation.name) + (" (invented)" if organisation.invented else "")),
        ("Kind", organisation.type),
        ("Why it collects", literal(organisation.purpose)),
        ("Who pays", literal(organisation.funder) or "not known"),
        ("Interest declared", literal(organisation.interest) or "not known"),
        ("Contact", literal(organisation.contact) or "not known"),
        ("People of interest", literal(case.population.of_interest)),
        ("Statistic in question", literal(case.population.statistic)),
    ]
    if case.population.base:
        items.append(("What is counted", literal(case.population.base)))
    return Section([DefinitionList(items), *_participation(study)])


def _participation(study: Study) -> list[Block]:
    levels = study.case.participation.levels()
    rows = [
        {
            "stage": STAGE_NAMES[stage],
            "level": "–" if level is None else str(level),
            "meaning": "not known" if level is None else LADDER[level],
        }
        for stage, level in levels.items()
    ]
    said = {
        True: "Citizens started this work.",
        False: "An organisation, not citizens, started this work.",
        None: "Who started this work is not known.",
    }
    table = public_table(
        pd.DataFrame(rows), title="How much say people had at each stage",
        source_line="Copenhagen Framework ladder, 1 to 5",
        labels={"stage": "Stage", "level": "Level", "meaning": "What that level means"},
    )  # fmt: skip
    intro = f"{said[study.case.participation.started_by_citizens]} The ladder describes; a low level does not make a figure less accurate."
    return [Prose(intro), DataTable(table)]


def data(study: Study) -> Section:
    """Describe how the data were made, file by file, with dates and what fell out on the way."""
    case, features = study.case, study.case.features
    items = [
        ("How it started", f"{features.initiative}; main purpose {features.primary_purpose}"),
        ("What a row is", f"one {features.unit}" if case.records else "published totals, no single records"),
        ("How people came in", features.selection),
        ("How it was asked", listing(list(features.mode)) or "not known"),
        ("Consent", features.consent),
        ("Reference period", period(case.dates.reference_start, case.dates.reference_end)),
        ("First released", day(case.dates.first_release)),
        ("How often", literal(features.frequency) or "not known"),
        ("Overlap with official sources", features.overlapping_official_source),
    ]
    for label, value in (
        ("How many could have been in it", features.eligible),
        ("How many were invited", features.invited),
        ("How many came in", features.achieved),
    ):
        if value is not None:
            items.append((label, f"{study.settings.policy.rounded(value):,}"))
    return Section([DefinitionList(items), *_files(study), *_columns(study), *recorded_by_tool(study), *_losses(study)])


def _files(study: Study) -> list[Block]:
    kinds = {"records": "records", "table": "table", "reference": "official figures", "boundaries": "map"}
    rows = [
        {
            "title": source.title, "kind": kinds[source.kind], "as_at": day(source.as_at) if source.as_at else "–",
            "who": source.attribution, "licence": source.licence,
        }
        for source in study.case.sources.values()
    ]  # fmt: skip
    labels = {"title": "File", "kind": "What it is", "as_at": "As at", "who": "From", "licence": "Licence"}
    table = public_table(pd.DataFrame(rows), title="Files used", source_line="case.yaml", labels=labels)
    return (
        [DataTable(table, notes=False)]
        if len(rows) <= 8
        else [Disclosure(f"The {len(rows)} files used", [DataTable(table, notes=False)])]
    )


def _columns(study: Study) -> list[Block]:
    blocks: list[Block] = []
    for source_id, source in study.case.records.items():
        rows = [
            {
                "column": name, "label": column.label or "–", "role": column.role, "type": column.type,
                "required": "yes" if column.required else "no", "published": "yes" if name in study.case.disclosure.publish.get(source_id, ()) else "no",
            }
            for name, column in source.columns.items()
        ]  # fmt: skip
        labels = {
            "column": "Column",
            "label": "Meaning",
            "role": "Role",
            "type": "Type",
            "required": "Required",
            "published": "May be shown",
        }
        table = public_table(
            pd.DataFrame(rows), title=f"Columns of: {source.title}", source_line="case.yaml", labels=labels
        )
        blocks.append(Disclosure(f"What each column holds ({len(rows)} columns)", [DataTable(table, notes=False)]))
    return blocks


def _losses(study: Study) -> list[Block]:
    losses = study.prepared.losses
    if not losses:
        return [Prose("Nothing was lost between the files and the tables used here.")]
    policy = study.settings.policy
    rows = [
        {
            "what": f"{study.case.sources[loss.source_id].title}: {loss.step}", "why": loss.reason,
            "lost": policy.small if policy.hides(loss.count) else f"{policy.rounded(loss.count):,}",
            "total": policy.small if policy.hides(loss.total) else f"{policy.rounded(loss.total):,}",
        }
        for loss in losses
    ]  # fmt: skip
    labels = {"what": "Step", "why": "Why", "lost": "Rows lost", "total": "Of"}
    table = public_table(
        pd.DataFrame(rows),
        title="What was lost on the way, and why",
        source_line="counted while reading",
        labels=labels,
        made="rows counted while reading, rounded and hidden like counts of people",
    )
    if len(rows) <= 8:
        return [DataTable(table, notes=False)]
    return [Disclosure(f"What was lost on the way, and why ({len(rows)} steps)", [DataTable(table, notes=False)])]
