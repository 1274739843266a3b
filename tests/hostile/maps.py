"""Hostile maps: geometry that is none, coordinates of nowhere, arcs out of range, layers that are programs."""

# ruff: noqa: E501  # one input a line, as far as it goes

from __future__ import annotations

import functools
import json
import sqlite3
import tempfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely

from tests.hostile.inputs import CANARY, ESCAPE, SCRIPT, Hostile, reads, refused
from tests.sources.made import zipped

_C = CANARY
SQUARE = [[[0, 51], [1, 51], [1, 52], [0, 52], [0, 51]]]
BOW = [[[0, 51], [1, 52], [1, 51], [0, 52], [0, 51]]]
OVER_180 = [[[179, 51], [181, 51], [181, 52], [179, 52], [179, 51]]]
AROUND_180 = [[[179, 51], [-179, 51], [-179, 52], [179, 52], [179, 51]]]


def feature(drawn: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": {"code": _C} | properties, "geometry": drawn}


def collection(*features: Any, **more: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features)} | more).encode()


def shape(coordinates: Any, kind: str = "Polygon", **properties: Any) -> bytes:
    return collection(feature({"type": kind, "coordinates": coordinates}, **properties))


def topology(arcs: Any, index: Any, **more: Any) -> bytes:
    return json.dumps({
        "type": "Topology", "arcs": arcs,
        "objects": {"o": {"type": "GeometryCollection", "geometries": [
            {"type": "Polygon", "arcs": index, "properties": {"code": _C}}]}}, **more,
    }).encode()  # fmt: skip


ARC = [[0, 51], [1, 51], [1, 52], [0, 52], [0, 51]]


@functools.cache
def _gpkg(change: str = "") -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.gpkg"
        gpd.GeoDataFrame({"code": [_C, "b"]}, geometry=[shapely.box(0, 51, 1, 52), shapely.box(1, 51, 2, 52)],
                         crs="EPSG:4326").to_file(path, layer="areas")  # fmt: skip
        if change:
            base = sqlite3.connect(path)
            for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                base.execute(f'DROP TRIGGER "{name}"')  # they call functions that only map programs have
            base.executescript(change)
            base.commit()
            base.close()
        return path.read_bytes()


@functools.cache
def _shapefile() -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        frame = gpd.GeoDataFrame({"code": [_C]}, geometry=[shapely.box(0, 51, 1, 52)], crs="EPSG:4326")
        frame.to_file(Path(folder) / "a.shp")
        return {path.name: path.read_bytes() for path in sorted(Path(folder).iterdir())}


def _without(part: str) -> bytes:
    return zipped({name: data for name, data in _shapefile().items() if not name.endswith(part)})


def _lying_shapefile(part: str, at: int, said: bytes) -> bytes:
    """A shapefile one of whose parts says other sizes than it has."""
    parts = dict(_shapefile())
    parts[f"a{part}"] = parts[f"a{part}"][:at] + said + parts[f"a{part}"][at + len(said) :]
    return zipped(parts)


def _deep(levels: int) -> bytes:
    return b'{"type":"FeatureCollection","features":' + b"[" * levels + b"]" * levels + b"}"


