"""Areal interpolation: squares worked out by hand, totals that stay, limits that hold, and real areas."""

from __future__ import annotations

import itertools

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.errors import DataError, MeasureError
from shared.measures.areal import Pieces, against_known, moved, pieces

KM = 1000.0
WEST, SOUTH = 400_000.0, 400_000.0


def areas(boxes: dict[str, tuple[float, float, float, float]], **columns: list[float]) -> gpd.GeoDataFrame:
    """Rectangles in kilometres (left, low, right, top) near Leeds, on the British National Grid."""
    shapes = [
        shapely.box(WEST + a * KM, SOUTH + b * KM, WEST + c * KM, SOUTH + d * KM) for a, b, c, d in boxes.values()
    ]
    return gpd.GeoDataFrame({"code": list(boxes), **columns}, geometry=shapes, crs="EPSG:27700")


OLD = areas({"A": (0, 0, 2, 1), "B": (2, 0, 4, 1)})
NEW = areas({"X": (0, 0, 1, 1), "Y": (1, 0, 4, 1)})


def laid(old: gpd.GeoDataFrame = OLD, new: gpd.GeoDataFrame = NEW, **rest: object) -> Pieces:
    return pieces(old, new, source_code="code", target_code="code", **rest)  # type: ignore[arg-type]


def row(made: object, code: str) -> tuple[float, float, float]:
    frame = made.frame.set_index("code")  # type: ignore[attr-defined]
    return tuple(frame.loc[code, ["value", "low", "high"]].astype(float))  # type: ignore[return-value]


def test_counts_are_shared_out_by_area_with_their_limits() -> None:
    # half of A lies in X: 50 of 100; in X lies for certain nothing, at most all of A
    made = moved({"A": 100, "B": 60}, laid())
    assert row(made, "X") == pytest.approx((50, 0, 100), rel=1e-4)
    assert row(made, "Y") == pytest.approx((110, 60, 160), rel=1e-4)
    assert made.outside == 0
    assert made.divided == pytest.approx(100 / 160)


def test_counts_are_shared_out_by_people_where_these_are_known() -> None:
    # 90 of the 100 people of A live in its left half
    small = areas({"l": (0, 0, 1, 1), "r": (1, 0, 2, 1), "b": (2, 0, 4, 1)}, people=[90.0, 10.0, 40.0])
    made = moved({"A": 100, "B": 60}, laid(ancillary=small, ancillary_count="people"))
    assert row(made, "X")[0] == pytest.approx(90, rel=1e-3)
    assert row(made, "Y")[0] == pytest.approx(70, rel=1e-3)


def test_rates_become_means_of_the_pieces() -> None:
    # Y: one square of A at 10% and two of B at 30%: 7 / 30
    made = moved({"A": 0.1, "B": 0.3}, laid(), kind="rate")
    assert row(made, "X") == pytest.approx((0.1, 0.1, 0.1))
    assert row(made, "Y") == pytest.approx((7 / 30, 0.1, 0.3), rel=1e-4)


def test_what_lies_in_no_target_is_counted_outside() -> None:
    made = moved({"A": 100, "B": 60}, laid(new=areas({"X": (0, 0, 3, 1)})))
    assert row(made, "X")[0] == pytest.approx(130, rel=1e-4)
    assert made.outside == pytest.approx(30, rel=1e-3)


def test_a_coast_drawn_otherwise_loses_nobody() -> None:
    made = moved({"A": 100, "B": 60}, laid(new=areas({"X": (0.05, 0, 2, 1), "Y": (2, 0, 3.95, 1)})))
    assert (row(made, "X")[0], row(made, "Y")[0], made.outside) == pytest.approx((100, 60, 0))


def test_slivers_of_drawing_divide_nobody() -> None:
    cut = laid(new=areas({"X": (0, 0, 2.005, 1), "Y": (2.005, 0, 4, 1)}))
    assert cut.divided == ()
    assert row(moved({"A": 100, "B": 60}, cut), "X") == pytest.approx((100, 100, 100))


