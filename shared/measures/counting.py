"""Counts over records, on any table engine: present, valid, complete, distinct, consistent.

Written once with narwhals (see ``answers``), so pandas, polars, DuckDB, Dask and PySpark give the same numbers. Rates
and intervals are computed from the counts, elsewhere; nothing here returns a record.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from shared.cases.columns import Edit
from shared.cases.model import Source
from shared.errors import MeasureError
from shared.measures.answers import Answers, condition_columns, read_answers, weight_of
from shared.measures.engine import Query, beside, collect, counter, every, flag, number, one_in, one_row, some, whole
from shared.measures.validity import has_domain

KEPT_KEYS = 1_000_000
"""So many keys are held at most when their number may be an estimate."""


@dataclass(frozen=True)
class VariableCounts:
    """One column: records in which an answer is expected (``applicable``), those of them that have one
    (``answered``), all answers (``present``) and those that meet the declared domain (``valid``).

    ``weight_applicable`` and ``weight_answered`` are the same with the source's weights (the plain counts where it
    has none); ``domain`` says whether the declaration says what is valid.
    """

    column: str
    required: bool
    domain: bool
    applicable: int
    answered: int
    present: int
    valid: int
    weight_applicable: float
    weight_answered: float


@dataclass(frozen=True)
class EditCounts:
    """One rule across columns: records in which it could be judged, and those that keep it."""

    id: str
    label: str
    judged: int
    passed: int


@dataclass(frozen=True)
class SourceCounts:
    """All counts of one source.

    complete    records with an answer to every required column that applies (``weight_complete`` with weights)
    keyed       records whose key is complete; ``distinct`` the different keys among them, estimated with the relative
                standard error ``distinct_error`` where that was asked for (0: counted)
    judged      records that at least one rule across columns could judge; ``consistent`` records that break none
    weight      sum of weights (the number of records where there are none)
    """

    records: int
    weight: float
    complete: int
    weight_complete: float
    keyed: int
    distinct: int
    judged: int
    consistent: int
    variables: tuple[VariableCounts, ...]
    edits: tuple[EditCounts, ...]
    imputed: Mapping[str, tuple[int, int]]
    """Column -> (answers filled in, all answers)."""
    distinct_error: float = 0.0

    @property
    def required(self) -> tuple[VariableCounts, ...]:
        """The required columns."""
        return tuple(variable for variable in self.variables if variable.required)


def count_source(frame: Any, source: Source, *, exact: bool = True) -> SourceCounts:
    """Count everything that the integrity indicators need (see ``one_pass`` to count tables with it).

    Args:
        frame: the records, on any engine.
        source: what its columns mean; key, edits, weight and imputation flags are taken from it.
        exact: False holds at most about ``KEPT_KEYS`` keys and estimates how many there are (polars and DuckDB only);
            ``distinct_error`` of the result is the relative standard error of that, a tenth of a per cent or less.

    Raises:
        MeasureError: a column is absent, a record has no weight or one below 0, or an estimate is asked of an engine
            that makes none.
    """
    return with_keys(read_answers(frame, source, counted_columns(source)), source, [], exact=exact)[0]


def counted_columns(source: Source) -> list[str]:
    """Columns beside the declared ones that the counts of a source look at."""
    flags_of_imputed = [condition.column for condition in source.imputed.values()]
    extra = [*source.key, *(c for e in source.edits for c in _columns_of(e)), *source.imputed, *flags_of_imputed]
    return [*extra, *condition_columns(source), *([source.weight] if source.weight else [])]


def with_keys(
    answers: Answers, source: Source, more: Sequence[Query[Any]], *, exact: bool
) -> tuple[SourceCounts, list[Any]]:
    """Return the counts of a source and the results of further queries, collected together.

    An estimate of the different keys comes after: it depends on the number of records.
    """
    counts: SourceCounts
    if not source.key:
        counts, *others = collect([source_query(answers, source), *more])
        return counts, others
    if exact:
        counts, distinct, *others = collect([source_query(answers, source), keys_query(answers, source.key), *more])
        return replace(counts, distinct=distinct[0]), others
    counts, *others = collect([source_query(answers, source), *more])
    [found] = collect([keys_query(answers, source.key, step=math.ceil(counts.keyed / KEPT_KEYS) or 1)])
    return replace(counts, distinct=found[0], distinct_error=found[1]), others


def source_query(answers: Answers, source: Source) -> Query[SourceCounts]:
    """All counts of a source but its different keys.

    Each condition is a column of its own before it is counted: polars would otherwise count what occurs twice beside
    the records, and hold them all until it is done.
    """
    required = [(i, name) for i, (name, rule) in enumerate(source.columns.items()) if rule.required]
    edits = range(len(source.edits))
    applies = {f"app{i}": app for i, name in enumerate(source.columns) if (app := answers.applicable(name)) is not None}
    judged = {f"judged{i}": answers.judged(edit) for i, edit in enumerate(source.edits)}
    passed = {f"passed{i}": nw.col(f"judged{i}") & answers.passed(edit) for i, edit in enumerate(source.edits)}
    gapless = [
        answers.has(name) | ~nw.col(f"app{i}") if f"app{i}" in applies else answers.has(name) for i, name in required
    ]
    joined = {
        f"ans{i}": answers.has(n) & nw.col(f"app{i}") for i, n in enumerate(source.columns) if f"app{i}" in applies
    }
    joined |= {
        f"imputed{i}": answers.has(name) & answers.holds(condition)
        for i, (name, condition) in enumerate(source.imputed.items())
    }
    joined |= {"complete": every(gapless)} if required else {}
    joined |= {"keyed": every([answers.has(column) for column in source.key])} if source.key else {}
    if source.edits:
        joined["some"] = some([nw.col(f"judged{i}") for i in edits])
        joined["none"] = every([nw.col(f"passed{i}") | ~nw.col(f"judged{i}") for i in edits])
    filled = {name: answers.names.index(name) for name in source.imputed}
    given = dict.fromkeys([*range(len(source.columns)), *filled.values()])
    counted = [*applies, *judged, *passed, *joined, *(f"has{i}" for i in given)]
    counted += [f"ok{i}" for i, rule in enumerate(source.columns.values()) if has_domain(rule)]
    table = beside(beside(beside(answers.frame, {**applies, **judged}), passed), joined)
    count = counter(table)
    sums = {"records": nw.len(), **{name: count(nw.col(name)) for name in counted}}
    if (weight := weight_of(answers, source)) is not None:
        weighed = {f"wapp{i}": f"app{i}" for i, _ in required if f"app{i}" in applies}
        weighed |= {f"wans{i}": f"ans{i}" if f"app{i}" in applies else f"has{i}" for i, _ in required}
        weighed |= {"weight_complete": "complete"} if required else {}
        sums |= {name: (weight * flag(nw.col(condition))).sum() for name, condition in weighed.items()}
        sums |= {"weight": weight.sum(), "unweighted": flag(weight.is_null() | (weight < 0)).sum()}
    return Query(table.select(**sums), lambda found: _read(found, source, filled))


def _read(found: pd.DataFrame, source: Source, filled: Mapping[str, int]) -> SourceCounts:
    sums = one_row(found)
    if whole(sums.get("unweighted", 0)):
        raise MeasureError(
            f'{whole(sums["unweighted"]):,} records have no weight in "{source.weight}", or one below 0.',
            hint="Give every record a weight, or leave the weight out of case.yaml.",
        )
    records = whole(sums["records"])
    weight = number(sums.get("weight", records))
    complete = whole(sums.get("complete", records))
    variables = []
    for i, (name, rule) in enumerate(source.columns.items()):
        applicable, present = whole(sums.get(f"app{i}", records)), whole(sums[f"has{i}"])
        answered = whole(sums.get(f"ans{i}", present))
        weighted = source.weight is not None and rule.required
        variables.append(
            VariableCounts(
                column=name,
                required=rule.required,
                domain=has_domain(rule),
                applicable=applicable,
                answered=answered,
                present=present,
                valid=whole(sums.get(f"ok{i}", present)),
                weight_applicable=number(sums.get(f"wapp{i}", weight)) if weighted else float(applicable),
                weight_answered=number(sums[f"wans{i}"]) if weighted else float(answered),
            )
        )
    return SourceCounts(
        records=records,
        weight=weight,
        complete=complete,
        weight_complete=number(sums.get("weight_complete", weight if source.weight else complete)),
        keyed=whole(sums.get("keyed", 0)),
        distinct=0,
        judged=whole(sums.get("some", 0)),
        consistent=whole(sums.get("none", records)),
        variables=tuple(variables),
        edits=tuple(
            EditCounts(edit.id, edit.label, whole(sums[f"judged{i}"]), whole(sums[f"passed{i}"]))
            for i, edit in enumerate(source.edits)
        ),
        imputed={
            name: (whole(sums[f"imputed{i}"]), whole(sums[f"has{filled[name]}"]))
            for i, name in enumerate(source.imputed)
        },
    )


def keys_query(answers: Answers, key: Sequence[str], *, step: int = 1) -> Query[tuple[int, float]]:
    """How many different complete keys there are, and the relative standard error of that (0 where all are counted).

    A query of its own, because exact distinct counts are what costs on large tables. With ``step`` above 1 only
    keys are looked at whose hash falls into one of so many classes (distinct sampling, Gibbons 2001): a key's records
    are all in or all out, so the number of keys found is binomial.
    """
    keys = {f"key{i}": answers.value(column) for i, column in enumerate(key)}
    keyed = answers.frame.filter(every([answers.has(column) for column in key])).select(**keys)
    if step > 1:
        keyed = one_in(keyed, step)

    def read(table: pd.DataFrame) -> tuple[int, float]:
        found = whole(one_row(table)["n"])
        return found * step, math.sqrt((1 - 1 / step) / found) if found else 0.0

    return Query(keyed.unique().select(n=nw.len()), read)


def _columns_of(edit: Edit) -> list[str]:
    return [edit.left] if edit.right is None else [edit.left, edit.right]
