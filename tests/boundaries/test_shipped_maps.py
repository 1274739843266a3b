"""The shipped boundaries against what is published of these areas: how many, which, how large, who borders whom."""

from __future__ import annotations

import csv
import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely

from tests.boundaries.conftest import ENGLAND_WALES, INDIA, NAMES, UNITED_KINGDOM, WORLD

# ONS, names and codes, April 2021: unitary authorities (58 and the Isles of Scilly), metropolitan districts,
# London boroughs with the City, counties, Welsh unitary authorities.
PUBLISHED_2021 = {"E06": 59, "E08": 36, "E09": 33, "E10": 24, "W06": 22}
SQUARE_KM = 1e6


def codes(frame: gpd.GeoDataFrame) -> list[str]:
    return [single for code in frame["code"] for single in code.split("+")]


def neighbour_pairs(frame: gpd.GeoDataFrame, gap: float) -> set[tuple[str, str]]:
    """Pairs of codes whose shapes lie within ``gap`` metres of each other."""
    shapes = frame.geometry.buffer(gap) if gap else frame.geometry
    left, right = frame.sindex.query(shapes, predicate="intersects")
    return {
        (frame.index[a], frame.index[b]) for a, b in zip(left, right, strict=True) if frame.index[a] < frame.index[b]
    }


def test_every_authority_of_2021_is_on_the_map_once(maps: dict[str, gpd.GeoDataFrame]) -> None:
    found = codes(maps[ENGLAND_WALES])
    assert Counter(code[:3] for code in found) == PUBLISHED_2021
    assert len(found) == len(set(found)) == 174


def test_all_35_states_of_the_census_of_2011_are_on_the_map(maps: dict[str, gpd.GeoDataFrame]) -> None:
    assert sorted(codes(maps[INDIA]), key=int) == [str(n) for n in range(1, 36)]
    assert maps[INDIA].loc["28", "name"] == "Andhra Pradesh"
    assert "Telangana" not in set(maps[INDIA]["name"])


def test_the_kingdom_is_england_and_wales_with_london_whole_and_the_other_two(
    maps: dict[str, gpd.GeoDataFrame],
) -> None:
    found = codes(maps[UNITED_KINGDOM])
    # 32 council areas; 11 districts since 2015; London as its region; England and Wales as above without boroughs.
    outside_london = {prefix: n for prefix, n in PUBLISHED_2021.items() if prefix != "E09"}
    assert Counter(code[:3] for code in found) == {**outside_london, "E12": 1, "S12": 32, "N09": 11}
    london = maps[ENGLAND_WALES][maps[ENGLAND_WALES]["code"].str.startswith("E09")].union_all()
    assert maps[UNITED_KINGDOM].geometry["E12000007"].symmetric_difference(london).area < 0.03 * london.area
    # Scotland 77,910 of land, Northern Ireland 14,130 with its inland water (ONS).
    area = maps[UNITED_KINGDOM].area / SQUARE_KM
    assert area[area.index.str.startswith("S12")].sum() == pytest.approx(77_910, rel=0.04)
    assert area[area.index.str.startswith("N09")].sum() == pytest.approx(14_130, rel=0.04)


def test_only_the_declared_areas_are_merged(maps: dict[str, gpd.GeoDataFrame], raw: dict[str, Any]) -> None:
    merged = {code for code in maps[ENGLAND_WALES]["code"] if "+" in code}
    assert merged == {"E06000058+E06000059", "E06000061+E06000062"}
    in_the_north = {code for code in maps[UNITED_KINGDOM]["code"] if "+" in code} - merged
    assert in_the_north == {"N09000003+N09000007"}
    assert not any("+" in code for code in maps[INDIA]["code"])
    for name in NAMES:
        for shape in raw[name]["objects"][name]["geometries"]:
            assert shape["properties"]["codes"] == shape["id"].split("+")


