"""How a worker process comes into being on this machine: forked from a parent that has imported all, or spawned."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import IO, Protocol

from shared.batch.kernel import FIXED, REMOVED
from shared.batch.processes import end_group
from shared.errors import RunError


class WorkerProcess(Protocol):
    """A started worker: orders are written to one descriptor, answers are read from the other."""

    orders: int
    answers: int

    def end(self, kernel: int, patience: float) -> int | None:
        """End it, with the kernel of that number if one is named, and close both descriptors.

        Returns how it ended (negative: by that signal) if it did so by itself within ``patience`` seconds.
        """


class Starter(Protocol):
    """Starts workers; one per run, used by one thread."""

    def start(self, private: Path, errors: Path) -> WorkerProcess:
        """Start a worker in ``private``/work; what libraries print goes to the file ``errors``."""

    @property
    def alive(self) -> bool:
        """False when workers may have ended only because what started them did."""

    def stop(self) -> None:
        """End everything that is left."""


def environment() -> dict[str, str]:
    """Return the environment of everything a run starts."""
    return {name: value for name, value in os.environ.items() if name not in REMOVED} | FIXED


class Spawner:
    """Starts each worker as a new interpreter; works everywhere."""

    alive = True

    def start(self, private: Path, errors: Path) -> WorkerProcess:
        """Start ``python -m shared.batch.worker``."""
        return _Spawned(private, errors)

    def stop(self) -> None:
        """Nothing is left: the workers are ended one by one."""


class _Spawned:
    def __init__(self, private: Path, errors: Path) -> None:
        with errors.open("wb") as file:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "shared.batch.worker"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=file,
                cwd=private / "work", env=environment(), start_new_session=True,
            )  # fmt: skip
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self.orders, self.answers = self._process.stdin.fileno(), self._process.stdout.fileno()

    def end(self, kernel: int, patience: float) -> int | None:
        code: int | None = None
        with suppress(subprocess.TimeoutExpired):
            code = self._process.wait(timeout=patience)
        if self._process.returncode is None:
            end_group(self._process.pid)
            self._process.wait()
        if kernel:
            end_group(kernel)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()
        return code


class Forker:
    """Starts each worker as a fork of one parent process (``shared.batch.parent``), which takes 2 s to start.

    Raises ``RunError`` with the reason where forking is not possible. May be used by several threads.
    """

    def __init__(self) -> None:
        if not sys.platform.startswith("linux"):
            raise RunError(f"Forking is not safe on {sys.platform}.")
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._socket = ours
        self._said: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  # closed by stop
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "shared.batch.parent"],
                stdin=theirs.fileno(), stdout=subprocess.DEVNULL, stderr=self._said, env=environment(),
                start_new_session=True,
            )  # fmt: skip
        self._number = 0
        self._one_at_a_time = threading.Lock()
        self._wait_until_ready()

    def _wait_until_ready(self) -> None:
        answer = self._socket.recv(1 << 16)
        problem = json.loads(answer)["problem"] if answer else "its parent process ended"
        if problem:
            self._said.seek(0)
            lines = self._said.read().decode(errors="replace").splitlines()
            problem += f" ({lines[-1]})" if lines else ""
            self.stop()
            raise RunError(f"Forking is not possible: {problem}.")

    @property
    def alive(self) -> bool:
        """Whether the parent runs."""
        return self._process.poll() is None

    def start(self, private: Path, errors: Path) -> WorkerProcess:
        """Have a worker forked."""
        with self._one_at_a_time:
            return self._start(private, errors)

    def _start(self, private: Path, errors: Path) -> WorkerProcess:
        self._number += 1
        order_read, order_write = os.pipe()
        answer_read, answer_write = os.pipe()
        with errors.open("wb") as file:
            text = json.dumps({"start": self._number, "private": str(private)})
            theirs = [order_read, answer_write, file.fileno()]
            with suppress(BrokenPipeError, ConnectionResetError):  # the worker then ends before it has begun
                socket.send_fds(self._socket, [text.encode()], theirs)
        os.close(order_read)
        os.close(answer_write)
        return _Forked(self, self._number, order_write, answer_read)

    def end(self, number: int, kernel: int, patience: float) -> int | None:
        """Have a worker ended; see ``WorkerProcess.end``. None too when the parent is gone, and all with it."""
        with self._one_at_a_time, suppress(BrokenPipeError, ConnectionResetError):
            self._socket.send(json.dumps({"end": number, "kernel": kernel, "patience": patience}).encode())
            if answer := self._socket.recv(1 << 16):
                code: int | None = json.loads(answer)["code"]
                return code
        return None

    def stop(self) -> None:
        """End the parent and every process below it."""
        self._socket.close()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            end_group(self._process.pid)
            self._process.wait()
        self._said.close()


class _Forked:
    def __init__(self, forker: Forker, number: int, orders: int, answers: int) -> None:
        self._forker, self._number = forker, number
        self.orders, self.answers = orders, answers

    def end(self, kernel: int, patience: float) -> int | None:
        code = self._forker.end(self._number, kernel, patience)
        os.close(self.orders)
        os.close(self.answers)
        return code
