"""REP-7 to REP-11: non-response, over-coverage, cost of weighting, data defect, overlap."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from shared.cases.declared import Dispositions
from shared.measures.accuracy import over_coverage, unit_nonresponse
from shared.measures.defect import data_defect, data_defect_range
from shared.measures.indicators.context import ASK_FOR_BENCHMARK, Context, proportion
from shared.measures.indicators.estimates import Estimated, estimate_all, population_of
from shared.measures.indicators.groups import Compared, compare_margins
from shared.measures.indicators.weights import Unweightable, weight_to_population
from shared.measures.intervals import Floats, bootstrap
from shared.measures.measurement import Measurement, Part, State
from shared.measures.weighting import kish, raked_design_effects


def rep_7(context: Context) -> Measurement:
    """Unit non-response among eligible units."""
    declared = context.case.dispositions
    features = context.case.features
    if declared is None:
        if features.invited and features.achieved is not None and features.achieved <= features.invited:
            missing = features.invited - features.achieved
            return proportion(
                "REP-7", missing, features.invited, counted="units invited",
                note="Everybody invited is taken to belong to the target population.",
            )  # fmt: skip
        if features.invited is None and features.selection in ("administrative by-product", "passive digital"):
            return Measurement.not_applicable("REP-7", "Nobody was invited, so there is nobody who did not answer.")
        return Measurement.not_known("REP-7")
    if (share := _eligible_share(declared)) is None:
        return _ask_share("REP-7")
    value = unit_nonresponse(declared.responded, declared.not_responded, declared.unknown, share)
    eligible = declared.responded + declared.not_responded + share * declared.unknown
    return proportion(
        "REP-7",
        value * eligible,
        eligible,
        counted="eligible units",
        parts=_dispositions(declared),
        note=_taken(declared),
    )


def rep_8(context: Context) -> Measurement:
    """Over-coverage: units that do not belong to the target population."""
    declared = context.case.dispositions
    if declared is None:
        return Measurement.not_known("REP-8")
    if (share := _eligible_share(declared)) is None:
        return _ask_share("REP-8")
    eligible = declared.responded + declared.not_responded
    whole = declared.not_eligible + eligible + declared.unknown
    value = over_coverage(declared.not_eligible, eligible, declared.unknown, share)
    return proportion(
        "REP-8", value * whole, whole, counted="units on the list", parts=_dispositions(declared), note=_taken(declared)
    )


def rep_9(context: Context) -> Measurement:
    """Cost of weighting: Kish's design effect after raking to all margins."""
    compared = compare_margins(context)
    if not compared:
        return Measurement.not_known("REP-9", ASK_FOR_BENCHMARK)
    sources = list(dict.fromkeys(one.margin.source for one in compared))
    if any(context.source(name).kind != "records" for name in sources):
        return _rep_9_of_tables(compared)
    try:
        found = weight_to_population(context, sources[0])
    except Unweightable as refused:
        ask = "Can the next round reach the groups that are missing, or should the figure leave them out?"
        return Measurement.not_known("REP-9", ask, str(refused))
    targets = [one.population / one.population.sum() for one in found.margins]
    total = float(found.seed.sum())

    def deff(sums: Floats) -> Floats:
        return raked_design_effects(sums.reshape(-1, *found.seed.shape), targets)

    interval = bootstrap(
        np.eye(found.seed.size), deff, multiplicity=found.seed.ravel(), draws=context.draws, seed=context.seed,
        bounds=(1.0, total),
    )  # fmt: skip
    note = f"Weighted to: {', '.join(one.margin.label for one in found.margins)}."
    if found.raked.trimmed:
        note += " Some weights were cut back to five times the median."
    return Measurement(
        "REP-9", State.MEASURED, value=found.raked.kish.deff, low=interval.low, high=interval.high,
        method=interval.method, note=note,
        parts=(Part("before cutting back heavy weights", found.raked.kish_before.deff),),
    )  # fmt: skip


