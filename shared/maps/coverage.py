"""Areas side by side: borders brought together, simplified together, and small enough for a page.

A map of areas is a coverage: areas do not overlap, and neighbours have one border. Areas that were simplified each by
themselves, or digitised twice, have slivers between them; what is drawn here has none.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from shared.errors import DataError
from shared.maps.arcs import write_topology

STEPS = 12_000
"""Steps of the grid across the longer side of a map: a map is at most some 1,200 points of a screen wide, and an inset
shows its part ten times as large."""

BUDGET = 200_000
"""Bytes of borders in a map; figures and key come on top, and a map of 331 areas is to stay below 250 kB."""

GAP = 8
"""Steps of the grid: gaps between areas narrower than this are closed (less than one point of a screen)."""

TOLERANCES = (4, 8, 12, 18, 27, 40, 60, 90, 135)
"""Steps of the grid by which borders may be simplified, tried in this order until the budget is kept."""

LAYER = "areas"
Shapes = NDArray[Any]


@dataclass(frozen=True)
class Drawn:
    """Borders for the screen: ``payload`` is TopoJSON with one layer ``areas`` and the codes as ids.

    grid, tolerance  metres to which points were rounded, and by which borders were simplified
    """

    payload: dict[str, Any]
    geometry: dict[str, shapely.Geometry]
    grid: int
    tolerance: int


def joined(codes: Sequence[str], shapes: Shapes, grid: float, where: str = "") -> Shapes:
    """Return the shapes with points on a grid, without overlaps, and without gaps narrower than ``GAP`` steps.

    Such a gap is a sliver, or a river mouth that is no line wide on the map. Overlaps and gaps go to the area with
    the longer border to them. Raises ``DataError`` if the areas lie over each other
    (several years in one file, say), or do not come together.
    """
    made = shapely.set_precision(shapes, grid)
    _overlapping(codes, made, where)
    for _ in range(5):
        made = shapely.set_precision(shapely.coverage_clean(made, gap_width=GAP * grid), grid)
        if shapely.coverage_is_valid(made):
            break
    if shapely.is_empty(made).any() or not shapely.coverage_is_valid(made):
        raise DataError(
            "The borders of the areas do not fit together, and could not be brought together.", where=where,
            hint="Repair overlaps and gaps in a map program, or ask for boundaries made for maps.",
        )  # fmt: skip
    return _filled(made, GAP * grid)


def _filled(shapes: Shapes, width: float) -> Shapes:
    """Return the shapes with the narrow holes closed that lie in one area alone, which cleaning leaves open."""
    land = shapely.get_parts(shapely.coverage_union_all(shapes))
    holes = [shapely.Polygon(ring) for part in land for ring in part.interiors]
    narrow = {shapely.normalize(hole).wkb for hole in holes if 2 * hole.area < width * hole.length}

    def whole(polygon: shapely.Polygon) -> shapely.Polygon:
        rings = [r for r in polygon.interiors if shapely.normalize(shapely.Polygon(r)).wkb not in narrow]
        return shapely.Polygon(polygon.exterior, rings)

    parts = [[whole(polygon) for polygon in shapely.get_parts(shape)] for shape in shapes]
    return np.array([p[0] if len(p) == 1 else shapely.MultiPolygon(p) for p in parts], dtype=object)


def drawn(codes: Sequence[str], shapes: Shapes, *, where: str = "", budget: int = BUDGET) -> Drawn:
    """Return plane shapes as borders for the screen: joined, simplified together, at most ``budget`` bytes.

    Neighbours keep one border, whatever is left out of it. No area vanishes: islands smaller than a step are left
    out only where the area has a larger part. Raises ``DataError`` as ``joined`` does, and if the borders cannot be
    made small enough.
    """
    left, low, right, top = (float(side) for side in shapely.total_bounds(shapes))
    grid = step(max(right - left, top - low))
    whole = joined(codes, np.array([_without_specks(s, grid) for s in shapes], dtype=object), grid, where)
    for steps in TOLERANCES:
        simple = shapely.coverage_simplify(whole, steps * grid)
        if shapely.is_empty(simple).any() or not shapely.coverage_is_valid(simple):
            break
        areas = [({"code": code}, shape) for code, shape in zip(codes, simple, strict=True)]
        payload = write_topology(LAYER, areas, grid=grid, about={})
        for feature in payload["objects"][LAYER]["geometries"]:
            del feature["properties"]
        if len(json.dumps(payload, separators=(",", ":"))) <= budget:
            payload.pop("bbox")
            return Drawn(payload, dict(zip(codes, simple, strict=True)), grid, steps * grid)
    raise DataError(
        f"The borders of {len(codes):,} areas cannot be drawn in {budget:,} bytes.", where=where,
        hint="Draw a part of the country, or larger areas.",
    )  # fmt: skip


def step(side: float) -> int:
    """Return the step of the grid for a map this long: 1, 2 or 5 times a power of ten, and a whole unit at least."""
    wanted = max(side / STEPS, 1.0)
    power = 10 ** math.floor(math.log10(wanted))
    return int(next(n * power for n in (1, 2, 5, 10) if n * power >= wanted * 0.999))


def _without_specks(shape: shapely.Geometry, grid: float) -> shapely.Geometry:
    """Return a shape without islands that are less than four steps across, unless it is nothing else."""
    parts = shapely.get_parts(shape)
    if len(parts) < 2:
        return shape
    area = shapely.area(parts)
    kept = parts[(area >= (4 * grid) ** 2) | (area == area.max())]
    return kept[0] if len(kept) == 1 else shapely.MultiPolygon(list(kept))


def _overlapping(codes: Sequence[str], shapes: Shapes, where: str) -> None:
    """Raise ``DataError`` if areas lie over each other by more than half of one, which is no fault of drawing."""
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = [(a, b) for a, b in zip(left, right, strict=True) if a < b]
    one, other = (shapes[[pair[side] for pair in pairs]] for side in (0, 1))
    common = shapely.area(shapely.intersection(one, other))
    over = np.flatnonzero(common > np.minimum(shapely.area(one), shapely.area(other)) / 2)
    if len(over):
        named = "; ".join(f"{codes[pairs[n][0]]} and {codes[pairs[n][1]]}" for n in over[:3])
        raise DataError(
            f"Areas lie over each other: {named}" + (f" and {len(over) - 3} more pairs." if len(over) > 3 else "."),
            where=where,
            hint="Are several years, or counties and their districts, in one list? Choose with where in case.yaml.",
        )
