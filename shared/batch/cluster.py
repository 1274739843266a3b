"""The executor of a Dask cluster that the office already has, or of a small one of its own for trial.

A worker needs this package and nothing else: files travel there and back as bytes. Dask runs a task again when its
worker is lost, without a word; here that is said, and after three losses the case study has failed. Results are
taken once, from the one run whose answer arrived, and published by the caller alone.
"""

from __future__ import annotations

import importlib
import logging
import queue
import signal
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from shared.batch.execute import ROOM
from shared.batch.executor import Event
from shared.batch.inputs import InputCache
from shared.batch.job import Job, Step
from shared.batch.limits import Limits
from shared.batch.parcel import Parcel, Returned, lay_out, pack, with_content
from shared.batch.record import Failure, Outcome
from shared.errors import RunError
from shared.sources.remote import STORE

LOCAL = "local"
MOST_RUNS = 3
"""How often a job is started before the loss of its workers is held to be its own doing."""
LONGEST_WAIT = 120.0
"""Seconds without any worker after which a run gives up."""
LOOK = 2.0
MOST_SENT = 500 << 20
CONNECT = 10
RESUME = "What had finished is kept: run the same command again, and only the rest is run."


@dataclass
class _Sent:
    """A job that is with the cluster."""

    job: Job
    parcel: Parcel
    future: Any
    runs: int = 0


