"""``Study.map`` on a shipped case study: every kind from one call, from protected counts, with clear refusals."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shared.cases.project import Project
from shared.charts.theme import spec_of
from shared.errors import CasebookError
from shared.measures.poisson import poisson
from shared.report.figure import Figure
from shared.report.study import Study, open_case
from tests.conftest import ROOT

ARGS: dict[str, Any] = {
    "by": "authority_2021", "reference": "census", "reference_by": "utla21_code", "reference_count": "born_outside_uk",
    "title": "Where people come for help", "counted": "people helped", "people": "residents born abroad",
}  # fmt: skip
LONDON = {"London": "E09"}


@pytest.fixture(scope="module")
def study() -> Study:
    return open_case("refugee-casework", draws=100, project=Project(ROOT, None, ROOT / "data" / "downloaded"))


def figure(study: Study, **more: Any) -> Figure:
    (block,) = study.map("records", **(ARGS | more)).blocks
    assert isinstance(block, Figure)
    return block


def test_a_rate_is_worked_out_from_the_protected_count_and_its_interval_allows_for_rounding(study: Study) -> None:
    made = figure(study, uncertainty=True, inset=LONDON)
    frame = made.table.frame
    policy = study.settings.policy
    shown = frame[frame["status"] == "shown"]
    assert (shown["count"] % policy.base == 0).all()
    row = shown[shown["code"] == "E08000025"].iloc[0]  # Birmingham
    assert row["figure"] == pytest.approx(row["count"] / row["reference_count"] * 1000, abs=1e-3)
    limits = poisson(row["count"] - policy.base / 2, row["count"] + policy.base / 2)
    assert row["low"] == pytest.approx(limits.low / row["reference_count"] * 1000, abs=1e-3)
    assert row["high"] == pytest.approx(limits.high / row["reference_count"] * 1000, abs=1e-3)
    hidden = frame[frame["status"] == "hidden"]
    assert len(hidden)
    assert hidden[["count", "figure", "low", "high"]].isna().all(axis=None)
    assert made.table.policy == policy.id
    assert "95% interval" in made.html()
    assert made.text().startswith("Map of 172 areas by people helped per 1,000 residents born abroad. Highest: ")
    assert "times as large" in json.dumps(spec_of(made.chart))


def test_each_kind_and_figure(study: Study) -> None:
    ratio = figure(study, figure="ratio")
    assert "Twice or more" in json.dumps(spec_of(ratio.chart))
    honeycomb = figure(study, kind="hexagons", figure="count", classes="natural breaks", inset=LONDON)
    assert "Heavy line" in json.dumps(spec_of(honeycomb.chart))
    circles = figure(study, kind="symbols", figure="count", reference="", reference_count="", reference_by="")
    assert list(circles.table.frame) == ["name", "code", "count", "status"]
    assert circles.table.frame["count"].equals(honeycomb.table.frame["count"])
    dots = figure(study, kind="strip")
    assert "pile" in json.dumps(spec_of(dots.chart))
    assert dots.text().startswith("One dot for each of 16")
    around = figure(study, figure="ratio", classes=[0.9, 1.1])
    assert "0.9 to under 1.1" in json.dumps(spec_of(around.chart))
    fixed = figure(study, classes=[1, 2, 3])
    assert "3 or more" in json.dumps(spec_of(fixed.chart))


def test_a_map_for_each_group(study: Study) -> None:
    made = figure(study, across="sex")
    frame = made.table.frame
    groups = list(dict.fromkeys(frame["group"]))
    assert 2 <= len(groups) <= 9
    assert f"Areas, {len(groups)} maps" in json.dumps(spec_of(made.chart))
    assert made.text().startswith(f"{len(groups)} small maps of 172 areas by people helped")
    assert all(f"{group}: " in made.text() for group in groups)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"kind": "cloropleth"}, 'no map of kind "cloropleth"'),
        ({"figure": "mean"}, "cannot show"),
        ({"figure": "count"}, "makes large areas look like large numbers"),
        ({"reference_count": ""}, "needs reference and reference_count"),
        ({"reference_count": "born"}, 'no column "born"'),
        ({"reference_by": "utla"}, 'no column "utla"'),
        ({"boundaries": "borders"}, 'no boundaries "borders"'),
        ({"inset": {"Paris": "FR"}}, "begins with FR"),
        ({"kind": "symbols", "across": "sex"}, "Small maps are choropleths or hexagons"),
        ({"by": "authority"}, "authority"),
    ],
)
def test_what_cannot_be_mapped_is_said(study: Study, asked: dict[str, Any], said: str) -> None:
    with pytest.raises(CasebookError, match=said):
        figure(study, **asked)
