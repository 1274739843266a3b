"""Hexagons: one an area, all alike, side by side, near their places, the same every time."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from shared.errors import DataError
from shared.maps.boundaries import Boundaries
from shared.maps.hexagons import hexagons, short_names
from tests.maps.examples import england_wales, india, london

CELL = 2000


def middles(places: Boundaries) -> np.ndarray:
    return shapely.get_coordinates(shapely.centroid(list(places.geometry.values())))


def beside(places: Boundaries) -> np.ndarray:
    shapes = list(places.geometry.values())
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    return np.array([(a, b) for a, b in zip(left, right, strict=True) if a < b])


@pytest.mark.parametrize("places", [england_wales(), india()], ids=["england-wales", "india"])
def test_one_hexagon_an_area(places: Boundaries) -> None:
    made = hexagons(places)
    shapes = list(made.geometry.values())
    assert list(made.names.items()) == list(places.names.items())
    assert {round(shape.area) for shape in shapes} == {round(shapes[0].area)}
    assert len({(shape.centroid.x, shape.centroid.y) for shape in shapes}) == len(places.names)
    assert shapely.coverage_is_valid(shapes)  # they meet without gaps and do not overlap
    assert [feature["id"] for feature in made.payload["features"]] == list(places.names)


def test_hexagons_lie_where_their_areas_lie() -> None:
    places = england_wales()
    made = hexagons(places)
    ours, theirs = middles(made), middles(places)
    for axis in (0, 1):
        assert np.corrcoef(ours[:, axis], theirs[:, axis])[0, 1] > 0.93
    pairs = beside(places)
    apart = np.hypot(*(ours[pairs[:, 0]] - ours[pairs[:, 1]]).T) / CELL
    assert (apart < 1.1).mean() > 0.5  # neighbours that still touch
    assert (apart < 2.1).mean() > 0.8  # or have one hexagon between them
    capital = shapely.union_all([made.geometry[c] for c in london(places)])
    assert capital.geom_type == "Polygon"  # London stays in one piece


def test_the_same_borders_give_the_same_hexagons() -> None:
    assert hexagons(india()).payload == hexagons(india()).payload


def test_one_area_is_no_map(small: Boundaries) -> None:
    alone = Boundaries({}, "", {"A": "Ayton"}, {"A": ("A",)}, {"A": small.geometry["A"]})
    with pytest.raises(DataError, match="at least two"):
        hexagons(alone)


def test_short_names_are_as_short_as_they_can_be_told_apart() -> None:
    names = {"1": "Barking and Dagenham", "2": "Barnet", "3": "Kent", "4": "Uttar Pradesh", "5": "Uttarakhand"}
    assert short_names(names) == {"1": "Bark", "2": "Barn", "3": "Ken", "4": "UttarP", "5": "Uttara"}
    assert len(set(short_names(india().names).values())) == 35
