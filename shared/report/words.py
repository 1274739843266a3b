"""How numbers and states are said in a report: one place, so that they are said the same everywhere."""

from __future__ import annotations

from datetime import date

from shared.measures.measurement import Measurement, State

USE_NAMES = {
    "context": "Give context",
    "quality-assure": "Quality-assure",
    "complement": "Complement",
    "fill-gap": "Fill a gap",
    "benchmark": "Benchmark",
    "replace": "Replace",
}
USE_MEANINGS = {
    "context": "explains or illustrates; no figure enters an official table",
    "quality-assure": "checks or challenges an official figure",
    "complement": "published beside official figures to add groups, places or meaning",
    "fill-gap": "the reported figure where there is no adequate official one",
    "benchmark": "the yardstick against which other figures for a group or topic are compared",
    "replace": "takes the place of an existing official series",
}
USE_PHRASES = {
    "context": "give context",
    "quality-assure": "quality-assure an official figure",
    "complement": "complement official figures",
    "fill-gap": "fill a gap in official figures",
    "benchmark": "serve as a benchmark",
    "replace": "replace an official series",
}
STATUS_WORDS = {"met": "met", "not_met": "not met", "not_known": "not known"}
LEVEL_NAMES = {1: "Core", 2: "Enhanced", 3: "Full"}


def number(value: float | None, digits: int = 2) -> str:
    """Return a number for print: thousands apart, no more digits than it carries; a dash when there is none."""
    if value is None:
        return "–"
    if abs(value) >= 1000 or float(value).is_integer():
        return f"{value:,.0f}"
    text = f"{value:.{digits}f}"
    return text if float(text) != 0 or value == 0 else f"{value:.1g}"


def percent(value: float | None, digits: int = 1) -> str:
    """Return a share as a percentage."""
    return "–" if value is None else f"{100 * value:.{digits}f}%"


def in_unit(value: float | None, unit: str) -> str:
    """Return a value as its unit asks: shares as percentages, points, days, or the plain number."""
    if value is None:
        return "–"
    if unit.startswith("ratio 0–1") or unit == "0–1":
        return percent(value)
    if unit.startswith("points"):
        return f"{number(value, 1)} points"
    if unit == "days":
        return f"{number(value, 0)} days"
    return number(value, 3 if abs(value) < 1 else 2)


UNITS = {
    "0–100": "points of 100",
    "ratio": "ratio",
    "ratio ≥0": "ratio",
    "ratio 0–2": "ratio",
    "≥1": "ratio, 1 or more",
    "≤1": "coefficient, at most 1",
    "K≥0": "times the strongest benchmark",
    "n_eff>0": "people in a random sample as good",
    "nats; 0–1": "nats",
    "periods": "periods",
    "estimate units": "in the unit of the estimate",
    "index 100–500": "index, 100 to 500",
    "count": "count",
}


def unit_words(unit: str) -> str:
    """Return what a plain number is counted in; nothing where the number itself carries its unit (%, points, days)."""
    return UNITS.get(unit, "")


def value_with_interval(m: Measurement, unit: str) -> str:
    """Return a measured value with its interval, or the word for the state it is in."""
    if m.state is not State.MEASURED:
        return m.state.value
    text = m.text or in_unit(m.value, unit)
    if m.low is None or m.high is None or m.low == m.high:
        return text
    return f"{text} ({in_unit(m.low, unit)} to {in_unit(m.high, unit)})"


def day(value: date | None) -> str:
    """Return a date in words: 31 March 2025; *not known* when there is none."""
    return "not known" if value is None else f"{value.day} {value:%B %Y}"


def period(start: date, end: date) -> str:
    """Return a reference period in words."""
    return day(start) if start == end else f"{day(start)} to {day(end)}"


def short_period(start: date, end: date) -> str:
    """Return a reference period as short as it can be said: 2023; Apr 2024 to Mar 2025."""
    if (start.month, start.day, end.month, end.day) == (1, 1, 12, 31):
        return str(start.year) if start.year == end.year else f"{start.year} to {end.year}"
    first, last = f"{start:%b %Y}", f"{end:%b %Y}"
    return first if first == last else f"{first} to {last}"


def sentence(text: str) -> str:
    """Return a text as a sentence of its own: first letter large, full stop at the end."""
    trimmed = text.strip()
    return f"{trimmed[:1].upper()}{trimmed[1:].rstrip('.')}." if trimmed else ""


def indicators(number: int) -> str:
    """Return how many indicators: ``1 indicator``, ``2 indicators``."""
    return f"{number} indicator{'' if number == 1 else 's'}"


def points(sentences: list[str]) -> str:
    """Return one sentence as a paragraph, several as a list."""
    return "\n".join(f"- {said}" for said in sentences) if len(sentences) > 1 else "".join(sentences)


def listing(items: list[str], last: str = "and") -> str:
    """Return items as a sentence part: ``a, b and c``."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"
