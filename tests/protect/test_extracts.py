"""Records may leave only where k look alike and l answers differ among them."""

from __future__ import annotations

import pandas as pd

from shared.protect.extracts import check_extract

ROLES = {"ref": "identifier", "note": "free text", "sex": "quasi-identifier", "area": "area", "status": "sensitive"}


def said(frame: pd.DataFrame, policy: str = "threshold-10-round-5") -> list[str]:
    return [fault.problem for fault in check_extract(frame, ROLES, policy).faults]


def test_three_alike_with_two_answers_pass_and_the_strict_policy_asks_for_five_with_three() -> None:
    frame = pd.DataFrame({"sex": ["f"] * 3 + ["m"] * 4, "status": ["a", "b", "a", "a", "b", "b", "c"]})
    assert said(frame) == []
    assert len(said(frame, "strict")) == 2


def test_a_rare_combination_and_a_group_of_one_answer_are_named_without_values() -> None:
    frame = pd.DataFrame(
        {"sex": ["f"] * 5 + ["m"] * 2, "area": ["E09000001"] * 7, "status": ["granted"] * 5 + ["refused", "granted"]}
    )
    found = said(frame)
    assert len(found) == 2
    assert "sex, area" in found[0]
    assert '"status"' in found[1]
    assert not any(value in text for text in found for value in ("E09000001", "granted", "refused"))
    assert check_extract(frame, ROLES, "threshold-10-round-5").rare == "fewer than 10"


def test_identifiers_free_text_and_undescribed_columns_never_leave() -> None:
    frame = pd.DataFrame({"ref": ["1"] * 6, "note": ["x"] * 6, "extra": ["y"] * 6, "sex": ["f"] * 6})
    assert [text.split('"')[1] for text in said(frame)] == ["ref", "note", "extra"]
