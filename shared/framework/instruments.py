"""Other offices' instruments as data: their items, their rules, and where our indicators suggest an answer.

The rules are the offices' own (✔ read in the source); the cross-walk from our indicators is a proposal [P].
"""

from __future__ import annotations

import functools
import json
from importlib import resources
from typing import Literal

from shared.errors import ParameterError, nearest
from shared.framework.rules import Rule


class Test(Rule):
    """One test behind a suggested tick; all tests of an item must hold."""

    __test__ = False

    indicator: str | None = None
    judged_at_least: float | None = None
    value_at_least: float | None = None
    value_at_most: float | None = None
    within_needed_interval: bool = False
    measured_any: tuple[str, ...] = ()
    metadata: tuple[str, ...] = ()
    machine_readable: bool = False


class Prefill(Rule):
    """Where a suggestion comes from: a gate, the mean of dimensions and indicators, or tests."""

    gate: str | None = None
    mean_of: tuple[str, ...] = ()
    tests: tuple[Test, ...] = ()


class Item(Rule):
    """One question of an instrument, in our words."""

    id: str
    label: str
    prefill: Prefill
    mark: str = ""


class Group(Rule):
    """Items that belong together; each is answered 0 to ``highest``."""

    id: str
    label: str
    highest: int
    items: tuple[Item, ...]


class Band(Rule):
    """A word for a total from ``at_least`` on."""

    at_least: int
    word: str


class Instrument(Rule):
    """One instrument.

    ``ons``: gateway, then scores 0-3; fit if the mean is above ``mean_above`` and no score is 0. ``statcan``: ethics
    all yes, then ticks counted by dimension (all ticks of a dimension = ``full_score``); fit if no dimension is 0
    and the total is at least ``pass_total``. ``principles``: no pass mark.
    """

    id: str
    kind: Literal["ons", "statcan", "principles"]
    version: str
    title: str
    source: str
    groups: tuple[Group, ...]
    mean_above: float | None = None
    full_score: int | None = None
    pass_total: int | None = None
    bands: tuple[Band, ...] = ()


class Instruments(Rule):
    """All instruments and the cuts that turn 0-100 into a suggested 0-3."""

    version: str
    mark: str
    note: str
    cuts: tuple[float, ...]
    cuts_note: str
    instruments: tuple[Instrument, ...]

    def __getitem__(self, name: str) -> Instrument:
        """Return one instrument; an unknown name raises ``ParameterError`` with the nearest."""
        for instrument in self.instruments:
            if instrument.id == name:
                return instrument
        names = [i.id for i in self.instruments]
        hint = nearest(name, names) or f"Known: {', '.join(names)}."
        raise ParameterError(f'There is no instrument "{name}".', hint=hint)


@functools.cache
def load_instruments() -> Instruments:
    """Read ``instruments.json``."""
    path = resources.files("shared.framework").joinpath("instruments.json")
    return Instruments.model_validate(json.loads(path.read_text(encoding="utf-8")))
