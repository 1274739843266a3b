"""What the different values of a column are: their type, the codes for no answer, the shape of identifiers."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

import pandas as pd

from shared.sources.profile.facts import FEWEST

FEW = 30
"""Different values that a column of groups has at most."""
_WORDS = frozenset(
    (
        "n/a", "na", "n.a.", "nan", "none", "null", "nil", "-", "--", "?", ":", "..", "...", "*", "unknown", "n.d.",
        "not known", "unk", "n/k", "nk", "not recorded", "not stated", "not given", "not available", "not applicable",
        "not asked", "not answered", "no answer", "not disclosed", "missing", "refused", "declined", "tbc", "dk",
        "prefer not to say", "don't know", "dont know", "do not know", "blank", "undefined", "#n/a", "#value!", "#ref!",
        "information not yet obtained", "#div/0!", "#name?", "#null!", "#num!", "[c]", "[x]", "[z]", "[u]", "[low]",
    )
)  # fmt: skip
"""Words that mean *no answer* whoever writes them; only these are ever shown."""
_NINES = {"99", "999", "9999", "99999", "98", "998", "9998"}
_BELOW = {"-1", "-2", "-7", "-8", "-9", "-77", "-88", "-98", "-99", "-999", "-9999"}
_DAYS = {"1900-01-01", "1899-12-30", "1970-01-01", "9999-12-31", "01/01/1900", "31/12/9999"}
_INTEGER = re.compile(r"[-+]?(?:0|[1-9]\d{0,14})")
_NUMBER = re.compile(r"[-+]?(?:(?:0|[1-9]\d{0,14})(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d{1,2})?")
_GROUPED = re.compile(r"[-+£$€]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_COMMA = re.compile(r"[-+]?\d+,\d{1,2}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}.*")
_OTHER_DAY = re.compile(r"\d{1,2}([/.-])\d{1,2}\1(?:\d{4}|\d{2})(?: \d{1,2}:\d{2}.*)?")
_YES_NO = ({"yes", "no"}, {"true", "false"}, {"y", "n"}, {"0", "1"})
_ENOUGH = 0.95


@dataclass(frozen=True)
class Kind:
    """The type of a column in the words of case.yaml, how it is written, and what else was seen."""

    type: str
    written: str = ""
    notes: tuple[str, ...] = ()


def missing_codes(counts: pd.Series) -> tuple[tuple[str, int], ...]:
    """Return the codes that probably mean *no answer*, with their counts; ``counts`` is different value -> rows.

    Words are taken from a fixed list. A number is one only when it is far from all others: below zero where the
    others are not, or all nines and more than a tenth above the next.
    """
    found = {str(value): int(rows) for value, rows in counts.items() if str(value).strip().lower() in _WORDS | _DAYS}
    others = [str(value) for value in counts.index if str(value) not in found]
    numbers = {text: float(text) for text in others if _NUMBER.fullmatch(text.strip())}
    if len(numbers) >= _ENOUGH * len(others) and len(numbers) > 2:
        plain = [value for text, value in numbers.items() if text not in _BELOW | _NINES]
        for text in numbers:
            below = text in _BELOW and plain and min(plain) >= 0
            above = text in _NINES and plain and max(plain) < 0.9 * numbers[text]
            if below or above:
                found[text] = int(counts[text])
    return tuple(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def kind_of(counts: pd.Series) -> Kind:
    """Return the type of the values in ``counts`` (different value -> rows), codes for no answer left out."""
    texts = [str(value).strip() for value in counts.index]
    if not texts:
        return Kind("empty")
    rows, total = [int(one) for one in counts], int(counts.sum())
    if {text.lower() for text in texts} in _YES_NO:
        return Kind("boolean")

    def share(pattern: re.Pattern[str]) -> float:
        return sum(n for text, n in zip(texts, rows, strict=True) if pattern.fullmatch(text)) / total

    for type, written, pattern in _TYPES:
        part = share(pattern)
        if part >= _ENOUGH:
            notes = ("Some values are of another type.",) if part < 1 else ()
            return Kind(type, written if type != "text" else _day_order(texts), notes)
    if share(_INTEGER) + share(_NUMBER) + share(_GROUPED) > 0 and share(_mixed()) >= _ENOUGH:
        return Kind("number", "some with thousands separators (1,234)")
    if len(texts) <= FEW and (len(texts) <= 12 or len(texts) <= 0.2 * total) and max(map(len, texts)) <= 60:
        variants = len(texts) - len({" ".join(text.lower().split()) for text in texts})
        said = (f"{variants} value(s) differ from others only in capitals or spaces.",) if variants else ()
        return Kind("category", "", said)
    return Kind("text")


def shape_of(counts: pd.Series) -> str:
    """Return the common shape of short values (letters A, digits 9), or nothing when there is no common one."""
    shapes: Counter[str] = Counter()
    for value in list(counts.index)[:5_000]:
        text = str(value).strip()
        if len(text) > 24 or " " in text:
            return ""
        shapes[re.sub(r"[A-Za-z]", "A", re.sub(r"\d", "9", text))] += 1
    if not shapes:
        return ""
    shape, often = shapes.most_common(1)[0]
    digits = "9" in shape and len(shape) > 2
    return shape if digits and often >= max(FEWEST, 0.9 * shapes.total()) else ""


def pattern_of(shape: str) -> str:
    """Return the regular expression for a shape: AA-9999 gives [A-Za-z]{2}-[0-9]{4}."""
    parts = []
    for run in re.findall(r"A+|9+|[^A9]+", shape):
        kind = {"A": "[A-Za-z]", "9": "[0-9]"}.get(run[0])
        parts.append(re.escape(run) if kind is None else kind + (f"{{{len(run)}}}" if len(run) > 1 else ""))
    return "".join(parts)


def _mixed() -> re.Pattern[str]:
    return re.compile(f"{_NUMBER.pattern}|{_GROUPED.pattern}")


def _day_order(texts: list[str]) -> str:
    """How dates that are not ISO are written: told by a part that is larger than 12."""
    parts = [re.split(r"[/.-]", text) for text in texts]
    first = any(part[0].isdigit() and int(part[0]) > 12 for part in parts)
    second = any(len(part) > 1 and part[1].isdigit() and int(part[1]) > 12 for part in parts)
    order = "31/12/2023" if first and not second else "12/31/2023" if second and not first else ""
    if first and second:
        return "dates in two orders, day first and month first"
    return f"dates as {order}, not 2023-12-31" if order else "dates whose order (day or month first) cannot be told"


_TYPES = (
    ("integer", "", _INTEGER),
    ("number", "", _NUMBER),
    ("number", "with thousands separators (1,234)", _GROUPED),
    ("number", "with decimal commas (1,5)", _COMMA),
    ("date", "", _DAY),
    ("moment", "", _MOMENT),
    ("text", "dates", _OTHER_DAY),
)
