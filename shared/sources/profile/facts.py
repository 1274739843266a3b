"""What a profile says of a file and its columns: counts and kinds, never a value of a record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shared.sources.paradata import Paradata

FEWEST = 10
"""Counts below this are said as "fewer than 10"."""


def said(count: int) -> str:
    """Return a count as it may be shown."""
    return "none" if count == 0 else f"{count:,}" if count >= FEWEST else f"fewer than {FEWEST}"


def share_said(count: int, total: int) -> str:
    """Return a share in per cent as it may be shown: not where it would give a small count away."""
    if count == 0:
        return "none"
    if count == total:
        return "all"
    if count < FEWEST or total - count < FEWEST:
        return "few" if count < FEWEST else "nearly all"
    return f"{count / total:.0%}" if 0.005 <= count / total < 0.995 else "under 1%" if count < total / 2 else "over 99%"


@dataclass(frozen=True)
class ColumnProfile:
    """One column.

    ``type`` is what case.yaml would say (text, integer, number, date, category, boolean), or "empty"; ``written``
    how it is written where that matters ("dates as 31/12/2023"). ``codes`` are words and numbers that mean *no
    answer*, with their counts; ``categories`` the groups with their counts, only where every one has at least 10
    rows; counts from 10 on are rounded to 10; ``shape`` the common form of identifiers (letters A, digits 9);
    ``personal`` kinds of personal data, each with how it was noticed; ``areas`` what is known of area codes;
    ``role`` a guess.
    """

    name: str
    type: str
    role: str
    total: int
    filled: int
    different: int
    written: str = ""
    codes: tuple[tuple[str, int], ...] = ()
    categories: tuple[tuple[str, int], ...] = ()
    shape: str = ""
    middle: tuple[str, str] | None = None
    """Between which (rounded) values the middle four fifths lie, for numbers and dates."""
    personal: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    area_system: str = ""
    area_year: int | None = None
    notes: tuple[str, ...] = ()

    @property
    def is_key(self) -> bool:
        """Whether every row has a value of its own."""
        return self.total > 1 and self.filled == self.total == self.different


@dataclass(frozen=True)
class FormMatch:
    """How a form and the file belong together: options for case.yaml, and what was found."""

    options: Mapping[str, object]
    matched: int
    questions: int
    notes: tuple[str, ...]


@dataclass(frozen=True)
class FileProfile:
    """A whole file.

    ``reading`` are the keys of case.yaml with which it was read (format, sheet, header_row, ...); ``kind`` is
    "records" or "table", a guess; ``keys`` columns that together tell rows apart; ``repeated`` rows that occur
    before; ``skipped`` columns beyond those looked at.
    """

    shown: str
    size: int
    sha256: str
    reading: Mapping[str, object]
    rows: int
    columns: tuple[ColumnProfile, ...]
    skipped: int
    kind: str
    keys: tuple[tuple[str, ...], ...]
    repeated: int
    notes: tuple[str, ...]
    paradata: Paradata | None = None
    form: FormMatch | None = None
    nameless: bool = False
    """The first row held data, not names, so columns are numbered."""
