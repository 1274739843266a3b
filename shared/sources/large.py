"""Records too many to hold: a lazy table in which rows are counted and from which none is brought over.

The engine is polars, which works through the file piece by piece (docs/performance.md says why). Steps that make a
column of one or two others are worked out for the different values only and then joined on: a step costs one count of
those columns, however many the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pandas as pd

from shared.errors import DataError, nearest
from shared.sources.typed import as_text

if TYPE_CHECKING:
    import polars as pl

RECORDS = "__records__"
"""The column of ``LargeRecords.counts`` that says how many records each combination of values has."""
MOST_CELLS = 2_000_000
"""Combinations of values that are brought over at most; more is not a table of counts but the records themselves."""
MOST_DIFFERENT = 100_000
"""Different values of one column that are looked at; of more, so many evenly chosen ones."""


class LargeRecords:
    """The records of one source: as much of a table as counting needs.

    ``table`` is the lazy polars table for the methods of ``shared.measures``; its columns keep the types of the file.
    ``columns`` and ``len`` are those of the table; ``label`` is how the file is named in messages.
    """

    def __init__(self, table: pl.LazyFrame, label: str, unchanged: Callable[[], None], rows: int | None = None) -> None:
        self.table = table
        self.label = label
        self.columns = tuple(table.collect_schema().names())
        self._unchanged = unchanged
        self._rows = rows
        self._kept: dict[tuple[str, ...], pl.DataFrame] = {}
        self._texts: dict[tuple[str, ...], pd.DataFrame] = {}

    def __len__(self) -> int:
        if self._rows is None:
            import polars as pl

            self._rows = int(self.collect([self.table.select(pl.len())])[0].item())
        return self._rows

    def __contains__(self, column: object) -> bool:
        return column in self.columns

    def collect(self, queries: Sequence[pl.LazyFrame]) -> list[pl.DataFrame]:
        """Answer several queries in one pass over the file; raises ``DataError`` as ``being_read`` does."""
        import polars as pl

        with self.being_read():
            return pl.collect_all(queries, engine="streaming")

    @contextmanager
    def being_read(self) -> Iterator[pl.LazyFrame]:
        """Give the table to be counted in.

        Raises ``DataError`` when the file is no longer the one that was opened, or breaks off.
        """
        import polars as pl

        self._unchanged()
        try:
            yield self.table
        except (pl.exceptions.PolarsError, OSError) as error:
            problem = f"The records cannot be read to their end ({type(error).__name__})."
            raise DataError(problem, where=self.label, hint="Ask for the file again.") from None

    def counts(self, columns: Sequence[str]) -> pd.DataFrame:
        """Return how many records hold each combination of values: ``columns`` as ``str``, and ``__records__``.

        Text is as ``as_text`` gives it, a missing value is missing; sorted, so that the order never depends on the
        pass. Raises ``DataError`` for absent columns and for more than ``MOST_CELLS`` combinations.
        """
        wanted = tuple(dict.fromkeys(columns))
        frame = next((self._texts[cube] for cube in self._texts if set(wanted) <= set(cube)), None)
        if frame is None:
            found = self._counted(wanted)
            frame = _as_texts(found, wanted).assign(**{RECORDS: found[RECORDS].to_numpy().astype("int64")})
        sums = frame.groupby(list(wanted), dropna=False, sort=False)[RECORDS].sum().reset_index()
        return sums.sort_values(list(wanted), ignore_index=True)

    def count_together(self, groups: Sequence[Sequence[str]]) -> None:
        """Count by several groups of columns in one pass and keep the counts for ``counts``."""
        wanted = [group for group in dict.fromkeys(map(tuple, groups)) if group and group not in self._kept]
        for group, found in zip(wanted, self.collect([self._query(group) for group in wanted]), strict=True):
            self._keep(group, found)

    def _query(self, columns: Sequence[str]) -> pl.LazyFrame:
        import polars as pl

        grouped = self.table.group_by([self._key(name).alias(name) for name in columns])
        return grouped.agg(pl.len().alias(RECORDS)).head(MOST_CELLS + 1)

    def _keep(self, columns: Sequence[str], found: pl.DataFrame) -> None:
        if len(found) > MOST_CELLS:
            named = ", ".join(f'"{name}"' for name in columns)
            raise DataError(
                f"{named}: more than {MOST_CELLS:,} different combinations of values, too many for a table of counts.",
                where=self.label,
                hint="Columns that are counted by, chosen by or derived from must have fewer different values.",
            )
        self._kept[tuple(columns)] = found

    def keep_texts(self, columns: Sequence[str], found: pd.DataFrame) -> None:
        """Keep counts by text (``columns``, and ``n``) that somebody else's pass has made, for ``counts``."""
        texts = {name: as_text(found[name]) for name in columns}
        self._texts[tuple(columns)] = pd.DataFrame(texts).assign(**{RECORDS: found["n"]})

    @property
    def asked(self) -> tuple[tuple[str, ...], ...]:
        """The groups of columns that ``counts`` has made a pass for."""
        return tuple(self._kept)

    def in_words(self, column: str) -> bool:
        """Tell whether a column's values have one way to be written: texts, whole numbers, yes and no."""
        import polars as pl

        dtype = self.table.collect_schema()[column]
        return dtype in (pl.String, pl.Boolean) or dtype.is_integer()

    def sizes(self, columns: Sequence[str]) -> tuple[int, ...]:
        """Return about how many different values each column has."""
        return self.collect([self.table.select(self._key(name).approx_n_unique() for name in columns)])[0].row(0)

    def first(self, rows: int) -> LargeRecords:
        """Return the first records, held in memory."""
        return self._with(self.collect([self.table.head(rows)])[0].lazy())

    def only(self, columns: Sequence[str], meets: Callable[[pd.DataFrame], pd.Series]) -> LargeRecords:
        """Return the records whose values in ``columns`` meet a condition, worked out for the different values."""
        import polars as pl

        kept = self._mapped(columns, lambda frame, _: meets(frame), pl.Boolean)
        return self._with(self.table.filter(kept))

    def add(
        self, columns: Sequence[str], name: str, make: Callable[[pd.DataFrame, pd.Series], pd.Series]
    ) -> LargeRecords:
        """Return the records with a column ``name`` of text that ``make`` makes of the different values of others.

        ``make`` is given the different combinations and how many records stand behind each.
        """
        import polars as pl

        return self._with(self.table.with_columns(self._mapped(columns, make, pl.String).alias(name)), self._rows)

    def bring(self, columns: Sequence[str], most: int) -> pd.DataFrame:
        """Return columns of the records as text, in the order of the file, for the few that are meant to be read.

        Raises ``DataError`` when there are more than ``most`` of them.
        """
        found = self.collect([self.table.select(self._key(name).alias(name) for name in columns).head(most + 1)])[0]
        if len(found) > most:
            raise DataError(f"There are more than {most:,} such records.", where=self.label)
        return _as_texts(found, columns)

    def part(self, columns: Sequence[str], about: int) -> tuple[pd.DataFrame, int]:
        """Return columns of every k-th record as text, about so many of them in all, and k (1: every record)."""
        import polars as pl

        step = max(1, round(len(self) / about))
        chosen = self.table.with_row_index(RECORDS).filter(pl.col(RECORDS) % step == 0)
        found = self.collect([chosen.select(self._key(name).alias(name) for name in columns)])[0]
        return _as_texts(found, columns), step

    def renamed(self, columns: Mapping[str, str]) -> LargeRecords:
        """Return the records with columns (keys) that hold what others (values) hold."""
        import polars as pl

        taken = {name: pl.col(other) for name, other in columns.items()}
        made = self._with(self.table.with_columns(**taken), self._rows)
        back = {other: name for name, other in columns.items()}
        for cube, frame in self._texts.items():
            if not set(columns) & set(cube) or set(back) <= set(cube):  # else it counts by what was there before
                kept = frame.drop(columns=[name for name in columns if name in cube]).rename(columns=back)
                made._texts[tuple(str(name) for name in kept if name != RECORDS)] = kept
        return made

    def different(self, column: str, most: int | None = None) -> pd.Series:
        """Return different values of a column (``str``, in order): all, or of very many an even part.

        With ``most``, those that at most so many records hold. The part is chosen by a hash of the value: it is the
        same whatever the order of the records.
        """
        return self.all_different([column], most)[column]

    def all_different(self, columns: Sequence[str], most: int | None = None) -> dict[str, pd.Series]:
        """Return ``different`` of several columns, in two passes."""
        import polars as pl

        if not columns:
            return {}
        queries = []
        for name, size in zip(columns, self.sizes(columns), strict=True):
            values = self.table.select(self._key(name).alias(name)).drop_nulls()
            step = 1 + int(size) // MOST_DIFFERENT
            chosen = values if step == 1 else values.filter(pl.col(name).hash(seed=1) % step == 0)
            held = chosen.group_by(name).agg(pl.len().alias(RECORDS))
            queries.append(held if most is None else held.filter(pl.col(RECORDS) <= most))
        found = self.collect(queries)
        return {
            name: _as_text(table[name]).sort_values(ignore_index=True)
            for name, table in zip(columns, found, strict=True)
        }

    def _counted(self, columns: tuple[str, ...]) -> pl.DataFrame:
        """Return counts by the values as they are in the file, from what is kept where that says it."""
        import polars as pl

        if absent := [name for name in columns if name not in self.columns]:
            problem = f'There is no column "{absent[0]}".'
            raise DataError(problem, where=self.label, hint=nearest(absent[0], self.columns))
        if not any(set(columns) <= set(cube) for cube in self._kept):
            self.count_together([columns])
        cube = min((cube for cube in self._kept if set(columns) <= set(cube)), key=len)
        return self._kept[cube].group_by(list(columns)).agg(pl.col(RECORDS).sum())

    def _mapped(
        self, columns: Sequence[str], make: Callable[[pd.DataFrame, pd.Series], pd.Series], dtype: Any
    ) -> pl.Expr:
        """Return, for each record, what ``make`` makes of its values: it is given the different ones."""
        import polars as pl

        found = self._counted(tuple(columns))
        times = pd.Series(found[RECORDS].to_numpy().astype("int64"))
        made = make(_as_texts(found, columns), times)
        new = pl.Series(made.astype("object").where(made.notna(), None).to_list(), dtype=dtype)
        if len(columns) == 1:
            keys, record = found[columns[0]], self._key(columns[0])
        else:
            keys = found.select(pl.struct(list(columns))).to_series()
            record = pl.struct(self._key(name).alias(name) for name in columns)
        return record.replace_strict(keys, new, default=None, return_dtype=dtype)

    def _key(self, name: str) -> pl.Expr:
        """A column as groups are made of it: an empty text and not-a-number are missing."""
        import polars as pl

        dtype = self.table.collect_schema()[name]
        if dtype == pl.String:
            return pl.when(pl.col(name) != "").then(pl.col(name))
        return pl.col(name).fill_nan(None) if dtype.is_float() else pl.col(name)

    def _with(self, table: pl.LazyFrame, rows: int | None = None) -> LargeRecords:
        return LargeRecords(table, self.label, self._unchanged, rows)


