"""How sure is each verdict: the share of draws in which a use is met, and a word for it.

Everything a use asks for is looked at in every draw: floors with drawn scores, weights, aggregation and shifts; gates,
zeros, conditions and assurance with the drawn judged scores, each read as its nearest anchor (0-4). What is not drawn
(a fact of the setting, a count, a precision or tolerance that already allows for sampling error) stays as it is.
What is not known is put at 0 in one run and at 100 in the other.
Source: assessment framework, section 6 [P].
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from shared.framework.register import load_register
from shared.framework.rules import Term, UseRule, load_assurance, load_gates, load_uncertainty, load_uses
from shared.verdict.assurance import members
from shared.verdict.dossier import Dossier
from shared.verdict.draws import Draws, draw, layout_of, means
from shared.verdict.gates import try_gate
from shared.verdict.profile import FULL, NONE, bounds
from shared.verdict.scores import ANCHOR_STEP
from shared.verdict.use_rule import TOLERANCE, FactValue, Standing, holds
from shared.verdict.uses import UseResult, standing

Flags = NDArray[np.bool_]
Intervals = dict[str, tuple[float, float]]


def sample(dossier: Dossier, draws: int, seed: int) -> Draws:
    """Draw complete re-assessments at random; the same seed gives the same draws."""
    layout = layout_of(dossier)
    return draw(dossier, layout, np.random.default_rng(seed).random((draws, layout.width)))


def intervals(dossier: Dossier, drawn: Draws, level: int) -> Intervals:
    """Return the central 95 % of the drawn dimension scores (available indicators only)."""
    found = {}
    for dimension in load_register().dimensions:
        ids = tuple(i for i in dossier.mandatory(dimension.id, level) if dossier.scores[i].score is not None)
        if ids:
            low, high = np.quantile(means(drawn, ids, None), load_uncertainty().interval)
            found[dimension.id] = (float(low), float(high))
    return found


def with_stability(dossier: Dossier, results: Iterable[UseResult], drawn: Draws) -> tuple[UseResult, ...]:
    """Add to each use its share of draws and the stability word."""
    rules = {use.id: use for use in dossier.uses}
    completed = []
    for result in results:
        low = float(met(dossier, rules[result.use], drawn, NONE).mean())
        high = float(met(dossier, rules[result.use], drawn, FULL).mean())
        share = {"met": low, "not_met": high, "not_known": None}[result.status]
        word = None if share is None else stability(share, met=result.status == "met")
        completed.append(dataclasses.replace(result, share_met=share, stability=word, share_between=(low, high)))
    return tuple(completed)


def stability(share: float, *, met: bool) -> str:
    """Put a share of draws in words: firm, leaning, open; or against the status, where the draws say otherwise.

    From 0.90 *firm*, from 0.60 *leaning*, from 0.40 *open*; below that the mirror.
    """
    agreeing = share if met else 1.0 - share
    words = load_uncertainty().stability
    for word in words:
        if agreeing >= word.at_least - 1e-12:
            return word.word
    return "firmly against" if 1.0 - agreeing >= words[0].at_least - 1e-12 else "leaning against"


def met(dossier: Dossier, use: UseRule, drawn: Draws, missing_at: float) -> Flags:
    """Say draw by draw whether a use is met, with everything that is not known at 0 or at 100."""
    stands, optimist = standing(dossier, use), missing_at > NONE
    passed = np.full(len(drawn.scores), True)
    for gate in use.gates:
        passed &= _gate(dossier, gate, drawn, optimist)
    for dimension, floor in use.floors.items():
        passed &= _floor(dossier, use, dimension, floor, drawn, missing_at)
    if use.no_zero:
        passed &= _no_zero(dossier, drawn, optimist)
    for code in use.conditions:
        passed &= _condition(load_uses().condition(code).any, stands.facts, drawn, optimist)
    return passed & _assured(dossier, use, stands, drawn, optimist)


def floor_met(dossier: Dossier, use: UseRule, dimension: str, drawn: Draws) -> Flags:
    """Tell, draw by draw, whether a use's floor of a dimension that applies is met; nothing may be missing."""
    ids = dossier.mandatory(dimension, dossier.level(use))
    floor = use.floors[dimension]
    return np.asarray(means(drawn, ids, NONE) >= _moved(floor, drawn, dimension) - TOLERANCE)


