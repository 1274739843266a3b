"""The executor of this machine: one worker process a job, each with one kernel."""

from __future__ import annotations

import selectors
import time
from collections.abc import Callable

from shared.batch.executor import Event
from shared.batch.job import Job
from shared.batch.limits import Limits
from shared.batch.local_worker import GRACE, LocalWorker
from shared.batch.starters import Forker, Spawner, Starter
from shared.errors import RunError


class LocalPool:
    """Executes up to ``workers`` notebooks at a time, and makes at most one more report meanwhile.

    Workers are forked from one parent that has imported everything; ``spawn`` asks for new interpreters instead.
    Each worker leads its own session, so Ctrl-C reaches the runner alone, which then ends the workers. ``say`` is
    told when forking is not possible. ``starter`` is one that others use too.
    """

    def __init__(
        self,
        workers: int,
        limits: Limits,
        *,
        spawn: bool = False,
        starter: Starter | None = None,
        say: Callable[[str], None] = lambda text: None,
    ) -> None:
        self._workers = workers
        self._limit = limits.seconds
        self._say = say
        self._starter: Starter | None = Spawner() if spawn else starter
        self._running: list[LocalWorker] = []
        self._selector = selectors.DefaultSelector()

    @property
    def free(self) -> int:
        """How many jobs can be submitted now."""
        executing = sum(worker.executing for worker in self._running)
        return min(self._workers - executing, self._workers + 1 - len(self._running))

    def submit(self, job: Job) -> None:
        """Start a worker process for ``job``."""
        self._start(job, self._a_starter())

    def _start(self, job: Job, starter: Starter) -> None:
        worker = LocalWorker(job, starter)
        self._running.append(worker)
        self._selector.register(worker.answers, selectors.EVENT_READ, worker)

    def _a_starter(self) -> Starter:
        if self._starter is None or not self._starter.alive:
            self._close_starter()
            try:
                self._starter = Forker()
            except RunError as error:
                self._say(f"{error} Each notebook starts a new interpreter: slower, with the same results.")
                self._starter = Spawner()
        return self._starter

    def wait(self, seconds: float) -> list[Event]:
        """Return the events of at most ``seconds``; enforce the time limit meanwhile."""
        events: list[Event] = []
        ready = {key.data for key, _ in self._selector.select(max(0.0, min([seconds, *self._due()])))}
        for worker in list(self._running):
            if worker in ready:
                events += [(worker.job, step) for step in worker.read()]
            if worker.ended or worker.enforce(self._limit):
                self._selector.unregister(worker.answers)
                self._running.remove(worker)
                again = worker.lost_with_parent
                outcome = worker.close(self._limit)
                if again:  # not this notebook's fault, or it was: apart from all others it cannot harm them
                    self._start(worker.job, Spawner())
                else:
                    events.append((worker.job, outcome))
        return events

    def _due(self) -> list[float]:
        now = time.monotonic()
        return [worker.begun + self._limit + (GRACE if worker.told_to_stop else 0) - now for worker in self._running]

    def stop(self) -> None:
        """Kill the workers, their kernels and the parent."""
        for worker in self._running:
            worker.kill()
        self._running.clear()
        self._selector.close()
        self._close_starter()

    def _close_starter(self) -> None:
        if self._starter is not None:
            self._starter.stop()
            self._starter = None
