"""The source's groups beside the population's, margin by margin, and the units a bootstrap of them draws from."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from shared.cases.model import Margin
from shared.errors import MeasureError
from shared.measures.distances import Distances, distances
from shared.measures.indicators.context import Context
from shared.measures.indicators.tables import as_counts
from shared.measures.intervals import Floats, design_effect, resample
from shared.measures.tabulation import CLUSTER
from shared.measures.validity import as_text as value_text
from shared.sources.typed import as_text


@dataclass(frozen=True)
class Compared:
    """One margin: ``n`` of the source (weighted, if it has weights) and ``population`` for the same ``groups``.

    records     records (or persons of a table) behind ``n``
    deff        design effect of each group's share
    outside     share of the source in groups that the reference does not have; they are left out
    unknown     share of the source without an answer; left out too
    listed      False where the source lists only its largest groups, so that only listed ones can be compared
    """

    margin: Margin
    groups: tuple[str, ...]
    n: Floats
    population: Floats
    records: float
    deff: Floats
    outside: float
    unknown: float
    listed: bool

    @property
    def distances(self) -> Distances:
        """Distances between the two sets of shares."""
        return distances(self.n, self.population)

    @property
    def required(self) -> tuple[str, ...]:
        """The groups that must be represented: those of case.yaml, else all."""
        return self.margin.required_groups or self.groups

    @property
    def note(self) -> str:
        """What is not compared, in plain English, without counts."""
        said = []
        if not self.listed:
            said.append("The source lists only its largest groups; the others cannot be compared.")
        if self.outside > 0:
            said.append("Some of the source is in groups that the reference does not have, and is left out.")
        return " ".join([*said, self.margin.caveat])


@dataclass(frozen=True)
class Units:
    """Rows that a bootstrap draws as a whole, ``times`` units each; columns are the groups of all margins in turn."""

    values: Floats
    times: Floats
    slices: tuple[slice, ...]


def compare_margins(context: Context) -> tuple[Compared, ...]:
    """Return every margin of the case study compared with its reference (made once)."""
    return context.once("margins", lambda: tuple(_compare(context, margin) for margin in context.case.margins))


def margin_draws(context: Context, compared: Sequence[Compared]) -> tuple[Floats, tuple[slice, ...]]:
    """Return resampled counts of every group of all margins (draws x groups), and where each margin's groups are."""

    def draw() -> tuple[Floats, tuple[slice, ...]]:
        units = units_of(context, compared)
        found = resample(units.values, multiplicity=units.times, draws=context.draws, seed=context.seed)
        return found, units.slices

    return context.once("margin draws", draw)


def units_of(context: Context, compared: Sequence[Compared]) -> Units:
    """Return the bootstrap units of several margins at once; margins of one source are drawn together."""
    ends = np.cumsum([0, *(len(one.groups) for one in compared)])
    slices = tuple(slice(int(a), int(b)) for a, b in itertools.pairwise(ends))
    values: list[Floats] = []
    times: list[Floats] = []
    for source_id in dict.fromkeys(one.margin.source for one in compared):
        mine = [(one, where) for one, where in zip(compared, slices, strict=True) if one.margin.source == source_id]
        rows, count = _rows(context, source_id, mine, int(ends[-1]))
        values.append(rows)
        times.append(count)
    return Units(np.concatenate(values), np.concatenate(times), slices)


def joint_counts(context: Context, source_id: str, columns: Sequence[str], *, cluster: bool = False) -> pd.DataFrame:
    """Return a record source's counts by several columns (and weight, so that equal weights stay together)."""
    weight = context.source(source_id).weight
    wanted = [*dict.fromkeys([*columns, *([weight] if weight else [])])]
    return context.cross(source_id, wanted, cluster=cluster)


def answer_counts(
    context: Context, source_id: str, column: str, beside: Sequence[str] = (), *, cluster: bool = False
) -> pd.DataFrame:
    """Return a record source's counts by the valid answers to one question, and by columns ``beside`` it.

    Only records to which the question applies (``applicable_when``) are counted: an answer given by somebody whom the
    question does not concern would widen the base of the figure.
    """
    declared = context.source(source_id).columns.get(column)
    condition = declared.applicable_when if declared is not None else None
    asked = [condition.column] if condition is not None else []
    found = joint_counts(context, source_id, [*beside, column, *asked], cluster=cluster).dropna(subset=[column])
    if condition is None:
        return found
    given = found[condition.column]
    if condition.is_in is None:
        return found[given.notna()]
    wanted = {value_text(value) for value in condition.is_in}
    numbers = pd.to_numeric(pd.Series(sorted(wanted)), errors="coerce").dropna()
    return found[given.isin(wanted) | pd.to_numeric(given, errors="coerce").isin(numbers)]


