"""A map of classes; areas without a figure to show never look like areas with a low one."""

from __future__ import annotations

import json
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
import shapely

from shared.charts.theme import INK, PAPER, finish
from shared.errors import DataError
from shared.maps.boundaries import Boundaries
from shared.maps.classes import DOES_NOT_APPLY, HIDDEN_FILL, NO_FIGURE, Classes
from shared.protect import require_safe
from shared.protect.table import HIDDEN, NOT_APPLICABLE

WORDS = {HIDDEN: "Hidden to protect people", NOT_APPLICABLE: "Does not apply", "": "No figure"}
FILLS = {WORDS[""]: NO_FIGURE, WORDS[HIDDEN]: HIDDEN_FILL, WORDS[NOT_APPLICABLE]: DOES_NOT_APPLY}
OUTLINE, HATCH = "#7b868f", "#69747d"
HATCHED = "M-1,-1L1,-1L1,1L-1,1ZM-1,0L0,-1M-1,1L1,-1M0,1L1,0"
"""Key symbol of a hatched area: a square with three strokes across."""


def choropleth(
    table: object, boundaries: Boundaries, *, description: str, value: str, classes: Classes, code: str = "code",
    height: int = 520, outlined: str | None = None,
) -> Any:  # fmt: skip
    """Draw each area in the colour of its class; hidden areas are hatched, those without a figure are grey.

    The table has one row an area: ``code`` (a shape's code; bring codes of areas that share a shape together with
    ``regroup`` first), ``value`` and, if it has one, its status. The key explains every fill that occurs; the shape
    with code ``outlined`` gets a heavy border. Takes a
    ``SafeTable``, else raises ``ProtectionError``; raises ``DataError`` if an area occurs twice, lies inside a
    merged shape, or if no area of the table is on the map.
    """
    safe = require_safe(table, "choropleth")
    frame = safe.frame
    codes = frame[safe.column(code).name].astype("str")
    _check(codes, boundaries, safe.title)
    status = safe.named("status")
    states = frame[status].astype("str") if status else pd.Series([""] * len(frame))
    said = {
        c: (classes.label_of(float(v)), float(v)) if pd.notna(v) else (WORDS.get(s, WORDS[""]), None)
        for c, v, s in zip(codes, frame[safe.column(value).name], states, strict=True)
    }
    rows = [
        {
            "code": c,
            "name": name,
            "class": said.get(c, (WORDS[""], None))[0],
            "value": said.get(c, (WORDS[""], None))[1],
        }
        for c, name in boundaries.names.items()
    ]
    used = {row["class"] for row in rows}
    shown = dict(zip(classes.labels, classes.colours, strict=True)) | {w: f for w, f in FILLS.items() if w in used}
    percent = safe.column(value).role == "share"
    legend = alt.Legend(
        title=None, orient="top", symbolType=alt.ExprRef(f"datum.value === '{WORDS[HIDDEN]}' ? '{HATCHED}' : 'square'"),
        symbolStrokeColor=OUTLINE, symbolStrokeWidth=0.8, symbolSize=190,
        columns=alt.ExprRef("windowSize()[0] < 640 ? 2 : 3"), values=list(shown),
    )  # fmt: skip
    form = (
        alt.DataFormat(type="topojson", feature=boundaries.layer)
        if boundaries.layer
        else alt.DataFormat(property="features")
    )
    areas = (
        alt.Chart(alt.InlineData(values=dict(boundaries.payload), format=form))
        .mark_geoshape(stroke=PAPER, strokeWidth=0.6)
        .transform_lookup(
            lookup="id", from_=alt.LookupData(alt.InlineData(values=rows), "code", ["name", "class", "value"])
        )
        .encode(
            fill=alt.Fill("class:N", scale=alt.Scale(domain=list(shown), range=list(shown.values())), legend=legend),
            stroke=alt.condition(_one_of(FILLS), alt.value(OUTLINE), alt.value(PAPER)),
            tooltip=[
                alt.Tooltip("name:N", title="Area"),
                alt.Tooltip("class:N", title=safe.column(value).label),
                alt.Tooltip("value:Q", title="Figure", format=".1%" if percent else ",.2f"),
            ],
        )
    )
    hidden = [c for c, (word, _) in said.items() if word == WORDS[HIDDEN]]
    layers = [areas, *([_hatching(boundaries, hidden)] if hidden else [])]
    if outlined is not None:
        layers.append(_outline(boundaries.geometry[outlined]))
    chart = alt.layer(*layers).project(type="identity", reflectY=True).properties(width="container", height=height)
    left, low, right, top = shapely.total_bounds(list(boundaries.geometry.values()))
    return finish(chart, safe, description, aspect=round(float((top - low) / (right - left)), 2))


def _check(codes: pd.Series[str], boundaries: Boundaries, title: str) -> None:
    if codes.duplicated().any():
        raise DataError(f'Table "{title}" has more than one row for an area.', hint="Choose one group or period first.")
    inside = [c for c in codes if c not in boundaries.names and c in boundaries.shape_of]
    if inside:
        raise DataError(
            f'Table "{title}" has areas that share one shape on the map: {", ".join(inside[:6])}.',
            hint="Put their counts together first: regroup(table, boundaries.shape_of).",
        )
    if not codes.isin(list(boundaries.names)).any():
        raise DataError(f'No area of table "{title}" is on the map.', hint="Do codes and boundaries have one vintage?")


def _one_of(words: dict[str, str]) -> str:
    return f"indexof({json.dumps(list(words))}, datum['class']) >= 0"


def _outline(shape: shapely.Geometry) -> Any:
    """Return one shape's border, drawn heavily over the map."""
    feature = {"type": "Feature", "geometry": json.loads(shapely.to_geojson(shape)), "properties": {}}
    return alt.Chart(alt.InlineData(values=feature)).mark_geoshape(
        filled=False, stroke=INK, strokeWidth=2.4, tooltip=None
    )


def _hatching(boundaries: Boundaries, hidden: list[str]) -> Any:
    """Return diagonal lines across the hidden shapes; Vega has no pattern fills, and lines print and scale as well."""
    every = shapely.GeometryCollection(list(boundaries.geometry.values()))
    left, low, right, high = every.bounds
    pitch = max(right - left, high - low) / 110
    reach = high - low
    starts = np.arange(left - reach, right + pitch, pitch)
    lines = shapely.linestrings([[(x, low), (x + reach, high)] for x in starts])
    covered = shapely.make_valid(shapely.union_all([shapely.make_valid(boundaries.geometry[c]) for c in hidden]))
    cut = [g for g in shapely.intersection(shapely.MultiLineString(list(lines)), covered).geoms if g.length > pitch / 2]
    whole = [[[round(x), round(y)] for x, y in line.coords] for line in cut]
    feature = {"type": "Feature", "geometry": {"type": "MultiLineString", "coordinates": whole}, "properties": {}}
    return alt.Chart(alt.InlineData(values=feature)).mark_geoshape(
        filled=False, stroke=HATCH, strokeWidth=0.8, tooltip=None
    )
