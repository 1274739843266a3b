"""Forked kernels: what one notebook does is invisible to the next, and a report is the same as from a spawned one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import psutil
import pytest

from shared.batch.record import RunState
from shared.batch.run import run_cases
from shared.cases.project import Project
from shared.errors import RunError
from tests.batch.conftest import _kept_forker, command
from tests.batch.small import Told, add_case, only, output
from tests.batch.test_stop import until

SPOILS_EVERYTHING = """
import gc, json, locale, math, os, random, sys, warnings
import numpy as np, pandas as pd
import shared, shared.errors
leaked = bytearray(50_000_000)
os.environ['LEFT_BEHIND'] = 'yes'; os.environ.pop('PATH')
os.chdir('/')
sys.path.insert(0, '/left/behind'); sys.modules['json'] = None
pd.set_option('display.max_rows', 3); pd.DataFrame.sum = None
math.pi = 3
random.seed(1); np.random.seed(1)
warnings.simplefilter('error'); gc.disable(); sys.setrecursionlimit(200_000)
shared.errors.DataError.__str__ = lambda self: 'spoilt'
open('/tmp/../dev/null')
__import__('builtins').len = None
get_ipython().run_line_magic('config', 'InlineBackend')
"""
LOOKS_AROUND = """
import gc, json, math, os, random, sys, warnings
import numpy as np, pandas as pd
import shared.errors
print('leaked' in globals(), os.environ.get('LEFT_BEHIND'), 'PATH' in os.environ, os.getcwd() == '/')
print('/left/behind' in sys.path, json is None, pd.get_option('display.max_rows'), pd.DataFrame.sum is None, math.pi)
print(warnings.filters[0][0] == 'error', gc.isenabled(), sys.getrecursionlimit(), len([1]))
print(str(shared.errors.DataError('well')))
"""
CLEAN = "False None True False\nFalse False 60 False 3.141592653589793\nFalse True 1000 1\nwell\n"
PRINTS_ITS_STATE = """
import os, sys, warnings, gc, signal, locale, builtins, random, logging
import numpy as np, pandas as pd, altair as alt
for name in sorted(os.environ):
    if name not in ('JPY_PARENT_PID', 'IPYTHONDIR', 'PYTEST_CURRENT_TEST'): print(name, os.environ[name])
print(sys.path, [os.path.basename(a) for a in sys.argv if 'casebook-' not in a], sys.flags, sys.getrecursionlimit())
print(sorted(name for name in dir(builtins)))
print(gc.isenabled(), gc.get_threshold(), signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM))
print(signal.getsignal(signal.SIGCHLD), locale.setlocale(locale.LC_ALL))
print(sys.displayhook.__class__, sys.excepthook.__name__)
print(os.umask(0o22), os.nice(0), logging.getLogger().handlers, logging.getLogger().level)
print(get_ipython().__class__, get_ipython().magics_manager.magics['cell'].keys(), sys.stdin)
print(sorted(name for name in globals() if not name.startswith('_i')))
print(alt.renderers.active, alt.data_transformers.active, np.get_printoptions())
""", """
import pandas as pd
for name in sorted(pd._config.config._registered_options):
    print(name, pd.get_option(name))
