"""Other offices' instruments filled in from our evidence: suggested, never decided; an assessor must confirm.

Answers the case study states (``instrument_answers``) stand as chosen; the others are suggested where the
cross-walk says so and everything it rests on is known. Beside the instruments with a rule: QAAD levels by practice
area, the UKSA ethics principles, and the Copenhagen ladder as a label only (it decides whether something is citizen
data, never how accurate it is). Source: assessment framework, section 8, cross-walk prefill [P].
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.errors import DefinitionError, Fault, nearest
from shared.framework.instruments import Instrument, load_instruments
from shared.framework.rules import load_assurance, load_gates
from shared.verdict.assurance import AssuranceResult
from shared.verdict.gates import GateResult
from shared.verdict.instruments import ons, statcan
from shared.verdict.suggestions import Evidence, suggest


@dataclass(frozen=True)
class Answered:
    """One item of an instrument.

    suggested  from our indicators, None where they do not tell; ``because`` says on what it rests
    chosen     as the assessor chose it, None until then; ``assessor`` who
    """

    id: str
    group: str
    label: str
    highest: int
    suggested: int | None
    because: str
    chosen: int | None = None
    assessor: str = ""
    note: str = ""

    @property
    def answer(self) -> int | None:
        """The answer in use: the one chosen, else the suggestion."""
        return self.suggested if self.chosen is None else self.chosen

    @property
    def confirmed(self) -> bool:
        """True once an assessor has chosen."""
        return self.chosen is not None


@dataclass(frozen=True)
class InstrumentResult:
    """One instrument on this source: every item, the outcome in its office's own form, and a plain sentence.

    ``fit`` is None while the answers still missing could decide it, and for instruments without a pass mark.
    """

    id: str
    title: str
    source: str
    items: tuple[Answered, ...]
    fit: bool | None
    sentence: str
    outcome: Mapping[str, Any] = field(default_factory=dict)
    confirmed: bool = False
    note: str = ""


def fill_in(
    evidence: Evidence, gates: Sequence[GateResult], assurance: AssuranceResult
) -> tuple[InstrumentResult, ...]:
    """Fill in every instrument. Raises ``DefinitionError`` for stored answers that fit no item."""
    faults = list(_answer_faults(evidence))
    if faults:
        raise DefinitionError("Answers to other offices' instruments do not fit them.", faults=faults)
    filled = [_fill(instrument, evidence, gates) for instrument in load_instruments().instruments]
    return (*filled, _qaad(assurance), _ladder(evidence))


def _fill(instrument: Instrument, evidence: Evidence, gates: Sequence[GateResult]) -> InstrumentResult:
    stored = {a.item: a for a in evidence.case.instrument_answers if a.instrument == instrument.id}
    items = []
    for group in instrument.groups:
        for item in group.items:
            suggestion = suggest(item, group.highest, evidence, gates)
            answered = Answered(item.id, group.id, item.label, group.highest, *suggestion)
            if item.id in stored:
                chosen = stored[item.id]
                answered = dataclasses.replace(
                    answered, chosen=chosen.answer, assessor=chosen.assessor, note=chosen.note
                )
            items.append(answered)
    outcome = _outcome(instrument, items)
    confirmed = all(item.confirmed for item in items)
    return InstrumentResult(
        id=instrument.id,
        title=instrument.title,
        source=instrument.source,
        items=tuple(items),
        fit=outcome.get("fit"),
        sentence=_sentence(instrument, outcome, items, confirmed),
        outcome=outcome,
        confirmed=confirmed,
        note=load_instruments().note,
    )


def _outcome(instrument: Instrument, items: Sequence[Answered]) -> dict[str, Any]:
    by_group = {group.id: [i.answer for i in items if i.group == group.id] for group in instrument.groups}
    if instrument.kind == "ons":
        return ons(instrument, by_group)
    if instrument.kind == "statcan":
        ethics, *dimensions = by_group.values()
        return statcan(instrument, {"ethics": ethics, "criteria": dimensions})
    return dict(by_group)


def _sentence(instrument: Instrument, outcome: Mapping[str, Any], items: Sequence[Answered], confirmed: bool) -> str:
    open_ = sum(item.answer is None for item in items)
    if instrument.kind == "principles":
        return f"No pass mark. {len(items) - open_} of {len(items)} principles can be spoken to from the evidence."
    verdict = {
        True: "By this rule the source would be considered fit",
        False: "By this rule the source would not be considered fit as it stands",
        None: f"This rule cannot be applied to the end yet: {open_} of {len(items)} answers are missing",
    }[outcome["fit"]]
    mark = outcome.get("mean") if instrument.kind == "ons" else outcome.get("total")
    shown = ""
    if mark is not None and instrument.kind == "ons":
        shown = f" (mean {mark:.2f}; above {instrument.mean_above:g} and no 0 is needed)"
    elif mark is not None:
        most = (len(instrument.groups) - 1) * (instrument.full_score or 0)
        shown = f" (total {mark} of {most}; {instrument.pass_total} and no 0 is needed)"
    waiting = "" if confirmed else " To be confirmed by an assessor."
    return f"{verdict}{shown}.{waiting}"


def _qaad(assurance: AssuranceResult) -> InstrumentResult:
    levels = load_assurance().levels
    items = tuple(
        Answered(area.id, "areas", area.name, 3, area.achieved, _rests_on(area.indicators, area.missing))
        for area in assurance.areas
    )
    known = [item.suggested for item in items if item.suggested is not None]
    reached = levels[min(known)] if len(known) == len(items) else None
    sentence = (
        f"All four practice areas reach at least {reached.name} ({reached.meaning})."
        if reached
        else f"Known for {len(known)} of {len(items)} practice areas."
    )
    return InstrumentResult(
        id="qaad",
        title="OSR Quality Assurance of Administrative Data: assurance levels",
        source=load_assurance().source,
        items=items,
        fit=None,
        sentence=f"{sentence} {assurance.note}",
        outcome={"levels": [item.suggested for item in items], "required": dict(assurance.required)},
        note=load_instruments().note,
    )


def _rests_on(indicators: Sequence[str], missing: Sequence[str]) -> str:
    gap = f"; not known: {', '.join(missing)}" if missing else ""
    return f"lowest over {', '.join(indicators)}{gap}" if indicators else "no indicator at this level"


def _ladder(evidence: Evidence) -> InstrumentResult:
    ladder = load_gates().ladder
    names = {rung.level: f"{rung.name}: {rung.meaning}" for rung in ladder.levels}
    items = []
    for stage, level in evidence.case.participation.levels().items():
        words = "does not apply" if level == 0 else names.get(level or 0, "not known")
        items.append(Answered(stage, "stages", stage, 5, level, words))
    return InstrumentResult(
        id="copenhagen",
        title="Copenhagen participation ladder (label only)",
        source=ladder.source,
        items=tuple(items),
        fit=None,
        sentence=f"Label: {evidence.label}. The ladder says who takes part, not how accurate an estimate is.",
        outcome={"label": evidence.label, "levels": {item.id: item.suggested for item in items}},
        note=load_instruments().note,
    )


def _answer_faults(evidence: Evidence) -> list[Fault]:
    faults, seen = [], set()
    for position, stored in enumerate(evidence.case.instrument_answers):
        where = f"case.yaml, instrument_answers[{position}]"
        highest = {
            item.id: group.highest for group in load_instruments()[stored.instrument].groups for item in group.items
        }
        if stored.item not in highest:
            faults.append(Fault("There is no such item.", f"{where}.item", nearest(stored.item, highest)))
        elif stored.answer > highest[stored.item]:
            faults.append(Fault(f"The answer is at most {highest[stored.item]}.", f"{where}.answer"))
        if (stored.instrument, stored.item) in seen:
            faults.append(Fault("This item is answered twice.", where))
        seen.add((stored.instrument, stored.item))
    return faults
