"""What the case studies say together: counted, never by name, never as a mark."""

from __future__ import annotations

from typing import Any

from shared.batch.together import digest, together, together_html
from shared.framework.register import load_register

STATE = {"m": "measured", "k": "not known", "a": "not applicable"}


def result(context: str, benchmark: str, unmet: list[str], unknown: list[str], **states: str) -> dict[str, Any]:
    """A result with two uses and the states of a few indicators; all others are measured."""
    said = {
        "unmet": [{"code": c, "text": "Secret organisation"} for c in unmet],
        "unknown": [{"code": c} for c in unknown],
    }
    return {
        "case": {"organisation": "Secret organisation"},
        "uses": [{"use": "context", "status": context}, {"use": "benchmark", "status": benchmark} | said],
        "indicators": [
            {"id": i.id, "state": STATE[states.get(i.id.replace("-", "_"), "m")]} for i in load_register().indicators
        ],
        "sensitivity": [{"effects": [{"label": "where the floors are set"}]}],
    }


RESULTS = [
    result("met", "not_met", ["G6", "COH<60"], ["REP<60"], DOC_4="k"),
    result("met", "not_known", [], ["COH", "G6", "assurance>=A2"], DOC_4="k", PRO_8="a"),
    result("not_known", "not_met", ["REP"], ["G6"], GOV_1="k", PRO_8="k"),
]


def test_counts_by_hand() -> None:
    found = together([digest(one) for one in RESULTS])
    assert found["case_studies"] == 3
    assert found["uses"]["context"] == {"met": 2, "not_met": 0, "not_known": 1}
    assert found["uses"]["benchmark"] == {"met": 0, "not_met": 2, "not_known": 1}
    assert found["requirements"] == [
        {"requirement": "Gate “Outputs safe”", "not_met": 1, "not_known": 2},
        {"requirement": "Coherence and comparability", "not_met": 1, "not_known": 1},
        {"requirement": "Coverage and representativeness", "not_met": 1, "not_known": 1},
        {"requirement": "Assurance in the four practice areas", "not_met": 0, "not_known": 1},
    ]
    # PRO-8 does not apply to one source and is open for one other only; a question is listed from half of them on
    assert found["questions"] == [{"indicator": "DOC-4", "not_known": 2}]
    assert found["known"] == {
        "computed": {"of": 60, "fewest": 58, "most": 59}, "judged": {"of": 35, "fewest": 34, "most": 35},
    }  # fmt: skip
    assert found["hangs_on"] == {"where the floors are set": 3}


def test_one_or_two_results_are_not_spoken_of_together() -> None:
    assert together([digest(one) for one in RESULTS[:2]]) == {}
    assert together_html({}) == ""


def test_what_fails_for_one_use_and_is_open_for_another_counts_once_as_failed() -> None:
    one = result("met", "not_met", ["DAT<70"], [])
    one["uses"][0]["unknown"] = [{"code": "DAT<50"}]
    assert digest(one)["asked"] == {"DAT": "unmet"}


def test_the_page_names_nobody_and_has_a_question_for_each_row() -> None:
    page = together_html(together([digest(one) for one in RESULTS]))
    assert "Secret" not in page
    assert load_register()["DOC-4"].question[:40] in page
    assert page.count("<caption>") == 3
    assert "no estimates" in page
