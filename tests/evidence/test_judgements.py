"""Judged indicators: what a file may hold, every fault with its line, caps by evidence, assessors together."""

from datetime import date

import pytest

from shared.errors import DefinitionError
from shared.evidence.judgements import COLUMNS, Judgement, judge, read_judgements
from shared.framework.register import load_register
from shared.measures.measurement import State

HEADER = ",".join(COLUMNS)


@pytest.fixture
def written(tmp_path):
    def write(*lines: str, header: str = HEADER, encoding: str = "utf-8"):
        path = tmp_path / "judgements.csv"
        path.write_bytes(("\n".join([header, *lines]) + "\n").encode(encoding))
        return path

    return write


def faults(path) -> list[tuple[str, str]]:
    with pytest.raises(DefinitionError) as caught:
        read_judgements(path)
    return [(fault.where.removeprefix("judgements.csv, "), str(fault)) for fault in caught.value.faults]


def given(indicator, score, grade, assessor="A"):
    return Judgement(indicator, assessor, score, grade, "seen", date(2024, 3, 31))


def test_reads_what_is_judged_and_leaves_out_what_is_not(written):
    path = written(
        'GOV-1,Ann,3,E2,"Conduct rule, seen on paper",2024-03-31',
        "GOV-2,Ann,,,,",
        "# from the second assessor",
        "",
        "GOV-1,Ben, 2 ,E1,Said by the director,2024-04-01",
        "GOV-2,,,,,",
    )
    assert read_judgements(path) == (
        Judgement("GOV-1", "Ann", 3, "E2", "Conduct rule, seen on paper", date(2024, 3, 31)),
        Judgement("GOV-1", "Ben", 2, "E1", "Said by the director", date(2024, 4, 1)),
    )


def test_a_spreadsheet_file_with_byte_order_mark_and_help_columns_is_read(written):
    path = written(
        "GOV-1,Integrity,Ann,3,E2,seen,2024-03-31",
        header="indicator,name,assessor,score,grade,evidence,date",
        encoding="utf-8-sig",
    )
    assert [j.score for j in read_judgements(path)] == [3]


def test_header_only_is_a_file_without_judgements(written):
    assert read_judgements(written()) == ()


def test_all_faults_are_reported_at_once_with_their_lines(written):
    found = faults(
        written(
            "GOV-11,Ann,3,E2,seen,2024-03-31",
            "DAT-1,Ann,3,E2,seen,2024-03-31",
            "GOV-1,Ann,5,E2,seen,2024-03-31",
            "GOV-2,Ann,3,E4,seen,2024-03-31",
            "GOV-3,Ann,3,E2,,2024-03-31",
            "GOV-5,Ann,3,E2,seen,31/03/2024",
            "GOV-7,Ann,3,E2,seen,2024-02-30",
            "PAR-2,Ann,3,E2,seen,2024-03-31",
            "PAR-2,Ann,2,E2,seen,2024-03-31",
            "ETH-1,,3,,seen,",
            "ETH-3,Ann,3,E2,rule, and more,2024-03-31",
            "ETH-4,Ann,2.5,e2,seen,2024-03-31",
        )
    )
    assert [where for where, _ in found] == [
        "line 2, indicator", "line 3, indicator", "line 4, score", "line 5, grade", "line 6, evidence",
        "line 7, date", "line 8, date", "line 10", "line 11, assessor", "line 11, grade", "line 11, date",
        "line 12", "line 13, grade", "line 13, score",
    ]  # fmt: skip
    says = dict(found)
    assert 'Did you mean "GOV-1"' in says["line 2, indicator"]
    assert "computed from the data" in says["line 3, indicator"]
    assert "first is in line 9" in says["line 10"]
    assert "7 cells where the header has 6" in says["line 12"]
    assert 'Did you mean "E2"' in says["line 13, grade"]


def test_lines_are_counted_through_texts_of_several_lines(written):
    found = faults(written('GOV-1,Ann,3,E2,"first line', 'second line",2024-03-31', "GOV-2,Ann,9,E2,seen,2024-03-31"))
    assert [where for where, _ in found] == ["line 4, score"]


def test_a_shifted_row_does_not_repeat_its_text(written):
    (_, says), *_ = faults(written("a person told us her whole story,Ann,3,E2,seen,2024-03-31"))
    assert "story" not in says
    assert "no indicator" in says


