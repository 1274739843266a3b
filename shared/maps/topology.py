"""Reading the borders of areas: TopoJSON or GeoJSON in, plane shapes and a small payload out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from shared.errors import DataError

GRID = 4000
"""Steps across the longer side of the map to which coordinates are rounded."""
BEND = 2
"""A point of a border that lies less than so many steps beside the line without it is left out: half a dot of a map
1,000 dots wide."""

Points = NDArray[np.float64]


def shapes_of(topology: dict[str, Any], layer: str) -> list[tuple[dict[str, Any], shapely.Geometry]]:
    """Return (feature, polygon) for every area of a TopoJSON layer, in the coordinates of the file.

    Points are worked out once an arc, so neighbours get exactly the same border (TopoJSON specification 1.0).
    """
    arcs = _arcs(topology)

    def ring(numbers: list[int]) -> Points:
        parts = [arcs[n] if n >= 0 else arcs[~n][::-1] for n in numbers]
        return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])

    def polygon(rings: list[list[int]]) -> shapely.Polygon:
        return shapely.Polygon(ring(rings[0]), [ring(hole) for hole in rings[1:]])

    made = []
    for feature in topology["objects"][layer]["geometries"]:
        many = feature["type"] == "MultiPolygon"
        parts = [polygon(rings) for rings in (feature["arcs"] if many else [feature["arcs"]])]
        made.append((feature, shapely.MultiPolygon(parts) if many else parts[0]))
    return made


def in_plane(topology: dict[str, Any]) -> dict[str, Any]:
    """Return a TopoJSON of longitudes and latitudes in an equal-area projection of its own middle, on a grid.

    Arcs are projected point by point, so shared borders stay shared. Without this the map would depend on how
    every ring is wound; on a plane it does not.
    """
    arcs = _arcs(topology)
    project = _equal_area(np.concatenate(arcs))
    return _on_grid(topology, [project(arc) for arc in arcs])


def on_grid(topology: dict[str, Any]) -> dict[str, Any]:
    """Return a TopoJSON that is on a plane already on the grid of a map: no finer than can be seen."""
    return _on_grid(topology, _arcs(topology))


def _on_grid(topology: dict[str, Any], moved: list[Points]) -> dict[str, Any]:
    low, high = np.concatenate(moved).min(axis=0), np.concatenate(moved).max(axis=0)
    step = float((high - low).max()) / GRID
    whole = [np.rint((arc - low) / step).astype(int) for arc in _straightened(moved, BEND * step)]
    deltas = [np.diff(arc, axis=0, prepend=np.zeros((1, 2), dtype=int)).tolist() for arc in whole]
    transform = {"scale": [step, step], "translate": low.tolist()}
    return {**topology, "arcs": deltas, "transform": transform, "bbox": None}


def from_geojson(collection: dict[str, Any]) -> dict[str, Any]:
    """Return a GeoJSON feature collection as features on a plane, with coordinates rounded to the grid."""
    geometries = shapely.from_geojson(
        [shapely.to_geojson(shapely.geometry.shape(f["geometry"])) for f in collection["features"]]
    )
    if not _has_plane_crs(collection):
        project = _equal_area(shapely.get_coordinates(geometries))
        geometries = shapely.transform(geometries, project)
    bounds = shapely.total_bounds(geometries)
    step = float(max(bounds[2] - bounds[0], bounds[3] - bounds[1])) / GRID
    low = bounds[:2]
    geometries = shapely.transform(geometries, lambda points: np.rint((points - low) / step))
    features = [
        {**feature, "geometry": _whole(shapely.geometry.mapping(geometry))}
        for feature, geometry in zip(collection["features"], geometries, strict=True)
    ]
    return {"type": "FeatureCollection", "features": features}


def is_plane(document: dict[str, Any]) -> bool:
    """Tell whether a file says that its coordinates are projected; without a word they are longitude and latitude."""
    return _has_plane_crs(document)


def _has_plane_crs(document: dict[str, Any]) -> bool:
    named = (document.get("crs") or {}).get("properties", {}).get("name")
    if not named:
        return False
    try:
        return bool(pyproj.CRS.from_user_input(named).is_projected)
    except pyproj.exceptions.CRSError:
        raise DataError(f'The boundaries name a coordinate system that is not known: "{named}".') from None


def _arcs(topology: dict[str, Any]) -> list[Points]:
    if "transform" not in topology:
        return [np.array(arc, dtype=float)[:, :2] for arc in topology["arcs"]]
    scale, shift = (np.array(topology["transform"][part], dtype=float) for part in ("scale", "translate"))
    return [np.cumsum(np.array(arc, dtype=float)[:, :2], axis=0) * scale + shift for arc in topology["arcs"]]


def _straightened(arcs: list[Points], bend: float) -> list[Points]:
    """Return the arcs without points that cannot be seen; their ends stay, so that shared borders stay shared.

    Arcs that would be left with fewer than four points stay as they are: two of them may be all of an area.
    """
    numbers = np.repeat(np.arange(len(arcs)), [len(arc) for arc in arcs])
    lines = shapely.simplify(shapely.linestrings(np.concatenate(arcs), indices=numbers), bend)
    fewer = [shapely.get_coordinates(line) for line in lines]
    return [new if len(new) > 3 else old for new, old in zip(fewer, arcs, strict=True)]


def _equal_area(points: Points) -> Callable[[Points], Points]:
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    there = pyproj.Transformer.from_crs(
        "EPSG:4326", f"+proj=laea +lon_0={middle[0]} +lat_0={middle[1]}", always_xy=True
    )

    def project(some: Points) -> Points:
        return np.column_stack(there.transform(some[:, 0], some[:, 1]))

    return project


def _whole(geometry: dict[str, Any]) -> dict[str, Any]:
    def down(value: Any) -> Any:
        return [down(v) for v in value] if isinstance(value, list | tuple) else int(value)

    return {"type": geometry["type"], "coordinates": down(geometry["coordinates"])}
