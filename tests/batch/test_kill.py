"""Runs that are killed, starved or shut out at any moment: nothing finished is lost, and the next run does the rest."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from shared.batch.inputs import file_hash
from shared.batch.job import PUBLISHED
from shared.batch.record import CaseRecord, RunState, read_record
from shared.batch.run import run_cases
from shared.cases.project import Project
from shared.errors import RunError
from tests.batch.small import Told, add_case, only, output
from tests.batch.test_stop import until

SLUGS = ["alpha", "beta", "gamma", "delta", "epsilon"]
RUNNER = """
import sys
from pathlib import Path
from shared.batch import run
from shared.cases.project import Project
root = Path(sys.argv[1])
run.package_folder = lambda: root / 'package'
run.run_cases(Project(root, None, root / 'data'), sys.argv[2].split(','), workers=2)
"""


def started(project: Project, slugs: list[str]) -> subprocess.Popen[bytes]:
    """Start a runner as a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", RUNNER, str(project.root), ",".join(slugs)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def whole(project: Project, slug: str) -> CaseRecord | None:
    """Return the record of a case study, after a look that all it speaks of is there, whole."""
    folder = project.outputs / slug
    record = read_record(folder)
    if record is None or record.published is None:
        return None
    assert set(record.published.files) == set(PUBLISHED)
    for name, digest in record.published.files.items():
        assert file_hash(folder / name) == digest, f"{slug}/{name}"
    return record


def readable(project: Project) -> None:
    """Look at every file that bears a name for readers: each can be read to its end."""
    for path in project.outputs.rglob("*"):
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(project.outputs).parts):
            text = path.read_text(encoding="utf-8")
            if path.suffix in (".json", ".ipynb"):
                json.loads(text)
            if path.suffix == ".html":
                assert text.rstrip().endswith("</html>"), path


def kill_at_some_moment(project: Project, number: random.Random) -> None:
    """Start a runner and kill it soon after one more case study has its record."""

    def recorded() -> int:
        return sum(read_record(project.outputs / slug) is not None for slug in SLUGS)

    before, runner = recorded(), started(project, SLUGS)
    below: list[psutil.Process] = []
    try:
        until(lambda: runner.poll() is not None or recorded() > before)
        time.sleep(number.uniform(0, 0.4))
        if runner.poll() is None:
            below = psutil.Process(runner.pid).children(recursive=True)
    finally:
        runner.kill()
        runner.wait()
    assert until(lambda: not any(process.is_running() for process in below))


def test_a_runner_killed_at_any_moment_leaves_whole_files_and_the_next_does_the_rest(project: Project) -> None:
    for slug in SLUGS:
        add_case(project, slug, "print('well', *range(20_000))")
    number = random.Random(7)
    for _ in range(3):
        kill_at_some_moment(project, number)
        readable(project)
    finished = [slug for slug in SLUGS if whole(project, slug)]
    assert finished
    records = run_cases(project, SLUGS, workers=2, progress=Told())
    for record in records:
        assert record.state is (RunState.UNCHANGED if record.slug in finished else RunState.DONE)
    assert [path for path in project.outputs.rglob(".running-*") if path.is_dir()] == []
    assert [path.name for path in project.outputs.rglob("*.tmp")] == []


@pytest.mark.parametrize("which", ["kernel", "worker"])
def test_kernels_and_workers_killed_from_outside_cost_one_case_study_each(project: Project, which: str) -> None:
    mark = project.root / "started"
    code = (
        f"import os, pathlib, time\nmark = pathlib.Path({str(mark)!r})\nif not mark.exists():\n"
        "    mark.with_suffix('.new').write_text(f'{os.getpid()} {os.getppid()}')\n"
        "    mark.with_suffix('.new').rename(mark)\n    time.sleep(60)"
    )
    add_case(project, "alpha", code)
    add_case(project, "beta", "print('well')")
    runner = started(project, ["alpha", "beta"])
    try:
        assert until(mark.exists)
        time.sleep(random.Random(which).uniform(0, 0.3))
        os.kill(int(mark.read_text().split()[which == "worker"]), signal.SIGKILL)
        runner.wait(60)
    finally:
        runner.kill()
    failure = (read_record(project.outputs / "alpha") or pytest.fail("no record")).failure
    assert failure is not None
    assert failure.error == {"kernel": "DeadKernelError", "worker": "WorkerLost"}[which]
    assert failure.cell_id == "middle-1"
    assert "memory" in failure.message
    assert "fewer notebooks at a time (--workers)" in failure.message
    assert whole(project, "beta") is not None
    readable(project)
    records = run_cases(project, ["alpha", "beta"], progress=Told())
    assert [record.state for record in records] == [RunState.DONE, RunState.UNCHANGED]


