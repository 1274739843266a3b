"""Writing borders as TopoJSON: polygons as chains of shared borders ("arcs"), each border stored once.

Only what maps need: polygons, quantised, one layer. The format is the TopoJSON specification 1.0
(https://github.com/topojson/topojson-specification).
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Point = tuple[int, int]
Arc = tuple[Point, ...]


def write_topology(
    name: str, areas: list[tuple[dict[str, Any], shapely.Geometry]], *, grid: int, about: dict[str, Any]
) -> dict[str, Any]:
    """Return the TopoJSON of a valid coverage whose points lie on a grid of ``grid`` units.

    ``areas`` holds (properties, polygon) with the feature's id in ``properties["code"]``; ``about`` is stored at
    the top of the file (crs, metadata). Exterior rings run clockwise, as Vega's spherical projections want them.
    """
    geometries = shapely.orient_polygons(np.array([g for _, g in areas], dtype=object), exterior_cw=True)
    lowest = np.floor(shapely.total_bounds(geometries)[:2] / grid).astype(int)
    shapes = [[_rings(p, grid, lowest) for p in shapely.get_parts(g)] for g in geometries]
    junctions = _junctions([ring for shape in shapes for rings in shape for ring in rings])

    numbers: dict[Arc, int] = {}
    features = []
    for (properties, _), shape in zip(areas, shapes, strict=True):
        chains = [[[_number(arc, numbers) for arc in _cut(ring, junctions)] for ring in rings] for rings in shape]
        kind, arcs = ("Polygon", chains[0]) if len(chains) == 1 else ("MultiPolygon", chains)
        features.append({"type": kind, "id": properties["code"], "properties": properties, "arcs": arcs})
    return {
        "type": "Topology",
        **about,
        "bbox": [float(x) for x in shapely.total_bounds(geometries)],
        "transform": {"scale": [grid, grid], "translate": [int(x) * grid for x in lowest]},
        "objects": {name: {"type": "GeometryCollection", "geometries": features}},
        "arcs": [_deltas(arc) for arc in numbers],
    }


def _rings(polygon: shapely.Polygon, grid: int, lowest: NDArray[np.int64]) -> list[list[Point]]:
    """Rings of one polygon as whole grid steps from the lowest corner, the closing point left out."""
    rings = [polygon.exterior, *polygon.interiors]
    whole = [np.rint(np.array(ring.coords)[:-1] / grid).astype(int) - lowest for ring in rings]
    return [[(int(x), int(y)) for x, y in points] for points in whole]


def _junctions(rings: list[list[Point]]) -> set[Point]:
    """Points where borders part: anything but two different neighbours along the borders."""
    beside: dict[Point, set[Point]] = defaultdict(set)
    used: dict[frozenset[Point], int] = defaultdict(int)
    for ring in rings:
        for a, b in zip(ring, ring[1:] + ring[:1], strict=True):
            beside[a].add(b)
            beside[b].add(a)
            used[frozenset((a, b))] += 1
    # A point with two neighbours still parts a shared border from a coast when only one of its two edges is shared.
    return {p for p, others in beside.items() if len({used[frozenset((p, o))] for o in others}) > 1 or len(others) != 2}


def _cut(ring: list[Point], junctions: set[Point]) -> list[Arc]:
    """Cut a ring at its junctions; a ring without one starts at its lowest point so that both sides agree."""
    starts = [i for i, point in enumerate(ring) if point in junctions] or [ring.index(min(ring))]
    turned = ring[starts[0] :] + ring[: starts[0]] + [ring[starts[0]]]
    cuts = [i - starts[0] for i in starts] + [len(ring)]
    return [tuple(turned[a : b + 1]) for a, b in itertools.pairwise(cuts)]


def _number(arc: Arc, numbers: dict[Arc, int]) -> int:
    """Index of an arc, or the complement of its reverse's index when the neighbour walked it the other way."""
    if arc[::-1] in numbers:
        return ~numbers[arc[::-1]]
    return numbers.setdefault(arc, len(numbers))


def _deltas(arc: Arc) -> list[list[int]]:
    """First point, then steps: small numbers make a small file."""
    steps = np.diff(np.array(arc), axis=0, prepend=[[0, 0]])
    return [[int(x), int(y)] for x, y in steps]
