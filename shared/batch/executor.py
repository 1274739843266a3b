"""What a run needs of the place where its jobs are executed: this machine, a cluster, this very process."""

from __future__ import annotations

from typing import Protocol

from shared.batch.job import Job, Step
from shared.batch.record import Outcome

Event = tuple[Job, Step | Outcome]


class Executor(Protocol):
    """Executes jobs; one per run, used by one thread."""

    @property
    def free(self) -> int:
        """How many jobs can be submitted now."""

    def submit(self, job: Job) -> None:
        """Start ``job``; its ``private`` folder is made by the executor."""

    def wait(self, seconds: float) -> list[Event]:
        """Return what was reported, waiting at most ``seconds`` for the first event.

        Each job ends with exactly one ``Outcome``, whatever happens to the process it runs in.
        """

    def stop(self) -> None:
        """End everything at once, leaving no process behind."""
