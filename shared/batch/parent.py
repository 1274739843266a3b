"""The forking parent: one process that has imported what every notebook needs, and forks a worker for each job.

It holds no user's data and has no thread, event loop, ZeroMQ context or database, so that a fork of it is as good
as a new interpreter. It ends, with everything it started, when its runner does.
"""

from __future__ import annotations

import builtins
import gc
import importlib
import json
import os
import pkgutil
import select
import shutil
import signal
import socket
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace

from shared.batch.processes import adopt_orphans, die_with, end_child, end_group

ROOMS = ("shared.report", "shared.charts")
LIBRARIES = (
    "papermill", "nbclient.client", "nbconvert.exporters.templateexporter", "ipykernel.ipkernel", "ipykernel.kernelapp",
    "ipykernel.zmqshell", "ipykernel.displayhook", "ipykernel_launcher", "IPython.core.completer", "pandas",
    "altair", "shapely", "shared.explore.panel", "shared.batch.worker", "shared.batch.engine", "shared.batch.render",
    "shared.batch.kernel_client",
    # what these import when they are first used; a child that imports it has the time and the memory of it to itself
    "IPython.core.completerlib", "IPython.core.debugger", "IPython.core.logger", "IPython.core.oinspect",
    "IPython.extensions.storemagic", "IPython.utils.wildcard", "ipykernel.kernelspec", "mistune.plugins.math",
    "narwhals._duration", "narwhals._interchange.dataframe", "narwhals._pandas_like.dataframe",
    "narwhals._pandas_like.group_by", "narwhals._pandas_like.namespace", "narwhals.stable.v2._namespace",
    "pandas.core.methods.to_dict", "pandas.io.formats.string", "pyarrow.pandas_compat",
    "zmq.utils.garbage",
)  # fmt: skip
REOPENED = {"proj.db"}
"""Databases whose library opens them anew in a forked process: PROJ does (a test looks at the open files)."""
LONGEST_MESSAGE = 1 << 16


def main() -> None:
    """Import everything, say whether forking is safe, then fork and end workers as the runner asks."""
    runner = socket.socket(fileno=os.dup(0))
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    if sys.path and Path(sys.path[0]) == Path.cwd():
        del sys.path[0]  # a notebook must not find the modules of the folder the command was typed in
    adopt_orphans()
    import_everything()
    problem = unsafe(sockets=1)
    runner.send(json.dumps({"problem": problem}).encode())
    gc.collect()
    gc.freeze()  # the collector would write into every page and so copy it in every child
    if not problem:
        _Parent(runner).serve()


def import_everything() -> None:
    """Import what notebooks and reports use, and build what is the same for all of them."""
    from shared.batch.startup import skip_debugger, skip_grammars

    skip_grammars()
    with _as_in_a_kernel():
        import pandas  # noqa: F401
    skip_debugger()
    for name in LIBRARIES:
        importlib.import_module(name)
    for room in ROOMS:
        for module in pkgutil.walk_packages(importlib.import_module(room).__path__, f"{room}."):
            importlib.import_module(module.name)
    from shared.batch.warm import warm
    from shared.framework.register import load_register

    warm()
    load_register()
    _validators()


def _validators() -> None:
    """Have nbformat compile its schemas, which takes each process 13 MB; they are kept by version."""
    from nbformat import validator

    for version in (None, (4, 5)):
        validator.get_validator(*version or ())


@contextmanager
def _as_in_a_kernel() -> Iterator[None]:
    """Let pandas find a kernel while it is imported: it sets how many columns it shows, and its encoding, by that."""
    builtins.get_ipython = lambda: SimpleNamespace(kernel=None)  # type: ignore[attr-defined]
    stdout, sys.stdout = sys.stdout, SimpleNamespace(encoding="UTF-8")
    try:
        yield
    finally:
        sys.stdout = stdout
        del builtins.get_ipython  # type: ignore[attr-defined]


