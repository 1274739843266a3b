"""What somebody who knows everything published can work out: the exact range of each hidden figure."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from shared.errors import ProtectionError

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

NEAR = 1e-6
FAR = 1e7
"""Stands for "no upper limit": more people than any table of this project counts."""


@dataclass(frozen=True)
class System:
    """Figures as sums of cells that nobody sees, with what a reader knows of each.

    sums       figures x cells, 0 or 1
    equal      rows that are zero for any true cells (two ways to count the same people)
    low, high  what is known of a figure that is shown; for one that is hidden in any case, ``least`` and ``FAR``
    hidden     which figures are hidden; of those only ``least`` is known
    width      how wide a hidden figure's range has to stay
    largest    the largest count that is hidden for its own size (the policy's threshold less one)
    zero       figures of which everybody may know that they are zero
    implied    figures that nobody prints, but that a difference of others gives; hidden like the rest
    table      the number of the table a figure is printed in; -1 for the others
    """

    sums: sparse.csr_array
    equal: sparse.csr_array
    low: Floats
    high: Floats
    hidden: Mask
    least: Floats
    width: Floats
    largest: Floats
    zero: Mask
    implied: Mask
    table: NDArray[np.int64]

    def hiding(self, hidden: Mask) -> System:
        """Return the same figures with others of them hidden."""
        return replace(self, hidden=hidden)

    def alone(self) -> Mask:
        """Return which hidden figures are the only one of their table, so that everybody takes them for small."""
        tables, numbers = np.unique(self.table[self.hidden], return_counts=True)
        return self.hidden & np.isin(self.table, tables[(numbers == 1) & (tables >= 0)])


def with_fewer_cells(system: System) -> System:
    """Return the same figures over fewer cells, from which just the same can be worked out.

    A cell inside a figure that is shown as nobody is empty, and cells that always go together count as one.
    """
    nobody = ~system.hidden & (system.high <= 0)
    alive = np.asarray(system.sums[np.flatnonzero(nobody)].sum(axis=0)).ravel() == 0
    both = sparse.csc_array(sparse.vstack([system.sums, system.equal]))[:, np.flatnonzero(alive)]
    both.sort_indices()
    first: dict[tuple[bytes, bytes], int] = {}
    for cell, (start, stop) in enumerate(itertools.pairwise(both.indptr)):
        first.setdefault((both.indices[start:stop].tobytes(), both.data[start:stop].tobytes()), cell)
    if not first:
        return system
    fewer = sparse.csr_array(both[:, np.array(list(first.values()))])
    sums, equal = fewer[: len(system.low)], fewer[len(system.low) :]
    return replace(system, sums=sums, equal=equal[np.flatnonzero(np.diff(equal.indptr))])


@dataclass(frozen=True)
class Exposed:
    """A hidden figure whose range is too narrow, and which figures, if hidden too, would widen it by how much.

    ``widening[i]`` bounds from above by how much hiding figure ``i`` (alone or with others) adds to the width that is
    there without any of them, ``without``; ``wanted`` is the width that is needed.
    """

    figure: int
    low: float
    high: float
    widening: Floats
    without: float
    wanted: float


def exposed(system: System) -> list[Exposed]:
    """Return every hidden figure that can be worked out more closely than its policy allows.

    A range is the smallest and the largest value of the figure over all cells (not below zero) that fit everything
    shown, by linear programming; counts are whole, so its ends are brought to whole numbers. Cells that are certain to
    be wide enough, because two solutions found on the way are far enough apart, are not solved for by themselves.

    Raises ``ProtectionError`` when the figures contradict each other.
    """
    return _Attack(system).exposed()


def ranges(system: System) -> list[tuple[int, float, float]]:
    """Return (figure, lowest, highest) of every hidden figure, as whole numbers; ``inf`` where there is no limit."""
    attack = _Attack(system)
    found = []
    for figure in np.flatnonzero(system.hidden):
        low, high = attack.end(int(figure), 1), attack.end(int(figure), -1)
        found.append((int(figure), float(math.ceil(low - NEAR)), _far(high)))
    return found


def uncertain(
    low: float,
    high: float,
    *,
    width: float,
    largest: float,
    alone: bool = False,
    zero: bool = True,
    implied: bool = False,
) -> bool:
    """Tell whether a hidden count of which somebody knows the range ``low`` to ``high`` is still protected.

    It is when it may be any of ``width`` + 1 whole numbers (up to ``largest`` where it must be a small one, because
    nothing else of its table is hidden); when it is certainly not small, so that it was hidden for company only; when
    it is certainly zero and zeros are shown; and, for a difference that nobody prints, when it may be nobody.
    """
    low, high = math.ceil(low - NEAR), math.floor(high + NEAR)
    if low > largest or (zero and high <= 0) or (implied and low <= 0):
        return True
    return (min(high, largest) if alone else high) - low >= width


def _far(high: float) -> float:
    return math.inf if high > FAR / 2 else float(math.floor(high + NEAR))


@dataclass(frozen=True)
class _End:
    """One end of a range, and what one unit of each limit is worth there."""

    value: float
    prices: Floats


class _Attack:
    def __init__(self, system: System) -> None:
        self.system = system = with_fewer_cells(system)
        shown = ~system.hidden
        self.upper = np.where(shown, system.high, FAR)
        self.lower = np.where(shown, system.low, system.least)
        same = np.zeros(system.equal.shape[0])
        self.rows = sparse.vstack([system.sums, system.equal], format="csr")
        self.least = np.concatenate([np.where(self.lower > 0, self.lower, -math.inf), same])
        self.most = np.concatenate([self.upper, same])
        self.alone = system.alone()
        self.seen_low = np.full(len(system.low), math.inf)
        self.seen_high = np.full(len(system.low), -math.inf)

    def exposed(self) -> list[Exposed]:
        system = self.system
        hidden = np.flatnonzero(system.hidden)
        if not hidden.size:
            return []
        weights = np.zeros(len(system.low))
        weights[hidden] = 1.0
        self._least(weights @ system.sums)  # all as low as they can be together
        self._raise_many(hidden)
        found = []
        for figure in map(int, hidden):
            if self._certain(figure):
                continue
            low = self.end(figure, 1)
            if math.ceil(low - NEAR) > system.largest[figure]:
                continue  # certainly not a small count
            high = self.end(figure, -1)
            if not self._uncertain(figure, low, high):
                found.append(self._exposed(figure, self._priced(figure, 1), self._priced(figure, -1)))
        return found

    def _raise_many(self, hidden: NDArray[np.int64]) -> None:
        """Find cells in which as many hidden figures as possible are high enough at once, as long as that helps."""
        while (left := hidden[[not self._certain(int(figure)) for figure in hidden]]).size:
            cells, count = self.rows.shape[1], len(left)
            rise = sparse.hstack([-self.system.sums[left], sparse.eye_array(count)])
            matrix = sparse.vstack([sparse.hstack([self.rows, sparse.csr_array((self.rows.shape[0], count))]), rise])
            needed = np.ceil(self.seen_low[left] - NEAR) + self.system.width[left]
            least = np.concatenate([self.least, np.full(count, -math.inf)])
            found = milp(
                np.concatenate([np.zeros(cells), -np.ones(count)]),
                constraints=LinearConstraint(matrix, least, np.concatenate([self.most, np.zeros(count)])),
                bounds=Bounds(0, np.concatenate([np.full(cells, np.inf), needed])),
            )
            if found.x is None:
                return  # figure by figure then, which says what is wrong
            self._see(found.x[:cells])
            if all(not self._certain(int(figure)) for figure in left):
                return

    def end(self, figure: int, sign: int) -> float:
        """Return the low end (``sign`` 1) or the high end (-1) of a figure's range."""
        return sign * self._least(sign * self.system.sums[[figure], :].toarray().ravel())

    def _least(self, aim: Floats) -> float:
        limits = LinearConstraint(self.rows, self.least, self.most)
        found = milp(aim, constraints=limits, bounds=Bounds(0, np.inf))  # nothing has to be whole: half linprog's time
        if found.x is None:
            raise ProtectionError(
                "What is published contradicts itself, so it cannot be checked.",
                hint="Two tables count the same people differently; look at their columns and filters.",
            )
        self._see(found.x)
        return float(found.fun)

    def _priced(self, figure: int, sign: int) -> _End:
        """Return an end of a range with what the limits are worth there, which ``milp`` does not tell."""
        equal = self.system.equal if self.system.equal.shape[0] else None
        found = linprog(  # type: ignore[call-overload]  # the stubs know dense matrices only
            sign * self.system.sums[[figure], :].toarray().ravel(),
            A_ub=sparse.vstack([self.system.sums, -self.system.sums], format="csr"),
            b_ub=np.concatenate([self.upper, -self.lower]), A_eq=equal,
            b_eq=None if equal is None else np.zeros(equal.shape[0]), bounds=(0, None), method="highs",
        )  # fmt: skip
        return _End(sign * float(found.fun), np.asarray(found.ineqlin.marginals))

    def _see(self, cells: Floats) -> None:
        values = self.system.sums @ cells
        self.seen_low, self.seen_high = np.minimum(self.seen_low, values), np.maximum(self.seen_high, values)

    def _certain(self, figure: int) -> bool:
        low, high = float(self.seen_low[figure]), float(self.seen_high[figure])
        return low <= self.system.largest[figure] and high > 0 and self._uncertain(figure, low, high)

    def _uncertain(self, figure: int, low: float, high: float) -> bool:
        s = self.system
        return uncertain(
            low, high, width=float(s.width[figure]), largest=float(s.largest[figure]), alone=bool(self.alone[figure]),
            zero=bool(s.zero[figure]), implied=bool(s.implied[figure]),
        )  # fmt: skip

    def _exposed(self, figure: int, low: _End, high: _End) -> Exposed:
        """Bound the width as a function of what else is hidden, from the prices of the limits at both ends.

        The lowest value is convex in the limits and the highest concave, so moving limits from here to there changes
        the width by no more than the prices say (the cut of Fischetti and Salazar's method).
        """
        system, count = self.system, len(self.system.low)
        largest = float(system.largest[figure])
        capped = bool(self.alone[figure]) and low.value <= largest < high.value
        prices = -(low.prices if capped else low.prices + high.prices)
        prices = np.where(prices > NEAR, prices, 0.0)  # a looser limit never narrows a range
        widening = prices[:count] * (FAR - system.high) + prices[count:] * np.maximum(system.low - system.least, 0.0)
        if capped:  # with a second hidden figure in its table, nobody knows which of them is the small one
            widening = np.where((system.table == system.table[figure]) & ~system.hidden, FAR, widening)
        now = (largest if capped else high.value) - low.value
        # an end that is no whole number can make a range wide enough and its whole numbers not
        wanted = float(system.width[figure]) + (0.0 if now < system.width[figure] else 1.0)
        if system.implied[figure]:
            wanted = min(wanted, now + low.value)  # enough if it may be nobody
        return Exposed(figure, low.value, high.value, widening, now - float(widening[system.hidden].sum()), wanted)
