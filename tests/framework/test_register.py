"""The register holds what the framework says (framework.json beside this file is its published form)."""

import json
import math
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.cases.vocabulary import METADATA_ELEMENTS
from shared.errors import CasebookError, MeasureError
from shared.framework.register import Indicator, load_register

REGISTER = load_register()
FRAMEWORK = json.loads(Path(__file__).with_name("framework.json").read_text(encoding="utf-8"))
IDS = [entry.id for entry in REGISTER.indicators]
SCORED = [(entry.id, kind) for entry in REGISTER.indicators for kind in entry.goalposts]
TEXTS = ("plain", "question", "advice_organisation", "advice_user")


def counted(kind: str, level: int, *, qualitative: bool) -> int:
    return sum(
        entry.kind == kind and entry.level == level and (entry.dimension == "QUA") == qualitative
        for entry in REGISTER.indicators
    )


def test_thirteen_dimensions_and_95_indicators():
    assert len(REGISTER.dimensions) == 13
    assert Counter(entry.kind for entry in REGISTER.indicators) == {"computed": 60, "judged": 35}
    assert len(set(IDS)) == 95
    assert [d.model_dump() for d in REGISTER.dimensions] == FRAMEWORK["dimensions"]


def test_core_counts_of_section_4():
    assert (counted("computed", 1, qualitative=False), counted("judged", 1, qualitative=False)) == (18, 23)
    assert (counted("computed", 1, qualitative=True), counted("judged", 1, qualitative=True)) == (1, 2)


@pytest.mark.parametrize("written", FRAMEWORK["indicators"], ids=lambda written: written["id"])
def test_each_entry_is_as_the_framework_has_it(written):
    entry = REGISTER[written["id"]]
    kept = ("name", "level", "definition", "source", "note", "formula", "inputs", "unit")
    assert {key: getattr(entry, key) for key in kept} == {key: written.get(key, "") for key in kept}
    assert entry.kind == {"C": "computed", "J": "judged"}[written["type"]]
    assert list(entry.anchors) == written.get("anchors", [])
    assert entry.dimension == entry.id.partition("-")[0]
    low, high = written["lo"], written["hi"]
    if entry.id == "ACC-1":
        assert (low, high) == ("10 pts / 0.333", "2 pts / 0.05")
        assert entry.goalposts == {"proportion": (10, 2), "other": (0.333, 0.05)}
    else:
        assert entry.goalposts == ({} if low is None else {"value": (low, high)})


def test_order_is_the_framework_s():
    assert [written["id"] for written in FRAMEWORK["indicators"]] == IDS


@pytest.mark.parametrize("entry", REGISTER.indicators, ids=lambda entry: entry.id)
def test_each_entry_speaks_to_people(entry):
    for name in TEXTS:
        text = getattr(entry, name)
        assert len(text) >= 40, name
        assert text[0].isupper(), name
        assert text.endswith((".", "?")), name
        assert '"' not in text, name
    assert "?" in entry.question
    assert entry.plain.count(". ") == 0, "one sentence"
    assert bool(entry.numerator) >= bool(entry.denominator)
    if entry.kind == "judged":
        assert (entry.numerator, entry.counted, entry.worked_example) == ("", "", None)
    else:
        assert entry.counted
        assert set(entry.worked_example.inputs)
        assert entry.report_only or entry.worked_example.kind in entry.goalposts


def test_no_sentence_is_used_twice():
    sentences = Counter(
        sentence
        for entry in REGISTER.indicators
        for name in TEXTS
        for sentence in re.split(r"(?<=[.?]) ", getattr(entry, name))
        if len(sentence) > 25
    )
    assert [sentence for sentence, times in sentences.items() if times > 1] == []


@pytest.mark.parametrize("entry", REGISTER.indicators, ids=lambda entry: entry.id)
def test_marks_are_those_of_the_framework(entry):
    # goalposts and anchors are all proposals; † and ‡ stand in the source line
    signs = {"P": bool(entry.goalposts), "dagger": "†" in entry.source, "double-dagger": "‡" in entry.source}
    assert set(entry.marks) == {mark for mark, there in signs.items() if there}