def test_the_world_has_a_shape_for_every_country_but_the_smallest(
    folder: Path, maps: dict[str, gpd.GeoDataFrame]
) -> None:
    with (folder.parent / "geography" / "countries.csv").open(encoding="utf-8") as file:
        listed = {row["alpha_3"]: row["name"] for row in csv.DictReader(file)}
    world = maps[WORLD]
    assert dict(zip(world["code"], world["name"], strict=True)).items() <= listed.items()
    assert len(world) == 175
    without = {name for code, name in listed.items() if code not in set(world["code"])}
    assert len(without) == 75
    assert {"Malta", "Singapore", "Mauritius", "Antarctica"} <= without
    # square kilometres in million (UN Demographic Yearbook): Russia and Fiji lie on both sides of 180 degrees
    for code, million in {"RUS": 17.10, "BRA": 8.51, "IND": 3.29, "COD": 2.34, "FJI": 0.0183}.items():
        assert world.geometry[code].area / 1e12 == pytest.approx(million, rel=0.12), code
    assert len(shapely.get_parts(world.geometry["FJI"])) == 3


@pytest.mark.parametrize("name", NAMES)
def test_shapes_are_valid_and_their_borders_fit(maps: dict[str, gpd.GeoDataFrame], name: str) -> None:
    shapes = maps[name].geometry.to_numpy()
    assert shapely.is_valid(shapes).all()
    assert (shapely.area(shapes) > 0).all()
    assert shapely.coverage_is_valid(shapes)


@pytest.mark.parametrize("name", NAMES)
def test_exterior_rings_run_clockwise(maps: dict[str, gpd.GeoDataFrame], name: str) -> None:
    for polygon in shapely.get_parts(maps[name].geometry.to_numpy()):
        assert not shapely.is_ccw(polygon.exterior)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("E06000052", "E10000008"),  # Cornwall and Devon
        ("E06000026", "E10000008"),  # Plymouth and Devon
        ("E06000016", "E10000018"),  # Leicester lies inside Leicestershire
        ("E09000001", "E09000019"),  # City of London and Islington
        ("E06000058+E06000059", "E10000014"),  # Dorset side and Hampshire
        ("E06000061+E06000062", "E10000018"),  # Northamptonshire side and Leicestershire
        ("E08000013", "E08000010"),  # St. Helens (called Merseyside in the source) and Wigan
        ("W06000006", "E06000051"),  # Wrexham and Shropshire
    ],
)
def test_neighbours_touch(maps: dict[str, gpd.GeoDataFrame], one: str, other: str) -> None:
    frame = maps[ENGLAND_WALES]
    assert frame.geometry[one].touches(frame.geometry[other])


def test_far_places_do_not_touch_and_islands_stand_alone(maps: dict[str, gpd.GeoDataFrame]) -> None:
    frame = maps[ENGLAND_WALES]
    alone = {code for code, shape in frame.geometry.items() if frame.geometry.touches(shape).sum() == 0}
    # Wight, Scilly, Anglesey; Portsmouth stands on its own island beside Hampshire in the source.
    assert {"E06000046", "E06000053", "W06000001"} <= alone <= {"E06000046", "E06000053", "W06000001", "E06000044"}
    assert not frame.geometry["E06000052"].touches(frame.geometry["E06000057"])  # Cornwall, Northumberland


def test_wirral_and_halton_are_not_mixed_up(maps: dict[str, gpd.GeoDataFrame]) -> None:
    # The source calls both "Halton". Birkenhead is on the Wirral, Widnes in Halton (British National Grid).
    frame = maps[ENGLAND_WALES]
    assert frame.geometry["E08000015"].contains(shapely.Point(330_500, 388_500))
    assert frame.geometry["E06000006"].contains(shapely.Point(351_500, 385_500))


def test_areas_agree_with_published_square_kilometres(maps: dict[str, gpd.GeoDataFrame]) -> None:
    frame = maps[ENGLAND_WALES]
    area = frame.area / SQUARE_KM
    # England 130,279 and Wales 20,735 square kilometres of land; London 1,572; Cornwall 3,546; Powys 5,181 (ONS).
    assert area.sum() == pytest.approx(130_279 + 20_735, rel=0.02)
    assert area[frame["code"].str.startswith("E09")].sum() == pytest.approx(1_572, rel=0.05)
    assert area["E06000052"] == pytest.approx(3_546, rel=0.05)
    assert area["W06000023"] == pytest.approx(5_181, rel=0.05)


