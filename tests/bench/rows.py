"""Counting over large files: ours against queries written by hand, each in an interpreter of its own, in turns."""

from __future__ import annotations

import json
import statistics
from pathlib import Path

from tests.bench.goals import Result, spread
from tests.bench.rows_data import make
from tests.bench.settings import PROJECT, Options, python

WAYS = {
    "ours": "from tests.bench.rows import ours as count",
    "polars by hand": "from tests.bench.rows_by_hand import by_polars as count",
    "DuckDB by hand": "from tests.bench.rows_by_hand import by_duckdb as count",
}
IMPORTS = {
    "ours": "import shared.measures.files, shared.measures.one_pass, polars",
    "polars by hand": "import polars",
    "DuckDB by hand": "import duckdb, pandas",
}
CODE = """
import json, resource, time
{begin}
{imports}
began, work = time.perf_counter(), time.process_time()
found = count({path!r})
took = [time.perf_counter() - began, time.process_time() - work]
print(json.dumps([found, *took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""


def ours(path: str) -> dict[str, object]:
    """Return the counts as the casebook makes them from a file."""
    from shared.measures.files import open_table
    from shared.measures.one_pass import Table, count_all
    from tests.bench.rows_data import source

    about = source(path)
    tables = [Table(("district", "sex")), Table(("need",)), Table(("nationality",)), Table(("age",))]
    found = count_all(open_table(path, about), about, tables=tables, units=False)
    counts = found.counts
    made: dict[str, object] = {"records": counts.records, "complete": counts.complete, "distinct": counts.distinct}
    made |= {"some": counts.judged, "none": counts.consistent}
    made |= {f"has {v.column}": v.present for v in counts.variables}
    made |= {f"ok {v.column}": v.valid for v in counts.variables}
    made |= {f"judged {e.id}": e.judged for e in counts.edits} | {f"kept {e.id}": e.passed for e in counts.edits}
    made["applies"] = next(v.applicable for v in counts.variables if v.column == "closed")
    made["groups"] = [len(found.tables[table]) for table in tables]
    return made


def rows(options: Options) -> list[Result]:
    """Compare time and peak memory at each size."""
    return [_at(options, size) for size in options.rows]


def _at(options: Options, size: int) -> Result:
    path = options.folder / f"rows-{size}.parquet"
    make(path, size)
    found: dict[str, dict[str, object]] = {}
    wall: dict[str, list[float]] = {way: [] for way in WAYS}
    work: dict[str, list[float]] = {way: [] for way in WAYS}
    peak: dict[str, list[float]] = {way: [] for way in WAYS}
    for _ in range(options.repeats):
        for way, begin in WAYS.items():
            code = CODE.format(begin=begin, imports=IMPORTS[way], path=str(path))
            out = python(code, {}, PROJECT).out  # DuckDB writes its progress before it where it takes long
            found[way], *figures = json.loads(out[out.index("[{") :].splitlines()[0])
            for kept, figure in zip((wall, work, peak), figures, strict=True):
                kept[way].append(figure)
    Path(path).unlink()
    unequal = [way for way in WAYS if found[way] != found["ours"]]
    hand = [way for way in WAYS if way != "ours"]
    fastest = min(hand, key=lambda way: statistics.median(wall[way]))
    slower = statistics.median(wall["ours"]) / statistics.median(wall[fastest])
    busier = statistics.median(work["ours"]) / statistics.median(work[fastest])
    larger = statistics.median(peak["ours"]) / statistics.median(peak[fastest])
    said = (
        f"{slower:.2f} times the time ({busier:.2f} times the processor time) and {larger:.2f} times the memory of "
        f"{fastest}"
    )
    detail = [
        f"{way}: {spread(wall[way])}, processor {spread(work[way])}, peak {spread(peak[way], 'MB', 0)}" for way in WAYS
    ]
    detail.append("imports are not counted in the time, and are in the memory")
    detail.append(f"all counts equal: {'yes' if not unequal else 'NO: ' + ', '.join(unequal)}")
    what = f"about 30 indicators, {size:,} rows of Parquet"
    met = slower <= 1.25 and larger <= 1.25 and not unequal
    return Result(what, "1.25 times the fastest by hand, time and memory", said, met, detail)
