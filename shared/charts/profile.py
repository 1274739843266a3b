"""The dimension profile: a dot with its interval for each dimension, against the floors of a use."""

from __future__ import annotations

from typing import Any

import altair as alt

from shared.charts.drawing import checked_once
from shared.charts.parts import called, chart_height, drawn, key, rows_of, words_instead
from shared.charts.theme import BLUE, INK, SOFT, finish

PALE = "#a9c3db"
LYING = "M-1.2,-0.4L1.2,-0.4L1.2,0.4L-1.2,0.4Z"
UPRIGHT = "M-0.15,-1.1L0.15,-1.1L0.15,1.1L-0.15,1.1Z"


@checked_once
def profile(
    table: object, *, description: str, name: str = "dimension", value: str = "score", low: str = "low",
    high: str = "high", floor: str | None = None, domain: tuple[float, float] = (0, 100), axis_title: str = "Score",
    labels: tuple[str, str, str] = ("Score", "Interval", "Floor"), missing: str = "not known",
) -> Any:  # fmt: skip
    """Draw one row a name: dot at ``value``, bar from ``low`` to ``high``, tick at ``floor``; order as in the table.

    A row without a value says ``missing``, never stands at 0; its bar is drawn if it has one. ``labels`` name the
    three marks in the key. Takes a ``SafeTable``, else raises ``ProtectionError``.
    """
    given = drawn(table, "profile", group=name, value=value, low=low, high=high, floor=floor)
    names = list(given.rows["group"])
    given.rows["why"] = missing
    marks = {labels[0]: (BLUE, "circle"), labels[1]: (PALE, LYING)} | ({labels[2]: (INK, UPRIGHT)} if floor else {})
    scale, legend = key(marks)
    across = alt.Scale(domain=list(domain), nice=False)
    axis = given.axis("value", axis_title, grid=True)
    base = alt.Chart(given.data()).encode(y=rows_of(names))
    tips = given.tips("group", "value", "low", "high", *(["floor"] if floor else []))

    def mark(which: int) -> Any:
        return called(base, labels[which], scale, legend)

    layers = [
        mark(1)
        .mark_rule(strokeWidth=9)
        .encode(x=alt.X("low:Q", scale=across, axis=axis), x2=alt.X2("high:Q"), tooltip=tips),
        mark(0)
        .mark_point(size=120, filled=True, stroke="white", strokeWidth=1.5, opacity=1)
        .encode(x=alt.X("value:Q", scale=across), tooltip=tips),
        # beside an empty row, above a bar that shows what is possible
        words_instead(base.transform_filter("!isValid(datum.low)"), "value", alt.XDatum(domain[0], scale=across)),
        base.transform_filter("isValid(datum.low) && !isValid(datum.value)")
        .mark_text(align="left", dy=-13, color=SOFT, fontStyle="italic", fontSize=12)
        .encode(x=alt.X("low:Q", scale=across), text=alt.Text("why:N")),
    ]
    if floor:
        tick = mark(2).mark_tick(thickness=2.5, size=20, orient="vertical", opacity=1)
        layers.append(tick.encode(x=alt.X("floor:Q", scale=across), tooltip=tips))
    chart = alt.layer(*layers, width="container", height=chart_height(names, 36))
    return finish(chart, given.table, description)
