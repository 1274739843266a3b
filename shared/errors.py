"""The project's own errors: each says what is wrong, where, and what to do about it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong in what somebody gave us.

    ``where`` names file, line and field as far as known (``case.yaml, line 12, sources.records.sha256``);
    neither text may carry a record-level value, because error texts can end in a published report.
    """

    problem: str
    where: str = ""
    hint: str = ""

    def __str__(self) -> str:
        place = f"{printable(self.where)}: " if self.where else ""
        hint = f" {printable(self.hint)}" if self.hint else ""
        return f"{place}{printable(self.problem)}{hint}"


_LONGEST = 2_000
"""Signs of one part of a message; names from outside have no length of their own."""


def printable(text: str) -> str:
    """Return a text as one line that a terminal shows and does not obey (names of columns and files are not ours)."""
    if not text.isprintable():
        text = "".join(sign if sign.isprintable() else _harmless(sign) for sign in text)
    half = _LONGEST // 2
    return text if len(text) <= _LONGEST else f"{text[:half]} (...) {text[-half:]}"


def _harmless(sign: str) -> str:
    """Return a sign that nobody prints as what may be: joiners (of Persian, of emoji) as they are, others as a code."""
    return " " if sign.isspace() else sign if sign in "\u200c\u200d\xad" else ascii(sign)[1:-1]


class CasebookError(Exception):
    """Base of every error the casebook raises on purpose.

    Several faults found together are reported together: pass ``faults``.
    """

    def __init__(self, problem: str, *, where: str = "", hint: str = "", faults: Sequence[Fault] = ()) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults) or (Fault(problem, where, hint),)
        if faults:
            lines = [printable(problem), *(f"  - {fault}" for fault in faults)]
            super().__init__("\n".join(lines))
        else:
            super().__init__(str(self.faults[0]))


class DefinitionError(CasebookError):
    """A case study's own files (case.yaml, judgements.csv, notebook) are not as they must be."""


class DataMissing(CasebookError):
    """A source's file is not on this machine; not a failure, the user is told what to pull."""


class DataError(CasebookError):
    """A source's file is there and cannot be used as it is (hash, encoding, columns, values)."""


class MeasureError(CasebookError):
    """A method was called with input outside what it is defined for."""


class ParameterError(CasebookError):
    """A run parameter is unknown, of the wrong type or out of range."""


class ProtectionError(CasebookError):
    """Something would leave that has not been through disclosure control."""


class RunError(CasebookError):
    """A notebook could not be executed or rendered."""


def nearest(word: str, known: Iterable[str]) -> str:
    """Return `` Did you mean "x"?`` for the closest of ``known``, or an empty text when none is close."""
    hits = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f'Did you mean "{hits[0]}"?' if hits else ""
