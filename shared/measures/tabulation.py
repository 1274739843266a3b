"""Cross-tabulations, histograms and bootstrap units of records, on any table engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from shared.cases.model import Source
from shared.measures.answers import condition_columns, read_answers, weight_of
from shared.measures.engine import added, flag, rows

CLUSTER = "__cluster__"
"""Column of ``cross_counts`` that names the cluster."""


def answer_units(frame: Any, source: Source) -> pd.DataFrame:
    """Return the units that a bootstrap of completeness draws from.

    Where the source has clusters: one row a cluster, ``times`` 1. Otherwise one row for each distinct pattern of
    expected and given answers (and weight), ``times`` the records that show it. Columns beside ``times``, all
    weighted sums over the unit: ``all``, ``complete``, and ``app{i}``, ``ans{i}`` for the i-th required column.

    Raises ``MeasureError`` where a column is absent.
    """
    names = [*condition_columns(source), *filter(None, (source.cluster, source.weight))]
    required = [name for name in source.columns if source.columns[name].required]
    answers = read_answers(frame, source, [*required, *names], declared=False)
    table = answers.frame.with_columns(
        **{f"app{i}": answers.applicable(name) for i, name in enumerate(required)},
        weight=weight_of(answers, source),
    )
    table = table.with_columns(**{f"ans{i}": nw.col(f"app{i}") * answers.has(name) for i, name in enumerate(required)})
    flags = [f"{what}{i}" for i in range(len(required)) for what in ("app", "ans")]
    gaps = [nw.col(f"app{i}") - nw.col(f"ans{i}") for i in range(len(required))]
    table = table.with_columns(complete=flag(added(gaps) == 0))
    if source.cluster is None:
        found = rows(table.group_by("weight", "complete", *flags).agg(times=nw.len()))
        # engines give groups in any order; the draws of a bootstrap must not depend on it
        found = found.sort_values(["weight", "complete", *flags], ignore_index=True)
        sums = found[[*flags, "complete"]].mul(found["weight"], axis=0)
        return sums.assign(all=found["weight"], times=found["times"].astype("int64"))
    table = table.with_columns(
        cluster=nw.when(answers.has(source.cluster) > 0).then(answers.text(source.cluster)).otherwise(nw.lit("")),
        **{name: nw.col(name) * nw.col("weight") for name in [*flags, "complete"]},
    )
    totals = {name: nw.col(name).sum() for name in [*flags, "complete"]}
    found = rows(table.group_by("cluster").agg(**totals, all=nw.col("weight").sum()))
    return found.sort_values("cluster").drop(columns="cluster").astype("float64").assign(times=1)


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
    table = answers.frame.with_columns(**keys, weight=weight_of(answers, source))
    found = rows(table.group_by(*keys).agg(n=nw.len(), weight=nw.col("weight").sum()))
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
    found = rows(answers.frame.select(**keys)).set_axis(list(columns), axis=1).astype("str")
    return found.mask(found == "")


def single_years(frame: Any, source: Source, column: str) -> dict[int, int]:
    """Return records by single year of a valid whole number (age), in rising order."""
    found = cross_counts(frame, source, [column])
    years = found.dropna(subset=[column])
    counts: dict[int, int] = {}
    for text, n in zip(years[column], years["n"], strict=True):
        counts[int(float(text))] = counts.get(int(float(text)), 0) + int(n)
    return dict(sorted(counts.items()))


def _or_blank(valid: Any, text: Any) -> Any:
    """Text where valid, else blank: a missing group is left out by some engines."""
    return nw.when(valid > 0).then(text).otherwise(nw.lit(""))
