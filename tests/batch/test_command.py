"""casebook run as a command: what it ends with when it is stopped, and what its start costs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from shared.batch.record import RunState
from shared.batch.run import run_cases
from shared.cases.project import Project
from tests.batch.small import Told, add_case, saved
from tests.batch.test_stop import until
from tests.conftest import ROOT

COMMAND = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have started the tests with Ctrl-C ignored
from pathlib import Path
import shared.batch.run
from shared.cli import main
root = Path(sys.argv.pop(1))
shared.batch.run.package_folder = lambda: root / 'package'
main()
"""
HEAVY = ("pandas", "numpy", "altair", "distributed", "dask", "fsspec", "polars", "duckdb", "papermill", "pydantic")


def test_ctrl_c_ends_with_130_and_says_how_to_go_on(project: Project) -> None:
    mark = project.root / "started"
    add_case(project, "alpha", "x = 1")
    add_case(project, "beta", f"import pathlib, time\npathlib.Path({str(mark)!r}).touch()\ntime.sleep(60)")
    environment = {**os.environ, "CASEBOOK_ROOT": str(project.root), "CASEBOOK_MIRROR": ""}
    runner = subprocess.Popen(
        [sys.executable, "-c", COMMAND, str(project.root), "run", "alpha", "beta", "--workers", "1"],
        cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    with runner:
        try:
            assert until(mark.exists)
            runner.send_signal(signal.SIGINT)
            said = runner.communicate(timeout=60)[1]
        finally:
            runner.kill()
    assert runner.returncode == 130
    assert said.splitlines()[-1] == (
        "casebook: stopped. What had finished is kept: the same command runs only the rest."
    )
    assert "Traceback" not in said
    assert saved(project, "alpha")["state"] == "done"
    assert not (project.outputs / "beta" / "run.json").exists()
    records = run_cases(project, ["alpha"], progress=Told())
    assert records[0].state is RunState.UNCHANGED


def test_help_and_an_unchanged_run_import_nothing_heavy() -> None:
    code = (
        "import sys\nfrom click.testing import CliRunner\nfrom shared.cli import main\n"
        "for words in (['--help'], ['run', '--help'], ['status', '--help']):\n"
        "    assert CliRunner().invoke(main, words).exit_code == 0\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
