"""QUA: saturation, coding agreement, findings grounded, matrix filled, counter-examples."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from shared.errors import MeasureError
from shared.evidence.agreement import krippendorff_alpha
from shared.evidence.agreement_interval import alpha_interval
from shared.measures.indicators.context import Context, number_of_things, proportion
from shared.measures.measurement import Measurement, Part, State
from shared.measures.qualitative import saturation
from shared.measures.tabulation import valid_answers


def qua_2(context: Context) -> Measurement:
    """Saturation: new themes in the last two interviews over those in the first four; written k+r."""
    declared = context.case.themes
    if declared is None:
        return Measurement.not_known("QUA-2")
    found = saturation(declared.new_per_interview)
    parts = tuple(
        Part(f"interviews {start + 1} to {start + found.run}", ratio, note=f"after {start} interviews")
        for start, ratio in found.ratios
    )
    reached = f"Saturation: {found.label}." if found.reached is not None else "Saturation was not reached."
    return number_of_things("QUA-2", found.last, counted="interviews", parts=parts, note=reached, text=found.label)


def qua_3(context: Context) -> Measurement:
    """Coding agreement: Krippendorff's alpha, overall and by code."""
    declared = context.case.coders
    if declared is None:
        return Measurement.not_known("QUA-3")
    columns = [*declared.columns, *([declared.code] if declared.code else [])]
    answers = valid_answers(context.table(declared.source), context.source(declared.source), columns)
    ratings = answers[list(declared.columns)]
    parts: tuple[Part, ...] = ()
    if declared.code:
        parts = tuple(_by_code(str(code), rows) for code, rows in ratings.groupby(answers[declared.code]))
    table = ratings.T.to_numpy(dtype=object)
    value = krippendorff_alpha(table, "nominal")
    interval = alpha_interval(table, "nominal", draws=context.draws, seed=context.seed)
    return Measurement(
        "QUA-3", State.MEASURED, value=float(value), low=interval.low, high=interval.high, counted="units",
        method=f"bootstrap over segments, {interval.draws:,} draws", parts=parts,
    )  # fmt: skip


def _by_code(code: str, ratings: pd.DataFrame) -> Part:
    try:
        return Part(code, float(krippendorff_alpha(ratings.T.to_numpy(dtype=object), "nominal")), key=code)
    except MeasureError as undefined:
        return Part(code, None, note=str(undefined), key=code)


def qua_7(context: Context) -> Measurement:
    """Share of findings supported by at least three participants and a quotation."""
    declared = context.case.findings
    if declared is None or declared.grounded is None:
        return Measurement.not_known("QUA-7")
    return proportion("QUA-7", declared.grounded, declared.total, counted="findings", deff=None)


def qua_8(context: Context) -> Measurement:
    """Share of theme x case cells that are filled."""
    declared = context.case.framework_matrix
    if declared is None:
        return Measurement.not_known("QUA-8")
    return proportion("QUA-8", declared.filled, declared.cells, counted="cells", deff=None)


def qua_9(context: Context) -> Measurement:
    """Share of findings for which opposing cases were looked for."""
    declared = context.case.findings
    if declared is None or declared.counter_examples_sought is None:
        return Measurement.not_known("QUA-9")
    return proportion("QUA-9", declared.counter_examples_sought, declared.total, counted="findings", deff=None)


INDICATORS: dict[str, Callable[[Context], Measurement]] = {
    "QUA-2": qua_2, "QUA-3": qua_3, "QUA-7": qua_7, "QUA-8": qua_8, "QUA-9": qua_9,
}  # fmt: skip
