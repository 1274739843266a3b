"""A Dask cluster on loopback for tests: a scheduler and workers, each a process of its own."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import psutil

STARTED_WITHIN = 90.0


class DaskCluster:
    """Starts and ends the processes; every one of them ends with ``stop``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.file = folder / "scheduler.json"
        self.scheduler = self._start("dask_scheduler", "--scheduler-file", str(self.file), "--port", "0")
        self.workers: list[subprocess.Popen[bytes]] = []
        until = time.monotonic() + STARTED_WITHIN
        while not self.file.is_file() or not self.file.stat().st_size:
            assert time.monotonic() < until, "no scheduler"
            time.sleep(0.05)

    @property
    def address(self) -> str:
        """Where the scheduler listens."""
        import json

        return str(json.loads(self.file.read_text(encoding="utf-8"))["address"])

    def have(self, number: int) -> None:
        """Start workers until ``number`` of them run, and wait until they have arrived."""
        before, missing = self._arrived(), number
        self.workers = [worker for worker in self.workers if worker.poll() is None]
        missing -= len(self.workers)
        while len(self.workers) < number:
            self.workers.append(
                self._start(
                    "dask_worker", self.address, "--nthreads", "1", "--no-nanny", "--local-directory",
                    str(self._folder), "--worker-port", "0",
                )
            )  # fmt: skip

        until = time.monotonic() + STARTED_WITHIN
        while self._arrived() < before + missing:
            assert time.monotonic() < until, "no worker"
            time.sleep(0.05)

    def _arrived(self) -> int:
        log = self._folder / "dask_worker.log"
        return log.read_text(encoding="utf-8").count("Registered to:") if log.is_file() else 0

    def _start(self, module: str, *options: str) -> subprocess.Popen[bytes]:
        with (self._folder / f"{module}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.{module}", "--host", "127.0.0.1", "--no-dashboard", *options],
                stdout=log, stderr=log, cwd=Path(__file__).parents[2], start_new_session=True,
            )  # fmt: skip

    def below(self) -> list[psutil.Process]:
        """Return every process that the workers have started."""
        running = [worker.pid for worker in self.workers if worker.poll() is None]
        return [process for pid in running for process in psutil.Process(pid).children(recursive=True)]

    def stop(self) -> None:
        """Kill all of them."""
        below = self.below()
        for process in [*self.workers, self.scheduler]:
            process.kill()
            process.wait()
        _, alive = psutil.wait_procs(below, timeout=20)
        assert not alive, alive
