"""A published table as the checks see it: labels and counts, in the order of the file."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from shared.cases.model import CaseStudy, Source
from shared.errors import MeasureError
from shared.measures.measurement import Part
from shared.sources.large import in_memory
from shared.sources.prepare import Prepared

SMALL = 10
"""Counts of people from 1 to 9 are never written into a sentence."""
_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_PERIOD = re.compile(r",\s*[^,]*\b(19|20)\d\d\s*$")


@dataclass(frozen=True)
class TableFinding:
    """One thing in the tables that does not fit together.

    kind     what was looked for (``shared.measures.table_checks.KINDS`` says each in plain English)
    sources  ids of the sources it was seen in; ``as_at`` their dates
    text     one plain-English sentence with the counts; counts of people below 10 are never written
    size     how large it is, as a share (0.09 = 9 %) of the larger number; None where it is no quantity
    parts    the counts behind the sentence, none below 10
    """

    kind: str
    sources: tuple[str, ...]
    as_at: tuple[date, ...]
    text: str
    size: float | None = None
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True)
class Table:
    """One table.

    margins  group column -> counts by label, in the order of the file
    cells    counts by combination of labels; the same as the margin where there is one group column
    placed   derived column -> (the column it came from, label -> place; labels without a place are absent)
    header   the columns of the file
    apart    the rows of the file before rows of totals were set apart: its group columns, and ``__count__``
    behind   people behind each cell of ``cells``, where the table says so (``made_by``)
    """

    source_id: str
    source: Source
    margins: dict[str, pd.Series[float]]
    cells: pd.Series[float]
    header: tuple[str, ...]
    unit: str
    placed: dict[str, tuple[str, dict[str, str]]] = field(default_factory=dict)
    apart: pd.DataFrame = field(default_factory=pd.DataFrame)
    behind: pd.Series[float] | None = None

    @property
    def total(self) -> float:
        """The sum of all counts in the table."""
        return float(self.cells.sum())

    @property
    def when(self) -> tuple[date, ...]:
        """The date the table refers to, if one is declared."""
        return (self.source.as_at,) if self.source.as_at else ()

    @property
    def name(self) -> str:
        """The title without its date: what all releases of the series are called."""
        return short_title(self.source.title)

    def called(self, column: str) -> str:
        """Return what a column is called: its declared label, else its heading."""
        declared = self.source.columns.get(column)
        return (declared.label if declared else "") or column

    @property
    def complete(self) -> bool:
        """True when every category is declared to be listed."""
        return self.source.listing == "complete"


def read_tables(case: CaseStudy, prepared: Prepared) -> tuple[Table, ...]:
    """Return the aggregate tables and the reference tables of a case study that have labels and counts.

    Raises ``MeasureError`` for a table of the organisation without a group or a count column, since it could not
    be checked and that must not look like being in order.
    """
    tables = []
    for source_id, source in case.sources.items():
        if source.kind not in ("table", "reference") or source.followed_by or source_id not in prepared.tables:
            continue
        table = _table(source_id, source, prepared)
        if table is not None:
            tables.append(table)
        elif source.kind == "table":
            raise MeasureError(
                "The table has no column of groups or no column of counts, so it cannot be checked.",
                where=f"source {source_id}",
                hint="Describe its columns with the roles group (or area) and count.",
            )
    return tuple(tables)


def _table(source_id: str, source: Source, prepared: Prepared) -> Table | None:
    frame = prepared.tables[source_id]
    groups = [name for name, rules in source.columns.items() if rules.role in ("group", "area")]
    counts = [name for name, rules in source.columns.items() if rules.role == "count"]
    unit = next((source.columns[name].unit for name in counts if source.columns[name].unit), "")
    if source.long is not None:
        groups.append(source.long.into)
        counts = [*(name for name in counts if name not in source.long.columns), source.long.count]
    if not groups or len(counts) != 1:
        return None
    whole = in_memory(prepared.raw[source_id].frame, "A check of tables")
    cells = _in_words(_cells(frame, groups, counts[0]), frame, source).dropna(subset=["__count__"])
    margins = {name: cells.groupby(name, sort=False)["__count__"].sum() for name in groups}
    joined = cells[groups[0]].str.cat(cells[groups[1:]], sep=", ", na_rep="(no label)")  # row by row takes minutes
    header = tuple(str(name) for name in whole.columns)
    by_cell = cells.groupby(joined, sort=False)["__count__"].sum()
    apart = _cells(whole, groups, counts[0]) if source.long is None else cells
    made_by = source.columns[counts[0]].made_by if counts[0] in source.columns else None
    behind = pd.to_numeric(frame.loc[cells.index, made_by]).groupby(joined, sort=False).sum() if made_by else None
    return Table(source_id, source, margins, by_cell, header, unit, _placed(source, frame), apart, behind)


def _cells(frame: pd.DataFrame, groups: list[str], count: str) -> pd.DataFrame:
    return frame[groups].astype("str").assign(__count__=pd.to_numeric(frame[count]).astype("float64"))


def _in_words(cells: pd.DataFrame, frame: pd.DataFrame, source: Source) -> pd.DataFrame:
    """Name groups by the words that a derived column has for their codes, where that is declared and tells apart."""
    for name, rules in source.columns.items():
        if rules.shown_as is not None and name in cells and rules.shown_as in frame:
            cells[name] = _said(frame, name, rules.shown_as).fillna(cells[name])
    return cells


def _said(frame: pd.DataFrame, name: str, words: str) -> pd.Series[str]:
    pairs = frame[[name, words]].dropna().astype("str").drop_duplicates()
    twice = set(pairs.loc[pairs[words].duplicated(keep=False), name])
    said = {code: f"{word} ({code})" if code in twice else word for code, word in pairs.itertuples(index=False)}
    return frame[name].astype("str").map(said)


def _placed(source: Source, frame: pd.DataFrame) -> dict[str, tuple[str, dict[str, str]]]:
    found = {}
    for name, rule in source.derive.items():
        if rule.kind in ("recode", "area") and rule.column in source.columns:
            words = source.columns[rule.column].shown_as
            labels = frame[rule.column].astype("str")
            if words is not None and words in frame:
                labels = _said(frame, rule.column, words).fillna(labels)
            pairs = (
                pd.DataFrame({"label": labels, "place": frame[name]}).dropna().astype("str").drop_duplicates("label")
            )
            found[name] = (rule.column, dict(zip(pairs["label"], pairs["place"], strict=True)))
    return found


def releases(tables: Iterable[Table]) -> dict[str, list[Table]]:
    """Return the dated tables of each declared series, earliest first."""
    series: dict[str, list[Table]] = {}
    for table in tables:
        if table.source.series and table.when:
            series.setdefault(table.source.series, []).append(table)
    return {name: sorted(found, key=lambda table: table.when) for name, found in series.items()}


def short_title(title: str) -> str:
    """Return a title without the period behind its last comma (``People by town, June 2023`` -> ``People by town``)."""
    return _PERIOD.sub("", title)


_BASE: ContextVar[int] = ContextVar("base", default=1)


@contextmanager
def rounded_to(base: int) -> Iterator[None]:
    """Write counts to the nearest multiple of ``base`` (half up) inside the block, as the disclosure policy asks."""
    before = _BASE.set(base)
    try:
        yield
    finally:
        _BASE.reset(before)


def people(count: float) -> str:
    """Write a count of people, never one below 10, rounded as the policy in force asks (``rounded_to``)."""
    if 0 < count < SMALL:
        return f"fewer than {SMALL}"
    return f"{_rounded(count):,.0f}"


def _rounded(count: float) -> float:
    base = _BASE.get()
    return math.floor(count / base + 0.5) * base if base > 1 else count


def number(count: int) -> str:
    """Write a number of things (labels, tables), as a word below ten."""
    return _WORDS[count] if count < len(_WORDS) else f"{count:,}"


def moved(before: float, after: float) -> str:
    """Write by how much a count moved, from the counts as they are written (``+25%``)."""
    return f"{_rounded(after) / _rounded(before) - 1:+.0%}" if _rounded(before) else "from nobody"


def share_of(count: float, whole: float) -> str:
    """Write a count as a share of a whole, both as they are written, so that nobody gets behind a rounded count."""
    if 0 < count < SMALL or not whole:
        return "a few"
    return percent(_rounded(count) / _rounded(whole)) if _rounded(whole) else "a few"


def percent(share: float) -> str:
    """Write a share with two significant digits below 10 %, whole percents above, and never as nothing."""
    if 0 < abs(share) < 0.0005:
        return "less than 0.1%"
    return f"{share:.1%}" if abs(share) < 0.095 else f"{share:.0%}"


def month(when: Sequence[date]) -> str:
    """Write the dates of one or two tables: ``June 2023``, ``June and September 2023``."""
    texts = [f"{day:%B %Y}" for day in when]
    if len(texts) == 2 and when[0].year == when[1].year:
        return f"{when[0]:%B} and {texts[1]}"
    return " and ".join(texts) or "no date"


def listed(names: Sequence[str], most: int = 5) -> str:
    """Write a few names: ``a, b and c``, ``a, b and 4 more``."""
    if len(names) > most:
        return f"{', '.join(names[:most])} and {number(len(names) - most)} more"
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


def part(label: str, count: float) -> Part:
    """Return a line of the working; a count below 10 is left out."""
    return Part(label, _rounded(count) if count >= SMALL or count == 0 else None)
