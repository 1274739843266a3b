"""The least that single indicators must reach for a use: by gate, "no zero" rule, condition and assurance."""

from __future__ import annotations

from dataclasses import dataclass

from shared.framework.register import load_register
from shared.framework.rules import Condition, Fact, GateTest, UseRule, load_assurance, load_gates, load_uses
from shared.measures.measurement import State
from shared.verdict.assurance import members
from shared.verdict.dossier import Dossier
from shared.verdict.facts import facts_of
from shared.verdict.fewest import TENTH
from shared.verdict.scores import ANCHOR_STEP, is_log, on_scale
from shared.verdict.use_rule import meets


@dataclass(frozen=True)
class Minimum:
    """The least one indicator must reach: as a score (None for report-only ones) and, if set so, as a value."""

    indicator: str
    score: float | None
    value: float | None = None


def minimums(dossier: Dossier, use: UseRule) -> dict[str, Minimum]:
    """Return the minimum of every indicator that has one and does not reach it; the highest where several ask."""
    found: dict[str, Minimum] = {}
    for minimum in [
        *_zeros(dossier, use),
        *_gates(dossier, use),
        *_conditions(dossier, use),
        *_assurance(dossier, use),
    ]:
        before = found.get(minimum.indicator)
        if before is None:
            found[minimum.indicator] = minimum
        elif before.score is not None and minimum.score is not None:
            value = minimum.value if minimum.value is not None else before.value
            found[minimum.indicator] = Minimum(minimum.indicator, max(before.score, minimum.score), value)
    return found


def _zeros(dossier: Dossier, use: UseRule) -> list[Minimum]:
    if not use.no_zero:
        return []
    register = load_register()
    above = {i: ANCHOR_STEP if register[i].kind == "judged" else TENTH for i in dossier.core()}
    return [Minimum(i, least) for i, least in above.items() if not dossier.scores[i].score]


def _gates(dossier: Dossier, use: UseRule) -> list[Minimum]:
    tests = [test for gate in load_gates().gates if gate.id in use.gates for test in gate.rules]
    found = []
    for test in tests:
        score = dossier.scores.get(test.indicator or "")
        if score is None or score.state is State.NOT_APPLICABLE:
            continue
        if score.value is None or not _passes(test, score.value):
            found.append(_from_gate(dossier, test))
    return found


def _passes(test: GateTest, value: float) -> bool:
    if test.at_least is not None:
        return value >= test.at_least
    return value <= test.value_at_most if test.value_at_most is not None else value > (test.value_above or 0.0)


def _from_gate(dossier: Dossier, test: GateTest) -> Minimum:
    indicator = test.indicator or ""
    if test.at_least is not None:
        return Minimum(indicator, ANCHOR_STEP * test.at_least)
    if load_register()[indicator].report_only:
        return Minimum(indicator, None, test.value_at_most)
    return Minimum(indicator, 0.0 if dossier.scores[indicator].value is None else TENTH)


def _conditions(dossier: Dossier, use: UseRule) -> list[Minimum]:
    facts = facts_of(dossier)
    found = []
    for condition in (load_uses().condition(code) for code in use.conditions):
        if meets(condition.any, facts) is not True:
            found += _from_condition(dossier, condition)
    return found


def _from_condition(dossier: Dossier, condition: Condition) -> list[Minimum]:
    for term in condition.any:
        fact = load_uses().fact(term.fact)
        if fact.indicator and dossier.scores[fact.indicator].state is not State.NOT_APPLICABLE:
            if fact.value_at_most:
                return [_limit(dossier, fact)]
            if load_register()[fact.indicator].kind == "judged":
                return [Minimum(fact.indicator, ANCHOR_STEP * (term.at_least or 0.0))]
            return [_at_value(dossier, fact.indicator, term.at_least or 0.0)]
    return []


def _limit(dossier: Dossier, fact: Fact) -> Minimum:
    indicator = fact.indicator or ""
    measured = dossier.measured.get(indicator)
    kinds = fact.value_at_most
    kind = measured.counted if measured and measured.counted in kinds else next(iter(kinds))
    return _at_value(dossier, indicator, kinds[kind])


def _at_value(dossier: Dossier, indicator: str, value: float) -> Minimum:
    goalposts = dossier.scores[indicator].goalposts
    if goalposts is None:
        goalposts = next(iter(load_register()[indicator].goalposts.values()))
    return Minimum(indicator, float(on_scale(value, goalposts, log=is_log(indicator))), value)


def _assurance(dossier: Dossier, use: UseRule) -> list[Minimum]:
    needed, rules = dossier.required(use), load_assurance()
    if needed == 0:
        return []
    anchor = next(score for score, level in enumerate(rules.achieved) if level >= needed)
    ids = [i for area in rules.areas for i in members(dossier, area, dossier.level(use))]
    return [Minimum(i, ANCHOR_STEP * anchor) for i in ids if (dossier.scores[i].value or 0.0) < anchor]
