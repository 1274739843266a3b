"""``decide`` against the framework's worked decision cases, and against the rule of section 7 worked by hand."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from shared.errors import DefinitionError
from shared.verdict.decide import decide

VECTORS = json.loads((Path(__file__).parent / "data" / "decision_vectors.json").read_text(encoding="utf-8"))
USES = ["CONTEXT", "QUALITY_ASSURE", "COMPLEMENT", "FILL_GAP", "BENCHMARK", "REPLACE"]


def favourable(**changes: Any) -> dict[str, Any]:
    """The input of V01 (everything favourable, all dimensions 80) with top-level parts replaced or merged."""
    given = copy.deepcopy(VECTORS[0]["input"])
    for key, value in changes.items():
        given[key] = {**given[key], **value} if isinstance(value, dict) else value
    return given


def one(**changes: Any) -> dict[str, Any]:
    return decide([{"name": "x", "input": favourable(**changes)}])[0]


def unmet(use: str, **changes: Any) -> list[str]:
    return one(**changes)["uses"][use]["unmet"]


def unknown(use: str, **changes: Any) -> list[str]:
    return one(**changes)["uses"][use]["unknown"]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: v["name"])
def test_the_worked_decision_cases_come_out_exactly(vector: dict[str, Any]) -> None:
    assert decide([vector]) == [{"name": vector["name"], **vector["expected"]}]


def test_items_come_back_in_the_order_given_with_uses_in_the_framework_s_order() -> None:
    results = decide(VECTORS[::-1])
    assert [r["name"] for r in results] == [v["name"] for v in VECTORS[::-1]]
    assert list(results[0]["uses"]) == USES


@pytest.mark.parametrize(
    ("answer", "label"), [(True, "citizen data"), (False, "non-official source"), (None, "not known")]
)
def test_participation_decides_the_label_and_nothing_else(answer: bool | None, label: str) -> None:
    result = one(gates={"G1": answer})
    assert result["label"] == label
    assert {r["status"] for r in result["uses"].values()} == {"met"}


@pytest.mark.parametrize("gate", ["G2", "G3", "G5"])
def test_a_gate_not_known_leaves_every_use_open(gate: str) -> None:
    for use, result in one(gates={gate: None})["uses"].items():
        assert result == {"status": "not_known", "unmet": [], "unknown": [gate]}, use


@pytest.mark.parametrize("gate", ["G4", "G6"])
def test_need_and_safe_outputs_do_not_block_context(gate: str) -> None:
    uses = one(gates={gate: False})["uses"]
    assert uses["CONTEXT"]["status"] == "met"
    assert {tuple(uses[use]["unmet"]) for use in USES[1:]} == {(gate,)}


def test_a_floor_is_reached_at_its_own_value() -> None:
    assert unmet("COMPLEMENT", dims={"REL": 60}) == []
    assert unmet("COMPLEMENT", dims={"REL": 59.9}) == ["REL<60"]


def test_context_needs_no_accuracy_and_no_representation() -> None:
    result = one(dims={"DAT": None, "REP": None, "ACC": 0, "TIM": 0, "COH": None})["uses"]["CONTEXT"]
    assert result["status"] == "met"


def test_everything_failing_is_listed_in_the_rule_s_order() -> None:
    result = decide(
        [
            {
                "name": "bad",
                "input": {
                    "gates": dict.fromkeys(["G1", "G2", "G3", "G4", "G5", "G6"], False),
                    "dims": dict.fromkeys(
                        ["GOV", "ETH", "DOC", "DAT", "REP", "PRO", "QUA", "REL", "ACC", "TIM", "COH"], 0
                    ),
                    "core_zeros": ["PRO-1", "GOV-1"],
                    "facts": {
                        "comparator": False,
                        "independent": False,
                        "new_cells": 0,
                        "insight": 2,
                        "adequate_official": True,
                        "precision_ok": False,
                        "alignment": 2,
                        "bias_within_tolerance": False,
                        "parallel_periods": 1,
                        "continuity": 2,
                        "domain_coverage": 0.5,
                        "legal_basis": False,
                        "consulted": False,
                    },
                    "risk": "H",
                    "profile": "H",
                    "assurance": [3, 3, 2, 3],
                },
            }
        ]
    )[0]["uses"]
    assert result["CONTEXT"]["unmet"] == [
        "G2", "G3", "G5", "GOV<25", "ETH<50", "DOC<50", "PRO<25", "QUA<50", "REL<50",
    ]  # fmt: skip
    assert result["REPLACE"]["unmet"] == [
        "G2", "G3", "G4", "G5", "G6",
        "GOV<75", "ETH<75", "DOC<75", "DAT<75", "REP<75", "PRO<75", "QUA<50", "REL<75", "ACC<75", "TIM<75", "COH<75",
        "zero:PRO-1", "zero:GOV-1",
        "series_to_replace", "parallel_periods>=2", "bias_within_tolerance", "continuity>=3", "domain_coverage=1",
        "legal_basis", "consulted", "assurance>=A3",
    ]  # fmt: skip
    assert result["BENCHMARK"]["unmet"][-5:] == [
        "comparator", "independent", "alignment>=3", "bias_within_tolerance", "assurance>=A3",
    ]  # fmt: skip
    assert result["FILL_GAP"]["unmet"][-3:] == ["no_adequate_official", "precision_ok", "assurance>=A3"]
    assert result["COMPLEMENT"]["unmet"][-2:] == ["new_cells_or_insight", "assurance>=A3"]
    assert all(use["status"] == "not_met" and use["unknown"] == [] for use in result.values())


@pytest.mark.parametrize(
    ("cells", "insight", "expected"),
    [
        (1, 0, "met"),
        (0, 3, "met"),
        (0, 2, "not_met"),
        (None, 3, "met"),
        (1, None, "met"),
        (0, None, "not_known"),
        (None, 2, "not_known"),
    ],
)
def test_complement_needs_a_new_cell_or_an_insight(cells: int | None, insight: int | None, expected: str) -> None:
    result = one(facts={"new_cells": cells, "insight": insight})["uses"]["COMPLEMENT"]
    assert result["status"] == expected


def test_knowing_nothing_is_not_known_and_never_a_failure() -> None:
    for use, result in decide([{"name": "nothing", "input": {}}])[0]["uses"].items():
        assert result["status"] == "not_known", use
        assert result["unmet"] == []
    everything = decide([{"name": "nothing", "input": {}}])[0]["uses"]["QUALITY_ASSURE"]["unknown"]
    assert everything == [
        "G2", "G3", "G4", "G5", "G6", "GOV", "ETH", "DOC", "DAT", "REP", "PRO", "REL", "TIM", "COH",
        "comparator", "independent", "assurance",
    ]  # fmt: skip


def test_a_failure_outweighs_a_gap_and_both_are_listed() -> None:
    result = one(dims={"GOV": 10, "REP": None})["uses"]["QUALITY_ASSURE"]
    assert result == {"status": "not_met", "unmet": ["GOV<50"], "unknown": ["REP"]}


def test_qualitative_rigour_is_asked_for_only_where_there_is_qualitative_content() -> None:
    assert unmet("CONTEXT") == []
    assert unmet("CONTEXT", dims={"QUA": 49}) == ["QUA<50"]
    assert unknown("CONTEXT", dims={"QUA": None}) == ["QUA"]
    assert unknown("CONTEXT", qualitative=True) == ["QUA"]


def test_a_dimension_that_does_not_apply_is_left_out() -> None:
    na = "not applicable"
    result = one(dims={"QUA": 60, "DAT": na, "REP": na, "ACC": na, "COH": na})["uses"]["COMPLEMENT"]
    assert result["status"] == "met"


# risk, profile -> required for the lowest-in-cell uses and the highest-in-cell uses (QAAD matrix, section 4)
MATRIX = [
    ("L", "L", 1, 1), ("L", "M", 1, 2), ("L", "H", 1, 2),
    ("M", "L", 1, 2), ("M", "M", 2, 2), ("M", "H", 2, 3),
    ("H", "L", 1, 3), ("H", "M", 3, 3), ("H", "H", 3, 3),
]  # fmt: skip


@pytest.mark.parametrize(("risk", "profile", "lowest", "highest"), MATRIX)
def test_the_lowest_practice_area_must_reach_the_required_assurance(
    risk: str, profile: str, lowest: int, highest: int
) -> None:
    for level in range(4):
        uses = one(risk=risk, profile=profile, assurance=[3, 3, level, 3])["uses"]
        assert uses["CONTEXT"]["unmet"] == []
        for use, needed in [
            ("QUALITY_ASSURE", lowest), ("COMPLEMENT", lowest), ("FILL_GAP", highest), ("BENCHMARK", highest),
            ("REPLACE", 3),
        ]:  # fmt: skip
            assert uses[use]["unmet"] == ([] if level >= needed else [f"assurance>=A{needed}"]), (use, level)


def test_assurance_partly_known_can_rule_out_and_cannot_carry() -> None:
    assert unmet("REPLACE", assurance=[2, None, 3, 3]) == ["assurance>=A3"]
    assert unknown("REPLACE", assurance=[3, None, 3, 3]) == ["assurance>=A3"]
    assert unknown("FILL_GAP", assurance=None) == ["assurance>=A2"]


def test_without_risk_and_profile_the_whole_matrix_is_possible() -> None:
    assert unknown("COMPLEMENT", risk=None, assurance=[1, 1, 1, 1], profile="M") == ["assurance"]
    assert one(risk=None, profile=None)["uses"]["COMPLEMENT"]["status"] == "met"
    assert unmet("COMPLEMENT", risk=None, profile=None, assurance=[0, 3, 3, 3]) == ["assurance>=A1"]


def test_core_zeros_not_known_leave_every_use_but_context_open() -> None:
    uses = one(core_zeros=None)["uses"]
    assert uses["CONTEXT"]["status"] == "met"
    assert uses["FILL_GAP"] == {"status": "not_known", "unmet": [], "unknown": ["core_zeros"]}


def test_gap_filling_and_benchmarking_need_opposite_facts() -> None:
    uses = one(facts={"adequate_official": True})["uses"]
    assert uses["FILL_GAP"]["unmet"] == ["no_adequate_official"]
    assert uses["BENCHMARK"]["status"] == "met"


def test_a_series_to_replace_can_be_stated_apart_from_the_comparator() -> None:
    assert unmet("REPLACE", facts={"series_to_replace": False}) == ["series_to_replace"]
    assert unknown("REPLACE", facts={"comparator": None})[0] == "series_to_replace"


def test_every_fault_of_every_item_is_reported_at_once() -> None:
    bad = {
        "gate": {},
        "gates": {"G7": True, "G2": 1},
        "dims": {"GOV": 101, "GVO": 50, "ETH": float("nan")},
        "facts": {"comparater": True, "insight": 5, "new_cells": -1, "legal_basis": "yes", "domain_coverage": 2},
        "risk": "X",
        "profile": ["M"],
        "core_zeros": ["PRO1"],
        "assurance": [1, 2, 3, 4],
        "qualitative": "yes",
    }
    with pytest.raises(DefinitionError) as caught:
        decide([{"name": 1, "input": bad}, {"name": "short", "input": {"assurance": [1]}}, 3, {"name": "none"}])
    where = {fault.where for fault in caught.value.faults}
    assert where == {
        "item 0, name", "item 0, input.gate", "item 0, input.gates.G7", "item 0, input.gates.G2",
        "item 0, input.dims.GOV", "item 0, input.dims.GVO", "item 0, input.dims.ETH",
        "item 0, input.facts.comparater", "item 0, input.facts.insight", "item 0, input.facts.new_cells",
        "item 0, input.facts.legal_basis", "item 0, input.facts.domain_coverage", "item 0, input.risk",
        "item 0, input.profile", "item 0, input.core_zeros[0]", "item 0, input.assurance[3]",
        "item 0, input.qualitative", "item 1, input.assurance", "item 2", "item 3, input",
    }  # fmt: skip
    assert 'Did you mean "comparator"?' in str(caught.value)


@pytest.mark.parametrize("given", [{"name": "x", "input": {}}, "text", None, 3])
def test_anything_but_a_list_is_refused(given: Any) -> None:
    with pytest.raises(DefinitionError, match="list of items"):
        decide(given)


def test_an_empty_list_is_decided() -> None:
    assert decide([]) == []


def test_further_keys_are_let_through() -> None:
    assert one(remark="seen on site")["uses"]["CONTEXT"]["status"] == "met"
