"""Tables put under each other, and what case.yaml may not say of rows of totals, people behind counts and codes."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from pydantic import ValidationError

from shared.cases.columns import Column
from shared.cases.crosscheck_tables import same_columns, table_findings
from shared.cases.model import Source
from shared.measures.table_checks import check_tables
from shared.sources.together import put_together
from tests.measures.test_table_checks import case_with, table


def source(**more: Any) -> Source:
    fixed = {"kind": "table", "title": "T", "url": "https://example.org/t.csv", "sha256": "0" * 64, "format": "csv",
             "licence": "MIT", "attribution": "Example"}  # fmt: skip
    return Source.model_validate({**fixed, **more})


def test_rows_of_the_parts_follow_and_nothing_is_added_up() -> None:
    year = table("Referrals, the year", {"a": 30, "b": 20}, followed_by=["second"])
    case, prepared = case_with({"year": year, "second": table("Referrals, second half", {"a": 10, "c": 40})})
    prepared.frames["second"]["Extra"] = 1
    made = put_together(case, prepared.frames)
    assert made["year"].to_dict("list") == {"Group": ["a", "b", "a", "c"], "People": [30, 20, 10, 40]}
    assert made["second"] is prepared.frames["second"]
    assert len(prepared.frames["year"]) == 2, "what was read is not altered"


def test_a_table_put_together_is_not_checked_and_not_counted_as_published() -> None:
    year = table("Referrals, the year", {"a": 30, "b": 20}, followed_by=["second"])
    case, prepared = case_with({"year": year, "second": table("Referrals, second half", {"a": 10, "c": 40})})
    assert list(case.tables) == ["second"]
    assert check_tables(case, prepared) == ()


def test_what_follows_needs_the_same_columns_and_parts_of_its_own() -> None:
    one = source(columns={"Group": {"role": "group"}, "People": {"role": "count"}})
    other = source(columns={"Groups": {"role": "group"}, "People": {"role": "count"}}, followed_by=["third"])
    said = [finding.problem for finding in same_columns(("sources", "one"), one, other)]
    assert said == ["This source is put together from others itself.", 'The source that follows has no column "Group".']


def test_only_tables_are_followed_and_have_totals() -> None:
    with pytest.raises(ValidationError, match="followed_by"):
        source(kind="boundaries", format="topojson", followed_by=["other"])
    records = source(kind="records", columns={"Group": {"role": "group", "totals": ["Total"]}})
    (finding,) = table_findings("records", records)
    assert finding.problem == "A source of kind records has no rows of totals."


@pytest.mark.parametrize(
    ("given", "said"),
    [({"role": "count", "totals": ["Total"]}, "group or area"), ({"role": "group", "made_by": "x"}, "role count")],
)
def test_declarations_belong_to_columns_of_their_role(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Column.model_validate(given)


def test_names_that_point_nowhere_are_found() -> None:
    columns = {"Code": {"role": "group", "shown_as": "wrods"}, "People": {"role": "count", "made_by": "Usres"},
               "Users": {"role": "measure"}}  # fmt: skip
    derive = {"words": {"column": "Code", "map": {"C1": "Roads"}}}
    found = list(table_findings("one", source(columns=columns, derive=derive)))
    assert [f.problem for f in found] == [
        'The source derives no column "wrods".',
        'There is no column "Usres" in this source.',
    ]
    assert ["words" in found[0].hint, "Users" in found[1].hint] == [True, True]


def test_a_frame_without_parts_is_left_alone() -> None:
    case, prepared = case_with({"one": table("Referrals", {"a": 30, "b": 20})})
    made = put_together(case, prepared.frames)
    assert isinstance(made["one"], pd.DataFrame)
    assert made["one"] is prepared.frames["one"]