def test_an_area_where_nobody_is_counted_is_shared_out_by_area() -> None:
    small = areas({"all": (0, 0, 4, 1)}, people=[0.0])
    made = moved({"A": 100, "B": 60}, laid(ancillary=small, ancillary_count="people"))
    assert row(made, "X")[0] == pytest.approx(50, rel=1e-4)


def test_a_target_with_a_piece_of_an_unknown_area_has_no_figure() -> None:
    made = moved({"B": 60}, laid())
    assert np.isnan(row(made, "X")).all()
    assert np.isnan(row(made, "Y")).all()


@settings(max_examples=12, deadline=None)
@given(
    cuts=st.lists(st.floats(0.3, 3.7), min_size=1, max_size=4, unique_by=lambda x: round(x, 1)),
    counts=st.lists(st.integers(0, 5000), min_size=4, max_size=4),
    people=st.lists(st.integers(0, 500), min_size=6, max_size=6),
)
def test_totals_stay_and_limits_hold(cuts: list[float], counts: list[int], people: list[int]) -> None:
    old = areas({str(n): (n, 0, n + 1, 1) for n in range(4)})
    edges = [0.0, *sorted(cuts), 4.0]
    new = areas({f"t{n}": (a, 0, b, 1) for n, (a, b) in enumerate(itertools.pairwise(edges))})
    small = areas({f"s{n}": (n * 2 / 3, 0, (n + 1) * 2 / 3, 1) for n in range(6)}, people=[float(n) for n in people])
    values = {str(n): float(c) for n, c in enumerate(counts)}
    for cut in (laid(old, new), laid(old, new, ancillary=small, ancillary_count="people")):
        made = moved(values, cut)
        assert made.frame["value"].sum() + made.outside == pytest.approx(sum(counts))
        assert (made.frame["low"] <= made.frame["value"] + 1e-9).all()
        assert (made.frame["value"] <= made.frame["high"] + 1e-9).all()
        assert 0 <= made.divided <= 1 + 1e-12


def test_a_known_count_shows_how_far_the_method_errs() -> None:
    # by area X gets 50 of A's 100; it really has 80
    errs = against_known(laid(), {"A": 100, "B": 60}, {"X": 80, "Y": 80})
    assert errs.set_index("code")["error"].to_dict() == pytest.approx({"X": -0.375, "Y": 0.375}, rel=1e-3)


def test_zonings_in_different_coordinate_systems_are_brought_together() -> None:
    made = moved({"A": 100, "B": 60}, laid(OLD.to_crs("EPSG:4326"), NEW.to_crs("EPSG:3857")))
    assert row(made, "X")[0] == pytest.approx(50, rel=1e-3)


def test_what_cannot_be_laid_over_each_other_is_refused() -> None:
    bow = gpd.GeoDataFrame({"code": ["A"]}, geometry=[shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])], crs=27700)
    with pytest.raises(DataError, match="no valid polygons"):
        laid(old=bow)
    with pytest.raises(DataError, match="no coordinate system"):
        laid(new=NEW.set_crs(None, allow_override=True))
    with pytest.raises(DataError, match="nothing in common"):
        laid(new=areas({"far": (50, 50, 51, 51)}))
    with pytest.raises(DataError, match="code of its own"):
        laid(old=areas({"A": (0, 0, 1, 1), "B": (1, 0, 2, 1)}).assign(code="A"))
    with pytest.raises(DataError, match="have no shape"):
        laid(old=gpd.GeoDataFrame({"code": ["A"]}, geometry=[shapely.Polygon()], crs=27700))
    with pytest.raises(DataError, match='no column "heads"'):
        laid(ancillary=NEW, ancillary_count="heads")
    with pytest.raises(MeasureError, match="below 0"):
        moved({"A": -1, "B": 2}, laid())
    with pytest.raises(MeasureError, match="no shape: Z"):
        moved({"Z": 1}, laid())
    with pytest.raises(MeasureError, match="on both sides"):
        against_known(laid(), {"A": 1}, {"Y": 1})
