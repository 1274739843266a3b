"""DAT-6 to DAT-9: filled-in answers, heaped ages, near-duplicates, records with a place."""

from __future__ import annotations

from collections.abc import Callable

from shared.measures.counting import SourceCounts
from shared.measures.data_integrity import near_duplicates, whipple
from shared.measures.indicators.context import Context, proportion, sentence
from shared.measures.indicators.tables import as_counts
from shared.measures.intervals import bootstrap
from shared.measures.measurement import Measurement, Part, State
from shared.measures.near_duplicates import near_duplicates_in
from shared.measures.tabulation import valid_answers, years_in
from shared.sources.large import RECORDS, LargeRecords, counts_by
from shared.sources.prepare import AREA_COLUMN

_QUESTION_ROLES = ("measure", "group", "sensitive", "quasi-identifier", "other", "flag")
_LEAST_QUESTIONS = 40
_LEAST_AGES = 500
_FEWEST_LOOKED_AT, _MOST_LOOKED_AT = 50, 500
_PAIRS = 500_000_000
"""Pairs of records compared at most among records too many to hold, which takes about a minute."""


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
    return Measurement.not_known("DAT-6")


def dat_7(context: Context) -> Measurement:
    """Digit preference of ages: Whipple's index, with at least 500 ages in single years."""
    named = [(name, source, source.age) for name, source in context.records.items() if source.age]
    if not named:
        if context.records:
            return Measurement.not_known("DAT-7")
        return context.without_records("DAT-7")
    source_id, _, column = named[0]
    ages = years_in(context.cross(source_id, [column or ""]), column or "")
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
        rows = context.rows(source_id)
        if len(questions) < _LEAST_QUESTIONS or len(rows) < 2:
            continue
        if isinstance(rows, LargeRecords):  # compared with all others in pieces; the interval says how sure that is
            look_at = max(_FEWEST_LOOKED_AT, min(_MOST_LOOKED_AT, _PAIRS // len(rows)))
            found.append(near_duplicates_in(rows.table, source, questions, look_at=look_at, seed=context.seed))
        else:
            found.append(near_duplicates(valid_answers(rows, source, questions), seed=context.seed))
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
        return Measurement.not_known("DAT-9")
    if area.count is not None:
        frame = context.frame(area.source)
        located = frame[AREA_COLUMN].notna()
        counts, declared = as_counts(frame, area.count), context.source(area.source).columns.get(area.count)
        counted = (declared.unit if declared else "") or "people"
        return proportion("DAT-9", float(counts[located].sum()), float(counts.sum()), counted=counted)
    lost = [loss for loss in context.prepared.losses if loss.source_id == area.source and loss.step.startswith("area")]
    parts = [Part(loss.reason, loss.count / loss.total, loss.count, loss.total) for loss in lost]
    found = counts_by(context.rows(area.source), [AREA_COLUMN])
    located_records = int(found.loc[found[AREA_COLUMN].notna(), RECORDS].sum())
    return proportion("DAT-9", located_records, int(found[RECORDS].sum()), counted="records", parts=parts)


def _all_counts(context: Context) -> list[SourceCounts]:
    return [context.counts(name) for name in context.records]


INDICATORS: dict[str, Callable[[Context], Measurement]] = {
    "DAT-6": dat_6, "DAT-7": dat_7, "DAT-8": dat_8, "DAT-9": dat_9,
}  # fmt: skip
