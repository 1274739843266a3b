"""The small TopoJSON writer on shapes whose arcs can be counted by hand."""

from __future__ import annotations

import pytest
import shapely

from shared.maps.arcs import write_topology
from shared.maps.topology import shapes_of


def there_and_back(shapes: dict[str, shapely.Geometry]) -> tuple[dict, dict]:
    areas = [({"code": code}, shape) for code, shape in shapes.items()]
    written = write_topology("layer", areas, grid=1, about={"metadata": {"title": "made up"}})
    return written, {about["id"]: shape for about, shape in shapes_of(written, "layer")}


def test_two_squares_share_one_arc() -> None:
    shapes = {"a": shapely.box(0, 0, 1, 1), "b": shapely.box(1, 0, 2, 1)}
    written, back = there_and_back(shapes)
    # One border between them, one outer line each.
    assert len(written["arcs"]) == 3
    used = [n if n >= 0 else ~n for g in written["objects"]["layer"]["geometries"] for n in g["arcs"][0]]
    assert sorted(used.count(n) for n in range(3)) == [1, 1, 2]
    assert all(back[code].equals(shape) for code, shape in shapes.items())


def test_an_enclave_uses_its_surroundings_hole() -> None:
    inner = shapely.box(1, 1, 2, 2)
    outer = shapely.box(0, 0, 3, 3).difference(inner)
    written, back = there_and_back({"outer": outer, "inner": inner})
    assert len(written["arcs"]) == 2
    assert back["inner"].equals(inner)
    assert back["outer"].equals(outer)


def test_a_border_that_ends_at_the_coast_is_cut_there() -> None:
    # The border's end (1, 1) has two neighbours only, yet one of its edges is shared and the other is coast.
    a = shapely.Polygon([(0, 0), (1, 0), (1, 1), (0, 1)])
    b = shapely.Polygon([(1, 0), (2, 0), (2, 2), (1, 1)])
    written, back = there_and_back({"a": a, "b": b})
    assert len(written["arcs"]) == 3
    assert back["a"].equals(a)
    assert back["b"].equals(b)


def test_islands_make_a_multipolygon_and_negative_places_are_kept() -> None:
    shape = shapely.MultiPolygon([shapely.box(-5, -5, -4, -4), shapely.box(3, 3, 4, 5)])
    written, back = there_and_back({"isles": shape})
    assert written["objects"]["layer"]["geometries"][0]["type"] == "MultiPolygon"
    assert written["transform"] == {"scale": [1, 1], "translate": [-5, -5]}
    assert back["isles"].equals(shape)
    assert written["bbox"] == [-5.0, -5.0, 4.0, 5.0]


@pytest.mark.parametrize("turn", [False, True])
def test_exteriors_are_written_clockwise_whatever_came_in(turn: bool) -> None:
    square = shapely.box(0, 0, 1, 1, ccw=turn)
    _, back = there_and_back({"a": square})
    assert not shapely.is_ccw(back["a"].exterior)
