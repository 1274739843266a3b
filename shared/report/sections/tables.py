"""Published tables held against each other, and one series across its releases."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from shared.charts.series import lines
from shared.errors import ProtectionError
from shared.measures.table_checks import KINDS, TableFinding, check_tables
from shared.protect import SafeTable, public_table
from shared.report.blocks import Block, DefinitionList, Disclosure, Finding, Findings, Prose, Section, literal
from shared.report.figure import Figure
from shared.report.words import day, listing

if TYPE_CHECKING:
    from shared.report.study import Study

SHOWN = 3


def table_checks(study: Study) -> Section:
    """Show what does not fit together in the tables an organisation published, the largest first within each kind."""
    found = check_tables(study.case, study.prepared, base=study.settings.policy.base)
    if not found:
        return Section(
            [Prose("The tables were held against each other, and everything that can be checked fits together.")]
        )
    intro = (
        f"The casebook held the {len(study.case.tables)} tables against each other and against their own earlier releases, "
        f"and found {len(found)} things that do not fit together. None of them was tidied. Many have good reasons that "
        "only the organisation can give; a difference is a question, not a mistake."
    )
    items = []
    for kind, meaning in KINDS.items():
        mine = sorted((f for f in found if f.kind == kind), key=lambda f: -(f.size or 0))
        if mine:
            items.append(_kind(meaning, mine))
    return Section([Prose(intro), Findings(items)])


def _kind(meaning: str, found: list[TableFinding]) -> Finding:
    first, rest = found[:SHOWN], found[SHOWN:]
    detail = "\n".join(f"- {literal(f.text)}" for f in first)
    more: tuple[Block, ...] = (Prose("\n".join(f"- {literal(f.text)}" for f in rest)),) if rest else ()
    return Finding(f"{meaning} ({len(found)})", None, detail, more, f"Show the other {len(rest)}")


def over_releases(
    study: Study, series: str, *, by: str, title: str, count: str | None = None, most: int = 5
) -> Section:
    """Draw one series of tables across its releases, its largest groups as lines, with the table.

    ``by`` is the column of groups and ``count`` the column to add up (else the column of role ``count``).
    """
    sources = {i: s for i, s in study.case.tables.items() if s.series == series and s.as_at is not None}
    if len(sources) < 2:
        raise ProtectionError(f'There are not two dated releases of series "{series}".', hint=listing(_series(study)))
    rows = []
    ordered = sorted(sources.items(), key=lambda pair: str(pair[1].as_at))
    column = count or next(n for n, c in ordered[0][1].columns.items() if c.role == "count")
    unit = ordered[0][1].columns[column].unit if column in ordered[0][1].columns else ""
    counted = unit or "people"
    names = _names([source.as_at for _, source in ordered if source.as_at is not None])
    parts: list[SafeTable] = []
    for (source_id, source), name in zip(ordered, names, strict=True):
        column = count or next(n for n, c in source.columns.items() if c.role == "count")
        safe = study.table(source_id, by, title=title, count=column, counted=counted)
        parts.append(safe)
        part = safe.frame.rename(columns={by: "group"})
        rows.append(part.assign(release=name))
    frame = pd.concat(rows, ignore_index=True)[["release", "group", "count", "status"]]
    table = public_table(
        frame, title=title, source_line=study.source_line(*sources), roles={"release": "group", "group": "group"},
        labels={"release": "Release", "group": "Group", "count": counted[0].upper() + counted[1:]}, made_from=parts,
    )  # fmt: skip
    largest = frame.groupby("group")["count"].max().sort_values(ascending=False).head(most).index.tolist()
    drawn: SafeTable = table.where("group", largest)
    ends = [_moved(frame, str(group)) for group in largest]
    chart = lines(
        drawn,
        description=f"{title}. {' '.join(ends)}",
        time="release",
        value="count",
        series="group",
        axis_title=counted[0].upper() + counted[1:],
    )
    return Section(
        [
            Figure(chart, table, literal(title), f"{counted[0].upper()}{counted[1:]} at each release"),
            Disclosure("In words", [DefinitionList([("Movement", literal(" ".join(ends)))])]),
        ]
    )


def _names(dates: list[date]) -> list[str]:
    """Name releases by year where each closes one, by month where there are many, else by day."""
    if all((when.month, when.day) == (12, 31) for when in dates) and len({when.year for when in dates}) == len(dates):
        return [str(when.year) for when in dates]
    return [f"{when:%b %Y}" if len(dates) > 4 else day(when) for when in dates]


def _series(study: Study) -> list[str]:
    return sorted({s.series for s in study.case.tables.values() if s.series})


def _moved(frame: pd.DataFrame, group: str) -> str:
    counts = frame.loc[frame["group"] == group, "count"].dropna()
    return f"{group}: {', '.join(f'{int(n):,}' for n in counts)}."
