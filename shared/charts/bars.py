"""Bars: a source beside a reference, figures in the table's order, and the parts of a whole."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import altair as alt

from shared.charts.drawing import checked_once
from shared.charts.parts import chart_height, drawn, key, key_columns, rows_of, words_instead
from shared.charts.theme import BLUE, INK, PLUM, SERIES, SLATE, finish
from shared.errors import MeasureError
from shared.protect.cells import LAST

PALE = "#b3bdc6"
"""The reference is quieter than the source."""

LIGHT = "#a9c3da"
"""A bar under an interval is light, so that the line of the interval is seen on it."""

RESTS = (SLATE, "#8a949d", "#b3bdc6")
"""Greys of the parts that are no answer: not recorded, other, smaller groups."""
DARK = (BLUE, PLUM, SLATE)
"""Colours on which figures are white; on the others they are dark."""


@checked_once
def grouped_bars(
    table: object, *, description: str, group: str, values: tuple[str, str] = ("share", "reference_share"),
    names: tuple[str, str] | None = None, axis_title: str = "Share",
) -> Any:  # fmt: skip
    """Draw two bars a group, the source's above the reference's; a hidden share is said in words, not drawn as zero.

    ``values`` are two columns of the same unit, ``names`` what the key calls them (default: their headings). Takes a
    ``SafeTable``, else raises ``ProtectionError``.
    """
    given = drawn(table, "grouped_bars", group=group, value=values[0], second=values[1])
    said = names or (given.columns["value"].label, given.columns["second"].label)
    groups = list(dict.fromkeys(given.rows["group"]))
    long = given.rows.melt(id_vars=["group", "why"], value_vars=["value", "second"], var_name="of", value_name="figure")
    long["of"] = long["of"].map({"value": said[0], "second": said[1]})
    scale, legend = key({said[0]: (BLUE, "square"), said[1]: (PALE, "square")})
    base = alt.Chart(given.data(long)).encode(
        y=rows_of(groups, paddingInner=0.32, paddingOuter=0.12),
        yOffset=alt.YOffset("of:N", sort=list(said), scale=alt.Scale(paddingInner=0.1)),
    )
    tips = [
        alt.Tooltip("group:N", title=given.columns["group"].label),
        alt.Tooltip("of:N", title="Figures"),
        alt.Tooltip("figure:Q", title=axis_title, format=given.number_format("value")),
    ]
    x = alt.X("figure:Q", scale=alt.Scale(domainMin=0), axis=given.axis("value", axis_title))
    bars = base.mark_bar().encode(x=x, color=alt.Color("of:N", scale=scale, legend=legend), tooltip=tips)
    height = chart_height(groups, 40)
    first = base.transform_filter(f"datum.of === {json.dumps(said[0])}")
    chart = alt.layer(bars, words_instead(first, "figure", alt.XDatum(0)), width="container", height=height)
    return finish(chart, given.table, description)


@checked_once
def ranked_bars(
    table: object, *, description: str, group: str, value: str, low: str | None = None, high: str | None = None,
    axis_title: str = "",
) -> Any:  # fmt: skip
    """Draw one bar a group in the table's order, with an interval where ``low`` and ``high`` are named.

    A row without a figure says why in words. Takes a ``SafeTable``, else raises ``ProtectionError``.
    """
    given = drawn(table, "ranked_bars", group=group, value=value, low=low, high=high)
    groups = list(given.rows["group"])
    base = alt.Chart(given.data()).encode(y=rows_of(groups))
    tips = given.tips(*(name for name in ("group", "value", "low", "high") if name in given.columns))
    x = alt.X("value:Q", axis=given.axis("value", axis_title), scale=alt.Scale(domainMin=0))
    bar = {"color": LIGHT} if low and high else {}
    layers = [base.mark_bar(size=16, **bar).encode(x=x, tooltip=tips), words_instead(base, "value", alt.XDatum(0))]
    if low and high:
        layers.insert(1, base.mark_rule(color=INK, strokeWidth=2).encode(x=alt.X("low:Q"), x2=alt.X2("high:Q")))
    chart = alt.layer(*layers, width="container", height=chart_height(groups))
    return finish(chart, given.table, description)


@checked_once
def stacked_share(
    table: object, *, description: str, part: str, share: str = "share", group: str | None = None,
    order: Sequence[str] | None = None, axis_title: str = "Share",
) -> Any:  # fmt: skip
    """Draw the parts of a whole as one bar, or as one bar a ``group``; parts with room hold their figure.

    At most five named parts, and greys for "not recorded" and the like (``MeasureError`` beyond that); hidden parts
    are left out and the rest is the shown total. Takes a ``SafeTable``, else raises ``ProtectionError``.
    """
    given = drawn(table, "stacked_share", part=part, value=share, group=group)
    parts = list(order or dict.fromkeys(given.rows["part"]))
    named = [name for name in parts if name not in LAST]
    if len(named) > len(SERIES) or len(parts) - len(named) > len(RESTS):
        raise MeasureError(f"A stacked bar shows at most {len(SERIES)} named parts; put the smaller ones together.")
    hues = dict(zip(named, SERIES, strict=False)) | dict(zip([p for p in parts if p in LAST], RESTS, strict=False))
    rows = given.rows[given.rows["value"].notna()]
    rows = rows.assign(on=["white" if hues[name] in DARK else INK for name in rows["part"]])
    rows = rows.assign(rank=rows["part"].map({name: n for n, name in enumerate(parts)}))
    groups = list(dict.fromkeys(given.rows["group"])) if group else []
    y: Any = rows_of(groups, paddingInner=0.3) if group else alt.value(20)
    stacked = (
        alt.Chart(given.data(rows))
        .transform_stack(
            stack="value", as_=["start", "end"], groupby=["group"] if group else [],
            sort=[alt.SortField("rank", order="ascending")], offset="normalize",
        )
        .transform_calculate(middle="(datum.start + datum.end) / 2", size="datum.end - datum.start")
    )  # fmt: skip
    scale = alt.Scale(domain=parts, range=[hues[name] for name in parts])
    x = alt.X("start:Q", axis=given.axis("value", axis_title, grid=False), scale=alt.Scale(domain=[0, 1], nice=False))
    legend = alt.Legend(title=None, symbolType="square", columns=key_columns(parts))
    bars = stacked.mark_bar(size=30, stroke="white", strokeWidth=1.5).encode(
        y=y, x=x, x2=alt.X2("end:Q"), tooltip=given.tips(*(["group"] if group else []), "part", "value"),
        color=alt.Color("part:N", scale=scale, legend=legend),
    )  # fmt: skip
    figures = (
        stacked.transform_filter("datum.size >= 0.12")
        .mark_text(color=alt.ExprRef("datum.on"), fontWeight="bold")
        .encode(y=y, x=alt.X("middle:Q"), text=alt.Text("value:Q", format=".0%"))
    )
    height = chart_height(groups, 46) if group else 40
    return finish(alt.layer(bars, figures, width="container", height=height), given.table, description)
