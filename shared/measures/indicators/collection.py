"""PRO: agreement of repeated answers and of scorers, and the interviewer's share in the variance."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from shared.errors import MeasureError
from shared.evidence.agreement import cohen_kappa, krippendorff_alpha
from shared.evidence.agreement_interval import alpha_interval, kappa_interval
from shared.measures.indicators.context import Context, sentence
from shared.measures.intervals import Floats, bootstrap
from shared.measures.measurement import Measurement, Part, State
from shared.measures.process import interviewer_effect
from shared.measures.tabulation import valid_answers
from shared.measures.validity import as_text


def pro_8(context: Context) -> Measurement:
    """Re-contact agreement: Cohen's kappa, weighted (quadratic) where the categories have an order."""
    declared = context.case.repeat_pairs
    if declared is None:
        return Measurement.not_known("PRO-8")
    found = context.cross(declared.source, [declared.first, declared.second]).dropna(
        subset=[declared.first, declared.second]
    )
    seen = sorted({*found[declared.first], *found[declared.second]})
    if declared.ordered and (unknown := [value for value in seen if value not in declared.ordered]):
        raise MeasureError(f'{len(unknown)} kinds of answer are not in "ordered".', hint="List all categories.")
    order = list(declared.ordered) or seen
    if len(found) == 0 or len(order) < 2:
        return Measurement.not_applicable("PRO-8", "No two different answers were given, so agreement cannot be told.")
    table = np.zeros((len(order), len(order)))
    for first, second, n in zip(found[declared.first], found[declared.second], found["n"], strict=True):
        table[order.index(first), order.index(second)] += n
    weights = "quadratic" if declared.ordered else None
    value = cohen_kappa(table, weights)
    interval = kappa_interval(table, weights, draws=context.draws, seed=context.seed)
    return Measurement(
        "PRO-8", State.MEASURED, value=float(value), low=interval.low, high=interval.high,
        denominator=float(table.sum()),
        counted="people asked again", method=f"bootstrap, {interval.draws:,} draws",
        note="Kappa with quadratic weights." if weights else "Kappa, categories without order.",
    )  # fmt: skip


def pro_9(context: Context) -> Measurement:
    """Scorer reliability: Krippendorff's alpha."""
    declared = context.case.scorers
    if declared is None:
        return Measurement.not_known("PRO-9")
    answers = valid_answers(context.table(declared.source), context.source(declared.source), declared.columns)
    ratings = answers if declared.level == "nominal" else answers.apply(pd.to_numeric)
    value = krippendorff_alpha(ratings.T.to_numpy(dtype=object), declared.level)
    interval = alpha_interval(ratings.T.to_numpy(dtype=object), declared.level, draws=context.draws, seed=context.seed)
    return Measurement(
        "PRO-9", State.MEASURED, value=float(value), low=interval.low, high=interval.high,
        denominator=float(value.units),
        counted="units", method=f"bootstrap over units, {interval.draws:,} draws",
        note=f"Alpha, {declared.level}, {len(declared.columns)} scorers.",
    )  # fmt: skip


def pro_10(context: Context) -> Measurement:
    """Interviewer effect: inflation of variance from interviewers."""
    declared = context.case.interviewer
    if declared is None:
        return Measurement.not_known("PRO-10")
    columns = [declared.column, declared.outcome]
    answers = context.cross(declared.source, columns).dropna(subset=columns)
    if declared.is_in:
        outcome = answers[declared.outcome].isin([as_text(value) for value in declared.is_in]).astype("float64")
    else:
        outcome = pd.to_numeric(answers[declared.outcome])
    n = answers["n"]
    rows = pd.DataFrame({"m": n, "s": n * outcome, "q": n * outcome**2}).groupby(answers[declared.column]).sum()
    found = interviewer_effect(rows["m"], rows["s"], rows["q"])
    m, s, q = (rows[name].to_numpy(np.float64) for name in ("m", "s", "q"))
    interval = bootstrap(
        np.column_stack([np.ones(len(m)), m, s, q, s**2 / m, m**2]), _inflation, draws=context.draws,
        seed=context.seed, bounds=(-np.inf, np.inf),
    )  # fmt: skip
    negative = "Estimated below 0 by chance and taken as 0." if found.rho < 0 else ""
    return Measurement(
        "PRO-10", State.MEASURED, value=found.deff, low=max(1.0, interval.low), high=max(1.0, interval.high),
        counted="interviewers",
        method=f"{interval.method}, over interviewers",
        parts=(Part("intra-interviewer correlation", found.rho, note=negative),
               Part("records an interviewer", round(found.workload, 1))),
        note=sentence(f"{found.interviewers} interviewers.",
                      "Where they worked in different places, differences between places are in it too."),
    )  # fmt: skip


def _inflation(sums: Floats) -> Floats:
    """The interviewer effect from sums over interviewers of 1, m, s, q, s^2/m, m^2; below 1 where rho is below 0."""
    k, n, s, q, between_sum, mm = sums.T
    with np.errstate(invalid="ignore", divide="ignore"):
        within = (q - between_sum) / (n - k)
        between = (between_sum - s**2 / n) / (k - 1)
        typical = (n - mm / n) / (k - 1)
        rho = (between - within) / (between + (typical - 1) * within)
        return np.asarray(1 + (n / k - 1) * rho, dtype=np.float64)


INDICATORS: dict[str, Callable[[Context], Measurement]] = {"PRO-8": pro_8, "PRO-9": pro_9, "PRO-10": pro_10}
