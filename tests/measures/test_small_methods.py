"""Worked examples and limits of the methods that are a few lines each."""

from __future__ import annotations

import math
from datetime import date

import pytest

from shared.errors import MeasureError
from shared.measures.accuracy import linkage_f1, over_coverage, ratio, revision_size, total_error, unit_nonresponse
from shared.measures.coherence import comparable_length, concordance, relative_discrepancy, standard_concepts
from shared.measures.participation import concentration, participation_profile
from shared.measures.process import inflation, interviewer_effect
from shared.measures.qualitative import saturation
from shared.measures.timeliness import age_at_use, days_after, days_late, frequency_met


@pytest.mark.parametrize(("share", "expected"), [(0, 0.294118), (0.8, 0.354839), (1, 0.368421)])
def test_unit_nonresponse(share: float, expected: float) -> None:
    assert unit_nonresponse(600, 250, 100, share) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(("share", "expected"), [(0, 0.15), (0.8, 0.07)])
def test_over_coverage(share: float, expected: float) -> None:
    assert over_coverage(50, 850, 100, share) == pytest.approx(expected)


def test_item_nonresponse_imputed_share_and_supplied_cells() -> None:
    assert 1 - ratio(540, 600) == pytest.approx(0.10)
    assert ratio(60, 600) == pytest.approx(0.10)
    assert ratio(42, 60) == pytest.approx(0.70)


def test_revisions() -> None:
    assert revision_size([100, 200, 300], [110, 190, 330]) == pytest.approx(0.0793651, abs=1e-7)


def test_linkage() -> None:
    assert linkage_f1(0.9, 0.6) == pytest.approx(0.72)
    assert linkage_f1(0, 0) == 0


def test_total_error() -> None:
    found = total_error(0.55, 0.50, 0.03, se_trusted=0.04)
    assert (found.bias, found.z) == (pytest.approx(0.05), pytest.approx(1.0))
    assert found.rmse == pytest.approx(math.sqrt(0.03**2 + 0.05**2))
    assert found.n_eff == pytest.approx(0.25 / (0.03**2 + 0.05**2))
    assert total_error(0.4, 0.5, 0.0).z == -math.inf
    assert (total_error(0.5, 0.5, 0.0).z, total_error(0.5, 0.5, 0.0).n_eff) == (0, math.inf)


@pytest.mark.parametrize(
    "call",
    [
        lambda: ratio(1, 0), lambda: ratio(2, 1), lambda: ratio(-1, 1),
        lambda: unit_nonresponse(0, 0, 5, 0), lambda: unit_nonresponse(1, -1, 0, 0),
        lambda: unit_nonresponse(1, 1, 1, 1.1), lambda: over_coverage(0, 0, 0, 0),
        lambda: revision_size([], []), lambda: revision_size([1], [0]), lambda: revision_size([1, 2], [1]),
        lambda: linkage_f1(1.1, 0.5), lambda: total_error(0.5, 0.5, -1), lambda: total_error(1.5, 0.5, 0.1),
    ],
)  # fmt: skip
def test_accuracy_refuses(call: object) -> None:
    with pytest.raises(MeasureError):
        call()  # type: ignore[operator]


def test_days() -> None:
    end = date(2024, 3, 31)
    assert days_after(end, date(2025, 3, 31)) == 365
    assert days_after(end, date(2024, 3, 1)) == -30
    assert days_late(date(2024, 2, 28), date(2024, 3, 1)) == 2
    assert days_late(date(2024, 3, 1), date(2024, 2, 28)) == 0


def test_frequency_and_age() -> None:
    assert frequency_met(12, 36) == pytest.approx(1 / 3)
    assert frequency_met(12, 3) == 1
    assert age_at_use(date(2020, 1, 1), date(2024, 1, 1), 2) == pytest.approx(2.0)
    assert age_at_use(date(2024, 1, 1), date(2023, 1, 1), 2) == 0
    with pytest.raises(MeasureError):
        frequency_met(0, 1)
    with pytest.raises(MeasureError):
        age_at_use(date(2020, 1, 1), date(2020, 1, 1), 0)


def test_discrepancy() -> None:
    assert relative_discrepancy(120, 100) == pytest.approx(0.1818182, abs=1e-7)
    assert relative_discrepancy(0, 7) == 2
    with pytest.raises(MeasureError):
        relative_discrepancy(0, 0)


