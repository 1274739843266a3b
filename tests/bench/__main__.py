"""``make bench``: measure the goals of docs/performance.md side by side and print them in one table.

Everything happens on copies in a temporary folder. Times mean something only beside the others of the same run: the
sides of each comparison take turns.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.bench import batch, memory, report, rows, study, verdict, ydata
from tests.bench.goals import Result, table
from tests.bench.settings import Options, load

PARTS: dict[str, Callable[[Options], list[Result]]] = {
    "batch": batch.against_commands, "flat": batch.flat, "unchanged": batch.unchanged, "memory": memory.additional,
    "rows": rows.rows, "study": study.study, "ydata": ydata.ydata, "draws": verdict.draws, "report": report.reports,
    "dask": batch.dask,
}  # fmt: skip
ON_REQUEST = ("ydata",)


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("parts", nargs="?", default="", help=f"some of: {','.join(PARTS)} (ydata only on request)")
    parser.add_argument("--cases", type=int, default=50, help="case studies in a batch")
    parser.add_argument("--many", default="10,500", help="small and large batch whose marginal cost is compared")
    parser.add_argument("--sample", type=int, default=6, help="notebooks that the commands are given")
    parser.add_argument("--still", type=int, default=100, help="case studies of which nothing changes")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--rows", default="1000000,20000000")
    given = parser.parse_args()
    wanted = [part for part in given.parts.split(",") if part] or [p for p in PARTS if p not in ON_REQUEST]
    if unknown := [part for part in wanted if part not in PARTS]:
        sys.exit(f"There is no part {', '.join(unknown)}. There are: {', '.join(PARTS)}")
    found: list[Result] = []
    print(f"Before: {load()}", flush=True)
    for part in wanted:
        began = time.perf_counter()
        with tempfile.TemporaryDirectory(prefix="casebook-bench-") as folder:
            few, many = map(int, given.many.split(","))
            options = Options(
                Path(folder), given.cases, (few, many), given.sample, given.still, given.repeats,
                tuple(map(int, given.rows.split(","))),
            )  # fmt: skip
            try:
                found += PARTS[part](options)
            except Exception as error:  # noqa: BLE001 - one part that cannot be measured must not lose the others
                found.append(Result(part, "", f"{type(error).__name__}: {error}".replace("\n", " ")[:300], None))
        print(f"{part}: {time.perf_counter() - began:.0f} s, {load()}", file=sys.stderr, flush=True)
    print(table(found))
    print(f"\nAfter: {load()}")


if __name__ == "__main__":
    main()
