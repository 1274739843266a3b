"""Boundaries and tables of attributes: every format, broken shapes, wrong coordinate systems."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyproj
import pytest
import shapely

from shared.cases.load import load_case
from shared.cases.model import Source
from shared.cases.project import Project
from shared.errors import DataError
from shared.sources.prepare import data_faults
from shared.sources.read import RawShapes, read_shapes, read_source
from tests.cases.example import SLUG, definition, make_project, sha256, write_case
from tests.sources.made import zipped

SQUARE = [[[0, 51], [1, 51], [1, 52], [0, 52], [0, 51]]]
NEXT = [[[1, 51], [2, 51], [2, 52], [1, 52], [1, 51]]]
BOW = [[[0, 51], [1, 52], [1, 51], [0, 52], [0, 51]]]


_DEGREES = ("The file names no coordinate system; it is read as longitude and latitude.",)


def collection(*shapes: Any, kind: str = "Polygon", **more: Any) -> bytes:
    features = [
        {"type": "Feature", "properties": {"code": f"{number:03}", "people": number * 10, "ok": True},
         "geometry": None if shape is None else {"type": kind, "coordinates": shape}}
        for number, shape in enumerate(shapes, 1)
    ]  # fmt: skip
    return json.dumps({"type": "FeatureCollection", "features": features, **more}).encode()


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return make_project(tmp_path)


def source(project: Project, content: bytes, **values: Any) -> Source:
    (project.sample / "f").write_bytes(content)
    return Source.model_validate(
        {"kind": "boundaries", "title": "Map", "path": "data/sample/f", "sha256": sha256(content), "format": "geojson",
         "licence": "L", "attribution": "A"} | values
    )  # fmt: skip


def read(project: Project, content: bytes, **values: Any) -> RawShapes:
    return read_shapes(project, "map", source(project, content, **values))


def refused(project: Project, content: bytes, **values: Any) -> str:
    with pytest.raises(DataError) as caught:
        read(project, content, **values)
    return str(caught.value)


def areas(shapes: RawShapes) -> list[float]:
    """In square degrees, which is all that matters here."""
    return [round(float(one), 6) for one in shapely.area(shapes.frame.geometry.to_numpy())]


def frame() -> gpd.GeoDataFrame:
    shapes = [shapely.Polygon(SQUARE[0]), shapely.Polygon(NEXT[0])]
    return gpd.GeoDataFrame({"code": ["001", "002"], "people": [10, 20]}, geometry=shapes, crs="EPSG:4326")


def shapefile(folder: Path, leave_out: tuple[str, ...] = (), **more: Any) -> dict[str, bytes]:
    (folder / "shp").mkdir(exist_ok=True)
    frame().to_file(folder / "shp" / "Areas.shp", **more)
    return {f"maps/{p.name}": p.read_bytes() for p in sorted((folder / "shp").iterdir()) if p.suffix not in leave_out}


def test_geojson_areas(project: Project) -> None:
    shapes = read(project, collection(SQUARE, NEXT))
    assert shapes.frame["code"].tolist() == ["001", "002"]
    assert shapes.frame.crs == pyproj.CRS("EPSG:4326")
    assert areas(shapes) == [1.0, 1.0]
    assert (shapes.label, shapes.notes) == ("Map", ())


def test_every_other_format_holds_the_same(project: Project, tmp_path: Path) -> None:
    frame().to_file(tmp_path / "a.gpkg", layer="areas")
    topology = {
        "type": "Topology",
        "objects": {"areas": {"type": "GeometryCollection", "geometries": [
            {"type": "Polygon", "arcs": [[0, 1]], "properties": {"code": "001", "people": 10}},
            {"type": "Polygon", "arcs": [[2, -1]], "properties": {"code": "002", "people": 20}},
        ]}},
        "arcs": [[[1, 51], [1, 52]], [[1, 52], [0, 52], [0, 51], [1, 51]], [[1, 51], [2, 51], [2, 52], [1, 52]]],
    }  # fmt: skip
    files = {
        "gpkg": (tmp_path / "a.gpkg").read_bytes(),
        "shapefile": zipped(shapefile(tmp_path)),
        "topojson": json.dumps(topology).encode(),
    }
    for format, content in files.items():
        shapes = read(project, content, format=format)
        assert shapes.frame.crs == pyproj.CRS("EPSG:4326"), format
        assert shapes.notes == (_DEGREES if format == "topojson" else ()), format
        assert shapes.frame["code"].tolist() == ["001", "002"], format
        assert areas(shapes) == [1.0, 1.0], format


def test_the_attributes_as_a_table(project: Project) -> None:
    columns = {"code": {"role": "area"}, "people": {"role": "count", "type": "integer"}}
    table = read_source(project, "t", source(project, collection(SQUARE, NEXT), kind="reference", columns=columns))
    assert table.frame["people"].tolist() == [10, 20]
    assert table.frame["code"].tolist() == ["001", "002"]
    assert table.frame["ok"].tolist() == ["true", "true"]
    assert "The table of attributes is read; the shapes are left out." in table.notes


def test_points_are_records_with_coordinates(project: Project) -> None:
    content = collection([-0.1, 51.5], None, [-1.25, 52], kind="Point")
    table = read_source(
        project, "t", source(project, content, kind="records", columns={"code": {"role": "identifier"}})
    )
    assert table.frame["longitude"].tolist()[::2] == ["-0.1", "-1.25"]
    assert table.frame["latitude"].isna().tolist() == [False, True, False]
    assert "1 of 3 rows have no shape." in table.notes
    grid = collection([651409.804, 313177.450], kind="Point", crs={"properties": {"name": "EPSG:27700"}})
    table = read_source(project, "t", source(project, grid, kind="records", columns={"code": {"role": "identifier"}}))
    # Ordnance Survey, guide to coordinate systems: Caister water tower, 52°39'28.83"N 1°42'57.87"E
    assert [round(float(table.frame[name].iloc[0]), 3) for name in ("latitude", "longitude")] == [52.658, 1.716]


def test_coordinates_that_cannot_be_degrees(project: Project) -> None:
    metres = [[[530000, 180000], [531000, 180000], [531000, 181000], [530000, 180000]]]
    message = refused(project, collection(metres))
    assert "The coordinates cannot be WGS 84. They look like the British National Grid (EPSG:27700)" in message
    shapes = read(project, collection(metres), crs="EPSG:27700")
    assert shapes.frame.crs == pyproj.CRS("EPSG:27700")
    assert shapes.notes == ("The file names another coordinate system than case.yaml; EPSG:27700 is used.",)
    mercator = [[[-14000, 6710000], [-13000, 6710000], [-13000, 6720000], [-14000, 6710000]]]
    assert "web maps' metres (EPSG:3857)" in refused(project, collection(mercator))


def test_degrees_called_metres(project: Project) -> None:
    content = collection(SQUARE, crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}})
    assert "cannot be OSGB36 / British National Grid. They look like longitude and latitude" in refused(
        project, content
    )


def test_coordinate_systems_that_are_not_known_or_not_named(project: Project, tmp_path: Path) -> None:
    assert "is not known" in refused(project, collection(SQUARE), crs="EPSG:999999")
    assert "that is not known" in refused(project, collection(SQUARE, crs={"properties": {"name": "nonsense"}}))
    bare = zipped(shapefile(tmp_path, leave_out=(".prj",)))
    message = refused(project, bare, format="shapefile")
    assert "name no coordinate system. They look like longitude and latitude (EPSG:4326)" in message
    assert len(read(project, bare, format="shapefile", crs="EPSG:4326").frame) == 2


def test_a_small_crossing_is_repaired_and_a_large_one_refused(project: Project) -> None:
    """A spike adds no area; a bow tie has an area of 0 by its ring and of one half by its shape."""
    spike = [[[0, 51], [1, 51], [1, 52], [0.5, 52], [0.5, 52.5], [0.5, 52], [0, 52], [0, 51]]]
    shapes = read(project, collection(spike, NEXT))
    assert shapes.frame.geometry.is_valid.all()
    assert areas(shapes) == [1.0, 1.0]
    assert shapes.notes == ("1 shape(s) crossed themselves and were repaired (area changed by <0.1%).",)
    message = refused(project, collection(SQUARE, BOW))
    assert "1 shape(s) cross themselves in a way that cannot be repaired: row 2 (self-intersection)." in message


NONE = {
    "two points": [[[0, 51], [1, 51]]],
    "a text as number": [[["a", 51], [1, 51], [1, 52], [0, 51]]],
    "a point": [[0, 51]],
    "half a pair": [[[0], [1], [2], [0]]],
    "a text": "x",
    "not closed": [[[0, 51], [1, 51], [1, 52], [0, 50]]],
}


@pytest.mark.parametrize("shape", NONE.values(), ids=NONE)
def test_shapes_that_are_none(project: Project, shape: Any) -> None:
    assert "1 feature(s) have no readable shape: 2" in refused(project, collection(SQUARE, shape))


def test_missing_shapes_points_and_numbers(project: Project) -> None:
    assert "1 area(s) have no shape: row 2." in refused(project, collection(SQUARE, None))
    assert "2 shape(s) are no areas: row 1, 2." in refused(project, collection([0, 51], [1, 51], kind="Point"))
    broken = collection(SQUARE).replace(b"[0, 52]", b"[NaN, 52]")
    assert "no numbers" in refused(project, broken) or "no readable shape" in refused(project, broken)


NO_MAP = {
    "nothing": b"",
    "an empty block": b"{}",
    "no features": b'{"type": "FeatureCollection", "features": []}',
    "no objects": b'{"type": "Topology", "objects": {}, "arcs": []}',
    "a pointer to other files": b"<VRTDataset/>",
    "text": b"hello",
    "no database": b"SQLite format 3\x00" + bytes(200),
    "another zip": zipped({"a.txt": b"x"}),
}


@pytest.mark.parametrize("format", ["geojson", "topojson", "gpkg", "shapefile"])
@pytest.mark.parametrize("content", NO_MAP.values(), ids=NO_MAP)
def test_what_is_no_map(project: Project, format: str, content: bytes) -> None:
    assert refused(project, content, format=format)


def test_layers_and_parts(project: Project, tmp_path: Path) -> None:
    frame().to_file(tmp_path / "a.gpkg", layer="areas")
    frame().to_file(tmp_path / "a.gpkg", layer="other")
    content = (tmp_path / "a.gpkg").read_bytes()
    assert "Layers: areas, other. Name one" in refused(project, content, format="gpkg")
    assert 'no layer "area" in the file. Did you mean "areas"?' in refused(
        project, content, format="gpkg", member="area"
    )
    assert len(read(project, content, format="gpkg", member="areas").frame) == 2
    parts = shapefile(tmp_path)
    assert "lacks its part .dbf" in refused(
        project, zipped({n: d for n, d in parts.items() if not n.endswith(".dbf")}), format="shapefile"
    )
    two = zipped(parts | {name.replace("Areas", "Other"): data for name, data in parts.items()})
    assert "The zip holds several shapefiles" in refused(project, two, format="shapefile")
    assert len(read(project, two, format="shapefile", member="maps/Other.shp").frame) == 2


def test_checking_a_case_looks_into_its_boundaries(project: Project) -> None:
    """``prepare`` only compares their hash; ``casebook check`` reads them."""
    data = definition()
    content = collection(SQUARE, BOW)
    data["sources"]["map"] = {
        "kind": "boundaries", "title": "Map", "path": "data/sample/map.geojson", "format": "geojson", "licence": "L",
        "attribution": "A",
    }  # fmt: skip
    write_case(project, data, {"data/sample/map.geojson": content})
    case = load_case(project, SLUG)
    assert any("cross themselves" in str(fault) for fault in data_faults(project, case))
    (project.root / "data/sample/map.geojson").unlink()
    assert not any("cross themselves" in str(fault) for fault in data_faults(project, case))