""", """
from pandas import DataFrame
display(DataFrame({f'c{n}': range(70) for n in range(30)}), {'b', 'a', 'c'}, 1.5)
frame = DataFrame({f'c{n}': range(70) for n in range(30)})
frame
""", """
print(frame, __name__, _oh.keys(), In[1][:9])
import subprocess
subprocess.run(['echo', 'from below'])
raise KeyError('at the end')
"""  # fmt: skip


def test_what_a_notebook_spoils_is_whole_for_the_next(project: Project) -> None:
    add_case(project, "alpha", SPOILS_EVERYTHING, "from os import kill, getpid\nkill(getpid(), 9)")
    for slug in ("beta", "gamma"):
        add_case(project, slug, LOOKS_AROUND, "print([*{'b', 'a', 'c', 'd'}])")
    records = run_cases(project, ["alpha", "beta", "gamma"], progress=Told())
    assert [record.state for record in records] == [RunState.FAILED, RunState.DONE, RunState.DONE]
    cells = nbformat.reads(output(project, "beta", "notebook.ipynb"), as_version=4).cells
    assert cells[3].outputs[0].text == CLEAN


def test_random_numbers_differ_from_kernel_to_kernel(project: Project) -> None:
    code = "import random, numpy, uuid, tempfile\nprint(random.random(), numpy.random.random(), uuid.uuid4())"
    for slug in ("alpha", "beta"):
        add_case(project, slug, code)
    run_cases(project, ["alpha", "beta"], progress=Told())
    texts = [
        nbformat.reads(output(project, slug, "notebook.ipynb"), as_version=4).cells[3].outputs[0].text.split()
        for slug in ("alpha", "beta")
    ]
    assert all(one != other for one, other in zip(*texts, strict=True))


@pytest.mark.slow
def test_outputs_are_the_same_bytes_from_forked_and_from_spawned_kernels(project: Project) -> None:
    add_case(project, "alpha", *PRINTS_ITS_STATE[:2])
    add_case(project, "beta", *PRINTS_ITS_STATE)
    texts = []
    for spawn in (False, True):
        first, second = run_cases(project, ["alpha", "beta"], force=True, spawn=spawn, progress=Told())
        assert (first.failure, second.failure and second.failure.error) == (None, "KeyError")
        texts.append(
            [output(project, "alpha", name) for name in ("notebook.ipynb", "report.html", "result.json")]
            + [output(project, "beta", "notebook.failed.ipynb")]
        )
    for forked, spawned in zip(*texts, strict=True):
        assert forked == spawned


def test_the_forking_parent_is_as_good_as_a_new_interpreter() -> None:
    code = (
        "import json, sys, threading, asyncio, gc\nfrom shared.batch import parent\nparent.import_everything()\n"
        "import zmq, tornado.ioloop\n"
        "print(json.dumps([parent.unsafe(), threading.active_count(), zmq.Context._instance is None,\n"
        "  tornado.ioloop.IOLoop.current(instance=False) is None]))"
    )
    from shared.batch.starters import environment

    done = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=True)
    assert done.stdout == '["", 1, true, true]\n'


def test_a_parent_with_threads_or_sockets_is_refused() -> None:
    code = (
        "import socket, threading\nfrom shared.batch.parent import unsafe\nprint(unsafe())\n"
        "pair = socket.socketpair()\nprint(unsafe())\n"
        "wait = threading.Event(); threading.Thread(target=wait.wait).start()\nprint(unsafe()); wait.set()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == (
        "\na library has opened a socket or an event loop\na library has started threads (python, python)\n"
    )


def test_coordinate_systems_are_opened_anew_in_a_forked_process() -> None:
    code = (
        "import ctypes, os, sys, pyproj\n"
        "def opened(): return [int(f) for f in os.listdir('/proc/self/fd')\n"
        "  if 'proj.db' in os.path.basename(os.path.realpath(f'/proc/self/fd/{f}'))]\n"
        "parent, (file,) = os.getpid(), opened()\n"
        "if os.fork() == 0:\n"
        "  pyproj.Transformer.from_crs(4326, 27700)\n"
        "  kcmp = ctypes.CDLL(None).syscall\n"
        "  print(all(kcmp(312, parent, os.getpid(), 0, file, mine) > 0 for mine in opened()), flush=True)\n"
        "  os._exit(0)\n"
        "os.wait()"
    )
    if os.uname().machine != "x86_64":
        pytest.skip("the number of the system call kcmp is that of x86-64")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"


def test_where_forking_is_not_possible_notebooks_are_spawned_with_a_word(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise RunError("Forking is not safe on darwin.")

    monkeypatch.setattr("shared.batch.pool.Forker", refuse)
    add_case(project, "alpha", "import psutil\nprint(' '.join(psutil.Process().cmdline()).count('ipykernel_launcher'))")
    told = Told()
    assert only(run_cases(project, ["alpha"], progress=told)).state is RunState.DONE
    assert told.lines[0] == (
        "Forking is not safe on darwin. Each notebook starts a new interpreter: slower, with the same results."
    )
    cells = nbformat.reads(output(project, "alpha", "notebook.ipynb"), as_version=4).cells
    assert cells[3].outputs[0].text == "1\n"


def test_a_killed_parent_costs_nothing_but_time(project: Project) -> None:
    mark = project.root / "killed"
    code = (
        f"import pathlib, psutil, time\nmark = pathlib.Path({str(mark)!r})\n"
        "if not mark.exists():\n    mark.touch()\n    psutil.Process().parent().parent().kill()\n    time.sleep(60)"
    )
    for slug in ("alpha", "beta"):
        add_case(project, slug, code)
    add_case(project, "gamma", "x = 1")
    before = _kept_forker()._process.pid
    records = run_cases(project, ["alpha", "beta", "gamma"], workers=2, progress=Told())
    assert [record.failure for record in records] == [None, None, None]
    assert _kept_forker()._process.pid != before


def test_a_notebook_that_keeps_killing_harms_only_itself(project: Project) -> None:
    code = (
        "import psutil, time\n"
        "above = [p for p in psutil.Process().parents() if 'shared.batch.' in ' '.join(p.cmdline())]\n"
        "for process in reversed(above):\n    process.kill()\ntime.sleep(60)"
    )
    add_case(project, "alpha", code)
    add_case(project, "beta", "x = 1")
    records = run_cases(project, ["alpha", "beta"], workers=2, progress=Told())
    assert [record.state for record in records] == [RunState.FAILED, RunState.DONE]
    assert records[0].failure is not None
    assert records[0].failure.error == "WorkerLost"


RUNNER = """
import sys
from pathlib import Path
from shared.batch import run
from shared.cases.project import Project
root = Path(sys.argv[1])
run.package_folder = lambda: root / 'package'
run.run_cases(Project(root, None, root / 'data'), ['alpha'])
"""
LEAVES_A_DAEMON = """
import pathlib, subprocess
shell = subprocess.Popen(['sh', '-c', 'sleep 90 & echo $!'], start_new_session=True, stdout=subprocess.PIPE)
pathlib.Path({mark!r}).write_text(shell.stdout.readline().decode())
"""


def test_the_parent_and_all_below_it_end_with_the_runner(project: Project) -> None:
    mark = project.root / "daemon"
    add_case(project, "alpha", LEAVES_A_DAEMON.format(mark=str(mark)), "import time; time.sleep(90)")
    with subprocess.Popen([sys.executable, "-c", RUNNER, str(project.root)], stdout=subprocess.DEVNULL) as runner:
        try:
            assert until(lambda: mark.exists() and bool(mark.read_text()))
            below = psutil.Process(runner.pid).children(recursive=True)
            daemon = psutil.Process(int(mark.read_text()))
            folders = {Path(p.cwd()).parent for p in below if "shared.batch.parent" in command(p)}
        finally:
            runner.kill()
    (private,) = [folder for folder in folders if folder.name.startswith("casebook-")]
    assert until(lambda: not any(process.is_running() for process in [*below, daemon])), [*below, daemon]
    assert until(lambda: not private.exists())
