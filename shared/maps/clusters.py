"""A map of clusters: areas beside areas like them, and areas that differ from all around them."""

from __future__ import annotations

import json
from typing import Any

import altair as alt
import pandas as pd
import shapely

from shared.charts.theme import PAPER, finish
from shared.errors import DataError
from shared.maps.boundaries import Boundaries
from shared.maps.choropleth import HATCHED, _hatching
from shared.maps.classes import HIDDEN_FILL, NO_FIGURE
from shared.protect import require_safe
from shared.protect.table import HIDDEN

FILLS = {
    "Many, beside many": "#16497a",
    "Many, beside few": "#8db6d8",
    "Few, beside many": "#e3a67c",
    "Few, beside few": "#8f3d0c",
    "Not distinguishable from chance": "#ece6dd",
    "Not tested": "#ffffff",
    "No figure": NO_FIGURE,
    "Hidden to protect people": HIDDEN_FILL,
}
"""What an area can be, in the order of the key: dark for clusters, light for areas unlike those around them."""
OUTLINE = "#7b868f"


def cluster_map(
    table: object, boundaries: Boundaries, *, description: str, kind: str = "cluster", value: str = "rate",
    around: str = "around", code: str = "code", height: int = 520,
) -> Any:  # fmt: skip
    """Draw each area in the colour of what it is to its neighbours; hidden areas are hatched.

    The table has one row an area: ``code`` (a shape's code), ``kind`` (one of ``FILLS``), ``value`` and ``around``
    (the figure of the area and the mean of its neighbours, for the tooltip) and a status. Takes a ``SafeTable``, else
    raises ``ProtectionError``; raises ``DataError`` for a kind that has no colour, an area that occurs twice, or if
    no area is on the map.
    """
    safe = require_safe(table, "cluster_map")
    frame = safe.frame
    status = safe.named("status")
    codes = frame[safe.column(code).name].astype("str")
    if codes.duplicated().any() or not codes.isin(list(boundaries.names)).any():
        hint = "Do codes and boundaries have one vintage? Are areas that share a shape put together?"
        raise DataError(f'The areas of table "{safe.title}" are twice in it, or not on the map.', hint=hint)
    said = {
        c: (_word(frame[kind][n], status and frame[status][n]), _number(frame[value][n]), _number(frame[around][n]))
        for n, c in enumerate(codes)
    }
    if unknown := {word for word, _, _ in said.values()} - set(FILLS):
        raise DataError(f"A map of clusters has no colour for: {', '.join(sorted(unknown))}.")
    columns = ("code", "name", "kind", "value", "around")
    rows = [
        dict(zip(columns, (c, name, *said.get(c, ("No figure", None, None))), strict=True))
        for c, name in boundaries.names.items()
    ]
    used = {str(row["kind"]) for row in rows}
    shown = {word: fill for word, fill in FILLS.items() if word in used}
    legend = alt.Legend(
        title=None, orient="top", symbolStrokeColor=OUTLINE, symbolStrokeWidth=0.8, symbolSize=190, values=list(shown),
        symbolType=alt.ExprRef(f"datum.value === 'Hidden to protect people' ? '{HATCHED}' : 'square'"),
        columns=alt.ExprRef("windowSize()[0] < 640 ? 1 : 3"),
    )  # fmt: skip
    form = (
        alt.DataFormat(type="topojson", feature=boundaries.layer)
        if boundaries.layer
        else alt.DataFormat(property="features")
    )
    areas = (
        alt.Chart(alt.InlineData(values=dict(boundaries.payload), format=form))
        .mark_geoshape(strokeWidth=0.6)
        .transform_lookup(
            lookup="id", from_=alt.LookupData(alt.InlineData(values=rows), "code", ["name", "kind", "value", "around"])
        )
        .encode(
            fill=alt.Fill("kind:N", scale=alt.Scale(domain=list(shown), range=list(shown.values())), legend=legend),
            stroke=alt.condition(_one_of(*list(FILLS)[4:]), alt.value(OUTLINE), alt.value(PAPER)),
            tooltip=[
                alt.Tooltip("name:N", title="Area"), alt.Tooltip("kind:N", title="Compared with its neighbours"),
                alt.Tooltip("value:Q", title=safe.column(value).label, format=",.2f"),
                alt.Tooltip("around:Q", title=safe.column(around).label, format=",.2f"),
            ],
        )
    )  # fmt: skip
    hidden = [c for c, (word, _, _) in said.items() if word == "Hidden to protect people"]
    layers = [areas, *([_hatching(boundaries, hidden)] if hidden else [])]
    chart = alt.layer(*layers).project(type="identity", reflectY=True).properties(width="container", height=height)
    left, low, right, top = shapely.total_bounds(list(boundaries.geometry.values()))
    return finish(chart, safe, description, aspect=round(float((top - low) / (right - left)), 2))


def _word(kind: object, status: object) -> str:
    return "Hidden to protect people" if status == HIDDEN else "No figure" if pd.isna(kind) or not kind else str(kind)  # type: ignore[call-overload]


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)


def _one_of(*words: str) -> str:
    return f"indexof({json.dumps(words)}, datum['kind']) >= 0"
