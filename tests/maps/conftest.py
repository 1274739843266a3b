"""A small map made by hand: two squares side by side, a third above them, a fourth that stands for two areas."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from shared.maps.boundaries import Boundaries, read_boundaries

#  y=2  +---C---+
#  y=1  +-A-+-B-+   and D, far to the right, with a hole in it
#  y=0  +---+---+
TOPOLOGY: dict[str, Any] = {
    "type": "Topology",
    "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}},
    "metadata": {"source": "Made by hand"},
    "transform": {"scale": [100, 100], "translate": [1000, 2000]},
    "objects": {
        "areas": {
            "type": "GeometryCollection",
            "geometries": [
                {"type": "Polygon", "properties": {"code": "A", "name": "Ayton", "extra": 1}, "arcs": [[0, 1, 2]]},
                {"type": "Polygon", "properties": {"code": "B", "name": "Beeford"}, "arcs": [[-1, 3, 4]]},
                {"type": "Polygon", "properties": {"code": "C", "name": "Ceaham"}, "arcs": [[-5, 5, -2]]},
                {
                    "type": "MultiPolygon",
                    "properties": {"code": "D+E", "name": "Deal and Ely", "codes": ["D", "E"]},
                    "arcs": [[[6], [7]]],
                },
            ],
        }
    },
    "arcs": [
        [[10, 0], [0, 10]],  # border of A and B, upwards
        [[10, 10], [-10, 0]],  # border of A and C, to the left
        [[0, 10], [0, -10], [10, 0]],  # outside of A
        [[10, 0], [10, 0], [0, 10]],  # outside of B
        [[20, 10], [-10, 0]],  # border of B and C, to the left
        [[20, 10], [0, 10], [-20, 0], [0, -10]],  # outside of C
        [[30, 0], [0, 10], [10, 0], [0, -10], [-10, 0]],
        [[33, 3], [3, 0], [0, 3], [-3, 0], [0, -3]],
    ],
}


def rings_of_squares() -> dict[str, Any]:
    """Squares in longitude and latitude around Leeds, exterior rings wound against the clock."""
    features = []
    for n, code in enumerate("AB"):
        west = -1.5 + n * 0.1
        ring = [[west, 53.8], [west + 0.1, 53.8], [west + 0.1, 53.9], [west, 53.9], [west, 53.8]]
        features.append(
            {
                "type": "Feature",
                "properties": {"code": code, "name": f"Area {code}"},
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
        )
    return {"type": "FeatureCollection", "features": features}


@pytest.fixture
def small(tmp_path: Path) -> Boundaries:
    path = tmp_path / "small.topo.json"
    path.write_text(json.dumps(TOPOLOGY), encoding="utf-8")
    return read_boundaries(path)
