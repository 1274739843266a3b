"""DAT: answers present, valid, complete, distinct, consistent; ages; near-duplicates; located."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from shared.cases.model import Source
from shared.measures.counting import SourceCounts, answer_units, single_years, valid_answers
from shared.measures.data_integrity import near_duplicates, whipple
from shared.measures.indicators.context import Context, proportion, sentence
from shared.measures.indicators.tables import as_counts, counted_cells, table_completeness, table_validity
from shared.measures.intervals import Floats, bootstrap, design_effect, wilson
from shared.measures.measurement import Measurement, Part, State
from shared.sources.prepare import AREA_COLUMN

_QUESTION_ROLES = ("measure", "group", "sensitive", "quasi-identifier", "other", "flag")
_LEAST_QUESTIONS = 40
_LEAST_AGES = 500


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
        return Measurement.not_known(
            "DAT-1", "Which answers must every record have?", "No column is declared as required."
        )
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


def _all_units(context: Context, source_id: str, source: Source) -> pd.DataFrame:
    return context.once(("units", source_id), lambda: answer_units(context.frame(source_id), source))


def _units(context: Context, source_id: str, source: Source, wanted: Sequence[str]) -> pd.DataFrame:
    """Bootstrap units of one source with two columns (applicable, answered) for each wanted question."""
    units = _all_units(context, source_id, source)
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
        return Measurement.not_known("DAT-2", "Which answers must every record have?", "No column is required.")
    found = [context.counts(name) for name in sources]
    complete, whole = sum(c.weight_complete for c in found), sum(c.weight for c in found)
    records = sum(c.records for c in found)
    units = pd.concat([_all_units(context, name, source) for name, source in sources.items()])
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
        return Measurement.not_known(
            "DAT-3", "Which values are possible for each question?", "No column says what is valid."
        )
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
        return Measurement.not_known("DAT-4", "Which column or columns tell one record from another?")
    records, complete = sum(c.records for c in keyed), sum(c.keyed for c in keyed)
    parts = []
    if complete < records:
        left_out = records - complete
        parts = [Part("records without a complete key, left out", left_out / records, left_out, records)]
    return proportion("DAT-4", sum(c.distinct for c in keyed), complete, counted="records", parts=parts)


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
        return Measurement.not_known("DAT-5", "Which answers cannot go together in one record?", "No rule is declared.")
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


def dat_6(context: Context) -> Measurement:
    """Imputed share: answers that were filled in among all answers of the flagged columns."""
    flagged = [(c, column, n) for c in _all_counts(context) for column, n in c.imputed.items()]
    if flagged:
        parts = [Part(column, n[0] / n[1] if n[1] else None, n[0], n[1], key=column) for _, column, n in flagged]
        imputed, present = sum(n[0] for _, _, n in flagged), sum(n[1] for _, _, n in flagged)
        return proportion("DAT-6", imputed, present, counted="answers", parts=parts)
    declared = context.case.imputation
    if declared is not None:
        return proportion("DAT-6", declared.imputed, declared.imputed + declared.observed, counted="answers")
    said = context.case.metadata.get("imputation")
    answers = sum(v.present for c in _all_counts(context) for v in c.required)
    if isinstance(said, str) and said.strip().lower().startswith("not applicable") and answers:
        return proportion("DAT-6", 0, answers, counted="answers", deff=None, note=f"As stated in the metadata: {said}.")
    return Measurement.not_known("DAT-6", "Were any answers filled in (imputed), in which columns, and how many?")


def dat_7(context: Context) -> Measurement:
    """Digit preference of ages: Whipple's index, with at least 500 ages in single years."""
    named = [(name, source, source.age) for name, source in context.records.items() if source.age]
    if not named:
        if context.records:
            return Measurement.not_known("DAT-7", "Which column holds ages in single years, if any?")
        return context.without_records("DAT-7")
    source_id, source, column = named[0]
    ages = single_years(context.frame(source_id), source, column or "")
    total, window = sum(ages.values()), {age: n for age, n in ages.items() if 23 <= age <= 62}
    if total < _LEAST_AGES or not window:
        return Measurement.not_applicable("DAT-7", f"Fewer than {_LEAST_AGES} records have an age in single years.")
    rows = [[1.0 if age % 5 == 0 else 0.0, 1.0] for age in window]
    interval = bootstrap(
        rows, lambda sums: 500 * sums[:, 0] / sums[:, 1], multiplicity=list(window.values()),
        draws=context.draws, seed=context.seed, bounds=(0, 500),
    )  # fmt: skip
    return Measurement(
        "DAT-7", State.MEASURED, value=whipple(ages), low=interval.low, high=interval.high,
        denominator=sum(window.values()), counted="records", method=interval.method,
        note="100 is no preference, 500 is nothing but ages ending in 0 or 5; ages 23 to 62 are looked at.",
    )  # fmt: skip


def dat_8(context: Context) -> Measurement:
    """Near-duplicates: records equal to another one on more than 85 % of at least 40 questions."""
    if not context.records:
        return context.without_records("DAT-8")
    found = []
    for source_id, source in context.records.items():
        kept_out = {*source.key, source.cluster, source.weight, context.case.consent and context.case.consent.column}
        questions = [n for n, c in source.columns.items() if c.role in _QUESTION_ROLES and n not in kept_out]
        if len(questions) >= _LEAST_QUESTIONS and len(context.frame(source_id)) > 1:
            answers = valid_answers(context.frame(source_id), source, questions)
            found.append(near_duplicates(answers, seed=context.seed))
    if not found:
        return Measurement.not_applicable(
            "DAT-8", f"The records have fewer than {_LEAST_QUESTIONS} questions; too many would agree by chance."
        )
    looked, records = sum(f.looked_at for f in found), sum(f.records for f in found)
    note = "A flag for enquiry, not a proof: people in one community give like answers."
    if looked < records:
        note = sentence(note, f"{looked:,} records drawn at random were compared with all {records:,}.")
    return proportion("DAT-8", sum(f.found for f in found), looked, counted="records", note=note)


def dat_9(context: Context) -> Measurement:
    """Located: share of records (or persons of a table) with a valid code of the geography needed."""
    area = context.case.area
    if area is None:
        return Measurement.not_known("DAT-9", "In which column, and by which codes, do the data say where people live?")
    frame = context.frame(area.source)
    located = frame[AREA_COLUMN].notna()
    if area.count is not None:
        counts = as_counts(frame, area.count)
        return proportion("DAT-9", float(counts[located].sum()), float(counts.sum()), counted="people")
    lost = [loss for loss in context.prepared.losses if loss.source_id == area.source and loss.step.startswith("area")]
    parts = [Part(loss.reason, loss.count / loss.total, loss.count, loss.total) for loss in lost]
    return proportion("DAT-9", int(located.sum()), len(frame), counted="records", parts=parts)


def _all_counts(context: Context) -> list[SourceCounts]:
    return [context.counts(name) for name in context.records]


def _with_required(context: Context) -> dict[str, Source]:
    """Record-level sources in which some answer is required."""
    return {n: s for n, s in context.records.items() if any(column.required for column in s.columns.values())}


def _drawn_unevenly(sources: Mapping[str, Source]) -> bool:
    return any(source.weight or source.cluster for source in sources.values())


INDICATORS: dict[str, Callable[[Context], Measurement]] = {
    "DAT-1": dat_1, "DAT-2": dat_2, "DAT-3": dat_3, "DAT-4": dat_4, "DAT-5": dat_5, "DAT-6": dat_6,
    "DAT-7": dat_7, "DAT-8": dat_8, "DAT-9": dat_9,
}  # fmt: skip
