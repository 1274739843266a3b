"""The same records through ydata-profiling (minimal), which needs an environment of its own and a connection once."""

from __future__ import annotations

import statistics
import subprocess
import sys
from pathlib import Path

from tests.bench.goals import Result, spread
from tests.bench.rows_data import make
from tests.bench.settings import Options, python

THEIRS = """
import time, pandas as pd
began = time.perf_counter()
from ydata_profiling import ProfileReport
loaded = time.perf_counter()
frame = pd.read_parquet({path!r})
ProfileReport(frame, minimal=True, progress_bar=False).to_file({out!r})
print("took", time.perf_counter() - loaded, loaded - began)
"""
OURS = """
import time
began = time.perf_counter()
from tests.bench.rows import ours
loaded = time.perf_counter()
ours({path!r})
print("took", time.perf_counter() - loaded, loaded - began)
"""


def ydata(options: Options) -> list[Result]:
    """Compare on one million rows; imports are told apart from the work."""
    there = options.folder / "ydata-environment"
    subprocess.run([sys.executable, "-m", "venv", str(there)], check=True)
    pip = [str(there / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "ydata-profiling", "pandas<3", "setuptools<82", "pyarrow"], check=True)
    path = options.folder / "ydata.parquet"
    make(path, 1_000_000)
    silent = {"YDATA_PROFILING_NO_ANALYTICS": "True"}
    ours, theirs = [], []
    for _ in range(options.repeats):
        ours.append(_took(python(OURS.format(path=str(path)), {}, _root()).out))
        code = THEIRS.format(path=str(path), out=str(options.folder / "ydata.html"))
        theirs.append(_took(python(code, silent, options.folder, str(there / "bin" / "python")).out))
    times = statistics.median(b[0] / a[0] for a, b in zip(ours, theirs, strict=True))
    said = (
        f"{times:.0f} times faster: {spread([a for a, _ in ours])} against {spread([b for b, _ in theirs], digits=0)}"
    )
    detail = [f"imports not counted: ours {ours[0][1]:.1f} s, theirs {theirs[0][1]:.1f} s"]
    what = "the same against ydata-profiling (minimal), 1,000,000 rows"
    return [Result(what, "20 times faster", said, times >= 20, detail)]


def _root() -> Path:
    return Path(__file__).resolve().parents[2]


def _took(out: str) -> tuple[float, float]:
    work, imports = next(line for line in out.splitlines() if line.startswith("took")).split()[1:]
    return float(work), float(imports)
