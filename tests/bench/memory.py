"""Private memory of each worker, its kernel included, while a batch runs."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from pathlib import Path

from tests.bench.batch import BIN, casebook, project
from tests.bench.goals import Result, spread
from tests.bench.settings import Options

PARTS = ("worker beside its kernel", "worker while it renders", "kernel")


def additional(options: Options) -> list[Result]:
    """Compare the peak private memory of the workers of a batch with one and with three of them."""
    folder = options.folder / "memory"
    slugs = project(folder, min(options.cases, 9))
    casebook(folder, "run", slugs[0])  # the first run of a project makes the chart library: 120 MB, once
    seen = {workers: [_peak(folder, workers) for _ in range(options.repeats)] for workers in (1, 2, 3)}
    peaks = {workers: statistics.median(peak for peak, _ in runs) for workers, runs in seen.items()}
    each = (peaks[3] - peaks[1]) / 2
    detail = [
        f"{workers} at a time: {spread([peak for peak, _ in runs], digits=0, unit='MB')} private in workers and kernels"
        for workers, runs in seen.items()
    ]
    largest = {part: max(parts[part] for runs in seen.values() for _, parts in runs) for part in PARTS}
    detail += [
        "the largest " + ", ".join(f"{part} {size:.0f} MB" for part, size in largest.items()),
        "private: pages that no other process shares (USS), at the highest moment, sampled twenty times a second; "
        "the command and the parent of the workers, which are there once, are left out",
    ]
    return [Result("private memory per additional worker", "150 MB", f"{each:.0f} MB", each < 150, detail)]


def _peak(folder: Path, workers: int) -> tuple[float, dict[str, float]]:
    """Return the highest sum over all workers and their kernels, and the largest of each kind of process, in MB."""
    environment = {**os.environ, "CASEBOOK_ROOT": str(folder), "CASEBOOK_MIRROR": ""}
    line = [str(BIN / "casebook"), "run", "--all", "--force", "--workers", str(workers)]
    process = subprocess.Popen(line, env=environment, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    highest, largest = 0.0, dict.fromkeys(PARTS, 0.0)
    while process.poll() is None:
        total, children = 0.0, _children()
        for parent in children.get(process.pid, []):
            for worker in children.get(parent, []):
                kernels = children.get(worker, [])
                for part, pid in [(PARTS[0] if kernels else PARTS[1], worker), *((PARTS[2], k) for k in kernels)]:
                    size = _private(pid)
                    total += size
                    largest[part] = max(largest[part], size)
        highest = max(highest, total)
        time.sleep(0.05)
    if process.returncode:
        raise RuntimeError("casebook run failed")
    return highest, largest


def _children() -> dict[int, list[int]]:
    """Return the children of every process."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except (OSError, IndexError, ValueError):
                continue
            children.setdefault(parent, []).append(int(entry.name))
    return children


def _private(pid: int) -> float:
    """Return the memory of a process in MB that it shares with no other."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith(("Private_Clean", "Private_Dirty"))) / 1024
