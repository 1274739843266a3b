"""The executor for debugging: the cells run in this very process, one case study after the other.

``breakpoint()`` in a notebook, or in the package's code that it calls, opens the debugger in this terminal. What
differs from a run in kernels: there is no limit of time or memory; notebooks share this process, so that what one
changes inside a library the next one sees; what a program started by a notebook prints goes to the terminal and not
into the report; widgets do not live. For anything else the files come out the same.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
import tempfile
import warnings
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from shared.batch.execute import execute
from shared.batch.executor import Event
from shared.batch.job import Job, Step
from shared.batch.kernel import FIXED, REMOVED
from shared.batch.limits import Limits
from shared.batch.notebook_run import Run

IN_A_KERNEL = {"display.max_columns": 20, "display.encoding": "UTF-8"}
"""What pandas sets otherwise when it finds a terminal and no kernel where it is imported."""


class InProcess:
    """Executes one job at a time where it is called; each is done when ``wait`` returns."""

    def __init__(self, limits: Limits, *, say: Callable[[str], None]) -> None:
        self._say = say
        self._submitted: deque[Job] = deque()
        import pandas

        for name, value in IN_A_KERNEL.items():
            pandas.set_option(name, value)

    @property
    def free(self) -> int:
        """One, unless a job waits to be executed."""
        return 0 if self._submitted else 1

    def submit(self, job: Job) -> None:
        """Keep ``job`` for ``wait``; a memory limit would be this process' own, so there is none."""
        self._submitted.append(replace(job, memory=0))

    def wait(self, seconds: float) -> list[Event]:
        """Execute the job that was submitted and return all that it told."""
        if not self._submitted:
            return []
        job = self._submitted.popleft()
        events: list[Event] = []

        def tell(step: Step) -> None:
            events.append((job, step))
            where = f"cell {step.cell} of {step.cells} (id {step.cell_id})" if step.kind == "cell" else "report"
            self._say(f"{job.slug}: {where}")

        private = Path(tempfile.mkdtemp(prefix="casebook-"))
        (private / "work").mkdir()
        try:
            with _as_before():
                os.chdir(private / "work")
                events.append((job, execute(replace(job, private=str(private)), tell, run_in=_here)))
        finally:
            shutil.rmtree(private, ignore_errors=True)
        return events

    def stop(self) -> None:
        """Nothing is left running."""


def _here(job: Job, run: Run) -> dict[str, Any]:
    """Return papermill's options for cells that run in this process."""
    from shared.batch.engine import MEGABYTE
    from shared.batch.in_process_engine import register

    return {
        "engine_name": register(),
        "most": job.output * MEGABYTE,
        "too_much": lambda: setattr(run, "too_much", True),
        "on_notebook_start": run.notebook_started,
        "on_cell_start": run.cell_started,
    }


@contextmanager
def _as_before() -> Iterator[None]:
    """Put back what a notebook changes of its process, as far as that is possible."""
    environment, folder, path, arguments = dict(os.environ), Path.cwd(), list(sys.path), list(sys.argv)
    hooks = sys.stdout, sys.stderr, sys.displayhook, sys.excepthook, sys.breakpointhook, sys.modules["__main__"]
    recursion, numbers = sys.getrecursionlimit(), random.getstate()
    try:
        with warnings.catch_warnings():
            yield
    finally:
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(folder)
        sys.path[:], sys.argv[:] = path, arguments
        (sys.stdout, sys.stderr, sys.displayhook, sys.excepthook, sys.breakpointhook, sys.modules["__main__"]) = hooks
        sys.setrecursionlimit(recursion)
        random.setstate(numbers)


def start_anew_if_needed(arguments: list[str]) -> None:
    """Replace this process by one with the environment of a kernel (order of sets, one thread), unless it has it."""
    wrong = [name for name in REMOVED if name in os.environ]
    wrong += [name for name, value in FIXED.items() if os.environ.get(name) != value]
    if wrong:
        environment = {name: value for name, value in os.environ.items() if name not in REMOVED} | FIXED
        sys.stdout.flush()
        os.execve(sys.executable, [sys.executable, "-P", "-m", "shared.cli", *arguments], environment)
