"""Agreement of assessors: when it is computed, which word it gets, which differences are listed."""

from datetime import date

import pytest

from shared.evidence.agreement import krippendorff_alpha
from shared.evidence.assessors import assessor_agreement
from shared.evidence.judgement import Judgement
from shared.framework.register import load_register

JUDGED = [entry.id for entry in load_register().judged()]


def rows(assessor, scores, grade="E3"):
    pairs = zip(JUDGED, scores, strict=False)
    return [Judgement(i, assessor, s, grade, "seen", date(2024, 3, 31)) for i, s in pairs if s is not None]


def test_full_agreement_is_accepted():
    scores = [0, 1, 2, 3, 4] * 2
    found = assessor_agreement(rows("A", scores) + rows("B", scores))
    assert (found.alpha, found.word, found.indicators) == (pytest.approx(1), "accept", 10)
    assert (found.assessors, found.disagreements, found.reason) == (("A", "B"), (), "")


@pytest.mark.parametrize(
    ("second", "word"),
    [
        ([0, 1, 2, 3, 4, 0, 1, 2, 3, 3], "accept"),
        ([1, 1, 2, 2, 3, 1, 1, 3, 3, 2], "discuss"),
        ([4, 1, 0, 3, 2, 2, 3, 2, 1, 3], "rewrite"),
    ],
)
def test_the_word_follows_alpha(second, word):
    first = [0, 1, 2, 3, 4, 0, 1, 2, 3, 4]
    found = assessor_agreement(rows("A", first) + rows("B", second), draws=200)
    alpha = krippendorff_alpha([first, second], "ordinal")
    bounds = {"accept": (0.80, 1.0), "discuss": (0.667, 0.80), "rewrite": (-1.0, 0.667)}[word]
    assert bounds[0] <= alpha < bounds[1]
    assert (found.alpha, found.word) == (alpha, word)
    assert found.low <= found.alpha <= found.high


def test_scores_count_as_given_not_as_capped():
    first, second = [0, 1, 2, 3, 4] * 2, [0, 1, 2, 4, 3] * 2
    found = assessor_agreement(rows("A", first, "E1") + rows("B", second, "E1"), draws=200)
    # capped at 2 the two would agree fully
    assert found.alpha < 1


def test_ten_of_the_same_indicators_are_needed():
    found = assessor_agreement(rows("A", [1, 2] * 5) + rows("B", [1, 2] * 4))
    assert (found.word, found.alpha, found.assessors) == ("not known", None, ("A",))
    apart = assessor_agreement(rows("A", [1, 2] * 5) + rows("B", [None] * 5 + [1, 2] * 5))
    assert (apart.word, apart.indicators) == ("not known", 5)
    assert "10" in apart.reason
    no_evidence = assessor_agreement(rows("A", [1, 2] * 5) + rows("B", [1, 2] * 5, "E0"))
    assert no_evidence.word == "not known"


def test_the_same_score_everywhere_is_undefined_not_agreement():
    found = assessor_agreement(rows("A", [3] * 10) + rows("B", [3] * 10))
    assert (found.word, found.alpha) == ("not known", None)
    assert "undefined" in found.reason


def test_differences_of_two_points_are_listed_widest_first():
    found = assessor_agreement(rows("A", [0, 2, 3, 1]) + rows("B", [2, 3, 0, 1]) + rows("C", [1, 2, None, 1]))
    assert [(d.indicator, d.gap) for d in found.disagreements] == [(JUDGED[2], 3), (JUDGED[0], 2)]
    assert found.disagreements[1].scores == (("B", 2), ("C", 1), ("A", 0))
