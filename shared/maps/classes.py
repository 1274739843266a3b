"""Classes of a map: declared breaks, their words and their colours."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from shared.errors import MeasureError

BLUES = ("#e1ebf3", "#b4cfe4", "#7fabd0", "#437fb3", "#16497a")
RUST_TO_BLUE = ("#8f3d0c", "#d98f5c", "#e6dfd5", "#7fabd0", "#16497a")
NO_FIGURE, HIDDEN_FILL, DOES_NOT_APPLY = "#c6ccd1", "#f1f3f4", "#ffffff"


@dataclass(frozen=True)
class Classes:
    """``len(breaks) + 1`` classes: below the first break, from each break up to the next, from the last one on."""

    breaks: tuple[float, ...]
    labels: tuple[str, ...]
    colours: tuple[str, ...]

    def __post_init__(self) -> None:
        wanted = len(self.breaks) + 1
        if len(self.labels) != wanted or len(self.colours) != wanted or list(self.breaks) != sorted(set(self.breaks)):
            raise MeasureError("Classes need rising breaks, and one label and one colour more than there are breaks.")

    def label_of(self, value: float) -> str:
        """Return the label of the class in which a value lies; a value on a break belongs to the class above it."""
        return self.labels[sum(value >= limit for limit in self.breaks)]


def sequential(breaks: Sequence[float], *, percent: bool = False, unit: str = "") -> Classes:
    """Return up to five classes from light to dark for a figure that only has more and less."""
    if not 1 <= len(breaks) <= 4:
        raise MeasureError("A sequential map has two to five classes.")
    colours = BLUES if len(breaks) == 4 else (BLUES[0], *BLUES[5 - len(breaks) :])
    return Classes(tuple(breaks), _words(breaks, percent, unit), colours)


def around_one() -> Classes:
    """Return five classes for a ratio to the population; around 1 is pale, less is rust, more is blue.

    The breaks are symmetric as ratios (1/2, 4/5, 5/4, 2): reached half as much is as far from 1 as twice as much.
    """
    labels = ("Less than half", "0.5 to 0.8", "0.8 to 1.25 (as expected)", "1.25 to 2", "Twice or more")
    return Classes((0.5, 0.8, 1.25, 2.0), labels, RUST_TO_BLUE)


def diverging(breaks: Sequence[float], *, middle: float = 1.0) -> Classes:
    """Return three or five classes with the pale one around ``middle``: less is rust, more is blue."""
    if len(breaks) not in (2, 4) or not breaks[len(breaks) // 2 - 1] < middle < breaks[len(breaks) // 2]:
        raise MeasureError(
            f"A map around {middle:g} has two or four breaks, as many below {middle:g} as above.",
            hint="For example 0.5, 0.8, 1.25, 2.",
        )
    colours = RUST_TO_BLUE if len(breaks) == 4 else RUST_TO_BLUE[1:4]
    return Classes(tuple(breaks), _words(breaks, False, ""), colours)


def _words(breaks: Sequence[float], percent: bool, unit: str) -> tuple[str, ...]:
    said = [f"{100 * b:.10g}%" if percent else f"{b:,.10g}" for b in breaks]
    end = f" {unit}" if unit else ""
    middle = [f"{low} to under {high}{end}" for low, high in itertools.pairwise(said)]
    return (f"Under {said[0]}{end}", *middle, f"{said[-1]}{end} or more")
