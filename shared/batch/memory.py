"""The memory limit of a kernel: an allocation beyond it is refused, and what is left is enough to say so."""

from __future__ import annotations

import resource
from typing import Any

MEGABYTE = 1 << 20
RESERVE = 128
"""MB above the limit, which are freed for the report of the error itself."""


def limit_memory(shell: Any, megabytes: int) -> None:
    """Limit the private memory of this process (``RLIMIT_DATA``: what it may write to, not what it maps to read).

    Once a cell has run out of memory the reserve is opened, because printing the error takes memory too.
    """
    soft, hard = megabytes * MEGABYTE, (megabytes + RESERVE) * MEGABYTE
    resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))

    def report(shell: Any, kind: type, error: BaseException, trace: Any, tb_offset: int | None = None) -> None:
        resource.setrlimit(resource.RLIMIT_DATA, (hard, hard))
        shell.showtraceback((kind, error, trace), tb_offset=tb_offset)

    shell.set_custom_exc((MemoryError,), report)