def reference_counts(context: Context, margin: Margin) -> dict[str, float]:
    """Return the population by group; groups of nobody are left out."""
    frame = context.frame(margin.reference)
    if margin.reference_columns is not None:
        wide = {
            group: sum(float(as_counts(frame, column).sum()) for column in _as_tuple(columns))
            for group, columns in margin.reference_columns.items()
        }
        return {group: n for group, n in wide.items() if n > 0}
    by, count = margin.reference_by or "", margin.reference_count or ""
    sums = as_counts(frame, count).groupby(as_text(frame[by])).sum()
    return {str(group): float(n) for group, n in sums.items() if n > 0}


def _compare(context: Context, margin: Margin) -> Compared:
    population = reference_counts(context, margin)
    if not population:
        raise MeasureError(f'The reference of the margin "{margin.id}" counts nobody.')
    if absent := [group for group in margin.required_groups if group not in population]:
        raise MeasureError(
            f'The margin "{margin.id}" requires a group that its reference does not have: "{absent[0]}".'
        )
    source = context.source(margin.source)
    if source.kind == "records":
        found = joint_counts(context, margin.source, [margin.column])
        by_group = found.groupby(margin.column, dropna=False)[["n", "weight"]].sum()
        weights, records = by_group["weight"], float(by_group["n"].sum())
    else:
        frame = context.frame(margin.source)
        weights = as_counts(frame, margin.count or "").groupby(as_text(frame[margin.column]), dropna=False).sum()
        records = float(weights.sum())
    answered = {str(group): float(n) for group, n in weights[weights.index.notna()].items()}
    listed = source.listing == "complete"
    groups = tuple(group for group in population if listed or group in answered)
    if not groups or not any(answered.get(group, 0) for group in groups):
        raise MeasureError(f'The margin "{margin.id}" and its reference have no group in common.')
    n = np.array([answered.get(group, 0.0) for group in groups])
    total, inside, known = float(weights.sum()), float(n.sum()), sum(answered.values())
    return Compared(
        margin, groups, n, np.array([population[group] for group in groups]), records * inside / total,
        _deff(context, margin, groups), (known - inside) / total, 1 - known / total, listed,
    )  # fmt: skip


def _deff(context: Context, margin: Margin, groups: Sequence[str]) -> Floats:
    """Design effect of each group's share, from clusters and weights; 1 where there are neither."""
    source = context.source(margin.source)
    if source.kind != "records" or not (source.cluster or source.weight):
        return np.ones(len(groups))
    found = joint_counts(context, margin.source, [margin.column], cluster=bool(source.cluster))
    found = found[found[margin.column].isin(groups)]
    records = float(found["n"].sum())
    if source.cluster:
        table = found.pivot_table(
            index=found[CLUSTER].fillna(""), columns=margin.column, values="weight", aggfunc="sum", fill_value=0.0
        )
        size, times = table.sum(axis=1).to_numpy(), None
        effects = [design_effect(table[g].to_numpy(), size, records) if g in table else np.nan for g in groups]
    else:
        each = (found["weight"] / found["n"]).to_numpy()
        times = found["n"].to_numpy()
        effects = [design_effect(each * (found[margin.column] == g).to_numpy(), each, records, times) for g in groups]
    # nothing can be learnt from a group nobody is in: it gets the largest effect seen
    return np.maximum(1.0, np.where(np.isnan(effects), np.nanmax([1.0, *effects]), effects))


def _rows(
    context: Context, source_id: str, mine: Sequence[tuple[Compared, slice]], width: int
) -> tuple[Floats, Floats]:
    source = context.source(source_id)
    if source.kind != "records":
        sizes = [len(one.groups) for one, _ in mine]
        values = np.zeros((sum(sizes), width))
        start = 0
        for one, where in mine:
            values[start : start + len(one.groups), where] = np.eye(len(one.groups))
            start += len(one.groups)
        return values, np.concatenate([one.n for one, _ in mine])
    columns = [one.margin.column for one, _ in mine]
    found = joint_counts(context, source_id, columns, cluster=bool(source.cluster))
    values = np.zeros((len(found), width))
    for one, where in mine:
        for offset, group in enumerate(one.groups):
            values[:, where.start + offset] = (found[one.margin.column] == group).to_numpy()
    if source.cluster:
        sums = pd.DataFrame(values * found[["weight"]].to_numpy()).groupby(found[CLUSTER].fillna("")).sum()
        return sums.to_numpy(), np.ones(len(sums))
    each = (found["weight"] / found["n"]).to_numpy()
    return values * each[:, None], found["n"].to_numpy(dtype=np.float64)


def _as_tuple(columns: tuple[str, ...] | str) -> tuple[str, ...]:
    return (columns,) if isinstance(columns, str) else columns
