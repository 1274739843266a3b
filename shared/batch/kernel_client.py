"""The client side of a kernel's sockets, ready as soon as the kernel is."""

from __future__ import annotations

import time
from queue import Empty
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient

FIRST_WAIT, LONGEST_WAIT = 0.05, 1.0


class PromptClient(AsyncKernelClient):  # type: ignore[misc]  # jupyter_client is untyped here
    """A client that does not wait a fixed time for messages that are not coming, as the stock one does."""

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Return when the kernel has answered a request and said on the public channel that it is idle again.

        The first messages on the public channel are lost until the kernel knows of the subscription, so the request
        is repeated. Raises ``RuntimeError`` when the kernel ended or ``timeout`` seconds have passed.
        """
        deadline = time.monotonic() + (timeout or 60)
        wait = FIRST_WAIT
        while True:
            request = self.kernel_info()
            if await self._heard(self.shell_channel, request, "kernel_info_reply", LONGEST_WAIT):
                if await self._heard(self.iopub_channel, request, "status", wait):
                    return
                wait = min(2 * wait, LONGEST_WAIT)
            elif not await self.is_alive():
                raise RuntimeError("The kernel ended before it was ready.")
            if time.monotonic() > deadline:
                raise RuntimeError("The kernel was not ready in time.")

    async def _heard(self, channel: Any, request: str, kind: str, seconds: float) -> bool:
        """Return True when the answer to ``request`` came; a ``status`` counts when it says idle."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            try:
                message = await channel.get_msg(timeout=left)
            except (TimeoutError, Empty):
                return False
            if message["parent_header"].get("msg_id") != request or message["msg_type"] != kind:
                continue
            if kind == "kernel_info_reply":
                self._handle_kernel_info_reply(message)
                return True
            if message["content"]["execution_state"] == "idle":
                return True
        return False
