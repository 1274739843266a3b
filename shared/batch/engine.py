"""papermill's engine with the limits that papermill does not know: size of the outputs, memory of the kernel."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from traitlets import Any as AnyTrait
from traitlets import Int

MEGABYTE = 1 << 20
NAME = "casebook"
COUNTED = ("stream", "display_data", "execute_result", "update_display_data", "error")
UNUSED = ("input_path", "log_output", "stdout_file", "stderr_file", "execution_timeout")


class LimitedClient(PapermillNotebookClient):  # type: ignore[misc]  # papermill is untyped
    """Counts what the cells put out; ``too_much`` is called once when it exceeds ``most`` bytes."""

    most = Int()
    too_much: Callable[[], None] = AnyTrait()
    _bytes = 0

    @property
    def exceeded(self) -> bool:
        """Whether the outputs have become too large."""
        return bool(self._bytes > self.most)

    def process_message(self, msg: dict[str, Any], *rest: Any, **options: Any) -> Any:
        """Add a message's content to the outputs, unless they have become too large."""
        if msg["msg_type"] in COUNTED:
            within = self._bytes <= self.most
            self._bytes += _size(msg["content"])
            if self._bytes > self.most:
                if within:
                    self.too_much()
                return None
        return super().process_message(msg, *rest, **options)


def _size(content: dict[str, Any]) -> int:
    if "text" in content:
        return len(content["text"])
    return sum(len(v) if isinstance(v, str) else len(json.dumps(v)) for v in content.get("data", {}).values())


class CasebookEngine(NBClientEngine):  # type: ignore[misc]  # papermill is untyped
    """As papermill's own engine, with a client that counts."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: Any, kernel_name: str, *, start_timeout: int = 60, **options: Any
    ) -> None:
        """Execute the notebook; ``most`` and ``too_much`` among ``options`` are the client's."""
        wanted = {name: value for name, value in options.items() if name not in UNUSED}
        LimitedClient(nb_man, kernel_name=kernel_name, startup_timeout=start_timeout, **wanted).execute()


def register() -> str:
    """Make the engine known to papermill and return its name."""
    papermill_engines.register(NAME, CasebookEngine)
    return NAME
