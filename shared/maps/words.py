"""What a map shows, in words: for readers who cannot see it, and for those who want to be told."""

from __future__ import annotations

import numpy as np
import shapely
from scipy.stats import spearmanr

from shared.maps.areas import WORDS, Said, said_of
from shared.maps.boundaries import Boundaries
from shared.protect import SafeTable
from shared.protect.table import HIDDEN

FEWEST, CLEAR = 20, 0.3
"""Areas and rank correlation from which on a map is said to rise towards one side."""


def described(table: SafeTable, boundaries: Boundaries, *, value: str, what: str, code: str = "code") -> str:
    """Return two to four sentences: what is mapped, highest and lowest areas, the direction in which figures rise."""
    said = said_of(table, boundaries, value=value, code=code, classes=None)
    shown = {c: s.value for c, s in said.items() if s.value is not None}
    if not shown:
        return f"Map of {len(said):,} areas by {what}. No area has a figure that may be shown."
    order = sorted(shown, key=lambda c: (shown[c], c))
    percent = table.column(value).role == "share"
    few = 3 if len(order) >= 6 else 1
    parts = [
        f"Map of {len(said):,} areas by {what}.",
        f"Highest: {_named(order[::-1][:few], shown, boundaries, percent)}.",
        f"Lowest: {_named(order[:few], shown, boundaries, percent)}.",
        *([direction] if (direction := rising(shown, boundaries)) else []),
        *([without] if (without := _without(said)) else []),
    ]
    return " ".join(parts)


def described_dots(table: SafeTable, *, value: str, what: str, area: str = "name") -> str:
    """Return what a strip of dots shows: how many areas, highest and lowest; without borders there is no direction."""
    frame = table.frame
    shown = frame[frame[value].notna()].sort_values([value, area])
    if shown.empty:
        return f"No area has a figure of {what} that may be shown."
    percent = table.column(value).role == "share"
    said = [
        f"{n} ({f'{v:.1%}' if percent else _figure(float(v))})" for n, v in zip(shown[area], shown[value], strict=True)
    ]
    few = 3 if len(said) >= 6 else 1
    without = len(frame) - len(shown)
    return (
        f"One dot for each of {len(shown):,} areas by {what}. Highest: {', '.join(said[::-1][:few])}. "
        f"Lowest: {', '.join(said[:few])}." + (f" Areas not shown: {without:,}." if without else "")
    )


def in_short(table: SafeTable, boundaries: Boundaries, *, value: str, code: str = "code") -> str:
    """Return one sentence on one of several small maps: middle figure, highest area, areas not shown."""
    said = said_of(table, boundaries, value=value, code=code, classes=None)
    shown = {c: s.value for c, s in said.items() if s.value is not None}
    if not shown:
        return "no area has a figure that may be shown."
    percent = table.column(value).role == "share"
    middle = float(np.median(list(shown.values())))
    highest = _named([max(shown, key=lambda c: (shown[c], c))], shown, boundaries, percent)
    without = len(said) - len(shown)
    return (
        f"middle area {f'{middle:.1%}' if percent else _figure(middle)}, highest {highest}"
        + (f", {without:,} not shown" if without else "")
        + "."
    )


def rising(shown: dict[str, float], boundaries: Boundaries) -> str:
    """Return towards which side figures rise, if they clearly do (rank correlation with the areas' middles)."""
    if len(shown) < FEWEST or len(set(shown.values())) < 2:
        return ""
    middles = shapely.get_coordinates(shapely.centroid([boundaries.geometry[c] for c in shown]))
    values = np.array(list(shown.values()))
    across, up = (float(spearmanr(middles[:, axis], values).statistic) for axis in (0, 1))
    sides = [
        *(["north" if up > 0 else "south"] if abs(up) >= CLEAR else []),
        *(["east" if across > 0 else "west"] if abs(across) >= CLEAR else []),
    ]
    return f"Figures tend to rise towards the {'-'.join(sides)}." if sides else ""


def _named(codes: list[str], shown: dict[str, float], boundaries: Boundaries, percent: bool) -> str:
    return ", ".join(
        f"{boundaries.names[c]} ({shown[c]:.1%})" if percent else f"{boundaries.names[c]} ({_figure(shown[c])})"
        for c in codes
    )


def _figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 or float(value).is_integer() else f"{value:.3g}"


def _without(said: dict[str, Said]) -> str:
    hidden = sum(s.kind == WORDS[HIDDEN] for s in said.values())
    none = sum(s.value is None for s in said.values()) - hidden
    words = [f"{hidden:,} hidden to protect people" if hidden else "", f"{none:,} without a figure" if none else ""]
    return f"Areas not shown: {', '.join(word for word in words if word)}." if hidden or none else ""
