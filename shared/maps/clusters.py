"""A map of clusters: areas beside areas like them, and areas that differ from all around them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from shared.charts.drawing import checked_once
from shared.errors import DataError
from shared.maps.areas import FILLS as WITHOUT
from shared.maps.areas import WORDS, said_of
from shared.maps.boundaries import Boundaries
from shared.maps.choropleth import enlarged_part, finished, inset_frame, tips
from shared.maps.key import Entry, Key
from shared.maps.layout import arranged
from shared.maps.surface import Surface
from shared.protect import require_safe
from shared.protect.table import HIDDEN

KINDS = {
    "Many, beside many": "#16497a",
    "Many, beside few": "#8db6d8",
    "Few, beside many": "#e3a67c",
    "Few, beside few": "#8f3d0c",
    "Could be chance": "#e3dbcd",
    "Not tested": "#bfae92",
}
"""What an area can be, in the order of the key: dark for clusters, paler for areas unlike those around them."""


@checked_once
def cluster_map(
    table: object, boundaries: Boundaries, *, description: str, kind: str = "cluster", value: str = "rate",
    code: str = "code", height: int = 520, inset: Iterable[str] = (), inset_name: str = "", rule: str = "",
) -> Any:  # fmt: skip
    """Draw each area in the colour of what it is to its neighbours; hidden areas are hatched.

    The table has one row an area: ``code`` (a shape's code), ``kind`` (one of ``KINDS``), ``value`` (its figure, for
    the tooltip) and a status; ``inset``, ``inset_name`` and ``rule`` as in ``choropleth``. Takes a ``SafeTable``, else
    raises ``ProtectionError``; raises ``DataError`` for a kind that has no colour, an area that occurs twice, or if
    no area is on the map.
    """
    safe = require_safe(table, "cluster_map")
    said = said_of(safe, boundaries, value=value, code=code, classes=None)
    kinds = dict(zip(safe.frame[code].astype("str"), safe.frame[kind].astype("str"), strict=True))
    said = {c: replace(s, kind=kinds[c]) if s.value is not None else s for c, s in said.items()}
    if unknown := {s.kind for s in said.values()} - {*KINDS, *WITHOUT}:
        raise DataError(f"A map of clusters has no colour for: {', '.join(sorted(unknown))}.")
    used = [s.kind for s in said.values()]
    clusters = {word: fill for word, fill in KINDS.items() if word != "Not tested" or word in used}
    colours = clusters | {word: fill for word, fill in WITHOUT.items() if word in used}
    entries = [
        Entry(word, fill, used.count(word), "hidden" if word == WORDS[HIDDEN] else "")
        for word, fill in colours.items()
    ]  # fmt: skip
    key = Key(safe.column(kind).label, entries, "Areas", rule)
    surface = Surface(boundaries, colours, tips(safe, value))
    bounds, enlarged = surface.bounds, enlarged_part(boundaries, inset)
    layout = arranged(bounds, key.height, inset=enlarged and enlarged[1], tallest=height)
    layers = surface.layers(said, layout.maps[0], bounds, 1)
    if enlarged is not None:
        codes, part = enlarged
        layers += surface.layers(said, layout.inset, part, 2, only=codes, lines=60)
        layers += inset_frame(layout, bounds, part, inset_name)
    return finished([*layers, *key.layers(layout.key)], layout, safe, description)
