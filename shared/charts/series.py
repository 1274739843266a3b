"""Lines over time, and the histogram of single ages that shows heaping."""

from __future__ import annotations

from typing import Any

import altair as alt

from shared.charts.drawing import checked_once
from shared.charts.parts import drawn, key
from shared.charts.theme import BLUE, SERIES, SOFT, finish
from shared.errors import MeasureError

PALE = "#9fb9d1"
ON_TOP: dict[str, Any] = {
    "titleAngle": 0, "titleAlign": "left", "titleAnchor": "start", "titleX": 0, "titleY": -12,
    "titleBaseline": "bottom",
}  # fmt: skip
"""The title of an upright axis, level above it: nobody reads with the head on the shoulder."""
OLDEST = 120
"""A higher number is a slip or a code for a missing answer, and would squeeze the ages into a corner."""
ABOVE_TITLE = 36
"""How far above the plot the key stands, so that the title fits between."""


@checked_once
def lines(
    table: object, *, description: str, time: str, value: str, series: str | None = None, axis_title: str = "",
    zero: bool = True,
) -> Any:  # fmt: skip
    """Draw a value over time, one line a ``series`` (at most five); a missing or hidden figure leaves a gap.

    ``time`` holds texts in order (quarters, years). Takes a ``SafeTable``, else raises ``ProtectionError``; more series
    raise ``MeasureError``.
    """
    given = drawn(table, "lines", time=time, value=value, series=series)
    given.rows["time"] = given.rows["time"].astype("str")
    times = list(dict.fromkeys(given.rows["time"]))
    below = alt.Axis(title=None, labelAngle=0, labelOverlap="greedy", grid=False)
    x = alt.X("time:O", sort=times, axis=below, scale=alt.Scale(padding=0.3))
    y = alt.Y("value:Q", scale=alt.Scale(zero=zero), axis=given.axis("value", axis_title, **ON_TOP))
    base = alt.Chart(given.data()).encode(x=x, y=y)
    colour: Any = alt.value(BLUE)
    if series:
        names = list(dict.fromkeys(given.rows["series"]))
        if len(names) > len(SERIES):
            raise MeasureError(f"A line chart shows at most {len(SERIES)} series, not {len(names)}.")
        scale, legend = key({str(n): (c, "stroke") for n, c in zip(names, SERIES, strict=False)})
        legend.offset = ABOVE_TITLE
        colour = alt.Color("series:N", scale=scale, legend=legend)
    tips = given.tips("time", *(["series"] if series else []), "value")
    layers = (
        base.mark_line(strokeWidth=2.5).encode(color=colour),
        base.mark_point(size=55, filled=True, opacity=1).encode(color=colour, tooltip=tips),
    )
    chart = alt.layer(*layers, width="container", height=300)
    return finish(chart, given.table, description)


@checked_once
def heaping(
    table: object, *, description: str, value: str = "age", count: str = "count", axis_title: str = "Age in years",
) -> Any:  # fmt: skip
    """Draw counts by single year of age; ages that end in 0 or 5 are dark, so that rounding by respondents shows.

    A hidden count is marked by a cross on the base line, not drawn as zero; answers that are no age (words, numbers
    above 120) are left to the table. Takes a ``SafeTable``, else raises ``ProtectionError``.
    """
    given = drawn(table, "heaping", age=value, value=count)
    rows = given.rows[given.rows["age"].astype("str").str.fullmatch(r"\d{1,3}")]
    rows = rows.assign(age=rows["age"].astype("int64")).sort_values("age")
    rows = rows[rows["age"] <= OLDEST]
    rows["ending"] = ["Ends in 0 or 5" if age % 5 == 0 else "Other ages" for age in rows["age"]]
    scale, legend = key({"Ends in 0 or 5": (BLUE, "square"), "Other ages": (PALE, "square")})
    legend.offset = ABOVE_TITLE
    ends = [float(rows["age"].min()) - 0.6, float(rows["age"].max()) + 0.6] if len(rows) else [0.0, 100.0]
    across = alt.Scale(domain=ends, nice=False)
    below = alt.Axis(title=axis_title, format="d", grid=False, tickCount=10)
    base = alt.Chart(given.data(rows)).transform_calculate(left="datum.age - 0.42", right="datum.age + 0.42", floor="0")
    bars = base.mark_bar().encode(
        x=alt.X("left:Q", scale=across, axis=below), x2=alt.X2("right:Q"),
        y=alt.Y("value:Q", axis=given.axis("value", tickCount=4, **ON_TOP)), y2=alt.Y2("floor:Q"),
        color=alt.Color("ending:N", scale=scale, legend=legend), tooltip=given.tips("age", "value"),
    )  # fmt: skip
    hidden = (
        base.transform_filter("!isValid(datum.value)")
        .mark_point(shape="cross", size=16, filled=True, color=SOFT, opacity=1, yOffset=-6)
        .encode(x=alt.X("age:Q", scale=across), y=alt.YDatum(0))
    )
    chart = alt.layer(bars, hidden, width="container", height=260)
    return finish(chart, given.table, description)
