"""A worker process: one job from standard input, its steps and its outcome as JSON lines on standard output.

Standard input stays open while somebody wants the result. When it closes, the runner is gone and so is this
process, with the kernel it started. The line ``stop`` ends the kernel; the job then keeps what there is.
"""

from __future__ import annotations

import json
import os
import shutil
import threading
from dataclasses import asdict
from typing import IO

from shared.batch.execute import execute
from shared.batch.forked_kernel import ForkedKernel
from shared.batch.job import Job, Step
from shared.batch.processes import end_group


class _Kernel:
    """The kernel's process group, and whether it is still wanted."""

    def __init__(self) -> None:
        self._pid = 0
        self._stopped = False

    def started(self, pid: int) -> None:
        self._pid = pid
        if self._stopped:
            self.stop()

    def stop(self) -> None:
        self._stopped = True
        pid, self._pid = self._pid, 0  # once: a number that is free again could be somebody else's
        if pid:
            end_group(pid)


def main(*, fork: bool = False) -> None:
    """Run one job; see the module's text for the protocol. ``fork``: the kernel is a fork of this very process."""
    orders, answers = _own_streams()
    job = Job(**json.loads(orders.readline()))
    forked = ForkedKernel(private=(orders.fileno(), answers.fileno())) if fork else None  # before any thread
    kernel = _Kernel()
    threading.Thread(target=_listen, args=(orders, kernel, job.private), daemon=True).start()

    def tell(step: Step) -> None:
        if step.kind == "kernel":
            kernel.started(step.pid)
        _send(answers, {"step": asdict(step)})

    outcome = execute(job, tell, forked=forked)
    kernel.stop()  # what a notebook left running behind its kernel ends too
    _send(answers, {"outcome": asdict(outcome)})


def _own_streams() -> tuple[IO[str], IO[str]]:
    """Keep the two pipes for this process alone: what a library prints, and the kernel, get other ones."""
    orders = os.fdopen(os.dup(0), "r", encoding="utf-8")
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    return orders, answers


def _listen(orders: IO[str], kernel: _Kernel, private: str) -> None:
    while True:
        line = orders.readline()
        kernel.stop()
        if not line:
            shutil.rmtree(private, ignore_errors=True)
            os._exit(1)


def _send(answers: IO[str], message: dict[str, object]) -> None:
    answers.write(json.dumps(message) + "\n")
    answers.flush()


if __name__ == "__main__":
    main()
