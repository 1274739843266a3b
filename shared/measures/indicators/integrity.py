"""DAT-1 to DAT-5: answers present, valid, complete, distinct, consistent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from shared.cases.model import Source
from shared.measures.indicators.context import Context, proportion
from shared.measures.indicators.tables import counted_cells, table_completeness, table_validity
from shared.measures.intervals import Floats, bootstrap, design_effect, wilson
from shared.measures.measurement import Measurement, Part, State


def dat_1(context: Context) -> Measurement:
    """Item completeness: mean over required columns of the share answered among records to which each applies."""
    if context.case.tables and not context.case.records:
        return table_completeness(context)
    if not context.records:
        return context.without_records("DAT-1")
    parts: list[Part] = []
    blocks: list[pd.DataFrame] = []
    for source_id, source in _with_required(context).items():
        found = [v for v in context.counts(source_id).required if v.weight_applicable > 0]
        for v in found:
            share = v.weight_answered / v.weight_applicable
            interval = wilson(share * v.applicable, v.applicable)
            label = source.columns[v.column].label or v.column
            counts = (v.weight_answered, v.weight_applicable)
            parts.append(Part(label, share, *counts, interval.low, interval.high, key=v.column))
        blocks.append(_units(context, source_id, source, [v.column for v in found]))
    if not parts:
        return Measurement.not_known("DAT-1", reason="No column is declared as required.")
    values = [part.value or 0.0 for part in parts]
    units = pd.concat(blocks).fillna(0.0)
    sums = units.drop(columns="times").to_numpy(np.float64)
    interval = bootstrap(
        sums, _mean_completeness, multiplicity=units["times"].to_numpy(), draws=context.draws, seed=context.seed,
        bounds=(0, 1),
    )  # fmt: skip
    worst = min(parts, key=lambda part: part.value or 0.0)
    return Measurement(
        "DAT-1", State.MEASURED, value=sum(values) / len(values), low=interval.low, high=interval.high,
        counted="records", method=interval.method, parts=tuple(parts),
        note=f"Least complete: {worst.label}.",
    )  # fmt: skip


def _units(context: Context, source_id: str, source: Source, wanted: Sequence[str]) -> pd.DataFrame:
    """Bootstrap units of one source with two columns (applicable, answered) for each wanted question."""
    units = context.units(source_id)
    required = [name for name, rule in source.columns.items() if rule.required]
    columns = {"times": units["times"]}
    for name in wanted:
        i = required.index(name)
        columns |= {f"{source_id}/{name}/app": units[f"app{i}"], f"{source_id}/{name}/ans": units[f"ans{i}"]}
    return pd.DataFrame(columns)


def _mean_completeness(sums: Floats) -> Floats:
    """Mean over questions of answered / applicable; columns alternate between the two."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((sums[:, 1::2] / sums[:, 0::2]).mean(axis=1), dtype=np.float64)


def dat_2(context: Context) -> Measurement:
    """Complete records: share with an answer to every required question that applies."""
    if not context.records:
        return context.without_records("DAT-2")
    sources = _with_required(context)
    if not sources:
        return Measurement.not_known("DAT-2", reason="No column is required.")
    found = [context.counts(name) for name in sources]
    complete, whole = sum(c.weight_complete for c in found), sum(c.weight for c in found)
    records = sum(c.records for c in found)
    units = pd.concat([context.units(name) for name in sources])
    deff = design_effect(units["complete"], units["all"], records, units["times"]) if _drawn_unevenly(sources) else 1.0
    return proportion("DAT-2", complete, whole, counted="records", deff=deff, size=records)


def dat_3(context: Context) -> Measurement:
    """Valid values: share of all answers that meet the declared domain."""
    if context.case.tables and not context.case.records:
        return table_validity(context)
    if not context.records:
        return context.without_records("DAT-3")
    parts = []
    for source_id, source in context.records.items():
        for v in context.counts(source_id).variables:
            if v.domain and v.present:
                interval = wilson(v.valid, v.present)
                label = source.columns[v.column].label or v.column
                parts.append(
                    Part(label, v.valid / v.present, v.valid, v.present, interval.low, interval.high, key=v.column)
                )
    if not parts:
        return Measurement.not_known("DAT-3", reason="No column says what is valid.")
    valid, present = (sum(getattr(p, side) or 0 for p in parts) for side in ("numerator", "denominator"))
    return proportion("DAT-3", valid, present, counted="answers", parts=parts)


def dat_4(context: Context) -> Measurement:
    """No duplicates: different keys among the records whose key is complete."""
    if context.case.tables and not context.case.records:
        return _distinct_cells(context)
    if not context.records:
        return context.without_records("DAT-4")
    keyed = [context.counts(name) for name, source in context.records.items() if source.key]
    if not keyed:
        return Measurement.not_known("DAT-4")
    records, complete = sum(c.records for c in keyed), sum(c.keyed for c in keyed)
    parts = []
    if complete < records:
        left_out = records - complete
        parts = [Part("records without a complete key, left out", left_out / records, left_out, records)]
    error = max(c.distinct_error for c in keyed)
    note = f"Different keys are estimated from a part of them (relative standard error {error:.2%})." if error else ""
    distinct = min(sum(c.distinct for c in keyed), complete)  # an estimate may be above what is possible
    return proportion("DAT-4", distinct, complete, counted="records", parts=parts, note=note)


def _distinct_cells(context: Context) -> Measurement:
    rows = {name: counted_cells(context, name) for name in context.case.tables}
    distinct = sum(len(frame.drop_duplicates([c for c in frame if c != "n"])) for frame in rows.values())
    return proportion("DAT-4", distinct, sum(map(len, rows.values())), counted="cells", deff=None)


def dat_5(context: Context) -> Measurement:
    """Cross-field consistency: share of records that break no rule across columns."""
    if not context.records:
        return context.without_records("DAT-5")
    with_rules = [context.counts(name) for name, source in context.records.items() if source.edits]
    if not with_rules:
        return Measurement.not_known("DAT-5", reason="No rule is declared.")
    parts = [
        Part(e.label, e.passed / e.judged if e.judged else None, e.passed, e.judged, key=e.id)
        for c in with_rules
        for e in c.edits
    ]
    records, judged = sum(c.records for c in with_rules), sum(c.judged for c in with_rules)
    parts.append(Part("records that at least one rule could judge", judged / records, judged, records))
    note = "A record that no rule can judge, because an answer is missing or not valid, breaks none."
    consistent = sum(c.consistent for c in with_rules)
    return proportion("DAT-5", consistent, records, counted="records", parts=parts, note=note)


def _with_required(context: Context) -> dict[str, Source]:
    """Record-level sources in which some answer is required."""
    return {n: s for n, s in context.records.items() if any(column.required for column in s.columns.values())}


def _drawn_unevenly(sources: Mapping[str, Source]) -> bool:
    return any(source.weight or source.cluster for source in sources.values())


INDICATORS: dict[str, Callable[[Context], Measurement]] = {
    "DAT-1": dat_1, "DAT-2": dat_2, "DAT-3": dat_3, "DAT-4": dat_4, "DAT-5": dat_5,
}  # fmt: skip
