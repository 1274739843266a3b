"""The borders a map is drawn with: read once, cut down to what is drawn, matched to area codes."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely

from shared.errors import DataError
from shared.maps.topology import from_geojson, in_plane, is_plane, on_grid, shapes_of


@dataclass(frozen=True)
class Boundaries:
    """Areas on a plane, north up.

    payload     what is embedded in a map: TopoJSON or GeoJSON with no property but the shape's code (as ``id``)
    layer       name of the TopoJSON object; empty for GeoJSON
    names       shape code -> name
    parts       shape code -> codes of the areas in it (several where a border is not in the source)
    geometry    shape code -> polygon, for hatching
    attribution  who the borders come from, for the source line
    """

    payload: Mapping[str, Any]
    layer: str
    names: Mapping[str, str]
    parts: Mapping[str, tuple[str, ...]]
    geometry: Mapping[str, shapely.Geometry]
    attribution: str = ""

    @functools.cached_property
    def shape_of(self) -> dict[str, str]:
        """Area code -> code of the shape it lies in; hand it to ``regroup`` where shapes hold several areas."""
        return {part: shape for shape, parts in self.parts.items() for part in parts}

    def unplaced(self, codes: Iterable[object]) -> tuple[str, ...]:
        """Return the codes that no shape of this map has, in order and once each."""
        known = set(self.names) | set(self.shape_of)
        return tuple(dict.fromkeys(str(code) for code in codes if str(code) not in known))


def read_boundaries(path: Path) -> Boundaries:
    """Read a TopoJSON (with one layer) or GeoJSON file of areas with the properties ``code`` and ``name``.

    ``codes``, if there, lists the areas that a shape stands for. Projected coordinates are taken as they are (the
    file's ``crs`` says so); longitude and latitude are projected to an equal-area plane. Raises ``DataError`` with
    the file's name.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as problem:
        raise DataError(f"The boundaries cannot be read ({type(problem).__name__}).", where=path.name) from None
    readers = {"Topology": _from_topology, "FeatureCollection": _from_features}
    reader = readers.get(str(document.get("type"))) if isinstance(document, dict) else None
    if reader is None:
        raise DataError("The file is neither TopoJSON nor a GeoJSON feature collection.", where=path.name)
    try:
        return reader(document, path.name)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, shapely.errors.ShapelyError) as problem:
        raise DataError(
            f"The boundaries are damaged ({type(problem).__name__}).", where=path.name, hint="Fetch the file again."
        ) from None


def _from_topology(document: dict[str, Any], where: str) -> Boundaries:
    if len(document.get("objects", {})) != 1:
        raise DataError("The TopoJSON must have exactly one layer.", where=where)
    (layer,) = document["objects"]
    plane = on_grid(document) if is_plane(document) else in_plane(document)
    areas = shapes_of(plane, layer)
    features = [feature for feature, _ in areas]
    codes = _codes(features, where)
    kept = [{"type": f["type"], "id": code, "arcs": f["arcs"]} for f, code in zip(features, codes, strict=True)]
    payload = {
        "type": "Topology",
        "objects": {layer: {"type": "GeometryCollection", "geometries": kept}},
        "arcs": plane["arcs"],
    }
    if "transform" in plane:
        payload["transform"] = plane["transform"]
    return _made(payload, layer, features, codes, [shape for _, shape in areas], document)


def _from_features(document: dict[str, Any], where: str) -> Boundaries:
    codes = _codes(document["features"], where)
    features = from_geojson(document)["features"]
    kept = [{"type": "Feature", "id": code, "geometry": f["geometry"]} for f, code in zip(features, codes, strict=True)]
    shapes = [shapely.geometry.shape(feature["geometry"]) for feature in features]
    return _made({"type": "FeatureCollection", "features": kept}, "", features, codes, shapes, document)


def _codes(features: list[dict[str, Any]], where: str) -> list[str]:
    codes = [str((feature.get("properties") or {}).get("code", "")) for feature in features]
    if not codes or not all(codes) or len(set(codes)) != len(codes):
        raise DataError('Every area needs a "code" of its own among its properties.', where=where)
    return codes


def _made(
    payload: dict[str, Any], layer: str, features: list[dict[str, Any]], codes: list[str],
    shapes: list[shapely.Geometry], document: dict[str, Any],
) -> Boundaries:  # fmt: skip
    about = [feature["properties"] for feature in features]
    names = {code: str(said.get("name", code)) for code, said in zip(codes, about, strict=True)}
    parts = {code: tuple(map(str, said.get("codes") or [code])) for code, said in zip(codes, about, strict=True)}
    attribution = str((document.get("metadata") or {}).get("source", ""))
    return Boundaries(payload, layer, names, parts, dict(zip(codes, shapes, strict=True)), attribution)
