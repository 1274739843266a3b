"""From the coordinates of a file to a plane with true areas, north up; across 180 degrees too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyproj
import shapely

from shared.errors import DataError

if TYPE_CHECKING:
    import geopandas as gpd

MOST_POINTS = 3_000_000
"""More points than this are boundaries for surveying, and take minutes to simplify."""

BRITAIN, GREAT_BRITAIN = (-9.0, 49.0, 2.5, 61.5), "EPSG:27700"
INDIA, INDIA_GRID = (67.0, 6.0, 98.5, 38.0), "EPSG:7755"
WORLD = "EPSG:8857"
"""Equal Earth: areas are true, and the world looks like the world."""

WIDE = 200.0
"""Degrees of longitude from which on a map is one of the world."""


def on_plane(frame: gpd.GeoDataFrame, where: str = "") -> gpd.GeoDataFrame:
    """Return areas in metres: in the file's own projection, else the country's, else one with true areas.

    Longitude and latitude become the British or Indian national grid where all areas lie in it, Equal Earth for maps
    of the world, and Lambert's equal-area projection of their own middle for any other part of it. Areas on both
    sides of 180 degrees are put together first. Web maps' metres are projected anew, as they show areas too large
    towards the poles. Raises ``DataError`` for more points than can be simplified in reasonable time.
    """
    points = int(shapely.get_num_coordinates(frame.geometry.to_numpy()).sum())
    if points > MOST_POINTS:
        hint = "Ask for generalised boundaries, which are made for maps."
        raise DataError(
            f"The boundaries have {points:,} points; at most {MOST_POINTS:,} are read.", where=where, hint=hint
        )
    if frame.crs.is_projected and frame.crs.to_epsg() != 3857:
        return frame
    degrees = frame.to_crs("EPSG:4326")
    if _within(degrees.total_bounds, BRITAIN):
        return degrees.to_crs(GREAT_BRITAIN)
    if _within(degrees.total_bounds, INDIA) and _spans(degrees.total_bounds) > 15:
        return degrees.to_crs(INDIA_GRID)
    start = _widest_gap(shapely.get_coordinates(degrees.geometry.to_numpy())[:, 0])
    shapes = np.array([_from(start, shape) for shape in degrees.geometry], dtype=object)
    left, low, right, top = shapely.total_bounds(shapes)
    if right - left > WIDE:
        shapes = np.array([_cut_at_180(shape) for shape in degrees.geometry], dtype=object)
        return degrees.set_geometry(shapes, crs="EPSG:4326").to_crs(WORLD)
    plane = f"+proj=laea +lon_0={round((left + right) / 2, 2)} +lat_0={round((low + top) / 2, 2)} +units=m"
    there = pyproj.Transformer.from_crs("EPSG:4326", plane, always_xy=True)
    moved = shapely.transform(shapes, lambda p: np.column_stack(there.transform(p[:, 0], p[:, 1])))
    return degrees.set_geometry(moved, crs=plane)


def _within(bounds: tuple[float, ...], box: tuple[float, ...]) -> bool:
    return bool(bounds[0] >= box[0] and bounds[1] >= box[1] and bounds[2] <= box[2] and bounds[3] <= box[3])


def _spans(bounds: tuple[float, ...]) -> float:
    return float(max(bounds[2] - bounds[0], bounds[3] - bounds[1]))


def _widest_gap(longitudes: np.ndarray) -> float:
    """Return the longitude at which a map begins: the east end of the widest stretch without any area."""
    turned = np.unique(np.round(np.mod(longitudes, 360), 6))
    gaps = np.diff(turned, append=turned[0] + 360)
    start = float(turned[(int(gaps.argmax()) + 1) % len(turned)])
    return start - 360 if start >= 180 else start


def _from(start: float, shape: shapely.Geometry) -> shapely.Geometry:
    """Return a shape with longitudes from ``start`` on; halves that were cut at 180 degrees become one again."""
    moved = shapely.transform(
        shape, lambda p: np.column_stack([np.mod(p[:, 0] - start + 1e-6, 360) + start - 1e-6, p[:, 1]])
    )
    if moved.is_valid and (len(shapely.get_parts(moved)) < 2 or not _touches_180(moved)):
        return moved
    return shapely.union_all(shapely.get_parts(shapely.make_valid(moved)), grid_size=1e-6)


def _touches_180(shape: shapely.Geometry) -> bool:
    return bool((np.abs(np.mod(shapely.get_coordinates(shape)[:, 0], 360) - 180) < 1e-4).any())


def _cut_at_180(shape: shapely.Geometry) -> shapely.Geometry:
    """Return a shape whose rings run across 180 degrees (from 179 to -179) cut there into its two sides."""
    parts = []
    for polygon in shapely.get_parts(shape):
        ring = shapely.get_coordinates(polygon.exterior)
        jump = (np.abs(np.diff(ring[:, 0])) > 180) & (np.abs(ring[1:, 1]) < 89.5)  # along a pole is no jump
        if not jump.any():
            parts.append(polygon)
            continue
        turned = shapely.make_valid(
            shapely.transform(polygon, lambda p: np.column_stack([np.mod(p[:, 0], 360), p[:, 1]]))
        )
        parts.append(shapely.intersection(turned, shapely.box(0, -90, 180, 90)))
        west = shapely.intersection(turned, shapely.box(180, -90, 360, 90))
        parts.append(shapely.transform(west, lambda p: p - [360.0, 0.0]))
    return parts[0] if len(parts) == 1 else shapely.union_all(parts)
