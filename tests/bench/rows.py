"""Counting over large files: ours against queries written by hand, each in an interpreter of its own, in turns."""

from __future__ import annotations

import json
import statistics
from pathlib import Path

from tests.bench.goals import Result, spread
from tests.bench.rows_data import make
from tests.bench.settings import PROJECT, Options, python

WAYS = {
    "ours": "from tests.bench.rows_ours import ours as count",
    "polars by hand": "from tests.bench.rows_by_hand import by_polars as count",
    "DuckDB by hand": "from tests.bench.rows_by_hand import by_duckdb as count",
}
IMPORTS = {
    "ours": "import shared.sources.open_large, shared.measures.one_pass, polars",
    "polars by hand": "import polars",
    "DuckDB by hand": "import duckdb, pandas",
}
CODE = """
import json, time
def peak():  # not getrusage: a new program inherits the peak of the process that started it
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) / 1024
{begin}
{imports}
loaded, began, work = peak(), time.perf_counter(), time.process_time()
found = count({path!r})
took = [time.perf_counter() - began, time.process_time() - work]
print(json.dumps([found, *took, peak(), loaded, time.process_time()]))
"""
FIGURES = ("wall", "work", "peak", "loaded", "whole")
"""Seconds by the clock and of the processor, peak memory in MB, that of the imports, and all processor seconds."""


def rows(options: Options) -> list[Result]:
    """Compare time and peak memory at each size."""
    return [_at(options, size) for size in options.rows]


def _at(options: Options, size: int) -> Result:
    path = options.folder / f"rows-{size}.parquet"
    make(path, size)
    found: dict[str, dict[str, object]] = {}
    took: dict[str, dict[str, list[float]]] = {way: {figure: [] for figure in FIGURES} for way in WAYS}
    for _ in range(options.repeats):
        for way, begin in WAYS.items():
            code = CODE.format(begin=begin, imports=IMPORTS[way], path=str(path))
            out = python(code, {}, PROJECT).out  # DuckDB writes its progress before it where it takes long
            found[way], *figures = json.loads(out[out.index("[{") :].splitlines()[0])
            for name, figure in zip(FIGURES, figures, strict=True):
                took[way][name].append(figure)
    Path(path).unlink()
    unequal = [way for way in WAYS if found[way] != found["ours"]]
    middle = {way: {name: statistics.median(values) for name, values in took[way].items()} for way in WAYS}
    fastest = min((way for way in WAYS if way != "ours"), key=lambda way: middle[way]["work"])
    times = {name: middle["ours"][name] / middle[fastest][name] for name in FIGURES}
    said = (
        f"{times['wall']:.2f} times the time ({times['work']:.2f} times the processor time) and {times['peak']:.2f} "
        f"times the memory of {fastest}"
    )
    detail = [
        f"{way}: {spread(kept['wall'])}, processor {spread(kept['work'])}, peak {spread(kept['peak'], 'MB', 0)}; with "
        f"imports: processor {spread(kept['whole'])}, {spread(kept['loaded'], 'MB', 0)} before the first row"
        for way, kept in took.items()
    ]
    detail.append("imports are not counted in the time, and are in the memory")
    detail.append(f"all counts equal: {'yes' if not unequal else 'NO: ' + ', '.join(unequal)}")
    what = f"about 30 indicators, {size:,} rows of Parquet"
    met = max(times["wall"], times["work"], times["peak"]) <= 1.25 and not unequal
    return Result(what, "1.25 times the fastest by hand, time and memory", said, met, detail)
