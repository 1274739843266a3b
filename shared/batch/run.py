"""Run case studies: skip what has not changed, let one failure stop nothing else, publish what is whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from shared.batch.executor import Executor
from shared.batch.index import write_index
from shared.batch.inputs import InputCache
from shared.batch.key import package_folder
from shared.batch.limits import Limits
from shared.batch.plan import Planner
from shared.batch.progress import Progress, progress_for
from shared.batch.publish import CACHE, shown
from shared.batch.record import CaseRecord
from shared.batch.turns import Turns
from shared.cases.project import Project


def run_cases(
    project: Project,
    slugs: Sequence[str],
    *,
    workers: int = 1,
    overrides: Sequence[str] = (),
    force: bool = False,
    progress: Progress | None = None,
    time_limit: float = 900,
    memory_limit: int = 0,
    output_limit: int = 100,
    spawn: bool = False,
    scheduler: str = "",
    debug: bool = False,
) -> list[CaseRecord]:
    """Run the case studies ``slugs`` and write ``outputs/<slug>/`` and ``outputs/index.html``.

    ``overrides`` are texts ``name=value``; ``time_limit`` is in seconds for a whole notebook, ``memory_limit``
    (0: none) and ``output_limit`` in MB; ``spawn`` starts new interpreters instead of forking.

    Where it runs: ``workers`` processes of this machine; with ``scheduler`` the Dask cluster at that address
    (``local``: a trial cluster of ``workers`` processes); with ``debug`` this very process, so that ``breakpoint()``
    in a notebook opens the debugger here, without limits of time and memory.

    Returns one record a case study, in the order given; a failure is a record, not an exception. Raises
    ``ParameterError`` or ``DefinitionError`` for bad input before anything is run, ``RunError`` when the index cannot
    be written or the cluster is lost. Ctrl-C ends every worker and kernel; what had finished stays.
    """
    cache = InputCache(project.outputs / CACHE)
    planner = Planner(project, _typed(overrides), package_folder(), cache, fetching=True)
    plans = {slug: planner.plan(slug) for slug in dict.fromkeys(slugs)}
    progress = progress or progress_for(len(plans), lines=debug)
    limits = Limits(time_limit, memory_limit, output_limit)
    turns = Turns(project, progress, force=force, limits=limits, cache=cache)
    executor: Executor | None = None
    try:
        if to_run := turns.settle(plans):
            executor = _executor(workers, limits, cache, progress, spawn=spawn, scheduler=scheduler, debug=debug)
            turns.run(to_run, executor)
    finally:
        if executor is not None:
            executor.stop()
        turns.release()
        progress.close()
        index = write_index(project, turns.records, describe=planner.describe, cache=cache)
        cache.save()
    counts = Counter(str(record.state) for record in turns.records.values())
    progress.say(", ".join(f"{count} {state}" for state, count in counts.items()) + f": {shown(project, index)}")
    return [turns.records[slug] for slug in plans]


def _typed(overrides: Sequence[str]) -> dict[str, Any]:
    if not overrides:
        return {}
    from shared.batch.params import parse_overrides

    return parse_overrides(overrides)


def _executor(
    workers: int, limits: Limits, cache: InputCache, progress: Progress, *, spawn: bool, scheduler: str, debug: bool
) -> Executor:
    if debug:
        from shared.batch.in_process import InProcess

        return InProcess(limits, say=progress.say)
    if scheduler:
        from shared.batch.cluster import Cluster

        return Cluster(scheduler, workers, limits, cache=cache, say=progress.say)
    from shared.batch.pool import LocalPool

    return LocalPool(workers, limits, spawn=spawn, say=progress.say)
