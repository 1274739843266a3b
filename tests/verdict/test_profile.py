"""Dimension scores, bounds and the 70 % rule, worked by hand on the core indicators of DAT (DAT-1 to DAT-4)."""

from __future__ import annotations

import pytest

from shared.framework.register import load_register
from shared.measures.measurement import Measurement, State
from shared.verdict.dossier import Dossier
from shared.verdict.profile import DimensionResult, bounds, profile
from tests.verdict.invented import dossier

CORE = 1
REASON = "agreed with the users in a meeting"


def dat(**scores: float | None) -> Dossier:
    return dossier({f"DAT-{key[1]}": value for key, value in scores.items()})


def shown(given: Dossier, level: int = CORE) -> DimensionResult:
    return next(d for d in profile(given, level, {"DAT": (1.0, 2.0)}) if d.id == "DAT")


def test_a_dimension_is_the_mean_of_its_mandatory_scores() -> None:
    given = dat(d1=40.0, d2=60.0, d3=80.0, d4=100.0)
    between = bounds(given, "DAT", CORE)
    assert between is not None
    assert (between.low, between.high) == (pytest.approx(70.0), pytest.approx(70.0))


def test_missing_at_0_and_at_100_bound_it_and_three_of_four_are_enough() -> None:
    result = shown(dat(d1=None, d2=60.0, d3=90.0, d4=90.0))
    assert result.score == pytest.approx(80.0)
    assert result.low == pytest.approx(60.0)
    assert result.high == pytest.approx(85.0)
    assert result.available == pytest.approx(0.75)
    assert result.missing == ("DAT-1",)
    assert result.interval == (1.0, 2.0)


def test_under_70_percent_of_the_weight_there_is_no_score() -> None:
    result = shown(dat(d1=None, d2=None, d3=100.0, d4=100.0))
    assert result.state is State.NOT_KNOWN
    assert result.score is None
    assert result.interval is None
    assert (result.low, result.high) == (50.0, 100.0)


def test_exactly_70_percent_of_the_weight_is_enough() -> None:
    weights = {"DAT-1": 3, "DAT-2": 3, "DAT-3": 1, "DAT-4": 3}
    moved = {i: {"weight": w, "reason": REASON} for i, w in weights.items()}
    given = dossier({"DAT-4": None}, weight_overrides=moved)
    between = bounds(given, "DAT", CORE)
    assert between is not None
    assert between.scored


def test_weights_count() -> None:
    moved = {"DAT-1": {"weight": 3, "reason": REASON}}
    given = dossier({"DAT-1": 100.0, "DAT-2": 40.0, "DAT-3": 40.0, "DAT-4": 40.0}, weight_overrides=moved)
    between = bounds(given, "DAT", CORE)
    assert between is not None
    assert between.low == pytest.approx(70.0)  # (3·100 + 3·40) / 6


def test_what_does_not_apply_leaves_the_set_and_an_error_counts_as_missing() -> None:
    na = Measurement.not_applicable("DAT-1", "no required answers")
    error = Measurement("DAT-2", State.ERROR, reason="stopped")
    given = dossier({"DAT-3": 60.0, "DAT-4": 60.0}, extra=[na, error])
    between = bounds(given, "DAT", CORE)
    assert between is not None
    assert (between.low, between.high) == (pytest.approx(40.0), pytest.approx(220 / 3))
    assert not between.scored  # two of three


def test_indicators_above_the_level_are_left_out() -> None:
    given = dossier({"DAT-5": 0.0})
    core, enhanced = bounds(given, "DAT", 1), bounds(given, "DAT", 2)
    assert core is not None
    assert enhanced is not None
    assert core.low == pytest.approx(80.0)
    assert enhanced.low == pytest.approx(80.0 * 6 / 7)  # DAT-5, DAT-6, DAT-9 join


def none_applies(dimension: str, content: str) -> Dossier:
    ids = [i.id for i in load_register().of(dimension) if i.kind == "computed"]
    features = dossier().case.features.model_dump()
    extra = [Measurement.not_applicable(i, "no records") for i in ids]
    return dossier(extra=extra, features={**features, "content": content})


def test_a_whole_dimension_is_left_out_only_where_the_framework_says_so() -> None:
    assert bounds(none_applies("DAT", "qualitative"), "DAT", CORE) is None
    stays = bounds(none_applies("DAT", "quantitative"), "DAT", CORE)
    assert stays is not None
    assert not stays.scored
    assert bounds(dossier(), "QUA", CORE) is None
    mixed = none_applies("DAT", "mixed")
    assert bounds(mixed, "QUA", CORE) is not None
    assert bounds(mixed, "DAT", CORE) is not None
