"""Loaded into each kernel: hands a casebook error's own text out of the notebook, marked as ours.

From outside, an error is only a name and a text; ``DataError`` is ours and pandas'. Inside, it is a class.
"""

from __future__ import annotations

from typing import Any

ERROR_MIME = "application/vnd.casebook.error+json"


def load_ipython_extension(shell: Any) -> None:
    """Register with IPython; called by it when the kernel starts."""
    from shared.errors import CasebookError

    def after_cell(result: Any) -> None:
        error = result.error_before_exec or result.error_in_exec
        if isinstance(error, CasebookError):
            content = {"error": type(error).__name__, "message": str(error)}
            shell.display_pub.publish({ERROR_MIME: content})

    shell.events.register("post_run_cell", after_cell)