def test_series() -> None:
    assert comparable_length(["2019", "2020", "2021", "2022"]) == 4
    assert comparable_length(["2019", "2020", "2021", "2022"], ["2022", "2020"]) == 1
    assert comparable_length(["2019", "2020", "2021", "2022"], ["2020"]) == 3
    with pytest.raises(MeasureError):
        comparable_length(["2019"], ["2020"])
    with pytest.raises(MeasureError):
        comparable_length([])


def test_concepts() -> None:
    assert standard_concepts(["same", "mappable", "not standard", "same"]) == 0.625
    with pytest.raises(MeasureError):
        standard_concepts([])


def test_concordance() -> None:
    """By hand: x 1, 2, 3 and y 2, 3, 4 have variances 2/3, covariance 2/3 and means one apart."""
    found = concordance([1, 2, 3], [2, 3, 4])
    assert found.ccc == pytest.approx((4 / 3) / (4 / 3 + 1))
    assert (found.spearman, found.domains) == (pytest.approx(1.0), 3)
    assert concordance([1, 2, 3], [1, 2, 3]).ccc == pytest.approx(1)
    assert concordance([1, 2, 3], [3, 2, 1]).ccc == pytest.approx(-1)
    assert concordance([1, 2, 3], [5, 5, 5]).spearman is None
    for x, y in (([1, 2], [1, 2]), ([1, 1, 1], [1, 1, 1]), ([1, 2, math.nan], [1, 2, 3]), ([1, 2, 3], [1, 2])):
        with pytest.raises(MeasureError):
            concordance(x, y)


def test_concentration_of_contributors() -> None:
    found = concentration([50, 20, 10, 10, 5, 5])
    assert (found.gini, found.pielou, found.top_share) == pytest.approx((0.45, 0.7972897, 0.5), abs=1e-7)
    even = concentration([7, 7, 7])
    assert (even.gini, even.pielou) == pytest.approx((0, 1))
    assert concentration([4]).pielou is None
    for bad in ([], [0, 0], [1, -1]):
        with pytest.raises(MeasureError):
            concentration(bad)


def test_participation() -> None:
    assert participation_profile({"design": 5, "collect": 3, "share": 1}) == pytest.approx(50)
    assert participation_profile({"design": 5, "collect": 0}) == 100
    for bad in ({"design": 6}, {"design": 0}, {}):
        with pytest.raises(MeasureError):
            participation_profile(bad)


def test_saturation_worked_example() -> None:
    new = [14, 9, 7, 7, 3, 1, 1, 0, 1, 0]
    pairs, threes = saturation(new), saturation(new, run=3)
    assert pairs.base == 37
    assert [start for start, _ in pairs.ratios[:3]] == [4, 5, 6]
    assert [r for _, r in pairs.ratios[:3]] == pytest.approx([0.1081, 0.0541, 0.0270], abs=5e-5)
    assert pairs.label == "6+2"
    assert [r for _, r in threes.ratios[:4]] == pytest.approx([0.1351, 0.0541, 0.0541, 0.0270], abs=5e-5)
    assert threes.label == "7+3"
    assert pairs.last == pytest.approx(1 / 37)  # interviews 9 and 10 brought one new theme


def test_saturation_not_reached_and_refused() -> None:
    assert saturation([5, 5, 5, 5, 5, 5]).label == "not reached"
    for bad in ([1, 1, 1, 1, 1], [0, 0, 0, 0, 1, 1], [1, 1, 1, 1, -1, 1]):
        with pytest.raises(MeasureError):
            saturation(bad)


def test_inflation_worked_example() -> None:
    assert inflation(25, 0.02) == pytest.approx(1.48)
    assert inflation(25, -0.02) == 1
    with pytest.raises(MeasureError):
        inflation(0.5, 0.1)


def test_interviewer_effect_by_hand() -> None:
    """Three interviewers, three records each, outcomes 1 1 1 / 1 0 0 / 0 0 0: mean squares 7/9 and 1/9."""
    found = interviewer_effect([3, 3, 3], [3, 1, 0], [3, 1, 0])
    assert found.rho == pytest.approx((7 / 9 - 1 / 9) / (7 / 9 + 2 * 1 / 9))
    assert found.deff == pytest.approx(1 + 2 * found.rho)
    assert (found.workload, found.interviewers) == (3, 3)


@pytest.mark.parametrize(
    ("count", "total", "squares"),
    [([5], [2], [2]), ([1, 1], [1, 0], [1, 0]), ([3, 3], [3, 3], [3, 3]), ([3, 3], [1], [1])],
)
def test_interviewer_effect_refuses(count: list[int], total: list[int], squares: list[int]) -> None:
    with pytest.raises(MeasureError):
        interviewer_effect(count, total, squares)
