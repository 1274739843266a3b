"""Loaded into each kernel: hands a casebook error's own text out of the notebook, marked as ours.

From outside, an error is only a name and a text; ``DataError`` is ours and pandas'. Inside, it is a class.
"""

from __future__ import annotations

import os
from typing import Any

ERROR_MIME = "application/vnd.casebook.error+json"
OUT_OF_MEMORY = "OutOfMemory"
MEMORY_LIMIT = "CASEBOOK_KERNEL_MEMORY"
"""The environment variable with the kernel's limit in MB; taken out again before a cell can see it."""


def load_ipython_extension(shell: Any) -> None:
    """Register with IPython; called by it when the kernel starts."""
    from shared.batch.no_port import close_port
    from shared.errors import CasebookError

    close_port(shell)
    limit = int(os.environ.pop(MEMORY_LIMIT, "0"))

    def after_cell(result: Any) -> None:
        error = result.error_before_exec or result.error_in_exec
        if isinstance(error, CasebookError):
            shell.display_pub.publish({ERROR_MIME: {"error": type(error).__name__, "message": str(error)}})
        elif isinstance(error, MemoryError):
            shell.display_pub.publish({ERROR_MIME: {"error": OUT_OF_MEMORY, "message": out_of_memory(limit)}})

    shell.events.register("post_run_cell", after_cell)
    if limit:
        from shared.batch.memory import limit_memory

        limit_memory(shell, limit)


def out_of_memory(limit: int) -> str:
    """Return what to say of a notebook that ran out of memory; ``limit`` in MB, 0 when there was none."""
    if limit:
        return f"Out of memory: the notebook may use {limit:,} MB. Raise --memory-limit, or read fewer columns or rows."
    return "Out of memory. Run fewer notebooks at a time (--workers), or read fewer columns or rows."
