"""The same records through ydata-profiling (minimal), which needs an environment of its own and a connection once."""

from __future__ import annotations

import statistics
import subprocess
import sys
from pathlib import Path

from tests.bench.goals import Result, spread
from tests.bench.rows import IMPORTS
from tests.bench.rows_data import make
from tests.bench.settings import Options, python

CODE = """
import time
began, work = time.perf_counter(), time.process_time()
{imports}
loaded, loading = time.perf_counter(), time.process_time()
{does}
print("took", time.perf_counter() - loaded, time.process_time() - loading, loading - work)
"""
THEIRS = ("import pandas\nfrom ydata_profiling import ProfileReport", """
frame = pandas.read_parquet({path!r})
ProfileReport(frame, minimal=True, progress_bar=False).to_file({out!r})
""")  # fmt: skip
OURS = (IMPORTS["ours"] + "\nfrom tests.bench.rows_ours import ours", "ours({path!r})")


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
    files = {"path": str(path), "out": str(options.folder / "ydata.html")}
    for _ in range(options.repeats):
        ours.append(_took(python(_code(*OURS, files), {}, _root()).out))
        theirs.append(_took(python(_code(*THEIRS, files), silent, options.folder, str(there / "bin" / "python")).out))
    faster, cheaper = (statistics.median(b[i] / a[i] for a, b in zip(ours, theirs, strict=True)) for i in (0, 1))
    (wall, work, loading), (their_wall, their_work, their_loading) = zip(*ours, strict=True), zip(*theirs, strict=True)
    said = (
        f"{faster:.0f} times faster: {spread(wall)} against {spread(their_wall, digits=0)}; {cheaper:.0f} times the "
        f"processor time: {spread(work)} against {spread(their_work, digits=0)}"
    )
    detail = [f"imports not counted: ours {spread(loading)}, theirs {spread(their_loading)} of processor time"]
    what = "the same against ydata-profiling (minimal), 1,000,000 rows"
    return [Result(what, "20 times faster", said, faster >= 20, detail)]


def _code(imports: str, does: str, files: dict[str, str]) -> str:
    return CODE.format(imports=imports, does=does.format(**files))


def _root() -> Path:
    return Path(__file__).resolve().parents[2]


def _took(out: str) -> tuple[float, float, float]:
    """Seconds of work by the clock and of the processor, and processor seconds of importing."""
    wall, work, imports = next(line for line in out.splitlines() if line.startswith("took")).split()[1:]
    return float(wall), float(work), float(imports)
