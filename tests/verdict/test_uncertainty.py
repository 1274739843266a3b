"""Stability of a verdict: words, shares worked by hand, draws that repeat."""

from __future__ import annotations

import numpy as np
import pytest

from shared.evidence.judgements import judge
from shared.measures.measurement import Measurement, State
from shared.verdict.dossier import open_dossier
from shared.verdict.draws import draw, layout_of, means
from shared.verdict.gates import open_gates
from shared.verdict.spread import computed_quantiles, judged_quantiles
from shared.verdict.uncertainty import intervals, met, sample, stability, with_stability
from shared.verdict.uses import try_uses
from tests.verdict.invented import case, dossier, judgement, judgements, measurements

DRAWS = 20_000


@pytest.mark.parametrize(
    ("share", "is_met", "word"),
    [
        (1.0, True, "firm"), (0.9, True, "firm"), (0.899, True, "leaning"), (0.6, True, "leaning"),
        (0.599, True, "open"), (0.4, True, "open"), (0.399, True, "leaning against"),
        (0.101, True, "leaning against"), (0.1, True, "firmly against"),
        (0.0, False, "firm"), (0.1, False, "firm"), (0.101, False, "leaning"), (0.4, False, "leaning"),
        (0.401, False, "open"), (0.6, False, "open"), (0.61, False, "leaning against"), (0.95, False, "firmly against"),
    ],
)  # fmt: skip
def test_shares_in_words_and_their_mirror(share: float, is_met: bool, word: str) -> None:
    assert stability(share, met=is_met) == word


def uniform(n: int = DRAWS) -> np.ndarray:
    return (np.arange(n) + 0.5) / n


@pytest.mark.parametrize(("grade", "width"), [("E1", 1.0), ("E2", 0.5), ("E3", 0.25)])
def test_one_assessor_gives_a_triangle_as_wide_as_the_evidence_is_weak(grade: str, width: float) -> None:
    one = next(j for j in judge([judgement("ETH-1", 2, grade)]) if j.indicator == "ETH-1")
    drawn = judged_quantiles(one, uniform())
    assert drawn.min() == pytest.approx(2 - width, abs=0.02)
    assert drawn.max() == pytest.approx(2 + width, abs=0.02)
    assert drawn.std() == pytest.approx(width / np.sqrt(6), rel=1e-3)  # standard deviation of a triangle


def test_several_assessors_are_drawn_with_equal_chance_each_capped_by_its_evidence() -> None:
    rows = [judgement("ETH-1", 4, "E1", "A"), judgement("ETH-1", 3, "E2", "B"), judgement("ETH-1", 4, "E0", "C")]
    several = next(j for j in judge(rows) if j.indicator == "ETH-1")
    values, counts = np.unique(judged_quantiles(several, uniform()), return_counts=True)
    assert values.tolist() == [2.0, 3.0]
    assert counts.tolist() == [DRAWS / 2, DRAWS / 2]


def test_the_interval_of_a_computed_value_is_given_back_by_its_draws() -> None:
    skewed = Measurement("DAT-1", State.MEASURED, value=0.8, low=0.7, high=0.85)
    assert np.quantile(computed_quantiles(skewed, uniform()), [0.025, 0.5, 0.975]) == pytest.approx(
        [0.7, 0.8, 0.85], abs=1e-3
    )
    fixed = Measurement("DAT-1", State.MEASURED, value=0.8)
    assert np.ptp(computed_quantiles(fixed, uniform())) == 0


def test_the_share_of_draws_is_the_chance_worked_by_hand() -> None:
    """Everything is far from its line but ETH-1, said to be 2: under 1.5 it reads as 1 and closes gate G2.

    The triangle 1 to 3 lies under 1.5 with probability .5² / 2 = .125.
    """
    rest = {j.indicator: j for j in judgements({})}
    rest["ETH-1"] = next(j for j in judge([judgement("ETH-1", 2, "E1")]) if j.indicator == "ETH-1")
    given = open_dossier(case(), measurements({}, 100.0), rest.values())
    drawn = sample(given, DRAWS, 1)
    found = {u.use: u for u in with_stability(given, try_uses(given, open_gates(given)), drawn)}
    assert found["context"].status == "met"
    assert found["context"].share_met == pytest.approx(0.875, abs=0.01)
    assert found["context"].stability == "leaning"


def test_a_use_not_known_has_no_share_but_the_two_it_lies_between() -> None:
    given = dossier({"DAT-1": None})
    found = {u.use: u for u in with_stability(given, try_uses(given, open_gates(given)), sample(given, 200, 1))}
    assert found["complement"].share_met is None
    assert found["complement"].stability is None
    assert found["complement"].share_between == (0.0, 1.0)
    assert found["context"].stability == "firm"


def test_what_fails_by_a_fact_fails_in_every_draw() -> None:
    given = dossier(facts={"official_comparator": False})
    found = {u.use: u for u in with_stability(given, try_uses(given, open_gates(given)), sample(given, 200, 1))}
    assert found["quality-assure"].share_met == 0.0
    assert found["quality-assure"].stability == "firm"


def test_the_same_seed_gives_the_same_draws_and_another_seed_others() -> None:
    given = dossier()
    use = given.uses[2]
    one, two, other = (sample(given, 50, seed) for seed in (7, 7, 8))
    assert np.array_equal(one.scores, two.scores)
    assert np.array_equal(met(given, use, one, 0.0), met(given, use, two, 0.0))
    assert not np.array_equal(one.weights, other.weights)


def test_weights_floors_and_rungs_stay_within_what_the_framework_allows() -> None:
    given = dossier(default=61.0)
    layout = layout_of(given)
    grid = np.random.default_rng(1).random((2_000, layout.width))
    drawn = draw(given, layout, grid)
    assert 0.75 <= drawn.weights.min() < 0.76
    assert 1.24 < drawn.weights.max() <= 1.25
    shifts = np.concatenate(list(drawn.shift.values()))
    assert -5 <= shifts.min() < -4.9
    assert 4.9 < shifts.max() <= 5
    column = drawn.scores[:, layout.indicators.index("DAT-1")]
    assert set(np.round(column, 6)) == {61.0, 50.0}  # as it is, or on the nearest of the five rungs


def test_the_geometric_mean_does_not_let_a_strong_score_make_up_for_a_weak_one() -> None:
    given = dossier({"DAT-1": 25.0, "DAT-2": 100.0, "DAT-3": 25.0, "DAT-4": 100.0})
    layout = layout_of(given)
    middle = np.full((2, layout.width), 0.5 - 1e-12)
    middle[1, 2 * len(layout.indicators) + 1] = 0.9
    arithmetic, geometric = means(draw(given, layout, middle), ("DAT-1", "DAT-2", "DAT-3", "DAT-4"), None)
    assert arithmetic == pytest.approx(62.5)
    assert geometric == pytest.approx(50.0)


def test_the_interval_of_a_dimension_holds_its_score_and_narrows_without_doubt() -> None:
    sure = dossier()
    narrow = intervals(sure, sample(sure, 2_000, 1), 1)["DAT"]
    doubtful = open_dossier(case(), measurements({}, 80.0, spread=15.0), judgements({}))
    wide = intervals(doubtful, sample(doubtful, 2_000, 1), 1)["DAT"]
    assert narrow[0] <= 80.0 <= narrow[1]
    assert wide[1] - wide[0] > narrow[1] - narrow[0]
