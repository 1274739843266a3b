"""COH: standard concepts, series, agreement over domains, totals that should agree."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from shared.cases.declared import DomainPairs
from shared.cases.model import Quantity
from shared.errors import MeasureError
from shared.measures.coherence import comparable_length, concordance, relative_discrepancy, standard_concepts
from shared.measures.indicators.context import Context, number_of_things
from shared.measures.indicators.groups import joint_counts
from shared.measures.indicators.tables import as_counts
from shared.measures.intervals import Floats, bootstrap
from shared.measures.measurement import Measurement, Part, State
from shared.measures.validity import as_text
from shared.sources.conditions import all_hold
from shared.sources.large import RECORDS, LargeRecords
from shared.sources.typed import as_text as column_as_text

_FEWEST_DOMAINS = 3


def coh_1(context: Context) -> Measurement:
    """Share of key variables on standard concepts; a variable that can be mapped counts half."""
    concepts = context.case.standard_concepts
    if not concepts:
        return Measurement.not_known("COH-1")
    worth = {"same": 1.0, "mappable": 0.5, "not standard": 0.0}
    parts = tuple(Part(name, worth[concept], note=concept, key=name) for name, concept in concepts.items())
    return number_of_things("COH-1", standard_concepts(list(concepts.values())), counted="variables", parts=parts)


def coh_2(context: Context) -> Measurement:
    """Periods since the last break in the series."""
    declared = context.case.series
    if declared is not None:
        breaks = f"Breaks: {', '.join(declared.breaks)}." if declared.breaks else "No break."
        value = comparable_length(declared.periods, declared.breaks)
        return number_of_things("COH-2", value, counted="periods", note=breaks)
    if context.case.features.waves == 1:
        return number_of_things("COH-2", 1, counted="periods", note="There has been one wave.")
    return Measurement.not_known("COH-2")


def coh_3(context: Context) -> Measurement:
    """Agreement of the source and a comparator over areas or groups: Lin's concordance; Spearman in the note."""
    declared = context.case.domain_pairs
    if declared is None:
        return Measurement.not_known("COH-3")
    ours = _source_domains(context, declared)
    theirs = _reference_domains(context, declared)
    both = [domain for domain in ours.index if domain in theirs.index]
    if len(both) < _FEWEST_DOMAINS:
        return Measurement.not_applicable("COH-3", "Fewer than three areas or groups are in both sources.")
    x, y = ours[both].to_numpy(np.float64), theirs[both].to_numpy(np.float64)
    if declared.reference_is == "count":
        x, y = x / x.sum(), y / y.sum()
    found = concordance(x, y)
    interval = bootstrap(
        np.column_stack([np.ones(len(x)), x, y, x * x, y * y, x * y]), _lin, draws=context.draws, seed=context.seed,
        bounds=(-1, 1),
    )  # fmt: skip
    left = len(ours) - len(both) + len(theirs) - len(both)
    ranks = "" if found.spearman is None else f"Spearman's rank correlation {found.spearman:.2f}. "
    return Measurement(
        "COH-3", State.MEASURED, value=found.ccc, low=interval.low, high=interval.high, counted="domains",
        method=f"{interval.method}, over domains",
        note=f"{declared.label}: {len(both)} domains in both, {left} in one only. {ranks}".strip(),
    )  # fmt: skip


def _lin(sums: Floats) -> Floats:
    """Lin's coefficient from sums of 1, x, y, x^2, y^2, xy."""
    n, sx, sy, sxx, syy, sxy = sums.T
    mx, my = sx / n, sy / n
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(2 * (sxy / n - mx * my) / (sxx / n - mx**2 + syy / n - my**2 + (mx - my) ** 2))


def _source_domains(context: Context, declared: DomainPairs) -> pd.Series[float]:
    """The source's figure by domain: counts, or shares of answers."""
    source = context.source(declared.source)
    wanted = [as_text(value) for value in declared.is_in]
    if source.kind == "records":
        columns = [declared.by, *([declared.column] if declared.column else [])]
        found = joint_counts(context, declared.source, columns).dropna(subset=columns)
        labels, weight = found[declared.by], found["weight"]
        answers = found[declared.column] if declared.column else None
    else:
        frame = context.frame(declared.source)
        labels, weight = column_as_text(frame[declared.by]), as_counts(frame, declared.count or "")
        answers = column_as_text(frame[declared.column]) if declared.column else None
    if answers is None:
        sums = weight.groupby(labels).sum()
        return sums[sums > 0]
    whole = weight[answers.notna()].groupby(labels[answers.notna()]).sum()
    yes = (weight * answers.isin(wanted))[answers.notna()].groupby(labels[answers.notna()]).sum()
    return (yes / whole)[whole > 0]


def _reference_domains(context: Context, declared: DomainPairs) -> pd.Series[float]:
    frame = context.frame(declared.reference)
    labels = column_as_text(frame[declared.reference_by])
    if declared.reference_is == "count":
        return as_counts(frame, declared.reference_value).groupby(labels).sum()
    values = pd.to_numeric(frame[declared.reference_value]).astype("float64")
    if labels.dropna().duplicated().any():
        raise MeasureError("The comparator has two shares for one area or group.")
    return pd.Series(values.to_numpy(), index=labels.to_numpy()).dropna()


def coh_4(context: Context) -> Measurement:
    """Relative discrepancy of totals that should agree; the largest counts, all are shown."""
    totals = context.case.totals
    if not totals:
        return Measurement.not_known("COH-4")
    parts = []
    for total in totals:
        ours, theirs = quantity(context, total.source), quantity(context, total.reference)
        if ours + theirs > 0:
            gap = relative_discrepancy(ours, theirs)
            parts.append(Part(total.label, gap, ours, theirs, note=total.explanation, key=total.id))
    if not parts:
        return Measurement.not_applicable("COH-4", "All the totals that should agree are 0.")
    worst = max(parts, key=lambda part: part.value or 0.0)
    return Measurement(
        "COH-4", State.MEASURED, value=worst.value, parts=tuple(parts), counted="people",
        note="" if len(parts) == 1 else f"Furthest apart: {worst.label}.",
    )  # fmt: skip


def quantity(context: Context, asked: Quantity) -> float:
    """Return a total: the rows that meet all conditions, or the sum of a column over them."""
    source, rows = context.source(asked.source), context.rows(asked.source)
    if asked.column is not None and asked.column not in rows.columns:
        raise MeasureError(f'There is no column "{asked.column}" to add up.')
    if isinstance(rows, LargeRecords):
        frame = pd.DataFrame({RECORDS: [len(rows)]})
        columns = [*(condition.column for condition in asked.where), *([asked.column] if asked.column else [])]
        frame = rows.counts(columns) if columns else frame
    else:
        frame = rows.assign(**{RECORDS: 1})
    kept = frame[all_hold(frame, asked.where, source.columns)]
    values = 1 if asked.column is None else pd.to_numeric(kept[asked.column], errors="coerce")
    return float((kept[RECORDS] * values).sum())


INDICATORS: dict[str, Callable[[Context], Measurement]] = {
    "COH-1": coh_1, "COH-2": coh_2, "COH-3": coh_3, "COH-4": coh_4,
}  # fmt: skip
