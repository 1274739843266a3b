"""The register of dimensions and indicators: one entry, one indicator (``register.json`` beside this file).

Everything that is said about an indicator anywhere (report, reference pages, questions to the organisation,
widget labels) comes from here. Marks follow the framework: ``P`` the project's own proposal (goalposts and
anchors), ``dagger`` formula after the ESS quality guidelines from expert memory, ``double-dagger`` general
expert knowledge.
"""

from __future__ import annotations

import functools
import json
import math
import re
from collections.abc import Iterator
from importlib import resources
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, model_validator

from shared.errors import CasebookError, MeasureError, nearest

Mark = Literal["P", "dagger", "double-dagger"]

LEVELS = {1: "Core", 2: "Enhanced", 3: "Full"}
WHO = {
    "organisation": "the organisation",
    "office": "the statistical office",
    "both": "the organisation and the office together",
}


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Dimension(_Entry):
    """One of the thirteen dimensions, with the phase of the data's life it belongs to."""

    id: str
    name: str
    phase: str


class WorkedExample(_Entry):
    """A small case with a known answer: ``inputs`` by name, the ``expected`` value, and figures shown beside it.

    ``kind`` tells which pair of goalposts applies, ``also`` holds the further figures an indicator prints.
    """

    text: str
    inputs: dict[str, Any]
    expected: float
    kind: str = "value"
    also: dict[str, float] = {}


class Indicator(_Entry):
    """One indicator: what it means, how it is found, and what counts as 0 and as 100.

    ``goalposts`` maps a kind of value (nearly always ``value``) to the pair (scores 0, scores 100); empty for
    *report only*. ``level`` 1 Core, 2 Enhanced, 3 Full. ``scale`` says how a value between the goalposts is
    read. ``plain`` is the meaning in one everyday sentence, ``question`` what to ask the organisation when the
    indicator is not known. ``ask`` is what would raise it, and ``who`` says whose task that is; both are this
    project's own wording. ``numerator`` and ``denominator`` are filled for ratios and counts of ``counted``.
    """

    id: str
    dimension: str
    name: str
    kind: Literal["computed", "judged"]
    level: Literal[1, 2, 3]
    definition: str
    plain: str
    question: str
    advice_organisation: str
    advice_user: str
    ask: str
    who: Literal["organisation", "office", "both"]
    formula: str = ""
    inputs: str = ""
    unit: str = ""
    numerator: str = ""
    denominator: str = ""
    counted: str = ""
    anchors: tuple[str, ...] = ()
    goalposts: dict[str, tuple[float, float]] = {}
    scale: Literal["linear", "log"] = "linear"
    source: str
    marks: tuple[Mark, ...] = ()
    note: str = ""
    worked_example: WorkedExample | None = None

    @model_validator(mode="after")
    def _complete(self) -> Indicator:
        if self.kind == "judged" and (len(self.anchors) != 5 or self.goalposts != {"value": (0, 4)}):
            raise ValueError("a judged indicator has five anchors and runs from 0 to 4")
        if self.kind == "computed" and (not self.formula or self.worked_example is None):
            raise ValueError("a computed indicator has a formula and a worked example")
        return self

    @property
    def report_only(self) -> bool:
        """True when the value is shown and never scored."""
        return not self.goalposts

    @property
    def level_name(self) -> str:
        """``Core``, ``Enhanced`` or ``Full``."""
        return LEVELS[self.level]

    @property
    def whom(self) -> str:
        """In words, whose task it is to raise the indicator."""
        return WHO[self.who]

    @property
    def better(self) -> Literal["higher", "lower", "neither"]:
        """Which way is better, from the goalposts; ``neither`` for report only."""
        for low, high in self.goalposts.values():
            return "higher" if high > low else "lower"
        return "neither"

    def score(self, value: float, kind: str = "value", goalposts: tuple[float, float] | None = None) -> float:
        """Return the score from 0 to 100: ``100 * clip((value - lo) / (hi - lo), 0, 1)`` (framework section 5).

        Args:
            value: in the indicator's own unit; for a judged one 0 to 4 (a mean of assessors may be a fraction).
            kind: which pair of goalposts; ACC-1 has ``proportion`` (points) and ``other`` (CV).
            goalposts: another pair, when a case study overrides the register's, with its reason.

        Raises:
            MeasureError: report only, unknown kind, not a number, a judged score outside 0 to 4, equal
                goalposts, or a log scale with values that are not positive.
        """
        if self.report_only and goalposts is None:
            raise MeasureError(f"{self.id} is shown only and has no score.")
        if goalposts is None and kind not in self.goalposts:
            raise MeasureError(f'{self.id} has no goalposts for "{kind}".', hint=f"Known: {', '.join(self.goalposts)}.")
        low, high = self.goalposts[kind] if goalposts is None else goalposts
        if math.isnan(value) or (self.kind == "judged" and not 0 <= value <= 4):
            raise MeasureError(f"{self.id}: the value is not a number inside its range.")
        if self.scale == "log":
            if min(value, low, high) < 0 or 0 in (low, high):
                raise MeasureError(f"{self.id} is read on a log scale: values and goalposts are above 0.")
            value, low, high = (math.log(x) if x else -math.inf for x in (value, low, high))
        if low == high:
            raise MeasureError(f"{self.id}: the two goalposts are equal.")
        return 100 * min(max((value - low) / (high - low), 0.0), 1.0)


class Reference(_Entry):
    """What a short name in ``Indicator.source`` stands for."""

    key: str
    text: str


class Register(_Entry):
    """All dimensions and indicators, in the framework's order, and the sources they name."""

    version: str
    dimensions: tuple[Dimension, ...]
    indicators: tuple[Indicator, ...]
    references: tuple[Reference, ...] = ()

    def __getitem__(self, indicator: str) -> Indicator:
        """Return one indicator; an unknown id raises ``CasebookError`` with the nearest known one."""
        for entry in self.indicators:
            if entry.id == indicator:
                return entry
        known = [entry.id for entry in self.indicators]
        raise CasebookError(f'There is no indicator "{indicator}".', hint=nearest(indicator, known))

    def of(self, dimension: str) -> tuple[Indicator, ...]:
        """Return the indicators of one dimension."""
        return tuple(i for i in self.indicators if i.dimension == dimension)

    def computed(self) -> Iterator[Indicator]:
        """Iterate over the computed indicators."""
        return (i for i in self.indicators if i.kind == "computed")

    def judged(self) -> Iterator[Indicator]:
        """Iterate over the judged indicators."""
        return (i for i in self.indicators if i.kind == "judged")

    def cited(self, indicator: Indicator) -> tuple[Reference, ...]:
        """Return the references whose short names occur in the source line of ``indicator``."""
        return tuple(r for r in self.references if _names(r.key, indicator.source))


def _names(key: str, source: str) -> bool:
    """Whether the short name stands in the source line as a word of its own (ESS, but not in AC-ESS)."""
    return re.search(rf"(?<![\w-]){re.escape(key)}(?![\w-])", source) is not None


@functools.cache
def load_register() -> Register:
    """Read the register that ships with the package."""
    text = resources.files("shared.framework").joinpath("register.json").read_text(encoding="utf-8")
    return Register.model_validate(json.loads(text))
