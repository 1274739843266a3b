"""Check the input of ``decide``: every fault of every item at once, with its position and field.

A key that looks like a slip of a known one is a fault, because the fact it was meant to give would silently be
*not known*; other additional keys (a comment, an ``expected``) are let through.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from shared.errors import Fault, nearest
from shared.framework.register import load_register
from shared.framework.rules import load_assurance, load_gates, load_uses

NOT_APPLICABLE = "not applicable"
KEYS = ("gates", "dims", "core_zeros", "facts", "risk", "profile", "assurance", "qualitative")
COUNTS = ("new_cells", "parallel_periods")
JUDGED = ("insight", "alignment", "continuity")


def faults_in(inputs: Sequence[Any]) -> list[Fault]:
    """Return every fault of every item; an empty list means the input can be decided."""
    if isinstance(inputs, (str, bytes, dict)) or not isinstance(inputs, Sequence):
        return [Fault("Give a list of items, each with a name and an input.")]
    return [fault for index, item in enumerate(inputs) for fault in _item(item, f"item {index}")]


def _item(item: Any, where: str) -> Iterator[Fault]:
    if not isinstance(item, dict):
        yield Fault("An item must be an object with a name and an input.", where)
        return
    if not isinstance(item.get("name"), str):
        yield Fault("The name must be a text.", f"{where}, name")
    given = item.get("input")
    if not isinstance(given, dict):
        yield Fault("The input must be an object.", f"{where}, input")
        return
    where = f"{where}, input"
    yield from _slips(given, KEYS, where)
    yield from _members(given, "gates", [g.id for g in load_gates().gates], where, lambda _: _yes_no)
    yield from _members(given, "dims", [d.id for d in load_register().dimensions], where, lambda _: _score)
    yield from _members(given, "facts", [f.id for f in load_uses().facts], where, _fact_check, closed=False)
    yield from _letters(given, where)
    yield from _zeros(given, where)
    yield from _assurance(given, where)
    if not isinstance(given.get("qualitative", False), bool):
        yield Fault("Must be true or false.", f"{where}.qualitative")


def _slips(given: dict[str, Any], known: Iterable[str], where: str) -> Iterator[Fault]:
    names = list(known)
    for key in given:
        if key not in names and difflib.get_close_matches(str(key), names, n=1, cutoff=0.8):
            yield Fault("Unknown key.", f"{where}.{key}", nearest(str(key), names))


Check = Callable[[Any], str]


def _members(
    given: dict[str, Any],
    field: str,
    known: list[str],
    where: str,
    check_of: Callable[[str], Check],
    closed: bool = True,
) -> Iterator[Fault]:
    members = given.get(field)
    if members is None:
        return
    if not isinstance(members, dict):
        yield Fault("Must be an object.", f"{where}.{field}")
        return
    if not closed:
        yield from _slips(members, known, f"{where}.{field}")
    for key, value in members.items():
        if key in known:
            problem = "" if value is None else check_of(key)(value)
            if problem:
                yield Fault(problem, f"{where}.{field}.{key}")
        elif closed:
            yield Fault("Unknown key.", f"{where}.{field}.{key}", nearest(str(key), known))


def _yes_no(value: Any) -> str:
    return "" if isinstance(value, bool) else "Must be true, false or null."


def _score(value: Any) -> str:
    if value == NOT_APPLICABLE or _number(value, 0, 100):
        return ""
    return f'Must be a number from 0 to 100, null, or "{NOT_APPLICABLE}".'


def _fact_check(fact: str) -> Check:
    if fact in COUNTS:
        return lambda value: "" if _number(value, 0, math.inf) else "Must be a count (0 or more) or null."
    if fact in JUDGED:
        return lambda value: "" if _number(value, 0, 4) else "Must be a judged score from 0 to 4, or null."
    if fact == "domain_coverage":
        return lambda value: "" if _number(value, 0, 1) else "Must be a share from 0 to 1, or null."
    return _yes_no


def _number(value: Any, low: float, high: float) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return math.isfinite(value) and low <= value <= high


def _letters(given: dict[str, Any], where: str) -> Iterator[Fault]:
    for field, letters in load_assurance().letters.items():
        value = given.get(field)
        if value is not None and not (isinstance(value, str) and value in letters):
            yield Fault(f"Must be {', '.join(letters)} or null.", f"{where}.{field}")


def _zeros(given: dict[str, Any], where: str) -> Iterator[Fault]:
    zeros = given.get("core_zeros")
    if zeros is None:
        return
    core = [i.id for i in load_register().indicators if i.level == 1]
    if not isinstance(zeros, list):
        yield Fault("Must be a list of core indicators.", f"{where}.core_zeros")
        return
    for position, indicator in enumerate(zeros):
        if indicator not in core:
            yield Fault("Not a core indicator.", f"{where}.core_zeros[{position}]", nearest(str(indicator), core))


def _assurance(given: dict[str, Any], where: str) -> Iterator[Fault]:
    levels = given.get("assurance")
    if levels is None:
        return
    areas = len(load_assurance().areas)
    if not isinstance(levels, list) or len(levels) != areas:
        yield Fault(f"Must be a list of {areas} levels, one a practice area.", f"{where}.assurance")
        return
    for position, level in enumerate(levels):
        if level is not None and not (isinstance(level, int) and not isinstance(level, bool) and 0 <= level <= 3):
            yield Fault("Must be 0, 1, 2, 3 or null.", f"{where}.assurance[{position}]")
