"""The Dask executor against a real scheduler and two real worker processes, one of them killed while it works."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from shared.batch import cluster
from shared.batch.cluster import MOST_RUNS, RESUME, Cluster
from shared.batch.execute import ROOM
from shared.batch.inputs import InputCache
from shared.batch.job import PUBLISHED, Job, Step
from shared.batch.limits import Limits
from shared.batch.parcel import SMALL, Parcel, Returned
from shared.batch.publish import publish
from shared.batch.record import CaseRecord, Outcome, Published, RunState
from shared.batch.run import run_cases
from shared.cases.project import Project
from shared.errors import RunError
from tests.batch.dask_cluster import DaskCluster
from tests.batch.small import DATA, Told, add_case, output, saved
from tests.batch.test_stop import until

SLOW_ONCE = (
    "import pathlib, psutil, time\nmark = pathlib.Path({mark!r})\n"
    "if not mark.exists():\n"
    "    mark.with_suffix('.new').write_text(' '.join(str(above.pid) for above in psutil.Process().parents()))\n"
    "    mark.with_suffix('.new').rename(mark)\n    time.sleep(120)"
)


@pytest.fixture(scope="module")
def dask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaskCluster]:
    started = DaskCluster(tmp_path_factory.mktemp("dask"))
    yield started
    started.stop()


def reports(project: Project, slugs: list[str]) -> list[str]:
    return [output(project, slug, name) for slug in slugs for name in PUBLISHED]


@pytest.mark.enable_socket
def test_the_same_files_from_a_cluster_and_from_this_machine(project: Project, dask: DaskCluster) -> None:
    slugs = ["alpha", "beta", "gamma"]
    for slug in slugs:
        add_case(project, slug, "from pathlib import Path\nprint({'b', 'a', 'c'}, [*Path('..').glob('*.csv')])")
    add_case(project, "delta", "import sys\nprint('half', file=sys.stderr)", "raise KeyError('Ms Example')")
    kept = []
    dask.have(2)
    for where in ({"scheduler": dask.address}, {"workers": 1}, {"workers": 2}):
        records = run_cases(project, [*slugs, "delta"], force=True, progress=Told(), **where)  # type: ignore[arg-type]
        assert [record.state for record in records] == [RunState.DONE] * 3 + [RunState.FAILED]
        assert records[3].failure is not None
        assert records[3].failure.where == 'cell 4 (id middle-2) under "The middle part"'
        assert (project.outputs / "delta" / "internal" / "traceback.txt").stat().st_mode & 0o777 == 0o600
        kept.append([*reports(project, slugs), output(project, "delta", "notebook.failed.ipynb")])
    assert kept[0] == kept[1] == kept[2]
    records = run_cases(project, slugs, scheduler="tcp://127.0.0.1:1", progress=Told())
    assert [record.state for record in records] == [RunState.UNCHANGED] * 3  # nothing to run: nobody is asked


@pytest.mark.enable_socket
def test_a_killed_worker_costs_a_second_run_and_nothing_is_published_twice(
    project: Project, dask: DaskCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = project.root / "alpha.started"
    add_case(project, "alpha", SLOW_ONCE.format(mark=str(mark)))
    for slug in ("beta", "gamma"):
        add_case(project, slug, "print('well')")
    published: list[Path] = []

    def once(folder: Path, *rest: Any) -> Published:
        published.append(folder)
        return publish(folder, *rest)

    monkeypatch.setattr("shared.batch.turns.publish", once)
    dask.have(2)
    told = Told()
    records: list[CaseRecord] = []
    run = threading.Thread(
        target=lambda: records.extend(
            run_cases(project, ["alpha", "beta", "gamma"], scheduler=dask.address, progress=told)
        )
    )
    run.start()
    assert until(mark.exists)
    (victim,) = [worker for worker in dask.workers if str(worker.pid) in mark.read_text().split()]
    below = psutil.Process(victim.pid).children(recursive=True)
    victim.kill()
    run.join(90)
    assert [(record.state, record.failure) for record in records] == [(RunState.DONE, None)] * 3
    assert sorted(folder.name for folder in published) == ["alpha", "beta", "gamma"]
    assert "alpha: its worker was lost; run again (2 of 3 times at most)" in told.lines
    assert "its worker was lost; run again elsewhere" in output(project, "alpha", "run.log")
    assert until(lambda: not any(process.is_running() for process in below)), below


@pytest.mark.enable_socket
def test_data_that_workers_cannot_read_are_sent_to_them(
    project: Project, dask: DaskCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = "from shared.cases.project import find_project\nprint((find_project().sample / 'alpha.csv').read_text())"
    add_case(project, "alpha", code)
    data, content = project.sample / "alpha.csv", DATA + "4,b\n"  # in no worker's store yet
    data.write_text(content)
    digest = hashlib.sha256(content.encode()).hexdigest()
    definition = project.casestudies / "alpha" / "case.yaml"
    definition.write_text(definition.read_text().replace(hashlib.sha256(DATA.encode()).hexdigest(), digest))
    asked: list[tuple[str, ...]] = []
    real_pack, real_content = cluster.pack, cluster.with_content

    def pack(*given: Any) -> Parcel:
        made = real_pack(*given)
        data.write_text("another file of this name, as another machine could have it")
        return replace(made, content={name: what for name, what in made.content.items() if name != digest})

    def with_content(parcel: Parcel, digests: tuple[str, ...]) -> Parcel:
        asked.append(digests)
        data.write_text(content)
        return real_content(parcel, digests)

    monkeypatch.setattr(cluster, "pack", pack)
    monkeypatch.setattr(cluster, "with_content", with_content)
    dask.have(2)
    (record,) = run_cases(project, ["alpha"], scheduler=dask.address, progress=Told())
    assert record.failure is None
    assert asked == [(digest,)]
    assert "4,b" in output(project, "alpha", "notebook.ipynb")


@pytest.mark.enable_socket
def test_data_in_a_store_are_fetched_by_the_workers_themselves(
    project: Project, dask: DaskCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = "id,group\n" + "".join(f"{number},{'ab'[number % 2]}\n" for number in range(40_000))
    assert len(content) > SMALL  # so that it does not travel with the job unasked
    office = tmp_path / "office" / "records.csv"
    office.parent.mkdir()
    office.write_text(content)
    digest = hashlib.sha256(content.encode()).hexdigest()
    code = "from shared.cases.project import find_project\nprint([p.name for p in find_project().root.rglob('*.csv')])"
    add_case(project, "alpha", code, source={"path": office.as_uri(), "sha256": digest})
    packed: list[str] = []
    asked: list[tuple[str, ...]] = []
    real_pack, real_content = cluster.pack, cluster.with_content

    def pack(*given: Any) -> Parcel:
        made = real_pack(*given)
        assert digest not in made.content
        packed.append(made.addresses[digest])
        return replace(made, paths=made.paths | {digest: "/on/another/machine"})

    def with_content(parcel: Parcel, digests: tuple[str, ...]) -> Parcel:
        asked.append(digests)
        return real_content(parcel, digests)

    monkeypatch.setattr(cluster, "pack", pack)
    monkeypatch.setattr(cluster, "with_content", with_content)
    dask.have(2)
    (record,) = run_cases(project, ["alpha"], scheduler=dask.address, progress=Told())
    assert record.failure is None
    assert (packed, asked) == ([office.as_uri()], [])
    assert "records.csv" in output(project, "alpha", "notebook.ipynb")


RUNNER = """
import sys
from pathlib import Path
from shared.batch import run
from shared.cases.project import Project
root = Path(sys.argv[1])
run.package_folder = lambda: root / 'package'
run.run_cases(Project(root, None, root / 'data'), ['alpha'], scheduler=sys.argv[2])
"""


@pytest.mark.enable_socket
def test_a_killed_runner_leaves_nothing_running_on_the_cluster(project: Project, dask: DaskCluster) -> None:
    mark = project.root / "alpha.started"
    add_case(project, "alpha", SLOW_ONCE.format(mark=str(mark)))
    dask.have(2)
    runner = subprocess.Popen(
        [sys.executable, "-c", RUNNER, str(project.root), dask.address], stdout=subprocess.DEVNULL
    )
    try:
        assert until(mark.exists)
        of_the_job = psutil.Process(int(mark.read_text().split()[0]))
    finally:
        runner.kill()
        runner.wait()
    assert until(lambda: not of_the_job.is_running())
    assert [record.state for record in run_cases(project, ["alpha"], progress=Told())] == [RunState.DONE]


@pytest.mark.enable_socket
def test_a_killed_scheduler_ends_the_run_with_a_word_and_loses_nothing(
    project: Project, tmp_path_factory: pytest.TempPathFactory
) -> None:
    mark = project.root / "beta.started"
    add_case(project, "alpha", "x = 1")
    add_case(project, "beta", SLOW_ONCE.format(mark=str(mark)))
    own = DaskCluster(tmp_path_factory.mktemp("own"))
    try:
        own.have(1)

        def kill() -> None:
            assert until(mark.exists)
            own.scheduler.kill()

        killer = threading.Thread(target=kill)
        killer.start()
        with pytest.raises(RunError) as lost:
            run_cases(project, ["alpha", "beta"], scheduler=own.address, progress=Told())
        killer.join()
        assert str(lost.value).endswith(RESUME)
        assert own.address in str(lost.value)
        assert until(lambda: len(own.below()) <= 1)  # the job is over, whatever becomes of the worker
    finally:
        own.stop()
    assert saved(project, "alpha")["state"] == "done"
    assert not (project.outputs / "beta" / "run.json").exists()
    records = run_cases(project, ["alpha", "beta"], progress=Told())
    assert [record.state for record in records] == [RunState.UNCHANGED, RunState.DONE]


@pytest.mark.enable_socket
def test_where_nobody_answers_the_message_says_what_to_do(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    add_case(project, "alpha")
    monkeypatch.setattr(cluster, "CONNECT", 0.5)
    with pytest.raises(RunError, match=r"The scheduler at tcp://127.0.0.1:1 does not answer .* dask scheduler"):
        run_cases(project, ["alpha"], scheduler="tcp://127.0.0.1:1", progress=Told())
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(RunError, match=r"citizen-data-casebook\[dask\]"):
        run_cases(project, ["alpha"], scheduler="tcp://127.0.0.1:1", progress=Told())


class Future:
    """A task that is with the cluster."""

    def __init__(self, status: str = "finished", result: object = None) -> None:
        self.status, self._result, self.cancelled = status, result, False

    def cancel(self) -> None:
        self.cancelled = True

    def add_done_callback(self, call: object) -> None: ...

    def result(self) -> object:
        return self._result

    def exception(self) -> object:
        return self._result


class Client:
    """As much of Dask's client as the executor uses, without a cluster."""

    threads = 2

    def __init__(self, *given: object, **options: object) -> None:
        self.sent: list[Future] = []

    def nthreads(self) -> dict[str, int]:
        return {"a worker": self.threads}

    def run(self, function: Any) -> dict[str, Any]:
        return {"a worker": function()}

    def submit(self, *given: object, **options: object) -> Future:
        self.sent.append(Future())
        return self.sent[-1]

    def subscribe_topic(self, topic: str, call: object) -> None: ...

    def cancel(self, futures: object, force: bool) -> None: ...

    def close(self, timeout: float) -> None: ...


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Cluster, list[str]]:
    monkeypatch.setattr("distributed.Client", Client)
    said: list[str] = []
    return Cluster("tcp://a:1", 1, Limits(), cache=InputCache(), say=said.append), said


