"""ACC: precision, difference from trusted figures, weighting, revisions, linkage, selection needed."""

from __future__ import annotations

import math
from collections.abc import Callable

from shared.measures.accuracy import TotalError, linkage_f1, revision_size, total_error
from shared.measures.defect import break_even, data_defect
from shared.measures.indicators.context import Context, number_of_things
from shared.measures.indicators.estimates import Estimated, estimate_all, population_of
from shared.measures.indicators.weights import Unweightable, weighted_share
from shared.measures.measurement import Measurement, Part, State

_Z = 1.959963984540054
_MOST = 100.0
"""A ratio to a selection of nothing has no limit; it is shown and scored as this."""
_ASK_ESTIMATE = "Which figures are to be used, and in which column do the data hold them?"
_ASK_TRUSTED = "Is there a trusted official figure for one of the variables in the source?"
_INDICATIVE = "An indicative interval: it holds for chance only, not for who found the way into the data."


def acc_1(context: Context) -> Measurement:
    """Precision: half the width of the widest indicative interval, in percentage points."""
    found = estimate_all(context)
    if not found:
        return _no_estimate(context, "ACC-1")
    parts = tuple(
        Part(
            e.spec.label, 50 * (e.high - e.low), e.yes, e.total, key=e.spec.id,
            note=f"Design effect {e.deff:.2f}. {e.spec.design_effect_reason}".strip(),
        )
        for e in found
    )  # fmt: skip
    widest = max(parts, key=lambda part: part.value or 0.0)
    answered = {e.spec.id for e in found}
    unanswered = [spec for spec in context.case.estimates if spec.id not in answered]
    parts += tuple(Part(spec.label, None, note="Nobody answered this question.", key=spec.id) for spec in unanswered)
    return Measurement(
        "ACC-1", State.MEASURED, value=widest.value, method="Wilson with n / design effect", parts=parts,
        note=f"Least precise: {widest.label}. {_INDICATIVE}",
    )  # fmt: skip


def acc_2(context: Context) -> Measurement:
    """Largest difference from a trusted figure, in percentage points."""
    pairs = _against_official(context)
    if not pairs:
        return _no_official(context, "ACC-2")
    parts, lows, highs = [], [], []
    for e, error in pairs:
        half = _Z * math.hypot(e.se, e.spec.official_standard_error)
        low, high = 100 * (error.bias - half), 100 * (error.bias + half)
        lows.append(0.0 if low <= 0 <= high else min(abs(low), abs(high)))
        highs.append(max(abs(low), abs(high)))
        note = f"z = {error.z:.1f}, against {e.spec.official_source or 'the official figure'}"
        parts.append(Part(e.spec.label, 100 * error.bias, low=low, high=high, note=note, key=e.spec.id))
    return Measurement(
        "ACC-2", State.MEASURED, value=max(abs(part.value or 0.0) for part in parts), low=max(lows), high=max(highs),
        method="normal, with the design effect and the official figure's own error", parts=tuple(parts),
        note="Parts show the source less the official figure, in points.",
    )  # fmt: skip


def acc_3(context: Context) -> Measurement:
    """Root mean square error against the trusted figure, and the random sample with the same error."""
    pairs = _against_official(context)
    if not pairs:
        return _no_official(context, "ACC-3")
    parts = tuple(
        Part(e.spec.label, 100 * error.rmse, key=e.spec.id, note=f"as a random sample of {_size(error.n_eff)}")
        for e, error in pairs
    )
    return Measurement(
        "ACC-3", State.MEASURED, value=max(part.value or 0.0 for part in parts), parts=parts,
        note="In percentage points; the largest of the estimates.",
    )  # fmt: skip


def acc_4(context: Context) -> Measurement:
    """How far estimates move when weighted to the population, in standard errors."""
    found = estimate_all(context)
    if not found:
        return _no_estimate(context, "ACC-4")
    parts: list[Part] = []
    reasons: list[str] = []
    for e in found:
        try:
            moved = weighted_share(context, e)
        except Unweightable as refused:
            reasons.append(str(refused))
            continue
        if moved is None or e.se == 0:
            continue
        weighted, unweighted = moved
        note = f"about {unweighted:.0%} unweighted, {weighted:.0%} weighted"
        parts.append(Part(e.spec.label, abs(weighted - unweighted) / e.se, note=note, key=e.spec.id))
    if not parts:
        reason = reasons[0] if reasons else "No estimate can be weighted apart from those the weights themselves fix."
        return Measurement.not_known("ACC-4", reason=reason)
    return Measurement(
        "ACC-4", State.MEASURED, value=max(part.value or 0.0 for part in parts), parts=tuple(parts),
        note="The estimate that moves most, in its own standard errors.",
    )  # fmt: skip