def unsafe(*, sockets: int = 0) -> str:
    """Return why this process must not be forked, or an empty text; ``sockets`` of its open files may be sockets."""
    threads = [(task / "comm").read_text().strip() for task in Path("/proc/self/task").iterdir()]
    if len(threads) > 1:
        return f"a library has started threads ({', '.join(sorted(threads))})"
    opened = []
    for descriptor in Path("/proc/self/fd").iterdir():
        with suppress(OSError):  # the one that the listing itself has used
            opened.append(str(descriptor.readlink()))
    if sum(name.startswith(("socket:", "anon_inode:[event")) for name in opened) > sockets:
        return "a library has opened a socket or an event loop"
    databases = {Path(name).name for name in opened if name.endswith((".db", ".sqlite"))} - REOPENED
    if databases:
        return f"a library has opened {', '.join(sorted(databases))}"
    return ""


class _Parent:
    """The workers forked so far, by the number that the runner gave them."""

    def __init__(self, runner: socket.socket) -> None:
        self._runner = runner
        self._pids: dict[int, int] = {}
        self._codes: dict[int, int] = {}
        self._folders: dict[int, str] = {}

    def serve(self) -> None:
        """Do what the runner asks until it is gone."""
        while True:
            readable, _, _ = select.select([self._runner], [], [], 5)
            self._reap()
            if not readable:
                continue
            text, descriptors, _, _ = socket.recv_fds(self._runner, LONGEST_MESSAGE, 3)
            if not text:
                self._end_all()
                return
            message = json.loads(text)
            if "start" in message:
                self._start(message["start"], message["private"], descriptors)
            else:
                code = self._end(message["end"], message["kernel"], message["patience"])
                self._runner.send(json.dumps({"code": code}).encode())

    def _start(self, number: int, private: str, descriptors: list[int]) -> None:
        me = os.getpid()
        pid = os.fork()
        if pid == 0:
            _work(me, self._runner, private, descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        self._pids[number] = pid
        self._folders[number] = private

    def _reap(self) -> None:
        """Collect what has ended: workers, and what notebooks left behind that came to us as orphans."""
        with suppress(ChildProcessError):
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if not pid:
                    return
                self._codes[pid] = os.waitstatus_to_exitcode(status)

    def _end(self, number: int, kernel: int, patience: float) -> int | None:
        """End a worker and its kernel; return how the worker ended, if it did so within ``patience`` seconds."""
        pid = self._pids.pop(number)
        self._folders.pop(number)
        code = self._wait_for(pid, patience)
        if code is None:
            end_child(pid)
            self._wait_for(pid, 60)
        if kernel and kernel not in self._codes:  # one that was collected has a number that may be somebody else's
            end_group(kernel)
        self._codes.pop(pid, None)
        return code

    def _wait_for(self, pid: int, seconds: float) -> int | None:
        until = time.monotonic() + seconds
        while True:
            self._reap()
            if pid in self._codes or time.monotonic() >= until:
                return self._codes.get(pid)
            time.sleep(0.002)

    def _end_all(self) -> None:
        import psutil

        for pid in self._pids.values():
            if pid not in self._codes:
                end_child(pid)
        for process in psutil.Process().children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                process.kill()
        for folder in self._folders.values():
            shutil.rmtree(folder, ignore_errors=True)


def _work(parent: int, runner: socket.socket, private: str, descriptors: list[int]) -> None:
    """Become a worker; never returns."""
    code = 1
    try:
        os.setsid()
        die_with(parent)
        runner.close()
        for place, descriptor in enumerate(descriptors):
            os.dup2(descriptor, place)
            os.close(descriptor)
        os.chdir(Path(private) / "work")
        from shared.batch.worker import main as work

        work(fork=True)
        code = 0
    except BaseException:  # noqa: BLE001  # at the bottom of a process: printed to the worker's text, then the end
        traceback.print_exc()
    finally:
        with suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the runner's to deal with
    main()
