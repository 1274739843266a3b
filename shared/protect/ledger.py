"""What the ledger of outputs says of a table: how it was made and protected, and its protected rows. No true count."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from shared.errors import ProtectionError
from shared.measures.disclosure import ReleasedTable, measure_release
from shared.measures.measurement import Measurement, State
from shared.protect.book import Before, Book
from shared.protect.measurements import counts_people
from shared.protect.policy import POLICIES, Policy
from shared.protect.table import HIDDEN, NOT_AVAILABLE, Origin, SafeTable

LEDGER_MIME = "application/vnd.casebook.ledger+json"
"""Media type under which a displayed block hands over what the ledger says of its tables; it shows nothing."""

PROMISED = ("SDC-1", "SDC-2")
"""What protection promises of all tables together, before any is made: 0."""

AT_THE_END = "SDC-6"
"""What can only be counted when all tables are made; no score and no gate depends on it."""

MANY = 10
"""So many cells must have been changed before anything is said of how much they were changed on average."""


def entry_of(table: SafeTable) -> dict[str, Any]:
    """Return the ledger's entry for a table, plain JSON types only."""
    frame, status = table.frame, table.named("status")
    rows = json.loads(frame.to_json(orient="values", double_precision=10, date_format="iso"))
    origin = table.origin
    return {
        "id": table.ledger, "root": table.root, "title": table.title, "policy": table.policy,
        "source_line": table.source_line, "note": table.note,
        "made": origin.made, "source": origin.source, "by": list(origin.by),
        "chosen": [[column, list(values)] for column, values in origin.chosen], "made_from": list(origin.parents),
        "public_columns": list(origin.public), "contributors": _contributors(origin.least),
        "columns": [asdict(column) for column in table.columns], "rows": rows,
        "cells": len(frame), "hidden": table.hidden, "done": _done(table),
        "not_available": 0 if status is None else int((frame[status] == NOT_AVAILABLE).sum()),
    }  # fmt: skip


def _contributors(least: int) -> str:
    return f"{least} or more people behind every figure shown" if least else ""


def _done(table: SafeTable) -> list[str]:
    policy = POLICIES.get(table.policy)
    if policy is None or not table.origin.least:
        usual = Origin().made
        made = f"{usual}, or are published already" if table.origin.made == usual else table.origin.made
        return [f"Passed on as it is: {made}."]
    said = [f"{table.hidden} of {len(table)} rows hidden."] if table.hidden else ["No row hidden."]
    if policy.method == "cell-key" and "perturbation" in table.note:
        said.append("Counts perturbed by cell key.")
    elif policy.base:
        said.append(f"Counts rounded to multiples of {policy.base}.")
    else:
        said.append("Counts not rounded.")
    shares = [c.label for c in table.columns if c.role == "share" and c.name not in table.origin.public]
    return [*said, "Shares, totals and ratios worked out from the protected counts."] if shares else said


def change_in_words(before: Sequence[Before], policy: Policy) -> str:
    """Say how much the figures shown were changed, in classes coarse enough that no count can be worked out."""
    changes = np.concatenate([np.abs(b.shown - b.counts)[~np.isnan(b.shown)] for b in before] or [np.array([])])
    if policy.base is None and policy.method == "round":
        return "Nothing was rounded."
    most = "a little"
    if policy.base and policy.method == "round":  # more than half the base only where what is shown must add up
        half = policy.base // 2
        most = f"by at most {half if not changes.size or changes.max() <= half else policy.base - 1}"
    if changes.size < MANY:
        return f"Each figure shown was changed {most}."
    mean = float(changes.mean())
    word = "less than 1" if mean < 1 else "1 to 2" if mean < 2 else "2 to 5" if mean < 5 else "5 or more"
    return f"Each figure shown was changed {most}; by {word} on average."


def promised(policy: Policy) -> tuple[Measurement, ...]:
    """Return SDC-1, SDC-2 and SDC-6 as they stand before any table is made.

    A verdict comes first in a report and its tables later. What is hidden in a table is chosen so that no small cell
    is shown and none can be worked out, or the table is not made; so the first two are 0 in every report there is.
    ``kept`` counts them when all tables are made, and without the same answer there is no report.
    """
    method = "what is hidden is chosen so that it holds; counted again over all tables at the end of the report"
    small, found = (
        Measurement(name, State.MEASURED, value=0.0, counted="cells", method=method, note=f"Policy: {policy.title}.")
        for name in PROMISED
    )
    later = "Counted when all tables of this report are made; it is in its last section."
    return small, found, Measurement.not_known(AT_THE_END, reason=later)


