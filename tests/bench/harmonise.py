"""A column of area codes of mixed years brought to one year: ``python -m tests.bench.harmonise``.

A million codes of 2009 to 2023 in force somewhere, drawn with a fixed seed, a few of them of nowhere; with their
names in the second measurement. What is placed is counted by hand from the look-up of single codes, so that fast and
wrong does not pass.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
import pandas as pd

from shared.sources.geography import areas_of, place, to_vintage
from tests.bench.goals import Result, spread, table

SYSTEM, YEAR = "gss-lower-tier", 2021
SECONDS = 5.0
UNKNOWN = ("E06999999", "none")


def column(rows: int) -> tuple[pd.Series, pd.Series]:
    """Return codes of 2009, 2012, 2019, 2021 and 2023 with their names, one in a hundred of nowhere."""
    listed = {c: area.name for year in (2009, 2012, 2019, 2021, 2023) for c, area in areas_of(SYSTEM, year).items()}
    codes, rng = np.array(sorted(listed)), np.random.default_rng(1)
    drawn = codes[rng.integers(0, len(codes), rows)]
    nowhere = rng.random(rows) < 0.01
    drawn[nowhere] = np.array(UNKNOWN)[rng.integers(0, 2, int(nowhere.sum()))]
    kept = pd.Series(drawn, dtype="str")
    return kept, kept.map(listed).astype("str")


def expected(codes: pd.Series) -> int:
    """Return the rows whose code alone, asked one at a time, has an area of the year."""
    placed = 0
    for code, rows in codes.value_counts().items():
        alone = to_vintage(pd.Series([code], dtype="str"), SYSTEM, YEAR, splits="unplaced", read_as=None)
        placed += int(rows) * alone.placed
    return placed


def harmonise(rows: int, repeats: int) -> list[Result]:
    """Measure codes alone, then codes with names; judged by processor time, since others use the machine too."""
    codes, names = column(rows)
    right = expected(codes)
    found: list[Result] = []
    for what, with_names in (("codes", False), ("codes and names together", True)):
        took, work = [], []
        for _ in range(repeats):
            began, busy = time.perf_counter(), time.process_time()
            if with_names:
                placed = int(place(codes, names, system=SYSTEM, vintage=YEAR, splits="unplaced").codes.notna().sum())
            else:
                placed = to_vintage(codes, SYSTEM, YEAR, splits="unplaced").placed
            took.append(time.perf_counter() - began)
            work.append(time.process_time() - busy)
        same = placed == right or (with_names and placed <= right)
        detail = [
            f"{placed:,} of {rows:,} rows placed; {right:,} by single codes: {'as expected' if same else 'WRONG'}"
        ]
        goal = f"at most {SECONDS:g} s of processor time"
        what = f"{what} of mixed years brought to {YEAR}, {rows:,} rows"
        found.append(
            Result(
                what,
                goal,
                f"processor {spread(work)}, by the clock {spread(took)}",
                max(work) <= SECONDS and same,
                detail,
            )
        )
    return found


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.harmonise", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    given = parser.parse_args()
    print(table(harmonise(given.rows, given.repeats)))


if __name__ == "__main__":
    main()
