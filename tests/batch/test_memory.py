"""What a worker has to itself: libraries are shared with the parent, and no step takes much more than its result."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import numpy as np
import pytest

from shared.batch.run import run_cases
from shared.cases.project import Project
from shared.verdict.sensitivity import AT_ONCE, sobol_indices
from tests.batch.small import Told, add_case, output

FRESH = 55
"""MB that a forked kernel may have written to before its first cell: 32 measured, 42 with the debugger, and the worker
above it less; a machine with large pages needs more."""
LOOKS = """
import json, os, sys
rollup = {number: open(f'/proc/{number}/smaps_rollup').read() for number in (os.getpid(), os.getppid())}
private = [sum(int(line.split()[1]) for line in text.splitlines() if line.startswith('Private_')) >> 10
           for text in rollup.values()]
print(json.dumps([*private, 'debugpy' in sys.modules, 'pydevd' in sys.modules, 'SALib' in sys.modules,
                  'pyarrow' in sys.modules and sys.modules['pyarrow'].default_memory_pool().backend_name]))
"""


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="only Linux tells")
def test_a_kernel_shares_what_the_parent_has_imported(project: Project) -> None:
    add_case(project, "alpha", LOOKS)
    run_cases(project, ["alpha"], progress=Told())
    cells = nbformat.reads(output(project, "alpha", "notebook.ipynb"), as_version=4).cells
    kernel, worker, *modules = json.loads(cells[3].outputs[0].text)
    assert modules == [False, False, False, "system"]
    assert 0 < kernel < FRESH
    assert 0 < worker < FRESH


def test_the_design_of_the_sensitivity_is_never_there_as_a_whole() -> None:
    seen: list[int] = []

    def model(design: np.ndarray) -> np.ndarray:
        seen.append(len(design))
        return design[:, 0] + 2 * design[:, 1]

    base = 8 * AT_ONCE
    found = sobol_indices(model, ["a", "b"], base=base, seed=1)
    assert seen == [4 * AT_ONCE] * 8
    assert found["b"][0] == pytest.approx(0.8, abs=0.02)  # 4/12 of 5/12
