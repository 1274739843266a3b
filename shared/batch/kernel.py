"""A notebook's kernel: this interpreter's own, on sockets in a private folder, with nothing of the user's in it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shared.batch.forked_kernel import ForkedKernel

REMOVED = ("PYTHONSTARTUP", "PYTHONWARNINGS", "PYTHONINSPECT")
THEIR_LAUNCHER, OUR_LAUNCHER = "ipykernel_launcher", "shared.batch.ipykernel_launcher"
SECRET = re.compile(
    r"TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|API_?KEY|ACCESS_?KEY|CREDENTIAL|PRIVATE_?KEY|DATABASE_URL", re.IGNORECASE
)
"""Names of environment variables whose values no kernel gets, and the scan of a release looks for."""
FIXED = {
    "PYTHONHASHSEED": "0",
    # one thread a kernel: the workers share the processors, and sums do not depend on how many there are
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    # Arrow and polars bring an allocator that starts a thread on import, and a process with threads cannot be forked
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    "_RJEM_MALLOC_CONF": "background_thread:false",
    # Arrow's own allocator keeps what was freed: 30 MB in a kernel that had read 20,000 records
    "ARROW_DEFAULT_MEMORY_POOL": "system",
}
KERNEL_ARGUMENTS = [
    "--InteractiveShellApp.extra_extensions=shared.batch.safe_errors",
    "--HistoryManager.enabled=False",  # no database of what was typed; In and Out are there all the same
]


def prepare_environment(private: Path, values: dict[str, str]) -> None:
    """Set this process' environment for the kernels it starts.

    The user's IPython profile and start-up files stay out (a report must not depend on whose account ran it), and
    nothing that IPython keeps is written outside ``private``. Secrets stay out too: an error or a printed environment
    would carry them into an output.
    """
    for name in [*REMOVED, *filter(SECRET.search, os.environ)]:
        os.environ.pop(name, None)
    os.environ.update(FIXED)
    os.environ.update(values)
    os.environ["IPYTHONDIR"] = str(private / "ipython")


def kernel_manager(private: Path, started: Callable[[int], None], forked: ForkedKernel | None = None) -> type:
    """Return a kernel manager class for papermill that keeps everything in ``private`` (mode 0700).

    IPC sockets instead of TCP: on a shared server no other user can connect. ``started`` is told the process id as
    soon as there is one; the kernel is the leader of its own process group. ``forked`` is a child that is to become
    the kernel; without it one is spawned.
    """
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager

    from shared.batch.kernel_client import PromptClient

    class PrivateKernelManager(AsyncKernelManager):  # type: ignore[misc]  # jupyter_client is untyped here
        def __init__(self, **options: Any) -> None:
            super().__init__(
                transport="ipc",
                ip=str(private / "k"),
                connection_file=str(private / "k.json"),
                # no folders to look in: a "python3" that somebody installed for another interpreter is not ours
                kernel_spec_manager=KernelSpecManager(kernel_dirs=[]),
                client_factory=PromptClient,
                **options,
            )

        async def _async_launch_kernel(self, kernel_cmd: list[str], **options: Any) -> None:
            if forked is None:
                ours = [OUR_LAUNCHER if word == THEIR_LAUNCHER else word for word in kernel_cmd]
                await super()._async_launch_kernel(ours, **options)
            else:
                forked.start(kernel_cmd, options["env"] | {"JPY_PARENT_PID": str(os.getpid())})
                self.provisioner.process = forked
                self.provisioner.pid = self.provisioner.pgid = forked.pid
            started(int(self.provisioner.pid))

    return PrivateKernelManager
