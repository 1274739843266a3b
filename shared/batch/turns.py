"""The turns of a batch: take a case study's lock, submit its job, publish or keep the failure, next."""

from __future__ import annotations

import os
import shutil
import time
from collections import deque
from dataclasses import replace
from datetime import UTC, datetime

from shared.batch.executor import Executor
from shared.batch.inputs import InputCache
from shared.batch.job import REPORT, Job, Step
from shared.batch.limits import Limits
from shared.batch.lock import FolderLock
from shared.batch.plan import Plan, only_the_page
from shared.batch.progress import Progress
from shared.batch.publish import CACHE, LOG, keep_failure, new_staging, publish, shown, write_record
from shared.batch.record import CaseRecord, Failure, Outcome, RunState, read_record
from shared.batch.schedule import Estimate, longest_first
from shared.cases.project import Project

POLL = 0.5
"""Seconds between two looks at a case study that another run is working on."""


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


class _Active:
    """A case study that has its lock and is being run."""

    def __init__(
        self, plan: Plan, lock: FolderLock, last: CaseRecord | None, changed: tuple[str, ...], *, page_only: bool
    ) -> None:
        self.plan, self.lock, self.last, self.changed, self.page_only = plan, lock, last, changed, page_only
        self.started = _now()
        self.staging = new_staging(plan.folder)
        done = "new page" if page_only else "run"
        self.log = [f"{self.started} {done} because of: {', '.join(changed) or '--force'}"]

    def note(self, text: str) -> None:
        self.log.append(f"{_now()} {text}")


