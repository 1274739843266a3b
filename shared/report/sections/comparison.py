"""The source beside official statistics: margin by margin as shares, and totals that should agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from shared.cases.model import Margin
from shared.charts.dots import dumbbell, ratio_dots
from shared.errors import CasebookError
from shared.measures.indicators.context import Context
from shared.measures.indicators.groups import reference_counts
from shared.measures.measurement import State
from shared.protect import NOT_RECORDED, SafeTable, compare, public_table
from shared.report.blocks import Block, Callout, Disclosure, Prose, Section, literal
from shared.report.datatable import DataTable
from shared.report.figure import Figure
from shared.report.words import day, listing, percent
from shared.sources.reference_checks import check_reference

if TYPE_CHECKING:
    from shared.report.study import Study

MANY_GROUPS = 12


def comparison(study: Study) -> Section:
    """Compare every declared margin; a margin that cannot be compared says why and stops no other."""
    blocks: list[Block] = []
    for margin in study.case.margins:
        try:
            blocks += _margin(study, margin)
        except CasebookError as error:
            blocks.append(Callout(literal(str(error)), f"{margin.label}: cannot be compared"))
    if not blocks:
        blocks.append(
            Prose("No official figures for the population of interest are declared, so nothing can be compared yet.")
        )
    return Section([*blocks, *_totals(study), *_checked(study)])


def against_reference(study: Study, margin: Margin) -> SafeTable:
    """Return one margin of the source beside the reference, protected."""
    reference = study.case.sources[margin.reference]
    context = Context(study.case, study.prepared, as_of=study.settings.as_of, draws=0, seed=study.settings.seed)
    groups = reference_counts(context, margin)
    published = public_table(
        pd.DataFrame({"group": list(groups), "count": list(groups.values())}),
        title=margin.label, source_line=study.source_line(margin.reference), labels={"group": "Group", "count": "Official figure"},
    )  # fmt: skip
    ours = study.table(
        margin.source, margin.column, title=margin.label, count=margin.count, counted="records" if margin.count is None else "people",
        groups={margin.column: tuple(groups)},
    )  # fmt: skip
    # shares are among the groups that both list, as the indicators count them: without other answers, and without the
    # groups that a list of the largest leaves out
    listed = set(groups)
    if study.case.sources[margin.source].listing != "complete":
        listed &= set(ours.frame[margin.column])
    ours, published = ours.where(margin.column, listed), published.where("group", listed)
    return compare(
        ours, published, title=margin.label, source_line=study.source_line(margin.source, margin.reference),
        labels={
            margin.column: margin.label.split(",")[0], "share": "Share in the source", "reference_share": "Share, official",
            "reference_count": f"Official figure, {day(reference.as_at)}" if reference.as_at else "Official figure",
        },
    )  # fmt: skip


def _margin(study: Study, margin: Margin) -> list[Block]:
    table = against_reference(study, margin)
    key = table.columns[0].name
    frame = table.frame
    both = frame[frame["ratio"].notna()].sort_values("ratio")
    if both.empty:
        return [Callout("Every figure is hidden or missing.", f"{margin.label}: cannot be compared")]
    drawn = table.where(key, [group for group in frame[key] if group != NOT_RECORDED])
    # the finding is about the groups that must be represented, where case.yaml names them
    judged = both[both[key].isin(margin.required_groups)] if margin.required_groups else both
    judged = both if judged.empty else judged
    least, most = [str(g) for g in judged[key].head(2)], [str(g) for g in judged[key].tail(2)[::-1]]
    distance = float((both["share"] - both["reference_share"]).abs().sum() / 2)
    described = (
        f"Share of each group in the source and in official figures: {margin.label}. "
        f"Furthest below its official share: {listing(least)}. Furthest above: {listing(most)}."
    )
    lowest = float(judged["ratio"].iloc[0])
    if lowest >= 0.9:
        finding = "no group falls much below its official share"
    else:
        finding = f"“{literal(least[0])}” has {lowest:.2f} times its official share"
    base = study.case.sources[margin.reference].population_base
    subtitle = f"{percent(distance, 0)} of the source would have to change group to match. Official base: {base or 'see the source'}."
    if len(drawn) > MANY_GROUPS:
        chart = ratio_dots(drawn, description=described, group=key)
        subtitle += " The scale is such that half and double are equally far from 1."
    else:
        chart = dumbbell(drawn, description=described, group=key)
    return [Figure(chart, table, f"{literal(margin.label)}: {finding}", literal(subtitle), literal(margin.caveat))]


def _totals(study: Study) -> list[Block]:
    found = study.measurements.get("COH-4")
    if found is None or found.state is not State.MEASURED or not study.case.totals:
        return []
    lines = []
    for part in found.parts:
        spec = next((t for t in study.case.totals if t.label == part.label), None)
        why = f" {literal(spec.explanation)}" if spec and spec.explanation else ""
        lines.append(f"- **{literal(part.label)}**: {_apart(part.value)}.{why}")
    return [Prose("**Totals that should agree**\n\n" + "\n".join(lines))]


RULES = {
    "unique": "each area once", "complete": "every area of its list", "adds_up": "parts add up to the total",
    "total": "the published grand total", "same_base": "the population it says", "not_negative": "nothing below nought",
}  # fmt: skip


def _checked(study: Study) -> list[Block]:
    """Show what the official figures were held to before anything was compared; one that fails is refused at reading."""
    found = check_reference(study.case, study.prepared)
    held = [source for source in study.case.sources.values() if source.kind == "reference"]
    if not held:
        return []
    unchecked = len(held) - len({finding.source_id for finding in found})
    more = f" For {unchecked} of the {len(held)} tables of official figures no check is declared." if unchecked else ""
    if not found:
        return [Prose(f"The official figures were used as published:{more.replace(' For', ' for')}")]
    rows = [
        {
            "table": study.case.sources[one.source_id].title, "rule": RULES[one.rule], "found": one.evidence,
            "outcome": "passed" if one.passed else "refused",
        }
        for one in found
    ]  # fmt: skip
    labels = {"table": "Official figures", "rule": "Checked for", "found": "What was found", "outcome": "Outcome"}
    line = study.source_line(*dict.fromkeys(one.source_id for one in found))
    title = "What the official figures were checked for before use"
    table = public_table(pd.DataFrame(rows), title=title, source_line=line, labels=labels)
    words = (
        f"Before anything was compared, the official figures had to pass {len(rows)} checks; a table that fails is "
        f"refused and nothing is compared with it.{more}"
    )
    return [Prose(words), Disclosure(f"{title} ({len(rows)})", [DataTable(table, notes=False)])]


def _apart(difference: float | None) -> str:
    """Say how far two totals are apart; a small difference is not printed as none."""
    if difference == 0:
        return "the two totals are equal"
    small = difference is not None and difference < 0.0005
    return f"the two totals differ by {'less than 0.1%' if small else percent(difference)} of their mean"
