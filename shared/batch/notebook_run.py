"""A notebook while it runs: papermill at work, the cell that is running, and why it failed."""

from __future__ import annotations

import copy
import re
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from shared.batch import executed
from shared.batch.forked_kernel import ForkedKernel
from shared.batch.job import WORKER_TEXT, Job, Step
from shared.batch.kernel import KERNEL_ARGUMENTS, kernel_manager
from shared.batch.processes import end_group
from shared.batch.record import Failure
from shared.batch.safe_errors import ERROR_MIME, OUT_OF_MEMORY, out_of_memory

START_LIMIT = 120
KILLED = (
    "The notebook's kernel was killed or crashed; most often the machine ran out of memory. "
    "Run it again with fewer notebooks at a time (--workers), or read fewer columns or rows."
)
REFUSED_MEMORY = re.compile("bad_alloc|memory allocation of|cannot allocate memory|MemoryError|out of memory", re.I)
"""What compiled libraries print before they end a process that is refused memory."""


class Run:
    """The notebook as it is while it runs, and the cell that is running; ``report`` is told of each step."""

    def __init__(self, source: Any, report: Callable[[Step], None]) -> None:
        self.notebook: Any = copy.deepcopy(source)
        self.place: Step | None = None
        self.report = report
        self.kernel = 0
        self.too_much = False
        self._total = len(source.cells)

    def kernel_started(self, pid: int) -> None:
        """Note the kernel's process."""
        self.kernel = pid
        self.report(Step("kernel", pid))

    def output_exceeded(self) -> None:
        """End a kernel that puts out too much."""
        self.too_much = True
        end_group(self.kernel)

    def notebook_started(self, notebook: Any) -> None:
        """Keep hold of the notebook that papermill fills."""
        self.notebook = notebook

    def cell_started(self, cell: Any, cell_index: int) -> None:
        """Note where the run is."""
        cells = self.notebook.cells
        if executed.is_injected(cell):
            return
        # counted as in the notebook people open, which has no injected cell
        number = sum(not executed.is_injected(before) for before in cells[: cell_index + 1])
        heading = executed.heading_above(cells, cell_index)
        self.place = Step("cell", 0, number, self._total, str(cell.get("id", "")), heading)
        if cell.cell_type == "code":
            self.report(self.place)

    def failure(self, error: str, message: str = "") -> Failure:
        """Return a failure in the cell that is running."""
        place = self.place
        if place is None:
            return Failure(error, message)
        return Failure(error, message, place.cell, place.cell_id, place.heading)


def in_kernel(job: Job, run: Run, forked: ForkedKernel | None) -> dict[str, Any]:
    """Return papermill's options for a kernel of its own, forked or (without ``forked``) spawned."""
    from shared.batch.engine import MEGABYTE, register

    return {
        "engine_name": register(),
        "most": job.output * MEGABYTE,
        "too_much": run.output_exceeded,
        "iopub_timeout": 60,  # 4 seconds by default, too short for a big output on a busy machine
        "record_timing": False,
        "start_timeout": START_LIMIT,
        "shutdown_kernel": "immediate",  # a graceful shutdown stalls now and then
        "extra_arguments": KERNEL_ARGUMENTS,
        "kernel_manager_class": kernel_manager(Path(job.private), run.kernel_started, forked),
        "on_notebook_start": run.notebook_started,
        "on_cell_start": run.cell_started,
    }


def run_notebook(job: Job, source: Any, run: Run, options: dict[str, Any]) -> tuple[Failure | None, str]:
    """Run ``source`` with papermill; return what went wrong, if anything, and a traceback for the people here."""
    import papermill
    from nbclient.exceptions import DeadKernelError

    # papermill makes the text of the whole notebook also where it has nowhere to write it to
    papermill.execute.write_ipynb = _write_nothing
    try:
        papermill.execute_notebook(
            source,
            None,
            parameters=job.parameters,
            kernel_name="python3",
            progress_bar=False,
            log_output=False,
            request_save_on_cell_execute=False,
            autosave_cell_every=0,
            **options,
        )
    except papermill.PapermillExecutionError as error:
        said = executed.held(run.notebook, ERROR_MIME)
        if not said:
            return run.failure(error.ename), ""
        name = OUT_OF_MEMORY if said[-1]["error"] == OUT_OF_MEMORY else error.ename
        return run.failure(name, str(said[-1]["message"])), ""
    except DeadKernelError:
        return _dead(job, run), ""
    except Exception as error:  # noqa: BLE001  # the job's edge: whatever it is, the other case studies go on
        return run.failure(type(error).__name__), traceback.format_exc()
    return None, ""


def _write_nothing(notebook: Any, path: None) -> None:
    """Stand in for papermill's last step; the notebook is kept here and written once, whole."""


def _dead(job: Job, run: Run) -> Failure:
    """Return why the kernel ended, as far as can be known from outside it."""
    if run.too_much:
        hint = "Show less, or raise --output-limit."
        return run.failure("OutputTooLarge", f"The notebook put out more than {job.output:,} MB. {hint}")
    printed = Path(job.staging) / WORKER_TEXT
    if job.memory and printed.is_file() and REFUSED_MEMORY.search(printed.read_text(errors="replace")):
        return run.failure(OUT_OF_MEMORY, out_of_memory(job.memory))
    return run.failure("DeadKernelError", KILLED)
