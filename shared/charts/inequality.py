"""The Lorenz curve: how far a count is from being spread evenly over people."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from shared.charts.drawing import Carried, checked_once
from shared.charts.parts import FEW_TICKS, drawn, key
from shared.charts.series import ABOVE_TITLE, ON_TOP
from shared.charts.theme import BLUE, SERIES, SOFT, finish
from shared.errors import MeasureError
from shared.measures.inequality import lorenz as curve_of

HEIGHT = 380


@checked_once
def lorenz(
    table: object, *, description: str, area: str, share: str = "share", base: str = "reference_share",
    series: str | None = None, names: tuple[str, str] = ("Share of what is counted", "Share of people"),
    even: str = "if everybody had the same",
) -> Any:  # fmt: skip
    """Draw one Lorenz curve a ``series`` (at most five) below the line of equal shares.

    Areas stand from the lowest to the highest count a head; both axes cumulate: ``base`` to the right, ``share``
    upwards. Areas with a hidden or missing figure are left out and the rest is taken as the whole. Takes a
    ``SafeTable``, else raises ``ProtectionError``; without two areas with figures ``MeasureError``.
    """
    given = drawn(table, "lorenz", group=area, value=share, base=base, series=series)
    rows = given.rows[given.rows["value"].notna() & (given.rows["base"] > 0)]
    called = list(dict.fromkeys(rows["series"])) if series else [""]
    if len(called) > len(SERIES):
        raise MeasureError(f"A Lorenz chart shows at most {len(SERIES)} curves, not {len(called)}.")
    curves = pd.concat([_curve(rows[rows["series"] == name] if series else rows, str(name)) for name in called])
    percent = {"format": "%", "grid": True, "domain": False, "ticks": False, "tickCount": FEW_TICKS}
    scale = alt.Scale(domain=[0, 1], nice=False)
    x = alt.X("right:Q", scale=scale, axis=alt.Axis(title=f"{names[1]}, cumulated", **percent))
    y = alt.Y("up:Q", scale=scale, axis=alt.Axis(title=f"{names[0]}, cumulated", **percent, **ON_TOP))
    colour: Any = alt.value(BLUE)
    if series:
        colours, legend = key({str(n): (c, "stroke") for n, c in zip(called, SERIES, strict=False)})
        legend.offset = ABOVE_TITLE
        colour = alt.Color("series:N", scale=colours, legend=legend)
    ends = alt.Chart(Carried(values=[{"right": 0, "up": 0}, {"right": 1, "up": 1}])).encode(x=x, y=y)
    middle = alt.Chart(Carried(values=[{"right": 0.64, "up": 0.64, "said": even}])).encode(x=x, y=y)
    base_chart = alt.Chart(given.data(curves)).encode(x=x, y=y)
    tips = [
        alt.Tooltip("group:N", title=given.columns["group"].label),
        *([alt.Tooltip("series:N", title=given.columns["series"].label)] if series else []),
        alt.Tooltip("right:Q", title=f"{names[1]} up to here", format=".1%"),
        alt.Tooltip("up:Q", title=f"{names[0]} up to here", format=".1%"),
    ]
    layers = (
        ends.mark_line(color=SOFT, strokeDash=[4, 4], strokeWidth=1.5),
        middle.mark_text(align="right", dx=-8, dy=-6, color=SOFT, fontStyle="italic").encode(text=alt.Text("said:N")),
        base_chart.mark_line(strokeWidth=2.5).encode(color=colour, order=alt.Order("place:Q")),
        base_chart.mark_point(size=30, filled=True, opacity=0).encode(color=colour, tooltip=tips),
    )
    chart = alt.layer(*layers, width="container", height=HEIGHT)
    return finish(chart, given.table, description)


def _curve(rows: pd.DataFrame, series: str) -> pd.DataFrame:
    """Return the points of one curve, the origin first; ``group`` is the area that ends at the point."""
    made = curve_of(rows["value"].to_numpy(), rows["base"].to_numpy())
    areas = [None, *rows["group"].to_numpy()[made.order]]
    points = {"group": areas, "series": series, "right": made.base, "up": made.count, "place": range(len(areas))}
    return pd.DataFrame(points)
