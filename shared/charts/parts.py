"""Pieces that several charts share: the rows they may carry, wrapped names, axes, keys, words for missing figures."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from shared.charts.drawing import Carried
from shared.charts.theme import SOFT
from shared.protect import Column, SafeTable, require_safe
from shared.protect.table import HIDDEN, NOT_APPLICABLE, NOT_AVAILABLE, SHOWN

NARROW, WIDE = 20, 32
"""Characters of a label before it is broken, on a window narrower than 640 pixels and on a wider one."""

WRAPPED = (
    f"split(trim(replace(datum.label, regexp('(.{{1,' + (windowSize()[0] < 640 ? '{NARROW}' : '{WIDE}') + "
    r"'})(\\s+|$)', 'g'), '$1\n')), '\n')"
)
"""Axis label expression: break long names at spaces, by the width of the window."""

LIMIT = alt.ExprRef("windowSize()[0] < 640 ? 140 : 260")
"""Pixels after which a word that cannot be broken is cut."""

WHY = {HIDDEN: "hidden", NOT_AVAILABLE: "no figure", NOT_APPLICABLE: "does not apply", SHOWN: "no figure"}
"""What is written where a mark would have stood."""


FEW_TICKS = alt.ExprRef("windowSize()[0] < 640 ? 3 : 5")
"""How many figures stand on an axis: on a phone five would touch."""


@dataclass(frozen=True)
class Drawn:
    """What a chart may draw: the rows under neutral names, and how each column is labelled and printed."""

    table: SafeTable
    rows: pd.DataFrame
    columns: Mapping[str, Column]

    def data(self, rows: pd.DataFrame | None = None) -> Any:
        """Return rows as inline data, missing figures as null."""
        text = (self.rows if rows is None else rows).to_json(orient="records", double_precision=6, date_format="iso")
        return Carried(values=json.loads(text))

    def number_format(self, name: str, *, short: bool = False) -> str:
        """Return the d3 format of a column: percentages for shares, thousands apart for the rest."""
        column = self.columns[name]
        if column.role == "share":
            return "%" if short else f".{column.decimals}%"
        if short:
            return "~s" if name in self.rows and self.rows[name].abs().max() >= 1_000_000 else ",~f"
        if column.role == "count":
            return ","
        return f",.{column.decimals}f"

    def tips(self, *names: str) -> list[alt.Tooltip]:
        """Return tooltips with the table's own headings."""
        numbers = ("count", "share", "value", "low", "high")
        return [
            alt.Tooltip(f"{n}:Q", title=self.columns[n].label, format=self.number_format(n))
            if self.columns[n].role in numbers
            else alt.Tooltip(f"{n}:N", title=self.columns[n].label)
            for n in names
        ]

    def axis(self, name: str, title: str = "", **more: Any) -> alt.Axis:
        """Return the number axis of a column: light grid, no line of its own."""
        said = title or self.columns[name].label
        options: dict[str, Any] = {
            "tickCount": FEW_TICKS,
            "domain": False,
            "ticks": False,
            "format": self.number_format(name, short=True),
        }
        return alt.Axis(title=said, **(options | more))


def drawn(table: object, chart: str, **named: str | None) -> Drawn:
    """Take from a ``SafeTable`` the columns a chart draws, under the chart's own names, with ``why`` beside them.

    Altair embeds every column it is given, so no other column is handed on; neutral names keep odd column names out
    of Vega's expressions. Raises ``ProtectionError`` for anything but an intact ``SafeTable``.
    """
    safe = require_safe(table, chart)
    chosen = {new: safe.column(old) for new, old in named.items() if old is not None}
    frame = safe.frame
    rows = pd.DataFrame({new: frame[column.name] for new, column in chosen.items()})
    for new in rows:
        if str(rows[new].dtype) in ("Int64", "Float64"):
            rows[new] = rows[new].astype("float64")
    status = safe.named("status")
    rows["why"] = [WHY.get(str(s), "no figure") for s in frame[status]] if status else "no figure"
    return Drawn(safe, rows, chosen)


def chart_height(names: Sequence[str], least: int = 30) -> int:
    """Return the height in pixels at which every row's name fits, also broken for a phone; ``least`` is a row's.

    A number, not a step: Vega-Lite cannot fit the width to its container beside a step and says so on the console.
    """
    lines = max((len(textwrap.wrap(str(name), NARROW)) for name in names), default=1)
    return max(1, len(names)) * max(least, 16 * lines + 8)


def rows_of(names: Sequence[str], field: str = "group", **scale: Any) -> alt.Y:
    """Return the axis of group names at the left, in the given order, broken into lines where long."""
    # the first line of a broken name stands on the middle of its row and the second hangs below it
    broken = f"length(datum.label) > (windowSize()[0] < 640 ? {NARROW} : {WIDE})"
    stand = alt.condition(broken, alt.value("bottom"), alt.value("middle"))
    axis = alt.Axis(title=None, labelExpr=WRAPPED, labelBaseline=stand, labelLimit=LIMIT, grid=False)
    return alt.Y(f"{field}:N", sort=list(names), axis=axis, scale=alt.Scale(**(scale or {"padding": 0.5})))


def words_instead(base: Any, field: str, at: Any, *, left: bool = False) -> Any:
    """Return the layer that says why a row has no mark; nothing is ever drawn as zero because it is not there.

    The words stand at the right of ``at``, or at its ``left``.
    """
    return (
        base.transform_filter(f"!isValid(datum.{field})")
        .mark_text(
            align="right" if left else "left", dx=-10 if left else 10, color=SOFT, fontStyle="italic", fontSize=12
        )
        .encode(x=at, text=alt.Text("why:N"))
    )


def key(entries: Mapping[str, tuple[str, str]]) -> tuple[alt.Scale, alt.Legend]:
    """Return scale and legend for ``name -> (colour, symbol)``; a symbol is a Vega shape or an SVG path."""
    chosen = "'square'"
    for name, (_, symbol) in entries.items():
        chosen = f"datum.value === {json.dumps(name)} ? '{symbol}' : {chosen}"
    scale = alt.Scale(domain=list(entries), range=[colour for colour, _ in entries.values()])
    return scale, alt.Legend(
        title=None,
        symbolType=alt.ExprRef(chosen),
        symbolOpacity=1,
        values=list(entries),
        columns=key_columns(list(entries)),
        labelLimit=alt.ExprRef("windowSize()[0] < 640 ? 200 : 420"),
    )


def key_columns(names: Sequence[str]) -> alt.ExprRef:
    """Return in how many columns a key stands: as many as fit, on a phone (beside long row names) and on a desk."""

    def width(columns: int) -> float:
        # a letter is about 6.6 pixels wide, symbol and gaps take 38, and each column is as wide as its longest name
        return sum(max(38 + 6.6 * len(str(name)) for name in names[n::columns]) for n in range(columns))

    def fitting(room: int) -> int:
        return next((k for k in range(len(names), 1, -1) if width(k) <= room), 1)

    return alt.ExprRef(f"windowSize()[0] < 640 ? {fitting(205)} : {fitting(560)}")


def called(base: Any, name: str, scale: alt.Scale, legend: alt.Legend) -> Any:
    """Return the layer with all its marks under one name of the key."""
    colour = alt.Color("called:N", scale=scale, legend=legend)
    return base.transform_calculate(called=json.dumps(name)).encode(color=colour)