def acc_5(context: Context) -> Measurement:
    """Mean size of revisions, relative to the latest figures."""
    vintages = context.case.revisions
    if not vintages:
        return Measurement.not_known("ACC-5")
    value = revision_size([v.preliminary for v in vintages], [v.latest for v in vintages])
    parts = tuple(Part(v.label, abs(v.latest - v.preliminary) / abs(v.latest) if v.latest else None) for v in vintages)
    return number_of_things("ACC-5", value, counted="estimates", parts=parts)


def acc_7(context: Context) -> Measurement:
    """Linkage quality: harmonic mean of precision and recall."""
    declared = context.case.linkage
    if declared is None:
        return Measurement.not_known("ACC-7")
    parts = (Part("precision", declared.precision), Part("recall", declared.recall))
    return number_of_things("ACC-7", linkage_f1(declared.precision, declared.recall), counted="units", parts=parts)


def acc_8(context: Context) -> Measurement:
    """Selection needed to overturn the conclusion, over the largest selection seen on benchmarks.

    Both are data defect correlations. Where the population of one of the estimates is not known, both are taken to
    cover the same share of their population, which then cancels out.
    """
    decided = [e for e in estimate_all(context) if e.spec.decision_line is not None and 0 < e.share < 1]
    if not decided:
        return Measurement.not_known("ACC-8")
    seen = [e for e in estimate_all(context) if e.spec.official is not None and 0 < e.spec.official < 1]
    if not seen:
        return Measurement.not_known("ACC-8", _ASK_TRUSTED, "No benchmark shows how strong selection is.")
    parts = []
    for e in decided:
        line = float(e.spec.decision_line or 0.0)
        sizes = [population_of(context, one.spec) for one in (e, *seen)]
        known = all(n is not None and one.records < n for n, one in zip(sizes, (e, *seen), strict=True))
        needed = break_even(e.share, line, *_fraction(context, e, known=known))
        strongest = max(
            abs(data_defect(one.share, float(one.spec.official or 0.0), *_fraction(context, one, known=known)).ddc)
            for one in seen
        )
        ratio = min(_MOST, needed / strongest) if strongest > 0 else _MOST
        how = (
            f"correlation needed {needed:.2g}, seen {strongest:.2g}"
            if known
            else "same share of the population assumed"
        )
        parts.append(Part(e.spec.label, ratio, note=f"decision line {line:.1%}; {how}", key=e.spec.id))
    smallest = min(parts, key=lambda part: part.value or 0.0)
    return Measurement(
        "ACC-8", State.MEASURED, value=smallest.value, parts=tuple(parts),
        text=f"over {_MOST:.0f}" if smallest.value == _MOST else "",
        note="Below 1, selection as strong as that seen on the benchmarks would overturn the conclusion.",
    )  # fmt: skip


def _fraction(context: Context, e: Estimated, *, known: bool) -> tuple[float, float]:
    """Records and population of an estimate; a half of it where populations are not known (it cancels out)."""
    return (e.records, population_of(context, e.spec) or 0.0) if known else (1.0, 2.0)


def _against_official(context: Context) -> list[tuple[Estimated, TotalError]]:
    found = [e for e in estimate_all(context) if e.spec.official is not None]
    return [
        (e, total_error(e.share, float(e.spec.official or 0.0), e.se, se_trusted=e.spec.official_standard_error))
        for e in found
    ]


def _no_estimate(context: Context, indicator: str) -> Measurement:
    if context.case.estimates:
        return Measurement.not_applicable(indicator, "No record has an answer to the questions of the key estimates.")
    return Measurement.not_known(indicator, _ASK_ESTIMATE)


def _no_official(context: Context, indicator: str) -> Measurement:
    return Measurement.not_known(indicator, _ASK_TRUSTED if context.case.estimates else _ASK_ESTIMATE)


def _size(n_eff: float) -> str:
    return "any size" if math.isinf(n_eff) else f"{max(1, round(n_eff)):,}"


INDICATORS: dict[str, Callable[[Context], Measurement]] = {
    "ACC-1": acc_1, "ACC-2": acc_2, "ACC-3": acc_3, "ACC-4": acc_4, "ACC-5": acc_5, "ACC-7": acc_7, "ACC-8": acc_8,
}  # fmt: skip