@pytest.fixture
def small_disk(project: Project) -> Iterator[Path]:
    """The project's output folder on a disk of its own of 3 MB; skipped where nothing can be mounted."""
    project.outputs.mkdir()
    with disk(project.outputs, "size=3m"):
        yield project.outputs


class disk:  # noqa: N801  # reads as a word
    """A tmpfs for the time of a ``with`` block."""

    def __init__(self, folder: Path, options: str) -> None:
        self._folder, self._options = str(folder), options

    def __enter__(self) -> None:
        command = ["mount", "-t", "tmpfs", "-o", self._options, "casebook-test", self._folder]
        if os.geteuid() != 0 or subprocess.run(command, capture_output=True).returncode != 0:
            pytest.skip("no right to mount a disk")

    def __exit__(self, *ignored: object) -> None:
        subprocess.run(["umount", "-l", self._folder], check=True)


def test_a_full_disk_fails_what_does_not_fit_and_keeps_the_rest(project: Project, small_disk: Path) -> None:
    add_case(project, "alpha", "print('well')")
    add_case(project, "beta", "print('x' * 3_000_000)")
    assert only(run_cases(project, ["alpha"], progress=Told())).state is RunState.DONE
    good = output(project, "alpha", "report.html")
    told = Told()
    record = only(run_cases(project, ["beta"], progress=told))
    assert record.failure is not None
    assert "No space left on device" in record.failure.message
    assert "free space" in record.failure.message
    assert output(project, "alpha", "report.html") == good
    readable(project)
    assert whole(project, "alpha") is not None
    subprocess.run(["mount", "-o", "remount,size=40m", str(small_disk)], check=True)
    records = run_cases(project, ["alpha", "beta"], progress=Told())
    assert [record.state for record in records] == [RunState.UNCHANGED, RunState.DONE]


def fill(path: Path) -> None:
    """Write zeros until nothing fits any more."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT)
    try:
        with contextlib.suppress(OSError):
            while os.write(file, bytes(512)):
                pass
    finally:
        os.close(file)


def test_a_disk_without_a_byte_left_is_said_and_old_reports_stay(project: Project, small_disk: Path) -> None:
    add_case(project, "alpha", "print('well')")
    run_cases(project, ["alpha"], progress=Told())
    good = output(project, "alpha", "report.html")
    fill(small_disk / "filler")
    told = Told()
    with contextlib.suppress(RunError):  # of the index, which no longer fits either
        run_cases(project, ["alpha"], force=True, progress=told)
    assert any("No space left on device" in line and "free space" in line for line in told.lines)
    assert output(project, "alpha", "report.html") == good
    assert whole(project, "alpha") is not None
    (small_disk / "filler").unlink()
    assert only(run_cases(project, ["alpha"], progress=Told())).state is RunState.UNCHANGED


def test_a_read_only_output_folder_is_said_once_and_changes_nothing(project: Project, small_disk: Path) -> None:
    add_case(project, "alpha", "print('well')")
    for _ in range(2):  # the index of a second run says that nothing had changed
        run_cases(project, ["alpha"], progress=Told())
    before = {path: path.read_bytes() for path in project.outputs.rglob("*") if path.is_file()}
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    told = Told()
    assert only(run_cases(project, ["alpha"], progress=told)).state is RunState.UNCHANGED
    add_case(project, "beta", "print('well')")
    with pytest.raises(RunError, match=r"The index cannot be written \(Read-only file system\)\. Check"):
        run_cases(project, ["alpha", "beta"], force=True, progress=told)
    said = [line for line in told.lines if "failed" in line]
    assert len(said) == 2
    assert all("cannot be written (Read-only file system). Check" in line for line in said)
    assert {path: path.read_bytes() for path in project.outputs.rglob("*") if path.is_file()} == before


def test_two_runners_share_the_work_and_harm_nothing(project: Project) -> None:
    for slug in SLUGS:
        add_case(project, slug, "print('well')\nimport time; time.sleep(0.3)")
    runners = [started(project, SLUGS) for _ in range(2)]
    codes = [runner.wait(120) for runner in runners]
    assert codes == [0, 0]
    logs = [output(project, slug, "run.log") for slug in SLUGS]
    assert all(log.count("cell 3 of 4 (id middle-1)") == 1 for log in logs)
    assert all(whole(project, slug) for slug in SLUGS)
    readable(project)
    listed = json.loads((project.outputs / "index.json").read_text(encoding="utf-8"))["cases"]
    assert [case["state"] in ("done", "unchanged") for case in listed] == [True] * len(SLUGS)
