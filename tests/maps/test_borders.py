"""Borders of any file: joined, simplified together, on the right plane; hostile shapes are repaired or refused."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely

import shared.maps.plane as plane
from shared.cases.model import Source
from shared.cases.project import Project
from shared.errors import CasebookError, DataError
from shared.maps.boundaries import Boundaries
from shared.maps.coverage import drawn, joined, step
from shared.maps.declared import declared_boundaries
from shared.maps.topology import shapes_of
from shared.sources.geography.systems import areas_of

ONS = "ONSvisual/uk-topojson/b2fde50cb130908b897de10b65cdc392f9b4ff78/output/topo.json"


def framed(shapes: list[Any], crs: str = "EPSG:27700") -> gpd.GeoDataFrame:
    codes = [f"A{n}" for n in range(len(shapes))]
    return gpd.GeoDataFrame({"code": codes, "name": codes}, geometry=shapes, crs=crs)


def wavy(west: float, east: float, seed: int, points: int = 400) -> shapely.Polygon:
    """A block 100 km high whose east and west sides wander: neighbours of the same seed share them."""
    high = np.linspace(0, 100_000, points)
    bend = {
        x: x + 2000 * np.sin(high / 3000 + x) + np.random.default_rng(int(x)).normal(0, seed, points)
        for x in (west, east)
    }
    return shapely.Polygon([*zip(bend[west], high, strict=True), *zip(bend[east][::-1], high[::-1], strict=True)])


def back(payload: dict[str, Any]) -> dict[str, shapely.Geometry]:
    """What a map shows, read from what it carries."""
    return {feature["id"]: shape for feature, shape in shapes_of(payload, "areas")}


def slivers(shapes: list[shapely.Geometry], width: float) -> list[shapely.Geometry]:
    """Holes in the land that are narrower than ``width``."""
    land = shapely.get_parts(shapely.union_all(shapes))
    holes = [shapely.Polygon(ring) for part in land for ring in part.interiors]
    return [hole for hole in holes if 2 * hole.area < width * hole.length]


def test_neighbours_stay_neighbours_when_simplified_and_the_map_shows_what_is_said() -> None:
    blocks = [wavy(100_000 * n, 100_000 * (n + 1), 40) for n in range(4)]
    made = drawn(["a", "b", "c", "d"], np.array(blocks, dtype=object), budget=6_000)
    assert len(json.dumps(made.payload, separators=(",", ":"))) <= 6_000
    shown = back(made.payload)
    assert shapely.coverage_is_valid(list(shown.values()))
    assert all(shown[code].equals(shape) for code, shape in made.geometry.items())
    assert shown["a"].intersection(shown["b"]).length > 90_000
    points = [shapely.get_num_coordinates(s) for s in shown.values()]
    assert sum(points) < sum(map(shapely.get_num_coordinates, blocks)) / 2
    assert not any(shapely.is_ccw(part.exterior) for s in shown.values() for part in shapely.get_parts(s))


def test_slivers_and_overlaps_between_neighbours_are_closed() -> None:
    # each of two neighbours digitised by itself: 60 m apart on the whole, overlapping here and there
    left, right = wavy(0, 100_000, 40), wavy(100_000, 200_000, 40)
    apart = shapely.transform(
        right, lambda p: p + [60 * np.sin(p[:, [1]] / 900)[:, 0], 0 * p[:, 1]][0][:, None] * [1, 0]
    )
    assert not shapely.coverage_is_valid([left, apart])
    made = joined(["l", "r"], np.array([left, apart], dtype=object), 20)
    assert shapely.coverage_is_valid(made)
    assert slivers(list(made), 160) == []
    assert shapely.area(made).sum() == pytest.approx(shapely.area([left, right]).sum(), rel=0.002)


def test_an_area_within_an_area_and_islands_are_kept() -> None:
    inner = shapely.box(40_000, 40_000, 50_000, 50_000)
    outer = shapely.MultiPolygon(
        [
            shapely.box(0, 0, 100_000, 100_000) - inner,
            shapely.box(120_000, 0, 130_000, 9_000),
            shapely.box(150_000, 0, 150_010, 10),
        ]
    )
    made = drawn(["in", "out"], np.array([inner, outer], dtype=object))
    assert made.geometry["in"].area == inner.area
    assert len(shapely.get_parts(made.geometry["out"])) == 2  # the speck of ten metres is gone
    assert len(made.geometry["out"].geoms[0].interiors) + len(made.geometry["out"].geoms[1].interiors) == 1


def test_an_area_that_is_nothing_but_a_speck_stays() -> None:
    made = drawn(
        ["big", "tiny"], np.array([shapely.box(0, 0, 9e5, 9e5), shapely.box(9e5, 0, 9.003e5, 300)], dtype=object)
    )
    assert made.geometry["tiny"].area > 0


def test_several_years_in_one_file_are_no_map() -> None:
    county, district = shapely.box(0, 0, 100_000, 100_000), shapely.box(0, 0, 50_000, 100_000)
    with pytest.raises(DataError, match="lie over each other: c and d") as told:
        drawn(["c", "d"], np.array([county, district], dtype=object))
    assert "where" in str(told.value)


def test_what_cannot_be_made_small_enough_is_told() -> None:
    boxes = [shapely.box(n * 1000, 0, n * 1000 + 1000, 1000) for n in range(300)]
    with pytest.raises(DataError, match="300 areas cannot be drawn in 900 bytes"):
        drawn([str(n) for n in range(300)], np.array(boxes, dtype=object), budget=900)


@pytest.mark.parametrize(
    ("side", "wanted"), [(500, 1), (12_000, 1), (24_000, 2), (640_000, 100), (590_000, 50), (34e6, 5000)]
)
def test_the_grid_is_a_round_number(side: float, wanted: int) -> None:
    assert step(side) == wanted


# --- planes


def test_degrees_in_britain_and_india_become_their_national_grids() -> None:
    leeds = framed([shapely.box(-1.6, 53.7, -1.4, 53.9)], "EPSG:4326")
    assert plane.on_plane(leeds).crs.to_epsg() == 27700
    india = framed([shapely.box(69, 20, 72, 24), shapely.box(90, 24, 95, 27)], "EPSG:4326")
    assert plane.on_plane(india).crs.to_epsg() == 7755


def test_any_other_country_has_true_areas_and_a_files_own_projection_stays() -> None:
    kenya = framed([shapely.box(36, -1, 37, 0), shapely.box(37, -1, 38, 0)], "EPSG:4326")
    there = plane.on_plane(kenya)
    assert there.crs.is_projected
    assert there.geometry.area.iloc[0] == pytest.approx(111.32 * 110.57 * 1e6, rel=0.005)
    own = kenya.to_crs("EPSG:21037")
    assert plane.on_plane(own) is own
    assert plane.on_plane(kenya.to_crs("EPSG:3857")).crs.to_epsg() != 3857


def test_a_country_on_both_sides_of_180_degrees_is_put_together() -> None:
    # an island cut in two at 180 degrees, another whose ring runs from 179 to -179, and one on the east side
    cut = shapely.MultiPolygon([shapely.box(179, -17, 180, -16), shapely.box(-180, -17, -179, -16)])
    across = shapely.Polygon([(179, -19), (-179, -19), (-179, -18), (179, -18)])
    fiji = framed([cut, across, shapely.box(-179, -17, -178, -16)], "EPSG:4326")
    there = plane.on_plane(fiji)
    one, two, three = there.geometry
    assert one.geom_type == "Polygon"
    assert one.area == pytest.approx(2 * three.area, rel=0.01)
    assert two.area == pytest.approx(one.area, rel=0.03)
    left, _, right, _ = there.total_bounds
    assert right - left < 400_000
    assert one.touches(three)


def test_the_world_is_drawn_in_equal_earth_and_cut_at_180_degrees() -> None:
    across = shapely.Polygon([(170, 60), (-170, 60), (-170, 70), (170, 70)])
    pole = shapely.Polygon([(-180, -90), (-180, -80), (0, -75), (180, -80), (180, -90)])
    world = framed([across, shapely.box(-60, -10, -50, 0), shapely.box(10, 0, 20, 10), pole], "EPSG:4326")
    there = plane.on_plane(world)
    assert there.crs.to_epsg() == 8857
    assert len(shapely.get_parts(there.geometry.iloc[0])) == 2
    assert len(shapely.get_parts(there.geometry.iloc[3])) == 1
    assert there.geometry.area.iloc[1] == pytest.approx(there.geometry.area.iloc[2], rel=0.001)


def test_boundaries_for_surveying_are_refused_by_their_points(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plane, "MOST_POINTS", 100)
    with pytest.raises(DataError, match="generalised boundaries") as told:
        plane.on_plane(framed([shapely.Point(0, 0).buffer(1000, quad_segs=50)]), "source b")
    assert "201 points" in str(told.value)


# --- files that case.yaml declares

SQUARES = [shapely.box(n * 0.2 + 36, -1, n * 0.2 + 36.2, -0.8) for n in range(3)]


def declared(folder: Path, data: bytes, format: str, **rest: Any) -> tuple[Project, Source]:
    path = folder / "data" / f"map.{format}"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    source = Source.model_validate({
        "kind": "boundaries", "title": "Made up", "path": f"data/map.{format}", "format": format,
        "sha256": hashlib.sha256(data).hexdigest(), "licence": "none", "attribution": "Nobody",
        "columns": {"cty": {"role": "area"}, "label": {"role": "other"}}, **rest,
    })  # fmt: skip
    return Project(folder, None, folder / "downloaded"), source


def squares(shapes: list[Any] | None = None, **columns: list[Any]) -> gpd.GeoDataFrame:
    shapes = SQUARES if shapes is None else shapes
    named = {"cty": [str(n + 1) for n in range(len(shapes))], "label": [f"County {n}" for n in range(len(shapes))]}
    return gpd.GeoDataFrame(named | columns, geometry=shapes, crs="EPSG:4326")


def as_geojson(frame: gpd.GeoDataFrame) -> bytes:
    return str(frame.to_json()).encode()


@pytest.mark.parametrize("format", ["geojson", "gpkg", "shapefile"])
def test_a_file_of_ones_own_is_read_in_any_format(tmp_path: Path, format: str) -> None:
    import shutil

    frame = squares()
    if format == "geojson":
        data = as_geojson(frame)
    elif format == "gpkg":
        frame.to_file(tmp_path / "x.gpkg", layer="counties", driver="GPKG")
        data = (tmp_path / "x.gpkg").read_bytes()
    else:
        (tmp_path / "shp").mkdir()
        frame.to_file(tmp_path / "shp" / "counties.shp")
        data = Path(shutil.make_archive(str(tmp_path / "x"), "zip", tmp_path / "shp")).read_bytes()
    project, source = declared(tmp_path, data, format)
    made = declared_boundaries(project, "counties", source)
    assert dict(made.names) == {"1": "County 0", "2": "County 1", "3": "County 2"}
    assert made.attribution == "Nobody"
    assert shapely.coverage_is_valid(list(made.geometry.values()))
    assert back(dict(made.payload)).keys() == made.names.keys()


def test_only_the_areas_of_the_figures_are_drawn(tmp_path: Path) -> None:
    old = shapely.box(36, -1, 36.6, -0.8)  # an area of another year over all of them
    project, source = declared(tmp_path, as_geojson(squares([*SQUARES, old])), "geojson")
    assert set(declared_boundaries(project, "b", source, only=["1", "2", "3"]).names) == {"1", "2", "3"}
    with pytest.raises(DataError, match="lie over each other"):
        declared_boundaries(project, "b", source)
    with pytest.raises(DataError, match="code of an area of the figures") as told:
        declared_boundaries(project, "b", source, only=["KE001"])
    assert "such as 1, 2, 3" in str(told.value)


def test_rows_are_chosen_by_where(tmp_path: Path) -> None:
    frame = squares(year=[2009, 2019, 2019])
    condition = [{"column": "year", "is_in": [2019]}]
    project, source = declared(tmp_path, as_geojson(frame), "geojson", where=condition)
    assert set(declared_boundaries(project, "b", source).names) == {"2", "3"}


def test_an_area_under_the_code_of_another_year_is_drawn_under_the_code_asked_for(tmp_path: Path) -> None:
    # Glasgow was S12000046 until 2019; Fife S12000015 until 2018; the third square is an area of today
    frame = squares(cty=["S12000046", "S12000015", "S12000033"])
    project, source = declared(tmp_path, as_geojson(frame), "geojson")
    made = declared_boundaries(project, "b", source, only=["S12000049", "S12000047", "S12000033"])
    assert dict(made.names) == {"S12000049": "County 0", "S12000047": "County 1", "S12000033": "County 2"}


def test_provinces_of_nepal_are_made_of_the_districts_of_a_file(tmp_path: Path) -> None:
    # the register: Madhesh has eight districts, 201 to 208; Koshi fourteen, 101 to 114
    districts = [str(n) for n in (*range(101, 115), *range(201, 209), 301)]
    boxes = [shapely.box(84 + n * 0.2, 27, 84.2 + n * 0.2, 27.5) for n in range(len(districts))]
    frame = gpd.GeoDataFrame({"cty": districts, "label": districts}, geometry=boxes, crs="EPSG:4326")
    project, source = declared(tmp_path, as_geojson(frame), "geojson")
    made = declared_boundaries(project, "b", source, only=["1", "2", "3"])
    # of Bagmati, the third, one district of thirteen is there: it is not drawn as if that were all
    assert dict(made.names) == {"1": "Koshi", "2": "Madhesh"}
    assert made.unplaced(["1", "2", "3"]) == ("3",)
    assert made.geometry["1"].area / made.geometry["2"].area == pytest.approx(14 / 8, rel=0.01)
    assert made.geometry["1"].geom_type == "Polygon"
    assert set(declared_boundaries(project, "b", source, only=districts).names) == set(districts)


BOW_TIE = shapely.Polygon([(36, -1), (36.2, -0.8), (36.2, -1), (36, -0.8)])


@pytest.mark.parametrize(
    ("frame", "rest", "said"),
    [
        (squares(cty=["1", "1", "2"]), {}, "occur twice: 1"),
        (squares(cty=["1", None, "2"]), {}, r"1 shape\(s\) have no area code"),
        (squares([*SQUARES[:2], shapely.Polygon()]), {}, "have no shape"),
        (squares([*SQUARES[:2], shapely.Point(36, 0)]), {}, "are no areas"),
        (squares([*SQUARES[:2], BOW_TIE]), {}, "cannot be repaired"),
        (squares([shapely.box(4e5, 3e5, 5e5, 4e5)] * 3), {}, "British National Grid"),
        (squares(), {"crs": "EPSG:27700"}, "longitude and latitude"),
        (squares(), {"columns": {}}, 'needs a "code"|which column'),
        (squares(), {"columns": {"county": {"role": "area"}}}, 'no column "county"'),
        (squares(), {"columns": {"cty": {"role": "other"}}}, "which column of the boundaries holds the area codes"),
        (squares(), {"where": [{"column": "cty", "is_in": ["9"]}]}, "No shape meets"),
    ],
)
def test_hostile_shapes_are_told_and_not_drawn(
    tmp_path: Path, frame: gpd.GeoDataFrame, rest: dict[str, Any], said: str
) -> None:
    project, source = declared(tmp_path, as_geojson(frame), "geojson", **rest)
    with pytest.raises(CasebookError, match=said):
        declared_boundaries(project, "b", source)


def test_a_shape_that_touches_itself_is_repaired(tmp_path: Path) -> None:
    # a ring that doubles back on a spike of no width
    spike = shapely.Polygon([(36, -1), (36.2, -1), (36.2, -0.8), (36.1, -0.8), (36.1, -0.7), (36.1, -0.8), (36, -0.8)])
    project, source = declared(tmp_path, as_geojson(squares([spike, *SQUARES[1:]])), "geojson")
    made = declared_boundaries(project, "b", source)
    assert all(shape.is_valid for shape in made.geometry.values())
    assert made.geometry["1"].area == pytest.approx(made.geometry["2"].area, rel=0.01)


# --- the official boundaries


def official(mirror: Path, layer: str, codes: list[str]) -> Boundaries:
    source = Source.model_validate({
        "kind": "boundaries", "title": "Local authorities", "format": "topojson", "member": layer,
        "url": f"https://raw.githubusercontent.com/{ONS}", "licence": "OGL-UK-3.0",
        "sha256": "dc7062d094f5321bc2101a1287d15b4822edadb6432181d2063953ddcd573c8c",
        "attribution": "Office for National Statistics; contains OS data © Crown copyright and database right",
        "columns": {"areacd": {"role": "area"}, "areanm": {"role": "other"}},
    })  # fmt: skip
    return declared_boundaries(Project(mirror, mirror, mirror), "boundaries", source, only=codes)


@pytest.mark.mirror
def test_331_authorities_fit_a_page_without_gaps(mirror: Path) -> None:
    codes = [c for c in areas_of("gss-lower-tier", 2021) if c[0] in "EW"]
    made = official(mirror, "ltla", codes)
    assert len(made.names) == len(codes) == 331
    assert made.unplaced(codes) == ()
    assert len(json.dumps(made.payload, separators=(",", ":"))) <= 200_000  # leaves 50 kB for figures and key
    shapes = list(back(dict(made.payload)).values())
    assert shapely.coverage_is_valid(shapes)
    assert slivers(shapes, 400) == []
    # square kilometres published by the ONS (to mean high water): Cornwall, Powys, Birmingham
    for code, square_km in {"E06000052": 3_546, "W06000023": 5_181, "E08000025": 268}.items():
        assert made.geometry[code].area / 1e6 == pytest.approx(square_km, rel=0.03)


@pytest.mark.mirror
@pytest.mark.parametrize(
    ("layer", "system", "year", "wanted"),
    [("utla", "gss-upper-tier", 2021, 174), ("ltla", "gss-lower-tier", 2023, 318)],
)
def test_other_years_and_tiers_are_cut_out_of_the_same_file(
    mirror: Path, layer: str, system: str, year: int, wanted: int
) -> None:
    made = official(mirror, layer, [c for c in areas_of(system, year) if c[0] in "EW"])
    assert len(made.names) == wanted


@pytest.mark.mirror
def test_the_kingdom_of_2021_has_all_its_374_authorities(mirror: Path) -> None:
    # the file has Glasgow and North Lanarkshire under their codes until 2019 only
    codes = list(areas_of("gss-lower-tier", 2021))
    made = official(mirror, "ltla", codes)
    assert len(made.names) == len(codes) == 374
    assert made.names["S12000049"].startswith("Glasgow")


@pytest.mark.mirror
def test_london_has_32_boroughs_and_the_city(mirror: Path) -> None:
    codes = [c for c in areas_of("gss-lower-tier", 2021) if c.startswith("E09")]
    made = official(mirror, "ltla", codes)
    assert len(made.names) == 33
    land = shapely.union_all(list(made.geometry.values()))
    assert land.geom_type == "Polygon"
    assert land.area / 1e6 == pytest.approx(1_572, rel=0.02)
