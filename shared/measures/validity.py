"""When an answer is valid, as conditions that every table engine understands the same way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import narwhals.stable.v2 as nw

from shared.cases.columns import Column, Scalar
from shared.measures.engine import some

INTEGER = r"^-?[0-9]{1,15}(?:\.0+)?$"
NUMBER = r"^-?[0-9]{1,15}(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,2})?$"
_LONG = r"(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
_SHORT = r"(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
_FEBRUARY = r"02-(?:0[1-9]|1[0-9]|2[0-8])"
_LEAP_YEAR = r"(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)"
DATE = rf"^(?:[0-9]{{4}}-(?:{_LONG}|{_SHORT}|{_FEBRUARY})|{_LEAP_YEAR}-02-29)$"
"""A day that exists, as 2024-02-29; only then do dates compare like texts."""
YES_NO = ("true", "false", "yes", "no", "1", "0")
NUMERIC = ("integer", "number")
PATTERNS = {"integer": INTEGER, "number": NUMBER, "date": DATE}
_FEW = 4
LARGEST = 1e15
"""Numbers from here on are not told apart by every engine, and are no valid answers."""


def has_domain(rule: Column) -> bool:
    """True when the declaration says what a valid value is, so that there is something to check."""
    return rule.type != "text" or rule.allowed is not None or rule.pattern is not None


def valid(number: int, rule: Column, typed: str = "", *, loose: bool = True) -> Any:
    """The condition of a valid answer; parts are joined with *and*, so a missing part can only make it not valid.

    ``typed`` "number", "whole number" or "day": the column holds such values, and its text is not looked at.
    ``loose``: see ``matches``.
    """
    found = nw.col(f"has{number}")
    if typed == "day":
        return _valid_day(found, nw.col(f"day{number}"), rule)
    text, value = nw.col(f"raw{number}"), nw.col(f"number{number}")
    if typed:
        found = found & ~value.is_null()
        if rule.type == "integer" and typed == "number":
            found = found & (value.floor() == value)
    elif rule.type in PATTERNS:
        found = found & matches(text, PATTERNS[rule.type], loose=loose)
    elif rule.type == "boolean" and rule.allowed is None:
        found = found & text.str.to_lowercase().is_in(list(YES_NO))
    if rule.type in NUMERIC:
        if rule.minimum is not None:
            found = found & (value >= rule.minimum)
        if rule.maximum is not None:
            found = found & (value <= rule.maximum)
        if rule.allowed is not None:
            found = found & value.is_in(numbers_in(rule.allowed))
    elif rule.allowed is not None:
        found = found & one_of(text, rule.allowed)
    if rule.pattern is not None:
        found = found & matches(text, f"^(?:{without_groups(rule.pattern)})$", loose=loose)
    filled = text.fill_null("")  # Dask cannot compare a missing text with another
    if rule.not_before is not None:
        found = found & (filled >= rule.not_before)
    if rule.not_after is not None:
        found = found & (filled <= rule.not_after)
    return found


def matches(text: Any, pattern: str, *, loose: bool) -> Any:
    """The whole text matches; ``loose``: to this engine the end of the last line is the end of a text too."""
    found = text.str.contains(pattern)
    return found & ~text.fill_null("").str.ends_with("\n") if loose else found


def one_of(text: Any, wanted: Sequence[str]) -> Any:
    """The text is one of these; a few are compared one by one, which is faster than looking them up."""
    if 0 < len(wanted) <= _FEW:
        return some([text == value for value in wanted])
    return text.is_in(list(wanted))


def _valid_day(given: Any, day: Any, rule: Column) -> Any:
    found = given
    if rule.not_before is not None:
        found = found & (day >= date.fromisoformat(rule.not_before))
    if rule.not_after is not None:
        found = found & (day <= date.fromisoformat(rule.not_after))
    return found


def as_number(number: int, *, loose: bool) -> Any:
    """The numbers that the answers of a column of text hold, missing where they hold none."""
    text = nw.col(f"raw{number}")
    return nw.when(nw.col(f"has{number}") & matches(text, NUMBER, loose=loose)).then(text).cast(nw.Float64)


def without_groups(pattern: str) -> str:
    """Return a pattern whose brackets only group: pandas warns of brackets that also remember what they matched."""
    found, in_class, i = [], False, 0
    while i < len(pattern):
        if pattern[i] == "\\":
            found.append(pattern[i : i + 2])
            i += 2
            continue
        in_class = (pattern[i] == "[" or in_class) and pattern[i] != "]"
        remembers = pattern[i] == "(" and not in_class and pattern[i + 1 : i + 2] != "?"
        found.append("(?:" if remembers else pattern[i])
        i += 1
    return "".join(found)


def as_text(value: Scalar) -> str:
    """Return a value of case.yaml as it would stand in a table: 18 not 18.0, true not True."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def numbers_in(texts: Iterable[str]) -> list[float]:
    """The texts that are numbers."""
    found = []
    for text in texts:
        try:
            found.append(float(text))
        except ValueError:
            continue
    return found
