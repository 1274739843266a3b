"""One map of each kind, of made-up figures on the borders that ship: for pictures, browser and payload tests."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import shapely

from shared.maps.boundaries import Boundaries, read_boundaries
from shared.maps.breaks import METHODS, classed
from shared.maps.choropleth import choropleth
from shared.maps.classes import around_one
from shared.maps.hexagons import hexagons
from shared.maps.multiples import small_multiples
from shared.maps.strip import strip
from shared.maps.symbols import symbols
from shared.maps.words import described
from shared.protect import SafeTable, public_table
from tests.conftest import ROOT

SHIPPED = ROOT / "data" / "sample" / "boundaries"
STATES = {5: "hidden", 3: "not available", 7: "not applicable"}
"""Of every 29 areas these have no figure to show."""


@functools.cache
def borders(name: str) -> Boundaries:
    return read_boundaries(SHIPPED / f"{name}.topo.json")


def england_wales() -> Boundaries:
    return borders("england-wales-upper-tier-2021")


def india() -> Boundaries:
    return borders("india-states-2011")


def figures(places: Boundaries, turn: float = 0.0) -> pd.DataFrame:
    """Figures that rise and fall over the map, and chance from a fixed seed; a hidden area has only its status."""
    rng = np.random.default_rng(7)
    left, low, right, top = shapely.total_bounds(list(places.geometry.values()))
    rows = []
    for n, (code, shape) in enumerate(places.geometry.items()):
        across = (shape.centroid.x - left) / (right - left)
        up = (shape.centroid.y - low) / (top - low)
        people = round(float(rng.lognormal(6, 1))) + 30
        value = max(0.05, 1.1 + 0.8 * math.sin(6 * up + turn) * math.cos(4 * across) + float(rng.normal(0, 0.25)))
        half = 1.96 * math.sqrt(value / people * 6)
        status = STATES.get(n % 29, "shown")
        given = (people, value, max(0.0, value - half), value + half) if status == "shown" else (None,) * 4
        rows.append((code, places.names[code], *given, status))
    frame = pd.DataFrame(rows, columns=["code", "name", "count", "figure", "low", "high", "status"])
    return frame.astype({"count": "Int64", "figure": "float64", "low": "float64", "high": "float64"})


LABELS = {"name": "Area", "count": "People counted", "figure": "Ratio of shares", "low": "from", "high": "to"}


def table(places: Boundaries, figure: str = "Ratio of shares") -> SafeTable:
    return public_table(
        figures(places), title="Made-up figures", source_line="Made up", labels=LABELS | {"figure": figure}
    )


def periods(places: Boundaries, many: int = 6) -> SafeTable:
    parts = [figures(places, turn=n * 0.7).assign(period=str(2019 + n)) for n in range(many)]
    frame = pd.concat(parts, ignore_index=True)[["code", "name", "period", "figure", "status"]]
    return public_table(
        frame, title="Made-up figures", source_line="Made up", labels=LABELS | {"figure": "Cases per 1,000 people"},
        roles={"period": "text"},
    )  # fmt: skip


def london(places: Boundaries) -> list[str]:
    return [code for code in places.names if code.startswith("E09")]


def ratio() -> tuple[Any, SafeTable]:
    places, given = england_wales(), table(england_wales())
    words = described(given, places, value="figure", what="ratio of shares")
    return choropleth(given, places, description=words, value="figure", classes=around_one()), given


def classes() -> tuple[Any, SafeTable]:
    places, given = india(), table(india(), "Cases per 1,000 people")
    words = described(given, places, value="figure", what="cases per 1,000 people")
    made = classed(given, "figure", "natural breaks")
    return choropleth(
        given, places, description=words, value="figure", classes=made, rule=METHODS["natural breaks"]
    ), given


def uncertainty() -> tuple[Any, SafeTable]:
    places, given = england_wales(), table(england_wales(), "Cases per 1,000 people")
    words = described(given, places, value="figure", what="cases per 1,000 people")
    made = classed(given, "figure", "quantiles", k=4)
    return choropleth(
        given, places, description=words, value="figure", classes=made, rule=METHODS["quantiles"],
        interval=("low", "high"), inset=london(places), inset_name="London",
    ), given  # fmt: skip


def circles() -> tuple[Any, SafeTable]:
    places, given = england_wales(), table(england_wales())
    words = described(given, places, value="count", what="people counted")
    return symbols(given, places, description=words, value="count", inset=london(places), inset_name="London"), given


def multiples() -> tuple[Any, SafeTable]:
    places, given = england_wales(), periods(england_wales())
    made = classed(given, "figure", [0.5, 1, 1.5, 2])
    return small_multiples(
        given, places, description="Six small maps, one a year.", value="figure", classes=made, by="period",
        rule=METHODS["fixed"],
    ), given  # fmt: skip


def honeycomb() -> tuple[Any, SafeTable]:
    places, given = hexagons(england_wales()), table(england_wales())
    words = described(given, england_wales(), value="figure", what="ratio of shares")
    groups = {"London": london(places), "Wales": [code for code in places.names if code.startswith("W")]}
    return choropleth(given, places, description=words, value="figure", classes=around_one(), around=groups), given


def lettered() -> tuple[Any, SafeTable]:
    places, given = hexagons(india()), table(india(), "Cases per 1,000 people")
    words = described(given, india(), value="figure", what="cases per 1,000 people")
    made = classed(given, "figure", "quantiles")
    return choropleth(
        given, places, description=words, value="figure", classes=made, rule=METHODS["quantiles"], letters=True
    ), given


def dots() -> tuple[Any, SafeTable]:
    given = table(india())
    return strip(given, description="One dot an area.", area="name", value="figure", marked=1.0), given


KINDS: dict[str, Callable[[], tuple[Any, SafeTable]]] = {
    "ratio": ratio, "classes": classes, "uncertainty": uncertainty, "circles": circles, "multiples": multiples,
    "hexagons": honeycomb, "hexagons-lettered": lettered, "strip": dots,
}  # fmt: skip
