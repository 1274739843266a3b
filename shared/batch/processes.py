"""Ending processes together: what a worker, a kernel or the forking parent needs of the operating system."""

from __future__ import annotations

import ctypes
import os
import signal
from contextlib import suppress

_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG
_ADOPT_ORPHANS = 36  # PR_SET_CHILD_SUBREAPER


def end_group(leader: int) -> None:
    """Kill a process group; nothing happens when it has ended already."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def end_child(pid: int) -> None:
    """Kill a child that has not been waited for, and its group, if it has come to have one of its own."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    end_group(pid)


def die_with(parent: int) -> None:
    """Let Linux kill this process as soon as its parent, process ``parent``, ends in any way.

    Call it first thing in a forked child: a parent that ended before the call is noticed too.
    """
    _prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent ends, instead of the system's first process."""
    _prctl(_ADOPT_ORPHANS, 1)


def _prctl(option: int, value: int) -> None:
    if ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), f"prctl {option}")
