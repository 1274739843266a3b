"""What a worker of a Dask cluster does: unpack a job, run it in a process of its own, hand back all that it left.

The process is a fork of a parent that each worker keeps, as on one machine: what a notebook does to its process
does not reach the worker, and ends with it.
"""

from __future__ import annotations

import functools
import platform
import shutil
import tempfile
import threading
from collections.abc import Callable, Mapping
from importlib import metadata
from pathlib import Path

from distributed import get_worker

from shared.batch.inputs import InputCache, json_hash
from shared.batch.job import Job, Step
from shared.batch.key import package_folder
from shared.batch.limits import Limits
from shared.batch.parcel import Parcel, Returned, Store, collect, unpack
from shared.batch.pool import LocalPool
from shared.batch.record import Failure, Outcome
from shared.batch.starters import Forker, Spawner, Starter
from shared.errors import RunError

LIBRARIES = (
    "altair", "duckdb", "geopandas", "ipykernel", "ipython", "narwhals", "nbclient", "nbconvert", "numpy", "pandas",
    "papermill", "polars", "pyproj", "scipy", "shapely", "vl-convert-python",
)  # fmt: skip
"""Packages whose version can show in a report."""
POLL = 0.25
AT_WORK = ("running", "paused", "closing_gracefully")
"""States of a worker in which somebody waits for its results: not so once it has lost its scheduler."""
OTHER_VERSIONS = "OtherVersions"


@functools.cache
def versions() -> dict[str, str]:
    """Return what must be the same on every machine for reports to be the same; empty for what is not there."""
    found = {"Python": platform.python_version()}
    for name in LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "none"
    found["casebook"] = json_hash(InputCache().folder(package_folder()))[:12]
    return found


def different(ours: Mapping[str, str], theirs: Mapping[str, str]) -> str:
    """Return in words how the versions of two machines differ; empty when they do not."""
    words = [f"{name} {theirs.get(name)} there, {ours[name]} here" for name in ours if ours[name] != theirs.get(name)]
    return "; ".join(words)


def run_parcel(parcel: Parcel, topic: str, key: str) -> Returned:
    """Run the job of ``parcel``; the task that the caller submits under ``key``. Steps are told under ``topic``."""
    worker = get_worker()
    worker.log_event(topic, {"key": key, "begun": worker.address})
    if parcel.versions and (how := different(parcel.versions, versions())):
        return Returned(Outcome(Failure(OTHER_VERSIONS, how)))
    here = Path(worker.local_directory)
    folder = Path(tempfile.mkdtemp(prefix="casebook-job-", dir=here))

    def tell(step: Step) -> None:
        worker.log_event(topic, {"key": key, "step": vars(step)})

    def wanted() -> bool:
        task = worker.state.tasks.get(key)
        return task is not None and task.state == "executing" and worker.status.name in AT_WORK

    try:
        job = unpack(parcel, _store(here / "casebook-files"), folder)
        if not isinstance(job, Job):
            return Returned(Outcome(), lacking=job)
        outcome = _execute(job, parcel.seconds, tell, wanted)
        return collect(outcome, Path(job.staging))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _execute(job: Job, seconds: float, tell: Callable[[Step], None], wanted: Callable[[], bool]) -> Outcome:
    pool = LocalPool(1, Limits(seconds, job.memory, job.output), starter=_starter())
    try:
        pool.submit(job)
        while wanted():  # else the caller is gone or has given up: nobody would read the result
            for _, event in pool.wait(POLL):
                if isinstance(event, Outcome):
                    return event
                tell(event)
        return Outcome(Failure("Cancelled"))
    finally:
        pool.stop()


_store = functools.cache(Store)


class _Kept(Forker):
    """A forking parent that serves all jobs of this worker and ends with it."""

    def stop(self) -> None: ...


_kept: list[Starter] = []
_one_at_a_time = threading.Lock()


def _starter() -> Starter:
    with _one_at_a_time:
        if not _kept or not _kept[0].alive:
            try:
                _kept[:] = [_Kept()]
            except RunError:
                _kept[:] = [Spawner()]
        return _kept[0]
