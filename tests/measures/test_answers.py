"""What is an answer and what is a valid one: hand-made edge cases, the same on every engine."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from shared.cases.model import Source
from shared.errors import MeasureError
from shared.measures.counting import count_source
from shared.measures.tabulation import cross_counts
from shared.measures.validity import DATE
from tests.measures.engines import each_engine

Make = Callable[[pd.DataFrame], Any]


def source(**changes: Any) -> Source:
    given = {
        "kind": "records", "title": "t", "path": "x.csv", "sha256": "0" * 64, "format": "csv",
        "licence": "l", "attribution": "a", **changes,
    }  # fmt: skip
    return Source.model_validate(given)


# values -> (answers, valid answers)
CASES: dict[str, tuple[dict[str, Any], list[str | None], int, int]] = {
    "no rule": ({}, ["a", "", "  ", None], 1, 1),
    "missing codes": ({"missing": ["Unknown", "-9"]}, ["a", "Unknown", "-9", "unknown", None], 2, 2),
    "integer": ({"type": "integer"}, ["1", "-2", "3.0", "3.5", "x", "1e3", " 4", "1,000", None, ""], 8, 3),
    "integer range": ({"type": "integer", "minimum": 0, "maximum": 110}, ["0", "110", "111", "-1", "9" * 400], 5, 2),
    "number": ({"type": "number", "maximum": 2.5}, ["2.5", "-1e2", "2.51", ".5", "1e", "nan", "inf"], 7, 2),
    "number as category": ({"type": "integer", "allowed": ["1", "2"]}, ["1", "2.0", "3", None], 3, 2),
    "category": ({"type": "category", "allowed": ["Yes", "No"]}, ["Yes", "yes", "No ", "No", None], 4, 2),
    "pattern": ({"pattern": r"[EW]\d{8}|none"}, ["E06000001", "xE06000001", "E0600000", "nonex", "none", None], 5, 2),
    "pattern and line end": ({"pattern": "ab"}, ["ab", "ab\n"], 2, 1),
    "number and line end": ({"type": "number"}, ["1", "1\n"], 2, 1),
    "date and line end": ({"type": "date"}, ["2024-05-01", "2024-05-01\n"], 2, 1),
    "pattern with brackets": ({"pattern": r"(A|B(1|2))[(]?\)"}, ["A)", "B2()", "B)", "A"], 4, 2),
    "yes and no": ({"type": "boolean"}, ["TRUE", "no", "1", "2", "y"], 5, 3),
    "date": ({"type": "date"}, ["2024-02-29", "2023-02-29", "2024-2-1", "2024-04-31", "2024-12-31T00:00"], 5, 1),
    "date range": (
        {"type": "date", "not_before": "2024-04-01", "not_after": "2025-03-31"},
        ["2024-04-01", "2025-03-31", "2024-03-31", "2025-04-01", "2042-06-01", "garbage", None],
        6,
        2,
    ),
}


@each_engine
def test_answers_and_valid_answers(engine: Make) -> None:
    longest = max(len(values) for _, values, _, _ in CASES.values())
    frame = pd.DataFrame(
        {
            name: pd.array([*values, *[None] * (longest - len(values))], dtype="str")
            for name, (_, values, _, _) in CASES.items()
        }
    )
    declared = source(columns={name: {"role": "other", **rule} for name, (rule, _, _, _) in CASES.items()})
    found = {v.column: (v.present, v.valid) for v in count_source(engine(frame), declared).variables}
    assert found == {name: (present, valid) for name, (_, _, present, valid) in CASES.items()}


def test_the_date_pattern_is_the_calendar() -> None:
    pattern = re.compile(DATE)
    for year in (*range(1890, 2110), 0, 4, 100, 400, 9999, 9996):
        for month in range(14):
            last = calendar.monthrange(year or 4, month)[1] if 1 <= month <= 12 else 0
            if year == 0 and month == 2:
                last = 29  # the year 0 counts as a leap year in the calendar that is extended backwards
            for day in (0, 1, 28, 29, 30, 31, 32):
                text = f"{year:04}-{month:02}-{day:02}"
                assert bool(pattern.match(text)) == (1 <= day <= last), text


@each_engine
def test_missing_values_in_comparisons(engine: Make) -> None:
    """A comparison with a missing value must count as not met, in both directions, on every engine."""
    frame = pd.DataFrame(
        {
            "a": pd.array(["5", None, "5", "x", None, "7"], dtype="str"),
            "b": pd.array(["5", "5", None, "5", None, "6"], dtype="str"),
        }
    )
    numbers = {"a": {"role": "measure", "type": "integer"}, "b": {"role": "measure", "type": "integer"}}
    edits = [{"id": op, "label": op, "left": "a", "op": op, "right": "b"} for op in ("<", "<=", "==", "!=", ">=", ">")]
    found = count_source(engine(frame), source(columns=numbers, edits=edits))
    assert [(e.id, e.judged, e.passed) for e in found.edits] == [
        ("<", 2, 0), ("<=", 2, 1), ("==", 2, 1), ("!=", 2, 1), (">=", 2, 2), (">", 2, 1),
    ]  # fmt: skip
    assert (found.judged, found.consistent, found.records) == (2, 4, 6)


@each_engine
def test_rules_with_a_value_and_a_condition(engine: Make) -> None:
    frame = pd.DataFrame(
        {
            "status": pd.array(["resettled", "resettled", "asylum", None, "resettled"], dtype="str"),
            "home": pd.array(["hotel", "flat", "hotel", "hotel", None], dtype="str"),
            "opened": pd.array(["2024-12-01", "2024-02-30", "2025-01-01", "2024-01-01", "2025-06-01"], dtype="str"),
        }
    )
    declared = source(
        columns={
            "status": {"role": "group"},
            "home": {"role": "group", "type": "category", "allowed": ["hotel", "flat"]},
            "opened": {"role": "date", "type": "date"},
        },
        edits=[
            {
                "id": "not-hotel", "label": "", "left": "home", "op": "!=", "value": "hotel",
                "when": {"column": "status", "is_in": ["resettled"]},
            },
            {"id": "late", "label": "", "left": "opened", "op": ">=", "value": "2025-01-01"},
        ],
    )  # fmt: skip
    found = count_source(engine(frame), declared)
    assert [(e.judged, e.passed) for e in found.edits] == [(2, 1), (4, 2)]
    assert found.consistent == 3


@each_engine
def test_typed_columns_count_like_text(engine: Make) -> None:
    """The columns a Parquet file or a database brings: numbers, yes/no, dates."""
    frame = pd.DataFrame(
        {
            "age": pd.array([30, None, 200, 41], dtype="Int64"),
            "size": [1.0, 2.0, 2.5, float("nan")],
            "share": [0.25, 1.5, float("nan"), 1e-7],
            "told": [True, False, True, True],
            "day": pd.to_datetime(["2024-05-01", "2023-05-01", None, "2024-06-30"]),
        }
    )
    declared = source(
        columns={
            "age": {"role": "quasi-identifier", "type": "integer", "minimum": 0, "maximum": 110},
            "size": {"role": "measure", "type": "integer", "applicable_when": {"column": "told", "is_in": [True]}},
            "share": {"role": "measure", "type": "number", "maximum": 1},
            "told": {"role": "flag", "type": "boolean"},
            "day": {"role": "date", "type": "date", "not_before": "2024-01-01"},
        }
    )
    found = {v.column: v for v in count_source(engine(frame), declared).variables}
    assert {name: (v.present, v.valid) for name, v in found.items()} == {
        "age": (3, 2), "size": (3, 2), "share": (3, 2), "told": (4, 4), "day": (3, 2),
    }  # fmt: skip
    assert (found["size"].applicable, found["size"].answered) == (3, 2)
    crossed = cross_counts(engine(frame), declared, ["told", "size"])
    assert [tuple(None if pd.isna(x) else x for x in row) for row in crossed[["told", "size", "n"]].to_numpy()] == [
        ("false", "2", 1), ("true", "1", 1), ("true", None, 2),
    ]  # fmt: skip


@each_engine
def test_conditions_compare_numbers_as_numbers_and_see_codes(engine: Make) -> None:
    frame = pd.DataFrame({"wave": pd.array(["1", "1.0", "0", "refused", None], dtype="str"), "q": ["a"] * 5})
    declared = source(
        columns={
            "wave": {"role": "other", "type": "integer", "missing": ["refused"]},
            "q": {"role": "other", "required": True, "applicable_when": {"column": "wave", "is_in": ["1", "refused"]}},
        }
    )
    assert count_source(engine(frame), declared).required[0].applicable == 3


@each_engine
def test_any_value_meets_an_open_condition(engine: Make) -> None:
    frame = pd.DataFrame({"site": pd.array(["a", None, "n/a", ""], dtype="str"), "q": ["x"] * 4})
    rules = {
        "site": {"role": "other", "missing": ["n/a"]},
        "q": {"role": "other", "required": True, "applicable_when": {"column": "site"}},
    }
    assert count_source(engine(frame), source(columns=rules)).required[0].applicable == 1


def test_column_names_of_the_organisation_meet_none_of_ours() -> None:
    names = ["raw0", "Weight", "keyed", "complete", "text1", "n"]
    frame = pd.DataFrame({name: pd.array(["a", None], dtype="str") for name in names})
    declared = source(columns={name: {"role": "other", "required": True} for name in names}, key=["keyed"])
    found = count_source(frame, declared)
    assert (found.complete, found.keyed, found.records) == (1, 1, 2)


def test_absent_column_gets_the_nearest_name() -> None:
    frame = pd.DataFrame({"household": pd.array(["a"], dtype="str")})
    with pytest.raises(MeasureError, match='Did you mean "household"'):
        count_source(frame, source(columns={"houshold": {"role": "other"}}))
