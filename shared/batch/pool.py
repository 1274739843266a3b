"""Executors: where jobs run. This one uses worker processes of this machine, one process a job."""

from __future__ import annotations

import json
import os
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Protocol

from shared.batch.job import Job, Step
from shared.batch.kernel import REMOVED
from shared.batch.publish import WORKER_TEXT
from shared.batch.record import Failure, Outcome, failure_from

Event = tuple[Job, Step | Outcome]
GRACE = 10.0
"""Seconds a worker has to save what there is after its time is up."""


class Executor(Protocol):
    """What a run needs of an executor; one per run, used by one thread."""

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


class LocalPool:
    """Up to ``workers`` processes on this machine; a notebook may take ``time_limit`` seconds, all in all.

    Each worker leads its own session, so Ctrl-C reaches the runner alone, which then ends the workers.
    """

    def __init__(self, workers: int, time_limit: float) -> None:
        self._workers = workers
        self._limit = time_limit
        self._running: list[_Worker] = []
        self._selector = selectors.DefaultSelector()

    @property
    def free(self) -> int:
        """How many jobs can be submitted now."""
        return self._workers - len(self._running)

    def submit(self, job: Job) -> None:
        """Start a worker process for ``job``."""
        worker = _Worker(job)
        self._running.append(worker)
        self._selector.register(worker.answers, selectors.EVENT_READ, worker)

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
                events.append((worker.job, worker.close(self._limit)))
        return events

    def _due(self) -> list[float]:
        now = time.monotonic()
        return [worker.begun + self._limit + (GRACE if worker.told_to_stop else 0) - now for worker in self._running]

    def stop(self) -> None:
        """Kill the workers and their kernels."""
        for worker in self._running:
            worker.kill()
        self._running.clear()
        self._selector.close()


class _Worker:
    """One process with one job, as seen from the runner."""

    def __init__(self, job: Job) -> None:
        private = tempfile.mkdtemp(prefix="casebook-")
        if len(private) > 80:  # the path of a socket may have 107 characters
            Path(private).rmdir()
            private = tempfile.mkdtemp(prefix="casebook-", dir="/tmp")
        self.job = replace(job, private=private)
        self.begun = time.monotonic()
        self.told_to_stop = self.ended = False
        self._kernel = 0
        self._place: Step | None = None
        self._outcome: Outcome | None = None
        self._unread = b""
        work = Path(private) / "work"
        work.mkdir()
        with (Path(job.staging) / WORKER_TEXT).open("wb") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "shared.batch.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                cwd=work,  # a notebook that writes beside itself writes into a folder that goes away
                env={name: value for name, value in os.environ.items() if name not in REMOVED},
                start_new_session=True,
            )
        assert self._process.stdout is not None
        self.answers = self._process.stdout
        self._order(json.dumps(asdict(self.job)))

    def _order(self, line: str) -> None:
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):  # it has ended already; its closed answers say so
            self._process.stdin.write(f"{line}\n".encode())
            self._process.stdin.flush()

    def read(self) -> list[Step]:
        """Read what has arrived; keep the outcome, remember the place, return the steps."""
        chunk = os.read(self.answers.fileno(), 1 << 16)
        self.ended = not chunk
        *lines, self._unread = (self._unread + chunk).split(b"\n")
        steps = []
        for line in lines:
            message: dict[str, Any] = json.loads(line)
            if "outcome" in message:
                values = message["outcome"]
                self._outcome = Outcome(**{**values, "failure": failure_from(values["failure"])})
                continue
            step = Step(**message["step"])
            steps.append(step)
            if step.kind == "kernel":
                self._kernel = step.pid
            else:
                self._place = step
        return steps

    def enforce(self, limit: float) -> bool:
        """Tell a worker whose time is up to stop; return True when it had its grace and must be killed."""
        over = time.monotonic() - self.begun - limit
        if over >= 0 and not self.told_to_stop:
            self.told_to_stop = True
            self._order("stop")
        return over >= GRACE

    def close(self, limit: float) -> Outcome:
        """End the process and return the outcome, or what can be said without one."""
        code: int | None = None
        if self.ended and self._outcome is None:
            with suppress(subprocess.TimeoutExpired):
                code = self._process.wait(timeout=5)
        self.kill()
        outcome = self._outcome or Outcome(self._lost(code))
        if self.told_to_stop and outcome.failure is not None:
            late = f"The notebook took longer than {limit:g} s."
            return replace(outcome, failure=replace(outcome.failure, error="TimeLimit", message=late))
        return outcome

    def _lost(self, code: int | None) -> Failure:
        how = f"was ended by signal {signal.Signals(-code).name}" if code and code < 0 else "stopped unexpectedly"
        hint = "Most often the machine ran out of memory. " if code == -signal.SIGKILL else ""
        message = f"The worker process {how}. {hint}What it last wrote is in internal/{WORKER_TEXT}, if anything."
        if self._place is None or self._place.kind != "cell":
            return Failure("WorkerLost", message)
        return Failure("WorkerLost", message, self._place.cell, self._place.cell_id, self._place.heading)

    def kill(self) -> None:
        """End the worker and its kernel, and wait until the worker is gone."""
        if self._process.returncode is None:
            _end_group(self._process.pid)
            self._process.wait()
        while not self.ended:  # the kernel's number may be on its way still
            self.read()
        if self._kernel and self._outcome is None:  # with an outcome, the worker has ended the kernel itself
            _end_group(self._kernel)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()
        shutil.rmtree(self.job.private, ignore_errors=True)


def _end_group(leader: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)
