"""The smallest set of indicators that would have to rise, as an integer programme solved to proven optimality.

Aggregation is linear, so the question is exact: choose which indicators change (binary) and to what level, so that
every floor and every single minimum is reached; first with the fewest changes, then, among those, with the smallest
total rise. Judged indicators move to whole anchors, computed ones freely. Solved by HiGHS (``scipy.optimize.milp``)
with no gap allowed: a bound from the solver proves that no smaller set exists.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from shared.errors import MeasureError

TENTH = 0.1
"""Computed targets are given to a tenth of a point, rounded towards the safe side."""


@dataclass(frozen=True)
class Item:
    """One indicator: its score now (0-100, None = not known), the scores it may be given, the least it must have.

    ``levels`` are the possible new scores (anchors of a judged one); None = any score. ``least`` None = no minimum
    of its own; with a minimum, an indicator that is not known has to be found out.
    """

    id: str
    now: float | None
    levels: tuple[float, ...] | None
    least: float | None = None


@dataclass(frozen=True)
class Target:
    """A weighted mean that must reach ``floor``, with at least ``share`` of the weight known."""

    floor: float
    weights: Mapping[str, float]
    share: float


@dataclass(frozen=True)
class Fewest:
    """New scores of the indicators that change, and whether fewer are proven impossible."""

    changes: dict[str, float]
    proven: bool


def fewest_rises(items: Sequence[Item], targets: Sequence[Target]) -> Fewest | None:
    """Return the smallest set of rises that reaches every target; None when no set does.

    Raises ``MeasureError`` if the solver gives up, which it may not do on problems of this size.
    """
    programme = _Programme(items, targets)
    count = programme.solve(programme.count_cost())
    if count is None:
        return None
    most = round(float(programme.count_cost() @ count.x))
    rise = programme.solve(programme.rise_cost(), most=most)
    if rise is None:
        raise MeasureError("The integer programme has no solution at the size it has just been solved for.")
    return Fewest(programme.changes(rise.x), count.proven and rise.proven)


@dataclass(frozen=True)
class _Solved:
    x: NDArray[np.float64]
    proven: bool


class _Programme:
    """Columns: for a judged item one binary a level; for a computed item one binary and its rise."""

    def __init__(self, items: Sequence[Item], targets: Sequence[Target]) -> None:
        self.items, self.targets = items, targets
        self.columns: list[tuple[Item, float | None]] = []
        """(item, score if chosen) for a level; (item, None) for the continuous rise, after its binary."""
        for item in items:
            above = [s for s in item.levels or () if item.now is None or s > item.now]
            if item.levels is not None:
                self.columns += [(item, level) for level in above]
            else:
                self.columns += [(item, item.now or 0.0), (item, None)]
        self.rows: list[tuple[NDArray[np.float64], float, float]] = []
        self._one_choice()
        self._minimums()
        self._targets()

    def _gain(self, weight: Mapping[str, float]) -> NDArray[np.float64]:
        """Coefficients of the weighted rise of each column."""
        gains = [
            weight.get(item.id, 0.0) * (1.0 if level is None else level - (item.now or 0.0))
            for item, level in self.columns
        ]
        return np.array(gains)

    def _chosen(self, weight: Mapping[str, float]) -> NDArray[np.float64]:
        """Coefficients of being changed at all (binaries only)."""
        return np.array([0.0 if level is None else weight.get(i.id, 0.0) for i, level in self.columns])

    def _one_choice(self) -> None:
        for item in self.items:
            self.rows.append((self._chosen({item.id: 1.0}), 0.0, 1.0))
            if item.levels is None:
                room = 100.0 - (item.now or 0.0)
                rise_within = self._gain({item.id: 1.0}) - room * self._chosen({item.id: 1.0})
                self.rows.append((rise_within, -np.inf, 0.0))

    def _minimums(self) -> None:
        for item in self.items:
            if item.least is None:
                continue
            if item.now is None:
                self.rows.append((self._chosen({item.id: 1.0}), 1.0, 1.0))
            if item.now is None or item.now < item.least:
                self.rows.append((self._gain({item.id: 1.0}), item.least - (item.now or 0.0), np.inf))

    def _targets(self) -> None:
        for target in self.targets:
            now = {i.id: i.now for i in self.items}
            total = sum(target.weights.values())
            reached = sum(w * (now[i] or 0.0) for i, w in target.weights.items())
            known = sum(w for i, w in target.weights.items() if now[i] is not None)
            if reached < target.floor * total:
                self.rows.append((self._gain(target.weights), target.floor * total - reached, np.inf))
            if known < target.share * total - 1e-12:
                unknown = {i: w for i, w in target.weights.items() if now[i] is None}
                self.rows.append((self._chosen(unknown), target.share * total - known, np.inf))

    def count_cost(self) -> NDArray[np.float64]:
        """Cost that counts the indicators changed."""
        return self._chosen({item.id: 1.0 for item in self.items})

    def rise_cost(self) -> NDArray[np.float64]:
        """Cost that adds up the rises in points."""
        return self._gain({item.id: 1.0 for item in self.items})

    def solve(self, cost: NDArray[np.float64], most: int | None = None) -> _Solved | None:
        rows = [*self.rows, *([(self.count_cost(), 0.0, float(most))] if most is not None else [])]
        if not self.columns:
            reachable = all(low <= 0.0 <= high for _, low, high in rows)
            return _Solved(np.zeros(0), True) if reachable else None
        integral = np.array([0 if level is None else 1 for _, level in self.columns])
        upper = np.array([100.0 if level is None else 1.0 for _, level in self.columns])
        found = milp(
            cost,
            integrality=integral,
            bounds=Bounds(np.zeros(len(cost)), upper),
            constraints=LinearConstraint(
                np.vstack([r for r, _, _ in rows]), [lo for _, lo, _ in rows], [hi for _, _, hi in rows]
            ),
            options={"mip_rel_gap": 0.0},
        )
        if found.status == 2:
            return None
        if found.status != 0:
            raise MeasureError("The integer programme was not solved to the end.")
        x = np.where(integral == 1, np.round(found.x), found.x)
        return _Solved(x, found.mip_gap <= 1e-9)

    def changes(self, x: NDArray[np.float64]) -> dict[str, float]:
        """Read the new scores off a solution; computed ones rounded up to a tenth of a point."""
        chosen: dict[str, float] = {}
        for (item, level), value in zip(self.columns, x.tolist(), strict=True):
            if level is not None and value > 0.5:
                chosen[item.id] = level
            elif level is None and item.id in chosen:
                score = (item.now or 0.0) + value
                chosen[item.id] = min(100.0, math.ceil(score / TENTH - 1e-6) * TENTH)
        return chosen
