"""The cheapest figures to hide besides, so that no hidden one can be worked out: an exact integer programme."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from shared.protect.attack import Exposed, Floats, Mask, System, exposed

ROUNDS = 40
"""So often the integer programme is solved again before the rest is settled one figure at a time."""


class NoPattern(Exception):
    """Whatever else is hidden, a figure could be worked out."""


@dataclass
class _Cuts:
    """What every safe pattern fulfils: for an exposed figure, enough others that widen its range are hidden."""

    rows: list[Floats] = field(default_factory=list)
    least: list[float] = field(default_factory=list)

    def add(self, found: Exposed, may_hide: Mask) -> None:
        need = found.wanted - found.without
        row = np.where(may_hide, np.minimum(found.widening, need), 0.0)
        always = ~may_hide[found.figure]
        if always:
            self.rows.append(row / need)
            self.least.append(1.0)
        else:  # asked for only while the figure is hidden itself
            row[found.figure] = 0.0
            one = np.zeros(len(row))
            one[found.figure] = 1.0
            self.rows.append(row / need - one)
            self.least.append(0.0)


def choose(system: System, may_hide: Mask, cost: Floats) -> Mask:
    """Return which figures are hidden in all: those of ``system.hidden`` and the cheapest of ``may_hide`` they need.

    The pattern has the least ``cost`` of all safe ones (Fischetti and Salazar-González 2001: an integer programme
    whose cuts come from the attacker's linear programmes; each round either ends or rules the last pattern out).
    Where ``ROUNDS`` are not enough, figures are added one by one until nothing is exposed: safe, perhaps not cheapest.

    Raises ``NoPattern`` when hiding all of ``may_hide`` is not enough.
    """
    hidden, cuts = system.hidden.copy(), _Cuts()
    for _ in range(ROUNDS):
        found = exposed(system.hiding(hidden))
        if not found:
            return hidden
        for one in found:
            cuts.add(one, may_hide)
        hidden = system.hidden | _cheapest(cuts, may_hide, cost)
    return _one_by_one(system, hidden, may_hide, cost)


def _cheapest(cuts: _Cuts, may_hide: Mask, cost: Floats) -> Mask:
    rows = sparse.csr_array(np.array(cuts.rows))
    found = milp(
        np.where(may_hide, cost, 0.0),
        constraints=LinearConstraint(rows, lb=np.array(cuts.least) - 1e-9),
        integrality=np.ones(len(may_hide), dtype=np.int8),
        bounds=Bounds(0, may_hide.astype(np.float64)),
    )
    if found.x is None:
        raise NoPattern
    picked: Mask = found.x > 0.5
    return picked


def _one_by_one(system: System, hidden: Mask, may_hide: Mask, cost: Floats) -> Mask:
    while found := exposed(system.hiding(hidden)):
        helps = np.max([one.widening for one in found], axis=0) > 0
        left = np.flatnonzero(may_hide & ~hidden & helps)
        if not left.size:
            left = np.flatnonzero(may_hide & ~hidden)
        if not left.size:
            raise NoPattern
        hidden = hidden.copy()
        hidden[left[np.argmin(cost[left])]] = True
    return hidden
