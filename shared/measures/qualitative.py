"""Saturation of interviews: how much is still new."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shared.errors import MeasureError


@dataclass(frozen=True)
class Saturation:
    """New themes in runs of interviews, relative to the first ones.

    base        new themes in the first interviews
    ratios      (number of interviews before the run, new themes in the run / base), run after run
    last        the ratio of the last run
    reached     interviews before the first run at or below the threshold; None when no run is
    run         interviews in a run
    """

    base: int
    ratios: tuple[tuple[int, float], ...]
    last: float
    reached: int | None
    run: int

    @property
    def label(self) -> str:
        """The result as it is written: ``6+2`` (reached after 6 interviews, seen in 2 more), or ``not reached``."""
        return "not reached" if self.reached is None else f"{self.reached}+{self.run}"


def saturation(new_themes: Sequence[int], *, base: int = 4, run: int = 2, threshold: float = 0.05) -> Saturation:
    """Return where interviews stop bringing new themes.

    Args:
        new_themes: new themes in each interview, in the order of the interviews.
        base: how many first interviews make the base.
        run: how many interviews make a run; runs start after interview ``base``, ``base + 1`` and so on.
        threshold: the ratio at or below which saturation is reached.

    Raises:
        MeasureError: fewer than base + run interviews, a number below 0, or no theme in the base.

    Source: Guest, Namey and Chen 2020 (doi 10.1371/journal.pone.0232076).
    """
    if base < 1 or run < 1 or len(new_themes) < base + run:
        raise MeasureError(f"Saturation needs at least {base + run} interviews.")
    if min(new_themes) < 0:
        raise MeasureError("A number of new themes is below 0.")
    first = sum(new_themes[:base])
    if first == 0:
        raise MeasureError("The first interviews brought no theme, so later ones have nothing to be compared with.")
    ratios = tuple(
        (start, sum(new_themes[start : start + run]) / first) for start in range(base, len(new_themes) - run + 1)
    )
    reached = next((start for start, ratio in ratios if ratio <= threshold), None)
    return Saturation(first, ratios, ratios[-1][1], reached, run)
