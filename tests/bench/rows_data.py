"""Records of a large service, made with a fixed seed, and the definition of what their columns mean."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shared.cases.model import Source

SEXES = ("female", "male", "another")
NEEDS = tuple(f"need {letter}" for letter in "ABCDEFGHIJKL")
DISTRICTS = tuple(f"E{7_000_000 + n:08d}" for n in range(331))
NATIONS = tuple(f"N{n:02d}" for n in range(60))
EMAIL = r"[a-z0-9.]+@[a-z0-9]+\.[a-z]{2,4}"
PHONE = r"0[0-9]{9,10}"
ID = r"C[0-9]{9}"


def source(path: str) -> Source:
    """Return the definition: 14 columns with a domain each, three rules across columns, a key of one column."""
    from shared.cases.model import Source  # a query written by hand needs none of it

    def column(kind: str, **more: Any) -> dict[str, Any]:
        return {"role": "other", "type": kind, **more}

    columns = {
        "id": column("text", required=True, pattern=ID),
        "age": column("integer", required=True, minimum=0, maximum=110),
        "sex": column("category", required=True, allowed=SEXES, missing=["unknown"]),
        "district": column("category", required=True, allowed=DISTRICTS),
        "nationality": column("category", allowed=NATIONS, missing=["unknown"]),
        "need": column("category", required=True, allowed=NEEDS),
        "email": column("text", pattern=EMAIL),
        "phone": column("text", pattern=PHONE),
        "opened": column("date", required=True, not_before="2015-01-01", not_after="2024-12-31"),
        "closed": column("date", applicable_when={"column": "status", "is_in": ["closed"]}, required=True),
        "status": column("category", required=True, allowed=["open", "closed"]),
        "income": column("number", minimum=0, maximum=1_000_000),
        "hours": column("number", minimum=0, maximum=168),
        "visits": column("integer", minimum=1),
    }
    return Source.model_validate({
        "kind": "records", "title": "Records of a service", "path": Path(path).name, "sha256": "0" * 64,
        "format": "parquet" if path.endswith(".parquet") else "csv", "licence": "none", "attribution": "made",
        "columns": columns, "key": ["id"], "age": "age",
        "edits": [
            {"id": "order", "label": "closed after opened", "left": "closed", "op": ">=", "right": "opened"},
            {"id": "hours", "label": "hours of adults", "left": "hours", "op": "<=", "value": 80},
            {"id": "need", "label": "need A from 16", "left": "age", "op": ">=", "value": 16,
             "when": {"column": "need", "is_in": ["need A"]}},
        ],
    })  # fmt: skip


def make(path: Path, rows: int, seed: int = 1) -> None:
    """Write ``rows`` records to a Parquet or CSV file, a million at a time; needs about 1 GB of memory."""
    import polars as pl

    folder = path.with_suffix(".parts")
    folder.mkdir(parents=True)
    for start in range(0, rows, 1_000_000):
        _part(start, min(1_000_000, rows - start), seed).write_parquet(folder / f"{start:012d}.parquet")
    whole = pl.scan_parquet(folder / "*.parquet")
    if path.suffix == ".csv":
        whole.sink_csv(path)
    else:
        whole.sink_parquet(path, row_group_size=250_000)
    for part in folder.iterdir():
        part.unlink()
    folder.rmdir()


def _part(start: int, size: int, seed: int) -> Any:
    import numpy as np
    import polars as pl

    draw = np.random.default_rng([seed, start])

    def some(values: tuple[str, ...], gaps: float, odd: float = 0.01) -> pl.Series:
        picked = np.array([*values, "not a code"])[
            np.where(draw.random(size) < odd, len(values), draw.integers(0, len(values), size))
        ]
        return pl.Series(picked).set(pl.Series(draw.random(size) < gaps), None)

    numbers = np.arange(start, start + size)
    numbers[draw.random(size) < 0.002] = start  # keys that occur more than once
    opened = np.datetime64("2014-11-01") + draw.integers(0, 3700, size)
    closed = opened + draw.integers(-20, 700, size)
    status = np.where(draw.random(size) < 0.7, "closed", "open")
    frame = pl.DataFrame({
        "id": pl.Series(numbers).cast(pl.String).str.zfill(9), "age": draw.integers(-1, 115, size),
        "sex": some((*SEXES, "unknown", ""), 0.05), "district": some(DISTRICTS, 0.03),
        "nationality": some((*NATIONS, "unknown"), 0.2), "need": some(NEEDS, 0.02),
        "word": pl.Series(draw.integers(0, 10**9, size)).cast(pl.String), "opened": opened, "closed": closed,
        "status": status, "income": np.round(draw.gamma(2, 9000, size) - 500, 2),
        "hours": np.round(draw.normal(36, 20, size), 1), "visits": draw.integers(0, 40, size),
        "u": draw.random(size), "v": draw.random(size), "w": draw.random(size),
    })  # fmt: skip
    col = pl.col
    return frame.select(
        ("C" + col("id")).alias("id"),
        pl.when(col("u") > 0.04).then("age").alias("age"),
        "sex", "district", "nationality", "need",
        pl.when(col("v") < 0.55).then("p" + col("word") + "@example.org").when(col("v") < 0.6).then(
            pl.lit("no address")).alias("email"),
        pl.when(col("w") < 0.7).then("0" + col("word").str.zfill(10)).when(col("w") < 0.75).then(
            pl.lit(" ")).alias("phone"),
        pl.when(col("u") > 0.01).then("opened").cast(pl.Date).alias("opened"),
        pl.when((col("status") == "closed") & (col("v") > 0.1)).then("closed").cast(pl.Date).alias("closed"),
        "status",
        pl.when(col("w") > 0.25).then("income").alias("income"), pl.when(col("u") > 0.3).then("hours").alias("hours"),
        pl.when(col("v") > 0.15).then("visits").alias("visits"),
    )  # fmt: skip
