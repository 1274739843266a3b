"""A map of circles for counts: their area, not their width, says how many."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import altair as alt

from shared.charts.drawing import Carried, checked_once
from shared.charts.theme import BLUE, INK, PAPER, SOFT, finish
from shared.errors import DataError
from shared.maps.areas import FILLS, WORDS, Said, counted, said_of
from shared.maps.boundaries import Boundaries
from shared.maps.choropleth import enlarged_part, inset_frame
from shared.maps.key import Entry, Key
from shared.maps.layout import GAP, Box, arranged
from shared.maps.surface import Surface
from shared.protect import require_safe
from shared.protect.table import HIDDEN

LAND, ANY = "#e9edf0", "Figure shown as a circle"
RADIUS = "(width<560?26:30)"
"""Pixels from the middle to the rim of the largest circle."""

SIZES_HEIGHT = 84


@checked_once
def symbols(
    table: object, boundaries: Boundaries, *, description: str, value: str, code: str = "code", height: int = 520,
    inset: Iterable[str] = (), inset_name: str = "",
) -> Any:  # fmt: skip
    """Draw a circle in each area whose *area* is in proportion to the figure; no circle means a figure of nought.

    For counts and amounts, where a fill would make large areas look like large numbers. Areas that are hidden, have no
    figure or to which it does not apply are filled as in ``choropleth``. Circles of ``inset`` areas stand in the inset
    alone, where they have room, in the same scale. Raises as ``choropleth``, and ``DataError`` for a figure below 0.
    """
    safe = require_safe(table, "symbols")
    said = said_of(safe, boundaries, value=value, code=code, classes=None)
    if any(s.value is not None and s.value < 0 for s in said.values()):
        raise DataError(
            f'Table "{safe.title}" has figures below 0, which a circle cannot show.', hint="Use a choropleth."
        )
    most = max((s.value for s in said.values() if s.value is not None), default=0.0) or 1.0
    said = {c: s if s.value is None else Said(ANY, s.value) for c, s in said.items()}
    enlarged = enlarged_part(boundaries, inset)
    away = set(enlarged[0]) if enlarged else set()
    key = _key(f"{safe.column(value).label}: area of the circle", said)
    surface = Surface(
        boundaries, {ANY: LAND} | {w: f for w, f in FILLS.items() if w in {s.kind for s in said.values()}}
    )
    bounds = surface.bounds
    layout = arranged(bounds, key.height + SIZES_HEIGHT, inset=enlarged and enlarged[1], tallest=height)
    tips = [alt.Tooltip("name:N", title="Area"), alt.Tooltip("value:Q", title=safe.column(value).label, format=",")]
    layers = surface.layers(said, layout.maps[0], bounds, 1)
    layers.append(
        _circles(boundaries, {c: s for c, s in said.items() if c not in away}, most, tips, layout.maps[0], bounds, 1)
    )
    if enlarged is not None:
        codes, part = enlarged
        layers += surface.layers(said, layout.inset, part, 2, only=codes, lines=60)
        layers.append(_circles(boundaries, {c: said[c] for c in codes}, most, tips, layout.inset, part, 2))
        layers += inset_frame(layout, bounds, part, inset_name)
    sizes = Box(layout.key.x, str(key.height), layout.key.w, str(SIZES_HEIGHT))
    layers += [*key.layers(layout.key), *_sizes(sizes, most)]
    chart = alt.layer(*layers, width="container", height=layout.height)
    return finish(chart, safe, description, room=layout.room)


def _key(heading: str, said: dict[str, Said]) -> Key:
    words = [w for w in FILLS if any(s.kind == w for s in said.values())]
    entries = [
        Entry(w, FILLS[w], n, "hidden" if w == WORDS[HIDDEN] else "", bar=False)
        for w, n in zip(words, counted(said, words), strict=True)
    ]
    return Key(heading, entries, "Areas" if entries else "")


def _circles(
    boundaries: Boundaries,
    said: dict[str, Said],
    most: float,
    tips: list[alt.Tooltip],
    box: Box,
    bounds: Any,
    number: int,
) -> Any:
    """Return the circles, the largest first so that none lies hidden under another."""
    rows = []
    for code, s in sorted(said.items(), key=lambda item: (-(item[1].value or 0), item[0])):
        if s.value:
            at = boundaries.geometry[code].representative_point()
            rows.append({"name": boundaries.names[code], "value": s.value, "across": round(at.x), "up": round(at.y)})
    return (
        alt.Chart(Carried(values=rows))
        .transform_calculate(size=f"pow(2*{RADIUS},2)*datum.value/{most:.10g}")
        .mark_circle(fill=BLUE, fillOpacity=0.6, stroke=PAPER, strokeWidth=0.8, opacity=1)
        .encode(
            longitude=alt.Longitude("across:Q"),
            latitude=alt.Latitude("up:Q"),
            size=alt.Size("size:Q", scale=None),
            tooltip=tips,
        )
        .project(**box.projection(bounds, number))
    )


def _sizes(box: Box, most: float) -> list[Any]:
    """Return three circles one in another, drawn as the map draws them, each with its figure."""
    figures = sizes_of(most)
    rows = [{"value": v, "said": f"{v:,.10g}", "n": n} for n, v in enumerate(figures)]
    radius = f"{RADIUS}*sqrt(datum.value/{most:.10g})"
    base = alt.Chart(Carried(values=rows)).transform_calculate(
        r=radius, x=f"{box.x}+{RADIUS}+2", y=f"{box.y}+{SIZES_HEIGHT - 14}-({radius})",
        top=f"{box.y}+{SIZES_HEIGHT - 14}-2*({radius})", size=f"pow(2*({radius}),2)",
        words=f"{box.x}+2*{RADIUS}+{GAP}",
    )  # fmt: skip
    x, y = alt.X("x:Q", scale=None, axis=None), alt.Y("y:Q", scale=None, axis=None)
    top = alt.Y("top:Q", scale=None, axis=None)
    return [
        base.mark_circle(fill=BLUE, fillOpacity=0.25, stroke=BLUE, strokeWidth=1, opacity=1, aria=False)
        .encode(x=x, y=y, size=alt.Size("size:Q", scale=None)),
        base.mark_rule(color=SOFT, strokeWidth=0.7, aria=False).encode(x=x, x2=alt.X2("words:Q"), y=top),
        base.mark_text(align="left", baseline="middle", dx=4, fontSize=12, color=INK)
        .encode(x=alt.X("words:Q", scale=None, axis=None), y=top, text=alt.Text("said:N")),
    ]  # fmt: skip


def sizes_of(most: float) -> list[float]:
    """Return three round figures for the key: the largest not above ``most``, a quarter and a twentieth of it."""
    power = 10.0 ** math.floor(math.log10(most))
    largest = next(part * power for part in (5, 2, 1) if part * power <= most)
    return [largest, largest / 4, largest / 20]
