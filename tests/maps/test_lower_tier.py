"""All 331 lower-tier authorities of England and Wales, from boundaries that the ONS publishes: small, without gaps."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import vl_convert
from PIL import Image

from shared.charts.lean import lean
from shared.charts.theme import CONFIG, spec_of
from shared.maps.boundaries import Boundaries
from shared.maps.breaks import METHODS, classed
from shared.maps.choropleth import choropleth
from shared.maps.classes import around_one
from shared.maps.declared import boundaries_of
from shared.maps.hexagons import hexagons
from shared.maps.multiples import small_multiples
from shared.maps.symbols import symbols
from tests.maps.examples import london, periods, table

pytestmark = pytest.mark.mirror

MOST = 250_000
"""Bytes that a map of 331 areas may take in a page."""


@pytest.fixture(scope="module")
def lower_tier(mirror: Path, tmp_path_factory: pytest.TempPathFactory) -> Boundaries:
    (source,) = mirror.glob("ONSvisual/uk-topojson/*/output/topo.json")
    topology = json.loads(source.read_text(encoding="utf-8"))
    topology["objects"] = {"ltla": topology["objects"]["ltla"]}
    path = tmp_path_factory.mktemp("ltla") / "ltla.topo.json"
    path.write_text(json.dumps(topology), encoding="utf-8")
    frame = gpd.read_file(path).set_crs(4326, allow_override=True)
    started, ended = (pd.to_numeric(frame[c]) for c in ("start", "end"))
    valid = ~(started.fillna(0) > 2021) & ~(ended.fillna(9999) < 2021)
    frame = frame[valid & frame["areacd"].str[0].isin(["E", "W"])]
    made = boundaries_of(frame, code="areacd", name="areanm")
    assert len(made.names) == 331
    return made


def carried(chart: Any) -> int:
    """Bytes of a map in a report's page."""
    return len(json.dumps(lean(spec_of(chart), CONFIG), ensure_ascii=False, separators=(",", ":")).encode())


def test_every_kind_keeps_to_the_budget(lower_tier: Boundaries) -> None:
    given, years = table(lower_tier), periods(lower_tier, 6)
    inset: dict[str, Any] = {"inset": london(lower_tier), "inset_name": "London"}
    assert len(inset["inset"]) == 33
    sizes = {
        "classes": carried(
            choropleth(
                given, lower_tier, description="Map", value="figure", classes=classed(given, "figure"),
                rule=METHODS["quantiles"], interval=("low", "high"), **inset,
            )
        ),
        "circles": carried(symbols(given, lower_tier, description="Map", value="count", **inset)),
        "hexagons": carried(
            choropleth(given, hexagons(lower_tier), description="Map", value="figure", classes=around_one())
        ),
        "multiples": carried(
            small_multiples(
                years, lower_tier, description="Maps", value="figure", classes=around_one(), by="period"
            )
        ),
    }  # fmt: skip
    assert {kind: size for kind, size in sizes.items() if size > MOST} == {}, sizes


def test_no_gap_can_be_seen_between_areas(lower_tier: Boundaries) -> None:
    """Filled alike, without strokes, at twice the size of a screen, no dot inside the land stays unfilled."""
    chart = choropleth(table(lower_tier), lower_tier, description="Map", value="figure", classes=around_one())
    spec = spec_of(chart)
    projection = next(layer["projection"] for layer in spec["layer"] if "projection" in layer)
    areas = next(layer for layer in spec["layer"] if layer.get("encoding", {}).get("fill", {}).get("field") == "class")
    land = shapely.union_all([shapely.make_valid(g) for g in lower_tier.geometry.values()])
    # land without what is less than a few dots wide
    inner = shapely.buffer(shapely.buffer(land, -1500), -500)

    def dark(layer: dict[str, Any]) -> np.ndarray:
        one = {k: v for k, v in spec.items() if k != "layer"} | {"width": 820, "height": 540}
        png = vl_convert.vegalite_to_png(one | {"layer": [layer]}, vl_version="6.4", scale=2)
        return np.asarray(Image.open(io.BytesIO(png)).convert("L")) < 160

    plain = {"type": "geoshape", "fill": "#000", "stroke": None}
    mark = {"mark": plain, "projection": projection}
    filled = dark({"data": areas["data"], **mark})
    feature = {"type": "Feature", "geometry": json.loads(shapely.to_geojson(inner)), "properties": {}}
    wanted = dark({"data": {"values": feature}, **mark})
    assert wanted.sum() > 100_000
    assert (wanted & ~filled).sum() == 0


def test_hexagons_of_331_areas_keep_london_together(lower_tier: Boundaries) -> None:
    made = hexagons(lower_tier)
    assert len({shape.centroid.wkb for shape in made.geometry.values()}) == 331
    assert shapely.union_all([made.geometry[c] for c in london(lower_tier)]).geom_type == "Polygon"
