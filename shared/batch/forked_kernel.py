"""A kernel forked from a process that has imported everything and done nothing else.

It is a real kernel in a process of its own, as if it had been spawned; only the imports are not repeated.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from shared.batch.processes import die_with, end_child


class ForkedKernel:
    """A child of this process that waits for its orders; to jupyter_client it looks like a ``subprocess.Popen``.

    Make it before this process starts a thread or opens a socket. ``private`` are file descriptors that the kernel
    must not inherit.
    """

    stdin = stdout = stderr = None

    def __init__(self, private: Sequence[int]) -> None:
        self.returncode: int | None = None
        receive, self._orders = os.pipe()
        parent = os.getpid()
        self.pid = os.fork()
        if self.pid == 0:
            _in_child(parent, receive, [*private, self._orders])
        os.close(receive)

    def start(self, command: list[str], environment: dict[str, str]) -> None:
        """Let the child become the kernel that ``command`` (of a spawned one) describes."""
        order = {"arguments": command[command.index("-f") :], "environment": environment, "folder": str(Path.cwd())}
        with os.fdopen(self._orders, "w", encoding="utf-8") as orders:
            json.dump(order, orders)

    def poll(self) -> int | None:
        """Return how the kernel ended (negative: by that signal); None while it runs."""
        if self.returncode is None:
            self._reap(os.WNOHANG)
        return self.returncode

    def wait(self) -> int | None:
        """Wait until the kernel has ended and return how."""
        if self.returncode is None:
            self._reap(0)
        return self.returncode

    def _reap(self, options: int) -> None:
        with suppress(InterruptedError):
            pid, status = os.waitpid(self.pid, options)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)

    def send_signal(self, number: int) -> None:
        """Send a signal, unless the kernel has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask the kernel to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the kernel and what it started."""
        if self.poll() is None:
            end_child(self.pid)


def _in_child(parent: int, receive: int, private: Sequence[int]) -> None:
    """Wait for the orders and become a kernel; never returns."""
    code = 1
    try:
        os.setsid()
        die_with(parent)
        for descriptor in private:
            os.close(descriptor)
        with os.fdopen(receive, encoding="utf-8") as orders:
            text = orders.read()
        if text:  # else the worker ended before it had a use for a kernel
            _become_kernel(**json.loads(text))
        code = 0
    except BaseException:  # noqa: BLE001  # at the bottom of a process: printed to the worker's text, then the end
        traceback.print_exc()
    finally:
        with suppress(OSError, ValueError):
            sys.stderr.flush()
        os._exit(code)


def _become_kernel(arguments: list[str], environment: dict[str, str], folder: str) -> None:
    from ipykernel.kernelapp import IPKernelApp

    fresh_state(environment, folder)
    launcher = find_spec("ipykernel_launcher")
    sys.argv = [str(launcher.origin if launcher else ""), *arguments]
    IPKernelApp.launch_instance(argv=[*arguments, f"--IPKernelApp.parent_handle={environment['JPY_PARENT_PID']}"])


def fresh_state(environment: dict[str, str], folder: str) -> None:
    """Give a forked process what a spawned one would start with: environment, folder, signals, random numbers."""
    import numpy as np

    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    os.chdir(folder)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD):
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
    random.seed()
    np.random.seed()  # the old global generator is the one that a fork would share