Rows = pd.DataFrame | LargeRecords
"""The rows of a source: a frame, or records too many to hold in one."""


def in_memory(rows: Rows, wanted: str) -> pd.DataFrame:
    """Return rows as a frame; raises ``DataError`` for records that are only counted, saying what wanted them."""
    if isinstance(rows, LargeRecords):
        hint = "Hand over a file with fewer records for it, or leave it out."
        raise DataError(f"{wanted} looks at records one by one; here are too many.", where=rows.label, hint=hint)
    return rows


def counts_by(rows: Rows, columns: Sequence[str]) -> pd.DataFrame:
    """Return rows by combination of values: ``columns`` as text, and ``__records__``, as ``LargeRecords.counts``."""
    if isinstance(rows, LargeRecords):
        return rows.counts(columns)
    texts = pd.DataFrame({name: as_text(rows[name]) for name in columns})
    sums = texts.groupby(list(columns), dropna=False, sort=False).size().rename(RECORDS).reset_index()
    return sums.sort_values(list(columns), ignore_index=True)


def native(rows: Rows) -> Any:
    """Return the table that the methods of ``shared.measures`` count in."""
    return rows.table if isinstance(rows, LargeRecords) else rows


def _as_texts(found: pl.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame({name: _as_text(found[name]) for name in columns})


def _as_text(values: pl.Series) -> pd.Series:
    """Return values as ``as_text`` gives them, which a reader of the whole file would have used."""
    import polars as pl

    if values.dtype == pl.Date:
        return pd.Series(values.dt.to_string("%Y-%m-%d").to_list(), dtype="str")
    if values.dtype == pl.Datetime:
        return as_text(pd.Series(values.to_numpy().astype("datetime64[us]")))
    plain = {pl.String: "str", pl.Boolean: "boolean"}.get(type(values.dtype))
    if plain is None and values.dtype.is_integer():
        plain = "Int64"
    return as_text(pd.Series(values.to_list(), dtype=plain or "float64"))
