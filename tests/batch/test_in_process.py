"""--debug: the cells run in this process, the debugger opens in this terminal, and the files are the same."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from shared.batch.in_process import start_anew_if_needed
from shared.batch.job import PUBLISHED
from shared.batch.kernel import FIXED
from shared.batch.record import RunState
from shared.batch.run import run_cases
from shared.cases.project import Project
from tests.batch.small import Told, add_case, only, output
from tests.conftest import ROOT

SHOWS = (
    "import pandas, random\nfrom IPython.display import display\n"
    "frame = pandas.DataFrame({f'column {n}': range(70) for n in range(30)})\nprint(frame, {'b', 'a', 'c'})\n"
    "display({'text/plain': 'shown', 'text/markdown': '*shown*'}, raw=True)\n6 * 7",
    "print('one\\rtwo'); print('three', end='')\nIn[1][:9], __name__, _",
)


def casebook(project: Project, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    """Run the command as from a shell, on the project."""
    environment = {**os.environ, "CASEBOOK_ROOT": str(project.root), "CASEBOOK_MIRROR": ""}
    return subprocess.run(
        [sys.executable, "-m", "shared.cli", *words], input=typed, env=environment, cwd=ROOT, timeout=120,
        capture_output=True, text=True,
    )  # fmt: skip


def test_breakpoint_reaches_the_person_at_the_terminal_and_the_files_are_the_same(project: Project) -> None:
    add_case(project, "alpha", *SHOWS, "x = 6\nbreakpoint()\nprint('went on')")
    add_case(project, "beta", *SHOWS, "raise KeyError('Ms Example')")
    done = casebook(project, "run", "--all", "--debug", typed="p x * 7\nc\n")
    assert done.returncode == 1, done.stderr
    assert "(Pdb) 42\n" in done.stdout
    assert "alpha: cell 5 of 6 (id middle-3)" in done.stdout
    names = [("alpha", name) for name in PUBLISHED] + [("beta", "notebook.failed.ipynb")]
    here = [output(project, slug, name) for slug, name in names]
    assert "Pdb" not in here[0]
    assert "went on" in here[0]
    os.environ["PYTHONBREAKPOINT"] = "0"  # a kernel has nobody at its terminal
    try:
        run_cases(project, ["alpha", "beta"], force=True, progress=Told())
    finally:
        del os.environ["PYTHONBREAKPOINT"]
    for (slug, name), text in zip(names, here, strict=True):
        assert output(project, slug, name).splitlines() == text.splitlines()


def test_a_case_study_leaves_the_process_as_it_was(project: Project) -> None:
    spoils = (
        "import os, random, sys, warnings\nos.environ['LEFT_BEHIND'] = '1'\nos.chdir('/')\nsys.path.insert(0, '/x')\n"
        "random.seed(1)\nwarnings.simplefilter('ignore')\nsys.setrecursionlimit(5000)"
    )
    add_case(project, "alpha", spoils)
    state = random.getstate()
    before = (
        dict(os.environ), Path.cwd(), list(sys.path), sys.getrecursionlimit(), sys.stdout,
        sys.displayhook, sys.breakpointhook, sys.modules["__main__"],
    )  # fmt: skip
    assert only(run_cases(project, ["alpha"], debug=True, progress=Told())).state is RunState.DONE
    after = (
        dict(os.environ), Path.cwd(), list(sys.path), sys.getrecursionlimit(), sys.stdout,
        sys.displayhook, sys.breakpointhook, sys.modules["__main__"],
    )  # fmt: skip
    assert after == before
    assert ("ignore", None, Warning, None, 0) not in warnings.filters
    assert random.getstate() == state


def test_failures_are_as_from_a_kernel(project: Project) -> None:
    add_case(project, "alpha", "while True:\n    try:\n        print('x' * 1000)\n    except Exception:\n        pass")
    add_case(project, "beta", "raise MemoryError")
    add_case(project, "gamma", "from shared.errors import DataError\nraise DataError('Empty.', hint='Ask again.')")
    add_case(project, "delta", "for in: no Python")
    told = Told()
    records = run_cases(
        project, ["alpha", "beta", "gamma", "delta"], debug=True, output_limit=2, memory_limit=600, progress=told
    )
    said = [(record.failure.error, record.failure.cell_id) for record in records if record.failure]
    assert said == [(name, "middle-1") for name in ("OutputTooLarge", "OutOfMemory", "DataError", "SyntaxError")]
    assert records[2].failure is not None
    assert records[2].failure.message == "Empty. Ask again."
    bytearray(700 << 20)  # the limit of a notebook has not become ours


def test_ctrl_c_ends_the_run_and_keeps_what_was(project: Project) -> None:
    add_case(project, "alpha", "import os, signal, time\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(60)")
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job is deaf to Ctrl-C
    try:
        with pytest.raises(KeyboardInterrupt):
            run_cases(project, ["alpha"], debug=True, progress=Told())
    finally:
        signal.signal(signal.SIGINT, before)
    assert not (project.outputs / "alpha" / "run.json").exists()
    assert list((project.outputs / "alpha").glob(".running-*")) == []


def test_the_process_starts_anew_once_to_have_a_kernels_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[dict[str, str]] = []
    monkeypatch.setattr(os, "execve", lambda program, words, environment: started.append(environment))
    monkeypatch.delenv("PYTHONHASHSEED", raising=False)
    monkeypatch.setenv("PYTHONWARNINGS", "error")
    start_anew_if_needed(["run", "alpha", "--debug"])
    (environment,) = started
    assert environment["PYTHONHASHSEED"] == "0"
    assert "PYTHONWARNINGS" not in environment
    for name, value in FIXED.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("PYTHONWARNINGS")
    start_anew_if_needed(["run", "alpha", "--debug"])
    assert len(started) == 1


def test_debug_and_scheduler_exclude_each_other(project: Project) -> None:
    add_case(project, "alpha")
    done = casebook(project, "run", "alpha", "--debug", "--scheduler", "local")
    assert done.returncode == 2
    assert "say one of them" in done.stderr
