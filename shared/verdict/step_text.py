"""The level an indicator would have to reach, in words."""

from __future__ import annotations

import math

from shared.framework.register import Indicator

COUNTED = ("days", "points", "periods")
"""Units that are said with the number; the others are an index or a ratio and stand in the name."""


def needed_text(entry: Indicator, goalposts: tuple[float, float] | None, value: float) -> str:
    """Say the needed level: the anchor of a judged indicator, or a limit in the unit of a computed one.

    Limits are rounded to three significant digits towards the safe side.
    """
    if entry.kind == "judged":
        anchor = math.ceil(value)
        if anchor == 0:
            return "to be known; any score will do"
        return f"{anchor} of 4: {anchor_text(entry, anchor)}"
    smaller_is_better = goalposts is None or goalposts[0] > goalposts[1]
    limit = _rounded(value, up=not smaller_is_better)
    if entry.unit in ("periods", "days"):  # nobody waits for half of one
        limit = math.floor(limit) if smaller_is_better else math.ceil(limit)
    if entry.unit == "ratio 0–1":
        shown = f"{limit * 100:g}%"
    else:
        shown = f"{limit:g} {entry.unit}" if entry.unit in COUNTED else f"{limit:g}"
    return f"at most {shown}" if smaller_is_better else f"at least {shown}"


def anchor_text(entry: Indicator, anchor: int) -> str:
    """Return what a score means; an anchor that builds on the one before it is written out."""
    text = entry.anchors[anchor]
    if text.startswith("As 3") and anchor == 4:
        return f"{entry.anchors[3]}{text.removeprefix('As 3')}"
    return text


def _rounded(value: float, *, up: bool) -> float:
    if value == 0 or not math.isfinite(value):
        return value
    digits = 2 - math.floor(math.log10(abs(value)))
    scaled = value * 10.0**digits
    whole = math.ceil(scaled - 1e-9) if up else math.floor(scaled + 1e-9)
    return whole / 10.0**digits
