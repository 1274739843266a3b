"""An XLSForm becomes column definitions: what has a counterpart is taken over exactly, the rest is listed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from shared.cases.columns import Column, Edit
from shared.cases.dictionary.definitions import MOMENT, Dictionary
from shared.cases.dictionary.expressions import Relevance, constraint, relevance
from shared.cases.dictionary.form import read_form
from shared.cases.dictionary.form_columns import form_dictionary
from shared.cases.forms import XlsForm
from shared.errors import DefinitionError
from tests.cases.survey import CHOICES, SURVEY, form
from tests.sources.made import changed_member, zipped


def dictionary(folder: Path, survey: list[list[str]] | None = None, **options: Any) -> Dictionary:
    path = folder / "form.xlsx"
    path.write_bytes(form(survey or SURVEY))
    return form_dictionary(read_form(path, "form.xlsx"), XlsForm(file="form.xlsx", **options))


def test_the_form_itself(tmp_path: Path) -> None:
    (tmp_path / "f.xlsx").write_bytes(form())
    read = read_form(tmp_path / "f.xlsx", "f")
    assert (read.title, read.version, read.language) == ("Water survey", "3", "English (en)")
    assert read.languages == ("English (en)", "Kiswahili (sw)")
    assert read.repeats == {"child": 2}
    names = [question.name for question in read.questions]
    assert names[:5] == ["start", "end", "today", "username", "consent"]
    assert "thanks" not in names
    assert "child_age" not in names
    assert next(q for q in read.questions if q.name == "age").groups == ("home",)


def test_every_definition_is_one_of_case_yaml(tmp_path: Path) -> None:
    found = dictionary(tmp_path)
    columns = {name: Column.model_validate(rules) for name, rules in found.columns.items()}
    assert [Edit.model_validate(edit).id for edit in found.edits] == ["form-children", "form-income"]
    assert columns["home/age"] == Column.model_validate(
        {"role": "quasi-identifier", "type": "integer", "label": "Age in years", "required": True, "minimum": 18,
         "maximum": 110, "applicable_when": {"column": "consent", "is_in": ["y"]}}
    )  # fmt: skip
    assert columns["consent"].label == "Do you agree ?"
    assert columns["home/water"].allowed == ("tap", "well", "river")
    assert columns["start"].pattern == columns["end"].pattern == MOMENT
    assert columns["today"].type == columns["moved"].type == "date"
    assert columns["moved"].not_before == "2000-01-01"
    assert columns["ref"].pattern == "[A-Z]{2}[0-9]{4}"
    assert columns["home/members"].minimum == 1  # more than 0, in whole numbers
    assert columns["income"].minimum is None  # 0.01 is more than 0: that is an edit, not a minimum


def test_roles_are_guessed_on_the_safe_side(tmp_path: Path) -> None:
    roles = {name: rules["role"] for name, rules in dictionary(tmp_path).columns.items()}
    assert roles["respondent_name"] == roles["username"] == roles["place"] == "identifier"
    assert roles["home/need_other"] == "free text"
    assert roles["home/water"] == "sensitive"
    assert roles["home/minutes"] == "measure"
    assert roles["start"] == "date"


def test_when_a_question_is_asked(tmp_path: Path) -> None:
    columns = dictionary(tmp_path).columns
    assert columns["home/water"]["applicable_when"] == {"column": "consent", "is_in": ["y"]}
    # inside the group, and only asked of those who answered a question of the same group
    assert columns["home/minutes"]["applicable_when"] == {"column": "home/water", "is_in": ["well", "river"]}
    assert columns["home/need_other"]["applicable_when"]["column"] == "home/needs/other"
    assert "applicable_when" not in columns["income"]
    assert "applicable_when" not in columns["consent"]


def test_a_condition_from_outside_a_group_is_not_enough(tmp_path: Path) -> None:
    survey = [row[:] for row in SURVEY]
    row = next(row for row in survey if row[1] == "minutes")
    row[5] = "${ref} = 'AB1234'"  # asked of everybody, so it does not say that the group was reached
    found = dictionary(tmp_path, survey)
    assert "applicable_when" not in found.columns["home/minutes"]
    assert any('"minutes", when it is asked: ${consent}' in note for note in found.notes)


def test_what_is_not_taken_over_is_listed(tmp_path: Path) -> None:
    assert dictionary(tmp_path).notes == [
        'Not taken over from the form for "income", when it is asked: ${age} >= 18',
        'Not taken over from the form for "moved", its constraint: . <= today( )',
        'The repeated group "child" of the form (2 questions) is not read.',
    ]


def test_rules_across_questions_become_edits(tmp_path: Path) -> None:
    children, income = dictionary(tmp_path).edits
    assert (children["left"], children["op"], children["right"]) == ("home/children", "<=", "home/members")
    assert (income["left"], income["op"], income["value"]) == ("income", ">", 0.0)


def test_questions_with_several_answers(tmp_path: Path) -> None:
    together = dictionary(tmp_path, choices="together").columns
    assert together["home/needs"]["pattern"] == "(?:food|school|other)(?: (?:food|school|other))*"
    assert "home/needs/food" not in together
    assert "applicable_when" not in together["home/need_other"]  # one column of several answers cannot be asked
    split = dictionary(tmp_path, choices="split").columns
    assert "home/needs" not in split
    assert split["home/needs/school"] == {
        "role": "sensitive", "type": "boolean", "label": "What do you need?: School fees",
        "applicable_when": {"column": "consent", "is_in": ["y"]},
    }  # fmt: skip
    both = dictionary(tmp_path, choices="both").columns
    assert {"home/needs", "home/needs/food", "home/needs/school", "home/needs/other"} <= set(both)


def test_headings_and_answers_as_labels(tmp_path: Path) -> None:
    columns = dictionary(tmp_path, headers="labels", answers="labels", language="Kiswahili (sw)").columns
    assert columns["Nyumba yako/Maji yako wapi?"]["allowed"] == ["Bomba", "Kisima", "Mto"]
    assert columns["Nyumba yako/Dakika"]["applicable_when"] == {
        "column": "Nyumba yako/Maji yako wapi?", "is_in": ["Kisima", "Mto"],
    }  # fmt: skip
    assert "Nyumba yako/Unahitaji nini?/Karo" in columns
    assert "start" in columns


def test_headings_without_groups_and_as_odk_writes_them(tmp_path: Path) -> None:
    assert "age" in dictionary(tmp_path, groups=None).columns
    assert "needs/food" in dictionary(tmp_path, groups=None).columns
    odk = dictionary(tmp_path, groups="-").columns
    assert "home-age" in odk
    assert "home-needs/food" in odk
    assert [name for name in odk if name.startswith("place")] == [
        "place-Latitude", "place-Longitude", "place-Altitude", "place-Accuracy",
    ]  # fmt: skip


def test_two_questions_with_one_heading_and_absent_ones(tmp_path: Path) -> None:
    survey = [*SURVEY, ["begin_group", "more", "More", "Zaidi"], ["integer", "ref", "Other", "Nyingine"], ["end_group"]]
    found = dictionary(tmp_path, survey, groups=None)
    assert 'Two questions of the form have the heading "ref"; the first is described.' in found.notes
    assert found.columns["ref"]["label"] == "Reference"
    assert "more/ref" in dictionary(tmp_path, survey).columns
    assert "place" not in dictionary(tmp_path, absent=("place",)).columns


def test_a_form_in_csv_and_choices_elsewhere(tmp_path: Path) -> None:
    text = (
        '"survey",,\n,"type","name","label"\n,"select_one_from_file towns.csv","town","Town"\n'
        ',"range","how","How good?"\n,"integer","n","N"\n'
    )
    (tmp_path / "f.csv").write_text(text)
    found = form_dictionary(read_form(tmp_path / "f.csv", "f"), XlsForm(file="f"))
    assert found.columns["town"]["type"] == "text"
    assert found.columns["how"] == {
        "role": "measure", "type": "integer", "minimum": 1.0, "maximum": 10.0, "label": "How good?",
    }  # fmt: skip
    assert found.notes == ['The choices of "town" are in another file and are not checked.']


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${q} = 'a'", Relevance("q", ("a",))),
        ("'a'=${q}", Relevance("q", ("a",))),
        ("(${q}='a' or selected(${q}, \"b\"))", Relevance("q", ("a", "b"))),
        ("selected(../q, 'a')", Relevance("q", ("a",))),
        ("${q} = 1", Relevance("q", ("1",))),
        ("${q} != ''", Relevance("q", None)),
        ("${q} != 'a'", None),  # true also where q was not answered
        ("${q} = ''", None),
        ("not(${q} = 'a')", None),
        ("${q} = 'a' and ${r} = 'b'", None),
        ("${q} = 'a' or ${r} = 'b'", None),
        ("${q} > 5", None),
        ("${q} = ${r}", None),
        ("${q} = 'a' or ${q} = 'b' and ${q} = 'c'", None),
        ("count(${q}) = 1", None),
        ("", None),
        ("garbage ((", None),
    ],
)
def test_conditions(text: str, expected: Relevance | None) -> None:
    assert relevance(text) == expected


@pytest.mark.parametrize(
    ("text", "whole", "expected"),
    [
        (". >= 0 and . <= 120", True, {"minimum": 0, "maximum": 120}),
        ("(0 < .) and (.<10)", True, {"minimum": 1, "maximum": 9}),
        (". > 0.5", True, {"compared": [(">", None, 0.5)]}),
        (". > 0", False, {"compared": [(">", None, 0.0)]}),
        (". >= 1 and . >= 3", True, {"minimum": 3}),
        ("string-length(.) = 11", False, {"pattern": r"[\s\S]{11}"}),
        ("string-length(.) < 4", False, {"pattern": r"[\s\S]{0,3}"}),
        ("regex(., '^a, b$')", False, {"pattern": "^a, b$"}),
        (". < ${other}", True, {"compared": [("<", "other", None)]}),
        (". >= date('2024-01-01')", False, {"not_before": "2024-01-01"}),
        (". <= today()", False, {"left_over": [". <= today( )"]}),
        (". = 5", True, {"left_over": [". = 5"]}),
        (". >= 0 and . <= today()", True, {"minimum": 0, "left_over": [". <= today( )"]}),
        (". >= 0 or . = -99", True, {"left_over": [". >= 0 or . = -99"]}),
        ("", True, {"left_over": [""]}),
    ],
)
def test_constraints(text: str, whole: bool, expected: dict[str, Any]) -> None:
    found = constraint(text, whole=whole)
    kept = {name: value for name, value in vars(found).items() if value not in (None, [])}
    assert kept == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "empty or larger"),
        (b"PK\x03\x04rubbish", "damaged zip"),
        (b"%PDF-1.7", "This is no sound XLSForm"),
        (form([["select_one nothing", "q", "Q", "Q"]]), "This is no sound XLSForm"),
        (form([["integer", "q", "Q", "Q"], ["integer", "q", "Q", "Q"]]), "This is no sound XLSForm"),
        (form([["begin_group", "q", "Q", "Q"]]), "This is no sound XLSForm"),
        (zipped({"xl/workbook.xml": bytes(60_000_000)}), "zip bomb"),
        (changed_member(form(), "xl/workbook.xml", lambda _: b"<broken"), "cannot be read"),
    ],
)
def test_forms_that_are_none(tmp_path: Path, data: bytes, expected: str) -> None:
    (tmp_path / "f.xlsx").write_bytes(data)
    with pytest.raises(DefinitionError) as caught:
        read_form(tmp_path / "f.xlsx", "f.xlsx")
    assert expected in str(caught.value)


def test_a_missing_form(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match="The form cannot be read"):
        read_form(tmp_path / "f.xlsx", "f.xlsx")
    assert CHOICES[0][0] == "list_name"
