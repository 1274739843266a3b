"""One job: execute one notebook, take out its result, render its report. No process, clock or folder of its own.

The same function runs under every executor; everything it writes goes into the staging folder it is given.
"""

from __future__ import annotations

import copy
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from shared.batch import executed
from shared.batch.forked_kernel import ForkedKernel
from shared.batch.kernel import KERNEL_ARGUMENTS, kernel_manager, prepare_environment
from shared.batch.record import Failure, Outcome
from shared.batch.result import RESULT_MIME, result_text
from shared.batch.safe_errors import ERROR_MIME
from shared.batch.source import read_notebook
from shared.batch.startup import skip_grammars
from shared.errors import CasebookError, DefinitionError, RunError

NOTEBOOK, REPORT, RESULT = "notebook.ipynb", "report.html", "result.json"
PUBLISHED = (NOTEBOOK, REPORT, RESULT)
FAILED_NOTEBOOK, TRACEBACK, WARNINGS = "notebook.failed.ipynb", "traceback.txt", "warnings.txt"
START_LIMIT = 120
KILLED = "The notebook's kernel was killed or crashed; most often the machine ran out of memory."


@dataclass(frozen=True)
class Job:
    """What to execute: only text and numbers, so that it can travel to another process or machine.

    ``staging`` and ``private`` are existing folders of mode 0700: files for the caller, and sockets. ``cache`` is a
    folder that jobs share for what takes long to make and is the same for all; none when empty.
    """

    slug: str
    notebook: str
    parameters: dict[str, str | int | bool]
    title: str
    subtitle: str
    staging: str
    private: str
    cache: str = ""
    environment: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """What a running job tells: ``kernel`` (its process id), ``cell`` (which one starts) or ``render``."""

    kind: str
    pid: int = 0
    cell: int = 0
    cells: int = 0
    cell_id: str = ""
    heading: str = ""


class _Run:
    """The notebook as it is while it runs, and the cell that is running."""

    def __init__(self, source: Any, report: Callable[[Step], None]) -> None:
        self.notebook: Any = copy.deepcopy(source)
        self.place: Step | None = None
        self.report = report
        self._total = len(source.cells)

    def notebook_started(self, notebook: Any) -> None:
        self.notebook = notebook

    def cell_started(self, cell: Any, cell_index: int) -> None:
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
        place = self.place
        if place is None:
            return Failure(error, message)
        return Failure(error, message, place.cell, place.cell_id, place.heading)


def execute(job: Job, report: Callable[[Step], None], *, forked: ForkedKernel | None = None) -> Outcome:
    """Execute, extract and render ``job``; every failure is in the outcome, none is raised.

    ``forked`` is the child of this process that is to be the kernel; without it a new interpreter is started.
    Success leaves ``notebook.ipynb``, ``report.html`` and ``result.json`` in the staging folder, failure
    ``notebook.failed.ipynb`` and ``traceback.txt``; both ``warnings.txt`` when there were any.
    """
    skip_grammars()
    import nbformat

    staging = Path(job.staging)
    prepare_environment(Path(job.private), job.environment)
    seconds: dict[str, float] = {}
    begun = time.perf_counter()
    try:
        source = read_notebook(Path(job.notebook))
    except DefinitionError as error:
        return Outcome(Failure("DefinitionError", str(error)))
    run = _Run(source, report)
    failure, trace = _run_notebook(job, source, run, forked)
    seconds["execute"] = time.perf_counter() - begun
    code_cells = sum(cell.cell_type == "code" for cell in source.cells)

    warnings = executed.tidy(run.notebook)
    if failure is None:
        begun = time.perf_counter()
        report(Step("render"))
        failure, trace = _hand_over(job, run.notebook, staging)
        seconds["render"] = time.perf_counter() - begun
    texts = {WARNINGS: warnings}
    if failure is not None:
        texts[TRACEBACK] = "\n".join([executed.withhold_errors(run.notebook, failure), trace])
        texts[FAILED_NOTEBOOK] = nbformat.writes(run.notebook)
    failure = _keep(staging, texts) or failure
    return Outcome(failure, {name: round(value, 3) for name, value in seconds.items()}, code_cells)


def _run_notebook(job: Job, source: Any, run: _Run, forked: ForkedKernel | None) -> tuple[Failure | None, str]:
    import papermill
    from nbclient.exceptions import DeadKernelError

    try:
        papermill.execute_notebook(
            source,
            None,  # papermill writes nothing; the notebook is kept here and written once, whole
            parameters=job.parameters,
            kernel_name="python3",
            progress_bar=False,
            log_output=False,
            request_save_on_cell_execute=False,
            autosave_cell_every=0,
            start_timeout=START_LIMIT,
            iopub_timeout=60,  # 4 seconds by default, too short for a big output on a busy machine
            record_timing=False,
            coalesce_streams=True,
            shutdown_kernel="immediate",  # a graceful shutdown stalls now and then
            extra_arguments=KERNEL_ARGUMENTS,
            kernel_manager_class=kernel_manager(Path(job.private), lambda pid: run.report(Step("kernel", pid)), forked),
            on_notebook_start=run.notebook_started,
            on_cell_start=run.cell_started,
        )
    except papermill.PapermillExecutionError as error:
        said = executed.held(run.notebook, ERROR_MIME)
        message = str(said[-1].get("message", "")) if said else ""
        return run.failure(error.ename, message), ""
    except DeadKernelError:
        return run.failure("DeadKernelError", KILLED), ""
    except Exception as error:  # noqa: BLE001  # the job's edge: whatever it is, the other case studies go on
        return run.failure(type(error).__name__), traceback.format_exc()
    return None, ""


def _hand_over(job: Job, notebook: Any, staging: Path) -> tuple[Failure | None, str]:
    import nbformat

    try:
        from shared.batch.render import render

        result = result_text(executed.take(notebook, RESULT_MIME), slug=job.slug)
        page = render(notebook, title=job.title, subtitle=job.subtitle, cache=Path(job.cache) if job.cache else None)
        for name, text in ((RESULT, result), (REPORT, page), (NOTEBOOK, nbformat.writes(notebook))):
            (staging / name).write_text(text, encoding="utf-8")
    except CasebookError as error:
        return Failure(type(error).__name__, str(error)), ""
    except OSError as error:
        problem = RunError(f"The results cannot be written ({error.strerror}).")
        return Failure("RunError", str(problem)), traceback.format_exc()
    except Exception as error:  # noqa: BLE001  # as above
        return Failure(type(error).__name__, "while the report was made"), traceback.format_exc()
    return None, ""


def _keep(staging: Path, texts: dict[str, str]) -> Failure | None:
    """Write what a person may want to look at; a full disk is a failure of its own, never a lost record."""
    try:
        for name, text in texts.items():
            if text.strip():
                (staging / name).write_text(text, encoding="utf-8")
    except OSError as error:
        return Failure("RunError", f"The executed notebook cannot be kept ({error.strerror}).")
    return None
