"""The worked examples of the register, given to the functions that compute the indicators."""

from datetime import date
from math import nan

import pandas as pd
import pytest

from shared.evidence.agreement import cohen_kappa, krippendorff_alpha
from shared.framework.register import load_register
from shared.measures import (
    accuracy,
    coherence,
    data_integrity,
    disclosure,
    intervals,
    participation,
    process,
    qualitative,
    timeliness,
)
from shared.measures.representativeness import (
    break_even,
    data_defect,
    distances,
    inclusion_cells,
    kish,
    r_indicator,
)

EXAMPLES = {entry.id: entry.worked_example for entry in load_register().computed()}


def ages(other, heaped):
    return {age: heaped if age % 5 == 0 else other for age in range(23, 63)}


def gaps(ratings):
    return [[nan if score is None else score for score in row] for row in ratings]


def day(text):
    return date.fromisoformat(text)


def half_width(count, n, deff):
    found = intervals.wilson(count, n, deff=deff)
    return {"value": 100 * (found.high - found.low) / 2, "low": found.low, "high": found.high}


def margins(source, population):
    found = [distances(p, q).dissimilarity for p, q in zip(source, population, strict=True)]
    return {"value": sum(found) / len(found), "maximum": max(found)}


def inclusion(n, N):
    found = inclusion_cells(n, N)
    return {"cv": found.cv, "r": found.r, "mean": found.mean, "s": found.s, "partial": found.unconditional[0]}


def defect(count, n, true_count, N):
    found = data_defect(count / n, true_count / N, n, N)
    return {"value": found.n_eff, "ddc": found.ddc}


def concepts(same, mappable, not_standard):
    return ["same"] * same + ["mappable"] * mappable + ["not standard"] * not_standard


def years(first, last):
    # two years before the break show that it is the break that starts the count
    return [str(year) for year in range(first - 2, last + 1)]


def total_error(se, bias, reference, se_reference=0.0):
    found = accuracy.total_error((reference + bias) / 100, reference / 100, se / 100, se_trusted=se_reference / 100)
    return {"bias": 100 * found.bias, "z": found.z, "rmse": 100 * found.rmse, "n_eff": found.n_eff}


def one_row_each(values):
    rows = [{"key": str(i), "answer": answer} for i, group in enumerate(values) for answer in set(group)]
    return pd.DataFrame(rows)


