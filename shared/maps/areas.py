"""What a map says of each area: its class and figure, or the word for why there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from shared.errors import DataError
from shared.maps.boundaries import Boundaries
from shared.maps.classes import DOES_NOT_APPLY, HIDDEN_FILL, NO_FIGURE, Classes
from shared.protect import SafeTable
from shared.protect.table import HIDDEN, NOT_APPLICABLE, SHOWN

WORDS = {HIDDEN: "Hidden to protect people", NOT_APPLICABLE: "Does not apply", "": "No figure"}
FILLS = {WORDS[""]: NO_FIGURE, WORDS[HIDDEN]: HIDDEN_FILL, WORDS[NOT_APPLICABLE]: DOES_NOT_APPLY}
"""Fills of areas without a figure to show; none of them is the colour of a class."""


@dataclass(frozen=True)
class Said:
    """What is said of one area; ``kind`` is the label of a class or one of ``WORDS``."""

    kind: str
    value: float | None = None
    low: float | None = None
    high: float | None = None

    def unsure(self, classes: Classes) -> bool:
        """Whether the interval reaches into another class than that of the figure."""
        if self.value is None or self.low is None or self.high is None:
            return False
        return {classes.label_of(self.low), classes.label_of(self.high)} != {self.kind}


def said_of(
    safe: SafeTable, boundaries: Boundaries, *, value: str, code: str, classes: Classes | None,
    interval: tuple[str, str] | None = None, frame: pd.DataFrame | None = None,
) -> dict[str, Said]:  # fmt: skip
    """Return what is said of each shape of the map, in the order of the map.

    A row shows a figure only if its status is ``shown`` (or the table has no status): a figure beside another status
    is not drawn, nor counted in the key. ``frame`` are the table's rows to look at, if not all. Raises ``DataError``.
    """
    rows = safe.frame if frame is None else frame
    codes = rows[safe.column(code).name].astype("str")
    _check(codes, boundaries, safe.title)
    status = safe.named("status")
    states: Sequence[str] = list(rows[status].astype("str")) if status else [SHOWN] * len(rows)
    low, high = (list(rows[safe.column(c).name]) if interval else [None] * len(rows) for c in interval or ("", ""))
    said = {}
    for c, v, state, a, b in zip(codes, rows[safe.column(value).name], states, low, high, strict=True):
        if pd.isna(v) or state != SHOWN:
            said[c] = Said(WORDS.get(state, WORDS[""]))
            continue
        limits = (None, None) if pd.isna(a) or pd.isna(b) else (float(a), float(b))
        said[c] = Said(classes.label_of(float(v)) if classes else "", float(v), *limits)
    return {c: said.get(c, Said(WORDS[""])) for c in boundaries.names}


def counted(said: Mapping[str, Said] | Sequence[Said], kinds: Sequence[str]) -> list[int]:
    """Return how many areas are of each kind."""
    every = [s.kind for s in (said.values() if isinstance(said, Mapping) else said)]
    return [every.count(kind) for kind in kinds]


def rows_of(said: Mapping[str, Said], boundaries: Boundaries) -> list[dict[str, Any]]:
    """Return the rows that a map carries: code, name, class and figure, and its interval where there is one."""
    rows = []
    intervals = any(s.low is not None for s in said.values())
    for code, s in said.items():
        row: dict[str, Any] = {"code": code, "name": boundaries.names[code]}
        row |= {"class": s.kind, "value": _short(s.value)}
        if intervals:
            row |= {"low": _short(s.low), "high": _short(s.high)}
        rows.append(row)
    return rows


def _check(codes: pd.Series[str], boundaries: Boundaries, title: str) -> None:
    if codes.duplicated().any():
        raise DataError(f'Table "{title}" has more than one row for an area.', hint="Choose one group or period first.")
    inside = [c for c in codes if c not in boundaries.names and c in boundaries.shape_of]
    if inside:
        raise DataError(
            f'Table "{title}" has areas that share one shape on the map: {", ".join(inside[:6])}.',
            hint="Put their counts together first: regroup(table, boundaries.shape_of).",
        )
    if not codes.isin(list(boundaries.names)).any():
        raise DataError(f'No area of table "{title}" is on the map.', hint="Do codes and boundaries have one vintage?")


def _short(value: float | None) -> float | None:
    """Return a figure with no more digits than a tooltip shows."""
    return None if value is None else float(f"{value:.7g}")
