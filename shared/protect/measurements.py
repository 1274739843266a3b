"""A measurement made fit to be shown: counts rounded or put in a class, the value worked out again from them."""

from __future__ import annotations

import math
from dataclasses import replace

from shared.measures.measurement import Measurement, Part, State
from shared.protect.policy import Policy, find_policy
from shared.protect.rates import SafeRate, interval_of, protect_rate

_WORDS = (
    ("areas", "cells", "categories", "columns", "concepts", "cuts", "dates", "days", "deliveries"),
    ("domains", "elements", "estimates", "files", "findings", "groups", "indicators", "interviews"),
    ("judgements", "margins", "months", "periods", "releases", "series", "stages", "tables"),
    ("themes", "totals", "units", "variables", "waves", "years", "metadata elements"),
)  # fmt: skip
NO_PERSON = frozenset(word for line in _WORDS for word in line)
"""What may be counted without describing a person. Anything else is taken for people: unknown words are protected."""

_INDICATORS = (
    ("GOV-6", "PAR-1", "ETH-6", "DOC-1", "DOC-4", "REP-2", "QUA-2", "QUA-7", "QUA-8", "QUA-9", "REL-2", "REL-3"),
    ("REL-5", "TIM-1", "TIM-2", "TIM-3", "TIM-4", "TIM-5", "COH-1", "COH-2", "SDC-1", "SDC-2", "SDC-6"),
)
NO_PERSON_INDICATORS = frozenset(name for line in _INDICATORS for name in line)
"""Indicators that count dates, areas, metadata elements, deliveries, findings, cells: by the register's own formulas
no person stands behind their counts, whatever ``counted`` says."""

TOO_FEW = "Too few people stand behind this figure to show it."


def protect_measurement(measurement: Measurement, policy: Policy | str) -> Measurement:
    """Return the measurement as it may be shown.

    Counts are rounded, the value and its interval are worked out again from the rounded counts. Where numerator or
    rest is too small, the value becomes the middle of what is possible (it depends on the rounded denominator only)
    and ``text`` says so in words ("fewer than 10 of 600 records"). Where the denominator is too small the value is
    withheld: the state becomes *not known* with the reason. Other values of people (ratios, distances) are rounded
    coarsely enough that one person cannot be told. Indicators that describe no person (``NO_PERSON_INDICATORS``, or
    ``counted`` in ``NO_PERSON``) pass unchanged, and so do states without a value, but for their counts.
    """
    rule = find_policy(policy)
    if not counts_people(measurement):
        return measurement
    parts = tuple(_protect_part(part, rule, measurement.counted) for part in measurement.parts)
    if measurement.state is not State.MEASURED or measurement.value is None:
        return replace(measurement, numerator=None, denominator=None, parts=parts)
    safe, value, low, high = _protect_value(
        measurement.value, measurement.numerator, measurement.denominator, measurement.low, measurement.high, rule
    )
    if safe is None:
        hidden = {part.label for part in parts if part.note and part.value is None}
        same = [p for p in measurement.parts if p.label in hidden and p.value is not None]
        if any(math.isclose(p.value or 0.0, measurement.value, rel_tol=1e-6) for p in same):
            return _withheld(measurement, parts)
        return replace(measurement, value=value, low=low, high=high, numerator=None, denominator=None, parts=parts)
    if safe.small == "denominator" or value is None:
        return _withheld(measurement, parts)
    return replace(
        measurement,
        value=value,
        low=low,
        high=high,
        numerator=safe.numerator,
        denominator=safe.denominator,
        parts=parts,
        text=in_words(safe, rule, measurement.counted) if safe.small else "",
    )


def counts_people(measurement: Measurement) -> bool:
    """Tell whether people stand behind the counts of a measurement; unknown words are taken for people."""
    return measurement.counted not in NO_PERSON and measurement.indicator not in NO_PERSON_INDICATORS


def in_words(safe: SafeRate, policy: Policy, counted: str) -> str:
    """Say a proportion with a hidden count in words."""
    if safe.small == "denominator":
        return f"{policy.small} {counted}"
    if safe.small == "rest":
        return f"all but {policy.small} of {safe.denominator:,} {counted}"
    return f"{policy.small} of {safe.denominator:,} {counted}"


