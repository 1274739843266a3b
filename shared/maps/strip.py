"""Where there are no boundaries: one dot an area along the scale of the figure, so that spread and extremes show."""

from __future__ import annotations

import math
from typing import Any

import altair as alt

from shared.charts.drawing import Carried, checked_once
from shared.charts.parts import drawn
from shared.charts.theme import BLUE, INK, finish

BINS = 60


@checked_once
def strip(
    table: object, *, description: str, area: str, value: str, axis_title: str = "", marked: float | None = None,
    named: int = 2,
) -> Any:  # fmt: skip
    """Draw one dot an area; dots of nearly the same figure are piled up, the ``named`` lowest and highest have names.

    ``marked`` draws a line at one figure (1 for a ratio, the national value). Areas without a figure are not drawn;
    the table beside the chart lists them. Takes a ``SafeTable``, else raises ``ProtectionError``.
    """
    given = drawn(table, "strip", area=area, value=value)
    rows = given.rows[given.rows["value"].notna()].sort_values(["value", "area"]).reset_index(drop=True)
    width = (float(rows["value"].max()) - float(rows["value"].min())) / BINS or 1.0
    bins = [math.floor((v - float(rows["value"].min())) / width) for v in rows["value"]]
    piled: dict[int, int] = {}
    heights = []
    for place in bins:
        piled[place] = piled.get(place, 0) + 1
        heights.append(piled[place])
    rows["pile"] = heights
    last = len(rows) - 1
    rows["named"] = [name if n < named or n > last - named else "" for n, name in enumerate(rows["area"])]
    top = max(heights, default=1)
    up = alt.Y("pile:Q", axis=None, scale=alt.Scale(domain=[0, top + 1 + 2 * named]))
    x = alt.X("value:Q", axis=given.axis("value", axis_title, domain=True), scale=alt.Scale(zero=False, padding=24))
    base = alt.Chart(given.data(rows)).encode(x=x, y=up)
    layers = [
        base.mark_point(size=34, filled=True, opacity=0.85, color=BLUE).encode(tooltip=given.tips("area", "value"))
    ]
    for side, align, at in (("low", "left", range(named)), ("high", "right", range(last, last - named, -1))):
        for step, n in enumerate(i for i in at if 0 <= i <= last):
            one = rows.iloc[[n]].assign(label_at=top + 1 + 2 * step)
            label = alt.Chart(given.data(one)).encode(x=x)
            layers.append(
                label.mark_rule(color="#9aa5ae").encode(y=alt.Y("pile:Q", axis=None), y2=alt.Y2("label_at:Q"))
            )
            words = label.mark_text(align=align, dx=4 if side == "low" else -4, dy=2, fontSize=12, limit=150)
            layers.append(words.encode(y=alt.Y("label_at:Q", axis=None), text=alt.Text("area:N")))
    if marked is not None:
        line = alt.Chart(Carried(values=[{"at": marked}])).mark_rule(color=INK, strokeWidth=1.5)
        layers.insert(0, line.encode(x=alt.X("at:Q", scale=alt.Scale(zero=False, padding=24))))
    height = min(320, 26 * (1 + 2 * named) + 8 * top)
    return finish(alt.layer(*layers, width="container", height=height), given.table, description)
