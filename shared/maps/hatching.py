"""Lines across areas; Vega has no pattern fills, and lines print and scale as well."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import shapely

from shared.charts.drawing import Carried
from shared.maps.layout import Bounds

HATCH = "#69747d"


def hatching(shapes: Sequence[shapely.Geometry], bounds: Bounds, *, lines: int = 110, falling: bool = False) -> Any:
    """Return diagonals across shapes as one GeoJSON feature: ``lines`` of them across the longer side of ``bounds``.

    ``falling`` draws from upper left to lower right. A shape too small to be met by a line gets one of its own, so
    that no hatched area looks like one that is not.
    """
    left, low, right, high = bounds
    pitch = max(right - left, high - low) / lines
    reach = high - low
    starts = np.arange(left - reach, right + pitch, pitch)
    ends = (high, low) if falling else (low, high)
    every = shapely.MultiLineString([[(x, ends[0]), (x + reach, ends[1])] for x in starts])
    valid = [shapely.make_valid(shape) for shape in shapes]
    parts = list(shapely.get_parts(shapely.intersection(every, shapely.union_all(valid))))
    drawn = [line for line in parts if line.geom_type == "LineString" and line.length > pitch / 2]
    tree = shapely.STRtree(drawn)
    for shape in valid:
        if not drawn or not len(tree.query(shape, predicate="intersects")):
            drawn.append(_own(shape, pitch, falling))
    whole = [[[round(x), round(y)] for x, y in line.coords] for line in drawn]
    return {"type": "Feature", "geometry": {"type": "MultiLineString", "coordinates": whole}, "properties": {}}


def hatched(feature: Any, projection: dict[str, Any], colour: str = HATCH, width: float = 0.8) -> Any:
    """Return the layer that draws the lines of ``hatching``."""
    chart = alt.Chart(Carried(values=feature))
    return chart.mark_geoshape(filled=False, stroke=colour, strokeWidth=width, tooltip=None, aria=False).project(
        **projection
    )


def _own(shape: shapely.Geometry, pitch: float, falling: bool) -> shapely.LineString:
    """Return one line through a shape's middle, as long as the shape but never too short to be seen."""
    at = shape.representative_point()
    left, low, right, high = shape.bounds
    half = max(min(right - left, high - low), pitch / 2) / 2
    up = -half if falling else half
    return shapely.LineString([(at.x - half, at.y - up), (at.x + half, at.y + up)])
