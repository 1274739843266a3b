"""A map of classes; areas without a figure to show never look like areas with a low one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import altair as alt
import shapely

from shared.charts.drawing import Carried, checked_once
from shared.charts.theme import INK, SOFT, finish
from shared.errors import DataError
from shared.maps.areas import FILLS, WORDS, Said, counted, said_of
from shared.maps.boundaries import Boundaries
from shared.maps.classes import Classes
from shared.maps.key import Entry, Key
from shared.maps.layout import HEAD, Bounds, Box, Layout, arranged
from shared.maps.surface import Surface, bounds_of, line_on, outline
from shared.protect import SafeTable, require_safe
from shared.protect.table import HIDDEN

LETTERED = 60
"""The most areas that have room for letters."""

UNSURE = "Class not sure"
UNSURE_RULE = "Falling lines: the 95% interval of the figure reaches into another class."


@checked_once
def choropleth(
    table: object, boundaries: Boundaries, *, description: str, value: str, classes: Classes, code: str = "code",
    height: int = 520, outlined: str | None = None, interval: tuple[str, str] | None = None,
    inset: Iterable[str] = (), inset_name: str = "", rule: str = "",
    letters: bool = False, around: Mapping[str, Sequence[str]] | None = None,
) -> Any:  # fmt: skip
    """Draw each area in the colour of its class; hidden areas are hatched, those without a figure are grey.

    The table has one row an area: ``code`` (a shape's code; bring codes of areas that share a shape together with
    ``regroup`` first), ``value`` and, if it has one, its status. The key explains every fill that occurs, with a bar of
    how many areas have it, and says ``rule`` (how the classes were made). ``interval`` names the columns of the lower
    and upper limit: areas whose interval reaches into another class are hatched. ``inset`` lists the shapes that are
    drawn once more and larger, under ``inset_name``. The shape with code ``outlined`` gets a heavy border. ``letters``
    writes the first letters of its name into each area (for hexagons; up to 60 areas); ``around`` draws a heavy line
    around groups of areas, and the key names them.

    Takes a ``SafeTable``, else raises ``ProtectionError``; raises ``DataError`` if an area occurs twice, lies inside a
    merged shape, or if no area of the table is on the map.
    """
    safe = require_safe(table, "choropleth")
    said = said_of(safe, boundaries, value=value, code=code, classes=classes, interval=interval)
    colours = fills_of(said.values(), classes)
    if around:
        rule = f"{rule} Heavy line: {', '.join(around)}.".strip()
    key = key_of(safe.column(value).label, list(said.values()), classes, colours, rule)
    surface = Surface(boundaries, colours, tips(safe, value, interval))
    bounds = surface.bounds
    enlarged = enlarged_part(boundaries, inset)
    layout = arranged(bounds, key.height, inset=enlarged and enlarged[1], tallest=height)
    unsure = classes if interval else None
    layers = surface.layers(said, layout.maps[0], bounds, 1, unsure=unsure)
    for codes in (around or {}).values():
        group = shapely.union_all([boundaries.geometry[c] for c in codes])
        layers.append(outline(group, layout.maps[0].projection(bounds, 1), 1.8))
    if outlined is not None:
        layers.append(outline(boundaries.geometry[outlined], layout.maps[0].projection(bounds, 1)))
    if letters and len(said) <= LETTERED:
        layers.append(surface.letters(said, layout.maps[0], bounds, 1))
    if enlarged is not None:
        codes, part = enlarged
        layers += surface.layers(said, layout.inset, part, 2, only=codes, lines=60, unsure=unsure)
        layers += inset_frame(layout, bounds, part, inset_name)
    return finished([*layers, *key.layers(layout.key)], layout, safe, description)


def fills_of(said: Iterable[Said], classes: Classes) -> dict[str, str]:
    """Return label -> fill of every class, and of the words for areas without a figure that occur."""
    used = {s.kind for s in said}
    return dict(zip(classes.labels, classes.colours, strict=True)) | {w: f for w, f in FILLS.items() if w in used}


def key_of(
    heading: str, said: Sequence[Said], classes: Classes, colours: Mapping[str, str], rule: str, areas: str = "Areas"
) -> Key:
    """Return the key: every fill with how many areas have it, and what hatching means if there is any."""
    entries = [
        Entry(kind, colours[kind], n, "hidden" if kind == WORDS[HIDDEN] else "")
        for kind, n in zip(colours, counted(list(said), list(colours)), strict=True)
    ]
    unsure = sum(s.unsure(classes) for s in said)
    if unsure:
        middle = classes.colours[len(classes.colours) // 2]
        entries.append(Entry(UNSURE, middle, unsure, "unsure", line_on(middle), bar=False))
    return Key(heading, entries, areas, " ".join(part for part in (rule, UNSURE_RULE if unsure else "") if part))


def tips(safe: SafeTable, value: str, interval: tuple[str, str] | None = None, named: bool = True) -> list[alt.Tooltip]:
    """Return the tooltips of an area: name, class, figure, interval."""
    column = safe.column(value)
    digits = {"share": f".{column.decimals}%", "count": ","}
    form = digits.get(column.role, f",.{max(column.decimals, 1)}f")
    made = [alt.Tooltip("name:N", title="Area")] if named else []
    made += [alt.Tooltip("class:N", title=column.label), alt.Tooltip("value:Q", title="Figure", format=form)]
    if interval:
        made += [
            alt.Tooltip("low:Q", title="95% interval from", format=form),
            alt.Tooltip("high:Q", title="to", format=form),
        ]
    return made


def enlarged_part(boundaries: Boundaries, codes: Iterable[str]) -> tuple[list[str], Bounds] | None:
    """Return the shapes of an inset and their limits; None without an inset."""
    asked = list(codes)
    if not asked:
        return None
    unknown = [c for c in asked if c not in boundaries.names]
    if unknown:
        raise DataError(f"The inset names areas that are not on the map: {', '.join(unknown[:6])}.")
    return asked, bounds_of([boundaries.geometry[c] for c in asked])


def inset_frame(layout: Layout, bounds: Bounds, part: Bounds, name: str) -> list[Any]:
    """Return a thin frame on the map where the inset lies, and a line above the inset: how much larger it is."""
    left, low, right, top = part
    ring = [[left, low], [left, top], [right, top], [right, low], [left, low]]
    feature = {"type": "Feature", "geometry": {"type": "LineString", "coordinates": ring}, "properties": {}}
    frame = alt.Chart(Carried(values=feature)).mark_geoshape(
        filled=False, stroke=INK, strokeWidth=1, tooltip=None, aria=False
    )
    times = f"format({layout.inset.scale(part)}/{layout.maps[0].scale(bounds)}, '.1f')"
    said = alt.ExprRef(f"{_text(name + ', ' if name else '')} + {times} + ' times as large'")
    return [
        frame.project(**layout.maps[0].projection(bounds, 1)),
        words_at(layout.inset, said, up=HEAD - 8),
    ]


def words_at(box: Box, said: str | alt.ExprRef, up: int, bold: bool = False) -> Any:
    """Return a line of words at the left, so many pixels above a box."""
    line = alt.Chart(Carried(values=[{}])).transform_calculate(left=box.x, top=f"{box.y}-{up}")
    mark = line.mark_text(
        align="left", baseline="middle", text=said, fontSize=13, color=INK if bold else SOFT,
        fontWeight="bold" if bold else "normal",
    )  # fmt: skip
    return mark.encode(x=alt.X("left:Q", scale=None, axis=None), y=alt.Y("top:Q", scale=None, axis=None))


def finished(layers: Sequence[Any], layout: Layout, safe: SafeTable, description: str) -> Any:
    """Put the layers of a map together, with the height it needs at each width."""
    chart = alt.layer(*layers, width="container", height=layout.height)
    return finish(chart, safe, description, room=layout.room)


def _text(words: str) -> str:
    return "'" + words.replace("\\", "").replace("'", "’") + "'"
