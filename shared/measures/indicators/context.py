"""What every indicator works from: the case study, its tables, the date, and counts that several indicators share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import date
from typing import Any, TypeVar

import pandas as pd

from shared.cases.model import CaseStudy, Source
from shared.errors import MeasureError, nearest
from shared.measures.answers import Answers, read_answers
from shared.measures.counting import SourceCounts, counted_columns, with_keys
from shared.measures.engine import collect
from shared.measures.intervals import wilson
from shared.measures.measurement import Measurement, Part, State
from shared.measures.one_pass import Counted
from shared.measures.tabulation import cross_counts, cross_query, unit_columns, units_query
from shared.sources.large import LargeRecords, Rows, in_memory, native
from shared.sources.prepare import Prepared

T = TypeVar("T")

FEWEST_DRAWS = 100
"""A bootstrap interval from fewer resamples would be noise; a run with fewer draws still gets this many here."""

ASK_FOR_RECORDS = (
    "Can the organisation share its records under an agreement, or run this check on its own machine and send the "
    "counts?"
)

ASK_FOR_BENCHMARK = (
    "Is there a census, register or list of the target population (not of the whole country) with counts by group, to "
    "compare the source with?"
)


class Context:
    """One case study on one date. Counts are made once and kept."""

    def __init__(self, case: CaseStudy, prepared: Prepared, *, as_of: date, draws: int, seed: int) -> None:
        self.case = case
        self.prepared = prepared
        self.as_of = as_of
        self.draws = max(draws, FEWEST_DRAWS)
        self.seed = seed
        self._kept: dict[object, Any] = {}

    def once(self, key: object, make: Callable[[], T]) -> T:
        """Return what ``make`` returns, made the first time ``key`` is asked for."""
        if key not in self._kept:
            self._kept[key] = make()
        found: T = self._kept[key]
        return found

    def source(self, source_id: str) -> Source:
        """Return the definition of a source; an unknown one raises ``MeasureError``."""
        if source_id not in self.case.sources:
            raise MeasureError(
                f'case.yaml names a source "{source_id}" that it does not define.',
                hint=nearest(source_id, self.case.sources),
            )
        return self.case.sources[source_id]

    def frame(self, source_id: str) -> pd.DataFrame:
        """Return the rows of a source as a frame; ``DataError`` for records that are only counted."""
        return in_memory(self.rows(source_id), "This indicator")

    def rows(self, source_id: str) -> Rows:
        """Return the rows of a source."""
        self.source(source_id)
        if source_id not in self.prepared.frames:
            raise MeasureError(f'The source "{source_id}" has no table to count in.')
        return self.prepared.frames[source_id]

    def table(self, source_id: str) -> Any:
        """Return the rows of a source as the table that the methods of ``shared.measures`` count in."""
        return native(self.rows(source_id))

    def being_read(self, source_id: str) -> AbstractContextManager[object]:
        """Hold the file of large records to what was opened while something counts in it."""
        rows = self.rows(source_id)
        return rows.being_read() if isinstance(rows, LargeRecords) else nullcontext()

    def answers(self, source_id: str) -> Answers:
        """Return the answers of a source to all its columns, brought to their common form once for all counts."""

        def read() -> Answers:
            source, columns = self.source(source_id), self.rows(source_id).columns
            wanted = [*counted_columns(source), *unit_columns(source), *(n for n in source.derive if n in columns)]
            return read_answers(self.table(source_id), source, wanted)

        return self.once(("answers", source_id), read)

    def counts(self, source_id: str) -> SourceCounts:
        """Return all counts of a record-level source (see ``count_source``)."""

        def count() -> SourceCounts:
            source = self.source(source_id)
            exact = counts_keys(source, self.rows(source_id))
            return with_keys(self.answers(source_id), source, [], exact=exact)[0]

        return self.once(("counts", source_id), count)

    def units(self, source_id: str) -> pd.DataFrame:
        """Return the units of a bootstrap of completeness (see ``answer_units``)."""

        def count() -> pd.DataFrame:
            found: pd.DataFrame = collect([units_query(self.answers(source_id), self.source(source_id))])[0]
            return found

        return self.once(("units", source_id), count)

    def cross(self, source_id: str, columns: Sequence[str], *, cluster: bool = False) -> pd.DataFrame:
        """Return records by combination of valid answers (see ``cross_counts``)."""

        def count() -> pd.DataFrame:
            source = self.source(source_id)
            if not set(columns) <= set(self.answers(source_id).names):
                return cross_counts(self.table(source_id), source, columns, cluster=cluster)
            found: pd.DataFrame = collect([cross_query(self.answers(source_id), source, columns, cluster=cluster)])[0]
            return found

        return self.once(("cross", source_id, tuple(columns), cluster), count)

    def crossed(self, source_id: str) -> list[tuple[tuple[str, ...], bool]]:
        """Return the tables of a source that ``cross`` was asked for: columns, and whether by cluster."""
        asked = [key for key in self._kept if isinstance(key, tuple) and key[:2] == ("cross", source_id)]
        return [(key[2], key[3]) for key in asked]

    def foreseen(self, source_id: str, found: Counted) -> None:
        """Keep counts that were made before they are asked for."""
        self._kept[("counts", source_id)] = found.counts
        self._kept[("units", source_id)] = found.units
        self._kept |= {("cross", source_id, t.columns, t.cluster): f for t, f in found.tables.items() if not t.raw}

    @property
    def records(self) -> dict[str, Source]:
        """Record-level sources that hold at least one record."""
        return {name: source for name, source in self.case.records.items() if len(self.rows(name))}

    def without_records(self, indicator: str) -> Measurement:
        """Return the state of a record-level indicator where there are no records."""
        if self.case.records:
            return Measurement.not_applicable(indicator, "The source holds no records.")
        return Measurement.not_known(
            indicator, ASK_FOR_RECORDS, "The organisation publishes tables only; this is counted from records."
        )


def counts_keys(source: Source, rows: Rows) -> bool:
    """Tell whether different keys are counted: they are, unless an estimate is asked for and saves memory."""
    return source.distinct_keys == "counted" or not isinstance(rows, LargeRecords)


def proportion(
    indicator: str,
    count: float,
    whole: float,
    *,
    counted: str,
    parts: Sequence[Part] = (),
    note: str = "",
    deff: float | None = 1.0,
    size: float | None = None,
) -> Measurement:
    """Return a proportion with its counts and Wilson interval.

    ``deff`` None: a complete count of things, which has no interval. ``size`` is the number of records behind
    weighted counts. An empty denominator is not applicable.
    """
    if not whole > 0:
        return Measurement.not_applicable(indicator, f"There are no {counted} to count in.")
    records = whole if size is None else size
    interval = wilson(count / whole * records, records, deff=deff) if deff is not None else None
    return Measurement(
        indicator,
        State.MEASURED,
        value=count / whole,
        low=interval.low if interval else None,
        high=interval.high if interval else None,
        numerator=count,
        denominator=whole,
        counted=counted,
        method=interval.method if interval else "",
        parts=tuple(parts),
        note=note,
    )


def number_of_things(indicator: str, value: float, *, counted: str, **more: Any) -> Measurement:
    """Return a value that describes no person and has no interval."""
    return Measurement(indicator, State.MEASURED, value=float(value), counted=counted, **more)


def sentence(*texts: str) -> str:
    """Join the texts that say something."""
    return " ".join(text for text in texts if text)
