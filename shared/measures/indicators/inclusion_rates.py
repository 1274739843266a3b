"""REP-5 and REP-6: how unevenly groups find their way into the source."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from shared.cases.declared import ResponseCells
from shared.measures.inclusion import inclusion_cells
from shared.measures.indicators.context import ASK_FOR_BENCHMARK, Context, sentence
from shared.measures.indicators.groups import Compared, compare_margins, joint_counts, margin_draws
from shared.measures.indicators.tables import as_counts
from shared.measures.intervals import Floats, interval_of, resample
from shared.measures.measurement import Measurement, Part, State
from shared.measures.response import RIndicator, r_indicator
from shared.sources.typed import as_text

_LEAST_MEAN = 0.1
_Z = 1.959963984540054
_DELTA = "normal, standard error by the delta method"


def rep_5(context: Context) -> Measurement:
    """Coefficient of variation of inclusion rates: over crossed margins where known, else the most uneven margin."""
    compared = compare_margins(context)
    if not compared:
        return _rep_5_from_list(context)
    draws, slices = margin_draws(context, compared)
    parts, method = [], ""
    for one, where in zip(compared, slices, strict=True):
        cv = inclusion_cells(one.n, one.population, subset=False).cv
        interval = interval_of(_variation(draws[:, where], one.population), cv, bounds=(0, math.inf))
        method, low, high = interval.method, interval.low, interval.high
        parts.append(Part(one.margin.label, cv, low=low, high=high, note=one.note, key=one.margin.id))
    chosen = max(parts, key=lambda part: part.value or 0.0)
    note = f"Taken from the most uneven margin ({chosen.label}): with groups crossed it could only be larger."
    if len(parts) == 1:
        note = ""
    if (crossed := _crossed(context, compared)) is not None:
        parts.append(crossed)
        chosen, note = crossed, f"Taken from the margins crossed with each other ({crossed.label})."
    points = 100 * 0.5 * (chosen.value or 0)
    bound = f"Selection on these groups alone can bias a proportion by at most {points:.0f} points."
    return Measurement(
        "REP-5", State.MEASURED, value=chosen.value, low=chosen.low, high=chosen.high, method=method,
        parts=tuple(parts), note=sentence(note, bound),
    )  # fmt: skip


def _variation(sums: Floats, population: Floats) -> Floats:
    """Coefficient of variation of the inclusion rates in each resample."""
    total = float(population.sum())
    with np.errstate(invalid="ignore"):
        ratio = sums / sums.sum(axis=1, keepdims=True) * total / population
    return np.asarray(np.sqrt(((ratio - 1) ** 2) @ population / (total - 1)), dtype=np.float64)


def _crossed(context: Context, compared: Sequence[Compared]) -> Part | None:
    """The margins that one reference gives crossed with each other (long form, same count), or None."""
    together: dict[tuple[str, str, str], list[Compared]] = {}
    for one in compared:
        margin = one.margin
        if margin.reference_by and context.source(margin.source).kind == "records":
            together.setdefault((margin.source, margin.reference, margin.reference_count or ""), []).append(one)
    chosen = max(together.values(), key=len, default=[])
    if len(chosen) < 2:
        return None
    (source_id, reference_id, count), margins = next((k, v) for k, v in together.items() if v is chosen)
    reference = context.frame(reference_id)
    by = [as_text(reference[one.margin.reference_by or ""]).rename(i) for i, one in enumerate(margins)]
    population = as_counts(reference, count).groupby(by).sum()
    population = population[population > 0]
    columns = [one.margin.column for one in margins]
    source = context.source(source_id)
    if source.cluster:
        return None
    found = joint_counts(context, source_id, columns).dropna(subset=columns)
    where = population.index.get_indexer(pd.MultiIndex.from_frame(found[columns]))
    found, where = found[where >= 0], where[where >= 0]
    values = np.zeros((len(found), len(population)))
    values[np.arange(len(found)), where] = found["weight"] / found["n"]
    times: Floats = found["n"].to_numpy(dtype=np.float64)
    people: Floats = np.asarray(population, dtype=np.float64)
    cv = inclusion_cells(times @ values, people, subset=False).cv
    sums = resample(values, multiplicity=times, draws=context.draws, seed=context.seed)
    found_cv = interval_of(_variation(sums, people), cv, bounds=(0, math.inf))
    label = " by ".join(one.margin.label for one in margins)
    return Part(label, cv, low=found_cv.low, high=found_cv.high, key="crossed")


def _rep_5_from_list(context: Context) -> Measurement:
    declared = context.case.response_cells
    if declared is None:
        return Measurement.not_known("REP-5", ASK_FOR_BENCHMARK)
    found = _response(context, declared)
    half = _Z * found.se_cv
    return Measurement(
        "REP-5", State.MEASURED, value=found.cv, low=max(0.0, found.cv - half), high=found.cv + half, method=_DELTA,
        note="Against the list of those invited, by a logistic model.",
    )  # fmt: skip


def rep_6(context: Context) -> Measurement:
    """R-indicator (bias-adjusted) and partial indicators, where there was an invited list."""
    declared = context.case.response_cells
    if declared is None and context.case.features.invited is None:
        return Measurement.not_applicable(
            "REP-6", "Nobody was invited from a list, so nobody can have failed to answer."
        )
    if declared is None:
        return Measurement.not_known("REP-6")
    found = _response(context, declared)
    if found.mean < _LEAST_MEAN:
        return Measurement.not_applicable(
            "REP-6", "Fewer than one in ten of those invited answered; R is then close to 1 whatever the selection."
        )
    parts = tuple(
        Part(
            entry.variable if entry.category is None else f"{entry.variable}: {entry.category}",
            entry.unconditional_adjusted,
            note=f"conditional {entry.conditional_adjusted:.4f}",
            key=entry.variable,
        )
        for entry in found.partial
    )
    half = _Z * found.se_r
    return Measurement(
        "REP-6", State.MEASURED, value=found.r_adjusted, low=found.r_adjusted - half,
        high=min(1.0, found.r_adjusted + half), method=_DELTA, parts=parts,
        note=f"Before bias adjustment {found.r:.4f}. Parts are partial indicators; below 0 is under-represented.",
    )  # fmt: skip


def _response(context: Context, declared: ResponseCells) -> RIndicator:
    frame = context.frame(declared.source)
    cells = frame[list(declared.by)].assign(
        n_resp=as_counts(frame, declared.responded), N=as_counts(frame, declared.invited)
    )
    return context.once("response", lambda: r_indicator(cells, declared.by))


INDICATORS: dict[str, Callable[[Context], Measurement]] = {"REP-5": rep_5, "REP-6": rep_6}
