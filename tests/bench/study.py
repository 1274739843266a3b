"""A case study whose records are too many to hold: from the file to the tables of its report."""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path

import yaml

from shared.sources.locate import digest
from tests.bench.goals import NO_GOAL, Result
from tests.bench.settings import PROJECT, Options, python

SLUG = "refugee-casework"
AT_ONCE = 500_000
CODE = """
import json, time
from pathlib import Path
from shared.cases.project import Project
from shared.report.study import open_case
folder = Path({folder!r})
began, work = time.perf_counter(), time.process_time()
study = open_case({slug!r}, project=Project(folder, None, folder / "data" / "downloaded"))
for part in ("heading", "findings", "data", "quality_profile", "computed_indicators", "coverage", "comparison"):
    getattr(study, part)().outputs()
took = [time.perf_counter() - began, time.process_time() - work]
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
rows = study.rows("records")
print(json.dumps([type(rows).__name__, len(rows), *took, int(peak.split()[1]) / 1024]))
"""


def study(options: Options) -> list[Result]:
    """Open the sample case study with each number of records, and make the parts of its report that count them."""
    return [_at(options, rows) for rows in options.rows]


def _at(options: Options, rows: int) -> Result:
    folder = options.folder / f"study-{rows}"
    size = make(folder, rows)
    out = python(CODE.format(folder=str(folder), slug=SLUG), {}, PROJECT).out
    kind, counted, wall, work, peak = json.loads(out[out.rindex("[") :])
    held = "counted piece by piece" if kind == "LargeRecords" else "held in memory"
    said = f"{wall:.0f} s, processor {work:.0f} s, peak {peak:,.0f} MB"
    detail = [f"a file of {size / 1e6:,.0f} MB, {held}; {counted:,} records with consent"]
    return Result(f"a whole case study of {rows:,} records (Parquet)", NO_GOAL, said, None, detail)


def make(folder: Path, rows: int) -> int:
    """Write the project: the sample's records again and again, each with a number of its own. Returns bytes."""
    import polars as pl
    import pyarrow.parquet as pq

    for part in (f"casestudies/{SLUG}", "data/sample"):
        shutil.copytree(PROJECT / part, folder / part)
    definition = folder / "casestudies" / SLUG / "case.yaml"
    text = definition.read_text(encoding="utf-8")
    source = yaml.safe_load(text)["sources"]["records"]
    sample = pl.read_csv(folder / source["path"], infer_schema=False)
    path = (folder / source["path"]).with_suffix(".parquet")
    writer, written = None, 0
    for start in range(0, math.ceil(rows / len(sample)), AT_ONCE // len(sample)):
        times = min(AT_ONCE // len(sample), math.ceil(rows / len(sample)) - start)
        number = (pl.int_range(pl.len()) + written).cast(pl.String).str.zfill(9)
        some = pl.concat([sample] * times).with_columns(record_ref=pl.format("LR-{}", number)).to_arrow()
        writer = writer or pq.ParquetWriter(path, some.schema)
        writer.write_table(some)
        written += len(some)
    assert writer is not None
    writer.close()
    text = text.replace(source["path"], str(path.relative_to(folder))).replace(source["sha256"], digest(path))
    text = text.replace("    format: csv\n", "    format: parquet\n", 1).replace(r"^LR-\d{6}$", r"^LR-\d{9}$")
    definition.write_text(text, encoding="utf-8")
    return path.stat().st_size
