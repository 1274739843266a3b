"""Distance to use: the fewest indicators that would have to rise or be found out, to what level, and whose task it is.

Everything a use asks for that an indicator can answer goes into one integer programme (``shared.verdict.fewest``):
floors, the 70 % rule, the "no zero" rule, gates, conditions and assurance. What no indicator can change (a fact about
official data, a legal basis, a named contact) is listed apart. The result is put back through the use rule, so what
is said to be enough is enough. Source: assessment framework, section 7 [P].
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Literal

from shared.errors import MeasureError
from shared.framework.register import load_register
from shared.framework.rules import UseRule, load_uncertainty
from shared.measures.measurement import Measurement, State
from shared.verdict.dossier import Dossier
from shared.verdict.fewest import Fewest, Item, Target, fewest_rises
from shared.verdict.minimums import Minimum, minimums
from shared.verdict.profile import bounds
from shared.verdict.reasons import Grounds, Reason, what_is_open, why_not
from shared.verdict.scores import ANCHOR_STEP, Score, is_log, value_at
from shared.verdict.step_text import needed_text
from shared.verdict.use_rule import Status
from shared.verdict.uses import finding, grounds_of

ANCHORS = tuple(ANCHOR_STEP * anchor for anchor in range(5))


@dataclass(frozen=True)
class Step:
    """One indicator that has to change.

    kind     "raise" a known score, or "find out" one that is not known and turns out at least this high
    current, needed              scores, 0-100 (None: not known; needed None for report-only indicators)
    current_value, needed_value  the same in the indicator's own unit (0-4 for judged)
    target   the level in words; who and ask: whose task it is, and the first thing to do
    """

    indicator: str
    name: str
    kind: Literal["raise", "find out"]
    current: float | None
    needed: float | None
    current_value: float | None
    needed_value: float
    target: str
    who: str
    ask: str


@dataclass(frozen=True)
class Distance:
    """How far a source is from one use.

    steps   the smallest set of indicators that would have to change (``proven``: no smaller set exists)
    also    what has to change besides and is no indicator's business
    """

    use: str
    status: Status
    steps: tuple[Step, ...]
    also: tuple[Reason, ...]
    proven: bool
    text: str


def distances(dossier: Dossier) -> tuple[Distance, ...]:
    """Return the distance to every use that is not met."""
    found = ((use, finding(dossier, use).status) for use in dossier.uses)
    return tuple(distance(dossier, use, status) for use, status in found if status != "met")


def distance(dossier: Dossier, use: UseRule, status: Status) -> Distance:
    """Return the distance to one use."""
    asked = minimums(dossier, use)
    unscored = [m for m in asked.values() if m.score is None]
    fewest = _solve(dossier, use, asked)
    steps = [_step(dossier, m.indicator, None, m.value) for m in unscored]
    changes = {**_forced(dossier, asked), **fewest.changes}
    steps += [_step(dossier, i, score, _value(dossier, i, score, asked)) for i, score in changes.items()]
    order = [i.id for i in load_register().indicators]
    steps.sort(key=lambda step: order.index(step.indicator))
    after = with_steps(dossier, steps)
    left = finding(after, use)
    grounds: Grounds = grounds_of(after, use)
    also = (*why_not(left.unmet, grounds), *what_is_open(left.unknown, grounds))
    text = _summary(use, steps, also, fewest.proven)
    return Distance(use.id, status, tuple(steps), also, fewest.proven, text)


def _solve(dossier: Dossier, use: UseRule, asked: dict[str, Minimum]) -> Fewest:
    level, targets = dossier.level(use), []
    share = load_uncertainty().availability
    wanted = {i for i, m in asked.items() if m.score is not None}
    for dimension, floor in use.floors.items():
        ids = dossier.mandatory(dimension, level)
        if ids and bounds(dossier, dimension, level) is not None:
            targets.append(Target(floor, {i: dossier.weights[i] for i in ids}, share))
            wanted |= set(ids)
    register = load_register()
    items = [
        Item(
            entry.id,
            dossier.scores[entry.id].score,
            ANCHORS if entry.kind == "judged" else None,
            asked[entry.id].score if entry.id in asked else None,
        )
        for entry in register.indicators
        if entry.id in wanted
    ]
    fewest = fewest_rises(items, targets)
    if fewest is None:
        raise MeasureError(f"No set of indicators reaches the floors of {use.name}, which cannot be.")
    return fewest


def _forced(dossier: Dossier, asked: dict[str, Minimum]) -> dict[str, float]:
    """Return those whose value misses its limit although the score (with moved goalposts) would do."""
    now = {m.indicator: dossier.scores[m.indicator].score for m in asked.values()}
    limited = [m for m in asked.values() if m.score is not None and m.value is not None]
    return {m.indicator: max(m.score or 0.0, now[m.indicator] or 0.0) for m in limited}


def _value(dossier: Dossier, indicator: str, score: float, asked: dict[str, Minimum]) -> float:
    """Return a needed score in the indicator's own unit, never on the wrong side of its own limit."""
    entry = load_register()[indicator]
    if entry.kind == "judged":
        return score / ANCHOR_STEP
    goalposts = dossier.scores[indicator].goalposts or entry.goalposts["value"]
    value = value_at(score, goalposts, log=is_log(indicator))
    limit = asked[indicator].value if indicator in asked else None
    if limit is None:
        return value
    return min(value, limit) if goalposts[0] > goalposts[1] else max(value, limit)


def _step(dossier: Dossier, indicator: str, needed: float | None, value: float | None) -> Step:
    entry, score = load_register()[indicator], dossier.scores[indicator]
    needed_value = 0.0 if value is None else value
    return Step(
        indicator=indicator,
        name=entry.name,
        kind="raise" if score.value is not None else "find out",
        current=score.score,
        needed=needed,
        current_value=score.value,
        needed_value=needed_value,
        target=needed_text(entry, score.goalposts, needed_value),
        who=entry.whom,
        ask=entry.ask,
    )


def with_steps(dossier: Dossier, steps: list[Step] | tuple[Step, ...]) -> Dossier:
    """Return the dossier as it would be once the steps are taken."""
    scores, measured = dict(dossier.scores), dict(dossier.measured)
    for step in steps:
        before: Score = scores[step.indicator]
        scores[step.indicator] = dataclasses.replace(
            before, state=State.MEASURED, score=step.needed, value=step.needed_value
        )
        if step.indicator in measured or load_register()[step.indicator].kind == "computed":
            counted = measured[step.indicator].counted if step.indicator in measured else "records"
            measured[step.indicator] = Measurement(
                step.indicator, State.MEASURED, value=step.needed_value, counted=counted
            )
    return dataclasses.replace(dossier, scores=scores, measured=measured)


def _summary(use: UseRule, steps: list[Step], also: tuple[Reason, ...], proven: bool) -> str:
    if not steps and not also:
        return f"Nothing more is needed for “{use.name}”."
    count = {0: "No indicator", 1: "One indicator"}.get(len(steps), f"{len(steps)} indicators")
    would = "would have to rise or be found out" if steps else "would have to change"
    fewer = " No smaller set is enough." if proven and len(steps) > 0 else ""
    rest = (
        f" Besides, {len(also)} condition{'s' if len(also) > 1 else ''} that no indicator can change." if also else ""
    )
    return f"{count} {would} for “{use.name}”.{fewer}{rest}"
