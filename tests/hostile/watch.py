"""Reading under watch: time, memory, files left behind, and the words of every refusal."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from shared.errors import CasebookError
from tests.hostile.inputs import CANARY

SECONDS = 12.0
MEGABYTES = 1500
"""More than the process had before, at its highest; the largest input says of itself that it is 2 GB."""
_NOT_PRINTED = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class TooSlow(BaseException):
    """No Exception, so that no reader takes it for a fault of the file."""


@contextmanager
def bounded(seconds: float = SECONDS, megabytes: int = MEGABYTES) -> Iterator[None]:
    """Fail when what is done inside takes too long or too much memory (measured where the system can tell)."""

    def late(*_: Any) -> None:
        raise TooSlow(f"not done after {seconds} s")

    before = _highest(anew=True)
    old = signal.signal(signal.SIGPROF, late)
    signal.setitimer(signal.ITIMER_PROF, seconds)  # of the processor: other processes do not make it fail
    begin = time.process_time()
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, old)
    assert time.process_time() - begin < seconds
    assert _highest() - before < megabytes


def _highest(*, anew: bool = False) -> float:
    """The highest memory of this process in MB (0 where the system does not say), counted anew if asked."""
    try:
        if anew:
            Path("/proc/self/clear_refs").write_text("5")
        said = Path("/proc/self/status").read_text()
    except OSError:
        return 0.0
    return int(re.search(r"VmHWM:\s+(\d+)", said)[1]) / 1024  # type: ignore[index]


def said_clearly(error: CasebookError, *secrets: str) -> None:
    """Fail unless every fault says what, where and what to do, on lines that can be printed, without a value."""
    for fault in error.faults:
        assert fault.problem.strip(), "no problem is named"
        assert fault.where.strip(), f"no place is named: {fault}"
        assert fault.hint.strip(), f"it is not said what to do: {fault}"
    text = str(error)
    assert not _NOT_PRINTED.search(text), f"signs that a terminal would obey: {text!r}"
    assert len(text) < 20_000, "the message is longer than anybody reads"
    assert "Traceback" not in text
    assert not re.search(r"/tmp/|casebook-\w{8}", text), f"a temporary file is named: {text}"
    for secret in (CANARY, *secrets):
        assert secret not in text, "a value of the file is in the message"


@contextmanager
def nothing_left(folder: Path) -> Iterator[None]:
    """Fail when a file is made, changed or removed in ``folder``, which holds the working folder and that of
    temporary files, or beside it."""
    before = _listing(folder)
    yield
    assert _listing(folder) == before


def _listing(folder: Path) -> dict[str, tuple[int, int]]:
    found = {}
    for path in [*folder.rglob("*"), *folder.parent.glob("*")]:
        state = os.lstat(path)
        found[str(path)] = (0, 0) if path.is_dir() else (state.st_size, state.st_mtime_ns)
    return found
