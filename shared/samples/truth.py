"""What each indicator must come to, from the book of what was planted (never from reading the file again).

The formulas are written out by hand after the framework (section 5); nothing here comes from ``shared.measures``.
Every function returns ``numerator`` and ``denominator`` where the indicator has them, so that a disagreement can be
settled by counting. Throughout, ``kept`` marks the records that count: those with consent.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from shared.samples.planting import Mask, Planting

Truth = dict[str, Any]
Z95 = 1.959963984540054  # the 0.975 quantile of the normal distribution


def ratio(numerator: float, denominator: float) -> Truth:
    """Return a ratio with its two counts."""
    return {"value": numerator / denominator, "numerator": numerator, "denominator": denominator}


def count(mask: Mask) -> int:
    """Return how many are marked."""
    return int(np.count_nonzero(mask))


def item_completeness(book: Planting, kept: Mask, required: Sequence[str], applies: Mapping[str, Mask]) -> Truth:
    """DAT-1: mean over the required columns of answers present among records to which the question applies."""
    parts = {}
    for column in required:
        asked = kept & applies.get(column, np.ones(len(book), dtype=bool))
        parts[column] = ratio(count(asked & book.present(column)), count(asked))
    values = [part["value"] for part in parts.values()]
    return {"value": sum(values) / len(values), "minimum": min(values), "parts": parts}


def complete_records(book: Planting, kept: Mask, required: Sequence[str], applies: Mapping[str, Mask]) -> Truth:
    """DAT-2: records that have an answer wherever one is required and applicable."""
    whole = kept.copy()
    for column in required:
        whole &= book.present(column) | ~applies.get(column, np.ones(len(book), dtype=bool))
    return ratio(count(whole), count(kept))


def valid_values(book: Planting, kept: Mask, columns: Sequence[str]) -> Truth:
    """DAT-3: answers inside the declared domain, among answers present, over every declared column."""
    parts = {c: ratio(count(kept & book.sound(c)), count(kept & book.present(c))) for c in columns}
    good, all_ = (sum(part[side] for part in parts.values()) for side in ("numerator", "denominator"))
    return ratio(good, all_) | {"parts": parts}


def no_duplicates(book: Planting, kept: Mask, key: str) -> Truth:
    """DAT-4: distinct keys among records."""
    return ratio(book.content.loc[kept, key].nunique(), count(kept))


def consistent_records(book: Planting, kept: Mask, broken: Mask) -> Truth:
    """DAT-5: records that break no rule, among records."""
    return ratio(count(kept & ~broken), count(kept))


def whipple(ages: Sequence[int]) -> Truth:
    """DAT-7: ages ending in 0 or 5 between 25 and 60, five times, among ages 23 to 62 (100 = no preference)."""
    window = [age for age in ages if 23 <= age <= 62]
    round_ages = [age for age in window if age % 5 == 0]
    return {"value": 500 * len(round_ages) / len(window), "numerator": len(round_ages), "denominator": len(window)}


def covered(records: Mapping[str, int], population: Mapping[str, int]) -> Truth:
    """REP-2: share of the target population that lives where there is at least one record; and share of areas."""
    reached = [area for area in population if records.get(area, 0) > 0]
    share = ratio(sum(population[a] for a in reached), sum(population.values()))
    return share | {"areas": ratio(len(reached), len(population))}


def margin(records: Mapping[str, int], population: Mapping[str, int], required: Sequence[str]) -> Truth:
    """Return one margin's distance (REP-3), smallest ratio (REP-4) and spread of inclusion rates (REP-5)."""
    n = {g: records.get(g, 0) for g in population}
    size, total = sum(n.values()), sum(population.values())
    p = {g: n[g] / size for g in population}
    q = {g: population[g] / total for g in population}
    rate = size / total
    spread = sum(population[g] * (n[g] / population[g] - rate) ** 2 for g in population) / (total - 1)
    ratios = {g: p[g] / q[g] for g in required}
    worst = min(ratios, key=lambda g: ratios[g])
    return {
        "dissimilarity": sum(abs(p[g] - q[g]) for g in population) / 2,
        "smallest_ratio": ratios[worst], "worst_group": worst,
        "cv_of_inclusion": math.sqrt(spread) / rate,
        "groups": {g: {"records": n[g], "population": population[g]} for g in population},
    }  # fmt: skip


def representativeness(margins: Mapping[str, Truth]) -> dict[str, Truth]:
    """REP-3 (mean over margins), REP-4 (smallest over margins) and REP-5 (by margin), with the margins shown."""
    distances = {name: m["dissimilarity"] for name, m in margins.items()}
    smallest = min(margins, key=lambda name: margins[name]["smallest_ratio"])
    return {
        "REP-3": {
            "value": sum(distances.values()) / len(distances), "maximum": max(distances.values()), "parts": distances,
        },
        "REP-4": {
            "value": margins[smallest]["smallest_ratio"], "margin": smallest, "group": margins[smallest]["worst_group"],
            "parts": {name: m["smallest_ratio"] for name, m in margins.items()},
        },
        "REP-5": {"parts": {name: m["cv_of_inclusion"] for name, m in margins.items()}},
    }  # fmt: skip


def precision(yes: int, answers: int, design_effect: float) -> Truth:
    """ACC-1: half the width of the 95 % Wilson interval, in percentage points, with ``answers / design_effect``."""
    share, n = yes / answers, answers / design_effect
    half = Z95 / (1 + Z95**2 / n) * math.sqrt(share * (1 - share) / n + Z95**2 / (4 * n**2))
    return {"half_width_points": 100 * half, "share": share, "numerator": yes, "denominator": answers}


def discrepancy(source: float, reference: float) -> Truth:
    """COH-4: gap between two totals over their mean."""
    return {"value": 2 * abs(source - reference) / (source + reference), "source": source, "reference": reference}


def tally(book: Planting, kept: Mask, column: str) -> dict[str, int]:
    """Return the number of kept records with each sound answer of one column."""
    counts = book.content.loc[kept & book.sound(column), column].value_counts()
    return {str(group): int(n) for group, n in counts.sort_index().items()}
