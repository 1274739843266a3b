"""The index as a page: one section a case study, its six uses in words, neutral to look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from html import escape
from typing import TYPE_CHECKING, Any

from shared.batch.job import NOTEBOOK, REPORT, RESULT
from shared.batch.publish import LOG
from shared.batch.record import CaseRecord, RunState
from shared.batch.together import together_html
from shared.report.page import page
from shared.report.words import STATUS_WORDS, USE_NAMES, day, period

if TYPE_CHECKING:
    from shared.batch.index import Entry

LINKS = {
    REPORT: "Report",
    RESULT: "Result for machines (JSON)",
    NOTEBOOK: "Executed notebook",
    LOG: "Log of the last run",
}
INTRODUCTION = (
    "<p>Each case study assesses one source of citizen data: what it can be used for in official statistics, how "
    "sure that is, and what would change it. They stand in alphabetical order. The index ranks nobody: sources "
    "are made for different purposes, so their results cannot be compared with one another.</p>"
    "<p><strong>Met</strong>: the source fulfils what this use asks for. <strong>Not met</strong>: something it asks "
    "for is not fulfilled. <strong>Not known</strong>: something has not been found out yet, which says nothing "
    "against the source. The report gives the reasons for each.</p>"
)
STYLE = """
.entry { border-top: 1px solid var(--line); padding: 1.75rem 0 1.25rem; max-width: 60rem; }
.entry h2 { border: 0; margin: 0; padding: 0; font-size: 1.375rem; }
.entry h2 + p:not(.by) { margin-top: .5rem; }
.entry .by { color: var(--soft); margin: .25rem 0 .75rem; }
.introduction { max-width: 46rem; padding: 1.75rem 0 1rem; }
.uses { display: grid; grid-template-columns: repeat(2, 1fr); gap: .5rem 1.25rem; margin: 0 0 1rem; }
@media (min-width: 40em) { .uses { grid-template-columns: repeat(3, 1fr); } }
@media (min-width: 62em) { .uses { grid-template-columns: repeat(6, auto); } }
.uses dt { font-size: .9375rem; color: var(--soft); }
.uses dd { margin: 0; font-weight: 600; }
.links { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .375rem 1.25rem; }
.links li { margin: 0; }
.entry details { font-size: .9375rem; margin: 0 0 1rem; }
.entry summary { cursor: pointer; }
.entry pre { white-space: pre-wrap; overflow-wrap: anywhere; }
"""


def index_page(entries: Sequence[Entry], found: Mapping[str, Any] | None = None) -> str:
    """Return the page for ``entries``, in the order given; ``found`` is what they say together."""
    count = "one case study" if len(entries) == 1 else f"{len(entries)} case studies"
    sections = "\n".join(_section(entry) for entry in entries) or (
        "<p>There is no case study yet. To start one: <code>casebook new SLUG</code></p>"
    )
    last = together_html(found or {})
    lead = '<p><a href="#together">What the case studies say together</a> is at the end.</p>' if last else ""
    body = f'<div class="introduction">{INTRODUCTION}{lead}</div>\n{sections}\n{last}'
    return page("Case studies", body, subtitle=f"What citizen data can be used for: {count}", styles=STYLE)


def _section(entry: Entry) -> str:
    name = f"case-{entry.slug}"
    title = escape(entry.title)
    if REPORT in entry.files:
        title = f'<a href="{escape(entry.files[REPORT])}">{title}</a>'
    invented = " (made-up example)" if entry.invented else ""
    by = f'<p class="by">{escape(entry.organisation)}{invented}</p>' if entry.organisation else ""
    parts = [
        f'<section class="entry" aria-labelledby="{name}">',
        f'<h2 id="{name}">{title}</h2>',
        by,
        f"<p>{escape(entry.summary)}</p>" if entry.summary else "",
        _uses(entry),
        _freshness(entry),
        _state(entry),
        _links(entry),
        _provenance(entry),
        "</section>",
    ]
    return "\n".join(part for part in parts if part)


def _uses(entry: Entry) -> str:
    if entry.result is None:
        return "<p>There is no result yet.</p>"
    words = {use["use"]: STATUS_WORDS[use["status"]] for use in entry.result["uses"]}
    rows = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{words.get(use, STATUS_WORDS['not_known'])}</dd></div>"
        for use, name in USE_NAMES.items()
    )
    return f'<dl class="uses">{rows}</dl>'


def _freshness(entry: Entry) -> str:
    facts = []
    if entry.period:
        start, end = map(date.fromisoformat, entry.period)
        facts.append(f"Data for {period(start, end)}.")
    if entry.result is not None:
        facts.append(f"Assessed as at {day(date.fromisoformat(entry.result['assessed_on']))}.")
    return f"<p>{' '.join(facts)}</p>" if facts else ""


def _state(entry: Entry) -> str:
    record = entry.record
    if record is None:
        return f"<p>Not run yet. To run it: <code>casebook run {escape(entry.slug)}</code></p>"
    if record.state is RunState.DATA_MISSING:
        return f"<p>Data not present. To fetch them: <code>{escape(record.message)}</code>{_older(record)}</p>"
    if record.failure is None:
        return "<p>Last run: unchanged.</p>" if record.state is RunState.UNCHANGED else "<p>Last run: done.</p>"
    where = f" in {escape(record.failure.where)}" if record.failure.where else ""
    text = f"<p>Last run: failed{where} ({escape(record.failure.error)}).{_older(record)}</p>"
    if record.failure.message:
        text += f"<details><summary>What went wrong</summary><pre>{escape(record.failure.message)}</pre></details>"
    return text


def _older(record: CaseRecord) -> str:
    return " What is shown is of the last good run." if record.published else ""


def _links(entry: Entry) -> str:
    items = "".join(
        f'<li><a href="{escape(entry.files[name])}" aria-describedby="case-{entry.slug}">{label}</a></li>'
        for name, label in LINKS.items()
        if name in entry.files
    )
    return f'<ul class="links">{items}</ul>' if items else ""


def _provenance(entry: Entry) -> str:
    facts = []
    if entry.record and entry.record.published:
        finished = datetime.fromisoformat(entry.record.published.finished)
        facts.append(f"last good run {day(finished.date())}, {finished:%H:%M} UTC")
    if entry.result is not None:
        facts.append(f"register {escape(str(entry.result['register_version']))}")
        facts.append(f"disclosure policy {escape(str(entry.result['policy']))}")
    return f"<p><small>Provenance: {', '.join(facts)}</small></p>" if facts else ""