def test_indian_states_agree_with_published_square_kilometres(maps: dict[str, gpd.GeoDataFrame]) -> None:
    # Census of India 2011: Rajasthan, Maharashtra, undivided Andhra Pradesh, Kerala, NCT of Delhi.
    published = {"8": 342_239, "27": 307_713, "28": 275_045, "32": 38_852, "7": 1_483}
    area = maps[INDIA].to_crs("EPSG:6933").area / SQUARE_KM  # equal area
    for code, square_km in published.items():
        assert area[code] == pytest.approx(square_km, rel=0.05), code


@pytest.mark.parametrize("name", NAMES)
def test_every_shape_of_the_source_is_accounted_for(
    maps: dict[str, gpd.GeoDataFrame], tables: dict[str, list[dict[str, str]]], name: str
) -> None:
    used = {row["code"]: row["name"] for row in tables[name] if row["code"]}
    assert used == dict(zip(maps[name]["code"], maps[name]["name"], strict=True))
    assert all(row["note"] for row in tables[name] if not row["code"] or "+" in row["code"])
    assert len(tables[name]) == {ENGLAND_WALES: 232, UNITED_KINGDOM: 232, INDIA: 36, WORLD: 178}[name]


def test_left_out_shapes_are_scotland_and_northern_ireland(tables: dict[str, list[dict[str, str]]]) -> None:
    reasons = Counter(row["note"].split(":")[0] for row in tables[ENGLAND_WALES] if not row["code"])
    assert reasons == {"Scotland": 32, "Northern Ireland": 26}  # council areas; districts before 2015


@pytest.mark.parametrize("name", NAMES)
def test_the_manifest_says_what_the_file_is(folder: Path, maps: dict[str, gpd.GeoDataFrame], name: str) -> None:
    entries = json.loads((folder / "manifest-part.json").read_text(encoding="utf-8"))
    (entry,) = [e for e in entries if e["path"] == f"boundaries/{name}.topo.json"]
    data = (folder / f"{name}.topo.json").read_bytes()
    assert entry["sha256"] == hashlib.sha256(data).hexdigest()
    assert entry["features"] == len(maps[name])
    assert entry["bytes"] == len(data) <= 120_000
    assert "public domain" in entry["licence"]


@pytest.mark.parametrize(
    ("name", "epsg"), [(ENGLAND_WALES, 27700), (UNITED_KINGDOM, 27700), (INDIA, 7755), (WORLD, 8857)]
)
def test_the_file_carries_its_projection(maps: dict[str, gpd.GeoDataFrame], name: str, epsg: int) -> None:
    assert maps[name].crs.to_epsg() == epsg


@pytest.mark.mirror
def test_each_shape_lies_over_the_official_outline_of_the_same_code(
    maps: dict[str, gpd.GeoDataFrame], mirror: Path, tmp_path: Path
) -> None:
    """Against the boundaries the ONS publishes: each authority's best match on the map must be itself."""
    (source,) = mirror.glob("ONSvisual/uk-topojson/*/output/topo.json")
    topology = json.loads(source.read_text(encoding="utf-8"))
    topology["objects"] = {"utla": topology["objects"]["utla"]}
    (tmp_path / "utla.topo.json").write_text(json.dumps(topology), encoding="utf-8")
    official = gpd.read_file(tmp_path / "utla.topo.json").set_crs(4326, allow_override=True).to_crs(27700)
    official = official[
        official["areacd"].str[0].isin(["E", "W"])
        & ~(official["start"].fillna(0).astype(int) > 2021)
        & ~(official["end"].fillna(9999).astype(int) < 2021)
    ]
    merged = {single: code for code in maps[ENGLAND_WALES]["code"] for single in code.split("+")}
    assert set(official["areacd"]) == set(merged)
    official = official.assign(code=official["areacd"].map(merged), geometry=official.geometry.make_valid())
    official = official.dissolve("code")
    shapes = maps[ENGLAND_WALES]
    ours, theirs = neighbour_pairs(shapes, 0), neighbour_pairs(official, 50)
    assert len(ours & theirs) >= 0.98 * len(theirs)
    for code, outline in official.geometry.items():
        shared = shapes.geometry.intersection(outline).area
        likeness = shared / (shapes.area + outline.area - shared)
        assert likeness.idxmax() == code
