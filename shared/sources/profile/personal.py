"""Personal data told by the content of a column: only how many values have the form, never a value."""

from __future__ import annotations

import re
from collections.abc import Callable

import pandas as pd

SAMPLE = 20_000
"""Different values that are looked at, evenly from all of them."""
_MOST = 0.6
_EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_POSTCODE = re.compile(r"(?:[A-Z]{1,2}\d[A-Z\d]?\s?\d[ABD-HJLNP-UW-Z]{2}|GIR\s?0AA)", re.IGNORECASE)
_NINO = re.compile(
    r"(?!BG|GB|NK|KN|TN|NT|ZZ)[ABCEGHJ-PRSTW-Z][ABCEGHJ-NPRSTW-Z]\s?\d{2}\s?\d{2}\s?\d{2}\s?[A-D]?", re.IGNORECASE
)
_POINT = re.compile(r"-?\d{1,2}\.\d{3,}\s*[,;\s]\s*-?\d{1,3}\.\d{3,}(?:\s+-?[\d.]+){0,2}")
_PHONE = re.compile(r"(?:\+44|0044|0)(?:\(0\))?[1-9]\d{8,9}|\+[1-9]\d{7,14}|7\d{9}")
_ADDRESS = re.compile(r"(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}")
_GAPS = re.compile(r"[\s().-]+")


def personal_content(values: pd.Series) -> tuple[str, ...]:
    """Return which kinds of personal data most of the different values of a column have the form of.

    ``values`` are the different values as text. E-mail addresses, postcodes, telephone numbers and National
    Insurance numbers that stand inside longer texts are told apart ("in some texts").
    """
    looked = list(values.iloc[:: max(1, len(values) // SAMPLE)])
    if not looked:
        return ()
    found = [kind for kind, fits in _WHOLE.items() if sum(map(fits, looked)) >= _MOST * len(looked)]
    if found:
        return tuple(found[:1])
    long = [text for text in looked if (" " in text.strip() and len(text) > 12) or "@" in text]
    inside = [kind for kind, pattern in _INSIDE.items() if any(pattern.search(text) for text in long)]
    return tuple(f"{kind} in some texts" for kind in inside)


def nhs_number(text: str) -> bool:
    """Return whether a text is a valid NHS number: ten digits, the last one the check digit (modulus 11).

    NHS Data Dictionary, NHS NUMBER.
    """
    digits = _GAPS.sub("", text)
    if not re.fullmatch(r"\d{10}", digits) or len(set(digits)) == 1:
        return False
    check = 11 - sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return check != 10 and check % 11 == int(digits[9])


def looks_like_data(names: list[str]) -> bool:
    """Return whether a row of column names is rather a row of data: an address, a number, a date among the names."""
    telling = (_is(_EMAIL), _is(_POSTCODE), _is(_NINO), _is(_POINT), nhs_number, _phone)
    filled = [name.strip() for name in names if name.strip()]
    if any(fits(name) for name in filled for fits in telling):
        return True
    numbers = [name for name in filled if re.fullmatch(r"-?\d+(?:[.,]\d+)?|\d{1,4}[-/]\d{1,2}[-/]\d{1,4}.*", name)]
    years = [name for name in numbers if re.fullmatch(r"(?:19|20)\d{2}", name)]
    whole = [int(name) for name in numbers if name.isdecimal()]
    if len(whole) > 2 and len(whole) == len(numbers) and whole == sorted(set(whole)):
        return False  # numbers that rise are names: ages, months, years
    return len(numbers) - len(years) >= max(2, 0.3 * len(filled))


def _is(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: pattern.fullmatch(text.strip()) is not None


def _phone(text: str) -> bool:
    return _PHONE.fullmatch(_GAPS.sub("", text)) is not None and not nhs_number(text)


_WHOLE: dict[str, Callable[[str], bool]] = {
    "an e-mail address": _is(_EMAIL),
    "an NHS number": nhs_number,
    "a National Insurance number": _is(_NINO),
    "a telephone number": _phone,
    "a postcode": _is(_POSTCODE),
    "a place on earth": _is(_POINT),
    "an internet address of a device": _is(_ADDRESS),
}
_INSIDE = {
    "an e-mail address": _EMAIL,
    "a National Insurance number": re.compile(rf"\b{_NINO.pattern}\b", re.IGNORECASE),
    "a postcode": re.compile(rf"\b{_POSTCODE.pattern}\b"),
    "a telephone number": re.compile(r"(?<!\d)(?:\+44\s?|0)7\d{3}\s?\d{3}\s?\d{3}(?!\d)"),
}
