"""REP-2, REP-3, REP-4 and REP-12: areas covered, and the source's mix of groups beside the population's."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from shared.measures.indicators.context import ASK_FOR_BENCHMARK, Context
from shared.measures.indicators.groups import Compared, compare_margins, margin_draws
from shared.measures.indicators.tables import as_counts
from shared.measures.intervals import Floats, interval_of, wilson
from shared.measures.measurement import Measurement, Part, State
from shared.sources.large import counts_by
from shared.sources.prepare import AREA_COLUMN
from shared.sources.typed import as_text


def rep_2(context: Context) -> Measurement:
    """Share of the target population that lives in areas with at least one record."""
    area = context.case.area
    if area is None or area.reference is None or area.reference_code is None or area.reference_count is None:
        return Measurement.not_known("REP-2", "How many people of the target population live in each area?")
    reference, reached = context.frame(area.reference), context.rows(area.source)
    if area.count is not None:
        table = context.frame(area.source)
        reached = table[as_counts(table, area.count) > 0]
    covered = set(counts_by(reached, [AREA_COLUMN])[AREA_COLUMN].dropna())
    population = as_counts(reference, area.reference_count).groupby(as_text(reference[area.reference_code])).sum()
    inside = population.index.isin(covered)
    total = float(population.sum())
    if not total > 0:
        return Measurement.not_applicable("REP-2", "The reference counts nobody in any area.")
    share = Part("areas (each counted once)", float(inside.mean()), float(inside.sum()), float(len(population)))
    listed = context.source(area.source).listing == "complete"
    return Measurement(
        "REP-2", State.MEASURED, value=float(population[inside].sum()) / total,
        numerator=float(population[inside].sum()), denominator=total,
        counted=area.reference_label or "people (official count)", parts=(share,),
        note="" if listed else "The source lists only its largest areas, so this is the least that it covers.",
    )  # fmt: skip


def rep_3(context: Context) -> Measurement:
    """Dissimilarity: mean over the margins; the largest in the note."""
    compared = compare_margins(context)
    if not compared:
        return Measurement.not_known("REP-3", ASK_FOR_BENCHMARK)
    draws, slices = margin_draws(context, compared)
    found = [_dissimilarity(draws[:, where], one.population) for one, where in zip(compared, slices, strict=True)]
    parts = []
    for one, values in zip(compared, found, strict=True):
        interval = interval_of(values, one.distances.dissimilarity, bounds=(0, 1))
        label, value = one.margin.label, one.distances.dissimilarity
        parts.append(Part(label, value, low=interval.low, high=interval.high, note=one.note, key=one.margin.id))
    value = sum(part.value or 0.0 for part in parts) / len(parts)
    interval = interval_of(np.asarray(np.mean(found, axis=0), dtype=np.float64), value, bounds=(0, 1))
    largest = max(parts, key=lambda part: part.value or 0)
    note = "" if len(parts) == 1 else f"Furthest apart: {largest.label} ({largest.value:.0%})."
    return Measurement(
        "REP-3", State.MEASURED, value=value, low=interval.low, high=interval.high, method=interval.method,
        parts=tuple(parts), note=note,
    )  # fmt: skip


def _dissimilarity(sums: Floats, population: Floats) -> Floats:
    with np.errstate(invalid="ignore"):
        p = sums / sums.sum(axis=1, keepdims=True)
    return np.asarray(np.abs(p - population / population.sum()).sum(axis=1) / 2, dtype=np.float64)


def rep_4(context: Context) -> Measurement:
    """Worst-represented group: smallest share of the source over share of the population."""
    compared = compare_margins(context)
    if not compared:
        return Measurement.not_known("REP-4", ASK_FOR_BENCHMARK)
    parts, unlisted = [], []
    for one in compared:
        for group in one.required:
            if group in one.groups:
                parts.append(_ratio(one, one.groups.index(group), many=len(compared) > 1))
            else:
                unlisted.append(group)
    if unlisted:
        return Measurement(
            "REP-4", State.NOT_KNOWN, parts=tuple(parts),
            reason="The source lists only its largest groups.",
            question=f"How many in the source belong to: {', '.join(unlisted)}?",
        )  # fmt: skip
    worst = min(parts, key=lambda part: part.value or 0.0)
    return Measurement(
        "REP-4", State.MEASURED, value=worst.value,
        low=min(part.low or 0.0 for part in parts), high=min(part.high or 0.0 for part in parts),
        method="Wilson for each group; the smallest limits", parts=tuple(parts),
        note=f"Worst represented: {worst.label}. 1 is in proportion to the population.",
    )  # fmt: skip


def _ratio(one: Compared, i: int, *, many: bool) -> Part:
    """One group: its count, the count it would have in proportion, and the ratio with its interval."""
    p, q = float(one.n[i] / one.n.sum()), float(one.population[i] / one.population.sum())
    interval = wilson(p * one.records, one.records, deff=float(one.deff[i]))
    label = f"{one.groups[i]} ({one.margin.label})" if many else one.groups[i]
    return Part(label, p / q, p * one.records, q * one.records, interval.low / q, interval.high / q, key=one.margin.id)


def rep_12(context: Context) -> Measurement:
    """Kullback-Leibler and Hellinger distances of each margin; shown, not scored."""
    compared = compare_margins(context)
    if not compared:
        return Measurement.not_known("REP-12", ASK_FOR_BENCHMARK)
    parts: list[Part] = []
    for one in compared:
        beyond = one.outside > 0
        d = one.distances
        divergence = "not defined: the source has groups that the population does not" if beyond or d.kl is None else ""
        parts.append(Part(f"{one.margin.label}: Hellinger", d.hellinger, key=one.margin.id))
        parts.append(
            Part(
                f"{one.margin.label}: Kullback-Leibler (nats)",
                None if divergence else d.kl,
                note=divergence,
                key=one.margin.id,
            )
        )
    return Measurement(
        "REP-12", State.MEASURED, value=max(one.distances.hellinger for one in compared), parts=tuple(parts),
        note="The value is the largest Hellinger distance.",
    )  # fmt: skip


INDICATORS: dict[str, Callable[[Context], Measurement]] = {
    "REP-2": rep_2, "REP-3": rep_3, "REP-4": rep_4, "REP-12": rep_12,
}  # fmt: skip
