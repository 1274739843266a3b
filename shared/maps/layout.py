"""Where the parts of a map stand: key, maps and inset share one view, so that a map fits any width by itself.

Vega-Lite cannot fit several views side by side to the width of a page, and fits a map to the whole of its view. So a
map is one view; every part of it has a box, written as Vega expressions of the view's ``width`` and ``height``, and
every map a projection of its own into its box.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import altair as alt

LIMIT = 560
"""A view narrower than this has its key above the map instead of beside it."""

SIDE, GAP, HEAD, PADDING = 300, 20, 24, 12
"""Pixels of the column beside a map, between parts, of a line above a map, and that a chart's padding takes away."""

INSET_SHARE = 0.8
"""How much of a narrow view's width an inset below the map takes."""

Bounds = tuple[float, float, float, float]
"""left, low, right, top on the plane of the borders."""


@dataclass(frozen=True)
class Box:
    """A part of the view, each number an expression in pixels from the upper left corner."""

    x: str
    y: str
    w: str
    h: str

    def projection(self, bounds: Bounds, number: int) -> dict[str, Any]:
        """Return the projection that fits ``bounds`` into the middle of the box, north up.

        ``number`` must differ from box to box: Vega-Lite takes projections for the same that differ in scale and
        place alone, so it goes into a property that a plane does not use.
        """
        left, low, right, top = bounds
        scale = self.scale(bounds)
        across = f"{self.x}+{self.w}/2-{_number((left + right) / 2)}*{scale}"
        down = f"{self.y}+{self.h}/2+{_number((low + top) / 2)}*{scale}"
        return {
            "type": "identity", "reflectY": True, "distance": number, "scale": alt.ExprRef(scale),
            "translate": alt.ExprRef(f"[{across},{down}]"),
        }  # fmt: skip

    def scale(self, bounds: Bounds) -> str:
        """Return the expression of pixels a unit of the plane."""
        left, low, right, top = bounds
        return f"max(0,min({self.w}/{_number(right - left)},{self.h}/{_number(top - low)}))"


@dataclass(frozen=True)
class Layout:
    """The boxes of a map, the height of its view in a notebook, and ``room``, from which a page works out its own.

    ``room`` says for widths below and above a limit: height = (width - side) * aspect + plus, from least to most.
    """

    key: Box
    maps: tuple[Box, ...]
    inset: Box
    height: int
    room: dict[str, Any]


def arranged(
    bounds: Bounds, key_height: int, *, panels: int = 1, head: int = 0, inset: Bounds | None = None, tallest: int = 540
) -> Layout:
    """Return where everything stands: key and inset beside the map on a desk, above and below it on a phone.

    ``panels`` is the number of maps, each with ``head`` pixels for a line above it; ``tallest`` is how many pixels high
    one map may become. A map much wider than high has its key above it at every width.
    """
    shape = _shape(bounds)
    under = _shape(inset) if inset else 0.0
    beside = shape >= 0.7 or (panels > 1 and shape >= 0.4)
    wide = _arrangement(shape, key_height, panels, _columns(panels), head, under, tallest, beside)
    narrow = _arrangement(shape, key_height, panels, min(panels, 2), head, under, tallest, False)
    boxes = [
        Box(*(f"(width<{LIMIT}?{a}:{b})" for a, b in zip(_sides(n), _sides(w), strict=True)))
        for n, w in zip(narrow[0], wide[0], strict=True)
    ]
    room = wide[1]
    height = round(min(max((900 - room["side"]) * room["aspect"] + room["plus"], room["least"]), room["most"]))
    return Layout(
        boxes[0], tuple(boxes[2:]), boxes[1], height, {"below": LIMIT + PADDING, "wide": wide[1], "narrow": narrow[1]}
    )


def _arrangement(
    shape: float, key_height: int, panels: int, columns: int, head: int, under: float, tallest: int, beside: bool
) -> tuple[list[Box], dict[str, float]]:
    """Return the boxes of key, inset and maps, and the room that they need."""
    side, above = (SIDE + GAP, 0) if beside else (0, key_height + GAP)
    key = Box(f"(width-{SIDE})" if beside else "0", "0", str(SIDE) if beside else "width", str(key_height))
    inset, below = Box("0", "0", "1", "1"), "0"
    if under and beside:
        start = key_height + GAP + HEAD
        inset = Box(f"(width-{SIDE})", str(start), str(SIDE), f"min(height-{start},{_number(SIDE * under)})")
    elif under:
        across, high = f"(width*{INSET_SHARE})", f"(width*{_number(INSET_SHARE * under)})"
        inset, below = Box("0", f"(height-{high})", across, high), f"({high}+{HEAD}+{GAP})"
    rows = -(-panels // columns)
    across, down = f"((width-{side})/{columns})", f"((height-{above}-{below})/{rows})"
    maps = [
        Box(
            f"({n % columns}*{across}+3)",
            f"({above}+{n // columns}*{down}+{head})",
            f"({across}-6)",
            f"({down}-{head}-6)",
        )
        for n in range(panels)
    ]
    extra = under and not beside
    plus = above + rows * head + (HEAD + GAP if extra else 0)
    aspect = rows * shape / columns + (INSET_SHARE * under if extra else 0)
    tall = (1.2 if shape > 1.4 else 1) * tallest  # narrow countries need height
    most = plus + (tall if panels == 1 else 340 * rows) + (300 if extra else 0)
    least = plus + 120 if not beside else key_height + (HEAD + GAP + 200 if under else 0)
    return [key, inset, *maps], {"side": side, "aspect": round(aspect, 4), "plus": plus, "least": least, "most": most}


def _columns(panels: int) -> int:
    """Return how many small maps stand in a row on a desk."""
    return {4: 2}.get(panels, min(panels, 3))


def _shape(bounds: Bounds) -> float:
    left, low, right, top = bounds
    return (top - low) / (right - left)


def _sides(box: Box) -> tuple[str, str, str, str]:
    return box.x, box.y, box.w, box.h


def _number(value: float) -> str:
    return f"{value:.10g}"