def _rep_9_of_tables(compared: tuple[Compared, ...]) -> Measurement:
    if len(compared) > 1:
        return Measurement.not_known(
            "REP-9", "Can the organisation supply a table of the groups crossed with each other?",
            "Each group is in a table of its own, so people cannot be weighted to all of them at once.",
        )  # fmt: skip
    p, q = compared[0].n / compared[0].n.sum(), compared[0].population / compared[0].population.sum()
    if (p == 0).any():
        return Measurement.not_known(
            "REP-9", "Can the groups that are missing be reached?", "Weights cannot bring in groups that nobody is in."
        )
    return Measurement("REP-9", State.MEASURED, value=kish(q / p, p).deff, counted="people")


def rep_10(context: Context) -> Measurement:
    """Data defect: the smallest effective size over the estimates with a trusted figure."""
    found = [e for e in estimate_all(context) if e.spec.official is not None and 0 < e.spec.official < 1]
    if not found:
        ask = "Is there a trusted official figure for one of the variables in the source?"
        return Measurement.not_known("REP-10", ask)
    parts: list[Part] = []
    for e in found:
        parts += _defect(context, e)
    sizes = [part for part in parts if part.key.endswith("/n_eff")]
    smallest = min(sizes, key=lambda part: part.value or 0.0)
    return Measurement(
        "REP-10", State.MEASURED, value=smallest.value, low=smallest.low, high=smallest.high,
        method="from the interval of the estimate", parts=tuple(parts),
        note="A diagnosis, not a correction: what is found for one variable does not carry over to another.",
    )  # fmt: skip


def _defect(context: Context, e: Estimated) -> list[Part]:
    """Effective size and, where the population is known, the correlation, each with its interval."""
    truth, population = float(e.spec.official or 0.0), population_of(context, e.spec)
    known = population is not None and e.records < population
    n, size = (e.records, float(population or 0)) if known else (1.0, 2.0)
    most = size if known else max(e.records, 400.0)
    at = [data_defect(x, truth, n, size, cv_weights=e.cv_weights) for x in (e.share, e.low, e.high)]
    inside = e.low <= truth <= e.high
    ends = [min(most, one.n_eff) for one in at[1:]]
    off = [min(most, d.n_eff) for _, d in data_defect_range(e.share, truth, n, size, cv_weights=e.cv_weights)]
    note = f"If the official figure is off by up to 10 %: {min(off):,.0f} to {max(off):,.0f}." if off else ""
    value = min(most, at[0].n_eff)
    parts = [
        Part(
            f"{e.spec.label}: effective size", value, low=min(*ends, value), high=most if inside else max(*ends, value),
            note=note, key=f"{e.spec.id}/n_eff",
        )
    ]  # fmt: skip
    if known:
        label = f"{e.spec.label}: data defect correlation"
        parts.append(Part(label, at[0].ddc, low=at[1].ddc, high=at[2].ddc, key=f"{e.spec.id}/ddc"))
    return parts


def rep_11(context: Context) -> Measurement:
    """Units in both the source and the official source; shown, not scored."""
    declared = context.case.common_units
    if declared is None:
        return Measurement.not_known("REP-11")
    return proportion("REP-11", declared.common, declared.official, counted="units of the official source", deff=None)


def _eligible_share(declared: Dispositions) -> float | None:
    """The share given; 1 where no unit is unsettled, so that it plays no part."""
    return 1.0 if declared.unknown == 0 else declared.eligible_share


def _ask_share(indicator: str) -> Measurement:
    return Measurement.not_known(
        indicator, "What share of the units that could not be settled is likely to belong to the target population?"
    )


def _dispositions(declared: Dispositions) -> tuple[Part, ...]:
    whole = declared.responded + declared.not_responded + declared.unknown + declared.not_eligible
    named = {
        "answered": declared.responded, "did not answer": declared.not_responded,
        "could not be settled": declared.unknown, "not in the target population": declared.not_eligible,
    }  # fmt: skip
    return tuple(Part(label, n / whole if whole else None, n, whole) for label, n in named.items())


def _taken(declared: Dispositions) -> str:
    if declared.unknown == 0 or declared.eligible_share is None:
        return ""
    return f"{declared.eligible_share:.0%} of the units that could not be settled are taken to belong to it."


INDICATORS: dict[str, Callable[[Context], Measurement]] = {
    "REP-7": rep_7, "REP-8": rep_8, "REP-9": rep_9, "REP-10": rep_10, "REP-11": rep_11,
}  # fmt: skip
