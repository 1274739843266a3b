"""Several tables of the same people as one system of sums, however their variables overlap."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from shared.errors import ProtectionError
from shared.protect.attack import FAR, System
from shared.protect.counted import Answers, Counted, Groups, Known

REST = "(any other answer)"
MOST_CELLS = 250_000
MOST_AT_ONCE = 16
"""Times ``MOST_CELLS``: more combinations are not even made to see which of them can occur."""


@dataclass(frozen=True)
class Link:
    """Two variables of which one tells something about the other (authority and region, age and its band).

    ``pairs``  the pairs of answers that can occur; everybody may know them
    """

    first: str
    second: str
    pairs: frozenset[tuple[str, str]]


@dataclass(frozen=True, eq=False)
class _Clique:
    """Variables whose answers are looked at together; a row of ``codes`` is one combination of levels."""

    names: tuple[str, ...]
    codes: NDArray[np.int64]
    start: int

    @property
    def stop(self) -> int:
        return self.start + len(self.codes)


def system_of(tables: Sequence[Counted], more: Sequence[Known] = (), links: Sequence[Link] = ()) -> System:
    """Return all figures of ``tables``, then what these leave out or rule out and ``more``, as one system.

    All tables must have the same base. Its unknowns are the counts of every combination of answers that must be
    looked at together: the variables of one table always, and more where tables overlap in a ring (a by b, b by c,
    a by c). Combinations of different sets agree where they overlap, which for sets without rings is all that ties
    them together (junction tree), so nothing an attacker could use is left out. Raises ``ProtectionError`` where that
    would take more than ``MOST_CELLS`` combinations.
    """
    owned = [(k, table) for table in tables for k in table.known()]
    implied = [(k, table) for table in tables for k in left_out(table, tables)] if len(tables) > 1 else []
    figures = [*owned, *implied, *((k, None) for table in tables for k in table.nobody()), *((k, None) for k in more)]
    every = [k for k, _ in figures]
    levels = _levels(k.groups for k in every)
    used = [link for link in links if {link.first, link.second} <= set(levels)]
    scopes = [frozenset(name for name, _ in k.groups) for k in every]
    scopes += [frozenset((link.first, link.second)) for link in used]
    cliques = _with_codes(_cliques(scopes), levels, used)
    size = cliques[-1].stop
    printed = np.arange(len(every)) < len(owned)
    return System(
        sums=_matrix([(_inside(k, cliques, levels), 1.0) for k in every], size),
        equal=_agreements(cliques, size),
        low=np.array([k.low for k in every]),
        high=np.array([k.high for k in every]),
        hidden=np.array([k.hidden for k in every]),
        least=np.array([t.least if t and p else 0.0 for (_, t), p in zip(figures, printed, strict=True)]),
        width=np.array([t.width if t else 0.0 for _, t in figures]),
        largest=np.array([t.threshold - 1.0 if t else 0.0 for _, t in figures]),
        zero=np.array([t is None or t.zero for _, t in figures]),
        implied=~printed & np.array([k.hidden for k in every]),
        table=np.concatenate(
            [np.repeat(np.arange(len(tables)), [len(t.low) for t in tables]), np.full(len(every) - len(owned), -1)]
        ),
    )


def always(system: System) -> System:
    """Return the system with nothing known any more of what is hidden but that it is not below ``least``."""
    low, high = np.where(system.hidden, system.least, system.low), np.where(system.hidden, FAR, system.high)
    return replace(system, low=low, high=high)


def left_out(table: Counted, tables: Sequence[Counted]) -> list[Known]:
    """Return the people a table leaves out, unless a single figure leaves out so many that it is beside the point."""
    if not table.by and len(table.lineage.chosen) == 1:
        everybody = max((t.low[0] for t in tables if not t.by and not t.lineage.chosen), default=0.0)
        if everybody - table.high[0] >= table.threshold:
            return []
    return table.left_out()


def _levels(groups: Iterable[Groups]) -> dict[str, list[str]]:
    named: dict[str, set[str]] = {}
    for group in groups:
        for name, answers in group:
            named.setdefault(name, set()).update(answers.named)
    return {name: [*sorted(found), REST] for name, found in sorted(named.items())}


def _cliques(scopes: Iterable[frozenset[str]]) -> list[frozenset[str]]:
    """Return the maximal sets of variables of a triangulated graph in which each scope lies within one set."""
    near: dict[str, set[str]] = {}
    for scope in scopes:
        for name in scope:
            near.setdefault(name, set()).update(scope - {name})
    found: list[frozenset[str]] = []
    while near:
        name = min(near, key=lambda n: (_fill(near, n), len(near[n]), n))
        around = near.pop(name)
        found.append(frozenset([name, *around]))
        for other in around:
            near[other] = (near[other] | around) - {name, other}
    return [c for c in found if not any(c < other for other in found)] or [frozenset()]


def _fill(near: dict[str, set[str]], name: str) -> int:
    return sum(b not in near[a] for a, b in itertools.combinations(sorted(near[name]), 2))


def _with_codes(cliques: list[frozenset[str]], levels: dict[str, list[str]], links: list[Link]) -> list[_Clique]:
    made: list[_Clique] = []
    for clique in cliques:
        names = tuple(sorted(clique))
        codes = _combinations(names, levels, links)
        made.append(_Clique(names, codes, made[-1].stop if made else 0))
    return made


def _combinations(names: tuple[str, ...], levels: dict[str, list[str]], links: list[Link]) -> NDArray[np.int64]:
    """Return the combinations that can occur, in order.

    One variable is added after the other, so that what cannot be together (an authority in two regions) never piles up.
    """
    codes = np.zeros((1, 0), dtype=np.int64)
    for place, name in enumerate(names):
        size = len(codes) * len(levels[name])
        if size <= MOST_CELLS * MOST_AT_ONCE:
            added = np.tile(np.arange(len(levels[name])), len(codes))
            codes = np.column_stack([np.repeat(codes, len(levels[name]), axis=0), added])
            for link in links:
                if name in (link.first, link.second) and {link.first, link.second} <= set(names[: place + 1]):
                    ends = tuple(codes[:, names.index(end)] for end in (link.first, link.second))
                    codes = codes[_possible(link, levels)[ends]]
            size = len(codes)
        if size > MOST_CELLS:
            raise ProtectionError(
                f"Tables by {', '.join(names)} overlap in {size:,} combinations: too many to check together.",
                hint="Show fewer of these tables, or fewer groups.",
            )
    return codes


def _possible(link: Link, levels: dict[str, list[str]]) -> NDArray[np.bool_]:
    first, second = levels[link.first], levels[link.second]
    allowed = np.zeros((len(first), len(second)), dtype=bool)
    place_a, place_b = {v: n for n, v in enumerate(first)}, {v: n for n, v in enumerate(second)}
    for a, b in link.pairs:
        allowed[place_a.get(a, len(first) - 1), place_b.get(b, len(second) - 1)] = True
    # of an answer that is in no pair nothing is known
    return allowed | ~allowed.any(axis=1, keepdims=True) | ~allowed.any(axis=0, keepdims=True)


def _inside(known: Known, cliques: list[_Clique], levels: dict[str, list[str]]) -> NDArray[np.int64]:
    """Return which unknowns a figure adds up, in the smallest clique that has all its variables."""
    scope = {name for name, _ in known.groups}
    home = min((c for c in cliques if scope <= set(c.names)), key=lambda c: len(c.codes))
    inside = np.ones(len(home.codes), dtype=bool)
    for name, answers in known.groups:
        inside &= _holds(answers, levels[name])[home.codes[:, home.names.index(name)]]
    return home.start + np.flatnonzero(inside)


def _matrix(rows: Sequence[tuple[NDArray[np.int64], float]], size: int) -> sparse.csr_array:
    places = [np.full(len(inside), number) for number, (inside, _) in enumerate(rows)]
    values = [np.full(len(inside), value) for inside, value in rows]
    columns = [inside for inside, _ in rows]
    if not rows:
        return sparse.csr_array((0, size))
    joined = (np.concatenate(values), (np.concatenate(places), np.concatenate(columns)))
    return sparse.csr_array(joined, shape=(len(rows), size))


def _holds(answers: Answers, levels: list[str]) -> NDArray[np.bool_]:
    return np.array([(level in answers.named) != answers.others for level in levels])


def _agreements(cliques: list[_Clique], size: int) -> sparse.csr_array:
    """Return one row for each combination in which two neighbours of the junction tree must count the same people."""
    plus: list[tuple[NDArray[np.int64], float]] = []
    minus: list[tuple[NDArray[np.int64], float]] = []
    joined, left = [cliques[0]], list(cliques[1:])
    while left:
        a, b = max(itertools.product(joined, left), key=lambda pair: len(set(pair[0].names) & set(pair[1].names)))
        common = [n for n in a.names if n in b.names]
        mine, theirs = (c.codes[:, [c.names.index(n) for n in common]] for c in (a, b))
        keys, place = np.unique(np.vstack([mine, theirs]), axis=0, return_inverse=True)
        place = place.ravel()
        for key in range(len(keys)):
            plus.append((a.start + np.flatnonzero(place[: len(mine)] == key), 1.0))
            minus.append((b.start + np.flatnonzero(place[len(mine) :] == key), -1.0))
        joined.append(b)
        left.remove(b)
    return sparse.csr_array(_matrix(plus, size) + _matrix(minus, size))
