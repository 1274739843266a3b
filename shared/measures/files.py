"""Files of records too large to hold, opened so that only counts are ever read from them.

The engine is polars: of the engines measured it counts fastest, and it works through a file piece by piece
(docs/performance.md). What it hands on is a lazy table for the methods of ``counting`` and ``tabulation``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from shared.cases.model import Source
from shared.errors import DataError, nearest

if TYPE_CHECKING:
    import polars as pl


def open_table(path: str | Path, source: Source) -> pl.LazyFrame:
    """Return the declared columns of a Parquet, CSV or TSV file (UTF-8) as a lazy polars table; no row is read yet.

    Columns of a Parquet file keep their types; those of text files are text, with empty cells missing, as
    ``read_source`` gives them. Only the declared columns are ever read.

    Raises ``DataError`` for another format, a file that is not there or cannot be read, and absent columns.
    """
    import polars as pl  # not at import: a process that is forked later must not have used it

    place = Path(path)
    shown = place.name
    if source.format not in ("parquet", "csv", "tsv"):
        hint = "Parquet, CSV and TSV can; ask for the records in one of them."
        raise DataError(f"A file of format {source.format} cannot be counted piece by piece.", where=shown, hint=hint)
    if not place.is_file():
        raise DataError("The file is not there.", where=shown)
    try:
        if source.format == "parquet":
            table = pl.scan_parquet(place)
        else:
            separator = source.separator or ("\t" if source.format == "tsv" else ",")
            table = pl.scan_csv(place, separator=separator, infer_schema=False)
        names = table.collect_schema().names()
    except (pl.exceptions.PolarsError, OSError) as error:
        problem = f"The file cannot be read as {source.format} ({type(error).__name__})."
        raise DataError(problem, where=shown, hint="Ask for it again.") from None
    if absent := [name for name in source.columns if name not in names]:
        raise DataError(f'There is no column "{absent[0]}".', where=shown, hint=nearest(absent[0], names))
    return table.select(list(source.columns))
