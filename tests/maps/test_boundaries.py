"""Borders: areas worked out by hand, plane coordinates, a small payload, and clear words about bad files."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest
import shapely

from shared.errors import DataError
from shared.maps.boundaries import Boundaries, read_boundaries
from tests.conftest import ROOT
from tests.maps.conftest import TOPOLOGY, rings_of_squares

SHIPPED = sorted((ROOT / "data" / "sample" / "boundaries").glob("*.topo.json"))


def write(folder: Path, document: object) -> Path:
    path = folder / "map.json"
    path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return path


def test_areas_are_read_to_the_metre(small: Boundaries) -> None:
    # squares of 1 km; C is two wide; D is one with a hole of 300 m
    assert {code: shape.area for code, shape in small.geometry.items()} == {
        "A": 1e6, "B": 1e6, "C": 2e6, "D+E": 1e6 - 9e4,
    }  # fmt: skip
    assert small.geometry["A"].bounds == (1000, 2000, 2000, 3000)


def test_neighbours_share_their_border_exactly(small: Boundaries) -> None:
    border = small.geometry["A"].intersection(small.geometry["B"])
    assert border.length == 1000
    assert shapely.coverage_is_valid(list(small.geometry.values()))


def test_names_and_parts(small: Boundaries) -> None:
    assert small.names["C"] == "Ceaham"
    assert small.parts["D+E"] == ("D", "E")
    assert small.shape_of["E"] == "D+E"
    assert small.unplaced(["A", "E", "X", "X"]) == ("X",)
    assert small.attribution == "Made by hand"


def test_only_what_is_drawn_is_kept(small: Boundaries) -> None:
    text = json.dumps(small.payload)
    assert "extra" not in text
    assert "Ayton" not in text
    assert "metadata" not in text
    assert [g["id"] for g in small.payload["objects"]["areas"]["geometries"]] == ["A", "B", "C", "D+E"]


def test_degrees_are_projected_with_true_proportions(tmp_path: Path) -> None:
    # near 53.85 degrees north 0.1 degree is 6.58 km across and 11.13 km up
    made = read_boundaries(write(tmp_path, rings_of_squares()))
    left, low, right, high = made.geometry["A"].bounds
    assert (high - low) / (right - left) == pytest.approx(11.13 / 6.58, rel=0.01)
    assert made.geometry["A"].area == pytest.approx(made.geometry["B"].area, rel=0.01)
    numbers = json.dumps([f["geometry"] for f in made.payload["features"]])
    assert "." not in numbers  # whole steps of a grid


def test_a_topology_in_degrees_keeps_its_shared_borders(tmp_path: Path) -> None:
    degrees = copy.deepcopy(TOPOLOGY)
    del degrees["crs"]
    degrees["transform"] = {"scale": [0.01, 0.01], "translate": [-1.5, 53.0]}
    made = read_boundaries(write(tmp_path, degrees))
    assert shapely.coverage_is_valid(list(made.geometry.values()))
    left, low, right, high = made.geometry["A"].bounds
    assert (high - low) / (right - left) == pytest.approx(1.67, rel=0.02)


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ("{not json", "cannot be read"),
        ("[]", "neither TopoJSON nor"),
        ({"type": "Feature"}, "neither TopoJSON nor"),
        ({"type": "Topology", "objects": {}}, "exactly one layer"),
        ({**TOPOLOGY, "crs": {"properties": {"name": "EPSG:nonsense"}}}, "not known"),
        ({"type": "FeatureCollection", "features": []}, 'needs a "code"'),
        ({**TOPOLOGY, "arcs": TOPOLOGY["arcs"][:3]}, "damaged"),
        ({**TOPOLOGY, "arcs": "none"}, "damaged"),
        ({"type": "FeatureCollection", "features": [{"properties": {"code": "A"}}]}, "damaged"),
    ],
)
def test_a_bad_file_is_told_by_name(tmp_path: Path, document: object, said: str) -> None:
    with pytest.raises(DataError, match=said):
        read_boundaries(write(tmp_path, document))


def test_a_missing_file_is_told_without_its_folder(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"^gone\.json: ") as told:
        read_boundaries(tmp_path / "gone.json")
    assert str(tmp_path) not in str(told.value)


def test_two_areas_with_one_code_are_refused(tmp_path: Path) -> None:
    twice = copy.deepcopy(TOPOLOGY)
    twice["objects"]["areas"]["geometries"][1]["properties"]["code"] = "A"
    with pytest.raises(DataError, match="of its own"):
        read_boundaries(write(tmp_path, twice))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: p.name)
def test_the_shipped_boundaries_can_be_drawn(path: Path) -> None:
    made = read_boundaries(path)
    assert len(json.dumps(made.payload)) < 250_000
    assert all(shape.area > 0 for shape in made.geometry.values())
    assert made.attribution.startswith("Natural Earth")


def test_there_are_shipped_boundaries() -> None:
    assert {path.name for path in SHIPPED} >= {
        "england-wales-upper-tier-2021.topo.json", "india-states-2011.topo.json", "world-countries.topo.json",
    }  # fmt: skip
