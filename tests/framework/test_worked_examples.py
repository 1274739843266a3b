"""Every worked example of the register, computed again from its inputs by the formula as the framework has it.

Nothing of the package's measures is used here (``test_worked_examples_by_measures.py`` does that): a worked
example must be something a reader can do with pencil and paper.
"""

from datetime import date
from decimal import Decimal
from math import exp, log, sqrt
from operator import truediv

import pytest

from shared.framework.register import load_register

EXAMPLES = {entry.id: entry.worked_example for entry in load_register().computed()}


def share(counts):
    return [count / sum(counts) for count in counts]


def dissimilarity(p, q):
    return sum(abs(a - b) for a, b in zip(share(p), share(q), strict=True)) / 2


def inclusion(n, N):
    mean = sum(n) / sum(N)
    s = sqrt(sum(b * (a / b - mean) ** 2 for a, b in zip(n, N, strict=True)) / (sum(N) - 1))
    partial = sqrt(N[0] / sum(N)) * (n[0] / N[0] - mean)
    return {"mean": mean, "s": s, "r": 1 - 2 * s, "cv": s / mean, "partial": partial}


def weights(w):
    n_eff = sum(w) ** 2 / sum(x * x for x in w)
    return {"deff": len(w) / n_eff, "n_eff": n_eff}


def defect(count, n, true_count, N):
    estimate, truth = count / n, true_count / N
    sigma = sqrt(truth * (1 - truth))
    return {
        "ddc": (estimate - truth) / (sigma * sqrt((N - n) / n)),
        "n_eff": sigma**2 / (estimate - truth) ** 2,
    }


def information(source, population):
    p, q = share(source), share(population)
    pairs = list(zip(p, q, strict=True))
    return {
        "kl": sum(a * log(a / b) for a, b in pairs),
        "kl_reverse": sum(b * log(b / a) for a, b in pairs),
        "hellinger": sqrt(sum((sqrt(a) - sqrt(b)) ** 2 for a, b in pairs) / 2),
    }


def gini(records):
    ordered, n = sorted(records), len(records)
    return sum((2 * i - n - 1) * x for i, x in enumerate(ordered, 1)) / (n * sum(ordered))


def pielou(records):
    return -sum(p * log(p) for p in share(records)) / log(len(records))


def reproduced(published, recomputed):
    """Within half of the last digit shown."""
    agree = [
        abs(Decimal(a) - Decimal(str(b))) <= Decimal(1).scaleb(Decimal(a).as_tuple().exponent) / 2
        for a, b in zip(published, recomputed, strict=True)
    ]
    return sum(agree) / len(agree)


def wilson(count, n, deff):
    z, size = 1.959963984540054, n / deff
    p = count / n
    centre, spread = p + z * z / (2 * size), z * sqrt(p * (1 - p) / size + z * z / (4 * size * size))
    low, high = ((centre + sign * spread) / (1 + z * z / size) for sign in (-1, 1))
    return {"low": low, "high": high, "half": 100 * (high - low) / 2}


def two_scorer_alpha(first, second):
    """Nominal alpha of two scorers without gaps: 1 - (n - 1) o_01 / (n_0 n_1), by Krippendorff."""
    differ = sum(a != b for a, b in zip(first, second, strict=True))
    ones = sum(first) + sum(second)
    n = 2 * len(first)
    return 1 - (n - 1) * differ / (ones * (n - ones))


def ordinal_alpha(rows):
    """Krippendorff's alpha from all pairs within units, ordinal distances from the margins, step by step."""
    units = [[row[u] for row in rows if row[u] is not None] for u in range(len(rows[0]))]
    units = [unit for unit in units if len(unit) > 1]
    values = sorted({v for unit in units for v in unit})
    times = {v: sum(unit.count(v) for unit in units) for v in values}

    def distance(a, b):
        low, high = min(a, b), max(a, b)
        return (sum(times[v] for v in values if low <= v <= high) - (times[a] + times[b]) / 2) ** 2

    n = sum(times.values())
    observed = sum(sum(distance(a, b) for a in unit for b in unit) / (len(unit) - 1) for unit in units) / n
    expected = sum(times[a] * times[b] * distance(a, b) for a in values for b in values) / (n * (n - 1))
    return 1 - observed / expected


def kappa(table):
    n = sum(map(sum, table))
    agree = sum(table[i][i] for i in range(len(table))) / n
    chance = sum(sum(table[i]) * sum(row[i] for row in table) for i in range(len(table))) / n**2
    return (agree - chance) / (1 - chance)


def saturation(new_themes, base, run, threshold):
    return sum(new_themes[-run:]) / sum(new_themes[:base])


