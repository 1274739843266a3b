"""Two figures of each area against each other."""

from __future__ import annotations

import math
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from shared.charts.drawing import checked_once
from shared.charts.parts import drawn, key
from shared.charts.series import ABOVE_TITLE, ON_TOP
from shared.charts.theme import BLUE, INK, SERIES, finish
from shared.errors import MeasureError

HEIGHT = 380
APART = (0.4, 0.05)
"""Two names need this much of the chart between them, across or upwards."""


@checked_once
def scatter(
    table: object, *, description: str, area: str, x: str, y: str, series: str | None = None, x_title: str = "",
    y_title: str = "", log: bool = False, named: int = 3,
) -> Any:  # fmt: skip
    """Draw one dot an area; the ``named`` highest carry their names where there is room.

    ``series`` (at most five) colours the dots; ``log`` makes the upright scale logarithmic, where areas differ by
    factors of ten (a figure of 0 has no place on it and is left to the table, like a hidden or missing one). Takes a
    ``SafeTable``, else raises ``ProtectionError``; more series raise ``MeasureError``.
    """
    given = drawn(table, "scatter", group=area, across=x, value=y, series=series)
    rows = given.rows[given.rows[["across", "value"]].notna().all(axis=1)]
    if log:
        rows = rows[rows["value"] > 0]
    rows = rows.sort_values(["value", "group"], ascending=[False, True]).reset_index(drop=True)
    middle = (float(rows["across"].min()) + float(rows["across"].max())) / 2 if len(rows) else 0.0
    rows["named"] = _named(rows, named, log)
    rows["side"] = ["left" if value < middle else "right" for value in rows["across"]]
    across = given.axis("across", x_title, grid=True)
    powers = _powers(rows["value"]) if log and len(rows) else []
    ticks: dict[str, Any] = {"values": powers} if log else {}
    up = given.axis("value", y_title, grid=True, **ticks, **ON_TOP)
    scale: Any = alt.Scale(zero=True)
    if log and len(rows):
        ends = [float(rows["value"].min()) * 0.8, float(rows["value"].max()) * 1.6]
        scale = alt.Scale(type="log", domain=ends, nice=False)
    base = alt.Chart(given.data(rows)).encode(
        x=alt.X("across:Q", axis=across, scale=alt.Scale(zero=False, nice=True)),
        y=alt.Y("value:Q", axis=up, scale=scale),
    )
    colour: Any = alt.value(BLUE)
    if series:
        names = list(dict.fromkeys(sorted(rows["series"].astype("str"))))
        if len(names) > len(SERIES):
            raise MeasureError(f"A scatter chart shows at most {len(SERIES)} colours, not {len(names)}.")
        colours, legend = key({name: (c, "circle") for name, c in zip(names, SERIES, strict=False)})
        legend.offset = ABOVE_TITLE
        colour = alt.Color("series:N", scale=colours, legend=legend)
    tips = given.tips("group", *(["series"] if series else []), "across", "value")
    dots = base.mark_point(size=45, filled=True, opacity=0.7, stroke="white", strokeWidth=0.5)
    words = {"fontSize": 12, "color": INK, "dy": -8}
    layers = (
        dots.encode(color=colour, tooltip=tips),
        *(
            base.transform_filter(f"datum.named !== '' && datum.side === '{side}'")
            .mark_text(align=side, dx=4 if side == "left" else -4, **words)
            .encode(text=alt.Text("named:N"))
            for side in sorted(set(rows.loc[rows["named"] != "", "side"]))
        ),
    )
    chart = alt.layer(*layers, width="container", height=HEIGHT)
    return finish(chart, given.table, description)


def _powers(values: pd.Series[float]) -> list[float]:
    """Return the powers of ten among the values, and their neighbours where there is only one."""
    low, high = math.floor(math.log10(values.min())), math.ceil(math.log10(values.max()))
    return [10.0**n for n in range(low, high + 1)]


def _named(rows: pd.DataFrame, most: int, log: bool) -> list[str]:
    """Return the name of each of the highest dots, and nothing for one that would be written over another."""
    up = rows["value"].map(math.log10) if log else rows["value"]
    wide, high = float(np.ptp(rows["across"])) or 1.0, float(np.ptp(up)) or 1.0
    names, taken = [""] * len(rows), list[tuple[float, float]]()
    for n in range(min(most, len(rows))):
        x, y = float(rows["across"].iloc[n]) / wide, float(up.iloc[n]) / high
        if all(abs(x - a) > APART[0] or abs(y - b) > APART[1] for a, b in taken):
            names[n] = str(rows["group"].iloc[n])
            taken.append((x, y))
    return names
