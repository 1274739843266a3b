"""What one notebook may use: memory and size of the outputs. The failure says which, and names the cell."""

from __future__ import annotations

import nbformat
import pytest

from shared.batch.record import RunState
from shared.batch.run import run_cases
from shared.cases.project import Project
from tests.batch.small import Told, add_case, only, output

MANY_SMALL = "kept = []\nwhile True:\n    kept.append(bytes(100_000))"
ONE_LARGE = "import numpy\ntable = numpy.ones(10_000_000_000)"
REFUSED_BELOW = (
    "import ctypes, os\nlibc = ctypes.CDLL(None)\nlibc.malloc.restype = ctypes.c_void_p\n"
    "if not libc.malloc(ctypes.c_size_t(10**10)):\n"
    "    os.write(2, b'terminate called after throwing an instance of std::bad_alloc')\n    os.abort()"
)


@pytest.mark.parametrize("spawn", [False, True])
@pytest.mark.parametrize("code", [MANY_SMALL, ONE_LARGE, REFUSED_BELOW])
def test_a_notebook_that_wants_too_much_memory_fails_alone_and_says_so(
    project: Project, code: str, spawn: bool
) -> None:
    add_case(project, "alpha", "print('before')", code)
    add_case(project, "beta", "print('well')")
    records = run_cases(project, ["alpha", "beta"], memory_limit=1500, spawn=spawn, workers=2, progress=Told())
    assert [record.state for record in records] == [RunState.FAILED, RunState.DONE]
    failure = records[0].failure
    assert failure is not None
    assert (failure.error, failure.cell, failure.cell_id) == ("OutOfMemory", 4, "middle-2")
    assert failure.message.startswith("Out of memory: the notebook may use 1,500 MB. Raise --memory-limit")
    notebook = nbformat.reads(output(project, "alpha", "notebook.failed.ipynb"), as_version=4)
    assert notebook.cells[3].outputs[0].text == "before\n"


def test_within_the_limit_nothing_is_noticed(project: Project) -> None:
    add_case(project, "alpha", "import os, numpy\nprint(numpy.ones(50_000_000).sum(), 'KERNEL' in str(os.environ))")
    for limit in (0, 1500):
        assert only(run_cases(project, ["alpha"], force=True, memory_limit=limit, progress=Told())).failure is None
        cells = nbformat.reads(output(project, "alpha", "notebook.ipynb"), as_version=4).cells
        assert cells[3].outputs[0].text == "50000000.0 False\n"


def test_without_a_limit_memory_that_cannot_be_had_is_said_too(project: Project) -> None:
    add_case(project, "alpha", "raise MemoryError('Ms Example'.upper())")
    failure = only(run_cases(project, ["alpha"], progress=Told())).failure
    assert failure is not None
    assert (failure.error, failure.cell_id) == ("OutOfMemory", "middle-1")
    assert failure.message.startswith("Out of memory. Run fewer notebooks at a time")
    assert "MS EXAMPLE" not in output(project, "alpha", "notebook.failed.ipynb")


@pytest.mark.parametrize(
    "code",
    [
        "while True:\n    print('x' * 1000)",
        "while True:\n    display({'application/json': {'a': ['x'] * 1000}}, raw=True)",
        "print('x' * 3_000_000)\nwhile True: pass",
    ],
)
def test_a_notebook_that_puts_out_too_much_is_ended(project: Project, code: str) -> None:
    add_case(project, "alpha", "print('before')", code, "print('after')")
    failure = only(run_cases(project, ["alpha"], output_limit=2, progress=Told())).failure
    assert failure is not None
    assert (failure.error, failure.cell_id) == ("OutputTooLarge", "middle-2")
    assert failure.message == "The notebook put out more than 2 MB. Show less, or raise --output-limit."
    kept = output(project, "alpha", "notebook.failed.ipynb")
    assert len(kept) < 10_000_000
    assert "before\\n" in kept


def test_outputs_up_to_the_limit_are_whole(project: Project) -> None:
    add_case(project, "alpha", "print('x' * 1_000_000)", "print('x' * 1_000_000)")
    assert only(run_cases(project, ["alpha"], output_limit=2, progress=Told())).failure is None
    assert output(project, "alpha", "notebook.ipynb").count("x" * 1_000_000) == 2
