"""All tables of one report held together: what is hidden in one cannot be worked out from the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from shared.protect.attack import Exposed, Floats, exposed, ranges
from shared.protect.counted import Counted, Known, Lineage
from shared.protect.joint import Link, always, left_out, system_of
from shared.protect.pattern import NoPattern, choose
from shared.protect.policy import Policy


@dataclass(frozen=True)
class Before:
    """A table's cells before and after protection; stays inside the run that made it."""

    title: str
    counts: Floats
    shown: Floats


class Book:
    """The tables of counts that a study has protected so far, and what ties them together.

    Each new table is held against all earlier ones of the same people; where somebody who has them all could work a
    hidden figure out more closely than the policy allows, more of the *new* table is hidden, as little as possible.
    What has been shown stays as it was. ``links`` are the ties between variables of a source, which anybody knows.
    """

    def __init__(self, links: Mapping[str, Sequence[Link]] | None = None) -> None:
        self.tables: list[Counted] = []
        self.before: list[Before] = []
        self._asked: list[Counted] = []
        self._links = dict(links or {})

    def add_total(self, lineage: Lineage, count: int, policy: Policy) -> None:
        """Add a number of people that is printed by itself; a count too small to show is not added."""
        if policy.hides(count):
            return
        low, high = policy.behind(policy.rounded(count))
        total = Counted(
            "total", lineage, (), ((),), (low,), (high,), (False,), policy.threshold, policy.width,
            policy.least_hidden, policy.show_zero,
        )  # fmt: skip
        self.add(total)

    def add(self, fact: Counted) -> None:
        """Add figures that have been printed already, and cannot be hidden any more."""
        if self._again(fact) is None:
            self.tables.append(fact)
            self._asked.append(fact)

    def hide(self, table: Counted, margins: Sequence[Known] = ()) -> tuple[bool, ...]:
        """Return which cells of ``table`` are hidden beside everything shown before, and remember the table.

        ``margins`` are sums of the table that a reader may know from elsewhere. The same table asked for again gets
        the same answer. Where no part of the table can be shown, all of it is hidden, empty cells too.
        """
        again = self._again(table)
        if again is not None:
            return again
        try:
            kept = replace(table, hidden=self._hidden(table, margins))
        except NoPattern:
            kept = replace(table, hidden=(True,) * len(table.low), least=0, complete=False)
        self.tables.append(kept)
        self._asked.append(table)
        return kept.hidden

    def _hidden(self, table: Counted, margins: Sequence[Known]) -> tuple[bool, ...]:
        others = [other for other in self.tables if other.base == table.base]
        if not _worth_looking([*others, table]):
            return table.hidden
        system = always(system_of([*others, table], margins, self._links.get(table.lineage.source, ())))
        first = sum(len(other.low) for other in others)
        mine = slice(first, first + len(table.low))
        may_hide = np.zeros(len(system.low), dtype=bool)
        may_hide[mine] = ~np.array(table.hidden) & (np.array(table.high) > 0)
        cost = np.ones(len(system.low))
        cost[mine] += np.array(table.high) / (1 + sum(table.high))  # of equally many, the smaller counts
        return tuple(bool(out) for out in choose(system, may_hide, cost)[mine])

    def remember(self, title: str, counts: Floats, shown: Floats) -> None:
        """Keep a table's cells before and after protection (NaN: not shown), for what is said of the loss."""
        self.before.append(Before(title, counts, shown))

    def _again(self, table: Counted) -> tuple[bool, ...] | None:
        for asked, known in zip(self._asked, self.tables, strict=True):
            if replace(asked, title=table.title) == table:
                return known.hidden
        return None

    def exposed(self) -> list[tuple[str, Exposed]]:
        """Return every hidden figure that all tables together give away, with the title of its table."""
        return exposed_in(self.tables, self._links)


def exposed_in(
    tables: Sequence[Counted], links: Mapping[str, Sequence[Link]] | None = None
) -> list[tuple[str, Exposed]]:
    """Return every hidden figure that these tables give away together, with the title of its table."""
    found = []
    for base in dict.fromkeys(table.base for table in tables):
        mine = [table for table in tables if table.base == base]
        if _worth_looking(mine):
            titles = [table.title for table in mine for _ in table.low]
            titles += [f"the rest of: {table.title}" for table in mine for _ in left_out(table, mine)]
            for one in exposed(always(system_of(mine, (), (links or {}).get(base[0], ())))):
                found.append((titles[one.figure], one))
    return found


def _worth_looking(tables: Sequence[Counted]) -> bool:
    """Tell whether there is anything to work out: a hidden figure, or one that the chosen rows leave out."""
    return any(any(table.hidden) for table in tables) or (
        len(tables) > 1 and any(table.lineage.chosen for table in tables)
    )


def ranges_in(tables: Sequence[Counted], links: Sequence[Link] = ()) -> list[tuple[int, float, float]]:
    """Return (place, lowest, highest) of every hidden figure of tables with the same base, in their order."""
    return ranges(always(system_of(list(tables), (), links)))
