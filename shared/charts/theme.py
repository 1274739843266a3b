"""How every chart looks and how it is shown: one palette, one renderer, nothing set at import time."""

from __future__ import annotations

import copy
import functools
import sys
from typing import Any

from shared.errors import ProtectionError
from shared.protect import SafeTable

# jsonschema imports rfc3987_syntax, which compiles some 35 grammars (1.5 s) that no chart needs
if "jsonschema" not in sys.modules:
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

import altair as alt

from shared.charts.schema import Rules

VEGALITE = "application/vnd.vegalite.v5+json"
"""The newest chart type that JupyterLab 4.6 draws (Altair 6 would announce v6, which nothing there claims)."""

INK, SOFT, RULE, GRID, PAPER = "#1a2027", "#515b65", "#8a949d", "#e3e7ea", "#ffffff"
BLUE, TEAL, PLUM, RUST, LILAC, SLATE = "#12436d", "#28a197", "#801650", "#e4621e", "#a285d1", "#5c6770"
SERIES = (BLUE, TEAL, PLUM, RUST, LILAC)
"""Colours of groups, after the categorical palette of the UK Government Analysis Function (orange darkened): at least
3 to 1 on white, and apart for readers with protanopia, deuteranopia or tritanopia (both tested)."""

FONT = (
    '"Segoe UI", -apple-system, BlinkMacSystemFont, Roboto, "Helvetica Neue", Arial, "Noto Sans", '
    '"Liberation Sans", sans-serif'
)

CONFIG: dict[str, Any] = {
    "font": FONT,
    "background": PAPER,
    "view": {"stroke": None},
    "padding": {"left": 0, "right": 12, "top": 4, "bottom": 2},
    "axis": {
        "labelColor": SOFT, "titleColor": SOFT, "labelFontSize": 13, "titleFontSize": 13, "titleFontWeight": "normal",
        "domainColor": RULE, "tickColor": RULE, "gridColor": GRID, "labelPadding": 6, "titlePadding": 8,
        "labelLimit": 400,
    },
    "axisY": {"domain": False, "ticks": False, "labelColor": INK},
    "axisX": {"tickSize": 5},
    "legend": {
        "labelColor": INK, "titleColor": SOFT, "labelFontSize": 13, "titleFontSize": 13, "titleFontWeight": "normal",
        "orient": "top", "direction": "horizontal", "symbolSize": 110, "labelLimit": 260, "columnPadding": 18,
        "offset": 10, "symbolStrokeWidth": 1.5,
    },
    "text": {"font": FONT, "fontSize": 13, "color": INK},
    "bar": {"color": BLUE},
    "line": {"strokeWidth": 2.5, "color": BLUE},
    "point": {"filled": True, "size": 90, "color": BLUE},
    "range": {"category": list(SERIES)},
}  # fmt: skip

EMBED = {"renderer": "svg", "actions": False}


def finish(chart: Any, table: SafeTable, description: str, **usermeta: Any) -> Any:
    """Give a chart its look, its alt text and the ledger id of the table it was drawn from; the chart itself, no copy.

    ``usermeta`` travels with the specification. Raises ``ProtectionError`` without a description: a picture that
    cannot be heard is not shown.
    """
    if not description.strip():
        raise ProtectionError(f'The chart of "{table.title}" has no description.', hint="Say in words what it shows.")
    fit = alt.AutoSizeParams(type="fit-x", contains="padding")
    ledger = list(dict.fromkeys([table.root, table.ledger]))  # the whole table stands beside the chart
    chart.autosize, chart.description = fit, description
    chart.usermeta = {"ledger": ledger, "embedOptions": EMBED, **usermeta}
    chart.config = alt.Config(**copy.deepcopy(CONFIG))
    return chart


def spec_of(chart: Any) -> dict[str, Any]:
    """Return the Vega-Lite specification of a chart that this project drew; any other raises ``ProtectionError``."""
    spec: dict[str, Any] = chart if isinstance(chart, dict) else _written(chart)
    if not isinstance(spec.get("usermeta"), dict) or not spec["usermeta"].get("ledger") or not spec.get("description"):
        raise ProtectionError(
            "This chart was not drawn from a SafeTable, so it cannot be shown.",
            hint="Use a function of shared.charts or shared.maps.",
        )
    return spec


@functools.cache
def _rules() -> Rules:
    return Rules(alt.LayerChart._rootschema)


def _written(chart: Any) -> dict[str, Any]:
    """Return a chart's specification, checked against Vega-Lite's schema."""
    if isinstance(chart, alt.TopLevelMixin):
        made: dict[str, Any] = chart.to_dict(validate=False)
        drawn = {name: part for name, part in made.items() if name not in ("$schema", "datasets")}
        if _rules().follows(drawn, chart._schema):
            return made
    checked: dict[str, Any] = chart.to_dict()  # Altair's own check, which says what is wrong
    return checked


def _renderer(spec: dict[str, Any], **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    safe = spec_of(spec)
    return {VEGALITE: safe, "text/plain": safe["description"]}, {VEGALITE: {"embed_options": EMBED}}


def enable() -> None:
    """Make Altair show charts through the project's renderer, which works without internet and refuses unsafe charts.

    Called when a notebook opens its case; importing this module changes nothing in Altair.
    """
    alt.renderers.register("casebook", _renderer)
    alt.renderers.enable("casebook")
    alt.data_transformers.disable_max_rows()
