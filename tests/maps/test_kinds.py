"""Circles, insets, uncertainty, small maps, key: what is drawn, read back from the drawing."""

from __future__ import annotations

import json
import math
import re
from typing import Any

import pandas as pd
import pytest
import shapely
import vl_convert

from shared.charts.theme import spec_of
from shared.errors import DataError, ProtectionError
from shared.maps.boundaries import Boundaries
from shared.maps.choropleth import choropleth
from shared.maps.classes import sequential
from shared.maps.hatching import hatching
from shared.maps.multiples import small_multiples
from shared.maps.symbols import sizes_of, symbols
from shared.maps.words import described, in_short
from shared.protect import SafeTable, public_table
from tests.maps.examples import KINDS, england_wales, figures, london, table

CLASSES = sequential([0.5, 1.0, 2.0])


def made(**rows: tuple[Any, ...]) -> SafeTable:
    """A table of the small map: figure, status and, if given, interval."""
    frame = pd.DataFrame(
        [(c.replace("_", "+"), *r, *(None,) * (4 - len(r))) for c, r in rows.items()],
        columns=["code", "figure", "status", "low", "high"],
    ).astype({"figure": "float64", "low": "float64", "high": "float64"})
    return public_table(frame, title="Figures", source_line="", labels={"figure": "Cases"})


def datasets(chart: Any) -> list[Any]:
    return list(spec_of(chart)["datasets"].values())


def key(chart: Any) -> dict[str, tuple[str | None, int]]:
    """Words of the key -> the figure said beside them, and how long the bar is."""
    rows = [row for data in datasets(chart) if isinstance(data, list) for row in data if "hatched" in row]
    return {row["words"]: (row["said"], row["bar"]) for row in rows}


def words(chart: Any) -> str:
    lines = [row for data in datasets(chart) if isinstance(data, list) for row in data if "from" in row]
    return " ".join(row["said"] for row in lines)


def circles(chart: Any) -> list[tuple[float, float, float]]:
    """Middle and radius of the circles on the map and in the inset, measured in the picture; those of the key not."""
    spec = spec_of(chart) | {"width": 800}
    svg = vl_convert.vegalite_to_svg(spec, vl_version="6.4")
    marks = re.findall(r'<path aria-label[^>]*transform="translate\(([-\d.]+),([-\d.]+)\)" d="M([-\d.]+),0A', svg)
    return [(float(x), float(y), float(r)) for x, y, r in marks]


def test_a_circle_four_times_the_figure_has_twice_the_radius(small: Boundaries) -> None:
    chart = symbols(
        made(A=(100, "shown"), B=(400, "shown"), C=(0, "shown"), D_E=(None, "hidden")), small, description="Map",
        value="figure",
    )  # fmt: skip
    found = circles(chart)
    assert len(found) == 2  # nought has no circle, nor has a hidden area
    largest, smallest = (radius for _, _, radius in found)
    assert largest / smallest == pytest.approx(2, abs=0.01)
    assert key(chart) == {"Hidden to protect people": ("1", 0)}
    assert '"value": null' not in json.dumps([d for d in datasets(chart) if "across" in json.dumps(d)])


def test_circles_of_the_inset_stand_in_the_inset_alone() -> None:
    places = england_wales()
    chart = symbols(table(places), places, description="Map", value="count", inset=london(places), inset_name="London")
    shown = figures(places)["count"].notna()
    found = circles(chart)
    assert len(found) == shown.sum()
    inside = [x for x, _, _ in found if x > 800 - 300]
    assert len(inside) == (shown & figures(places)["code"].isin(london(places))).sum()


@pytest.mark.parametrize(
    ("most", "figures"), [(104_727, [100_000, 25_000, 5_000]), (9, [5, 1.25, 0.25]), (20, [20, 5, 1])]
)
def test_sizes_in_the_key_are_round(most: float, figures: list[float]) -> None:
    assert sizes_of(most) == figures


def test_a_figure_below_nought_has_no_circle(small: Boundaries) -> None:
    with pytest.raises(DataError, match="below 0"):
        symbols(made(A=(-1, "shown")), small, description="Map", value="figure")
    with pytest.raises(ProtectionError):
        symbols(made(A=(1, "shown")).frame, small, description="Map", value="figure")


def test_the_key_counts_the_areas_of_each_class(small: Boundaries) -> None:
    given = made(A=(0.2, "shown"), B=(0.4, "shown"), C=(None, "hidden"), D_E=(1.5, "shown"))
    chart = choropleth(given, small, description="Map", value="figure", classes=CLASSES)
    assert key(chart) == {
        "Under 0.5": ("2", 2), "0.5 to under 1": ("0", 0), "1 to under 2": ("1", 1), "2 or more": ("0", 0),
        "Hidden to protect people": ("1", 1),
    }  # fmt: skip


def test_a_figure_beside_the_word_hidden_is_neither_drawn_nor_counted_nor_carried(small: Boundaries) -> None:
    leaky = made(A=(0.2, "shown"), B=(0.123456, "hidden", 0.1, 0.654321))
    for chart in (
        choropleth(leaky, small, description="Map", value="figure", classes=CLASSES, interval=("low", "high")),
        symbols(leaky, small, description="Map", value="figure"),
    ):
        text = json.dumps(spec_of(chart))
        assert "0.123456" not in text
        assert "0.654321" not in text
        assert key(chart)["Hidden to protect people"][0] == "1"
    assert "0.12" not in described(leaky, small, value="figure", what="cases")


