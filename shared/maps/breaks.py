"""Breaks between the classes of a map, worked out from the figures that may be shown and from no other."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd

from shared.errors import MeasureError
from shared.maps.classes import Classes, sequential
from shared.protect import SafeTable, require_safe
from shared.protect.table import SHOWN

Method = Literal["quantiles", "natural breaks"]

METHODS: dict[str, str] = {
    "quantiles": "Quantiles: about as many areas in each class.",
    "natural breaks": "Natural breaks (Fisher–Jenks): areas in one class are as alike as can be.",
    "fixed": "Classes set beforehand.",
}
"""What the key says of each way to make classes."""


def shown_values(table: object, value: str) -> pd.Series[float]:
    """Return the figures of a column that may be shown: rows with another status give none, whatever they hold."""
    safe = require_safe(table, "classes of a map")
    frame = safe.frame
    values = frame[safe.column(value).name].astype("float64")
    status = safe.named("status")
    return (values if status is None else values[frame[status] == SHOWN]).dropna()


def classed(table: SafeTable, value: str, method: Method | Sequence[float] = "quantiles", k: int = 5) -> Classes:
    """Return up to ``k`` classes (2 to 5) of a figure: by a method or, given as numbers, by fixed breaks.

    Quantiles and Fisher–Jenks natural breaks are those of mapclassify (Fisher 1958; Jenks 1977). Each break is then
    moved to the roundest number between the two areas that it parts, so no area changes its class and the key can be
    read. Fewer different figures than classes make fewer classes; raises ``MeasureError`` where all are the same.
    """
    percent = table.column(value).role == "share"
    if not isinstance(method, str):
        return sequential(list(method), percent=percent)
    if method not in ("quantiles", "natural breaks"):
        raise MeasureError(
            f'There are no classes by "{method}".', hint="quantiles, natural breaks, or a list of breaks."
        )
    if not 2 <= k <= 5:
        raise MeasureError("A map has two to five classes; more shades cannot be told apart.")
    values = np.sort(shown_values(table, value).to_numpy())
    different = np.unique(values)
    if len(different) < 2:
        raise MeasureError(
            f'Table "{table.title}" has fewer than two different figures to show.', hint="Give the breaks as a list."
        )
    tops = _tops(values, method, min(k, len(different)))
    return sequential(_rounded(different, tops), percent=percent)


def _tops(values: np.ndarray, method: Method, k: int) -> list[float]:
    """Return the highest figure of each class but the last."""
    import mapclassify  # type: ignore[import-untyped]  # a second to import, which maps with fixed breaks need not wait for

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # says when ties leave fewer classes, which is allowed for here
        made = (mapclassify.Quantiles if method == "quantiles" else mapclassify.FisherJenks)(values, k=k)
    return [float(top) for top in np.unique(made.bins)[:-1]]


def _rounded(different: np.ndarray, tops: Sequence[float]) -> list[float]:
    """Return the roundest break above each class's highest figure and not above the next figure there is."""
    breaks = []
    for top in tops:
        above = different[different > top]
        below = different[different <= top]
        if len(above) and len(below):
            breaks.append(roundest(float(below[-1]), float(above[0])))
    return sorted(set(breaks))


def roundest(below: float, upto: float) -> float:
    """Return the number with the fewest digits that lies above ``below`` and not above ``upto``."""
    if below < 0 < upto:
        return 0.0
    start = math.floor(math.log10(max(abs(below), abs(upto)))) + 1
    for power in range(start, start - 17, -1):
        for part in (1.0, 0.5):  # steps of 10, 5, 1, 0.5 and so on
            step = part * 10.0**power
            found = round(math.floor(round(upto / step, 9)) * step, 12)
            if below < found <= upto:
                return found
    return upto
