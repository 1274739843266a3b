"""Counts over records, on any table engine: present, valid, complete, distinct, consistent.

Written once with narwhals (see ``answers``), so pandas, polars, DuckDB, Dask and PySpark give the same numbers. Rates
and intervals are computed from the counts, elsewhere; nothing here returns a record.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import narwhals.stable.v2 as nw

from shared.cases.model import Source
from shared.errors import MeasureError
from shared.measures.answers import Answers, condition_columns, read_answers, weight_of
from shared.measures.engine import added, flag, number, one_in, one_row, product, whole
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
    """Count everything that the integrity indicators need, in one pass (and one for distinct keys).

    Args:
        frame: the records, on any engine.
        source: what its columns mean; key, edits, weight and imputation flags are taken from it.
        exact: False holds at most about ``KEPT_KEYS`` keys and estimates how many there are (polars and DuckDB only);
            ``distinct_error`` of the result is the relative standard error of that, a tenth of a per cent or less.

    Raises:
        MeasureError: a column is absent, a record has no weight or one below 0, or an estimate is asked of an engine
            that makes none.
    """
    flags_of_imputed = [condition.column for condition in source.imputed.values()]
    extra = [*source.key, *(c for e in source.edits for c in _columns_of(e)), *source.imputed, *flags_of_imputed]
    extra += [*condition_columns(source), *([source.weight] if source.weight else [])]
    answers = read_answers(frame, source, extra)
    columns = list(source.columns)
    required = [name for name in columns if source.columns[name].required]
    table = answers.frame.with_columns(
        **{f"app{i}": answers.applicable(name) for i, name in enumerate(columns)},
        **{f"judged{i}": answers.judged(edit) for i, edit in enumerate(source.edits)},
        **{f"passed{i}": answers.passed(edit) for i, edit in enumerate(source.edits)},
        weight=weight_of(answers, source),
        keyed=product([answers.has(column) for column in source.key]),
    )
    edits = range(len(source.edits))
    gaps = [nw.col(f"app{columns.index(name)}") * (1 - answers.has(name)) for name in required]
    table = table.with_columns(
        complete=flag(added(gaps) == 0),
        some=flag(added([nw.col(f"judged{i}") for i in edits]) > 0),
        none=flag(added([nw.col(f"judged{i}") - nw.col(f"passed{i}") for i in edits]) == 0),
    )
    found = one_row(table.select(**_totals(answers, source)))
    if whole(found["unweighted"]):
        raise MeasureError(
            f'{whole(found["unweighted"]):,} records have no weight in "{source.weight}", or one below 0.',
            hint="Give every record a weight, or leave the weight out of case.yaml.",
        )
    keyed = whole(found["keyed"]) if source.key else 0
    distinct, error = _distinct(answers, table, source.key, step=1 if exact else math.ceil(keyed / KEPT_KEYS) or 1)
    return SourceCounts(
        records=whole(found["records"]),
        weight=number(found["weight"]),
        complete=whole(found["complete"]),
        weight_complete=number(found["weight_complete"]),
        keyed=keyed,
        distinct=distinct,
        distinct_error=error,
        judged=whole(found["some"]),
        consistent=whole(found["none"]),
        variables=tuple(_variable(found, i, name, source) for i, name in enumerate(columns)),
        edits=tuple(
            EditCounts(edit.id, edit.label, whole(found[f"judged{i}"]), whole(found[f"passed{i}"]))
            for i, edit in enumerate(source.edits)
        ),
        imputed={
            name: (whole(found[f"imputed{i}"]), whole(found[f"filled{i}"])) for i, name in enumerate(source.imputed)
        },
    )


def _totals(answers: Answers, source: Source) -> dict[str, Any]:
    """Everything that is added up over all records."""
    weight = nw.col("weight")
    sums: dict[str, Any] = {
        "records": nw.len(),
        "weight": weight.sum(),
        "unweighted": flag(weight.is_null() | (weight < 0)).sum(),
        "weight_complete": (weight * nw.col("complete")).sum(),
    }
    sums |= {name: nw.col(name).sum() for name in ("complete", "keyed", "some", "none")}
    for i, (name, rule) in enumerate(source.columns.items()):
        app, has = nw.col(f"app{i}"), answers.has(name)
        sums |= {f"app{i}": app.sum(), f"ans{i}": (app * has).sum()}
        sums |= {f"has{i}": has.sum(), f"ok{i}": answers.ok(name).sum()}
        if rule.required:
            sums |= {f"wapp{i}": (weight * app).sum(), f"wans{i}": (weight * app * has).sum()}
    for i in range(len(source.edits)):
        sums |= {f"{what}{i}": nw.col(f"{what}{i}").sum() for what in ("judged", "passed")}
    for i, (name, condition) in enumerate(source.imputed.items()):
        has = answers.has(name)
        sums |= {f"imputed{i}": (has * answers.holds(condition)).sum(), f"filled{i}": has.sum()}
    return sums


def _variable(found: Mapping[str, Any], i: int, name: str, source: Source) -> VariableCounts:
    rule = source.columns[name]
    return VariableCounts(
        column=name,
        required=rule.required,
        domain=has_domain(rule),
        applicable=whole(found[f"app{i}"]),
        answered=whole(found[f"ans{i}"]),
        present=whole(found[f"has{i}"]),
        valid=whole(found[f"ok{i}"]),
        weight_applicable=number(found[f"wapp{i}"]) if rule.required else float(whole(found[f"app{i}"])),
        weight_answered=number(found[f"wans{i}"]) if rule.required else float(whole(found[f"ans{i}"])),
    )


def _distinct(answers: Answers, table: nw.LazyFrame[Any], key: Sequence[str], *, step: int) -> tuple[int, float]:
    """Return how many different keys there are, and the relative standard error of that (0 where all are counted).

    A statement of its own, because exact distinct counts are what costs on large tables. With ``step`` above 1 only
    keys are looked at whose hash falls into one of so many classes (distinct sampling, Gibbons 2001): a key's records
    are all in or all out, so the number of keys found is binomial.
    """
    if not key:
        return 0, 0.0
    keys = {f"key{i}": answers.text(column) for i, column in enumerate(key)}
    keyed = table.filter(nw.col("keyed") > 0).select(**keys)
    if step > 1:
        keyed = one_in(keyed, step)
    found = whole(one_row(keyed.unique().select(n=nw.len()))["n"])
    return found * step, math.sqrt((1 - 1 / step) / found) if found else 0.0


def _columns_of(edit: Any) -> list[str]:
    return [edit.left] if edit.right is None else [edit.left, edit.right]
