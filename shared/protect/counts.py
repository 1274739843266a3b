"""Counts of people by one or two variables, protected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from shared.protect.book import Book
from shared.protect.cellkey import RecordKeys
from shared.protect.cells import LAST, check_columns, folded, full_grid
from shared.protect.counted import Lineage
from shared.protect.policy import Policy, find_policy
from shared.protect.protected import beside, from_keys, from_policy
from shared.protect.table import HIDDEN, NOT_AVAILABLE, SHOWN, Column, Origin, SafeTable, seal
from shared.sources.large import RECORDS


def protect_counts(
    frame: pd.DataFrame, *, by: Sequence[str], count: str | None = None, policy: Policy | str, publish: Iterable[str],
    title: str, source_line: str, groups: Mapping[str, Sequence[str]] | None = None,
    labels: Mapping[str, str] | None = None, counted: str = "people", note: str = "", book: Book | None = None,
    lineage: Lineage | None = None, keys: RecordKeys | None = None, adding_up: bool = False,
) -> SafeTable:  # fmt: skip
    """Count people by one or two variables and protect the counts.

    frame    records (each row counts once, or as often as ``__records__`` says where they were counted before), or an
             aggregate table whose column ``count`` is added up
    by       one or two column names, all of them in ``publish`` (case.yaml, ``disclosure.publish``)
    groups   column -> the declared list of its groups, in order: these are named even where their count is hidden,
             and answers outside the list are counted as "other answers". Without a list, groups too small to show
             are put together under "smaller groups together", because a rare answer can be a person's name
    labels   column -> heading; ``count`` and ``share`` may be given too
    counted  what is counted, for headings and notes ("people", "reports")
    book     the tables shown so far, which this one is held against; ``lineage`` says which people it counts
    adding_up  round so that the totals of what is shown are neighbouring multiples of the true totals too
    keys     the records' keys, for a policy of cell-key perturbation; without them its rounding is used

    Returns the columns of ``by``, then ``count`` (Int64, missing where hidden), ``share`` (fraction of the shown
    total; in a two-way table of the shown total of its first variable's group) and ``status``. A missing answer is
    counted as "not recorded". Everything is computed from the protected counts, so that nothing can be found by
    subtraction; there is no other total in the table. Raises ``ProtectionError``.
    """
    rule = find_policy(policy)
    names = list(by)
    check_columns(frame, names, [count] if count else [], set(publish), title)
    lists = {name: [str(g) for g in (groups or {}).get(name, ())] for name in names}
    counted_before = RECORDS if count is None and RECORDS in frame.columns else None
    work = folded(frame, names, count or counted_before, lists, rule)
    cells = full_grid(work, names, lists)
    made = (
        from_keys(cells, work, frame[keys.column], rule, keys)
        if rule.method == "cell-key" and keys is not None and count is None
        else from_policy(cells, rule, adding_up=adding_up or rule.adds_up)
    )
    people = lineage or Lineage(title, count or "")
    made = beside(made, title, people, rule, book)
    hidden, known = made.hidden, cells.notna().to_numpy()
    companions = int(hidden.sum() - made.small.sum())
    table = cells.index.to_frame(index=False)
    table["count"] = pd.array(made.published(), dtype="Int64")
    table["share"] = _shares(table, names)
    table["status"] = np.select([hidden, ~known], [HIDDEN, NOT_AVAILABLE], SHOWN)
    if len(names) == 1 and not lists[names[0]]:
        table = ordered(table, names[0], "count")
    heading = dict(labels or {})
    columns = [Column(name, heading.get(name, name), "group") for name in names]
    columns.append(Column("count", heading.get("count", counted.capitalize()), "count"))
    columns.append(
        Column("share", heading.get("share", "Share" if len(names) == 1 else f"Share of {names[0]}"), "share")
    )
    columns.append(Column("status", "Status", "status"))
    number = int(hidden.sum())
    return seal(
        table, columns, title=title, policy=rule.id, source_line=source_line, hidden=number,
        note=" ".join(part for part in (note, protection_note(rule, number, counted, companions, made.noise)) if part),
        origin=Origin("counts", people.source, tuple(names), people.chosen, least=rule.threshold),
    )  # fmt: skip


def protection_note(policy: Policy, hidden: int, counted: str, companions: int = 0, noise: int = 0) -> str:
    """Say what protection did to a table; ``companions`` of its ``hidden`` figures are not small themselves."""
    said = []
    if noise and policy.method == "cell-key":
        said.append(f"Counts are changed by up to {noise} (cell-key perturbation), so sums may differ a little.")
    elif noise:
        said.append(f"Counts are rounded to a multiple of {policy.base} so that what is shown adds up.")
    elif policy.base:
        said.append(f"Counts are rounded to the nearest {policy.base}.")
    if hidden:
        figures = "1 figure is" if hidden == 1 else f"{hidden} figures are"
        also = "" if not companions else ", or because such a figure could be worked out from it"
        said.append(
            f"{figures} hidden (marked [c] in tables) because {policy.small} {counted} stand behind each{also}."
        )
        said.append(
            "Totals and shares are worked out from the figures shown, so nothing hidden can be found by subtraction."
        )
    return " ".join(said)


def _shares(table: pd.DataFrame, by: list[str]) -> pd.Series[float]:
    counts = table["count"].astype("Float64")
    total = counts.sum() if len(by) == 1 else counts.groupby(table[by[0]], sort=False).transform("sum")
    return (counts / total).where(counts.notna() & (total > 0)).astype("float64").round(6)


def ordered(table: pd.DataFrame, by: str, count: str) -> pd.DataFrame:
    """Sort groups by their protected count, never by the true one: the order would tell."""
    shown = table[count].fillna(-1).astype("int64")
    work = table.assign(_last=table[by].isin(LAST), _n=-shown)
    return work.sort_values(["_last", "_n", by]).drop(columns=["_last", "_n"])