@pytest.mark.parametrize(
    ("row", "accepted"),
    [
        ("GOV-1,Ann,0,E2,minutes,2024-03-31", True),
        ("GOV-1,Ann,0,E1,Two former caseworkers said that results were held back,2024-03-31", True),
        ("GOV-1,Ann,0,E1,heard so,2024-03-31", False),
        ("GOV-1,Ann,0,E0,nothing was found on the website or anywhere else,2024-03-31", False),
        ("GOV-1,Ann,3,E0,,2024-03-31", True),
    ],
)
def test_a_zero_needs_evidence_of_the_bad_state(written, row, accepted):
    path = written(row)
    if accepted:
        assert len(read_judgements(path)) == 1
    else:
        assert [where for where, _ in faults(path)] == ["line 2, evidence"]


@pytest.mark.parametrize(
    ("content", "where", "says"),
    [
        (b"", "judgements.csv", "empty"),
        (b"\n\n", "judgements.csv", "empty"),
        (b"indicator;assessor;score;grade;evidence;date\n", "line 1", "not separated by commas"),
        (b"indicator,assessor,score,grade,date\n", "line 1", '"evidence" is missing'),
        (b"indicator,assessor,score,score,grade,evidence,date\n", "line 1", '"score" is there twice'),
        (b"indicator,assessor,score,grade,evidence,date,colour\n", "line 1", "not known"),
        (HEADER.encode() + b"\nGOV-1,Ann,3,E2,caf\xe9,2024-03-31\n", "judgements.csv, line 2", "not in UTF-8"),
        (HEADER.encode() + b'\nGOV-1,Ann,3,E2,"open,2024-03-31\n', "line 2", "double quote"),
    ],
)
def test_a_file_that_is_not_as_it_must_be(tmp_path, content, where, says):
    path = tmp_path / "judgements.csv"
    path.write_bytes(content)
    with pytest.raises(DefinitionError, match=says) as caught:
        read_judgements(path)
    assert where in caught.value.faults[0].where


def test_a_missing_file_says_what_to_do(tmp_path):
    with pytest.raises(DefinitionError, match="casebook new"):
        read_judgements(tmp_path / "judgements.csv")


def test_one_score_for_each_judged_indicator_in_register_order():
    found = judge([])
    assert [score.indicator for score in found] == [entry.id for entry in load_register().judged()]
    assert len(found) == 35
    assert {score.state for score in found} == {State.NOT_KNOWN}
    assert all(score.score is None and score.question.endswith((".", "?")) for score in found)


@pytest.mark.parametrize(
    ("score", "grade", "counts", "capped"),
    [
        (4, "E1", 2, True), (2, "E1", 2, False), (4, "E2", 3, True), (3, "E2", 3, False),
        (4, "E3", 4, False), (0, "E2", 0, False), (1, "E1", 1, False),
    ],
)  # fmt: skip
def test_evidence_caps_the_score(score, grade, counts, capped):
    found = {s.indicator: s for s in judge([given("GOV-1", score, grade)])}["GOV-1"]
    assert (found.state, found.score, found.capped) == (State.MEASURED, counts, capped)


def test_no_evidence_is_not_known_whatever_the_score():
    found = {s.indicator: s for s in judge([given("GOV-1", 4, "E0")])}["GOV-1"]
    assert (found.state, found.score, found.capped) == (State.NOT_KNOWN, None, False)
    assert found.question == load_register()["GOV-1"].question
    assert len(found.judgements) == 1


def test_several_assessors_give_the_mean_of_capped_scores_and_keep_the_spread():
    rows = [given("GOV-1", 4, "E1", "A"), given("GOV-1", 3, "E2", "B"), given("GOV-1", 4, "E0", "C")]
    found = {s.indicator: s for s in judge(rows)}["GOV-1"]
    # 4 said counts 2; 3 seen counts 3; the third rests on nothing
    assert (found.score, found.low, found.high, found.capped) == (2.5, 2, 3, True)
    assert len(found.judgements) == 3


def test_qualitative_rigour_is_no_open_question_of_a_source_without_qualitative_content() -> None:
    found = {s.indicator: s for s in judge([], qualitative=False)}
    rigour = [entry.id for entry in load_register().judged() if entry.dimension == "QUA"]
    assert len(rigour) == 4
    assert {i for i, score in found.items() if score.state is State.NOT_APPLICABLE} == set(rigour)
    assert all(found[i].reason and not found[i].question for i in rigour)
    scored = judge([given("QUA-1", 3, "E2")], qualitative=False)  # somebody did judge it: that is kept
    assert next(s for s in scored if s.indicator == "QUA-1").state is State.MEASURED
