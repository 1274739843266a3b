"""Output folders that cannot be written, and two runs on the same one."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from shared.batch import publish
from shared.batch.lock import FolderLock
from shared.batch.record import RunState
from shared.batch.run import run_cases
from shared.cases.project import Project
from shared.errors import RunError
from tests.batch.small import Told, add_case, only, output, saved


def test_a_file_in_the_place_of_a_case_studys_folder_stops_no_other(project: Project) -> None:
    add_case(project, "alpha")
    add_case(project, "beta")
    project.outputs.mkdir()
    (project.outputs / "alpha").write_text("in the way", encoding="utf-8")
    records = {r.slug: r for r in run_cases(project, ["alpha", "beta"], progress=Told())}
    assert records["beta"].state is RunState.DONE
    failure = records["alpha"].failure
    assert failure is not None
    assert failure.message.startswith("outputs/alpha cannot be written (")
    assert "Check that it is a folder" in failure.message
    assert (project.outputs / "alpha").read_text(encoding="utf-8") == "in the way"


def test_a_file_in_the_place_of_the_output_folder_is_one_clear_message(project: Project) -> None:
    add_case(project, "alpha")
    project.outputs.write_text("in the way", encoding="utf-8")
    with pytest.raises(RunError, match="The index cannot be written"):
        run_cases(project, ["alpha"], progress=Told())


def test_a_folder_that_refuses_the_results_leaves_the_old_ones(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_case(project, "alpha")
    run_cases(project, ["alpha"], progress=Told())
    before = output(project, "alpha", "run.json")

    def refuse(folder: Path, *rest: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("shared.batch.turns.publish", refuse)
    failure = only(run_cases(project, ["alpha"], force=True, progress=Told())).failure
    assert failure is not None
    assert "No space left on device" in failure.message
    assert output(project, "alpha", "run.json") == before
    assert [path for path in (project.outputs / "alpha").iterdir() if path.name.startswith(".running")] == []


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "index.html"
    target.write_text("old", encoding="utf-8")

    def refuse(self: Path, other: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OSError, match="No space"):
        publish.write_whole(target, "new")
    assert target.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_what_a_killed_run_left_is_cleared_away(project: Project) -> None:
    add_case(project, "alpha")
    left = project.outputs / "alpha" / ".running-left"
    left.mkdir(parents=True)
    (left / "report.html").write_text("half", encoding="utf-8")
    assert only(run_cases(project, ["alpha"], progress=Told())).state is RunState.DONE
    assert not left.exists()


def test_a_second_run_waits_and_then_finds_nothing_to_do(project: Project) -> None:
    add_case(project, "alpha", "import time\ntime.sleep(2)")
    told = [Told(), Told()]
    found: list[RunState] = []

    def run(progress: Told) -> None:
        found.append(only(run_cases(project, ["alpha"], progress=progress)).state)

    threads = [threading.Thread(target=run, args=(progress,)) for progress in told]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [RunState.DONE, RunState.UNCHANGED]
    waited = [line for progress in told for line in progress.lines if "waiting" in line]
    assert len(waited) == 1
    assert waited[0].startswith("alpha: waiting, ")
    assert saved(project, "alpha")["state"] == "done"


def test_a_run_goes_on_with_other_cases_while_one_is_taken(project: Project) -> None:
    add_case(project, "alpha")
    add_case(project, "beta")
    folder = project.outputs / "alpha"
    folder.mkdir(parents=True)
    lock = FolderLock(folder)
    assert lock.take()
    told = Told()
    worker = threading.Thread(target=run_cases, args=(project, ["alpha", "beta"]), kwargs={"progress": told})
    worker.start()
    deadline = time.monotonic() + 60
    while not (project.outputs / "beta" / "run.json").exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert (project.outputs / "beta" / "run.json").exists()
    assert not (folder / "run.json").exists()
    lock.release()
    worker.join()
    assert saved(project, "alpha")["state"] == "done"


def test_a_lock_ends_with_the_process_that_holds_it(tmp_path: Path) -> None:
    code = (
        "import os, pathlib, sys\nfrom shared.batch.lock import FolderLock\n"
        "assert FolderLock.take(keep := FolderLock(pathlib.Path(sys.argv[1])))\nprint('taken', flush=True)\n"
        "sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "taken\n"
        lock = FolderLock(tmp_path)
        assert not lock.take()
        assert lock.holder() == f"process {holder.pid}"
        holder.kill()
    assert lock.take()
    lock.release()


class Elsewhere(Project):
    """A project whose outputs go to another disk."""

    @property
    def outputs(self) -> Path:
        return self.root.parent / "another place" / "results"


def test_the_output_folder_can_be_elsewhere(project: Project) -> None:
    add_case(project, "alpha")
    elsewhere = Elsewhere(project.root, project.mirror, project.downloads)
    told = Told()
    assert only(run_cases(elsewhere, ["alpha"], progress=told)).state is RunState.DONE
    assert told.lines[-1] == "1 done: results/index.html"
    assert (elsewhere.outputs / "alpha" / "report.html").is_file()
    assert not project.outputs.exists()
