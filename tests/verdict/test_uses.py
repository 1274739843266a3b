"""The six uses of an invented source: met only if sure, not met only if hopeless, otherwise not known."""

from __future__ import annotations

import re
from typing import Any

import pytest

from shared.framework.register import load_register
from shared.measures.measurement import Measurement, Part, State
from shared.verdict.dossier import Dossier
from shared.verdict.facts import facts_of
from shared.verdict.gates import open_gates
from shared.verdict.uses import UseResult, try_uses
from tests.verdict.invented import FACTS, dossier


def results(given: Dossier) -> dict[str, UseResult]:
    return {r.use: r for r in try_uses(given, open_gates(given))}


def codes(result: UseResult) -> tuple[list[str], list[str]]:
    return [r.code for r in result.unmet], [r.code for r in result.unknown]


def test_everything_favourable_meets_every_use() -> None:
    given = dossier({"REL-2": 100.0})
    assert {use: r.status for use, r in results(given).items()} == dict.fromkeys(
        ["context", "quality-assure", "complement", "fill-gap", "benchmark", "replace"], "met"
    )


def test_a_missing_core_indicator_could_be_a_zero_so_only_context_is_met() -> None:
    found = results(dossier({"DAT-1": None}))
    assert found["context"].status == "met"
    assert codes(found["complement"]) == ([], ["core_zeros"])
    assert found["complement"].unknown[0].indicators == ("DAT-1",)


def test_a_missing_enhanced_indicator_matters_from_a2_and_only_through_its_dimension() -> None:
    found = results(dossier({"DAT-5": None}))
    assert found["complement"].status == "met"  # six of seven known, 68.6 at worst
    assert codes(found["benchmark"]) == ([], ["DAT"])  # needs 70


def test_a_core_zero_rules_out_every_use_but_context() -> None:
    found = results(dossier(judged={"PRO-1": 0}))
    assert found["context"].status == "met"
    assert "zero:PRO-1" in codes(found["complement"])[0]
    text = next(r.text for r in found["complement"].unmet if r.code == "zero:PRO-1")
    assert "Leading or invalid for the claim made" in text


def test_a_floor_that_cannot_be_reached_even_at_best_fails() -> None:
    low = {f"TIM-{n}": 10.0 for n in (2, 3, 4, 5)}
    found = results(dossier({**low, "TIM-1": None}))
    unmet, unknown = codes(found["fill-gap"])  # (4·10 + 100) / 5 = 28 < 50
    assert unmet == ["TIM<50"]
    assert unknown == ["core_zeros"]
    assert "28 of 100, even if everything still unknown turned out best" in found["fill-gap"].unmet[0].text
    assert "TIM" in codes(found["complement"])[1]  # 8 to 28, needs 25


@pytest.mark.parametrize(
    ("facts", "use", "code"),
    [
        ({"official_comparator": False}, "quality-assure", "comparator"),
        ({"independent_of_comparator": False}, "benchmark", "independent"),
        ({"adequate_official_figure": True}, "fill-gap", "no_adequate_official"),
        ({"parallel_periods": 1}, "replace", "parallel_periods>=2"),
        ({"legal_basis": False}, "replace", "legal_basis"),
        ({"users_consulted": False}, "replace", "consulted"),
        ({"official_comparator": False}, "replace", "series_to_replace"),
    ],
)
def test_facts_of_the_setting_decide_the_conditions(facts: dict[str, Any], use: str, code: str) -> None:
    base = {"REL-2": 100.0}
    failing = results(dossier(base, facts={**FACTS, **facts}))[use]
    assert codes(failing) == ([code], [])
    open_ = results(dossier(base, facts={**FACTS, **dict.fromkeys(facts)}))[use]
    assert codes(open_) == ([], [code])
    assert failing.unmet[0].text != open_.unknown[0].text
    assert open_.unknown[0].text.endswith("?")


@pytest.mark.parametrize(
    ("indicator", "score", "use", "code"),
    [("REL-4", 2, "benchmark", "alignment>=3"), ("GOV-5", 2, "replace", "continuity>=3")],
)
def test_judged_conditions(indicator: str, score: int, use: str, code: str) -> None:
    found = results(dossier({"REL-2": 100.0}, judged={indicator: score}))[use]
    assert code in codes(found)[0]


def test_insight_alone_carries_complement() -> None:
    none_new = {**FACTS, "new_publishable_cells": 0}
    assert results(dossier(facts=none_new, judged={"REL-6": 3}))["complement"].status == "met"
    assert codes(results(dossier(facts=none_new, judged={"REL-6": 2}))["complement"])[0] == ["new_cells_or_insight"]


def measured(indicator: str, value: float, **more: Any) -> Measurement:
    return Measurement(indicator, State.MEASURED, value=value, **more)


@pytest.mark.parametrize(("half_width", "kind", "ok"), [(10, "records", True), (10.1, "records", False),
                                                       (0.33, "other", True), (0.34, "other", False)])  # fmt: skip
def test_precision_is_ten_points_or_a_third(half_width: float, kind: str, ok: bool) -> None:
    given = dossier(extra=[measured("ACC-1", half_width, counted=kind)])
    assert facts_of(given)["precision_ok"] is ok


def test_a_difference_is_within_tolerance_if_small_or_if_its_interval_holds_zero() -> None:
    small = Part("a", 2.9, low=1.0, high=4.8)
    wide = Part("b", -6.0, low=-13.0, high=1.0)
    clear = Part("c", 3.1, low=0.2, high=6.0)
    within = dossier(extra=[measured("ACC-2", 6.0, parts=(small, wide))])
    outside = dossier(extra=[measured("ACC-2", 6.0, parts=(small, wide, clear))])
    assert facts_of(within)["bias_within_tolerance"] is True
    assert facts_of(outside)["bias_within_tolerance"] is False
    assert facts_of(dossier({"ACC-2": None}))["bias_within_tolerance"] is None


def test_every_reason_is_said_in_words() -> None:
    given = dossier({"REP-4": None}, judged={"ETH-1": None}, default=20.0, anchor=1)
    for result in results(given).values():
        for reason in (*result.unmet, *result.unknown):
            assert len(reason.text) > 20
            assert reason.text[0].isupper()
            assert reason.text.endswith((".", "?"))
            assert not re.search(r"[a-z]_[a-z]|>=|\bNone\b|\bnan\b", reason.text), "a code or a placeholder in a text"


def test_qualitative_sources_are_asked_for_rigour_and_not_for_what_does_not_apply() -> None:
    features = dossier().case.features.model_dump()
    na = [
        Measurement.not_applicable(i.id, "no records")
        for i in load_register().computed()
        if i.dimension in ("DAT", "ACC", "COH", "REP")
    ]
    given = dossier(extra=na, features={**features, "content": "qualitative"}, judged={"QUA-1": None, "QUA-4": None})
    unmet, unknown = codes(results(given)["context"])
    assert unmet == []
    assert unknown == ["QUA"]
