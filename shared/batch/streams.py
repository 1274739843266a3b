"""Printed text put together as a terminal would show it, in time proportional to its length.

nbclient can do this too (``coalesce_streams``), but takes time quadratic in the length of a line and deletes letters
where a backspace is printed.
"""

from __future__ import annotations

from typing import Any


def joined(outputs: list[Any]) -> list[Any]:
    """Return a cell's outputs with neighbouring pieces of one stream joined, and overwritten text taken out."""
    kept: list[Any] = []
    pieces: list[str] = []
    for output in [*outputs, None]:
        is_stream = output is not None and output.output_type == "stream"
        if pieces and not (is_stream and output.name == kept[-1].name):
            kept[-1].text = as_shown("".join(pieces))
            pieces = []
        if output is None:
            break
        if not is_stream or not pieces:
            kept.append(output)
        if is_stream:
            pieces.append(output.text)
    return kept


def as_shown(text: str) -> str:
    """Return ``text`` after carriage returns (the line is written over) and backspaces (one character less)."""
    if "\r" not in text and "\b" not in text:
        return text
    return "\n".join(_line(line) for line in text.split("\n"))


def _line(line: str) -> str:
    start = line[:-1].rfind("\r") + 1  # one at the very end writes over nothing
    shown: list[str] = []
    for character in line[start:]:
        if character != "\b":
            shown.append(character)
        elif shown:
            shown.pop()
    return "".join(shown)
