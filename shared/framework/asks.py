"""For every indicator: what to ask, and of whom, to know it or to raise it (``asks.json``)."""

from __future__ import annotations

import functools
import json
from importlib import resources
from typing import Literal

from shared.framework.rules import Rule


class Ask(Rule):
    """One sentence, and whose task it is."""

    who: Literal["organisation", "office", "both"]
    ask: str


class Asks(Rule):
    """All of them; the wording is this project's own [P]."""

    version: str
    mark: str
    who: dict[str, str]
    asks: dict[str, Ask]

    def ask(self, indicator: str) -> str:
        """Return the sentence for one indicator."""
        return self.asks[indicator].ask

    def whom(self, indicator: str) -> str:
        """Return in words whose task it is."""
        return self.who[self.asks[indicator].who]


@functools.cache
def load_asks() -> Asks:
    """Read ``asks.json``."""
    path = resources.files("shared.framework").joinpath("asks.json")
    return Asks.model_validate(json.loads(path.read_text(encoding="utf-8")))
