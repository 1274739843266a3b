"""``decide``: the six uses from gates, dimension scores and facts, for anyone's program to call.

Input: a list of ``{"name": text, "input": {...}}``. Every part of an input may be left out or null; what is missing
is *not known* and never counts for the source.

    gates       {"G1": true|false|null, … "G6"}
    dims        {"GOV": 0-100|null, …}; null = not known; "not applicable" = the dimension does not apply.
                QUA is asked for only when it is given here, or when "qualitative" is true
    core_zeros  ["PRO-1", …]: core indicators scored 0 (left out: none; null: not known)
    facts       comparator, independent, adequate_official, precision_ok, bias_within_tolerance, legal_basis,
                consulted: true|false|null; new_cells, parallel_periods: counts; insight, alignment, continuity:
                judged scores 0-4 (REL-6, REL-4, GOV-5); domain_coverage: 0-1 (REL-2). A series to replace is there
                when a comparator is, unless "series_to_replace" says otherwise
    risk        "L", "M" or "H": risk of a quality concern; profile: "L", "M" or "H": public interest
    assurance   [0-3, 0-3, 0-3, 0-3]: level reached in each practice area

Output: a list of ``{"name", "label", "uses": {"CONTEXT": {"status", "unmet", "unknown"}, …}}`` in the order given.
``status`` is met, not_met or not_known; ``unmet`` lists every failure and ``unknown`` everything missing, in the
order gates, dimensions, zeros, conditions, assurance. Codes name what the use asks for (``put_to_the_test``).
``label`` is "citizen data", "non-official source" or "not known" (gate G1, which blocks nothing).
Source: assessment framework, section 7 [P].
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shared.errors import DefinitionError
from shared.framework.rules import UseRule, load_assurance, load_uses
from shared.verdict.decide_input import NOT_APPLICABLE, faults_in
from shared.verdict.use_rule import Bounds, Finding, Standing, put_to_the_test


def decide(inputs: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Decide the six uses for each input; see the module's text for the form.

    Raises ``DefinitionError`` with every fault of every input, each with its position and field.
    """
    faults = faults_in(inputs)
    if faults:
        raise DefinitionError("The input cannot be decided.", faults=faults)
    return [_decide_one(item["name"], item["input"]) for item in inputs]


def _decide_one(name: str, given: dict[str, Any]) -> dict[str, Any]:
    gates = given.get("gates") or {}
    answer = {True: "true", False: "false", None: "null"}[gates.get("G1")]
    uses = {use.code: _as_json(put_to_the_test(use, standing_of(use, given))) for use in load_uses().uses}
    return {"name": name, "label": load_uses().labels[answer], "uses": uses}


def standing_of(use: UseRule, given: dict[str, Any]) -> Standing:
    """Bring one valid input into the form the rule reads."""
    facts = dict(given.get("facts") or {})
    for fact in load_uses().facts:
        if fact.same_as and facts.get(fact.id) is None:
            facts[fact.id] = facts.get(fact.same_as)
    zeros = given.get("core_zeros", [])
    return Standing(
        gates=given.get("gates") or {},
        dimensions=_dimensions(given),
        zeros=tuple(zeros or ()),
        possible_zeros=("any",) if zeros is None else (),
        facts=facts,
        required=_required(use, given),
        areas=tuple((0, 3) if level is None else (level, level) for level in given.get("assurance") or [None] * 4),
    )


def _dimensions(given: dict[str, Any]) -> dict[str, Bounds | None]:
    scores = given.get("dims") or {}
    found: dict[str, Bounds | None] = {}
    for dimension, score in scores.items():
        if score == NOT_APPLICABLE:
            found[dimension] = None
        elif score is not None:
            found[dimension] = Bounds(score, score)
    for dimension in load_uses().only_when_qualitative:
        if dimension not in scores and not given.get("qualitative"):
            found[dimension] = None
    return found


def _required(use: UseRule, given: dict[str, Any]) -> tuple[int, int]:
    rules = load_assurance()
    risk, profile = given.get("risk"), given.get("profile")
    risks = [rules.letters["risk"][risk]] if risk else list(rules.matrix)
    profiles = [rules.letters["profile"][profile]] if profile else list(rules.matrix["low"])
    levels = [rules.required(use, r, p) for r in risks for p in profiles]
    return min(levels), max(levels)


def _as_json(finding: Finding) -> dict[str, Any]:
    return {"status": finding.status, "unmet": list(finding.unmet), "unknown": list(finding.unknown)}
