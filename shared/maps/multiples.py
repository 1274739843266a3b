"""Small maps side by side, one a group or period, all with the same classes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from shared.charts.drawing import checked_once
from shared.errors import DataError
from shared.maps.areas import said_of
from shared.maps.boundaries import Boundaries
from shared.maps.choropleth import fills_of, finished, key_of, tips, words_at
from shared.maps.classes import Classes
from shared.maps.coverage import LAYER, drawn
from shared.maps.layout import HEAD, arranged
from shared.maps.surface import Surface
from shared.protect import require_safe

MOST = 9

BYTES = 120_000
"""Of borders: a small map shows no more, and its figures are there several times."""


@checked_once
def small_multiples(
    table: object, boundaries: Boundaries, *, description: str, value: str, classes: Classes, by: str,
    code: str = "code", order: Sequence[str] = (), rule: str = "",
) -> Any:  # fmt: skip
    """Draw one small map for each value of the column ``by``, in ``order`` or as they come; two to nine of them.

    One key for all: ``classes`` are the same in every map, and its bars count the areas of all maps together. Other
    arguments, and what is raised, as in ``choropleth``; the table has one row an area and group.
    """
    safe = require_safe(table, "small_multiples")
    frame = safe.frame
    groups = frame[safe.column(by).name].astype("str")
    names = list(order) or list(dict.fromkeys(groups))
    if unknown := [name for name in names if name not in set(groups)]:
        raise DataError(f'Table "{safe.title}" has no rows for: {", ".join(unknown[:6])}.')
    if not 2 <= len(names) <= MOST:
        raise DataError(
            f"Small maps compare two to {MOST} groups; there are {len(names)}.", hint="Choose groups with where()."
        )
    said = [
        said_of(safe, boundaries, value=value, code=code, classes=classes, frame=frame[groups == name])
        for name in names
    ]
    every = [one for part in said for one in part.values()]
    colours = fills_of(every, classes)
    key = key_of(safe.column(value).label, every, classes, colours, rule, f"Areas, {len(names)} maps")
    surface = Surface(_coarser(boundaries), colours, tips(safe, value))
    bounds = surface.bounds
    layout = arranged(bounds, key.height, panels=len(names), head=HEAD)
    layers = []
    for number, (name, part, box) in enumerate(zip(names, said, layout.maps, strict=True), start=1):
        layers += surface.layers(part, box, bounds, number, lines=45, several=True)
        layers.append(words_at(box, name, up=HEAD // 2, bold=True))
    return finished([*layers, *key.layers(layout.key)], layout, safe, description)


def _coarser(boundaries: Boundaries) -> Boundaries:
    """Return borders with no more detail than small maps can show, simplified together; small ones as they are."""
    if len(json.dumps(boundaries.payload, separators=(",", ":"))) <= BYTES:
        return boundaries
    shapes = np.array(list(boundaries.geometry.values()), dtype=object)
    try:
        made = drawn(list(boundaries.geometry), shapes, budget=BYTES)
    except DataError:  # borders that do not fit together are drawn as they came
        return boundaries
    return replace(boundaries, payload=made.payload, layer=LAYER, geometry=made.geometry)
