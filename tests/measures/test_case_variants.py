"""Weights, clusters, crossed margins, tables without records, lists cut short, and what is missing for an answer."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from shared.measures.intervals import wilson
from shared.measures.measurement import State
from tests.measures.cases import RISQ, bare, measured, source, text, town

SEX = {"role": "quasi-identifier", "type": "category", "allowed": ["F", "M"], "required": True}
BY_SEX = {"id": "sex", "label": "Sex", "source": "records", "column": "sex", "reference": "census",
          "reference_by": "sex", "reference_count": "people"}  # fmt: skip
EVEN = pd.DataFrame({"sex": ["F", "M"], "people": [1000, 1000]})


def estimate(**changes: Any) -> dict[str, Any]:
    return {"id": "e", "label": "E", "source": "records", "column": "answer", "is_in": ["yes"], **changes}


def test_weights_count_in_shares_and_records_in_intervals() -> None:
    """100 women of weight 1 who answered, 50 men of weight 3 who did not."""
    columns = {"sex": SEX, "answer": {"role": "measure", "required": True}, "w": {"role": "other", "type": "number"}}
    frame = text(sex=["F"] * 100 + ["M"] * 50, answer=["yes"] * 100 + [None] * 50, w=["1"] * 100 + ["3"] * 50)
    definition = bare(
        sources={"records": source("records", columns, weight="w"), "census": source("reference")},
        margins=[BY_SEX], estimates=[{**estimate(), "column": "sex", "is_in": ["F"]}],
    )  # fmt: skip
    found = measured(definition, {"records": frame, "census": EVEN})
    assert found["DAT-1"].value == pytest.approx((1 + 100 / 250) / 2)
    assert (found["DAT-2"].numerator, found["DAT-2"].denominator) == (100, 250)
    # Kish: 150 (100 + 50 * 9) / 250^2 = 1.32, and answering goes with the weight, so the effect is another
    centre = 0.4
    variance = 150 / 149 * (100 * 0.6**2 + 50 * (3 * 0.4) ** 2) / 250**2
    expected = wilson(centre * 150, 150, deff=variance * 150 / (0.4 * 0.6))
    assert (found["DAT-2"].low, found["DAT-2"].high) == pytest.approx((expected.low, expected.high))
    assert found["REP-3"].value == pytest.approx(0.1)
    assert {p.label: p.value for p in found["REP-4"].parts} == pytest.approx({"F": 0.8, "M": 1.2})
    moved = abs(0.4 - 2 / 3)
    se = math.sqrt(0.4 * 0.6 / 150 * 1.32)
    assert found["ACC-4"].value == pytest.approx(moved / se)


def test_an_estimate_without_answers_is_shown_without_a_value() -> None:
    frame = text(answer=["yes", "no"] * 20, other=[None] * 40)
    columns = {"answer": {"role": "measure"}, "other": {"role": "measure"}}
    specs = [estimate(), estimate(id="o", label="O", column="other")]
    found = measured(bare(sources={"records": source("records", columns)}, estimates=specs), {"records": frame})[
        "ACC-1"
    ]
    assert [(p.label, p.value is None) for p in found.parts] == [("E", False), ("O", True)]


def test_clusters_widen_intervals() -> None:
    """Ten clusters of 60, five all yes and five all no: worth nine records."""
    columns = {"answer": {"role": "measure", "required": True}, "place": {"role": "area"}}
    frame = text(answer=["yes"] * 300 + ["no"] * 300, place=[f"C{i // 60}" for i in range(600)])
    declared = source("records", columns, cluster="place")
    found = measured(bare(sources={"records": declared}, estimates=[estimate()]), {"records": frame})["ACC-1"]
    nine = wilson(4.5, 9)
    assert found.value == pytest.approx(50 * (nine.high - nine.low))
    stated = estimate(design_effect=1.0, design_effect_reason="measured by a repeat survey")
    alone = measured(bare(sources={"records": declared}, estimates=[stated]), {"records": frame})["ACC-1"]
    plain = binomtest(300, 600).proportion_ci(method="wilson")
    assert alone.value == pytest.approx(50 * (plain.high - plain.low))


def test_clusters_widen_completeness_too() -> None:
    frame = text(answer=["yes"] * 300 + [None] * 300, place=[f"C{i // 60}" for i in range(600)])
    columns = {"answer": {"role": "measure", "required": True}, "place": {"role": "area"}}
    with_clusters, without = (
        measured(bare(sources={"records": source("records", columns, **more)}), {"records": frame}, draws=1000)
        for more in ({"cluster": "place"}, {})
    )
    for indicator in ("DAT-1", "DAT-2"):
        wide, narrow = with_clusters[indicator], without[indicator]
        assert wide.value == narrow.value == 0.5
        assert (wide.high or 0) - (wide.low or 0) > 4 * ((narrow.high or 0) - (narrow.low or 0))


def test_margins_crossed_where_the_reference_gives_them_crossed() -> None:
    """Each margin is even; crossed, the rates are .8, .4, .4, .8."""
    columns = {"sex": SEX, "area": {"role": "area"}}
    cells = [("F", "N", 40), ("F", "S", 20), ("M", "N", 20), ("M", "S", 40)]
    frame = text(sex=[s for s, _, n in cells for _ in range(n)], area=[a for _, a, n in cells for _ in range(n)])
    census = pd.DataFrame({"sex": ["F", "F", "M", "M"], "area": ["N", "S", "N", "S"], "people": [50, 50, 50, 50]})
    by_area = {**BY_SEX, "id": "area", "label": "Area", "column": "area", "reference_by": "area"}
    definition = bare(
        sources={"records": source("records", columns), "census": source("reference")}, margins=[BY_SEX, by_area]
    )
    found = measured(definition, {"records": frame, "census": census})["REP-5"]
    assert {p.label: p.value for p in found.parts} == pytest.approx(
        {"Sex": 0, "Area": 0, "Sex by Area": math.sqrt(8 / 199) / 0.6}
    )
    assert found.value == pytest.approx(math.sqrt(8 / 199) / 0.6)
    assert "crossed" in found.note


def test_raking_cost_by_hand() -> None:
    """A third women, two thirds men, weighted to two fifths and three fifths: weights 1.2 and 0.9."""
    frame = text(sex=["F"] * 200 + ["M"] * 400)
    census = pd.DataFrame({"sex": ["F", "M"], "people": [4000, 6000]})
    definition = bare(
        sources={"records": source("records", {"sex": SEX}), "census": source("reference")}, margins=[BY_SEX]
    )
    found = measured(definition, {"records": frame, "census": census})["REP-9"]
    assert found.value == pytest.approx(1.44 / 3 + 0.81 * 2 / 3)
    assert 1 <= (found.low or 0) < 1.02 < (found.high or 0) < 1.1


def test_weighted_estimate_by_hand() -> None:
    """Women: 50 of 200 yes; men: 300 of 400 yes. Weighted .4 x .25 + .6 x .75 = .55, unweighted 350 / 600."""
    answers = ["yes"] * 50 + ["no"] * 150 + ["yes"] * 300 + ["no"] * 100
    frame = text(sex=["F"] * 200 + ["M"] * 400, answer=answers)
    census = pd.DataFrame({"sex": ["F", "M"], "people": [4000, 6000]})
    definition = bare(
        sources={
            "records": source("records", {"sex": SEX, "answer": {"role": "measure"}}),
            "census": source("reference"),
        },
        margins=[BY_SEX],
        estimates=[estimate(), estimate(id="women", label="Women", column="sex", is_in=["F"])],
    )
    found = measured(definition, {"records": frame, "census": census})["ACC-4"]
    share = 350 / 600
    assert found.value == pytest.approx((share - 0.55) / math.sqrt(share * (1 - share) / 600))
    assert [p.label for p in found.parts] == ["E"]  # the weights fix the share of women themselves


TABLE = pd.DataFrame({"status": pd.array(["a", "b", None], dtype="str"), "n": pd.array([60, 30, 10], dtype="Int64")})
STATUS = {"status": {"role": "group", "allowed": ["a"], "missing": ["Unknown"], "type": "category"},
          "n": {"role": "count", "type": "integer"}}  # fmt: skip


def test_tables_without_records() -> None:
    definition = bare(sources={"t": source("table", STATUS)})
    definition["features"] = {**definition["features"], "content": "quantitative"}
    found = measured(definition, {"t": TABLE})
    assert found["DAT-1"].value == pytest.approx(0.9)
    assert [(p.numerator, p.denominator) for p in found["DAT-1"].parts] == [(90, 100)]
    assert (found["DAT-3"].numerator, found["DAT-3"].denominator) == (60, 90)
    assert (found["DAT-4"].numerator, found["DAT-4"].denominator) == (3, 3)
    for indicator in ("DAT-2", "DAT-5", "DAT-7", "DAT-8"):
        assert found[indicator].state is State.NOT_KNOWN
        assert "own machine" in found[indicator].question
    for indicator in ("ETH-6", "SDC-3", "SDC-4", "SDC-5"):
        assert found[indicator].state is State.NOT_APPLICABLE


def test_a_table_that_shows_no_unknown_group_tells_nothing_of_completeness() -> None:
    columns = {"status": {"role": "group"}, "n": {"role": "count", "type": "integer"}}
    found = measured(bare(sources={"t": source("table", columns)}), {"t": TABLE.dropna()})
    assert found["DAT-1"].state is State.NOT_KNOWN
    assert found["DAT-3"].state is State.NOT_KNOWN


def test_repeated_rows_and_several_count_columns_of_a_table() -> None:
    wide = source(
        "table", {"age": {"role": "group"}, "M": {"role": "count"}, "F": {"role": "count"}},
        long={"columns": ["M", "F"], "into": "sex", "count": "people"},
    )  # fmt: skip
    frame = pd.DataFrame({"age": ["0-15", "0-15", "16+", "16+", "16+"], "sex": ["M", "F", "M", "F", "F"], "people": 1})
    found = measured(bare(sources={"t": wide}), {"t": frame})["DAT-4"]
    assert (found.numerator, found.denominator) == (4, 5)


def test_estimate_total_and_margin_of_tables() -> None:
    definition = bare(
        sources={"t": source("table", STATUS), "census": source("reference")},
        margins=[{**BY_SEX, "source": "t", "column": "status", "count": "n", "reference_by": "status"}],
        estimates=[estimate(source="t", column="status", is_in=["a"], count="n")],
    )
    census = pd.DataFrame({"status": ["a", "b"], "people": [1, 1]})
    found = measured(definition, {"t": TABLE, "census": census})
    limits = wilson(60, 90)
    assert found["ACC-1"].value == pytest.approx(50 * (limits.high - limits.low))
    assert found["REP-3"].value == pytest.approx(1 / 6)
    assert found["REP-9"].value == pytest.approx(2 / 3 * 0.75**2 + 1 / 3 * 1.5**2)
    assert found["ACC-4"].state is State.NOT_KNOWN


def test_a_list_cut_short_is_compared_as_far_as_it_goes() -> None:
    table = source("table", STATUS, listing="top only")
    margin = {**BY_SEX, "source": "t", "column": "status", "count": "n", "reference_by": "status"}
    census = pd.DataFrame({"status": ["a", "b", "c"], "people": [30, 10, 60]})
    frames = {"t": TABLE, "census": census}
    found = measured(bare(sources={"t": table, "census": source("reference")}, margins=[margin]), frames)
    assert found["REP-3"].value == pytest.approx(abs(60 / 90 - 30 / 40))
    assert "largest groups" in found["REP-3"].parts[0].note
    asked = {**margin, "required_groups": ["a", "c"]}
    found = measured(bare(sources={"t": table, "census": source("reference")}, margins=[asked]), frames)
    assert found["REP-4"].state is State.NOT_KNOWN
    assert "c" in found["REP-4"].question


def test_groups_outside_the_reference_are_left_out_and_said() -> None:
    frame = text(area=["N"] * 30 + ["S"] * 20 + ["elsewhere"] * 50)
    census = pd.DataFrame({"area": ["N", "S"], "people": [50, 50]})
    by_area = {**BY_SEX, "column": "area", "reference_by": "area"}
    definition = bare(
        sources={"records": source("records", {"area": {"role": "area"}}), "census": source("reference")},
        margins=[by_area],
    )
    found = measured(definition, {"records": frame, "census": census})
    assert found["REP-3"].value == pytest.approx(0.1)
    assert "left out" in found["REP-3"].parts[0].note
    assert found["REP-12"].parts[1].value is None
    assert "not defined" in found["REP-12"].parts[1].note


def test_a_required_group_the_reference_lacks_is_a_fault_of_the_definition() -> None:
    definition = bare(
        sources={"records": source("records", {"sex": SEX}), "census": source("reference")},
        margins=[{**BY_SEX, "required_groups": ["X"]}],
    )
    found = measured(definition, {"records": text(sex=["F", "M"]), "census": EVEN})
    assert found["REP-4"].state is State.ERROR
    assert '"X"' in found["REP-4"].reason


def test_unsettled_units_need_a_share() -> None:
    counts = {"responded": 10, "not_responded": 5, "unknown": 3, "not_eligible": 1}
    found = measured(bare(dispositions=counts))
    assert {found[i].state for i in ("REP-7", "REP-8")} == {State.NOT_KNOWN}
    assert "could not be settled" in found["REP-7"].question


def test_non_response_from_invited_and_achieved() -> None:
    definition = bare()
    definition["features"] = {**definition["features"], "invited": 200, "achieved": 150}
    assert measured(definition)["REP-7"].value == 0.25
    assert measured(definition)["REP-6"].state is State.NOT_KNOWN  # who answered, by group, is not told
    assert measured(bare())["REP-6"].state is State.NOT_APPLICABLE


def test_r_is_not_shown_where_hardly_anybody_answered() -> None:
    cells = {"source": "list", "by": ["gender"], "responded": "n_resp", "invited": "N"}
    definition = bare(sources={"list": source("reference")}, response_cells=cells)
    found = measured(definition, {"list": RISQ.assign(N=RISQ["N"] * 10)})
    assert found["REP-6"].state is State.NOT_APPLICABLE
    assert found["REP-5"].state is State.MEASURED  # the variation of inclusion still has its meaning


def test_near_duplicates_of_a_long_questionnaire() -> None:
    rng = np.random.default_rng(3)
    answers = rng.integers(0, 5, (30, 45)).astype(str)
    answers[7] = answers[3]
    columns = {f"q{i}": {"role": "measure"} for i in range(45)}
    frame = text(**{f"q{i}": list(answers[:, i]) for i in range(45)})
    found = measured(bare(sources={"records": source("records", columns)}), {"records": frame})["DAT-8"]
    assert (found.numerator, found.denominator) == (2, 30)


def test_agreement_by_code_says_where_it_is_undefined() -> None:
    frame = text(
        code=["X"] * 4 + ["Y"] * 3, one=["1", "0", "1", "0", "0", "0", "0"], two=["1", "0", "1", "0", "0", "0", "0"]
    )
    columns = {name: {"role": "other"} for name in frame}
    definition = bare(
        sources={"c": source("records", columns)}, coders={"source": "c", "columns": ["one", "two"], "code": "code"}
    )
    found = measured(definition, {"c": frame})["QUA-3"]
    assert found.value == pytest.approx(1)
    assert [(p.label, p.value) for p in found.parts] == [("X", pytest.approx(1)), ("Y", None)]
    assert "undefined" in found.parts[1].note


def test_ordered_repeat_answers_use_weighted_kappa() -> None:
    """Low, middle, high: off by two steps costs four times as much as off by one."""
    pairs = (
        [("low", "low")] * 3
        + [("middle", "middle")] * 2
        + [("high", "high")] * 3
        + [("low", "high"), ("middle", "high")]
    )
    table = np.zeros((3, 3))
    order = ["low", "middle", "high"]
    for a, b in pairs:
        table[order.index(a), order.index(b)] += 1
    cost = np.array([[0, 1, 4], [1, 0, 1], [4, 1, 0]])
    expected = 1 - (cost * table).sum() / 10 / (cost * np.outer(table.sum(1), table.sum(0)) / 100).sum()
    frame = text(first=[a for a, _ in pairs], again=[b for _, b in pairs])
    definition = bare(
        sources={"records": source("records", {"first": {"role": "other"}, "again": {"role": "other"}})},
        repeat_pairs={"source": "records", "first": "first", "second": "again", "ordered": order},
    )
    found = measured(definition, {"records": frame})["PRO-8"]
    assert found.value == pytest.approx(expected)
    assert "quadratic" in found.note


def test_interviewer_effect_below_zero_is_shown_as_none() -> None:
    frame = text(who=["A", "A", "B", "B", "C", "C"], answer=["yes", "no"] * 3)
    definition = bare(
        sources={"records": source("records", {"who": {"role": "other"}, "answer": {"role": "measure"}})},
        interviewer={"source": "records", "column": "who", "outcome": "answer", "is_in": ["yes"]},
    )
    found = measured(definition, {"records": frame})["PRO-10"]
    assert found.value == 1
    assert found.parts[0].value == pytest.approx(-1)  # everything varies within interviewers, nothing between


def test_metadata_nobody_knows_of_is_a_bound_and_a_question() -> None:
    known = {"title": "t", "version": False, "contact": None}
    found = measured(bare(metadata=known))["DOC-1"]
    assert (found.value, found.low, found.high) == pytest.approx((1 / 26, 1 / 26, 25 / 26))
    assert "contact" in found.question
    assert measured(bare(metadata={"contact": None}))["DOC-1"].state is State.NOT_KNOWN


def test_an_estimate_equal_to_its_benchmark_has_no_defect() -> None:
    frame = text(answer=["yes"] * 20 + ["no"] * 80)
    spec = estimate(official=0.2, population=5000, decision_line=0.5)
    definition = bare(sources={"records": source("records", {"answer": {"role": "measure"}})}, estimates=[spec])
    found = measured(definition, {"records": frame})
    assert found["REP-10"].value == 5000
    assert found["ACC-8"].text == "over 100"
    assert found["ACC-2"].value == pytest.approx(0)
    assert found["ACC-2"].low == 0


def test_share_by_area_against_a_published_share() -> None:
    """Source 1, 2, 3 of 4 by area; published .2, .4, .9."""
    frame = text(
        area=["a"] * 4 + ["b"] * 4 + ["c"] * 4,
        answer=["yes"] + ["no"] * 3 + ["yes", "yes"] + ["no"] * 2 + ["yes"] * 3 + ["no"],
    )
    pairs = {"label": "p", "source": "records", "by": "area", "column": "answer", "is_in": ["yes"], "reference": "r",
             "reference_by": "area", "reference_value": "rate", "reference_is": "share"}  # fmt: skip
    columns = {"area": {"role": "area"}, "answer": {"role": "measure"}}
    definition = bare(sources={"records": source("records", columns), "r": source("reference")}, domain_pairs=pairs)
    rates = pd.DataFrame({"area": ["a", "b", "c"], "rate": [0.2, 0.4, 0.9]})
    x, y = np.array([0.25, 0.5, 0.75]), np.array([0.2, 0.4, 0.9])
    expected = 2 * np.mean((x - 0.5) * (y - 0.5)) / (x.var() + y.var() + 0)
    assert measured(definition, {"records": frame, "r": rates})["COH-3"].value == pytest.approx(expected)
    two = measured(definition, {"records": frame, "r": rates.head(2)})["COH-3"]
    assert two.state is State.NOT_APPLICABLE


def test_dates_missing_and_dates_in_the_future() -> None:
    found = measured(bare())
    for indicator in ("TIM-1", "TIM-2", "TIM-3", "TIM-4", "TIM-5"):
        assert found[indicator].state is State.NOT_KNOWN
    dates = {**bare()["dates"], "tolerated_age_years": 2}
    assert measured(bare(dates=dates), as_of=date(2023, 6, 1))["TIM-5"].value == 0


def test_levels_of_participation_half_known() -> None:
    found = measured(bare(participation={"design": 5, "collect": 4}))["PAR-1"]
    assert found.state is State.NOT_KNOWN
    assert [p.value for p in found.parts] == [5, 4, None, None, None, None]
    assert "process" in found.question
    none = dict.fromkeys(("design", "collect", "process", "analyse", "share", "use"), 0)
    assert measured(bare(participation=none))["PAR-1"].state is State.NOT_APPLICABLE


def test_an_estimate_counts_only_those_whom_its_question_concerns() -> None:
    """Of 600, 150 rent; everybody was asked about arrears by mistake, and only the renters' answers count."""
    definition, frames = town()
    records = frames["records"].assign(arrears=["yes" if i % 8 == 0 else "no" for i in range(600)])
    column = {"role": "group", "type": "category", "allowed": ["yes", "no"], "label": "In arrears",
              "applicable_when": {"column": "home", "is_in": ["rent"]}}  # fmt: skip
    definition["sources"]["records"]["columns"]["arrears"] = column
    spec = {"id": "arrears", "label": "In arrears", "source": "records", "column": "arrears", "is_in": ["yes"]}
    found = measured({**definition, "estimates": [spec]}, {**frames, "records": records})
    # i % 8 == 0 is in arrears, i % 4 == 0 rents: 75 of the 150 renters, not 75 of 600
    assert [(p.numerator, p.denominator) for p in found["ACC-1"].parts] == [(75, 150)]
