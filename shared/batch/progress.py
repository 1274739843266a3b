"""How a run shows itself: a bar in a terminal, plain lines anywhere else."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any, Protocol, TextIO

from shared.batch.schedule import in_words

if TYPE_CHECKING:
    from shared.batch.job import Step

EVERY = 30.0
"""Seconds between two lines that say what is running, where there is no bar."""


class Progress(Protocol):
    """What a run tells while it goes on."""

    def say(self, text: str) -> None:
        """Tell one thing that stays readable."""

    def step(self, slug: str, step: Step) -> None:
        """Tell where a running case study is."""

    def finished(self, slug: str) -> None:
        """Count one case study as dealt with."""

    def remaining(self, seconds: float | None) -> None:
        """Tell how long the run will still take; None when that cannot be known."""

    def close(self) -> None:
        """Nothing more will be told."""


class _Places:
    """Which case studies run, and where each of them is."""

    def __init__(self) -> None:
        self._places: dict[str, str] = {}
        self.left: float | None = None

    def move(self, slug: str, step: Step) -> None:
        self._places[slug] = f"{slug} {step.cell}/{step.cells}" if step.kind == "cell" else f"{slug} {step.kind}"

    def leave(self, slug: str) -> None:
        self._places.pop(slug, None)

    def __str__(self) -> str:
        left = [f"{in_words(self.left)} left"] if self.left is not None else []
        return ", ".join([*self._places.values(), *left])


class Lines:
    """One line for each case study that starts and ends, and now and then one for what is running."""

    def __init__(self, total: int, out: TextIO) -> None:
        self._out, self._total, self._done = out, total, 0
        self._started: set[str] = set()
        self._places = _Places()
        self._told = time.monotonic()

    def say(self, text: str) -> None:
        """Print ``text``."""
        print(text, file=self._out, flush=True)

    def step(self, slug: str, step: Step) -> None:
        """Print the start of a case study."""
        if slug not in self._started:
            self._started.add(slug)
            self.say(f"{slug}: started")
        self._places.move(slug, step)
        if time.monotonic() - self._told >= EVERY:
            self._told = time.monotonic()
            self.say(f"{self._done} of {self._total} done; running: {self._places}")

    def finished(self, slug: str) -> None:
        """Count; the outcome has been said."""
        self._done += 1
        self._places.leave(slug)

    def remaining(self, seconds: float | None) -> None:
        """Keep for the next line."""
        self._places.left = seconds

    def close(self) -> None:
        """Nothing is left open."""


class Bar:
    """A bar of case studies, with the cell each running one has reached; outcomes scroll above it."""

    def __init__(self, total: int, out: TextIO) -> None:
        from tqdm import tqdm

        self._out = out
        form = "{l_bar}{bar}| {n_fmt}/{total_fmt} [{elapsed}{postfix}]"
        self._bar: Any = tqdm(
            total=total, unit="case study", file=out, dynamic_ncols=True, leave=False, bar_format=form
        )
        self._places = _Places()

    def say(self, text: str) -> None:
        """Print ``text`` above the bar."""
        self._bar.write(text, file=self._out)

    def step(self, slug: str, step: Step) -> None:
        """Show the cell."""
        self._places.move(slug, step)
        self._show()

    def finished(self, slug: str) -> None:
        """Move the bar on."""
        self._places.leave(slug)
        self._bar.update()
        self._show()

    def remaining(self, seconds: float | None) -> None:
        """Show the time that is left."""
        self._places.left = seconds
        self._show()

    def _show(self) -> None:
        self._bar.set_postfix_str(str(self._places))

    def close(self) -> None:
        """Take the bar away."""
        self._bar.close()


def progress_for(total: int, *, lines: bool = False) -> Progress:
    """Return a bar on standard error where that is a terminal, else (or with ``lines``) lines on standard output."""
    return Bar(total, sys.stderr) if sys.stderr.isatty() and not lines else Lines(total, sys.stdout)
