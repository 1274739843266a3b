"""Cross-tabulations, histograms and bootstrap units of records, on any table engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from shared.cases.model import Source
from shared.measures.answers import Answers, as_words, check_columns, condition_columns, read_answers, weight_of
from shared.measures.engine import Frame, Query, beside, collect, every, flag, lazy, rows

CLUSTER = "__cluster__"
"""Column of ``cross_counts`` that names the cluster."""


def answer_units(frame: Any, source: Source) -> pd.DataFrame:
    """Return the units that a bootstrap of completeness draws from.

    Where the source has clusters: one row a cluster, ``times`` 1. Otherwise one row for each distinct pattern of
    expected and given answers (and weight), ``times`` the records that show it. Columns beside ``times``, all
    weighted sums over the unit: ``all``, ``complete``, and ``app{i}``, ``ans{i}`` for the i-th required column.

    Raises ``MeasureError`` where a column is absent.
    """
    answers = read_answers(frame, source, [*_required(source), *unit_columns(source)], declared=False)
    return _one(units_query(answers, source))


def unit_columns(source: Source) -> list[str]:
    """Columns that the units look at beside the required ones."""
    return [*condition_columns(source), *filter(None, (source.cluster, source.weight))]


def units_query(answers: Answers, source: Source) -> Query[pd.DataFrame]:
    """The units of the bootstrap, see ``answer_units``."""
    required = _required(source)
    conditions = {i: app for i, name in enumerate(required) if (app := answers.applicable(name)) is not None}
    table = beside(answers.frame, {f"app{i}": app for i, app in conditions.items()})
    applies = {i: nw.col(f"app{i}") if i in conditions else nw.lit(True) for i in range(len(required))}
    gives = {i: answers.has(name) & applies[i] for i, name in enumerate(required)}
    flags = {f"app{i}": applies[i] for i in applies} | {f"ans{i}": gives[i] for i in gives}
    gapless = every([answers.has(name) | ~applies[i] for i, name in enumerate(required)])
    weight = weight_of(answers, source)
    if source.cluster is not None:
        return _clusters(answers, source.cluster, table, {**flags, "complete": gapless}, weight)
    # what is the same in all records does not tell them apart; what is left is one whole number for 32 of them
    telling = [f"app{i}" for i in conditions] + [f"ans{i}" for i in gives]
    packed = {f"bits{k}": _packed([flags[name] for name in telling[k : k + 32]]) for k in range(0, len(telling), 32)}
    keys = {**packed, **({} if weight is None else {"weight": weight})}
    table = table.select(**keys) if keys else table.select(bits0=nw.lit(0, dtype=nw.Int64))
    found = table.group_by(*(keys or ["bits0"])).agg(times=nw.len())
    return Query(found, lambda patterns: _patterns(patterns, telling, len(required)))


def _packed(conditions: Sequence[Any]) -> Any:
    """Conditions as the bits of one whole number."""
    total = nw.lit(0, dtype=nw.Int64)
    for power, condition in enumerate(conditions):
        total = total + flag(condition) * 2**power
    return total


def _patterns(found: pd.DataFrame, telling: Sequence[str], required: int) -> pd.DataFrame:
    """The units without clusters, from the number of records of each pattern of bits."""
    bits = {k: found[f"bits{k}"].astype("int64") for k in range(0, len(telling), 32)}
    flags = {name: bits[at // 32 * 32] // 2 ** (at % 32) % 2 for at, name in enumerate(telling)}
    columns = [f"{what}{i}" for i in range(required) for what in ("app", "ans")]
    sums = pd.DataFrame({name: flags.get(name, 1) for name in columns}, index=found.index, dtype="int64")
    gaps = sum((sums[f"app{i}"] - sums[f"ans{i}"] for i in range(required)), start=pd.Series(0, index=found.index))
    weight = found["weight"] if "weight" in found else pd.Series(1, index=found.index, dtype="int64")
    sums = sums.assign(complete=(gaps == 0).astype("int64"), weight=weight, times=found["times"].astype("int64"))
    # engines give groups in any order; the draws of a bootstrap must not depend on it
    sums = sums.sort_values(["weight", "complete", *columns], ignore_index=True)
    units = sums[[*columns, "complete"]].mul(sums["weight"], axis=0)
    return units.assign(all=sums["weight"], times=sums["times"])


def _clusters(answers: Answers, cluster: str, table: Frame, flags: Mapping[str, Any], weight: Any) -> Query[Any]:
    """The units with clusters: weighted sums over each."""
    each = nw.lit(1, dtype=nw.Int64) if weight is None else weight
    table = table.select(
        cluster=nw.when(answers.has(cluster)).then(answers.text(cluster)).otherwise(nw.lit("")),
        all=each,
        **{name: flag(condition) * each for name, condition in flags.items()},
    )

    def read(found: pd.DataFrame) -> pd.DataFrame:
        columns = [name for name in flags if name != "complete"]
        order = [name for i in range(len(columns) // 2) for name in (f"app{i}", f"ans{i}")]
        kept = found.sort_values("cluster")[[*order, "complete", "all"]]
        return kept.astype("float64").assign(times=1)

    return Query(table.group_by("cluster").agg(**{name: nw.col(name).sum() for name in [*flags, "all"]}), read)


def cross_counts(frame: Any, source: Source, columns: Sequence[str], *, cluster: bool = False) -> pd.DataFrame:
    """Return how many records hold each combination of valid answers.

    Args:
        frame, source: as in ``count_source``.
        columns: declared or derived columns; an answer that is missing or not valid becomes missing here.
        cluster: also split by the source's cluster column, as the column ``__cluster__``.

    Returns one row a combination: the columns (``str``), ``n`` records, ``weight`` their weights.
    """
    answers = read_answers(frame, source, cross_columns(source, columns, cluster=cluster), declared=False)
    return _one(cross_query(answers, source, columns, cluster=cluster))


def cross_columns(source: Source, columns: Sequence[str], *, cluster: bool) -> list[str]:
    """Columns that a cross-tabulation looks at."""
    split = [source.cluster] if cluster and source.cluster else []
    return [*columns, *split, *([source.weight] if source.weight else [])]


def cross_query(answers: Answers, source: Source, columns: Sequence[str], *, cluster: bool) -> Query[pd.DataFrame]:
    """A cross-tabulation, see ``cross_counts``."""
    split = [source.cluster] if cluster and source.cluster else []
    keys = {f"key{i}": nw.when(answers.ok(name)).then(answers.value(name)) for i, name in enumerate([*columns, *split])}
    weight = weight_of(answers, source)
    table = answers.frame.select(**keys, **({} if weight is None else {"weight": weight}))
    query = _grouped(table, [*columns, *([CLUSTER] if split else [])])
    if weight is not None:
        return query
    return Query(
        query.table, lambda found: (counted := query.read(found)).assign(weight=counted["n"].astype("float64"))
    )


def group_counts(frame: Any, columns: Sequence[str]) -> pd.DataFrame:
    """Return how many records hold each combination of texts, valid or not; a missing one stays missing.

    Args:
        frame: table of any engine; its columns of text or typed, taken as text like ``cross_counts`` does.
        columns: columns of the table.

    Returns one row a combination: the columns (``str``) and ``n`` records. Raises ``MeasureError`` where a column is
    absent.
    """
    table = lazy(frame)
    check_columns(dict(table.collect_schema().items()), columns)
    return _one(group_query(table, {name: nw.col(name) for name in columns}))


def group_query(table: Frame, columns: Mapping[str, Any]) -> Query[pd.DataFrame]:
    """Rows by the text of some columns (name -> where it stands in the table), see ``group_counts``."""
    return _grouped(table.select(**{f"key{i}": column for i, column in enumerate(columns.values())}), list(columns))


def _grouped(table: Frame, names: Sequence[str]) -> Query[pd.DataFrame]:
    """Count the rows of each combination of ``key{i}``, and their weights where the table has a ``weight``.

    Numbers and days are grouped as such and become text afterwards, which is the faster way round.
    """
    kinds = dict(table.collect_schema().items())
    keys = [f"key{i}" for i in range(len(names))]
    late = {key for key in keys if kinds[key].is_integer() or kinds[key].is_float() or kinds[key] == nw.Date}
    if early := {key: as_words(nw.col(key), kinds[key]) for key in keys if key not in late}:
        table = table.with_columns(**early)
    totals = {"n": nw.len(), **({"weight": nw.col("weight").sum()} if "weight" in kinds else {})}
    grouped = table.group_by(*keys).agg(**totals)
    words = {key: as_words(nw.col(key), kinds[key]) if key in late else nw.col(key) for key in keys}

    def read(found: pd.DataFrame) -> pd.DataFrame:
        found = found.set_axis([*names, *totals], axis=1)
        found = found.astype(dict.fromkeys(names, "str") | {"n": "int64"})
        if "weight" in totals:
            found = found.astype({"weight": "float64"})
        if found.duplicated(list(names)).any():  # -0.0 and 0.0 are two numbers and one text
            found = found.groupby(list(names), as_index=False, dropna=False).sum()
        return found.sort_values(list(names), ignore_index=True)

    return Query(grouped.select(**words, **{name: nw.col(name) for name in totals}), read)


def valid_answers(frame: Any, source: Source, columns: Sequence[str]) -> pd.DataFrame:
    """Return the valid answers to some questions, record by record, missing elsewhere (``str``).

    For methods that need records side by side (agreement, near-duplicates); never for output. Raises
    ``MeasureError`` where a column is absent.
    """
    found = rows(valid_texts(frame, source, columns)).set_axis(list(columns), axis=1).astype("str")
    return found.mask(found == "")


def valid_texts(frame: Any, source: Source, columns: Sequence[str]) -> Frame:
    """The same as a lazy table on its engine: ``key{i}`` for the i-th column, blank where there is no valid answer."""
    answers = read_answers(frame, source, columns, declared=False)
    return answers.frame.select(**{
        f"key{i}": nw.when(answers.ok(name)).then(answers.text(name)).otherwise(nw.lit(""))
        for i, name in enumerate(columns)
    })  # fmt: skip


def single_years(frame: Any, source: Source, column: str) -> dict[int, int]:
    """Return records by single year of a valid whole number (age), in rising order."""
    return years_in(cross_counts(frame, source, [column]), column)


def years_in(found: pd.DataFrame, column: str) -> dict[int, int]:
    """Return records by single year from the cross-tabulation of a column of ages, in rising order."""
    years = found.dropna(subset=[column])
    counts: dict[int, int] = {}
    for text, n in zip(years[column], years["n"], strict=True):
        counts[int(float(text))] = counts.get(int(float(text)), 0) + int(n)
    return dict(sorted(counts.items()))


def _required(source: Source) -> list[str]:
    return [name for name in source.columns if source.columns[name].required]


def _one(query: Query[pd.DataFrame]) -> pd.DataFrame:
    found: pd.DataFrame = collect([query])[0]
    return found
