"""A map of equal hexagons, one an area, each as near as can be to where its area lies."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from shared.errors import DataError
from shared.maps.boundaries import Boundaries

ACROSS, ROW, CORNER, EDGE = 1000, 1732, 1155, 577
"""Half a hexagon's width, the way from row to row, and from the middle up to the corner and to the end of a side: whole
units of the plane, so that neighbours meet exactly (ROW = CORNER + EDGE)."""

Points = NDArray[np.float64]


def hexagons(boundaries: Boundaries) -> Boundaries:
    """Return the same areas as hexagons of one size; any map of this room can be drawn on them.

    Where many people live areas are small, and a map by land hides them; here each area takes the same room. The cells
    are those of a honeycomb that lie deepest in the land, as many as there are areas, each as large as the average
    area. Which area gets which cell is the assignment with the least sum of squared ways from the areas' middles to
    the cells (solved exactly by scipy: Crouse 2016). The same borders give the same hexagons.
    """
    codes = list(boundaries.names)
    if len(codes) < 2:
        raise DataError("A map of hexagons needs at least two areas.")
    shapes = [shapely.make_valid(boundaries.geometry[c]) for c in codes]
    land = _polygons(shapely.union_all(shapes))
    cells, places = _honeycomb(land, len(codes))
    middles = shapely.get_coordinates(shapely.centroid(shapes))
    ways = ((middles[:, None, :] - cells[None, :, :]) ** 2).sum(axis=2)
    _, chosen = linear_sum_assignment(ways)
    made = {code: _hexagon(*places[n]) for code, n in zip(codes, chosen, strict=True)}
    features = [
        {"type": "Feature", "id": code, "geometry": {"type": "Polygon", "coordinates": [_ring(shape)]}}
        for code, shape in made.items()
    ]
    payload = {"type": "FeatureCollection", "features": features}
    return Boundaries(payload, "", boundaries.names, boundaries.parts, made, boundaries.attribution)


def short_names(names: Mapping[str, str]) -> dict[str, str]:
    """Return for each code the first letters of its name, at least three and as many as no other name begins with."""
    plain = {code: "".join(letter for letter in name if letter.isalnum()) for code, name in names.items()}
    made = {}
    for code, name in plain.items():
        others = [other for c, other in plain.items() if c != code]
        long = next((n for n in range(3, len(name)) if not any(o.startswith(name[:n]) for o in others)), len(name))
        made[code] = name[:long]
    return made


def _honeycomb(land: shapely.Geometry, many: int) -> tuple[Points, list[tuple[int, int]]]:
    """Return the middles of the cells deepest in the land, on its plane, and their column and row."""
    left, low, right, top = land.bounds
    wide = math.sqrt(land.area / many * 2 / math.sqrt(3))
    rows = math.ceil((top - low) / (wide * math.sqrt(3) / 2)) + 2
    columns = math.ceil((right - left) / wide) + 2
    places = [(2 * column + row % 2, row) for row in range(-2, rows) for column in range(-2, columns)]
    points = np.array([(left + c * wide / 2, low + r * wide * math.sqrt(3) / 2) for c, r in places])
    inside = shapely.contains_xy(land, points[:, 0], points[:, 1])
    depth = shapely.distance(shapely.points(points), land.boundary) * np.where(inside, 1, -1)
    deepest = np.sort(np.argsort(-depth, kind="stable")[:many])
    return points[deepest], [places[n] for n in deepest]


def _hexagon(column: int, row: int) -> shapely.Polygon:
    x, y = column * ACROSS, row * ROW
    ups = ((0, CORNER), (ACROSS, EDGE), (ACROSS, -EDGE), (0, -CORNER), (-ACROSS, -EDGE), (-ACROSS, EDGE))
    return shapely.Polygon([(x + across, y + up) for across, up in ups])


def _ring(shape: shapely.Polygon) -> list[list[int]]:
    return [[int(x), int(y)] for x, y in shape.exterior.coords]


def _polygons(shape: shapely.Geometry) -> shapely.MultiPolygon:
    """Return the surface of a shape without the lines and points that repairing may have left."""
    parts = shapely.get_parts(shapely.get_parts(shape))
    return shapely.MultiPolygon([part for part in parts if part.geom_type == "Polygon"])