def test_areas_whose_interval_leaves_their_class_are_hatched_and_no_others(small: Boundaries) -> None:
    given = made(
        A=(0.2, "shown", 0.1, 0.3), B=(0.4, "shown", 0.3, 0.6), C=(1.2, "shown", 0.9, 1.9), D_E=(3.0, "shown", 2.0, 4.0)
    )
    chart = choropleth(given, small, description="Map", value="figure", classes=CLASSES, interval=("low", "high"))
    assert key(chart)["Class not sure"] == ("2", 0)  # B and C; D+E begins on its break and stays
    assert "95% interval of the figure reaches into another class" in words(chart)
    lines = [shapely.geometry.shape(d["geometry"]) for d in datasets(chart) if "MultiLineString" in json.dumps(d)]
    unsure = shapely.union_all([small.geometry["B"], small.geometry["C"]])
    drawn = shapely.union_all(lines)
    assert unsure.buffer(1).covers(drawn)
    assert all(drawn.intersects(small.geometry[c].buffer(-50)) for c in "BC")
    certain = choropleth(given, small, description="Map", value="figure", classes=CLASSES)
    assert "Class not sure" not in key(certain)
    assert "95%" not in words(certain)


def test_the_inset_says_how_much_larger_it_is() -> None:
    chart = KINDS["uncertainty"]()[0]
    svg = vl_convert.vegalite_to_svg(spec_of(chart) | {"width": 820, "height": 540}, vl_version="6.4")
    (times,) = re.findall(r"London, ([\d.]+) times as large", svg)
    assert 4 < float(times) < 8
    places = england_wales()
    with pytest.raises(DataError, match="not on the map: X1"):
        choropleth(table(places), places, description="Map", value="figure", classes=CLASSES, inset=["X1"])


def test_small_maps_have_the_same_classes_and_only_their_own_figures(small: Boundaries) -> None:
    frame = pd.DataFrame(
        {
            "code": ["A", "B", "A", "B"], "year": ["2020", "2020", "2021", "2021"],
            "figure": [0.1, 0.6, 3.0, None], "status": ["shown", "shown", "shown", "hidden"],
        }
    )  # fmt: skip
    given = public_table(frame, title="Years", source_line="", roles={"year": "text"})
    chart = small_multiples(given, small, description="Maps", value="figure", classes=CLASSES, by="year")
    spec = spec_of(chart)
    scales = [
        json.dumps(layer["encoding"]["fill"]["scale"])
        for layer in spec["layer"]
        if layer.get("encoding", {}).get("fill", {}).get("field") == "class"
    ]
    assert len(scales) == 2
    assert len(set(scales)) == 1
    kinds = json.loads(scales[0])["domain"]
    rows = [{r["code"]: kinds[r["kind"]] for r in d} for d in datasets(chart) if isinstance(d, list) and "kind" in d[0]]
    assert rows[0]["A"] == "Under 0.5"
    assert rows[1]["A"] == "2 or more"
    assert rows[1]["B"] == "Hidden to protect people"
    assert key(chart)["Under 0.5"] == ("1", 1)
    assert "Areas, 2 maps" in words(chart)
    turned = small_multiples(
        given, small, description="Maps", value="figure", classes=CLASSES, by="year", order=["2021", "2020"]
    )
    assert json.dumps(spec_of(turned)) != json.dumps(spec)
    with pytest.raises(DataError, match="no rows for: 2022"):
        small_multiples(given, small, description="M", value="figure", classes=CLASSES, by="year", order=["2022"])
    with pytest.raises(DataError, match="two to 9 groups; there are 1"):
        small_multiples(
            given.where("year", ["2020"]), small, description="M", value="figure", classes=CLASSES, by="year"
        )


def test_a_shape_too_small_for_the_lines_gets_one_of_its_own() -> None:
    bounds = (0.0, 0.0, 11_000.0, 11_000.0)
    speck, large = shapely.box(5_049, 5_000, 5_051, 5_002), shapely.box(0, 0, 3_000, 3_000)
    for falling in (False, True):
        lines = shapely.geometry.shape(hatching([large, speck], bounds, falling=falling)["geometry"])
        assert lines.intersects(speck)
        rises = [math.copysign(1, (b[1] - a[1]) * (b[0] - a[0])) for a, b in (line.coords for line in lines.geoms)]
        assert set(rises) == {-1.0 if falling else 1.0}


def test_what_a_map_shows_is_said(small: Boundaries) -> None:
    given = made(A=(0.2, "shown"), B=(0.4, "shown"), C=(None, "hidden"), D_E=(1.5, "shown"))
    assert described(given, small, value="figure", what="cases") == (
        "Map of 4 areas by cases. Highest: Deal and Ely (1.5). Lowest: Ayton (0.2). "
        "Areas not shown: 1 hidden to protect people."
    )
    assert in_short(given, small, value="figure") == "middle area 0.4, highest Deal and Ely (1.5), 1 not shown."
    nothing = made(A=(None, "hidden"))
    assert "No area has a figure" in described(nothing, small, value="figure", what="cases")


def test_the_side_towards_which_figures_rise_is_said() -> None:
    places = england_wales()
    frame = pd.DataFrame({"code": list(places.names), "figure": [g.centroid.y for g in places.geometry.values()]})
    north = public_table(frame, title="North", source_line="")
    assert "rise towards the north" in described(north, places, value="figure", what="northing")
    south = public_table(frame.assign(figure=-frame["figure"]), title="South", source_line="")
    assert "rise towards the south" in described(south, places, value="figure", what="northing")


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_compiles_with_the_oldest_chart_library_there_is(kind: str) -> None:
    chart, given = KINDS[kind]()
    spec = spec_of(chart)
    assert vl_convert.vegalite_to_vega(spec, vl_version="5.8")["marks"]
    assert spec["usermeta"]["ledger"] == [given.ledger]
    assert len(json.dumps(spec, separators=(",", ":"))) < 250_000
