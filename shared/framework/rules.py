"""The decision rules as data: uses, gates, required assurance, and how uncertainty is drawn.

Everything an office may want to move (a floor, a threshold, a tolerance, the spread of the weights) is in the JSON
files beside this module; no number of the rules is typed in code. The marks [P], † and ‡ of the framework are kept
in the field ``mark`` and shown wherever a rule is shown.
"""

from __future__ import annotations

import functools
import json
from importlib import resources
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.errors import CasebookError, nearest

Level = Literal[0, 1, 2, 3]


class Rule(BaseModel):
    """Base of every rule entry: frozen, and an unknown key is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Term(Rule):
    """One way to meet a condition: a fact equals ``is_`` or reaches ``at_least``."""

    fact: str
    is_: bool | None = Field(None, alias="is")
    at_least: float | None = None


class Condition(Rule):
    """A further condition of a use: met when any of its terms is; ``code`` names what is required."""

    code: str
    any: tuple[Term, ...]
    failed: str
    question: str


class Fact(Rule):
    """Where a fact comes from: the case study's ``facts``, an indicator, or another fact."""

    id: str
    label: str
    case: str | None = None
    indicator: str | None = None
    value_at_most: dict[str, float] = {}
    or_z_at_most: float | None = None
    same_as: str | None = None


class UseRule(Rule):
    """One of the six uses: what it means and what it asks for. ``floors`` are in the framework's order."""

    id: str
    code: str
    name: str
    meaning: str
    gates: tuple[str, ...]
    no_zero: bool
    assurance: Literal["none", "lowest", "highest", "A3"]
    floors: dict[str, float]
    conditions: tuple[str, ...]


class UseRules(Rule):
    """Section 7 of the framework: the six uses, their floors and conditions.

    ``zero_rule`` says which kinds of core indicators the "no zero" rule looks at.
    """

    version: str
    mark: str
    source: str
    dimensions: tuple[str, ...]
    only_when_qualitative: tuple[str, ...]
    left_out_when_qualitative: tuple[str, ...]
    zero_rule: tuple[Literal["computed", "judged"], ...]
    statuses: dict[str, str]
    labels: dict[str, str]
    facts: tuple[Fact, ...]
    conditions: tuple[Condition, ...]
    uses: tuple[UseRule, ...]

    def __getitem__(self, use: str) -> UseRule:
        """Return one use by its id ("fill-gap") or code ("FILL_GAP"); an unknown one raises ``CasebookError``."""
        for rule in self.uses:
            if use in (rule.id, rule.code):
                return rule
        raise CasebookError(f'There is no use "{use}".', hint=nearest(use, [rule.id for rule in self.uses]))

    def condition(self, code: str) -> Condition:
        """Return one condition by its code."""
        return next(c for c in self.conditions if c.code == code)

    def fact(self, fact: str) -> Fact:
        """Return one fact by its id."""
        return next(f for f in self.facts if f.id == fact)


class GateTest(Rule):
    """One part of a gate: an indicator's judged score or value, a stage of participation, or a named contact."""

    indicator: str | None = None
    participation: str | None = None
    contact: bool = False
    at_least: float | None = None
    value_at_most: float | None = None
    value_above: float | None = None
    note: str = ""


class Gate(Rule):
    """One of the six gates of section 3; passes when all of its tests do (any of them where ``any``)."""

    id: str
    name: str
    plain: str
    blocks: str
    any: bool = False
    rules: tuple[GateTest, ...]


class Rung(Rule):
    """One level of the participation ladder."""

    level: int
    name: str
    meaning: str


class Ladder(Rule):
    """The participation ladder; from ``sufficient_from`` on, citizens take part enough to call it citizen data."""

    source: str
    sufficient_from: int
    levels: tuple[Rung, ...]


class Gates(Rule):
    """Section 3 of the framework."""

    version: str
    mark: str
    source: str
    gates: tuple[Gate, ...]
    ladder: Ladder


class AssuranceLevel(Rule):
    """One of A0 to A3."""

    level: Level
    name: str
    meaning: str


class Area(Rule):
    """One of the four QAAD practice areas, with the judged indicators that speak to it."""

    id: str
    name: str
    indicators: tuple[str, ...]


class Assurance(Rule):
    """Section 4: which assurance a use needs, and how judged scores show what is reached.

    ``achieved`` maps a judged score 0-4 to a level; ``mandatory`` maps a required level to the highest register
    level (1 Core, 2 Enhanced, 3 Full) whose indicators must be there.
    """

    version: str
    source: str
    mark: str
    levels: tuple[AssuranceLevel, ...]
    note: str
    matrix: dict[str, dict[str, tuple[Level, ...]]]
    letters: dict[str, dict[str, str]]
    achieved: tuple[Level, ...]
    mandatory: dict[int, Level]
    areas: tuple[Area, ...]

    def required(self, use: UseRule, risk: str, profile: str) -> Level:
        """Return the level (0-3) that a use needs at this risk of quality concern and public-interest profile."""
        if use.assurance == "none":
            return 0
        if use.assurance == "A3":
            return 3
        cell = self.matrix[risk][profile]
        return min(cell) if use.assurance == "lowest" else max(cell)


class Word(Rule):
    """A stability word and the share of draws from which it is used."""

    at_least: float
    word: str


class Uncertainty(Rule):
    """Section 6: availability rule, spreads and alternatives of the Monte Carlo, stability words."""

    version: str
    mark: str
    source: str
    availability: float
    log_scale: tuple[str, ...]
    draws: int
    weight_spread: float
    floor_shift: float
    triangular: dict[str, float]
    normalisation: tuple[str, ...]
    rungs: int
    aggregation: tuple[str, ...]
    geometric_least: float
    interval: tuple[float, float]
    stability: tuple[Word, ...]
    sobol_base: int


def _read(name: str) -> Any:
    return json.loads(resources.files("shared.framework").joinpath(name).read_text(encoding="utf-8"))


@functools.cache
def load_uses() -> UseRules:
    """Read ``uses.json``."""
    return UseRules.model_validate(_read("uses.json"))


@functools.cache
def load_gates() -> Gates:
    """Read ``gates.json``."""
    return Gates.model_validate(_read("gates.json"))


@functools.cache
def load_assurance() -> Assurance:
    """Read ``assurance.json``."""
    return Assurance.model_validate(_read("assurance.json"))


@functools.cache
def load_uncertainty() -> Uncertainty:
    """Read ``uncertainty.json``."""
    return Uncertainty.model_validate(_read("uncertainty.json"))
