"""Counts over records, on any table engine: present, valid, complete, distinct, consistent, and cross-tabulations.

Written once with narwhals (see ``answers``), so pandas, polars, DuckDB, Dask and PySpark give the same numbers. Rates
and intervals are computed from the counts, elsewhere; nothing here returns a record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from shared.cases.model import Source
from shared.errors import MeasureError
from shared.measures.answers import Answers, flag, has_domain, read_answers

CLUSTER = "__cluster__"
"""Column of ``cross_counts`` that names the cluster."""


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
    keyed       records whose key is complete; ``distinct`` the different keys among them
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

    @property
    def required(self) -> tuple[VariableCounts, ...]:
        """The required columns."""
        return tuple(variable for variable in self.variables if variable.required)


def count_source(frame: Any, source: Source) -> SourceCounts:
    """Count everything that the integrity indicators need, in one pass (and one for distinct keys).

    Args:
        frame: the records, on any engine.
        source: what its columns mean; key, edits, weight and imputation flags are taken from it.

    Raises:
        MeasureError: a column is absent, or a record has no weight or one below 0.
    """
    flags_of_imputed = [condition.column for condition in source.imputed.values()]
    extra = [*source.key, *(c for e in source.edits for c in _columns_of(e)), *source.imputed, *flags_of_imputed]
    answers = read_answers(frame, source, [*extra, *_conditions(source), *([source.weight] if source.weight else [])])
    columns = list(source.columns)
    required = [name for name in columns if source.columns[name].required]
    table = answers.frame.with_columns(
        **{f"app{i}": answers.applicable(name) for i, name in enumerate(columns)},
        **{f"judged{i}": answers.judged(edit) for i, edit in enumerate(source.edits)},
        **{f"passed{i}": answers.passed(edit) for i, edit in enumerate(source.edits)},
        weight=_weight(answers, source),
        keyed=_product([answers.has(column) for column in source.key]),
    )
    edits = range(len(source.edits))
    gaps = [nw.col(f"app{columns.index(name)}") * (1 - answers.has(name)) for name in required]
    table = table.with_columns(
        complete=flag(_sum(gaps) == 0),
        some=flag(_sum([nw.col(f"judged{i}") for i in edits]) > 0),
        none=flag(_sum([nw.col(f"judged{i}") - nw.col(f"passed{i}") for i in edits]) == 0),
    )
    found = _one_row(table.select(**_totals(answers, source)))
    if _int(found["unweighted"]):
        raise MeasureError(
            f'{_int(found["unweighted"]):,} records have no weight in "{source.weight}", or one below 0.',
            hint="Give every record a weight, or leave the weight out of case.yaml.",
        )
    return SourceCounts(
        records=_int(found["records"]),
        weight=_float(found["weight"]),
        complete=_int(found["complete"]),
        weight_complete=_float(found["weight_complete"]),
        keyed=_int(found["keyed"]) if source.key else 0,
        distinct=_distinct(answers, table, source.key),
        judged=_int(found["some"]),
        consistent=_int(found["none"]),
        variables=tuple(_variable(found, i, name, source) for i, name in enumerate(columns)),
        edits=tuple(
            EditCounts(edit.id, edit.label, _int(found[f"judged{i}"]), _int(found[f"passed{i}"]))
            for i, edit in enumerate(source.edits)
        ),
        imputed={
            name: (_int(found[f"imputed{i}"]), _int(found[f"filled{i}"])) for i, name in enumerate(source.imputed)
        },
    )


def answer_units(frame: Any, source: Source) -> pd.DataFrame:
    """Return the units that a bootstrap of completeness draws from.

    Where the source has clusters: one row a cluster, ``times`` 1. Otherwise one row for each distinct pattern of
    expected and given answers (and weight), ``times`` the records that show it. Columns beside ``times``, all
    weighted sums over the unit: ``all``, ``complete``, and ``app{i}``, ``ans{i}`` for the i-th required column.

    Raises ``MeasureError`` where a column is absent.
    """
    names = [*_conditions(source), *filter(None, (source.cluster, source.weight))]
    required = [name for name in source.columns if source.columns[name].required]
    answers = read_answers(frame, source, [*required, *names], declared=False)
    table = answers.frame.with_columns(
        **{f"app{i}": answers.applicable(name) for i, name in enumerate(required)},
        weight=_weight(answers, source),
    )
    table = table.with_columns(**{f"ans{i}": nw.col(f"app{i}") * answers.has(name) for i, name in enumerate(required)})
    flags = [f"{what}{i}" for i in range(len(required)) for what in ("app", "ans")]
    gaps = [nw.col(f"app{i}") - nw.col(f"ans{i}") for i in range(len(required))]
    table = table.with_columns(complete=flag(_sum(gaps) == 0))
    if source.cluster is None:
        found = _rows(table.group_by("weight", "complete", *flags).agg(times=nw.len()))
        sums = found[[*flags, "complete"]].mul(found["weight"], axis=0)
        return sums.assign(all=found["weight"], times=found["times"].astype("int64"))
    table = table.with_columns(
        cluster=nw.when(answers.has(source.cluster) > 0).then(answers.text(source.cluster)).otherwise(nw.lit("")),
        **{name: nw.col(name) * nw.col("weight") for name in [*flags, "complete"]},
    )
    totals = {name: nw.col(name).sum() for name in [*flags, "complete"]}
    found = _rows(table.group_by("cluster").agg(**totals, all=nw.col("weight").sum()))
    return found.drop(columns="cluster").astype("float64").assign(times=1)


def cross_counts(frame: Any, source: Source, columns: Sequence[str], *, cluster: bool = False) -> pd.DataFrame:
    """Return how many records hold each combination of valid answers.

    Args:
        frame, source: as in ``count_source``.
        columns: declared or derived columns; an answer that is missing or not valid becomes missing here.
        cluster: also split by the source's cluster column, as the column ``__cluster__``.

    Returns one row a combination: the columns (``str``), ``n`` records, ``weight`` their weights.
    """
    split = [source.cluster] if cluster and source.cluster else []
    wanted = [*columns, *split, *([source.weight] if source.weight else [])]
    answers = read_answers(frame, source, wanted, declared=False)
    keys = {f"key{i}": _or_blank(answers.ok(name), answers.text(name)) for i, name in enumerate([*columns, *split])}
    table = answers.frame.with_columns(**keys, weight=_weight(answers, source))
    found = _rows(table.group_by(*keys).agg(n=nw.len(), weight=nw.col("weight").sum()))
    names = [*columns, *([CLUSTER] if split else [])]
    found = found.rename(columns=dict(zip(keys, names, strict=True)))
    found[names] = found[names].astype("str")
    found[names] = found[names].mask(found[names] == "")
    found = found.assign(n=found["n"].astype("int64"), weight=found["weight"].astype("float64"))
    return found.sort_values(names, ignore_index=True)


def valid_answers(frame: Any, source: Source, columns: Sequence[str]) -> pd.DataFrame:
    """Return the valid answers to some questions, record by record, missing elsewhere (``str``).

    For methods that need records side by side (agreement, near-duplicates); never for output. Raises
    ``MeasureError`` where a column is absent.
    """
    answers = read_answers(frame, source, columns, declared=False)
    keys = {f"key{i}": _or_blank(answers.ok(name), answers.text(name)) for i, name in enumerate(columns)}
    found = _rows(answers.frame.select(**keys)).set_axis(list(columns), axis=1).astype("str")
    return found.mask(found == "")


def single_years(frame: Any, source: Source, column: str) -> dict[int, int]:
    """Return records by single year of a valid whole number (age), in rising order."""
    found = cross_counts(frame, source, [column])
    years = found.dropna(subset=[column])
    counts: dict[int, int] = {}
    for text, n in zip(years[column], years["n"], strict=True):
        counts[int(float(text))] = counts.get(int(float(text)), 0) + int(n)
    return dict(sorted(counts.items()))


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
        applicable=_int(found[f"app{i}"]),
        answered=_int(found[f"ans{i}"]),
        present=_int(found[f"has{i}"]),
        valid=_int(found[f"ok{i}"]),
        weight_applicable=_float(found[f"wapp{i}"]) if rule.required else float(_int(found[f"app{i}"])),
        weight_answered=_float(found[f"wans{i}"]) if rule.required else float(_int(found[f"ans{i}"])),
    )


def _distinct(answers: Answers, table: nw.LazyFrame[Any], key: Sequence[str]) -> int:
    """Different keys; a statement of its own, because exact distinct counts are what costs on large tables."""
    if not key:
        return 0
    keys = {f"key{i}": answers.text(column) for i, column in enumerate(key)}
    unique = table.filter(nw.col("keyed") > 0).select(**keys).unique()
    return _int(_one_row(unique.select(n=nw.len()))["n"])


def _weight(answers: Answers, source: Source) -> Any:
    if source.weight is None:
        return nw.lit(1, dtype=nw.Int64)
    if answers.rule(source.weight).type not in ("integer", "number"):
        raise MeasureError(
            f'The weight "{source.weight}" must be declared as a number.', hint="Set its type to number in case.yaml."
        )
    return answers.number(source.weight)


def _conditions(source: Source) -> list[str]:
    """Columns that conditions of other columns and rules look at (they may be derived ones)."""
    found = [rule.applicable_when.column for rule in source.columns.values() if rule.applicable_when]
    return [*found, *(edit.when.column for edit in source.edits if edit.when)]


def _columns_of(edit: Any) -> list[str]:
    return [edit.left] if edit.right is None else [edit.left, edit.right]


def _or_blank(valid: Any, text: Any) -> Any:
    """Text where valid, else blank: a missing group is left out by some engines."""
    return nw.when(valid > 0).then(text).otherwise(nw.lit(""))


def _sum(terms: Sequence[Any]) -> Any:
    total: Any = nw.lit(0, dtype=nw.Int64)
    for term in terms:
        total = total + term
    return total


def _product(terms: Sequence[Any]) -> Any:
    total: Any = nw.lit(1, dtype=nw.Int64)
    for term in terms:
        total = total * term
    return total


def _rows(table: nw.LazyFrame[Any]) -> pd.DataFrame:
    """Counts brought into pandas, whatever the engine."""
    return table.collect().to_pandas().reset_index(drop=True)


def _one_row(table: nw.LazyFrame[Any]) -> dict[str, Any]:
    frame = _rows(table)
    return {str(name): frame[name].iloc[0] for name in frame.columns}


def _int(value: Any) -> int:
    """Engines answer with Decimal, numpy or plain integers, and with nothing for an empty table."""
    return 0 if pd.isna(value) else int(value)


def _float(value: Any) -> float:
    return 0.0 if pd.isna(value) else float(value)
