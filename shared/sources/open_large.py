"""Large files of records are opened to be counted, not read; what is small or irregular is read with care instead."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from shared.cases.model import Source
from shared.cases.project import Project
from shared.errors import DataError, nearest
from shared.sources.large import LargeRecords
from shared.sources.locate import Place, locate
from shared.sources.plain_text import regular, well_formed
from shared.sources.rows import MAX_COLUMNS, said_of_formulas
from shared.sources.text_form import find_separator

if TYPE_CHECKING:
    import polars as pl

LARGE = {"parquet": 4_000_000, "csv": 16_000_000, "tsv": 16_000_000}
"""Bytes from which records are counted piece by piece: some 300,000 records, where that begins to be the faster way."""
_UTF_8 = (None, "utf-8", "utf8", "UTF-8")
_SAMPLE = 1 << 17
_FORMULA = r"^[\t\r ]*[=@]|^[+-]"


def open_large(project: Project, source_id: str, source: Source) -> tuple[LargeRecords, tuple[str, ...]] | None:
    """Open the records of a source and return them with what was noticed; None when they are to be read as usual.

    Taken are files of at least ``LARGE`` bytes: Parquet whose columns are texts, numbers, days, times or yes/no, and
    delimited text that is ``regular`` or ``well_formed``. Anything else is left to ``read_source``, which can say what
    is wrong with it. The file has the declared SHA-256 (it is compared first), and is looked at before each pass.
    """
    found = locate(project, source_id, source)
    path = found.path
    if source.kind != "records" or source.format not in LARGE or source.header_row or source.skip_rows or source.member:
        return None
    if found.place in (Place.MISSING, Place.DAMAGED) or path is None or path.stat().st_size < LARGE[source.format]:
        return None
    state = path.stat()
    table = scan(path, source)
    if table is None:
        return None

    def unchanged() -> None:
        now = path.stat() if path.is_file() else None
        if now is None or (now.st_size, now.st_mtime_ns) != (state.st_size, state.st_mtime_ns):
            raise DataError("The file changed while it was read.", where=f"source {source_id}")

    records = LargeRecords(table, project.shown(path), unchanged)
    if not len(records) or not 0 < len(records.columns) <= MAX_COLUMNS:
        return None
    return records, _formulas(records)


def open_table(path: str | Path, source: Source) -> pl.LazyFrame:
    """Return the declared columns of a file, wherever it lies, as a lazy polars table for the methods of ``measures``.

    For counting without a project: ``open_large`` does it for a case study. Raises ``DataError`` for another format, a
    file that is not there or cannot be counted piece by piece, and absent columns.
    """
    place = Path(path)
    hint = "Parquet, and UTF-8 text in which every row has the cells of the heading, can."
    if source.format not in LARGE:
        problem = f"A file of format {source.format} cannot be counted piece by piece."
        raise DataError(problem, where=place.name, hint=hint)
    if not place.is_file():
        raise DataError("The file is not there.", where=place.name)
    table = scan(place, source)
    if table is None:
        raise DataError(f"The file cannot be read as {source.format} piece by piece.", where=place.name, hint=hint)
    names = table.collect_schema().names()
    if absent := [name for name in source.columns if name not in names]:
        raise DataError(f'There is no column "{absent[0]}".', where=place.name, hint=nearest(absent[0], names))
    return table.select(list(source.columns))


def scan(path: Path, source: Source) -> pl.LazyFrame | None:
    """Return the lazy table of a file, no row of which is read yet; None when it is not wholly in order."""
    if source.format == "parquet":
        return scan_parquet(path)
    separator = source.separator or ("\t" if source.format == "tsv" else _found(path))
    if source.separator is None and source.format == "csv" and separator != ",":
        return None  # the careful reader says which one it found
    return scan_text(path, separator) if source.encoding in _UTF_8 else None


def scan_parquet(path: Path) -> pl.LazyFrame | None:
    """Return the lazy table of a Parquet file, or None when it cannot be opened or has columns of another kind."""
    import polars as pl  # not at import: a process that is forked later must not have used it

    try:
        with path.open("rb") as file:
            if file.read(4) != b"PAR1":
                return None
        table = pl.scan_parquet(path, glob=False)
        schema = table.collect_schema()
    except (pl.exceptions.PolarsError, OSError):
        return None
    named = (pl.Categorical, pl.Enum)
    plain = (pl.String, pl.Boolean, pl.Date, pl.Datetime("us"), pl.Datetime("ms"), pl.Datetime("ns"), pl.Float64)
    for dtype in schema.dtypes():
        if not (dtype in plain or dtype.is_integer() or isinstance(dtype, named)):
            return None
    texts = [name for name, dtype in schema.items() if isinstance(dtype, named)]
    return table.with_columns(pl.col(texts).cast(pl.String)) if texts else table


def scan_text(path: Path, separator: str) -> pl.LazyFrame | None:
    """Return the lazy table of delimited text, every column text; None when the file is not wholly in order."""
    import polars as pl

    quote = None
    with path.open("rb") as file:
        if regular(file, separator) is None:
            file.seek(0)
            quote = '"'
            if well_formed(file, separator) is None:
                return None
    return pl.scan_csv(path, separator=separator, infer_schema=False, quote_char=quote, glob=False)


def _found(path: Path) -> str:
    with path.open("rb") as file:
        return find_separator(file.read(_SAMPLE).decode(errors="ignore"))


def _formulas(records: LargeRecords) -> tuple[str, ...]:
    """Return the note on cells that begin like a formula, as the readers of small files give it."""
    import polars as pl

    texts = [name for name, dtype in records.table.collect_schema().items() if dtype == pl.String]
    queries = [
        records.table.select(name).filter(pl.col(name).str.contains(_FORMULA)).group_by(name).agg(n=pl.len())
        for name in texts
    ]
    found = records.collect(queries)
    cells = {name: dict(table.iter_rows()) for name, table in zip(texts, found, strict=True)}
    return tuple(said_of_formulas(cells))
