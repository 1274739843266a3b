"""Dots: two figures a group joined by a line, and ratios around 1."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import altair as alt

from shared.charts.drawing import Carried, checked_once
from shared.charts.parts import called, chart_height, drawn, key, rows_of, words_instead
from shared.charts.theme import BLUE, INK, RUST, SLATE, finish

RING = "M-1,0A1,1,0,1,0,1,0A1,1,0,1,0,-1,0M-0.55,0A0.55,0.55,0,1,1,0.55,0A0.55,0.55,0,1,1,-0.55,0"


@checked_once
def dumbbell(
    table: object, *, description: str, group: str, values: tuple[str, str] = ("share", "reference_share"),
    names: tuple[str, str] | None = None, axis_title: str = "Share",
) -> Any:  # fmt: skip
    """Draw two dots a group and the line between them: the first filled, the second hollow.

    A row without a first figure keeps its second one and says why in words. Takes a ``SafeTable``, else raises
    ``ProtectionError``.
    """
    given = drawn(table, "dumbbell", group=group, value=values[0], second=values[1])
    said = names or (given.columns["value"].label, given.columns["second"].label)
    groups = list(given.rows["group"])
    scale, legend = key({said[0]: (BLUE, "circle"), said[1]: (SLATE, RING)})
    base = alt.Chart(given.data()).encode(y=rows_of(groups))
    tips = given.tips("group", "value", "second")
    x = alt.X("value:Q", axis=given.axis("value", axis_title), scale=alt.Scale(zero=True))
    # words stand beside the hollow dot, on the side that has room, so that they never lie on it
    half = max([0.0, *given.rows["value"].dropna(), *given.rows["second"].dropna()]) / 2
    beside = base.transform_calculate(beside="isValid(datum.second) ? datum.second : 0")
    layers = [
        base.transform_filter("isValid(datum.value) && isValid(datum.second)")
        .mark_rule(color="#b3bdc6", strokeWidth=2)
        .encode(x=x, x2=alt.X2("second:Q")),
        called(base, said[1], scale, legend)
        .mark_point(shape=RING, size=110, filled=True, opacity=1)
        .encode(x=alt.X("second:Q"), tooltip=tips),
        called(base, said[0], scale, legend)
        .mark_point(shape="circle", size=120, filled=True, opacity=1)
        .encode(x=x, tooltip=tips),
    ]
    far = given.rows.loc[given.rows["value"].isna(), "second"] > half
    if not far.all():
        layers.append(words_instead(beside.transform_filter(f"!(datum.second > {half:g})"), "value", "beside:Q"))
    if far.any():  # a layer without a row makes Vega complain
        layers.append(
            words_instead(beside.transform_filter(f"datum.second > {half:g}"), "value", "beside:Q", left=True)
        )
    chart = alt.layer(*layers, width="container", height=chart_height(groups))
    return finish(chart, given.table, description)


@checked_once
def ratio_dots(
    table: object, *, description: str, group: str, ratio: str = "ratio", axis_title: str = "Ratio to the population",
    sides: tuple[str, str] = ("Reached less", "Reached more"),
) -> Any:  # fmt: skip
    """Draw each group's ratio on a logarithmic scale around 1, so that half and double lie equally far from it.

    Left and right of 1 differ in colour and are named. A ratio that is hidden or missing, and one of 0 (which has no
    place on the scale), is said in words. Takes a ``SafeTable``, else raises ``ProtectionError``.
    """
    given = drawn(table, "ratio_dots", group=group, value=ratio)
    rows = given.rows
    rows.loc[rows["value"] == 0, "why"] = "none reached"
    rows["value"] = rows["value"].where(rows["value"] > 0)
    rows["side"] = [None if v != v else sides[0] if v < 1 else sides[1] for v in rows["value"]]
    groups = list(rows["group"])
    spread = max([2.0, *(max(v, 1 / v) for v in rows["value"].dropna())]) * 1.12
    across = alt.Scale(type="log", base=2, domain=[1 / spread, spread], nice=False)
    axis = given.axis("value", axis_title, values=list(_ticks(spread)), format="~g", grid=True)
    scale, legend = key({sides[0]: (RUST, "circle"), sides[1]: (BLUE, "circle")})
    colour = alt.Color("side:N", scale=scale, legend=legend)
    x = alt.X("value:Q", scale=across, axis=axis)
    base = alt.Chart(given.data(rows)).encode(y=rows_of(groups))
    known = base.transform_filter("isValid(datum.value)")
    one = alt.Chart(Carried(values=json.loads('[{"one": 1}]')))
    layers = [
        one.mark_rule(color=INK, strokeWidth=1.5).encode(x=alt.X("one:Q", scale=across, axis=axis)),
        known.transform_calculate(one="1")
        .mark_rule(strokeWidth=2, opacity=0.5)
        .encode(x=x, x2=alt.X2("one:Q"), color=colour),
        known.mark_point(size=110, filled=True, opacity=1).encode(
            x=x, color=colour, tooltip=given.tips("group", "value")
        ),
        words_instead(base, "value", alt.XDatum(1, scale=across)),
    ]
    chart = alt.layer(*layers, width="container", height=chart_height(groups))
    return finish(chart, given.table, description)


def _ticks(spread: float) -> Sequence[float]:
    """Return at most seven ticks, the same distance from 1 on both sides."""
    steps = (1.25, 1.5, 2) if spread < 2.6 else (2, 4) if spread < 8 else (2, 5, 10) if spread < 40 else (10, 100)
    return sorted(
        {1.0, *(s for s in map(float, steps) if s <= spread), *(1 / s for s in map(float, steps) if s <= spread)}
    )
