"""Which areas lie beside which: queen contiguity, with a stated rule for islands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely

from shared.errors import MeasureError

Islands = Literal["nearest", "apart"]


@dataclass(frozen=True)
class Neighbours:
    """Area -> the areas beside it, both ways round.

    beside   area code -> codes of its neighbours, in order; an area without any has an empty tuple
    joined   areas that touch no other -> the nearest area, which they were joined to (rule ``nearest``)
    """

    beside: Mapping[str, tuple[str, ...]]
    joined: Mapping[str, str]

    @property
    def pairs(self) -> int:
        """Number of pairs of neighbours."""
        return sum(map(len, self.beside.values())) // 2

    @property
    def mean(self) -> float:
        """Neighbours that an area has on average."""
        return 2 * self.pairs / len(self.beside)

    @property
    def alone(self) -> tuple[str, ...]:
        """Areas without a neighbour."""
        return tuple(code for code, others in self.beside.items() if not others)

    def among(self, codes: Iterable[str]) -> Neighbours:
        """Return the neighbours that are left when only these areas have a figure; nobody is joined anew."""
        kept = set(codes)
        beside = {c: tuple(o for o in others if o in kept) for c, others in self.beside.items() if c in kept}
        return Neighbours(beside, {c: o for c, o in self.joined.items() if c in kept and o in kept})


def neighbours(shapes: Mapping[str, shapely.Geometry], *, islands: Islands = "nearest") -> Neighbours:
    """Return which areas share a border or a corner (queen contiguity).

    Args:
        shapes: area code -> polygon on a plane; neighbours must touch exactly, as in the boundaries of
            ``shared.maps`` (borders simplified together).
        islands: what becomes of areas that touch no other: ``nearest`` joins each to the one area whose border is
            closest, both ways round; ``apart`` leaves them without neighbours, so that they are not tested.

    Raises:
        MeasureError: fewer than two areas, or an area without a shape.
    """
    from libpysal.graph import Graph  # type: ignore[import-untyped]  # slow to import, and few maps need it

    if len(shapes) < 2:
        raise MeasureError("Neighbours need at least two areas.")
    if empty := [code for code, shape in shapes.items() if shape is None or shape.is_empty]:
        raise MeasureError(f"Areas without a shape have no neighbours: {', '.join(map(str, empty[:6]))}.")
    import geopandas as gpd

    frame = gpd.GeoSeries(list(shapes.values()), index=list(shapes))
    graph = Graph.build_contiguity(frame, rook=False, strict=True)
    beside: dict[str, set[str]] = {code: set() for code in shapes}
    for one, other in graph.adjacency[graph.adjacency > 0].index:
        if one != other:
            beside[one].add(other)
            beside[other].add(one)
    joined = _nearest([code for code, others in beside.items() if not others], shapes) if islands == "nearest" else {}
    for code, other in joined.items():
        beside[code].add(other)
        beside[other].add(code)
    place = {code: n for n, code in enumerate(shapes)}
    return Neighbours({c: tuple(sorted(o, key=place.__getitem__)) for c, o in beside.items()}, joined)


def _nearest(islands: list[str], shapes: Mapping[str, shapely.Geometry]) -> dict[str, str]:
    codes = np.array(list(shapes), dtype=object)
    every = np.array(list(shapes.values()), dtype=object)
    found = {}
    for island in islands:
        distance = shapely.distance(every, shapes[island])
        distance[codes == island] = np.inf
        found[island] = str(codes[int(distance.argmin())])
    return found
