"""One worker process of this machine with one job, as seen from the runner."""

from __future__ import annotations

import json
import os
import shutil
import signal
import tempfile
import time
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from shared.batch.job import WORKER_TEXT, Job, Step
from shared.batch.record import Failure, Outcome, failure_from
from shared.batch.starters import Starter

GRACE = 10.0
"""Seconds a worker has to save what there is after its time is up."""


class LocalWorker:
    """Starts a worker for ``job``, reads what it tells, and ends it."""

    def __init__(self, job: Job, starter: Starter) -> None:
        private = Path(tempfile.mkdtemp(prefix="casebook-"))
        if len(str(private)) > 80:  # the path of a socket may have 107 characters
            private.rmdir()
            private = Path(tempfile.mkdtemp(prefix="casebook-", dir="/tmp"))
        (private / "work").mkdir()  # a notebook that writes beside itself writes into a folder that goes away
        self.job = replace(job, private=str(private), files={})
        self.begun = time.monotonic()
        self.told_to_stop = self.ended = False
        self.starter = starter
        self._kernel = 0
        self._place: Step | None = None
        self._outcome: Outcome | None = None
        self._unread = b""
        self._process = starter.start(private, Path(job.staging) / WORKER_TEXT)
        self.answers = self._process.answers
        self._order(json.dumps(asdict(self.job)))

    @property
    def executing(self) -> bool:
        """False once the notebook has been executed and only its report is made."""
        return self._place is None or self._place.kind != "render"

    @property
    def lost_with_parent(self) -> bool:
        """True when it ended without an outcome only because the process that it was forked from did."""
        return self.ended and self._outcome is None and not self.told_to_stop and not self.starter.alive

    def _order(self, line: str) -> None:
        data = f"{line}\n".encode()
        with suppress(BrokenPipeError):  # it has ended already; its closed answers say so
            while data:
                data = data[os.write(self._process.orders, data) :]

    def read(self) -> list[Step]:
        """Read what has arrived; keep the outcome, remember the place, return the steps."""
        chunk = os.read(self.answers, 1 << 16)
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
        patience = 5.0 if self.ended and self._outcome is None else 0.0
        code = self.kill(patience)
        outcome = self._outcome or Outcome(self._lost(code))
        if self.told_to_stop and outcome.failure is not None:
            late = f"The notebook took longer than {limit:g} s."
            return replace(outcome, failure=replace(outcome.failure, error="TimeLimit", message=late))
        return outcome

    def _lost(self, code: int | None) -> Failure:
        how = f"was ended by signal {signal.Signals(-code).name}" if code and code < 0 else "stopped unexpectedly"
        memory = "Most often the machine ran out of memory: run fewer notebooks at a time (--workers). "
        hint = memory if code == -signal.SIGKILL else ""
        message = f"The worker process {how}. {hint}What it last wrote is in internal/{WORKER_TEXT}, if anything."
        if self._place is None or self._place.kind != "cell":
            return Failure("WorkerLost", message)
        return Failure("WorkerLost", message, self._place.cell, self._place.cell_id, self._place.heading)

    def kill(self, patience: float = 0.0) -> int | None:
        """End the worker and its kernel, wait until the worker is gone, and return how it ended by itself."""
        kernel = 0 if self._outcome is not None else self._kernel  # with an outcome, the worker has ended it itself
        code = self._process.end(kernel, patience)
        shutil.rmtree(self.job.private, ignore_errors=True)
        return code
