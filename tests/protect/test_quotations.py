"""Quotations: only marked, masked and reviewed ones are shown, and every refusal says why without a word of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.batch.scan_needles import needles_of
from shared.cases.load import load_case
from shared.cases.model import CaseStudy
from shared.cases.project import Project
from shared.cases.scaffold import judgements_form
from shared.cli import main
from shared.errors import DefinitionError, ProtectionError
from shared.framework.register import load_register
from shared.protect import find_policy
from shared.protect.masking import Masks, words_of_answers
from shared.protect.quotations import fingerprint, masked_texts, quotations
from shared.report.study import open_case
from tests.cases.example import RECORDS, SLUG, definition, make_project, write_case

SAID = [
    "I came with Amina in March 2021. They helped us in Hartlepool.", "Nobody told Amina Hassan's sister where to go.",
    "We waited. Then they called on 07700 900123.", "Everything was fine.", "My name is Yusuf.", "I had no home.", "",
]  # fmt: skip
MAY = ["yes", "yes", "yes", "no", "yes", "yes", "yes"]
NAMES = ["Amina Hassan", "Bilal Noor", "Yusuf", "Leyla", "Sara", "Karim", "Nour"]
MASKED = [
    "I came with [name] in [date]. They helped us in [place].", "Nobody told [name]'s sister where to go.",
    "We waited. Then they called on [number].", "My name is [name].",
]  # fmt: skip


def with_words(project: Project, **changes: Any) -> CaseStudy:
    data = definition()
    source = data["sources"]["records"]
    source["columns"] |= {
        "name": {"role": "identifier"}, "said": {"role": "free text"},
        "may": {"role": "flag", "type": "category", "allowed": ["yes", "no"]},
    }  # fmt: skip
    data["quotations"] = {
        "source": "records", "column": "said", "publishable": {"column": "may", "is_in": ["yes"]},
        "mask_columns": {"name": "name"}, "mask_file": "masks.csv",
    } | changes  # fmt: skip
    lines = RECORDS.strip().split("\n")
    rows = [f"{line},{name},{text},{may}" for line, name, text, may in zip(lines[1:], NAMES, SAID, MAY, strict=True)]
    content = "\n".join([f"{lines[0]},name,said,may", *rows]) + "\n"
    path = write_case(project, data, {"data/sample/records.csv": content.encode()})
    (path.parent / "masks.csv").write_text("words,instead\nHartlepool,place\n", encoding="utf-8")
    (path.parent / "judgements.csv").write_text(judgements_form(load_register()), encoding="utf-8")
    return load_case(project, SLUG)


def records() -> pd.DataFrame:
    frame = pd.DataFrame(
        {"name": NAMES, "said": SAID, "may": MAY, "sex": ["Female", "Male"] * 3 + ["Female"]}, dtype="str"
    )
    frame["said"] = frame["said"].mask(frame["said"] == "")
    return frame.assign(consent=["given"] * 5 + ["refused", "given"])


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return make_project(tmp_path)


def refused(project: Project, **changes: Any) -> str:
    case = with_words(project, **changes)
    with pytest.raises(ProtectionError) as caught:
        quotations(project, case, records(), find_policy("threshold-10-round-5"), title="Words")
    text = str(caught.value)
    assert not any(word in text for name in NAMES for word in name.split())
    assert "home" not in text
    return text


REVIEW = {"reviewed_by": "B. Reader", "reviewed_on": "2024-06-30", "reviewed": fingerprint([(t, None) for t in MASKED])}


def test_only_marked_words_with_consent_are_shown_and_masked(project: Project) -> None:
    """Worked by hand: record 4 is not marked, record 6 has no consent, record 7 said nothing."""
    case = with_words(project, **REVIEW)
    assert [text for text, _ in masked_texts(project, case, records())] == MASKED
    table = quotations(project, case, records(), find_policy("threshold-10-round-5"), title="Words")
    assert sorted(table.frame["quotation"]) == sorted(MASKED)
    assert [column.name for column in table.columns] == ["quotation"]
    assert "Reviewed by B. Reader, 2024-06-30" in table.note


def test_words_nobody_reviewed_are_refused(project: Project) -> None:
    text = refused(project)
    assert "Nobody has reviewed the masked quotations." in text
    assert f"casebook quotations {SLUG}" in text


def test_words_that_changed_after_the_review_are_refused(project: Project) -> None:
    assert "are not those that were reviewed" in refused(project, **REVIEW | {"reviewed": "0" * 64})


def test_a_name_that_is_not_masked_is_refused_by_its_number(project: Project) -> None:
    text = refused(project, **REVIEW, mask_columns={})
    assert "hold a word with a capital letter that is not masked: number 1, 2, 4." in text


def test_the_reviewer_is_a_second_person(project: Project) -> None:
    case = with_words(project, **REVIEW)
    mine = case.model_copy(update={"disclosure": case.disclosure.model_copy(update={"prepared_by": ("B. Reader",)})})
    with pytest.raises(ProtectionError, match="cannot review its quotations"):
        quotations(project, mine, records(), find_policy("strict"), title="Words")


def test_nothing_is_shown_where_nothing_is_declared(project: Project) -> None:
    case = with_words(project, **REVIEW).model_copy(update={"quotations": None})
    with pytest.raises(ProtectionError, match="none is declared publishable"):
        quotations(project, case, records(), find_policy("strict"), title="Words")


def test_who_said_it_is_shown_only_of_groups_that_are_large_enough(project: Project) -> None:
    case = with_words(project, **REVIEW, said_by="sex")
    more = pd.concat([records(), *[records()[lambda f: f["sex"] == "Female"].assign(may="no")] * 3])
    table = quotations(project, case, more, find_policy("threshold-10-round-5"), title="Words").frame
    said = dict(zip(table["quotation"], table["said_by"], strict=True))
    assert said[MASKED[0]] == said[MASKED[2]] == "Female"
    assert said[MASKED[1]] == ""
    assert 'The column "consent" may not be published.' in refused(project, **REVIEW, said_by="consent")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"column": "age"}, "is no free text"), ({"publishable": {"column": "may"}}, 'needs "is_in"'),
        ({"publishable": {"column": "may", "is_in": ["perhaps"]}}, "perhaps"), ({"column": "sayd"}, "said"),
        ({"reviewed_by": "B. Reader"}, "belong together"), ({"mask_columns": {"nam": "name"}}, '"nam"'),
    ],
)  # fmt: skip
def test_a_wrong_declaration_is_found_before_anything_is_read(
    project: Project, change: dict[str, Any], said: str
) -> None:
    with pytest.raises(DefinitionError, match="quotations") as caught:
        with_words(project, **change)
    assert said in str(caught.value)


def test_a_study_prints_them_and_the_command_shows_them_to_the_reviewer(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_words(project, **REVIEW)
    made = open_case(SLUG, draws=20, project=project).quotations()
    html = made.html()
    assert "I came with [name] in [date]." in html
    assert not any(name in html for name in NAMES)
    assert [table.origin.source for table in made.tables()] == ["records"]
    monkeypatch.setenv("CASEBOOK_ROOT", str(project.root))
    told = CliRunner().invoke(main, ["quotations", SLUG])
    assert told.exit_code == 0, told.output
    assert told.output.splitlines()[-1] == f"reviewed: {REVIEW['reviewed']}"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("on 12 May 2020 and 3rd of June", "on [date] and [date]"),
        ("2021-03-04, 4/3/21, in 1999", "[date], [date], in [date]"),
        ("write to a.b@c.org or www.x.org", "write to [contact] or [contact]"), ("at SW1A 1AA", "at [postcode]"),
        ("my number is QQ123456C", "my number is [number]"),
        ("I waited 14 days for 2 people", "I waited 14 days for 2 people"),
        ("AMINA and amina-hassan's bag", "[name] and [name]'s bag"), ("the\n  aminas", "the aminas"),
    ],
)  # fmt: skip
def test_what_is_masked(text: str, masked: str) -> None:
    assert Masks(words_of_answers(["Amina Hassan"], "name")).masked(text) == masked


@given(
    st.lists(st.sampled_from(["Amina", "Zürich", "O'Neill", "Al-Noor", "Jean Luc"]), min_size=1, max_size=3),
    st.lists(st.sampled_from(["we", "went", "to", "see", ",", "and then"]), min_size=1, max_size=6),
    st.randoms(),
)
@settings(max_examples=60, deadline=None, derandomize=True)
def test_no_declared_name_survives_wherever_it_stands(names: list[str], words: list[str], chance: Any) -> None:
    every = [*names, *words]
    chance.shuffle(every)
    text = Masks(words_of_answers(names, "name")).masked(" ".join(every))
    assert not any(part in text for name in names for part in name.split())


def test_the_scan_of_a_release_lets_reviewed_words_through_and_no_others(project: Project) -> None:
    with_words(project, **REVIEW)
    needles = needles_of(project, SLUG)
    assert [list(needles.found(text)) for text in MASKED] == [[]] * len(MASKED)
    assert "column said of records" in needles.found(SAID[0])
    assert list(needles.found("Nobody told Amina Hassan")) != []
    with_words(project)
    assert "column said of records" in needles_of(project, SLUG).found(MASKED[2])


def test_a_review_has_a_date(project: Project) -> None:
    case = with_words(project, **REVIEW)
    assert case.quotations is not None
    assert case.quotations.reviewed_on == date(2024, 6, 30)
