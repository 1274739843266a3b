"""How a run shows itself: a bar in a terminal, plain lines anywhere else."""

from __future__ import annotations

import sys
from typing import Protocol, TextIO

from tqdm import tqdm

from shared.batch.job import Step


class Progress(Protocol):
    """What a run tells while it goes on."""

    def say(self, text: str) -> None:
        """Tell one thing that stays readable."""

    def step(self, slug: str, step: Step) -> None:
        """Tell where a running case study is."""

    def finished(self, slug: str) -> None:
        """Count one case study as dealt with."""

    def close(self) -> None:
        """Nothing more will be told."""


class Lines:
    """One line for each case study that starts and ends; nothing for the cells between."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._started: set[str] = set()

    def say(self, text: str) -> None:
        """Print ``text``."""
        print(text, file=self._out, flush=True)

    def step(self, slug: str, step: Step) -> None:
        """Print the start of a case study."""
        if slug not in self._started:
            self._started.add(slug)
            self.say(f"{slug}: started")

    def finished(self, slug: str) -> None:
        """Nothing: the outcome has been said."""

    def close(self) -> None:
        """Nothing is left open."""


class Bar:
    """A bar of case studies, with the cell each running one has reached; outcomes scroll above it."""

    def __init__(self, total: int, out: TextIO) -> None:
        self._out = out
        self._bar = tqdm(total=total, unit="case study", file=out, dynamic_ncols=True, leave=False)
        self._places: dict[str, str] = {}

    def say(self, text: str) -> None:
        """Print ``text`` above the bar."""
        self._bar.write(text, file=self._out)

    def step(self, slug: str, step: Step) -> None:
        """Show the cell."""
        self._places[slug] = f"{slug} {step.cell}/{step.cells}" if step.kind == "cell" else f"{slug} {step.kind}"
        self._show()

    def finished(self, slug: str) -> None:
        """Move the bar on."""
        self._places.pop(slug, None)
        self._bar.update()
        self._show()

    def _show(self) -> None:
        self._bar.set_postfix_str(", ".join(self._places.values()))

    def close(self) -> None:
        """Take the bar away."""
        self._bar.close()


def progress_for(total: int) -> Progress:
    """Return a bar on standard error where that is a terminal, else lines on standard output."""
    return Bar(total, sys.stderr) if sys.stderr.isatty() else Lines(sys.stdout)
