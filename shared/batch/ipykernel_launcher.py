"""What a spawned kernel runs: ipykernel's own launcher, without the debugger, as forked kernels are."""

from __future__ import annotations

import runpy

from shared.batch.startup import skip_debugger

if __name__ == "__main__":
    skip_debugger()
    runpy.run_module("ipykernel_launcher", run_name="__main__", alter_sys=True)