def kept(book: Book, policy: Policy) -> tuple[Measurement, ...]:
    """Return SDC-1, SDC-2 and SDC-6 counted over all tables; a broken promise raises ``ProtectionError``."""
    measured = measure_ledger(book, policy)
    broken = [f"{m.value:.0f} {words}" for m, words in zip(measured, _BROKEN, strict=False) if m.value]
    if broken:
        raise ProtectionError(
            f"Protection did not hold: {' and '.join(broken)}.",
            hint="No report is written. This is a fault of the casebook: please report it.",
        )
    return measured


_BROKEN = ("small cells are shown", "hidden cells can be worked out from all tables together")


def study_ledger(
    book: Book, policy: Policy, measured: Iterable[Measurement], measurements: Iterable[Measurement] = ()
) -> dict[str, Any]:
    """Return what a study hands over at the end: what was printed of each table of counts, and what was lost.

    ``measured`` is what ``kept`` returned; ``people`` names the indicators whose counts are counts of people, and
    ``counted`` says in words what these count ("records").
    """
    people = [m for m in measurements if counts_people(m)]
    return {
        "policy": policy.id,
        "facts": [table.as_json() for table in book.tables],
        "measured": {m.indicator: {"state": str(m.state), "value": m.value} for m in measured},
        "change": change_in_words(book.before, policy),
        "people": [m.indicator for m in people],
        "counted": sorted({m.counted for m in people}),
    }  # fmt: skip


def measure_ledger(book: Book, policy: Policy) -> tuple[Measurement, ...]:
    """Return SDC-1, SDC-2 and SDC-6 of the tables in the book, from their cells before and after protection.

    SDC-1 counts cells shown though fewer than the threshold stand behind them, SDC-2 hidden cells that all tables
    together give away (linear programming over the whole book, not table by table), SDC-6 the share of cells hidden.
    The first two are 0 unless something went wrong. Empty cells that are shown are no contributors and do not count.
    """
    tables = [
        ReleasedTable(b.title, np.where(np.isnan(b.shown), np.nan, b.counts), original=b.counts)
        for b in book.before
    ]  # fmt: skip
    small, _, _ = measure_release(tables, threshold=policy.threshold)
    shown = [ReleasedTable(b.title, b.shown, original=b.counts) for b in book.before]
    _, found, lost = measure_release(shown, threshold=policy.threshold)
    if not tables:
        return small, found, lost
    given_away = book.exposed()
    found = replace(
        found, value=float(len(given_away)), parts=(),
        method="hidden cells that all tables of the report together give away, by linear programming",
    )  # fmt: skip
    return small, found, replace(lost, note=change_in_words(book.before, policy))


def small_figures(entry: Mapping[str, Any]) -> list[tuple[int, str]]:
    """Return (row, column) of every count in an entry that is above zero and below its policy's threshold.

    Columns whose figures describe no person or are published elsewhere are left out. A finding means that a figure
    would leave that the policy hides.
    """
    policy = POLICIES.get(str(entry["policy"]))
    if policy is None:
        return []
    counts = [
        (place, column["name"])
        for place, column in enumerate(entry["columns"])
        if column["role"] == "count" and column["name"] not in entry["public_columns"]
    ]
    return [
        (number, name)
        for number, row in enumerate(entry["rows"])
        for place, name in counts
        if row[place] is not None and (0 < row[place] < policy.threshold)
    ]


def says_hidden(entry: Mapping[str, Any]) -> list[int]:
    """Return the rows of an entry whose status says *hidden* though a count of people is in them."""
    status = next((n for n, c in enumerate(entry["columns"]) if c["role"] == "status"), None)
    counts = [
        n for n, c in enumerate(entry["columns"])
        if c["role"] in ("count", "share") and c["name"] not in entry["public_columns"]
    ]  # fmt: skip
    if status is None or str(entry["policy"]) not in POLICIES:
        return []
    rates = entry["made"] == "rates"  # there the number of people may be shown beside a hidden rate
    return [
        number
        for number, row in enumerate(entry["rows"])
        if row[status] == HIDDEN and not rates and any(row[n] is not None for n in counts)
    ]


def small_public(entry: Mapping[str, Any]) -> bool:
    """Tell whether an entry that was not protected has counts from 1 to 9, which a person has to look at."""
    if entry["policy"] != "public":
        return False
    counts = [n for n, c in enumerate(entry["columns"]) if c["role"] == "count"]
    return any(row[n] is not None and 0 < row[n] < 10 for row in entry["rows"] for n in counts)
