"""Patterns that every table engine reads alike, in a time that grows with the text only."""

from __future__ import annotations

import re


def pattern_problem(pattern: str) -> str:
    """Return why a pattern cannot be used, or an empty text.

    Patterns come from forms and definitions that others wrote, and are tried on every record. Python's own engine can
    take years for one of twenty signs; RE2 (Arrow's and DuckDB's) cannot, and refuses what would need it
    (look-ahead, references to what was found before).
    """
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError, MemoryError) as error:
        return f"The pattern is not a regular expression: {error}."
    import pyarrow as pa  # type: ignore[import-untyped]
    import pyarrow.compute as pc  # type: ignore[import-untyped]

    try:
        pc.match_substring_regex(pa.array(["", None], type=pa.large_string()), pattern)
    except pa.ArrowInvalid:
        return "The pattern looks ahead or back, repeats too often, or is of a kind that only one program reads."
    return ""