def concordance(source, reference):
    n = len(source)
    mx, my = sum(source) / n, sum(reference) / n
    sx = sum((x - mx) ** 2 for x in source) / n
    sy = sum((y - my) ** 2 for y in reference) / n
    sxy = sum((x - mx) * (y - my) for x, y in zip(source, reference, strict=True)) / n
    return {"ccc": 2 * sxy / (sx + sy + (mx - my) ** 2), "spearman": sxy / sqrt(sx * sy)}


def needed(estimate, line, n, N, **_):
    f = n / N
    return abs(estimate - line) / (sqrt(estimate * (1 - estimate)) * sqrt((1 - f) / f))


def days(first, last):
    return (date.fromisoformat(last) - date.fromisoformat(first)).days


def recoverable(cells, row_totals, column_totals):
    """A hidden cell that is alone in its row or column follows from the total."""
    hidden = [(r, c) for r, row in enumerate(cells) for c, cell in enumerate(row) if cell is None]
    return sum([r for r, _ in hidden].count(r) == 1 or [c for _, c in hidden].count(c) == 1 for r, c in hidden)


def mean(values):
    return sum(values) / len(values)


FORMULAS = {
    "GOV-6": lambda delivered, planned: delivered / planned,
    "PAR-1": lambda levels: 100 * mean([(level - 1) / 4 for level in levels.values()]),
    "PAR-4": lambda members, contributors, records: members / contributors,
    "ETH-2": lambda granted, records: granted / records,
    "ETH-6": lambda with_purpose, held: with_purpose / held,
    "DOC-1": lambda elements, not_applicable, provided: provided / (elements - not_applicable),
    "DOC-4": reproduced,
    "DAT-1": lambda present, applicable: mean([a / b for a, b in zip(present, applicable, strict=True)]),
    "DAT-2": lambda complete, records: complete / records,
    "DAT-3": lambda valid, present: valid / present,
    "DAT-4": lambda distinct, records: distinct / records,
    "DAT-5": lambda passing, records: passing / records,
    "DAT-6": lambda imputed, observed: imputed / (imputed + observed),
    "DAT-7": lambda at_other_ages, at_ages_ending_0_or_5: (
        100 * 5 * 8 * at_ages_ending_0_or_5 / (32 * at_other_ages + 8 * at_ages_ending_0_or_5)
    ),
    "DAT-8": lambda matching, records: matching / records,
    "DAT-9": lambda coded, records: coded / records,
    "REP-2": lambda population, covered: (
        sum(n for n, yes in zip(population, covered, strict=True) if yes) / sum(population)
    ),
    "REP-3": lambda source, population: mean(list(map(dissimilarity, source, population))),
    "REP-4": lambda source, population: min(map(truediv, share(source), share(population))),
    "REP-5": lambda n, N: inclusion(n, N)["cv"],
    "REP-6": lambda n, N: inclusion(n, N)["r"],
    "REP-7": lambda respondents, non_respondents, unknown, eligible_share: (
        1 - respondents / (respondents + non_respondents + eligible_share * unknown)
    ),
    "REP-8": lambda out_of_scope, unknown, eligible, eligible_share: (
        (out_of_scope + (1 - eligible_share) * unknown) / (out_of_scope + eligible + unknown)
    ),
    "REP-9": lambda weights: len(weights) * sum(w * w for w in weights) / sum(weights) ** 2,
    "REP-10": lambda count, n, true_count, N: defect(count, n, true_count, N)["n_eff"],
    "REP-11": lambda common, official: common / official,
    "REP-12": lambda source, population: information(source, population)["kl"],
    "PRO-8": lambda table: kappa(table),
    "PRO-9": lambda ratings, level: ordinal_alpha(ratings),
    "PRO-10": lambda mean_workload, rho: 1 + (mean_workload - 1) * rho,
    "QUA-2": saturation,
    "QUA-3": lambda ratings, level: two_scorer_alpha(*ratings),
    "QUA-7": lambda grounded, findings: grounded / findings,
    "QUA-8": lambda filled, themes, cases: filled / (themes * cases),
    "QUA-9": lambda searched, findings: searched / findings,
    "REL-2": lambda supplied, required: supplied / required,
    "REL-3": lambda new_publishable, absent: new_publishable / absent,
    "REL-5": lambda indicators: len(indicators),
    "ACC-1": lambda count, n, deff: wilson(count, n, deff)["half"],
    "ACC-2": lambda estimate, reference, se, se_reference: abs(estimate - reference),
    "ACC-3": lambda se, bias, reference: sqrt(se**2 + bias**2),
    "ACC-4": lambda weighted, unweighted, se: abs(weighted - unweighted) / se,
    "ACC-5": lambda preliminary, latest: (
        sum(abs(a - b) for a, b in zip(latest, preliminary, strict=True)) / sum(latest)
    ),
    "ACC-7": lambda links, right, matches: 2 / (links / right + matches / right),
    "ACC-8": lambda largest_seen, **rest: needed(**rest) / largest_seen,
    "TIM-1": lambda reference_end, first_release: days(reference_end, first_release),
    "TIM-2": lambda reference_end, final_release: days(reference_end, final_release),
    "TIM-3": lambda planned_release, first_release: max(0, days(planned_release, first_release)),
    "TIM-4": lambda needed_months, actual_months: min(1, needed_months / actual_months),
    "TIM-5": lambda age_years, tolerated_years: age_years / tolerated_years,
    "COH-1": lambda same, mappable, not_standard: (same + 0.5 * mappable) / (same + mappable + not_standard),
    "COH-2": lambda first, last: last - first + 1,
    "COH-3": lambda source, reference: concordance(source, reference)["ccc"],
    "COH-4": lambda source, reference: 2 * abs(source - reference) / (source + reference),
    "SDC-1": lambda cells, threshold: sum(0 < n < threshold for n in cells),
    "SDC-2": recoverable,
    "SDC-3": lambda group_sizes, k: sum(n for n in group_sizes if n < k) / sum(group_sizes),
    "SDC-4": lambda groups: min(len(set(group)) for group in groups),
    "SDC-5": lambda records, population: sum(n / N for n, N in zip(records, population, strict=True)),
    "SDC-6": lambda before, after: after.count(None) / len(before),
}

