"""The checker's page: what is to leave, what stands against it, and each table beside what protection did to it.

No true count is anywhere on it: what is said of a figure follows from the figure shown and from the policy alone.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any

from shared.batch.release_page_tables import STYLE, grid, other_table, protected_table
from shared.errors import Fault
from shared.protect.ledger import small_public
from shared.protect.policy import POLICIES
from shared.report.page import page

STATUS = {"pass": "passed", "review": "waits for a second person", "refused": "refused"}
FOOTER = (
    "<p>For the output checker. Figures on this page are those a reader sees; hidden ones are on no page. How the "
    "figures were protected and what is not protected: docs/disclosure.md of the casebook.</p>"
)


def checker_page(case_title: str, slug: str, ledger: Mapping[str, Any], against: Sequence[Fault] = ()) -> str:
    """Return the page for a ledger whose outputs have been decided on; the same ledger gives the same bytes.

    ``against`` is every reason why nothing is released; without any, the release lies beside the page.
    """
    counted = [entry for entry in ledger["tables"] if entry["contributors"]]
    others = [entry for entry in ledger["tables"] if not entry["contributors"]]
    others.sort(key=lambda entry: not _look_at(entry))
    body = [
        *_verdict(ledger, against),
        _figures(ledger),
        _how(ledger),
        *_decisions(slug, ledger),
        f"<h2>Tables of people ({len(counted)})</h2>",
        "<p>On the left what the reader will see, on the right what protection did. A change is given as a class that "
        "follows from the figure shown and from the policy, so that this page gives nothing away.</p>",
        *(protected_table(entry, _shown_in(ledger, entry)) for entry in counted),
        f"<h2>Tables that were not protected ({len(others)})</h2>",
        "<p>Scores, words, figures that indicators had protected already, and figures published elsewhere. Open are "
        "those with counts from 1 to 9 (do they count people?) and quotations.</p>",
        *(other_table(entry, _shown_in(ledger, entry), is_open=_look_at(entry)) for entry in others),
        *_outputs(ledger),
    ]  # fmt: skip
    inside = f'<div class="cb check">{"".join(body)}</div>'
    return page(f"Output check: {case_title}", inside, subtitle=_subtitle(against), styles=STYLE, footer_html=FOOTER)


def _subtitle(against: Sequence[Fault]) -> str:
    return "For the output checker. Not released." if against else "For the output checker. Released with the report."


def _verdict(ledger: Mapping[str, Any], against: Sequence[Fault]) -> list[str]:
    if not against:
        said = (
            f"All {len(ledger['outputs'])} outputs passed or were accepted by a second person. The scan of every byte "
            "of the release found no value that points at a record, no figure below the threshold, and no data "
            "without an entry in the ledger."
        )
        return [_note("Nothing stands against this release", f"<p>{html.escape(said)}</p>")]
    reasons = "".join(
        f"<li>{html.escape(fault.problem)}{_small(fault.where)}{_small(fault.hint)}</li>" for fault in against
    )
    return [_note(f"Not released: {_number(len(against), 'reason')}", f"<ul>{reasons}</ul>")]


def _note(title: str, inside: str) -> str:
    return f'<div class="cb-callout" role="note"><p class="cb-callout-title">{html.escape(title)}</p>{inside}</div>'


def _small(text: str) -> str:
    return f"<br><small>{html.escape(text)}</small>" if text else ""


def _figures(ledger: Mapping[str, Any]) -> str:
    measured, outputs = ledger["measured"], ledger["outputs"]
    lost = measured.get("SDC-6", {}).get("value")
    waiting = sum(output["status"] == "review" for output in outputs)
    items = [
        (_whole(measured, "SDC-1"), "small cells shown (SDC-1)"),
        (_whole(measured, "SDC-2"), "hidden cells that all tables together give away (SDC-2)"),
        ("–" if lost is None else f"{100 * lost:.0f}%", "of the figures in tables of people are hidden (SDC-6)"),
        (str(waiting), f"of {len(outputs)} outputs wait for a second person"),
    ]
    rows = "".join(f"<li><strong>{figure}</strong><span>{label}</span></li>" for figure, label in items)
    return f'<ul class="cb-figures">{rows}</ul>'


def _whole(measured: Mapping[str, Any], indicator: str) -> str:
    value = measured.get(indicator, {}).get("value")
    return "–" if value is None else f"{value:.0f}"


def _how(ledger: Mapping[str, Any]) -> str:
    policy = POLICIES.get(str(ledger["policy"]))
    items = [("Policy", "none")]
    if policy is not None:
        zero = "Zeros are shown." if policy.show_zero else "Zeros are hidden like small counts."
        items = [
            ("Policy", f"{policy.title} ({policy.id}). {zero}"),
            ("Hidden figures", f"stay uncertain by at least {policy.width} for somebody who knows everything shown"),
            ("Figures shown", ledger["change"] or "–"),
            ("Source of the policy", policy.source),
        ]
    items.append(("Compared with earlier releases", ledger.get("compared") or "not yet"))
    terms = "".join(f"<div><dt>{html.escape(t)}</dt><dd>{html.escape(said)}</dd></div>" for t, said in items)
    return f'<dl class="cb-terms">{terms}</dl>'


def _decisions(slug: str, ledger: Mapping[str, Any]) -> list[str]:
    outputs = [output for output in ledger["outputs"] if output["status"] != "pass" or "decision" in output]
    if not outputs:
        return []
    items = []
    for output in outputs:
        said = [f"{STATUS[output['status']].capitalize()}. {output['why']}", output.get("decision", "")]
        if output["status"] == "review":
            said.append(f'casebook approve {slug} {output["id"]} --by NAME --why "..." (or with --refuse)')
        name = f"<strong>{html.escape(output['title'])}</strong> ({html.escape(output['kind'] + ' ' + output['id'])})"
        items.append(f"<li>{name}{''.join(_small(text) for text in said)}</li>")
    return ["<h2>What a second person decides</h2>", f"<ul>{''.join(items)}</ul>"]


def _look_at(entry: Mapping[str, Any]) -> bool:
    return small_public(entry) or entry["made"].startswith("quotations")


def _shown_in(ledger: Mapping[str, Any], entry: Mapping[str, Any]) -> str:
    found = [o for o in ledger["outputs"] if entry["id"] in o["tables"]]
    if not found:
        return "Shown in no output of its own."
    return "Shown as " + ", ".join(f"{o['kind']} {o['id']} ({STATUS[o['status']]})" for o in found) + "."


def _outputs(ledger: Mapping[str, Any]) -> list[str]:
    rows = [
        (o["id"], o["kind"], o["title"], o["policy"] or "–", STATUS[o["status"]], o["checksum"][:12])
        for o in ledger["outputs"]
    ]
    heads = ("Output", "Kind", "What it is", "Policy", "Status", "Checksum")
    return [
        f"<h2>Every output, in the order of the report ({len(rows)})</h2>",
        f"<details><summary>List of outputs</summary>{grid(heads, rows, 'Outputs')}</details>",
    ]


def _number(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
