"""What must not be found: identifiers, free text and other values that point at one record."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterable, Iterator, Sized
from dataclasses import dataclass, field
from urllib.parse import unquote

from shared.cases.load import load_case
from shared.cases.model import CaseStudy, Source
from shared.cases.project import Project
from shared.errors import CasebookError, ProtectionError
from shared.protect.quotations import masked_texts
from shared.sources.derive import recode_table
from shared.sources.large import LargeRecords, Rows, in_memory
from shared.sources.read import read_source
from shared.sources.typed import as_text

WORD = re.compile(r"[^\W_]+(?:[-_.@/'’+:][^\W_]+)*")
SHORTEST_WORD, SHORTEST_NUMBER, SHORTEST_CODE = 3, 7, 6
PHRASE = 5
"""So many words in a row, taken from a free text, are not found elsewhere by chance."""


def words(text: str) -> list[str]:
    """Return the words of a text in lower case; ``LP-000123`` and ``jo@mail.example`` are one word each."""
    return [found.group().casefold() for found in WORD.finditer(text)]


@dataclass
class Needles:
    """What is looked for, by the way it is looked for; ``what`` says of which column each is, never shown with it.

    phrases  words in a row (single words too) -> column
    codes    values with a digit, at least six characters long, found inside other words too -> column
    anywhere  planted values, looked for in numbers too -> column
    """

    phrases: dict[tuple[str, ...], str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    anywhere: dict[str, str] = field(default_factory=dict)
    _known: dict[str, tuple[int, list[int]]] = field(default_factory=dict, repr=False)

    def add(self, value: str, column: str, *, free_text: bool = False) -> None:
        """Look for a value; one that is too short or common to point at anybody is not looked for."""
        said = tuple(words(value))
        if not said:
            return
        if free_text and len(said) > PHRASE:
            for start in range(len(said) - PHRASE + 1):
                self.phrases.setdefault(said[start : start + PHRASE], column)
            return
        length = sum(map(len, said))
        bare = "".join(said)
        if bare.isdigit():
            if length >= SHORTEST_NUMBER:
                self.phrases.setdefault(said, column)
            return
        if length >= SHORTEST_WORD:
            self.phrases.setdefault(said, column)
        if len(said) == 1 and length >= SHORTEST_CODE and any(c.isdigit() for c in bare):
            self.codes.setdefault(said[0], column)

    def allow(self, text: str, column: str) -> None:
        """Do not look for the words of a quotation that was masked and reviewed, where they come from ``column``."""
        said = words(text)
        for size in range(1, PHRASE + 1):
            for start in range(len(said) - size + 1):
                if self.phrases.get(tuple(said[start : start + size])) == column:
                    del self.phrases[tuple(said[start : start + size])]

    def plant(self, value: str, column: str) -> None:
        """Look for a planted value everywhere, in numbers and inside other words too."""
        self.anywhere.setdefault(value.casefold(), column)

    def found(self, text: str, *, number: bool = False) -> Iterator[str]:
        """Yield the column of each needle in a text; of a JSON number only what was planted is looked for."""
        forms = dict.fromkeys([text, html.unescape(text), unquote(text)])
        for form in forms:
            lower = form.casefold()
            yield from (column for value, column in self.anywhere.items() if value in lower)
            if number:
                continue
            said = words(form)
            yield from self._phrases(said)
            yield from self._codes(lower)

    def _phrases(self, said: list[str]) -> Iterator[str]:
        for size in self._sizes("phrases", self.phrases):
            for start in range(len(said) - size + 1):
                column = self.phrases.get(tuple(said[start : start + size]))
                if column is not None:
                    yield column

    def _codes(self, lower: str) -> Iterator[str]:
        for size in self._sizes("codes", self.codes):
            for start in range(len(lower) - size + 1):
                column = self.codes.get(lower[start : start + size])
                if column is not None:
                    yield column

    def _sizes(self, name: str, values: Collection[Sized]) -> list[int]:
        """Return the lengths that occur among ``values``, worked out again only when there are more of them."""
        known = self._known.get(name)
        if known is None or known[0] != len(values):
            known = self._known[name] = (len(values), sorted({len(value) for value in values}))
        return known[1]


def needles_of(project: Project, slug: str) -> Needles:
    """Return what must not be found of a case study's records: all of them, also those without consent.

    Looked for are all values of identifiers, free text and columns that nobody described; and of the other columns
    each value that one record alone has. Not looked for: what case.yaml, its lists or a published table say anyway,
    dates, and values too short to point at anybody. Of records too many to hold, an even part of each column's values.
    """
    case = load_case(project, slug)
    public = _public_words(project, case)
    found = Needles()
    for name, source in case.records.items():
        rows = read_source(project, name, source).frame
        for column in map(str, rows.columns):
            for value, free in _telling(rows, source, column):
                if tuple(words(value)) not in public:
                    found.add(value, f"column {column} of {name}", free_text=free)
        if case.quotations is not None and case.quotations.source == name and case.quotations.reviewed is not None:
            for text, _ in masked_texts(project, case, rows):
                found.allow(text, f"column {case.quotations.column} of {name}")
    return found


def _telling(rows: Rows, source: Source, column: str) -> Iterator[tuple[str, bool]]:
    declared = source.columns.get(column)
    role = declared.role if declared is not None else "not described"
    if role not in ("identifier", "free text", "not described"):
        if declared is not None and declared.type == "date":
            return
        most: int | None = 1
    else:
        most = 2 if role == "not described" else None
    if isinstance(rows, LargeRecords):
        values = rows.different(column, most)
    else:
        counts = as_text(rows[column]).dropna().value_counts()
        values = counts.index.to_series() if most is None else counts[counts <= most].index.to_series()
    for value in values:
        yield str(value), role == "free text"


def _public_words(project: Project, case: CaseStudy) -> set[tuple[str, ...]]:
    """Return the values, as words, that the definition or a published table holds."""
    values: set[str] = set()
    for source in case.sources.values():
        for column in source.columns.values():
            values |= {*(column.allowed or ()), *column.missing}
        for rule in source.derive.values():
            if rule.kind == "recode":
                values |= _both_sides(recode_table(project, case.slug, rule))
    for name, source in case.sources.items():
        if source.kind in ("table", "reference"):
            try:
                frame = in_memory(read_source(project, name, source).frame, "A published table")
            except CasebookError as error:
                raise ProtectionError(f"Source {name} cannot be read for the scan: {error}") from None
            for heading in frame.columns:
                values |= set(frame[heading].dropna().astype("str").unique())
    folder = project.casestudies / case.slug
    texts = [(folder / "case.yaml").read_text(encoding="utf-8")]
    return {tuple(words(value)) for value in values} | {(word,) for text in texts for word in words(text)}


def _both_sides(table: Iterable[str] | dict[str, str]) -> set[str]:
    return {*table, *table.values()} if isinstance(table, dict) else set(table)
