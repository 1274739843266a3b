"""Ctrl-C, and a runner that is killed outright: no worker and no kernel stays behind, what is finished stays."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable

import psutil
import pytest

from shared.batch.record import RunState
from shared.batch.run import run_cases
from shared.cases.project import Project
from tests.batch.small import Told, add_case, saved

RUNNER = """
import signal
import sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have started the tests with Ctrl-C ignored
from pathlib import Path
from shared.batch import run
from shared.cases.project import Project
root = Path(sys.argv[1])
run.package_folder = lambda: root / "package"
run.run_cases(Project(root, None, root / "data"), ["alpha", "beta", "gamma"], workers=2)
"""
HOLDS_THE_INTERPRETER = "import re\nre.match('(a+)+$', 'a' * 64 + 'b')"


def until(condition: Callable[[], bool]) -> bool:
    """Wait for a condition; False when it does not come true within a minute."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_stopped_runner_leaves_no_process(project: Project, how: signal.Signals) -> None:
    add_case(project, "alpha", "x = 1")
    for slug in ("beta", "gamma"):
        marker = project.root / f"{slug}.started"
        add_case(project, slug, f"import pathlib\npathlib.Path({str(marker)!r}).touch()", HOLDS_THE_INTERPRETER)
    runner = subprocess.Popen(
        [sys.executable, "-c", RUNNER, str(project.root)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    with runner:
        running = until(lambda: all((project.root / f"{slug}.started").exists() for slug in ("beta", "gamma")))
        started = psutil.Process(runner.pid).children(recursive=True)
        runner.send_signal(how)
        try:
            code = runner.wait(timeout=30)
        finally:
            runner.kill()
        text = runner.stdout.read() if runner.stdout else ""
    assert running, text
    assert len(started) == 5, started  # the forking parent, two workers, two kernels
    assert code == -how, text
    assert until(lambda: not any(process.is_running() for process in started)), started
    assert saved(project, "alpha")["state"] == "done"
    assert not (project.outputs / "beta" / "run.json").exists()
    if how is signal.SIGINT:
        assert list((project.outputs / "beta").glob(".running-*")) == []

    for slug in ("beta", "gamma"):  # what was interrupted is run again, what had finished is not
        path = project.notebooks / f"{slug}.ipynb"
        path.write_text(path.read_text(encoding="utf-8").replace("(a+)+", "a+"), encoding="utf-8")
    records = run_cases(project, ["alpha", "beta", "gamma"], workers=2, progress=Told())
    assert [record.state for record in records] == [RunState.UNCHANGED, RunState.DONE, RunState.DONE]
