"""Execute one job: run its notebook, take out its result, render its report. No process, clock or folder of its own.

The same function runs under every executor; everything it writes goes into the staging folder it is given.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from shared.batch import executed
from shared.batch.forked_kernel import ForkedKernel
from shared.batch.job import FAILED_NOTEBOOK, LEDGER, NOTEBOOK, REPORT, RESULT, TRACEBACK, WARNINGS, Job, Step
from shared.batch.kernel import prepare_environment
from shared.batch.ledger import take_ledger
from shared.batch.notebook_run import Run, in_kernel, run_notebook
from shared.batch.record import Failure, Outcome
from shared.batch.result import RESULT_MIME, result_text
from shared.batch.safe_errors import MEMORY_LIMIT
from shared.batch.source import read_notebook
from shared.batch.startup import skip_grammars
from shared.errors import CasebookError, RunError
from shared.protect.ledger import LEDGER_MIME

ROOM = "Check the free space of the output folder, then run it again."


def execute(
    job: Job,
    report: Callable[[Step], None],
    *,
    forked: ForkedKernel | None = None,
    run_in: Callable[[Job, Run], dict[str, Any]] | None = None,
) -> Outcome:
    """Execute, extract and render ``job``; every failure is in the outcome, none is raised.

    ``forked`` is the child of this process that is to be the kernel; without it a new interpreter is started.
    ``run_in`` gives papermill's options for another way to run the cells. Success leaves ``notebook.ipynb``,
    ``report.html`` and ``result.json`` in the staging folder, failure ``notebook.failed.ipynb`` and
    ``traceback.txt``; both ``warnings.txt`` when there were any.
    """
    skip_grammars()
    import nbformat

    staging = Path(job.staging)
    limit = {MEMORY_LIMIT: str(job.memory)} if job.memory else {}
    prepare_environment(Path(job.private), job.environment | limit)
    seconds: dict[str, float] = {}
    begun = time.perf_counter()
    try:
        source = read_notebook(Path(job.notebook))
        run = Run(source, report)
        if job.executed:
            run.notebook = executed.with_new_prose(source, read_notebook(Path(job.executed) / NOTEBOOK))
    except CasebookError as error:
        return Outcome(Failure(type(error).__name__, str(error)))
    failure, trace, warnings = None, "", ""
    if not job.executed:
        options = run_in(job, run) if run_in else in_kernel(job, run, forked)
        failure, trace = run_notebook(job, source, run, options)
        seconds["execute"] = time.perf_counter() - begun
        warnings = executed.tidy(run.notebook)
    code_cells = sum(cell.cell_type == "code" for cell in source.cells)
    if failure is None:
        begun = time.perf_counter()
        report(Step("render"))
        failure, trace = _hand_over(job, run.notebook, staging)
        seconds["render"] = time.perf_counter() - begun
    texts = {WARNINGS: warnings}
    if failure is not None:
        executed.take(run.notebook, LEDGER_MIME)  # the ledger of half a report is none
        texts[TRACEBACK] = "\n".join([executed.withhold_errors(run.notebook, failure), trace])
        texts[FAILED_NOTEBOOK] = nbformat.writes(run.notebook)
    failure = _keep(staging, texts) or failure
    return Outcome(failure, {name: round(value, 3) for name, value in seconds.items()}, code_cells)


def _hand_over(job: Job, notebook: Any, staging: Path) -> tuple[Failure | None, str]:
    try:
        from shared.batch.json_text import notebook_text
        from shared.batch.render import render

        if job.executed:
            result = (Path(job.executed) / RESULT).read_text(encoding="utf-8")
            before = (Path(job.executed) / LEDGER).read_text(encoding="utf-8")
            ledger = take_ledger(notebook, slug=job.slug, before=before)
        else:
            result = result_text(executed.take(notebook, RESULT_MIME), slug=job.slug)
            ledger = take_ledger(notebook, slug=job.slug)
        page = render(notebook, title=job.title, subtitle=job.subtitle, cache=Path(job.cache) if job.cache else None)
        texts = {RESULT: result, REPORT: page, LEDGER: ledger, NOTEBOOK: notebook_text(notebook)}
        for name, text in texts.items():
            (staging / name).write_text(text, encoding="utf-8")
    except CasebookError as error:
        return Failure(type(error).__name__, str(error)), ""
    except OSError as error:
        problem = RunError(f"The results cannot be written ({error.strerror}).", hint=ROOM)
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
        return Failure("RunError", f"The executed notebook cannot be kept ({error.strerror}). {ROOM}")
    return None