def test_references_are_each_cited_and_found_as_words():
    cited = {reference.key for entry in REGISTER.indicators for reference in REGISTER.cited(entry)}
    assert cited == {reference.key for reference in REGISTER.references}
    assert [r.key for r in REGISTER.cited(REGISTER["SDC-6"])] == ["CKP", "PTABLE"]
    assert "ESS" not in [r.key for r in REGISTER.cited(REGISTER["GOV-1"])]


def test_metadata_completeness_lists_the_26_elements():
    listed = REGISTER["DOC-1"].denominator.partition(": ")[2].split("; ")
    assert tuple(listed) == METADATA_ELEMENTS


@pytest.mark.parametrize(
    ("indicator", "value", "kind", "expected"),
    [
        ("DAT-1", 0.84, "value", 50), ("DAT-1", 0.70, "value", 0), ("DAT-1", 0.1, "value", 0),
        ("DAT-1", 0.98, "value", 100), ("DAT-1", 1.0, "value", 100),
        ("DAT-6", 0.30, "value", 0), ("DAT-6", 0.06, "value", 80), ("TIM-1", 410, "value", 50),
        ("REP-5", math.inf, "value", 0), ("PAR-4", 0.4, "value", 50),
        ("ACC-1", 6, "proportion", 50), ("ACC-1", 0.1915, "other", 50),
        # log scale: 100 ln(n_eff / 10) / ln 40
        ("REP-10", 10, "value", 0), ("REP-10", 400, "value", 100), ("REP-10", 4000**0.5, "value", 50),
        ("REP-10", 20, "value", 100 * math.log(2) / math.log(40)), ("REP-10", math.inf, "value", 100),
        ("REP-10", 0, "value", 0),
        ("GOV-1", 0, "value", 0), ("GOV-1", 3, "value", 75), ("GOV-1", 2.5, "value", 62.5),
    ],
)  # fmt: skip
def test_score(indicator, value, kind, expected):
    assert REGISTER[indicator].score(value, kind) == pytest.approx(expected)


def test_a_case_study_s_own_goalposts():
    assert REGISTER["DAT-1"].score(0.7, goalposts=(0.4, 1.0)) == pytest.approx(50)
    assert REGISTER["REP-10"].score(100, goalposts=(1, 10000)) == pytest.approx(50)


@pytest.mark.parametrize(
    ("indicator", "value", "kind", "says"),
    [
        ("SDC-1", 0, "value", "shown only"),
        ("ACC-1", 5, "value", "Known: proportion, other"),
        ("DAT-1", math.nan, "value", "not a number"),
        ("GOV-1", 5, "value", "range"),
        ("REP-10", -1, "value", "log scale"),
    ],
)
def test_score_refuses(indicator, value, kind, says):
    with pytest.raises(MeasureError, match=says):
        REGISTER[indicator].score(value, kind)


def test_equal_goalposts_are_refused():
    with pytest.raises(MeasureError, match="equal"):
        REGISTER["DAT-1"].score(0.5, goalposts=(0.5, 0.5))


@given(st.sampled_from(SCORED), st.floats(0, 4), st.floats(0, 4))
def test_score_is_bounded_and_moves_the_better_way(which, a, b):
    entry, kind = REGISTER[which[0]], which[1]
    worse, good = sorted((a, b), reverse=entry.better == "lower")
    assert 0 <= entry.score(worse, kind) <= entry.score(good, kind) <= 100


def test_better_is_read_from_the_goalposts():
    assert (REGISTER["DAT-1"].better, REGISTER["DAT-6"].better) == ("higher", "lower")
    assert REGISTER["SDC-1"].better == "neither"
    assert {entry.better for entry in REGISTER.judged()} == {"higher"}


def test_an_unknown_indicator_gets_the_nearest():
    with pytest.raises(CasebookError, match='Did you mean "DAT-'):
        REGISTER["DAT-11"]


def test_an_incomplete_entry_is_refused():
    entry = REGISTER["DAT-1"].model_dump() | {"worked_example": None}
    with pytest.raises(ValueError, match="worked example"):
        Indicator.model_validate(entry)
    judged = REGISTER["GOV-1"].model_dump() | {"anchors": ("bad", "good")}
    with pytest.raises(ValueError, match="five anchors"):
        Indicator.model_validate(judged)
