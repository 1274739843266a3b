"""The queries behind the counts of a source: everything that is added up over its records, and its different keys."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import narwhals.stable.v2 as nw
import pandas as pd

from shared.cases.model import Source
from shared.errors import MeasureError
from shared.measures.answers import Answers, weight_of
from shared.measures.counts import EditCounts, SourceCounts, VariableCounts
from shared.measures.engine import Query, beside, counter, every, flag, number, one_in, one_row, some, whole
from shared.measures.validity import has_domain


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
