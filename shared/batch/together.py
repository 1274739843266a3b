"""What the case studies say together: how often a use is met, what stands in its way, which questions stay open.

Counted over case studies and never by name: the page says what the method met with, not how well anybody does.
Case studies are chosen, not sampled, so no count is an estimate of anything.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from shared.framework.register import load_register
from shared.framework.rules import load_gates
from shared.report.words import STATUS_WORDS, USE_NAMES, listing

FEWEST = 3
"""With one or two results a count would speak of a single source."""
LONGEST = 8
"""Rows of a list; what is met with less often is left out."""
CONDITIONS = {
    "assurance": "Assurance in the four practice areas",
    "zero": "No core indicator at the worst score",
    "core_zeros": "No core indicator at the worst score",
    "no_adequate_official": "No adequate official figure exists yet",
    "comparator": "An official figure of the same thing exists",
    "independent": "Independent of the official figure",
    "new_cells_or_insight": "New figures or a new explanation",
    "bias_within_tolerance": "Difference from a trusted figure within tolerance",
    "domain_coverage": "Every area or group of interest covered",
    "legal_basis": "The office may lawfully use the data",
    "continuity": "Supply secured for the next rounds",
    "consulted": "Users of the figure consulted",
    "parallel_periods": "Periods run side by side with the official series",
    "alignment": "Agreement with the official series",
    "series_to_replace": "There is a series to replace",
}


def digest(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return of one ``result.json`` what is counted here, small enough to be kept beside its hash."""
    asked: dict[str, str] = {}
    for use in result.get("uses") or []:
        for name in ("unknown", "unmet"):  # what fails for one use counts as failed, even if open for another
            asked |= {_requirement(reason["code"]): name for reason in use.get(name) or []}
    indicators = result.get("indicators") or []
    return {
        "uses": {use["use"]: use["status"] for use in result.get("uses") or []},
        "asked": asked,
        "open": [i["id"] for i in indicators if i["state"] == "not known"],
        "valued": [i["id"] for i in indicators if i["state"] == "measured"],
        "hangs_on": [s["effects"][0]["label"] for s in (result.get("sensitivity") or [])[:1] if s.get("effects")],
    }


def together(digests: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Count over the case studies that have a result; empty when there are too few to speak of several."""
    if len(digests) < FEWEST:
        return {}
    states = {use: Counter(d["uses"].get(use, "not_known") for d in digests) for use in USE_NAMES}
    unmet = Counter(r for d in digests for r, state in d["asked"].items() if state == "unmet")
    unknown = Counter(r for d in digests for r, state in d["asked"].items() if state == "unknown")
    order = sorted(unmet.keys() | unknown.keys(), key=lambda r: (-unmet[r] - unknown[r], -unmet[r], _named(r)))
    opened = Counter(i for d in digests for i in d["open"])
    often = [i.id for i in load_register().indicators if opened[i.id] >= max(2, len(digests) / 2)]
    return {
        "case_studies": len(digests),
        "uses": {use: {s: counted[s] for s in STATUS_WORDS} for use, counted in states.items()},
        "requirements": [
            {"requirement": _named(r), "not_met": unmet[r], "not_known": unknown[r]} for r in order[:LONGEST]
        ],
        "questions": [
            {"indicator": i, "not_known": opened[i]} for i in sorted(often, key=lambda i: -opened[i])[:LONGEST]
        ],
        "known": {kind: _known(digests, kind) for kind in ("computed", "judged")},
        "hangs_on": dict(Counter(label for d in digests for label in d["hangs_on"]).most_common()),
    }


def together_html(found: Mapping[str, Any]) -> str:
    """Return the counts as a section of the index; nothing where there is nothing to say."""
    if not found:
        return ""
    many = found["case_studies"]
    intro = (
        f"Counted over the {many} case studies that have a result. They were chosen, not drawn at random, so these "
        "counts are no estimates: they say what an assessment meets with, and where an office could help many "
        "organisations at once. Nobody is named here, and nothing is added up to a mark."
    )
    register = load_register()
    uses = [(name, *(found["uses"][use][s] for s in STATUS_WORDS)) for use, name in USE_NAMES.items()]
    heads = [word.capitalize() for word in STATUS_WORDS.values()]
    needs = [(n["requirement"], n["not_met"], n["not_known"]) for n in found["requirements"]]
    asked = [
        (f"{q['indicator']} {register[q['indicator']].name}", q["not_known"], register[q["indicator"]].question)
        for q in found["questions"]
    ]
    parts = [
        '<section class="entry" aria-labelledby="together">',
        '<h2 id="together">What the case studies say together</h2>',
        f"<p>{intro}</p>",
        _table("For how many sources each use is met", ["Use", *heads], uses),
        _table(
            "What stands in the way of a use most often (a dimension’s name stands for its floor)",
            ["What a use asks for", "Not met", "Not known"],
            needs,
        ),
        f"<p>{_hangs(found['hangs_on'])}</p>" if found["hangs_on"] else "",
        f"<p>{_extent(found['known'])}</p>",
        _table("What is most often not known, and what to ask", ["Indicator", "Not known", "The question"], asked),
        "</section>",
    ]
    return "\n".join(part for part in parts if part)


def _requirement(code: str) -> str:
    """Return what a reason's code is about: a gate, a dimension, or a condition; without its level."""
    return re.split("[<>=:]", code, maxsplit=1)[0]


def _named(requirement: str) -> str:
    gates = {gate.id: f"Gate “{gate.name}”" for gate in load_gates().gates}
    dimensions = {d.id: d.name for d in load_register().dimensions}
    return (gates | dimensions | CONDITIONS).get(requirement, requirement.replace("_", " ").capitalize())


def _known(digests: Sequence[Mapping[str, Any]], kind: str) -> dict[str, int]:
    ids = {i.id for i in load_register().indicators if i.kind == kind}
    counts = [len(ids & set(d["valued"])) for d in digests]
    return {"of": len(ids), "fewest": min(counts), "most": max(counts)}


def _extent(known: Mapping[str, Mapping[str, int]]) -> str:
    said = [
        f"between {k['fewest']} and {k['most']} of {k['of']} {kind} indicators"
        if k["fewest"] != k["most"]
        else f"{k['most']} of {k['of']} {kind} indicators"
        for kind, k in known.items()
    ]
    return f"A case study knows {listing(said)}. The others are questions still open, or do not apply to the source."


def _hangs(labels: Mapping[str, int]) -> str:
    said = [f"{escape(label)} ({times})" for label, times in labels.items()]
    return f"What the verdict on the use in focus hangs on most, and in how many case studies: {listing(said)}."


def _table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str | int]]) -> str:
    if not rows:
        return ""
    texts = [f"cb-t{n}" for n, cell in enumerate(rows[0], start=1) if n > 1 and isinstance(cell, str)]
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    body = "".join(
        f'<tr><th scope="row">{escape(str(row[0]))}</th>{"".join(f"<td>{escape(str(c))}</td>" for c in row[1:])}</tr>'
        for row in rows
    )
    named = " ".join(["cb-grid", *texts])
    return (
        '<div class="cb"><div class="cb-table">'
        f'<div class="cb-scroll" role="region" tabindex="0" aria-label="{caption}"><table class="{named}">'
        f"<caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div></div></div>"
    )
