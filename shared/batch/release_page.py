"""The checker's page: what is to leave, table by table, beside what protection did to it. No true count anywhere."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any

from shared.batch.release_tables import MARKS, NUMBERS
from shared.protect.policy import POLICIES
from shared.report.page import page

STYLE = """
.check{display:grid;grid-template-columns:1fr 1fr;gap:1.5rem;margin:0 0 2rem}
.check>div{overflow-x:auto;min-width:0}
@media(max-width:50rem){.check{grid-template-columns:1fr}}
"""
STATUS = {"pass": "passed", "review": "waits for a second person", "refused": "refused"}


def checker_page(case_title: str, ledger: Mapping[str, Any]) -> str:
    """Return the page for a ledger whose outputs have been decided on; the same ledger gives the same bytes."""
    outputs, tables = ledger["outputs"], ledger["tables"]
    body = [
        _summary(ledger),
        "<h2>Outputs</h2>",
        _grid(
            ("Output", "Kind", "What it is", "Policy", "What was done", "Status"),
            [(o["id"], o["kind"], o["title"], o["policy"] or "–", o["done"], _status(o)) for o in outputs],
        ),
        "<h2>Tables before the reader sees them</h2>",
        "<p>Left: what the reader will see. Right: what protection did to each row. A change is said as a class that "
        "follows from the policy and the figure shown alone, so this page gives nothing away.</p>",
        *(_table(entry) for entry in tables),
    ]
    return page(f"Output check: {case_title}", "\n".join(body), subtitle="For the output checker", styles=STYLE)


def _summary(ledger: Mapping[str, Any]) -> str:
    policy = POLICIES.get(str(ledger["policy"]))
    counts = {state: sum(o["status"] == state for o in ledger["outputs"]) for state in STATUS}
    measured = ledger["measured"]
    lost = measured.get("SDC-6", {}).get("value")
    rows = [
        ("Policy", f"{policy.title} ({policy.id})" if policy else "none"),
        ("Source of the policy", policy.source if policy else "–"),
        *((f"Outputs that {words}", str(counts[state])) for state, words in _STATES),
        ("Small cells shown (SDC-1)", _number(measured.get("SDC-1", {}).get("value"))),
        ("Hidden cells that can be worked out (SDC-2)", _number(measured.get("SDC-2", {}).get("value"))),
        ("Cells hidden, of all cells of counts (SDC-6)", "not known" if lost is None else f"{100 * lost:.0f} %"),
        ("Change of the figures shown", ledger["change"] or "–"),
        ("Compared with an earlier release", ledger.get("compared", "there is none")),
    ]
    return _grid(("Release", "") if not rows else ("What", "Answer"), rows)


_STATES = (("pass", "passed"), ("review", "wait for a second person"), ("refused", "are refused"))


def _number(value: float | None) -> str:
    return "not known" if value is None else f"{value:.0f}"


def _status(output: Mapping[str, Any]) -> str:
    return ". ".join(part for part in (STATUS[output["status"]], output["why"], output.get("decision", "")) if part)


def _table(entry: Mapping[str, Any]) -> str:
    columns = [(n, c) for n, c in enumerate(entry["columns"]) if c["role"] != "status"]
    heads = [c["label"] for _, c in columns]
    shown = [[_value(row[n], c, _state(entry, row)) for n, c in columns] for row in entry["rows"]]
    done = [[_value(row[columns[0][0]], columns[0][1], ""), what_was_done(entry, row)] for row in entry["rows"]]
    title = html.escape(f"{entry['title']} ({entry['id']})")
    said = html.escape(" ".join([*entry["done"], f"Contributors: {entry['contributors']}."]))
    return (
        f"<h3>{title}</h3><p>{said}</p>"
        f'<div class="check"><div>{_grid(heads, shown)}</div>'
        f"<div>{_grid((heads[0], 'What protection did'), done)}</div></div>"
    )


def what_was_done(entry: Mapping[str, Any], row: Sequence[Any]) -> str:
    """Say what protection did to a row: it depends on what is shown and on the policy, on nothing else."""
    policy = POLICIES.get(str(entry["policy"]))
    state = _state(entry, row)
    if policy is None:
        return "passed on as it is"
    if state == "hidden":
        return f"hidden: {policy.small}, or needed to protect another figure"
    if state in ("not available", "not applicable"):
        return f"{state} in the source"
    if policy.method == "cell-key":
        return "perturbed or rounded"
    return "not changed" if policy.base is None else f"rounded: changed by at most {policy.base // 2}"


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


def _grid(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{html.escape(h)}</th>' for h in heads)
    body = "".join("<tr>" + "".join(f"<td>{html.escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<table class="cb-grid"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
