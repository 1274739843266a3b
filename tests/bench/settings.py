"""What a run of the benchmark is told, and the folder it works in."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Options:
    """How much is measured; the folder is thrown away at the end."""

    folder: Path
    cases: int = 50
    many: tuple[int, ...] = (10, 500)
    sample: int = 6
    still: int = 100
    repeats: int = 3
    rows: tuple[int, ...] = (1_000_000, 20_000_000)


@dataclass(frozen=True)
class Ran:
    """One finished command: wall seconds, processor seconds, and output."""

    seconds: float
    processor: float
    out: str

    def each(self, count: int) -> Ran:
        """Return the times of one of ``count`` equal things."""
        return Ran(self.seconds / count, self.processor / count, self.out)


def command(arguments: list[str], environment: dict[str, str], folder: Path) -> Ran:
    """Run a command to its end and measure it. Raises ``RuntimeError`` with its last lines when it fails."""
    with tempfile.TemporaryFile("w+") as out:
        began = time.perf_counter()
        process = subprocess.Popen(arguments, env={**os.environ, **environment}, cwd=folder, stdout=out, stderr=out)
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        out.seek(0)
        text = out.read()
    if status:
        raise RuntimeError(f"{arguments[0]} failed:\n" + "\n".join(text.splitlines()[-15:]))
    return Ran(seconds, used.ru_utime + used.ru_stime, text)


def python(code: str, environment: dict[str, str], folder: Path, executable: str = sys.executable) -> Ran:
    """Run a piece of Python in an interpreter of its own."""
    return command([executable, "-c", code], environment, folder)


def load() -> str:
    """Return the load of the machine in words, and what it does to time: other work makes every time longer."""
    one, five, _ = os.getloadavg()
    began, work = time.perf_counter(), time.process_time()
    while time.process_time() - work < 0.3:
        pass
    waits = (time.perf_counter() - began) / 0.3
    return (
        f"{os.cpu_count()} processors, load {one:.1f} (last minute), {five:.1f} (last five); "
        f"a second of processor time takes {waits:.1f} s"
    )