class Cluster:
    """Executes jobs on the Dask cluster whose scheduler is at ``address``, one on each of its workers' threads.

    ``local`` starts a cluster of ``workers`` processes on this machine and ends it with the run. Raises ``RunError``
    when Dask is not installed, no scheduler answers, or its workers have other versions than this machine; so does
    ``wait`` when the scheduler is lost or no worker comes.
    """

    def __init__(
        self, address: str, workers: int, limits: Limits, *, cache: InputCache, say: Callable[[str], None]
    ) -> None:
        try:
            distributed: Any = importlib.import_module("distributed")
        except ImportError:
            hint = "pip install 'citizen-data-casebook[dask]'"
            raise RunError("--scheduler needs Dask, which is not installed.", hint=hint) from None
        from shared.batch.cluster_worker import versions

        self._limits, self._cache, self._say = limits, cache, say
        self._address = "the trial cluster" if address == LOCAL else f"the scheduler at {address}"
        self._sent: dict[str, _Sent] = {}
        self._arrived: queue.Queue[tuple[str, Any]] = queue.Queue()
        self._given_up: list[Event] = []
        self._topic = f"casebook-{uuid.uuid4().hex}"
        logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what its log tells is told here
        self._own = _trial(distributed, workers) if address == LOCAL else None
        try:
            self._client: Any = distributed.Client(self._own or address, timeout=CONNECT, set_as_default=False)
        except (OSError, ValueError) as error:
            raise RunError(
                f"{self._address[0].upper()}{self._address[1:]} does not answer ({type(error).__name__}).",
                hint="Start one with: dask scheduler. Or run on this machine: leave --scheduler out.",
            ) from None
        self._versions = {} if self._own else versions()  # a trial cluster is this very installation
        self._threads = 0
        self._looked = self._seen = time.monotonic()
        try:
            self._look()
            self._compare_versions()
        except RunError:
            self.stop()
            raise
        self._client.subscribe_topic(self._topic, self._told)

    def _compare_versions(self) -> None:
        from shared.batch.cluster_worker import different, versions

        try:
            answers = self._client.run(versions)
        except Exception as error:  # noqa: BLE001  # whatever a foreign machine lacks
            raise RunError(
                f"A worker of {self._address} cannot run case studies ({type(error).__name__}).",
                hint="Install this package there, with the same lock file.",
            ) from None
        for theirs in answers.values():
            if how := different(self._versions, theirs):
                raise RunError(f"Reports would differ: {how}.", hint="Install the same lock file on the cluster.")

    @property
    def free(self) -> int:
        """How many jobs can be submitted now: one more than there are threads, so that none waits for its next."""
        return self._threads + 1 - len(self._sent) - len(self._given_up) if self._threads else 0

    def submit(self, job: Job) -> None:
        """Send ``job`` to the cluster."""
        self._send(job, pack(job, self._limits.seconds, self._versions, self._cache))

    def _send(self, job: Job, parcel: Parcel, runs: int = 0) -> None:
        from shared.batch.cluster_worker import run_parcel

        key = f"casebook-{job.slug}-{uuid.uuid4().hex}"
        import dask

        with dask.config.set({"distributed.admin.large-graph-warning-threshold": "1GB"}):
            future = self._client.submit(run_parcel, parcel, self._topic, key, key=key, pure=False, retries=0)
        self._sent[key] = _Sent(job, parcel, future, runs)
        future.add_done_callback(lambda done: self._arrived.put((key, done)))

    def _told(self, event: tuple[float, dict[str, Any]]) -> None:
        self._arrived.put((event[1]["key"], event[1]))

    def wait(self, seconds: float) -> list[Event]:
        """Return what was reported, waiting at most ``seconds`` for the first event."""
        events, self._given_up = self._given_up, []
        with suppress(queue.Empty):
            key, what = self._arrived.get(timeout=0 if events else seconds)
            while True:
                if key in self._sent:
                    events += self._begun_or_step(key, what) if isinstance(what, dict) else self._done(key, what)
                key, what = self._arrived.get_nowait()
        if time.monotonic() - self._looked > LOOK:
            self._look()
        return events

    def _begun_or_step(self, key: str, told: dict[str, Any]) -> list[Event]:
        sent = self._sent[key]
        if "step" in told:
            return [(sent.job, Step(**told["step"]))]
        sent.runs += 1
        if sent.runs == 1:
            return []
        if sent.runs > MOST_RUNS:
            sent.future.cancel()
            return [self._finish(key, Outcome(_lost(sent.runs - 1)))]
        self._say(f"{sent.job.slug}: its worker was lost; run again ({sent.runs} of {MOST_RUNS} times at most)")
        return [(sent.job, Step("again"))]

    def _done(self, key: str, future: Any) -> list[Event]:
        sent = self._sent[key]
        if future.status in ("cancelled", "lost"):
            raise self._gone()
        if future.status == "error":
            return [self._finish(key, Outcome(_failure(future.exception(), sent.runs)))]
        returned: Returned = future.result()
        if returned.lacking:
            return self._send_more(key, returned.lacking)
        outcome = returned.outcome
        if outcome.failure is not None and outcome.failure.error == "OtherVersions":
            raise RunError(
                f"Reports would differ: {outcome.failure.message}.", hint=f"Install the same lock file. {RESUME}"
            )
        try:
            lay_out(returned.files, Path(sent.job.staging))
        except OSError as error:
            outcome = replace(
                outcome, failure=Failure("RunError", f"The results cannot be kept ({error.strerror}). {ROOM}")
            )
        return [self._finish(key, outcome)]

    def _send_more(self, key: str, digests: tuple[str, ...]) -> list[Event]:
        """Send the job once more with the files that its worker could not find."""
        sent = self._sent[key]
        size = sum(Path(sent.parcel.paths[digest]).stat().st_size for digest in digests)
        if size > MOST_SENT:
            message = (
                f"The workers cannot read {size >> 20:,} MB of its data, which is too much to send. "
                f"Put them where workers can read them, and name the folder in {STORE}."
            )
            return [self._finish(key, Outcome(Failure("RunError", message)))]
        try:
            parcel = with_content(sent.parcel, digests)
        except OSError as error:
            message = f"A file of the case study cannot be read ({error.strerror})."
            return [self._finish(key, Outcome(Failure("RunError", message)))]
        del self._sent[key]
        self._send(sent.job, parcel, sent.runs - 1)
        return []

    def _finish(self, key: str, outcome: Outcome) -> Event:
        return self._sent.pop(key).job, outcome

    def _look(self) -> None:
        """Count the workers' threads; give up when there is no scheduler, or no worker for long."""
        now = self._looked = time.monotonic()
        try:
            before, self._threads = self._threads, sum(self._client.nthreads().values())
        except (OSError, RuntimeError, ValueError):  # closed by whatever way
            raise self._gone() from None
        if self._threads:
            self._seen = now
        elif before or now == self._seen:
            self._say(f"Waiting for a worker of {self._address}. To start one: dask worker ADDRESS")
        if now - self._seen > LONGEST_WAIT:
            raise RunError(f"There is no worker at {self._address}.", hint=f"Start one: dask worker ADDRESS. {RESUME}")

    def _gone(self) -> RunError:
        return RunError(f"The connection to {self._address} was lost.", hint=f"Start it again. {RESUME}")

    def stop(self) -> None:
        """Take back what is with the cluster, and end a trial cluster."""
        futures = [sent.future for sent in self._sent.values()]
        self._sent.clear()
        with suppress(Exception):  # the cluster may be gone; nothing is lost, because nothing is left there
            self._client.cancel(futures, force=True)
        with suppress(Exception):
            self._client.close(timeout=CONNECT)
        if self._own is not None:
            self._own.close(timeout=CONNECT)


def _trial(distributed: Any, workers: int) -> Any:
    """Start a cluster on loopback whose workers leave Ctrl-C to this process, which then ends them."""
    main = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGINT, signal.SIG_IGN) if main else None  # what they start with, they keep
    try:
        return distributed.LocalCluster(
            n_workers=workers, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0",
            silence_logs=logging.CRITICAL,
        )  # fmt: skip
    finally:
        if main:
            signal.signal(signal.SIGINT, before)


def _lost(times: int) -> Failure:
    message = (
        f"Its worker was lost {times} times. Most often the machine ran out of memory: start workers with fewer "
        "threads (dask worker ADDRESS --nthreads 1), or read fewer columns or rows. See the workers' logs."
    )
    return Failure("WorkerLost", message)


def _failure(error: BaseException | None, runs: int) -> Failure:
    if type(error).__name__ == "KilledWorker":
        return _lost(runs)
    return Failure(type(error).__name__, "on the cluster; see the workers' logs.")