def _moved(floor: float, drawn: Draws, dimension: str) -> NDArray[np.float64]:
    return np.asarray(np.clip(floor + drawn.shift[dimension], NONE, FULL))


def _floor(dossier: Dossier, use: UseRule, dimension: str, floor: float, drawn: Draws, missing_at: float) -> Flags:
    level = dossier.level(use)
    between = bounds(dossier, dimension, level)
    n = len(drawn.scores)
    if between is None:
        return np.full(n, True)
    if not between.scored and missing_at == NONE:
        return np.full(n, False)
    ids = dossier.mandatory(dimension, level)
    if not ids:
        return np.full(n, True)
    return np.asarray(means(drawn, ids, missing_at) >= _moved(floor, drawn, dimension) - TOLERANCE)


def _anchors(drawn: Draws, indicator: str, optimist: bool) -> NDArray[np.float64]:
    """Read the drawn judged scores as their nearest anchor, 0-4; missing at the end the run asks for."""
    scores = drawn.raw[:, drawn.column(indicator)] / ANCHOR_STEP
    return np.asarray(np.where(np.isnan(scores), 4.0 if optimist else 0.0, np.floor(scores + 0.5)))


def _gate(dossier: Dossier, gate_id: str, drawn: Draws, optimist: bool) -> Flags:
    gate = next(g for g in load_gates().gates if g.id == gate_id)
    _, results = try_gate(dossier, gate)
    passed = np.full(len(drawn.scores), not gate.any)
    for test, result in zip(gate.rules, results, strict=True):
        judged = test.indicator in drawn.layout.indicators and test.at_least is not None
        if judged:
            part = _anchors(drawn, test.indicator or "", optimist) >= (test.at_least or 0.0)
        else:
            part = np.full(len(drawn.scores), optimist if result.passed is None else result.passed)
        passed = passed | part if gate.any else passed & part
    return passed


def _no_zero(dossier: Dossier, drawn: Draws, optimist: bool) -> Flags:
    passed = np.full(len(drawn.scores), True)
    register = load_register()
    for indicator in dossier.core():
        if register[indicator].kind == "judged":
            passed &= _anchors(drawn, indicator, optimist) > 0
        else:
            scores = drawn.raw[:, drawn.column(indicator)]
            passed &= np.where(np.isnan(scores), optimist, scores > 0)
    return passed


def _condition(terms: tuple[Term, ...], facts: Mapping[str, FactValue], drawn: Draws, optimist: bool) -> Flags:
    passed = np.full(len(drawn.scores), False)
    for term in terms:
        passed |= _term(term, facts, drawn, optimist)
    return passed


def _term(term: Term, facts: Mapping[str, FactValue], drawn: Draws, optimist: bool) -> Flags:
    indicator = load_uses().fact(term.fact).indicator
    judged = indicator is not None and load_register()[indicator].kind == "judged"
    if judged and indicator in drawn.layout.indicators and term.at_least is not None:
        return np.asarray(_anchors(drawn, indicator or "", optimist) >= term.at_least)
    known = holds(term, facts.get(term.fact))
    return np.full(len(drawn.scores), optimist if known is None else known)


def _assured(dossier: Dossier, use: UseRule, stands: Standing, drawn: Draws, optimist: bool) -> Flags:
    needed, _ = stands.required
    passed = np.full(len(drawn.scores), True)
    if needed == 0:
        return passed
    achieved = np.array(load_assurance().achieved)
    for area in load_assurance().areas:
        ids = members(dossier, area, dossier.level(use))
        passed &= bool(ids) or optimist
        for indicator in ids:
            passed &= achieved[_anchors(drawn, indicator, optimist).astype(int)] >= needed
    return passed
