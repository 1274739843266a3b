"""The dimension profile: a dot with its interval for each dimension, against the floors of a use."""

from __future__ import annotations

from typing import Any

import altair as alt

from shared.charts.parts import drawn, key, row_height, rows_of, words_instead
from shared.charts.theme import BLUE, INK, finish

PALE = "#a9c3db"
UPRIGHT = "M-0.15,-1.1L0.15,-1.1L0.15,1.1L-0.15,1.1Z"


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
    marks = {labels[0]: (BLUE, "circle"), labels[1]: (PALE, "stroke")} | ({labels[2]: (INK, UPRIGHT)} if floor else {})
    scale, legend = key(marks)
    legend.columns = 3
    across = alt.Scale(domain=list(domain), nice=False)
    axis = given.axis("value", axis_title, grid=True)
    base = alt.Chart(given.data()).encode(y=rows_of(names))
    tips = given.tips("group", "value", "low", "high", *(["floor"] if floor else []))

    def colour(which: int) -> Any:
        return alt.ColorDatum(labels[which], scale=scale, legend=legend)

    layers = [
        base.mark_rule(strokeWidth=9, strokeCap="round").encode(
            x=alt.X("low:Q", scale=across, axis=axis), x2="high:Q", color=colour(1), tooltip=tips
        ),
        base.mark_point(size=120, filled=True, stroke="white", strokeWidth=1.5, opacity=1).encode(
            x=alt.X("value:Q", scale=across), color=colour(0), tooltip=tips
        ),
        words_instead(base, "value", alt.XDatum(domain[0], scale=across)),
    ]
    if floor:
        mark = base.mark_tick(thickness=2.5, size=20, orient="vertical", opacity=1)
        layers.append(mark.encode(x=alt.X("floor:Q", scale=across), color=colour(2), tooltip=tips))
    chart = alt.layer(*layers).properties(width="container", height=alt.Step(row_height(names, 32)))
    return finish(chart, given.table, description)