def _withheld(measurement: Measurement, parts: tuple[Part, ...]) -> Measurement:
    return replace(
        Measurement.not_known(measurement.indicator, "", TOO_FEW),
        counted=measurement.counted, method=measurement.method, parts=parts, note=measurement.note,
    )  # fmt: skip


def _protect_part(part: Part, policy: Policy, counted: str) -> Part:
    if part.value is None:
        return replace(part, numerator=None, denominator=None, low=None, high=None)
    safe, value, low, high = _protect_value(part.value, part.numerator, part.denominator, part.low, part.high, policy)
    if safe is None:
        return replace(part, value=value, low=low, high=high, numerator=None, denominator=None)
    note = "; ".join(t for t in (part.note, in_words(safe, policy, counted) if safe.small else "") if t)
    return replace(
        part, value=value, low=low, high=high, numerator=safe.numerator, denominator=safe.denominator, note=note
    )


_Protected = tuple[SafeRate | None, float | None, float | None, float | None]


def _protect_value(
    value: float,
    numerator: float | None,
    denominator: float | None,
    low: float | None,
    high: float | None,
    policy: Policy,
) -> _Protected:
    """Return the protected counts (None where there were none), value, low and high."""
    if numerator is None or denominator is None:
        small = any(n is not None and policy.hides(n) for n in (numerator, denominator))
        if small:
            return None, None, None, None
        return (
            None,
            _coarse(value, policy, denominator),
            _coarse(low, policy, denominator),
            _coarse(high, policy, denominator),
        )
    if not 0 <= numerator <= denominator or denominator == 0:
        return _other_ratio(value, numerator, denominator, low, high, policy)
    deff = _design_effect(numerator / denominator, denominator, low, high)
    safe = protect_rate(numerator, denominator, policy, deff)
    interval = (safe.low, safe.high) if low is not None and high is not None else (None, None)
    if math.isclose(value, numerator / denominator, abs_tol=1e-9):
        return safe, safe.rate, *interval
    if math.isclose(value, 1 - numerator / denominator, abs_tol=1e-9) and safe.rate is not None:
        turned = (None if interval[1] is None else 1 - interval[1], None if interval[0] is None else 1 - interval[0])
        return safe, round(1 - safe.rate, 6), *turned
    return _other_ratio(value, numerator, denominator, low, high, policy)


def _other_ratio(
    value: float, numerator: float, denominator: float, low: float | None, high: float | None, policy: Policy
) -> _Protected:
    """Protect a value that is not numerator over denominator (a ratio to something expected, a weighted share)."""
    if policy.hides(numerator) or policy.hides(denominator):
        return SafeRate(None, None, None, None, None, "denominator"), None, None, None
    counts = SafeRate(policy.rounded(numerator), policy.rounded(denominator), None, None, None)
    # a change of `base` people in the numerator changes the value by about this much
    step = abs(value) * (policy.base or 0) / numerator if numerator else 0.0
    return counts, _to_step(value, step), _to_step(low, step), _to_step(high, step)


def _coarse(value: float | None, policy: Policy, denominator: float | None) -> float | None:
    """Round to three significant digits, or to what ``base`` people of the denominator make."""
    if value is None or policy.base is None:
        return value
    if denominator:
        return _to_step(value, policy.base / policy.rounded(denominator))
    return float(f"{value:.3g}")


def _to_step(value: float | None, step: float) -> float | None:
    if value is None or step <= 0:
        return value
    power = 10.0 ** math.ceil(math.log10(step))
    return round(round(value / power) * power, 10)


def _design_effect(rate: float, size: float, low: float | None, high: float | None) -> float:
    """Read the design effect back from a given interval, to one decimal, so that the new interval keeps it."""
    if low is None or high is None or size <= 0 or not 0 < rate < 1:
        return 1.0
    plain_low, plain_high = interval_of(rate, size)
    if plain_high <= plain_low:
        return 1.0
    return max(1.0, round(((high - low) / (plain_high - plain_low)) ** 2, 1))