INPUTS: list[Hostile] = [
    refused("geojson: a bow tie", "geojson", shape(BOW), "cross themselves", shapes=True),
    refused("geojson: two points", "geojson", shape([[[0, 51], [0, 51]]]), "no readable shape", shapes=True),
    refused("geojson: a ring left open", "geojson", shape([[[0, 51], [1, 51], [1, 52]]]), "no readable shape",
            shapes=True),
    refused("geojson: no ring", "geojson", shape([]), "no shape", shapes=True),
    refused("geojson: words as coordinates", "geojson", shape([[[_C, 51]] * 5]), "no readable shape", shapes=True),
    refused("geojson: not a number", "geojson", shape(SQUARE).replace(b"51", b"NaN", 1), "no", shapes=True),
    refused("geojson: infinite", "geojson", shape(SQUARE).replace(b"51", b"1e999", 1), "no", shapes=True),
    refused("geojson: coordinates of another system", "geojson", shape([[[530000, 180000], [531000, 180000], [531000,
            181000], [530000, 180000]]]), "British National Grid", shapes=True),
    refused("geojson: degrees declared as metres", "geojson", shape(SQUARE), "cannot be", shapes=True, crs="EPSG:27700"),
    refused("geojson: a system that is none", "geojson", shape(SQUARE), "is not known", shapes=True, crs="EPSG:999999"),
    refused("geojson: a system that is a file", "geojson", shape(SQUARE), "is not known", shapes=True,
            crs="+proj=pipeline +step +proj=hgridshift +grids=/etc/passwd"),
    refused("geojson: a system on the network", "geojson", shape(SQUARE), "is not known", shapes=True,
            crs="https://example.org/crs"),
    refused("geojson: its own system is none", "geojson", collection(
        feature({"type": "Polygon", "coordinates": SQUARE}), crs={"properties": {"name": f"urn:{SCRIPT}"}}),
        "not known", shapes=True),
    refused("geojson: its own system is a list", "geojson", collection(
        feature({"type": "Polygon", "coordinates": SQUARE}), crs=[1]), "", shapes=True),
    reads("geojson: across the antimeridian, counted on", "geojson", shape(OVER_180), 1, _C, shapes=True),
    reads("geojson: across the antimeridian, turned round", "geojson", shape(AROUND_180), 1, _C, shapes=True),
    refused("geojson: beyond the pole", "geojson", shape([[[0, 89], [1, 95], [1, 89], [0, 89]]]), "cannot be",
            shapes=True),
    refused("geojson: a point where an area is wanted", "geojson", shape([0, 51], "Point"), "no areas", shapes=True),
    reads("geojson: a point as a table", "geojson", shape([0, 51], "Point"), 1, _C),
    refused("geojson: a collection", "geojson", collection(feature({"type": "GeometryCollection", "geometries": []})),
            "no readable shape", shapes=True),
    refused("geojson: a kind that is none", "geojson", shape(SQUARE, SCRIPT), "no readable shape", shapes=True),
    refused("geojson: no geometry", "geojson", collection(feature(None)), "no shape", shapes=True),
    refused("geojson: features that are numbers", "geojson", collection(1, 2), "", shapes=True),
    refused("geojson: properties that are a list", "geojson", collection(
        {"type": "Feature", "properties": [_C], "geometry": None}), ""),
    refused("geojson: no features", "geojson", collection(), "no rows", shapes=True),
    refused("geojson: nested 100,000 deep", "geojson", _deep(100_000), "", shapes=True),
    refused("geojson: coordinates nested 5,000 deep", "geojson", b'{"type":"FeatureCollection","features":[{"type":'
            b'"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":' + b"[" * 5000 + b"]" * 5000
            + b"}}]}", "", shapes=True),
    refused("geojson: cut off", "geojson", shape(SQUARE)[:-20], "not valid JSON", shapes=True),
    refused("geojson: a key twice", "geojson", shape(SQUARE).replace(b'"code":', b'"code": "x", "code":'), "twice",
            shapes=True),
    reads("geojson: properties named geometry and id", "geojson", shape(SQUARE, geometry="x", id=SCRIPT), 1, SCRIPT),
    reads("geojson: names of markup", "geojson", shape(SQUARE, **{SCRIPT: SCRIPT}), 1, SCRIPT),
    reads("geojson: 500 properties", "geojson", shape(SQUARE, **{f"p{n}": n for n in range(500)}), 1, _C),
    reads("geojson: 100,000 corners", "geojson", lambda: shape([[*([n / 100_000, 51] for n in range(100_000)), [1, 52],
          [0, 51]]]), 1, _C, shapes=True),
    reads("topojson: sound", "topojson", topology([ARC], [[0]]), 1, _C, shapes=True),
    refused("topojson: an arc out of range", "topojson", topology([ARC], [[7]]), "", shapes=True),
    refused("topojson: an arc far out of range", "topojson", topology([ARC], [[2_000_000_000]]), "", shapes=True),
    refused("topojson: an arc before the first", "topojson", topology([ARC], [[-9]]), "", shapes=True),
    refused("topojson: an arc that is a word", "topojson", topology([ARC], [[_C]]), "", shapes=True),
    refused("topojson: no arcs", "topojson", topology([], [[0]]), "", shapes=True),
    refused("topojson: arcs that are a number", "topojson", topology(3, [[0]]), "", shapes=True),
    refused("topojson: a scale of zero", "topojson", topology([ARC], [[0]], transform={"scale": [0, 0], "translate":
            [0, 0]}), "", shapes=True),
    refused("topojson: a scale without end", "topojson", topology([ARC], [[0]], transform={"scale": [1e300, 1e300],
            "translate": [0, 0]}), "", shapes=True),
    refused("topojson: a layer that is not there", "topojson", topology([ARC], [[0]]), "There is no layer",
            shapes=True, layer=ESCAPE),
    refused("topojson: no objects", "topojson", b'{"type": "Topology", "arcs": [], "objects": {}}', "", shapes=True),
    refused("topojson: cut off", "topojson", topology([ARC], [[0]])[:-30], "", shapes=True),
    refused("gpkg: truncated", "gpkg", _gpkg()[:5000], "", shapes=True),
    refused("gpkg: a database without a map", "gpkg", b"SQLite format 3\x00" + bytes(4096), "damaged", shapes=True),
    reads("gpkg: a trigger in it", "gpkg", lambda: _gpkg(
        "CREATE TRIGGER t AFTER INSERT ON areas BEGIN SELECT load_extension('x'); END;"), 2, _C, shapes=True),
    refused("gpkg: its layer is a view without end", "gpkg", lambda: _gpkg(
        "DROP TABLE areas; CREATE VIEW areas AS WITH RECURSIVE r(fid, geom, code) AS (SELECT 1, NULL, 'x' UNION ALL "
        "SELECT fid + 1, NULL, 'x' FROM r) SELECT * FROM r;"), "", shapes=True),
    refused("gpkg: geometry that is none", "gpkg", lambda: _gpkg("UPDATE areas SET geom = x'475000'"), "", shapes=True),
    refused("gpkg: a layer that is not there", "gpkg", _gpkg(), "There is no layer", shapes=True, layer=f"a{ESCAPE}"),
    refused("shapefile: no attributes", "shapefile", lambda: _without(".dbf"), ".dbf", shapes=True),
    refused("shapefile: no system", "shapefile", lambda: _without(".prj"), "name no coordinate system", shapes=True),
    reads("shapefile: a lie about its length", "shapefile", lambda: _lying_shapefile(".shp", 24, b"\x7f\xff\xff\xff"),
          1, _C, shapes=True),
    refused("shapefile: a shape of a billion corners", "shapefile", lambda: _lying_shapefile(
        ".shp", 148, b"\x00\xca\x9a\x3b"), "", shapes=True),
    reads("shapefile: attributes of a billion rows", "shapefile", lambda: _lying_shapefile(
        ".dbf", 4, b"\x00\xca\x9a\x3b"), 1, _C, shapes=True),
    refused("shapefile: names that lead out", "shapefile", lambda: zipped(
        {f"../{name}": data for name, data in _shapefile().items()}), "leads out", shapes=True),
    refused("shapefile: empty parts", "shapefile", zipped({"a.shp": b"", "a.shx": b"", "a.dbf": b""}), "", shapes=True),
]  # fmt: skip