class Turns:
    """The queue of one ``run_cases``, what is running, and the records so far."""

    def __init__(
        self,
        project: Project,
        progress: Progress,
        *,
        force: bool,
        limits: Limits,
        cache: InputCache,
    ) -> None:
        self.records: dict[str, CaseRecord] = {}
        self._project, self._progress, self._force = project, progress, force
        self._limits, self._cache = limits, cache
        self._active: dict[str, _Active] = {}
        self._told: set[str] = set()
        self._took: dict[str, float] = {}
        self._estimate: Estimate | None = None

    def run(self, to_run: list[Plan], executor: Executor) -> None:
        """Run what ``settle`` has returned; returns when each has its record."""
        self._executor = executor
        self._estimate = Estimate([plan.slug for plan in to_run], self._took, executor.free)
        queue = deque(to_run)
        while queue or self._active:
            busy: list[Plan] = []
            while queue and self._executor.free:
                plan = queue.popleft()
                if not self._start(plan):
                    busy.append(plan)
            queue.extend(busy)
            if self._active or not self._executor.free:
                for job, event in self._executor.wait(POLL):
                    if isinstance(event, Step):
                        self._step(self._active[job.slug], event)
                    else:
                        self._finish(self._active[job.slug], event)
            elif busy:
                time.sleep(POLL)

    def settle(self, plans: dict[str, Plan | CaseRecord]) -> list[Plan]:
        """Deal at once with what need not or cannot be run; return the rest in the order to start it."""
        to_run: list[Plan] = []
        for plan in plans.values():
            if not isinstance(plan, Plan):
                self._not_runnable(plan)
                continue
            last, changed = plan.standing(self._cache)
            if last is not None and last.state is RunState.DONE and not changed and not self._force:
                self._unchanged(plan, last)
                continue
            to_run.append(plan)
            if last is not None and (seconds := sum(last.seconds.values())):
                self._took[plan.slug] = seconds
        return longest_first(to_run, self._took)

    def release(self) -> None:
        """Give back what an interrupted batch still holds; its executor must have been stopped."""
        for active in self._active.values():
            shutil.rmtree(active.staging, ignore_errors=True)
            active.lock.release()
        self._active.clear()

    def _start(self, plan: Plan) -> bool:
        """Start one case study, or record that there is nothing to do; False while another run has it."""
        lock = FolderLock(plan.folder)
        try:
            plan.folder.mkdir(parents=True, exist_ok=True)
            if not lock.take():
                self._tell_waiting(plan, lock)
                return False
            last, changed = plan.standing(self._cache)  # the run that had the lock may have done our work
            if last is not None and not changed and not self._force:
                if last.state is not RunState.DONE:  # its data were absent for a while
                    last = replace(last, state=RunState.DONE, message="")
                    write_record(plan.folder, last, [f"{_now()} unchanged"])
                lock.release()
                self._unchanged(plan, last)
                return True
            page_only = only_the_page(changed) and not self._force
            active = self._active[plan.slug] = _Active(plan, lock, last, changed, page_only=page_only)
            self._executor.submit(self._job(active))
            if self._estimate is not None:
                self._estimate.started(plan.slug)
        except OSError as error:
            self._active.pop(plan.slug, None)
            lock.release()
            self._unwritable(plan, error)
        return True

    def _job(self, active: _Active) -> Job:
        plan, project = active.plan, self._project
        # A notebook works in a folder of its own, where a relative name would mean another place: both are absolute,
        # and a project without a mirror says so rather than leaving what the runner's own environment holds.
        mirror = str(project.mirror.resolve()) if project.mirror is not None else ""
        environment = {"CASEBOOK_ROOT": str(project.root.resolve()), "CASEBOOK_MIRROR": mirror}
        return Job(
            plan.slug, str(plan.notebook.resolve()), plan.parameters, plan.title, plan.subtitle,
            str(active.staging.resolve()), "", str((project.outputs / CACHE).resolve()), environment,
            self._limits.memory, self._limits.output, str(plan.folder.resolve()) if active.page_only else "",
            plan.files,
        )  # fmt: skip

    def _step(self, active: _Active, step: Step) -> None:
        if step.kind == "cell":
            active.note(f"cell {step.cell} of {step.cells} (id {step.cell_id})")
        elif step.kind == "render":
            active.note("report")
        elif step.kind == "again":
            active.note("its worker was lost; run again elsewhere")
        self._progress.step(active.plan.slug, step)

    def _finish(self, active: _Active, outcome: Outcome) -> None:
        plan, finished = active.plan, _now()
        state = RunState.FAILED if outcome.failure else RunState.DONE
        record = CaseRecord(
            plan.slug, state, failure=outcome.failure, parameters=plan.parameters, changed=active.changed,
            started=active.started, finished=finished, seconds=self._seconds(active, outcome),
            published=active.last.published if active.last else None,
        )  # fmt: skip
        try:
            if outcome.failure is None:
                record = replace(record, published=publish(plan.folder, active.staging, plan.key, finished))
            else:
                keep_failure(plan.folder, active.staging)
            active.note(f"failed: {outcome.failure}" if outcome.failure else "done")
            write_record(plan.folder, record, active.log)
        except OSError as error:
            record = replace(record, state=RunState.FAILED, failure=record.failure or self._no_room(plan, error))
        shutil.rmtree(active.staging, ignore_errors=True)
        active.lock.release()
        del self._active[plan.slug]
        if record.failure:
            log = shown(self._project, plan.folder / LOG)
            self._record(record, f"{plan.slug}: failed: {record.failure}\n  log: {log}")
        else:
            report = shown(self._project, plan.folder / REPORT)
            self._record(record, f"{plan.slug}: done in {sum(record.seconds.values()):.1f} s: {report}")

    @staticmethod
    def _seconds(active: _Active, outcome: Outcome) -> dict[str, float]:
        """Return what was measured; the time of an execution that was not repeated is kept, to plan by."""
        before = active.last.seconds if active.page_only and active.last else {}
        return {**before, **outcome.seconds}

    def _unchanged(self, plan: Plan, last: CaseRecord) -> None:
        self._record(replace(last, state=RunState.UNCHANGED), f"{plan.slug}: unchanged")

    def _not_runnable(self, record: CaseRecord) -> None:
        """Keep the record of a case study that cannot be run; the last good results stay."""
        folder = self._project.outputs / record.slug
        lock = FolderLock(folder)
        said = f"failed: {record.failure}" if record.failure else f"{record.state}: {record.message}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if lock.take():
                last = read_record(folder)
                record = replace(record, finished=_now(), published=last.published if last else None)
                write_record(folder, record, [f"{record.finished} {said}"])
        except OSError as error:
            said += f" ({shown(self._project, folder)} cannot be written: {error.strerror})"
        finally:
            lock.release()
        self._record(record, f"{record.slug}: {said}")

    def _unwritable(self, plan: Plan, error: OSError) -> None:
        record = CaseRecord(plan.slug, RunState.FAILED, failure=self._no_room(plan, error), parameters=plan.parameters)
        self._record(record, f"{plan.slug}: failed: {record.failure}")

    def _no_room(self, plan: Plan, error: OSError) -> Failure:
        folder = shown(self._project, plan.folder)
        reason = error.strerror or os.strerror(error.errno or 0)
        message = f"{folder} cannot be written ({reason}). Check that it is a folder, its rights and the free space."
        return Failure("RunError", message)

    def _tell_waiting(self, plan: Plan, lock: FolderLock) -> None:
        if plan.slug not in self._told:
            self._told.add(plan.slug)
            self._progress.say(f"{plan.slug}: waiting, {lock.holder()} is working on it")

    def _record(self, record: CaseRecord, line: str) -> None:
        self.records[record.slug] = record
        self._progress.say(line)
        self._progress.finished(record.slug)
        if self._estimate is not None:
            self._estimate.finished(record.slug)
            self._progress.remaining(self._estimate.seconds())
