"""How to make the report again: inputs with hashes, parameters, versions; and the result for machines."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import metadata
from typing import TYPE_CHECKING, Any

import pandas as pd

from shared.measures.measurement import Measurement, State
from shared.protect import public_table
from shared.protect.ledger import LEDGER_MIME, study_ledger
from shared.protect.table import Column
from shared.report.blocks import Block, Bundle, DefinitionList, Disclosure, Prose, Section, literal
from shared.report.datatable import DataTable
from shared.report.result import MIME, PACKAGES, result
from shared.report.words import USE_NAMES, day, number, percent

if TYPE_CHECKING:
    from shared.report.study import Study


class Attached(Block):
    """What is for machines, carried in the executed notebook and shown to nobody; the batch takes it out."""

    def __init__(self, content: dict[str, Any], mime: str) -> None:
        self.content, self.mime = content, mime

    def html(self) -> str:
        """Return nothing to look at."""
        return ""

    def text(self) -> str:
        """Return nothing to read."""
        return ""

    def outputs(self) -> list[Bundle]:
        """Return the content under its own MIME type."""
        return [{self.mime: self.content}]


def reproduce(study: Study) -> Section:
    """Name everything the figures depend on."""
    case, settings = study.case, study.settings
    words = (
        f"Every figure follows from the files below, the definition in `casestudies/{case.slug}/`, and the parameters. "
        f"The same inputs give the same report, to the byte: `casebook run {case.slug} --force`."
    )
    items = [
        ("Assessment date", day(settings.as_of)),
        ("Intended use in focus", f"{USE_NAMES[settings.use]} (`{settings.use}`)"),
        ("Disclosure policy", f"{literal(settings.policy.title)} (`{settings.policy.id}`)"),
        ("Random draws and seed", f"{settings.draws:,} draws, seed {settings.seed}"),
        ("Register of indicators", f"version {study.register.version}"),
        ("Software", ", ".join(f"{name} {metadata.version(name)}" for name in PACKAGES)),
    ]
    rows = [
        {
            "title": row["title"], "where": row["place"], "address": row["address"], "sha256": row["sha256"],
        }
        for row in study.prepared.provenance
    ]  # fmt: skip
    labels = {"title": "File", "where": "Found", "address": "Path or public address", "sha256": "SHA-256"}
    table = public_table(pd.DataFrame(rows), title="Files and their hashes", source_line="", labels=labels)
    shown = Disclosure(f"Files and their hashes ({len(rows)})", [DataTable(table, notes=False)])
    measured = study.protected()
    ledger = study_ledger(study.book, settings.policy, measured, study.measurements.values())
    machines = [Attached(result(study), MIME), Attached(ledger, LEDGER_MIME)]
    return Section([Prose(words), DefinitionList(items), shown, *_protection(study, measured), *machines])


def _protection(study: Study, measured: Sequence[Measurement]) -> list[Block]:
    """Say what protecting people cost: how many figures are hidden, in which tables, and how far others changed."""
    small, found, lost = measured
    if lost.state is not State.MEASURED or lost.denominator is None:
        return [Prose("**What protecting people cost**\n\nNo table of this report counts people.")]
    words = (
        f"**What protecting people cost (SDC-6)**\n\n{number(lost.numerator or 0)} of {number(lost.denominator)} figures "
        f"in tables of counts are hidden ({percent(lost.value or 0.0)}). {literal(lost.note)} Small cells shown "
        f"(SDC-1): {small.value:.0f}. Hidden cells that all tables together give away (SDC-2): {found.value:.0f}."
    )
    rows = [{"title": part.label, "hidden": part.value} for part in lost.parts if part.value]
    if not rows:
        return [Prose(words)]
    columns = (Column("title", "Table", "group"), Column("hidden", "Figures hidden", "share", decimals=0))
    table = public_table(pd.DataFrame(rows), title="Figures hidden, by table", source_line="", columns=columns)
    return [Prose(words), Disclosure(f"Tables with hidden figures ({len(rows)})", [DataTable(table, notes=False)])]
