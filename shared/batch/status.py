"""What a run would do, and why: for each case study whether its report is up to date, and which input changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shared.batch.inputs import InputCache
from shared.batch.key import changed_inputs, package_folder
from shared.batch.plan import Plan, Planner, only_the_page
from shared.batch.publish import CACHE
from shared.batch.record import CaseRecord, RunState
from shared.cases.project import Project

MOST_NAMED = 5


@dataclass(frozen=True)
class Standing:
    """One case study: ``state`` in a few words, and one reason a line."""

    slug: str
    state: str
    reasons: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "\n".join([f"{self.slug}: {self.state}", *(f"  - {reason}" for reason in self.reasons)])


def standings(project: Project, slugs: Sequence[str], overrides: dict[str, Any] | None = None) -> list[Standing]:
    """Return where each of ``slugs`` stands. Nothing is executed and nothing written but what is known of files.

    Raises ``DefinitionError`` for an unknown slug.
    """
    cache = InputCache(project.outputs / CACHE)
    planner = Planner(project, overrides or {}, package_folder(), cache)
    found = [_standing(slug, planner.plan(slug), cache) for slug in slugs]
    if project.outputs.is_dir():
        cache.save()
    return found


def _standing(slug: str, plan: Plan | CaseRecord, cache: InputCache) -> Standing:
    if isinstance(plan, CaseRecord):
        if plan.state is RunState.DATA_MISSING:
            return Standing(slug, "data not present", (f"to fetch them: {plan.message}",))
        return Standing(slug, "cannot be run", (str(plan.failure),))
    record, changed = plan.standing(cache)
    if not changed:
        return Standing(slug, "up to date")
    if changed == ("never run",):
        return Standing(slug, "never run")
    published = record.published if record else None
    before = published.inputs if published else {}
    reasons = [_reason(part, changed_inputs(before, plan.key.inputs, part)) for part in changed]
    if record is not None and record.failure is not None and "the last run failed" not in changed:
        reasons.append("the last run failed")
    if record is not None and record.failure is not None:
        reasons[-1] += f": {str(record.failure).splitlines()[0]}"
    state = "needs a new page (nothing is executed)" if only_the_page(changed) else "needs a run"
    return Standing(slug, state, tuple(reasons))


def _reason(part: str, which: tuple[str, ...]) -> str:
    if not which:
        return part
    more = f" and {len(which) - MOST_NAMED} more" if len(which) > MOST_NAMED else ""
    return f"{part}: {', '.join(which[:MOST_NAMED])}{more}"
