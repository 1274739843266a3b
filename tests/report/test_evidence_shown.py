"""What reading found out is in the report: rows without a place, checks of references, what a survey tool recorded."""

from __future__ import annotations

import csv
import re
from collections import Counter
from types import SimpleNamespace
from typing import Any, cast

import pandas as pd
import polars as pl
import pytest

from shared.cases.project import Project
from shared.protect.policy import POLICIES
from shared.report.sections import tool
from shared.report.sections.tool import protected, recorded_by_tool
from shared.report.study import Study, open_case
from shared.sources.large import LargeRecords
from shared.sources.paradata import read_paradata
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def study() -> Study:
    return open_case("refugee-casework", draws=20, project=Project(ROOT, None, ROOT / "data" / "downloaded"))


def near(count: int) -> int:
    return (count + 2) // 5 * 5


def test_the_effect_of_rows_without_a_place(study: Study) -> None:
    """Counted here with the csv module: codes of Northamptonshire, divided in 2021, beside those of its two parts."""
    with (ROOT / "data/sample/refugee-casework/records.csv").open(encoding="utf-8", newline="") as lines:
        codes = Counter(row["authority_code"] for row in csv.DictReader(lines) if row["consent"] == "Y")
    old, north, west = (codes[code] for code in ("E10000021", "E06000061", "E06000062"))
    assert min(old, north, west) >= 10
    text = study.coverage().text()
    for name, count in (("North", north), ("West", west)):
        cells = (f"{name} Northamptonshire", f"{near(count)}", f"{near(count) + near(old)}", f"{near(old)}")
        line = next(line for line in text[text.index("Could be higher by") :].splitlines() if cells[0] in line)
        assert re.findall(r"[A-Z][A-Za-z]+ Northamptonshire|[0-9]+", line) == list(cells)
    dorset = codes["E10000009"]
    assert 0 < dorset < 10
    assert "fewer than 10" in text
    with (ROOT / "data/sample/reference/census2021_upper_tier.csv").open(encoding="utf-8", newline="") as lines:
        known = {row["utla21_code"] for row in csv.DictReader(lines)}
    known |= {"E06000063", "E06000064", "E06000065", "E06000066", "E06000028"}
    lost = sum(count for code, count in codes.items() if code not in known)
    assert f"{near(lost):,} of {near(sum(codes.values())):,} records" in text.replace("**", "")


def test_the_checks_of_references_are_shown(study: Study) -> None:
    text = study.comparison().text()
    declared = sum(
        len(rules.adds_up) + len(rules.total) + len(rules.same_base) + len(rules.not_negative)
        + bool(rules.unique) + bool(rules.complete)
        for source in study.case.sources.values() if (rules := source.checks) is not None
    )  # fmt: skip
    assert declared > 5
    assert f"had to pass {declared} checks" in text
    assert text.count("passed") >= declared
    assert "59,597,529" in text, "the evidence, with its numbers"


def interviews(count: int) -> pd.DataFrame:
    minutes = [10 + n % 41 for n in range(count)]
    return pd.DataFrame(
        {
            "start": ["2024-05-01T09:00:00Z"] * count,
            "end": [f"2024-05-01T09:{m:02}:00Z" for m in minutes],
            "username": ["a" if n % 4 else "b" for n in range(count)],
            "_gps_precision": ["7"] * count,
        }
    )


POLICY = POLICIES["threshold-10-round-5"]


def test_what_the_tool_recorded_is_rounded_and_needs_many() -> None:
    found = protected(read_paradata(interviews(123)), POLICY)
    assert found.minutes is not None
    assert found.minutes.counted == 125
    assert found.most is None, "of two interviewers, what one did is what the other did not"
    assert protected(read_paradata(interviews(99)), POLICY).minutes is None, "one in ten would be nine people"


def test_it_stands_in_the_section_on_the_data() -> None:
    many = SimpleNamespace(
        case=SimpleNamespace(records={"survey": SimpleNamespace(title="Survey of 2024")}),
        rows=lambda source_id: interviews(410),
        settings=SimpleNamespace(policy=POLICY),
    )
    (block,) = recorded_by_tool(cast(Any, many))
    text = block.text()
    assert "Survey of 2024" in text
    assert "An interview lasted 30 minutes in the middle" in text
    assert "(410 interviews)" in text
    assert "Places are accurate to 7 m in the middle" in text
    many.rows = lambda source_id: interviews(410)[["username"]].assign(username="x")
    assert recorded_by_tool(cast(Any, many)) == []


def test_of_records_too_many_to_hold_some_are_looked_at_and_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tool, "LOOKED_AT", 205)
    frame = interviews(410)
    columns = {str(name): [None if pd.isna(v) else str(v) for v in frame[name]] for name in frame}
    counted = LargeRecords(pl.DataFrame(columns).lazy(), "records", lambda: None)
    many = SimpleNamespace(
        case=SimpleNamespace(records={"survey": SimpleNamespace(title="Survey of 2024")}),
        rows=lambda source_id: counted,
        settings=SimpleNamespace(policy=POLICY),
    )
    (block,) = recorded_by_tool(cast(Any, many))
    text = block.text()
    assert "One record in 2 was looked at, evenly chosen." in text
    assert "(205 interviews)" in text
