"""How many records share a combination of key variables, worked out where the records are.

With seven key variables nearly every record of a large file is a combination of its own: a table of them would be the
records again. So only what is asked of the combinations leaves the engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import narwhals.stable.v2 as nw
import pandas as pd

from shared.cases.model import Source
from shared.errors import MeasureError
from shared.measures.answers import Answers, weight_of
from shared.measures.disclosure import KeyRisk
from shared.measures.engine import Query, collect, number, one_row, whole


@dataclass(frozen=True)
class Combinations:
    """``risks`` as ``key_risk`` gives them, one for each k asked for; ``diversity`` as ``least_diversity`` gives it for
    each sensitive column, None for one without an answer."""

    risks: tuple[KeyRisk, ...]
    diversity: tuple[int | None, ...]


def combinations_of(
    answers: Answers, source: Source, keys: Sequence[str], sensitive: Sequence[str], rare: Sequence[int]
) -> Combinations:
    """Return what is asked of the combinations of ``keys``; an answer that is missing or not valid is one of its own.

    ``rare`` are the k below which a combination counts as rare. Raises ``MeasureError`` where a combination has no
    weight, as ``key_risk`` does.
    """
    key = {f"key{i}": nw.when(answers.ok(name)).then(answers.value(name)) for i, name in enumerate(keys)}
    said = {f"said{i}": nw.when(answers.ok(name)).then(answers.value(name)) for i, name in enumerate(sensitive)}
    weight = weight_of(answers, source)
    each = nw.lit(1, dtype=nw.Int64) if weight is None else weight
    table = answers.frame.select(**key, **said, weight=each)
    sizes = table.group_by(*key).agg(n=nw.len(), weight=nw.col("weight").sum())
    n, heavy = nw.col("n"), nw.col("weight")
    few = {f"rare{k}": nw.when(n < k).then(n).otherwise(nw.lit(0)).sum() for k in rare}
    sums = sizes.select(records=n.sum(), least=heavy.min(), expected=(n / heavy).sum(), **few)
    queries: list[Query[pd.DataFrame]] = [Query(sums, lambda found: found)]
    for name in said:
        pairs = table.filter(~nw.col(name).is_null()).select(*key, name).unique()
        least = pairs.group_by(*key).agg(n=nw.len()).select(n=nw.col("n").min())
        queries.append(Query(least, lambda found: found))
    found = [one_row(frame) for frame in collect(queries)]
    if not number(found[0]["least"]) > 0:
        raise MeasureError("Each combination of key variables needs at least one record and a weight.")
    records, expected = whole(found[0]["records"]), number(found[0]["expected"])
    risks = tuple(KeyRisk(records, whole(found[0][f"rare{k}"]), k, expected) for k in rare)
    return Combinations(risks, tuple(whole(one["n"]) or None for one in found[1:]))
