"""Rows that no area could be found for, and how far coverage could move if they were all in one place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from shared.cases.model import Area
from shared.cases.placing import AreaOf
from shared.protect import SafeTable, public_table
from shared.protect.public import MEASURED
from shared.report.blocks import Block, Prose
from shared.report.datatable import DataTable
from shared.report.words import percent
from shared.sources.areas import effect_on_coverage
from shared.sources.derive import Loss
from shared.sources.geography.vintages import Reach
from shared.sources.large import RECORDS, counts_by
from shared.sources.prepare import AREA_COLUMN

if TYPE_CHECKING:
    from shared.report.study import Study


def losses_of_area(study: Study, area: Area) -> list[Loss]:
    """Return what was lost on the way to an area: in the column that carries it, then in placing it, each row once."""
    ours = [loss for loss in study.prepared.losses if loss.source_id == area.source]
    first = [loss for loss in ours if loss.step == f"new column {area.column}"]
    before = sum(loss.count for loss in first)
    then = [
        # a row that lost its code in the column before has none here, and is one row
        replace(loss, count=loss.count - before) if loss.reason == "no area code" else loss
        for loss in ours
        if loss.step == f"area codes of {area.vintage}"
    ]
    return [loss for loss in (*first, *then) if loss.count > 0]


def counted_by_area(study: Study, area: Area, codes: Sequence[str]) -> SafeTable:
    """Return the protected count of every area of the reference."""
    groups = {area.column: tuple(codes)}
    holds = {area.column: AREA_COLUMN} if AREA_COLUMN in study.rows(area.source).columns else {}
    return study.table(area.source, area.column, title="Reach by area", count=area.count, groups=groups, holds=holds)


def effect(study: Study, area: Area) -> list[Block]:
    """Say how many rows have no area, and for divided areas where they may belong: counts at least and at most.

    Counts of people (a table of counts has none by row, so there the sentence is all). Rounded and withheld as the
    policy asks; where too few rows are in question, they are named without a number.
    """
    lost, total = sum(loss.count for loss in losses_of_area(study, area)), len(study.rows(area.source))
    if not lost or not total:
        return []
    policy = study.settings.policy
    said = policy.small if policy.hides(lost) else f"{policy.rounded(lost):,}"
    share = "a few" if policy.hides(lost) else percent(policy.rounded(lost) / policy.rounded(total))
    unit = "lines of the table" if area.count is not None else "records"
    words = (
        f"**{said}** of {policy.rounded(total):,} {unit} ({share}) have no area and are in none of the figures above. "
        "What an area shows is too low by those that belong to it."
    )
    rows = _rows(study, area) if area.count is None and area.reference is not None else []
    if not rows:
        return [Prose(words)]
    words += (
        " For those whose area was divided, it is known between which areas: the table gives the least and the most."
    )
    columns = {"area": "Area", "least": "At least", "most": "At most", "by": "Could be higher by"}
    table = public_table(
        pd.DataFrame(rows), title="Areas that records without a place may belong to",
        source_line=study.source_line(area.source), labels=columns, made=MEASURED,
    )  # fmt: skip
    return [Prose(words), DataTable(table, notes=False)]


def _reaches(study: Study, area: Area) -> tuple[Reach, ...]:
    """The effect of divided codes, from the column that holds the codes as they were written down."""
    rule = study.case.sources[area.source].derive.get(area.column)
    if isinstance(rule, AreaOf) and rule.give == "code":
        change = {"column": rule.column, "read_as": rule.read_as, "system": rule.system, "vintage": rule.vintage}
        area = area.model_copy(update=change)
    elif rule is not None:
        return ()
    found = counts_by(study.rows(area.source), [area.column])
    return effect_on_coverage(found[area.column], area, found[RECORDS])


def _rows(study: Study, area: Area) -> list[dict[str, str]]:
    """One row an area; its count is the protected one of the table above."""
    reaches = _reaches(study, area)
    if not reaches:
        return []
    policy = study.settings.policy
    codes = study.frame(str(area.reference))[str(area.reference_code)].astype("str").unique()
    frame = counted_by_area(study, area, tuple(codes)).frame
    shown = frame.loc[frame["count"].notna()].set_index(area.column)["count"]
    rows = []
    for reach in reaches:
        more, least = reach.at_most - reach.placed, float(shown.get(reach.code, 0))
        row = {"area": reach.name, "least": f"{least:,.0f}" if least else "[c]", "most": "–", "by": policy.small}
        if not policy.hides(more):
            row["by"] = f"{policy.rounded(more):,}"
            row["most"] = f"{least + policy.rounded(more):,.0f}" if least else "–"
        rows.append(row)
    return rows
