"""A kernel without a port: ipykernel opens one on loopback beside its sockets, for prints of forked children."""

from __future__ import annotations

from typing import Any


def close_port(shell: Any) -> None:
    """Close the port, in the thread that owns it.

    Its messages need a secret word, but any user of the machine can connect to it; the kernel's own sockets lie in a
    private folder. What a forked child of a notebook prints is lost.
    """
    thread = getattr(getattr(shell, "kernel", None), "iopub_thread", None)
    port = getattr(thread, "_pipe_in", None)
    if thread is not None and port is not None:
        thread.schedule(port.close)
