"""papermill's engine without a kernel: IPython's shell for kernels in this process, its messages handed straight on."""

from __future__ import annotations

import io
import pdb
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from typing import Any, TextIO

from ipykernel.ipkernel import IPythonKernel
from ipykernel.zmqshell import ZMQInteractiveShell
from jupyter_client.session import Session
from nbclient.exceptions import DeadKernelError
from papermill.engines import NBClientEngine, papermill_engines
from traitlets.config import Config

from shared.batch.engine import UNUSED, LimitedClient

NAME = "casebook-in-process"
EXTENSION = "shared.batch.safe_errors"


class _TooMuch(BaseException):
    """Ends a cell that puts out more than the limit; no ``except Exception`` in a notebook holds it up."""


class _Messages(Session):  # type: ignore[misc]  # jupyter_client is untyped here
    """Hands each message on as it would arrive from a kernel, instead of sending it."""

    def __init__(self, deliver: Callable[[dict[str, Any]], None]) -> None:
        super().__init__()
        self._deliver = deliver

    def send(self, stream: Any, message: Any, content: Any = None, *rest: Any, **options: Any) -> Any:
        """Deliver ``message``, or the message of that type with ``content``."""
        made = message if isinstance(message, dict) else self.msg(message, content)
        self._deliver({**made, "content": self.unpack(self.pack(made["content"]))})
        return made


class _Stream(io.TextIOBase):
    """``sys.stdout`` or ``sys.stderr`` of the cells."""

    encoding = "UTF-8"

    def __init__(self, session: _Messages, name: str) -> None:
        self._session, self.name = session, name

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if text:
            self._session.send(None, "stream", {"name": self.name, "text": text})
        return len(text)


class _Debugger(pdb.Pdb):
    """The debugger in the terminal, while the cells' own output goes into the report."""

    def __init__(self, terminal: TextIO) -> None:
        super().__init__(nosigint=True)
        self.stdout = terminal

    def interaction(self, *given: Any) -> None:
        with redirect_stdout(self.stdout):
            super().interaction(*given)


class _Client(LimitedClient):
    """Runs the cells in this process; what becomes of their messages is as with a kernel."""

    def execute(self) -> Any:
        """Execute all cells up to the first that fails, and return the notebook."""
        self.reset_execution_trackers()
        self.on_notebook_start(notebook=self.nb)
        with _shell(self._deliver) as shell:
            for index, cell in enumerate(self.nb.cells):
                self.nb_man.cell_start(cell, index)
                try:
                    if not self._execute_here(shell, cell, index):
                        self.nb_man.cell_exception(cell, cell_index=index)
                        break
                finally:
                    self.nb_man.cell_complete(cell, cell_index=index)
        self.nb.metadata["language_info"] = dict(IPythonKernel.language_info)
        return self.nb

    def _execute_here(self, shell: Any, cell: Any, index: int) -> bool:
        self.on_cell_start(cell=cell, cell_index=index)
        if cell.cell_type != "code" or not cell.source.strip():
            return True
        self._cell = cell, index
        cell.outputs = []
        self.clear_before_next_output = False
        cell.execution_count = shell.execution_count
        done = shell.run_cell(cell.source, store_history=True)
        error = done.error_before_exec or done.error_in_exec
        if isinstance(error, KeyboardInterrupt):
            raise error
        if isinstance(error, _TooMuch):
            raise DeadKernelError("too much output")
        return error is None or "raises-exception" in cell.metadata.get("tags", [])

    def _deliver(self, message: dict[str, Any]) -> None:
        self.process_message(message, *self._cell)
        if self.exceeded:
            raise _TooMuch


@contextmanager
def _shell(deliver: Callable[[dict[str, Any]], None]) -> Iterator[Any]:
    """Give the process a shell as a kernel has it."""
    session = _Messages(deliver)
    config = Config()
    config.HistoryManager.enabled = False
    terminal = sys.stdout
    ZMQInteractiveShell.clear_instance()
    shell = ZMQInteractiveShell.instance(config=config)
    for part in (shell.displayhook, shell.display_pub):
        part.session, part.pub_socket = session, session
    shell.displayhook.topic = b"execute_result"
    set_trace = pdb.set_trace

    def stop_here(*ignored: Any, **also: Any) -> None:
        _Debugger(terminal).set_trace(sys._getframe(1))

    try:
        shell.extension_manager.load_extension(EXTENSION)
        sys.stdout, sys.stderr = _Stream(session, "stdout"), _Stream(session, "stderr")
        sys.breakpointhook, pdb.set_trace = stop_here, stop_here
        yield shell
    finally:
        pdb.set_trace = set_trace
        shell.extension_manager.unload_extension(EXTENSION)
        ZMQInteractiveShell.clear_instance()


class InProcessEngine(NBClientEngine):  # type: ignore[misc]  # papermill is untyped
    """As papermill's own engine, without a kernel."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> None:
        """Execute the notebook; ``most`` and ``too_much`` among ``options`` are the client's."""
        wanted = {name: value for name, value in options.items() if name not in (*UNUSED, "start_timeout")}
        _Client(nb_man, **wanted).execute()


def register() -> str:
    """Make the engine known to papermill and return its name."""
    papermill_engines.register(NAME, InProcessEngine)
    return NAME
