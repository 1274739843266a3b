"""Counting over large files: ours against queries written by hand, each in an interpreter of its own, in turns."""

from __future__ import annotations

import json
import statistics

from tests.bench.goals import Result, spread
from tests.bench.rows_data import make
from tests.bench.settings import Options, Ran, python

OURS = "from tests.bench.rows import ours as count"
WAYS = {
    "ours": OURS,
    "polars by hand": "from tests.bench.rows_by_hand import by_polars as count",
    "DuckDB by hand": "from tests.bench.rows_by_hand import by_duckdb as count",
}


def ours(path: str) -> dict[str, object]:
    """Return the counts as the casebook makes them from a file."""
    from shared.measures.counting import count_source
    from shared.measures.files import open_table
    from shared.measures.tabulation import cross_counts, single_years
    from tests.bench.rows_data import source

    about = source(path)
    table = open_table(path, about)
    counts = count_source(table, about)
    made: dict[str, object] = {"records": counts.records, "complete": counts.complete, "distinct": counts.distinct}
    made |= {"some": counts.judged, "none": counts.consistent}
    made |= {f"has {v.column}": v.present for v in counts.variables}
    made |= {f"ok {v.column}": v.valid for v in counts.variables}
    made |= {f"judged {e.id}": e.judged for e in counts.edits} | {f"kept {e.id}": e.passed for e in counts.edits}
    made["applies"] = next(v.applicable for v in counts.variables if v.column == "closed")
    groups = [len(cross_counts(table, about, names)) for names in (["district", "sex"], ["need"], ["nationality"])]
    made["groups"] = [*groups, len(single_years(table, about, "age")) + 1]
    return made


def rows(options: Options) -> list[Result]:
    """Compare time and peak memory at each size."""
    return [_at(options, size) for size in options.rows]


def _at(options: Options, size: int) -> Result:
    path = options.folder / f"rows-{size}.parquet"
    make(path, size)
    ran: dict[str, list[Ran]] = {way: [] for way in WAYS}
    for _ in range(options.repeats):
        for way, begin in WAYS.items():
            code = f"import json\n{begin}\nprint(json.dumps(count({str(path)!r})))"
            ran[way].append(python(code, {}, options.folder))
    path.unlink()
    found = {way: json.loads(some[0].out.splitlines()[-1]) for way, some in ran.items()}
    unequal = [way for way in WAYS if found[way] != found["ours"]]
    time = {way: statistics.median(one.seconds for one in some) for way, some in ran.items()}
    work = {way: statistics.median(one.processor for one in some) for way, some in ran.items()}
    peak = {way: statistics.median(one.peak for one in some) for way, some in ran.items()}
    hand = [way for way in WAYS if way != "ours"]
    fastest = min(hand, key=lambda way: time[way])
    slower, larger = time["ours"] / time[fastest], peak["ours"] / peak[fastest]
    said = f"{slower:.2f} times the time and {larger:.2f} times the memory of {fastest}"
    detail = [
        f"{way}: {spread([one.seconds for one in some])}, processor {work[way]:.1f} s, peak {peak[way]:.0f} MB"
        for way, some in ran.items()
    ]
    detail.append(
        f"all counts equal: {'yes' if not unequal else 'NO: ' + ', '.join(unequal)} ({len(found['ours'])} kinds)"
    )
    what = f"about 30 indicators, {size:,} rows of Parquet, whole process"
    met = slower <= 1.25 and larger <= 1.25 and not unequal
    return Result(what, "1.25 times the fastest by hand, time and memory", said, met, detail)
