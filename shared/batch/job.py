"""A job: what travels to the process or machine that executes one notebook, and what comes back while it does."""

from __future__ import annotations

from dataclasses import dataclass, field

NOTEBOOK, REPORT, RESULT, LEDGER = "notebook.ipynb", "report.html", "result.json", "ledger.json"
PUBLISHED = (NOTEBOOK, REPORT, RESULT, LEDGER)
FAILED_NOTEBOOK, TRACEBACK, WARNINGS = "notebook.failed.ipynb", "traceback.txt", "warnings.txt"
WORKER_TEXT = "worker.txt"


@dataclass(frozen=True)
class Job:
    """What to execute: only text and numbers, so that it can travel to another process or machine.

    ``staging`` and ``private`` are existing folders of mode 0700: files for the caller, and sockets. ``cache`` is a
    folder that jobs share for what takes long to make and is the same for all; none when empty. ``memory`` (0: no
    limit) and ``output`` are what the notebook may use, in MB. ``executed`` is the folder of an earlier run whose
    results need only a new report, because nothing but prose or the look of reports has changed since. ``files`` are
    the inputs for machines that do not have them: place in the project -> path on the caller's machine.
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
    memory: int = 0
    output: int = 100
    executed: str = ""
    files: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """What a running job tells: ``kernel`` (its process id), ``cell`` (which one starts), ``render``, or ``again``
    (its worker was lost, it starts anew elsewhere)."""

    kind: str
    pid: int = 0
    cell: int = 0
    cells: int = 0
    cell_id: str = ""
    heading: str = ""
