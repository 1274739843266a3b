"""Tables of the checker's page: rows as the reader sees them, and beside each what protection did."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any

from shared.batch.release_tables import MARKS, NUMBERS
from shared.protect.policy import POLICIES, Policy
from shared.protect.table import HIDDEN, NOT_APPLICABLE, NOT_AVAILABLE

LONG = 30
"""A table of more rows is folded away at first."""

STYLE = resources.files("shared.batch").joinpath("release_page.css").read_text(encoding="utf-8")


def protected_table(entry: Mapping[str, Any], shown_in: str) -> str:
    """Return a table of people: what it was made from, what the reader sees, what protection did to each row."""
    columns = [(n, c) for n, c in enumerate(entry["columns"]) if c["role"] != "status"]
    heads = [f"{c['label']} (published)" if c["name"] in entry["public_columns"] else c["label"] for _, c in columns]
    rows = [[_value(row[n], c, _state(entry, row)) for n, c in columns] for row in entry["rows"]]
    did = [what_was_done(entry, row) for row in entry["rows"]]
    words = [c["role"] not in NUMBERS for _, c in columns]
    table = _framed(entry["title"], heads, rows, words, did)
    said = [entry["note"]] if entry["note"] else entry["done"]
    made = html.escape(" ".join([made_from(entry), shown_in, *said, f"{entry['contributors']}."]))
    return f'<h3>{html.escape(entry["title"])}</h3><p class="made">{made}</p>{_folded(entry, table)}'  # fmt: skip


def other_table(entry: Mapping[str, Any], shown_in: str, *, is_open: bool) -> str:
    """Return a table that was not protected, folded away unless it has to be looked at."""
    columns = [(n, c) for n, c in enumerate(entry["columns"]) if c["role"] != "status"]
    rows = [[_value(row[n], c, _state(entry, row)) for n, c in columns] for row in entry["rows"]]
    words = [c["role"] not in NUMBERS for _, c in columns]
    table = _framed(entry["title"], [c["label"] for _, c in columns], rows, words)
    title = html.escape(f"{entry['title']} ({len(entry['rows'])} rows)")
    made = html.escape(" ".join([*entry["done"], shown_in]))
    return f'<details{" open" if is_open else ""}><summary>{title}</summary><p class="made">{made}</p>{table}</details>'


def grid(heads: Sequence[str], rows: Sequence[Sequence[str]], name: str) -> str:
    """Return a table of words."""
    return _framed(name, heads, rows, [True] * len(heads))


def made_from(entry: Mapping[str, Any]) -> str:
    """Say from which table, by which columns and of which rows a table was made; no figure is in it."""
    if not entry["source"]:
        return f"{entry['made'][:1].upper()}{entry['made'][1:]}."
    by = f" by {' and '.join(entry['by'])}" if entry["by"] else ""
    chosen = "; ".join(f"{column}: {', '.join(values)}" for column, values in entry["chosen"])
    return f"{entry['made'].capitalize()} of source {entry['source']}{by}{f', only {chosen}' if chosen else ''}."


def what_was_done(entry: Mapping[str, Any], row: Sequence[Any]) -> str:
    """Say what protection did to a row: it depends on what is shown and on the policy, on nothing else."""
    policy = POLICIES.get(str(entry["policy"]))
    state = _state(entry, row)
    if policy is None:
        return "passed on as it is"
    if state == HIDDEN:
        return f"hidden: {policy.small}, or needed to protect another figure"
    if state in (NOT_AVAILABLE, NOT_APPLICABLE) and not any(_counts(entry, row)):
        return f"{state} in the source"
    if policy.method == "cell-key":
        return "noise added, or rounded"
    return _rounded(entry, row, policy)


def _rounded(entry: Mapping[str, Any], row: Sequence[Any], policy: Policy) -> str:
    counts = _counts(entry, row)
    if policy.base is None:
        return "shown as it is: at or above the threshold"
    if counts and all(count == 0 for count in counts):
        return "zero, shown as it is"
    most = policy.base - 1 if "adds up" in entry["note"] else policy.base // 2
    return f"rounded: changed by at most {most}"


def _counts(entry: Mapping[str, Any], row: Sequence[Any]) -> list[Any]:
    """Return the counts of people in a row, not those published elsewhere."""
    return [
        row[n] for n, c in enumerate(entry["columns"])
        if c["role"] == "count" and c["name"] not in entry["public_columns"]
    ]  # fmt: skip


def _folded(entry: Mapping[str, Any], table: str) -> str:
    if len(entry["rows"]) <= LONG:
        return table
    return f"<details><summary>{len(entry['rows'])} rows, {entry['hidden']} of them hidden</summary>{table}</details>"


def _state(entry: Mapping[str, Any], row: Sequence[Any]) -> str:
    place = next((n for n, c in enumerate(entry["columns"]) if c["role"] == "status"), None)
    return "" if place is None else str(row[place])


def _value(value: Any, column: Mapping[str, Any], state: str) -> str:
    if column["role"] not in NUMBERS:
        return "" if value is None else str(value)
    if value is None:
        return MARKS.get(state, "[x]")
    if column["role"] == "share":
        return f"{100 * value:.{column['decimals']}f}%"
    return f"{value:,.0f}" if column["role"] == "count" else f"{value:,.{column['decimals']}f}"


def _framed(
    name: str, heads: Sequence[str], rows: Sequence[Sequence[str]], words: Sequence[bool], did: Sequence[str] = ()
) -> str:
    """Return a table in a frame that scrolls sideways; on a phone each row becomes a few lines."""
    labels = [html.escape(head, quote=True) for head in heads]
    head = "".join(
        f'<th scope="col"{" class=words" if w else ""}>{label}</th>' for label, w in zip(labels, words, strict=True)
    )
    above = ""
    if did:
        above = f'<tr class="who"><th colspan="{len(heads)}">What the reader sees</th><th class="did"></th></tr>'
        head += '<th scope="col" class="did">What protection did</th>'
    body = []
    for number, row in enumerate(rows):
        cells = [f'<th scope="row">{html.escape(row[0])}</th>']
        for label, cell, w in zip(labels[1:], row[1:], words[1:], strict=True):
            cells.append(f'<td data-label="{label}"{" class=words" if w else ""}>{html.escape(cell)}</td>')
        gone = ""
        if did:
            cells.append(f'<td class="did">{html.escape(did[number])}</td>')
            gone = ' class="gone"' if did[number].startswith("hidden") else ""
        body.append(f"<tr{gone}>{''.join(cells)}</tr>")
    frame = f'<div class="cb-scroll" role="region" tabindex="0" aria-label="{html.escape(name, quote=True)}">'
    table = f'<table class="cb-grid"><thead>{above}<tr>{head}</tr></thead><tbody>{"".join(body)}</tbody></table>'
    return f'<div class="cb-table">{frame}{table}</div></div>'
