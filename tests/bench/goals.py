"""The goals, the measured values beside them, and how both are printed."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field

NO_GOAL = "none set"


@dataclass
class Result:
    """One goal: what was measured, in words, and whether it is met (None: not measured, ``said`` tells why)."""

    what: str
    goal: str
    said: str
    met: bool | None
    detail: list[str] = field(default_factory=list)

    @property
    def mark(self) -> str:
        """Return met, missed or not measured; nothing where there is no goal."""
        if self.met is None and self.goal == NO_GOAL:
            return ""
        return {True: "met", False: "missed", None: "not measured"}[self.met]


def spread(values: Sequence[float], unit: str = "s", digits: int = 2) -> str:
    """Return the median and, for more than one value, the range and how many there are."""
    middle = f"{statistics.median(values):.{digits}f} {unit}"
    if len(values) == 1:
        return f"{middle} (once)"
    return f"{middle} ({min(values):.{digits}f} to {max(values):.{digits}f}, n={len(values)})"


def ratio(above: Sequence[float], below: Sequence[float]) -> float:
    """Return the median of the ratios of pairs that were measured one after the other."""
    return statistics.median(a / b for a, b in zip(above, below, strict=True))


def table(results: Sequence[Result]) -> str:
    """Return the table of goals as markdown, then what was measured in detail."""
    lines = ["| what | goal | measured | |", "|---|---|---|---|"]
    lines += [f"| {r.what} | {r.goal} | {r.said} | {f'**{r.mark}**' if r.mark else ''} |" for r in results]
    for r in results:
        if r.detail:
            lines += ["", f"{r.what}:", *(f"- {line}" for line in r.detail)]
    return "\n".join(lines)
