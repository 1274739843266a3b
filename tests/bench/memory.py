"""Private memory of each worker, its kernel included, while a batch runs."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

from tests.bench.batch import BIN, project
from tests.bench.goals import Result
from tests.bench.settings import Options


def additional(options: Options) -> list[Result]:
    """Compare the peak private memory of a batch with one and with three workers."""
    folder = options.folder / "memory"
    project(folder, min(options.cases, 9))
    peaks = {workers: _peak(folder, workers) for workers in (1, 2, 3)}
    each = (peaks[3] - peaks[1]) / 2
    detail = [f"{workers} worker(s): {peak:.0f} MB private in all processes" for workers, peak in peaks.items()]
    detail.append(
        "private: pages that no other process shares (USS), at the highest moment, sampled ten times a second"
    )
    return [Result("private memory per additional worker", "150 MB", f"{each:.0f} MB", each < 150, detail)]


def _peak(folder: Path, workers: int) -> float:
    environment = {**os.environ, "CASEBOOK_ROOT": str(folder), "CASEBOOK_MIRROR": ""}
    line = [str(BIN / "casebook"), "run", "--all", "--force", "--workers", str(workers)]
    process = subprocess.Popen(line, env=environment, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    highest = 0.0
    while process.poll() is None:
        highest = max(highest, sum(_private(pid) for pid in _family(process.pid)))
        time.sleep(0.1)
    if process.returncode:
        raise RuntimeError("casebook run failed")
    return highest


def _family(pid: int) -> list[int]:
    """Return a process and all its descendants."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except (OSError, IndexError, ValueError):
                continue
            children.setdefault(parent, []).append(int(entry.name))
    found = [pid]
    for one in found:
        found += children.get(one, [])
    return found


def _private(pid: int) -> float:
    """Return the memory of a process in MB that it shares with no other."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith(("Private_Clean", "Private_Dirty"))) / 1024