BESIDE = {
    "PAR-4": lambda members, contributors, records: {
        "gini": gini(records), "pielou": pielou(records), "top_share": max(records) / sum(records),
    },
    "DAT-1": lambda present, applicable: {"minimum": min(a / b for a, b in zip(present, applicable, strict=True))},
    "REP-2": lambda population, covered: {"unweighted": sum(covered) / len(covered)},
    "REP-3": lambda source, population: {"maximum": max(map(dissimilarity, source, population))},
    "REP-5": lambda n, N: {key: inclusion(n, N)[key] for key in ("mean", "s")},
    "REP-6": lambda n, N: {"partial": inclusion(n, N)["partial"]},
    "REP-9": lambda weights: {"n_eff": sum(weights) ** 2 / sum(w * w for w in weights)},
    "REP-10": lambda count, n, true_count, N: {"ddc": defect(count, n, true_count, N)["ddc"]},
    "REP-12": lambda source, population: {
        key: information(source, population)[key] for key in ("hellinger", "kl_reverse")
    },
    "ACC-1": lambda count, n, deff: {key: wilson(count, n, deff)[key] for key in ("low", "high")},
    "ACC-2": lambda estimate, reference, se, se_reference: {
        "z": (estimate - reference) / sqrt(se**2 + se_reference**2)
    },
    "ACC-3": lambda se, bias, reference: {"n_eff": reference * (100 - reference) / (se**2 + bias**2)},
    "ACC-8": lambda largest_seen, **rest: {"rho_needed": needed(**rest)},
    "COH-3": lambda source, reference: {"spearman": concordance(source, reference)["spearman"]},
    "SDC-6": lambda before, after: {
        "mean_change": mean([abs(a - b) for a, b in zip(after, before, strict=True) if a is not None])
    },
}  # fmt: skip


def test_every_computed_indicator_is_worked_through():
    assert set(FORMULAS) == set(EXAMPLES)
    assert set(BESIDE) == {name for name, example in EXAMPLES.items() if example.also}


@pytest.mark.parametrize("indicator", FORMULAS)
def test_expected_value_follows_from_the_inputs(indicator):
    example = EXAMPLES[indicator]
    # published answers are printed with six or seven digits
    assert FORMULAS[indicator](**example.inputs) == pytest.approx(example.expected, rel=2e-6)


@pytest.mark.parametrize("indicator", BESIDE)
def test_figures_beside_it_follow_too(indicator):
    example = EXAMPLES[indicator]
    found = BESIDE[indicator](**example.inputs)
    assert set(found) == set(example.also)
    assert found == pytest.approx(example.also, rel=2e-6)


def test_saturation_is_first_reached_at_six_and_two():
    example = EXAMPLES["QUA-2"].inputs
    themes, base = example["new_themes"], sum(example["new_themes"][: example["base"]])
    after = {k: sum(themes[k : k + example["run"]]) / base for k in range(4, 9)}
    reached = min(k for k, value in after.items() if value <= example["threshold"])
    assert f"{reached}+2" in EXAMPLES["QUA-2"].text


def test_the_log_scale_of_rep_10():
    entry = load_register()["REP-10"]
    assert entry.score(entry.worked_example.expected) == pytest.approx(100 * log(1.78136) / log(40))
    assert entry.score(10 * exp(log(40) / 4)) == pytest.approx(25)