CALLS = {
    "PAR-1": lambda levels: {"value": participation.participation_profile(levels)},
    "PAR-4": lambda members, contributors, records: {
        "value": accuracy.ratio(members, contributors), **vars(participation.concentration(records)),
    },
    "DAT-7": lambda at_other_ages, at_ages_ending_0_or_5: {
        "value": data_integrity.whipple(ages(at_other_ages, at_ages_ending_0_or_5))
    },
    "REP-3": margins,
    "REP-4": lambda source, population: {"value": distances(source, population).min_ratio},
    "REP-5": lambda n, N: {"value": inclusion(n, N)["cv"], **inclusion(n, N)},
    "REP-6": lambda n, N: {"value": inclusion(n, N)["r"], **inclusion(n, N)},
    "REP-7": lambda respondents, non_respondents, unknown, eligible_share: {
        "value": accuracy.unit_nonresponse(respondents, non_respondents, unknown, eligible_share)
    },
    "REP-8": lambda out_of_scope, unknown, eligible, eligible_share: {
        "value": accuracy.over_coverage(out_of_scope, eligible, unknown, eligible_share)
    },
    "REP-9": lambda weights: {"value": kish(weights).deff, "n_eff": kish(weights).n_eff},
    "REP-10": defect,
    "REP-12": lambda source, population: {
        "value": distances(source, population).kl,
        "hellinger": distances(source, population).hellinger,
        "kl_reverse": distances(population, source).kl,
    },
    "PRO-8": lambda table: {"value": cohen_kappa(table)},
    "PRO-9": lambda ratings, level: {"value": krippendorff_alpha(gaps(ratings), level)},
    "PRO-10": lambda mean_workload, rho: {"value": process.inflation(mean_workload, rho)},
    "QUA-2": lambda new_themes, base, run, threshold: {
        "value": qualitative.saturation(new_themes, base=base, run=run, threshold=threshold).last
    },
    "QUA-3": lambda ratings, level: {"value": krippendorff_alpha(ratings, level)},
    "ACC-1": half_width,
    "ACC-2": lambda estimate, reference, se, se_reference: {
        "value": total_error(se, estimate - reference, reference, se_reference)["bias"],
        **total_error(se, estimate - reference, reference, se_reference),
    },
    "ACC-3": lambda se, bias, reference: {
        "value": total_error(se, bias, reference)["rmse"], **total_error(se, bias, reference),
    },
    "ACC-5": lambda preliminary, latest: {"value": accuracy.revision_size(preliminary, latest)},
    "ACC-7": lambda links, right, matches: {"value": accuracy.linkage_f1(right / links, right / matches)},
    "ACC-8": lambda estimate, line, n, N, largest_seen: {
        "value": break_even(estimate, line, n, N) / largest_seen, "rho_needed": break_even(estimate, line, n, N),
    },
    "TIM-1": lambda reference_end, first_release: {
        "value": timeliness.days_after(day(reference_end), day(first_release))
    },
    "TIM-2": lambda reference_end, final_release: {
        "value": timeliness.days_after(day(reference_end), day(final_release))
    },
    "TIM-3": lambda planned_release, first_release: {
        "value": timeliness.days_late(day(planned_release), day(first_release))
    },
    "TIM-4": lambda needed_months, actual_months: {"value": timeliness.frequency_met(needed_months, actual_months)},
    "COH-1": lambda **counts: {"value": coherence.standard_concepts(concepts(**counts))},
    "COH-2": lambda first, last: {"value": coherence.comparable_length(years(first, last), [str(first)])},
    "COH-3": lambda source, reference: {
        "value": coherence.concordance(source, reference).ccc,
        "spearman": coherence.concordance(source, reference).spearman,
    },
    "COH-4": lambda source, reference: {"value": coherence.relative_discrepancy(source, reference)},
    "SDC-1": lambda cells, threshold: {"value": disclosure.small_cells(cells, threshold)},
    "SDC-2": lambda cells, row_totals, column_totals: {
        "value": disclosure.recoverable(disclosure.ReleasedTable("t", gaps(cells), row_totals, column_totals))
    },
    "SDC-3": lambda group_sizes, k: {
        "value": disclosure.key_risk(group_sizes, k=k).rare / disclosure.key_risk(group_sizes, k=k).records
    },
    "SDC-4": lambda groups: {"value": disclosure.least_diversity(one_row_each(groups), ["key"], "answer")},
    "SDC-5": lambda records, population: {"value": disclosure.key_risk(records, population).expected},
    "SDC-6": lambda before, after: {
        "value": disclosure.information_lost(before, gaps([after])[0]).suppressed,
        "mean_change": disclosure.information_lost(before, gaps([after])[0]).mean_change,
    },
}  # fmt: skip


@pytest.mark.parametrize("indicator", CALLS)
def test_the_measure_gives_the_worked_answer(indicator):
    example = EXAMPLES[indicator]
    found = CALLS[indicator](**example.inputs)
    assert found["value"] == pytest.approx(example.expected, rel=2e-6)
    assert {key: found[key] for key in example.also} == pytest.approx(example.also, rel=2e-6)


def test_age_at_use_counts_years_of_365_and_a_quarter_days():
    example = EXAMPLES["TIM-5"]
    found = timeliness.age_at_use(date(2021, 6, 30), date(2024, 6, 30), example.inputs["tolerated_years"])
    assert found == pytest.approx(example.expected, abs=1e-3)


def test_r_indicator_by_the_fitted_model_equals_the_cells():
    example = EXAMPLES["REP-6"]
    n, N = example.inputs["n"], example.inputs["N"]
    cells = pd.DataFrame({"group": ["a", "b"], "n_resp": n, "N": N})
    assert r_indicator(cells, ["group"]).r == pytest.approx(example.expected, rel=1e-6)


def test_saturation_is_reached_where_the_example_says():
    example = EXAMPLES["QUA-2"]
    assert qualitative.saturation(**example.inputs).label == "6+2"


def test_what_is_not_called_here_is_a_plain_share_or_count():
    rest = set(EXAMPLES) - set(CALLS) - {"TIM-5"}
    assert rest == {
        "GOV-6", "ETH-2", "ETH-6", "DOC-1", "DOC-4", "DAT-1", "DAT-2", "DAT-3", "DAT-4", "DAT-5", "DAT-6", "DAT-8",
        "DAT-9", "REP-2", "REP-11", "QUA-7", "QUA-8", "QUA-9", "REL-2", "REL-3", "REL-5", "ACC-4",
    }  # fmt: skip