def job(folder: Path) -> Job:
    (folder / "alpha.ipynb").write_text("{}")
    return Job("alpha", str(folder / "alpha.ipynb"), {}, "", "", str(folder), "")


def test_runs_of_a_job_that_loses_its_workers_are_bounded(alone: tuple[Cluster, list[str]], tmp_path: Path) -> None:
    executor, said = alone
    executor.submit(job(tmp_path))
    (key,) = executor._sent
    future = executor._sent[key].future
    events = []
    for _ in range(MOST_RUNS + 1):
        executor._told((0.0, {"key": key, "begun": "tcp://a:2"}))
        events += executor.wait(0)
    assert [type(event) for _, event in events] == [Step, Step, Outcome]
    outcome = events[-1][1]
    assert isinstance(outcome, Outcome)
    assert outcome.failure is not None
    assert outcome.failure.error == "WorkerLost"
    assert f"lost {MOST_RUNS} times" in outcome.failure.message
    assert "--nthreads 1" in outcome.failure.message
    assert future.cancelled
    assert len(said) == MOST_RUNS - 1
    executor._arrived.put((key, Future(result=Returned(Outcome()))))  # it ends after all: too late
    assert executor.wait(0) == []


def test_an_answer_counts_once_and_a_full_disk_is_said(
    alone: tuple[Cluster, list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    executor, _ = alone
    for refused in (False, True):
        executor.submit(job(tmp_path))
        (key,) = executor._sent
        if refused:
            monkeypatch.setattr(Path, "write_bytes", full)
        answer = Future(result=Returned(Outcome(), {"report.html": b"whole", "../outside": b"kept inside"}))
        executor._arrived.put((key, answer))
        executor._arrived.put((key, answer))
        ((_, outcome),) = executor.wait(0)
        assert isinstance(outcome, Outcome)
        assert (outcome.failure and outcome.failure.message) == (
            f"The results cannot be kept (No space left on device). {ROOM}" if refused else None
        )
    assert (tmp_path / "report.html").read_bytes() == b"whole"
    assert (tmp_path / "outside").exists()
    assert not (tmp_path.parent / "outside").exists()


def full(path: Path, content: bytes) -> int:
    raise OSError(28, "No space left on device")


def test_a_cluster_of_other_versions_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("distributed.Client", Client)
    monkeypatch.setattr(Client, "run", lambda self, call: {"a worker": {**call(), "pandas": "2.3.0"}})
    with pytest.raises(RunError, match=r"Reports would differ: pandas 2.3.0 there, 3[\d.]+ here"):
        Cluster("tcp://a:1", 1, Limits(), cache=InputCache(), say=print)


def test_a_cluster_without_workers_is_waited_for_and_then_given_up(
    alone: tuple[Cluster, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    executor, said = alone
    assert executor.free == 3
    monkeypatch.setattr(Client, "threads", 0)
    executor._look()
    assert executor.free == 0
    assert said == ["Waiting for a worker of the scheduler at tcp://a:1. To start one: dask worker ADDRESS"]
    monkeypatch.setattr(cluster, "LONGEST_WAIT", -1.0)
    with pytest.raises(RunError, match=r"There is no worker at .* same command again"):
        executor._look()
