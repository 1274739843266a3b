"""A form and its export from end to end: read, merged, prepared, measured; the answers counted by hand."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from shared.cases.load import load_case
from shared.cases.project import Project
from shared.measures.case import measure_case
from shared.measures.measurement import Measurement
from shared.sources.paradata import read_paradata
from shared.sources.prepare import prepare
from tests.cases.example import SLUG, definition, make_project, sha256, write_case
from tests.cases.survey import form
from tests.sources.made import xlsx

HEADINGS = [
    "start", "end", "today", "username", "consent", "home/age", "home/water", "home/minutes", "home/needs",
    "home/needs/food", "home/needs/school", "home/needs/other", "home/need_other", "home/members", "home/children",
    "income", "moved", "ref", "respondent_name", "place", "_id",
]  # fmt: skip
START = "2024-05-01T09:00:00.000+03:00"


def record(number: int, **changed: Any) -> list[Any]:
    """One interview of ten minutes and as many seconds as its number; ``changed`` by the last part of the heading."""
    home = changed.pop("home", True)
    values: dict[str, Any] = {
        "start": START, "end": f"2024-05-01T09:10:{number:02}.000+03:00", "today": dt.date(2024, 5, 1),
        "username": "anna", "consent": "y" if home else "n", "ref": f"AB{number:04}", "respondent_name": "Jo",
        "place": "-1.2 36.8 0 5", "_id": number, "income": 10.5, "moved": dt.date(2010, 1, 1),
    }  # fmt: skip
    if home:
        values |= {
            "home/age": 34, "home/water": "tap", "home/members": 4, "home/children": 2, "home/needs": "food other",
            "home/needs/food": 1, "home/needs/school": 0, "home/needs/other": 1, "home/need_other": "soap",
        }  # fmt: skip
    values |= {name if name in HEADINGS else f"home/{name}": value for name, value in changed.items()}
    return [values.get(heading) for heading in HEADINGS]


ROWS = [
    record(1),
    record(2),
    record(3, age=None),  # required, and not answered
    record(4, age=17),  # below 18
    record(5, water="well", minutes=15),
    record(6, water="well", minutes=20),
    record(7, water="well", minutes=0),  # must be more than 0
    record(8, water="river", minutes=None),  # asked, and not answered
    record(9, water="river", minutes=40, children=5),  # five children among four people
    record(10, water="lake", ref=None),  # no such choice; reference required
    record(11, home=False),
    record(12, home=False),
]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return make_project(tmp_path)


def measured(project: Project) -> tuple[dict[str, Measurement], Any]:
    content = xlsx([HEADINGS, *ROWS])
    data = definition()
    for name in ("consent", "area", "margins", "estimates", "totals", "disclosure"):
        del data[name]
    data["disclosure"] = {"publish": {"records": ["home/water"]}}
    records = data["sources"]["records"]
    for name in ("key", "derive", "edits"):
        del records[name]
    records |= {"path": "data/sample/export.xlsx", "sha256": sha256(content), "format": "xlsx", "xlsform": "form.xlsx"}
    records |= {"columns": {"_id": {"role": "identifier", "required": True}}, "key": ["_id"]}
    data["sources"] = {"records": records}
    write_case(project, data, {"data/sample/export.xlsx": content})
    (project.casestudies / SLUG / "form.xlsx").write_bytes(form())
    case = load_case(project, SLUG)
    prepared = prepare(project, case)
    return {m.indicator: m for m in measure_case(case, prepared, as_of=dt.date(2024, 6, 30), draws=100)}, prepared


def test_completeness_counts_only_who_was_asked(project: Project) -> None:
    """The mean over what is required: age of 10 who agreed, minutes of 5 with a well or river, ref of all 12."""
    found, _ = measured(project)
    shares = [12 / 12, 12 / 12, 9 / 10, 10 / 10, 4 / 5, 10 / 10, 11 / 12]  # _id, consent, age, water, minutes, members
    assert found["DAT-1"].value == pytest.approx(sum(shares) / 7)


def test_rules_of_the_form_are_the_rules_of_validity(project: Project) -> None:
    """Not valid: an age of 17, a walk of 0 minutes, a lake. One of 12 records has more children than people."""
    found, prepared = measured(project)
    assert found["DAT-3"].denominator is not None
    assert found["DAT-3"].numerator == found["DAT-3"].denominator - 3
    assert (found["DAT-5"].numerator, found["DAT-5"].denominator) == (11, 12)
    assert any(note.startswith("The repeated group") for note in prepared.raw["records"].notes)


def test_what_the_tool_recorded(project: Project) -> None:
    _, prepared = measured(project)
    told = read_paradata(prepared.frames["records"])
    assert told.minutes is not None
    assert (told.minutes.counted, round(told.minutes.middle, 3)) == (12, round(10 + 6.5 / 60, 3))
    assert (told.interviewers, told.most) == (1, 1.0)
