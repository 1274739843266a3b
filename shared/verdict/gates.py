"""The six gates: passed, failed or not known, each with what decided it and what to ask.

Source: assessment framework, section 3: ONS protocol (G2, G3, G4), Statistics Canada's tool (G2, G3, part of G4, G5),
Copenhagen Framework (G1), output checking of UK research services (G6); wording [P].
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from shared.framework.register import load_register
from shared.framework.rules import Gate, GateTest, load_gates, load_uses
from shared.measures.measurement import State
from shared.verdict.dossier import Dossier

GateState = Literal["pass", "fail", "not known"]
STATES: dict[bool | None, GateState] = {True: "pass", False: "fail", None: "not known"}


@dataclass(frozen=True)
class GateResult:
    """One gate: its state, what decided it, what to ask, and which uses it blocks (in words)."""

    id: str
    name: str
    state: GateState
    reasons: tuple[str, ...]
    questions: tuple[str, ...]
    blocks: str

    @property
    def passed(self) -> bool | None:
        """The state as three-valued truth."""
        return {"pass": True, "fail": False, "not known": None}[self.state]


@dataclass(frozen=True)
class TestResult:
    """One part of a gate: three-valued result, reason in words, question when open."""

    __test__ = False  # not a test case, whatever pytest thinks of the name

    passed: bool | None
    reason: str
    question: str = ""


def open_gates(dossier: Dossier) -> tuple[GateResult, ...]:
    """Try every gate, in order."""
    return tuple(_gate(dossier, gate) for gate in load_gates().gates)


def label(gates: tuple[GateResult, ...]) -> str:
    """Say whether it is "citizen data", a "non-official source", or "not known": gate G1 decides nothing else."""
    key = {"pass": "true", "fail": "false", "not known": "null"}[gates[0].state]
    return load_uses().labels[key]


def try_gate(dossier: Dossier, gate: Gate) -> tuple[bool | None, list[TestResult]]:
    """Return a gate's three-valued result and the result of each of its parts."""
    results = list(_results(dossier, gate))
    values = [result.passed for result in results]
    decisive = gate.any
    if decisive in values:
        return decisive, results
    return (None if None in values else not decisive), results


def _gate(dossier: Dossier, gate: Gate) -> GateResult:
    passed, results = try_gate(dossier, gate)
    reasons = tuple(r.reason for r in results if passed is None or r.passed is passed)
    questions = tuple(dict.fromkeys(r.question for r in results if passed is None and r.passed is None))
    return GateResult(gate.id, gate.name, STATES[passed], reasons, questions, gate.blocks)


def _results(dossier: Dossier, gate: Gate) -> Iterator[TestResult]:
    for test in gate.rules:
        if test.participation:
            yield _participation(dossier, test)
        elif test.contact:
            yield _contact(dossier)
        else:
            yield _indicator(dossier, test)


def _participation(dossier: Dossier, test: GateTest) -> TestResult:
    stage = test.participation or ""
    if stage == "started_by_citizens":
        started = dossier.case.participation.started_by_citizens
        says = {True: "Citizens started it.", False: "Citizens did not start it.", None: "Who started it is not known."}
        return TestResult(started, says[started], "Who started the initiative?")
    level = dict(dossier.case.participation.levels()).get(stage)  # type: ignore[call-overload]
    if level is None:
        return TestResult(
            None, f"Participation at {stage} is not known.", f"Who decided at the stage “{stage}”, and how?"
        )
    needed = test.at_least or 0
    return TestResult(
        level >= needed, f"Participation at {stage} is at level {level} of 5 ({needed:g} or more is sufficient)."
    )


def _contact(dossier: Dossier) -> TestResult:
    stated = dossier.case.metadata.get("contact")
    if dossier.case.organisation.contact or stated is True:
        return TestResult(True, "A contact is named.")
    if isinstance(stated, str) and stated and not stated.startswith("not applicable"):
        return TestResult(True, "A contact is named.")
    if stated is False:
        return TestResult(False, "No contact is named.")
    return TestResult(None, "Whether there is a named contact is not known.", "Who answers questions about the data?")


def _indicator(dossier: Dossier, test: GateTest) -> TestResult:
    entry = load_register()[test.indicator or ""]
    score = dossier.scores[entry.id]
    name = f"{entry.id} {entry.name}"
    if score.state is State.NOT_APPLICABLE:
        return TestResult(True, f"{name}: does not apply ({score.reason}).")
    if score.value is None:
        return TestResult(None, f"{name}: not known.", score.question)
    passed, asked = _compare(test, score.value)
    shown = f"{score.value:.3g}".rstrip(".")
    of = " of 4" if entry.kind == "judged" else ""
    return TestResult(passed, f"{name}: {shown}{of}, {asked}." + (f" ({test.note})" if test.note else ""))


def _compare(test: GateTest, value: float) -> tuple[bool, str]:
    if test.at_least is not None:
        return value >= test.at_least, f"{test.at_least:g} or more is needed"
    if test.value_at_most is not None:
        return value <= test.value_at_most, f"{test.value_at_most:g} at most is allowed"
    least = test.value_above or 0.0
    return value > least, f"more than {least:g} is needed"
