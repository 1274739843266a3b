"""What is published of a table of counts, written so that it can be checked beside others: no true count in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.protect.cells import NOT_RECORDED, OTHER_ANSWERS, SMALL_GROUPS
from shared.protect.policy import Policy


@dataclass(frozen=True)
class Answers:
    """Answers to one variable: those named, or with ``others`` all but those named."""

    named: frozenset[str]
    others: bool = False


Groups = tuple[tuple[str, Answers], ...]
"""Which people a figure counts: variable -> answers; a variable that is not there may have any."""


@dataclass(frozen=True)
class Lineage:
    """Which people a table counts: its source, the column added up ("" for rows), and the rows chosen.

    ``same_as`` gives a variable another name for the check: two columns may share a name and not their content.
    """

    source: str
    count: str = ""
    chosen: tuple[tuple[str, tuple[str, ...]], ...] = ()
    same_as: tuple[tuple[str, str], ...] = ()

    def variable(self, column: str) -> str:
        """Return the name under which a column is compared with other tables."""
        return dict(self.same_as).get(column, column)


@dataclass(frozen=True)
class Known:
    """What a reader knows of one figure: ``low`` to ``high``, or nothing but ``least`` where it is hidden."""

    groups: Groups
    low: float
    high: float
    hidden: bool = False


@dataclass(frozen=True)
class Counted:
    """One table of counts as published: the people it counts, its groups, and what is known of each figure.

    threshold, width, least  of the policy: the smallest count shown, how wide a hidden one stays, the lowest hidden
    zero      whether zeros are shown
    complete  whether the groups of the table are all there are (then nobody is outside them)
    """

    title: str
    lineage: Lineage
    by: tuple[str, ...]
    labels: tuple[tuple[str, ...], ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    hidden: tuple[bool, ...]
    threshold: int
    width: int
    least: int
    zero: bool
    complete: bool = True

    @property
    def base(self) -> tuple[str, str]:
        """The people counted: tables with the same base can be compared."""
        return self.lineage.source, self.lineage.count

    def known(self) -> list[Known]:
        """Return every figure of the table with what a reader knows of it."""
        chosen, named = self._chosen(), self._named()
        rows = zip(self.labels, self.low, self.high, self.hidden, strict=True)
        return [
            Known((*chosen, *((named[n], self._answers(n, g)) for n, g in enumerate(label))), low, high, out)
            for label, low, high, out in rows
        ]

    def nobody(self) -> list[Known]:
        """Return the figures that are zero because a complete table has no such group."""
        if not self.complete:
            return []
        chosen, found = self._chosen(), []
        for number, name in enumerate(self._named()):
            groups = {label[number] for label in self.labels}
            if not groups & {OTHER_ANSWERS, SMALL_GROUPS}:
                found.append(Known((*chosen, (name, Answers(frozenset(groups), others=True))), 0.0, 0.0))
            elif NOT_RECORDED not in groups:
                found.append(Known((*chosen, (name, Answers(frozenset([NOT_RECORDED])))), 0.0, 0.0))
        return found

    def left_out(self) -> list[Known]:
        """Return, for each cell, the people of the same groups whom the chosen rows leave out.

        Nobody prints these, but a table of everybody less this one gives them.
        """
        chosen, named, found = self._chosen(), self._named(), []
        for turned in range(len(chosen)):
            name, answers = chosen[turned]
            rest = (*chosen[:turned], (name, Answers(answers.named, others=True)), *chosen[turned + 1 :])
            for label in self.labels:
                groups = ((named[n], self._answers(n, g)) for n, g in enumerate(label))
                found.append(Known((*rest, *groups), 0.0, 0.0, hidden=True))
        return found

    def sums(self, over: Sequence[int], low: float, high: float, group: tuple[str, ...]) -> Known:
        """Return a figure for the sum of all cells whose labels at the places ``over`` are ``group``."""
        first = next(label for label in self.labels if tuple(label[n] for n in over) == group)
        chosen, named = self._chosen(), self._named()
        return Known((*chosen, *((named[n], self._answers(n, first[n])) for n in over)), low, high)

    def _chosen(self) -> Groups:
        return tuple((self.lineage.variable(c), Answers(frozenset(v))) for c, v in self.lineage.chosen)

    def _named(self) -> list[str]:
        return [self.lineage.variable(column) for column in self.by]

    def _answers(self, number: int, group: str) -> Answers:
        if group not in (OTHER_ANSWERS, SMALL_GROUPS):
            return Answers(frozenset([group]))
        named = {label[number] for label in self.labels} - {OTHER_ANSWERS, SMALL_GROUPS}
        return Answers(frozenset([*named, NOT_RECORDED]), others=True)

    def as_json(self) -> dict[str, Any]:
        """Return the table for the ledger, plain JSON types only."""
        return {
            "title": self.title, "source": self.lineage.source, "count": self.lineage.count,
            "chosen": [[column, list(values)] for column, values in self.lineage.chosen],
            "same_as": [list(pair) for pair in self.lineage.same_as], "by": list(self.by),
            "cells": [
                [list(label), None if h else low, None if h else high]
                for label, low, high, h in zip(self.labels, self.low, self.high, self.hidden, strict=True)
            ],
            "threshold": self.threshold, "width": self.width, "least": self.least, "zero": self.zero,
            "complete": self.complete,
        }  # fmt: skip


def counted_from(values: Mapping[str, Any]) -> Counted:
    """Return the table that ``as_json`` made ``values`` of; what is not as it must be raises ``KeyError`` or others."""
    lineage = Lineage(
        str(values["source"]), str(values["count"]),
        tuple((str(column), tuple(map(str, chosen))) for column, chosen in values["chosen"]),
        tuple((str(a), str(b)) for a, b in values["same_as"]),
    )  # fmt: skip
    cells = values["cells"]
    return Counted(
        str(values["title"]), lineage, tuple(map(str, values["by"])), tuple(tuple(map(str, c[0])) for c in cells),
        tuple(0.0 if c[1] is None else float(c[1]) for c in cells),
        tuple(0.0 if c[2] is None else float(c[2]) for c in cells), tuple(c[1] is None for c in cells),
        int(values["threshold"]), int(values["width"]), int(values["least"]), bool(values["zero"]),
        bool(values["complete"]),
    )  # fmt: skip


def counted(
    title: str, lineage: Lineage, by: Sequence[str], labels: Sequence[tuple[str, ...]],
    published: Sequence[int | None], hidden: Sequence[bool], policy: Policy, noise: int = 0,
) -> Counted:  # fmt: skip
    """Return what is published of a table: the protected counts, which are hidden, and the policy's numbers.

    A count that is None without being hidden (the source has no figure) is left out. ``noise`` is the largest change
    that perturbation or controlled rounding makes; without it a count is known as closely as its rounding says.
    """
    kept = [n for n, (count, out) in enumerate(zip(published, hidden, strict=True)) if out or count is not None]
    known = [_known(published[n], policy, noise) for n in kept]
    return Counted(
        title, lineage, tuple(by), tuple(labels[n] for n in kept), tuple(k[0] for k in known),
        tuple(k[1] for k in known), tuple(bool(hidden[n]) for n in kept), policy.threshold, policy.width,
        policy.least_hidden, policy.show_zero, complete=len(kept) == len(labels),
    )  # fmt: skip


def _known(count: int | None, policy: Policy, noise: int) -> tuple[float, float]:
    if count is None or count == 0:
        return 0.0, 0.0
    if not noise:
        return policy.behind(count)
    # rounding to either neighbour starts from a count that may be shown; noise may start below
    least = policy.threshold if policy.method == "round" else 0
    return float(max(least, count - noise)), float(count + noise)
