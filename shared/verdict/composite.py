"""The composite engine: a list of logged steps from raw values to an index, which can be replayed with a change.

Used for sensitivity and for the synthesis across case studies, never to publish one number for an organisation.
Each step keeps its table and says what it did, so ``regenerate`` can run everything again with one setting changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from shared.errors import Fault, MeasureError, nearest
from shared.verdict.composite_steps import STEPS

META = ("level", "parent", "weight", "direction", "denominator")


@dataclass(frozen=True)
class Step:
    """One step by name, with its settings."""

    name: str
    settings: Mapping[str, Any]


@dataclass(frozen=True)
class Done:
    """A step that has been taken: the table it gave and what it did, line by line."""

    step: Step
    table: pd.DataFrame
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Composite:
    """A composite index with everything it was made from."""

    data: pd.DataFrame
    meta: pd.DataFrame
    context: pd.DataFrame
    log: tuple[Done, ...]

    @property
    def table(self) -> pd.DataFrame:
        """The table of the last step: units × (indicators and aggregates)."""
        return self.log[-1].table

    def after(self, step: str) -> pd.DataFrame:
        """Return the table as it was after a step."""
        for done in self.log:
            if done.step.name == step:
                return done.table
        raise MeasureError(f'There was no step "{step}".', hint=nearest(step, [d.step.name for d in self.log]))


def compose(
    data: pd.DataFrame, meta: pd.DataFrame, steps: Sequence[Step], *, context: pd.DataFrame | None = None
) -> Composite:
    """Run the steps over a table of units × indicators.

    ``meta`` as in ``shared.verdict.composite_steps``; ``context`` has the denominators and groups by unit. Raises
    ``MeasureError`` with every fault: an unknown step, an indicator without meta, a parent that does not exist.
    """
    faults = _faults(data, meta, steps)
    if faults:
        raise MeasureError("The composite cannot be built.", faults=faults)
    context = pd.DataFrame(index=data.index) if context is None else context
    table, log = data.astype(float), []
    for step in steps:
        table, notes = STEPS[step.name](table, meta, context.loc[table.index], **step.settings)
        log.append(Done(step, table, notes))
    return Composite(data, meta, context, tuple(log))


def regenerate(
    composite: Composite, changes: Mapping[str, Mapping[str, Any] | None], *, meta: pd.DataFrame | None = None
) -> Composite:
    """Run a composite again with some settings changed (step → settings), or without a step (step → None).

    ``meta`` replaces the meta table, for other weights or directions.
    """
    known = [done.step.name for done in composite.log]
    faults = [Fault("There was no such step.", name, nearest(name, known)) for name in changes if name not in known]
    if faults:
        raise MeasureError("The composite cannot be built again.", faults=faults)
    steps = []
    for done in composite.log:
        change = changes.get(done.step.name, {})
        if change is not None:
            steps.append(Step(done.step.name, {**done.step.settings, **change}))
    return compose(composite.data, composite.meta if meta is None else meta, steps, context=composite.context)


def _faults(data: pd.DataFrame, meta: pd.DataFrame, steps: Sequence[Step]) -> list[Fault]:
    faults = [
        Fault("There is no such step.", f"steps[{position}]", nearest(step.name, STEPS))
        for position, step in enumerate(steps)
        if step.name not in STEPS
    ]
    faults += [Fault("This column is missing.", f"meta.{column}") for column in META if column not in meta.columns]
    faults += [Fault("This indicator has no row in meta.", f"data.{c}") for c in data.columns if c not in meta.index]
    if "parent" in meta.columns:
        orphans = [p for p in meta["parent"].dropna().unique() if p not in meta.index]
        faults += [Fault("This parent has no row in meta.", f"meta.parent, {parent}") for parent in orphans]
    if not steps:
        faults.append(Fault("Give at least one step.", "steps"))
    return faults
