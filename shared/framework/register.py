"""The register of dimensions and indicators: one entry, one indicator (``register.json`` beside this file)."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from importlib import resources
from typing import Literal

from pydantic import BaseModel, ConfigDict

from shared.errors import CasebookError, nearest


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Dimension(_Entry):
    """One of the thirteen dimensions, with the phase of the data's life it belongs to."""

    id: str
    name: str
    phase: str


class Indicator(_Entry):
    """One indicator: what it means, how it is found, and what counts as 0 and as 100.

    ``goalposts`` maps a kind of value (nearly always ``value``) to the pair (scores 0, scores 100); empty for
    *report only*. ``level`` 1 Core, 2 Enhanced, 3 Full.
    """

    id: str
    dimension: str
    name: str
    kind: Literal["computed", "judged"]
    level: Literal[1, 2, 3]
    definition: str
    formula: str = ""
    inputs: str = ""
    unit: str = ""
    anchors: tuple[str, ...] = ()
    goalposts: dict[str, tuple[float, float]] = {}
    source: str
    note: str = ""

    @property
    def report_only(self) -> bool:
        """True when the value is shown and never scored."""
        return not self.goalposts


class Register(_Entry):
    """All dimensions and indicators, in the framework's order."""

    version: str
    dimensions: tuple[Dimension, ...]
    indicators: tuple[Indicator, ...]

    def __getitem__(self, indicator: str) -> Indicator:
        """Return one indicator; an unknown id raises ``CasebookError`` with the nearest known one."""
        for entry in self.indicators:
            if entry.id == indicator:
                return entry
        raise CasebookError(f'There is no indicator "{indicator}".', hint=nearest(indicator, [i.id for i in self.indicators]))

    def of(self, dimension: str) -> tuple[Indicator, ...]:
        """Return the indicators of one dimension."""
        return tuple(i for i in self.indicators if i.dimension == dimension)

    def computed(self) -> Iterator[Indicator]:
        """Iterate over the computed indicators."""
        return (i for i in self.indicators if i.kind == "computed")

    def judged(self) -> Iterator[Indicator]:
        """Iterate over the judged indicators."""
        return (i for i in self.indicators if i.kind == "judged")


@functools.cache
def load_register() -> Register:
    """Read the register that ships with the package."""
    text = resources.files("shared.framework").joinpath("register.json").read_text(encoding="utf-8")
    return Register.model_validate(json.loads(text))
