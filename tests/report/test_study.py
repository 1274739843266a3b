"""Sections over a real case study: what is moved is said, what is open is asked, and nothing raw gets through."""

from __future__ import annotations

import copy
import dataclasses
import shutil
from pathlib import Path

import pandas as pd
import pytest

from shared.cases.project import Project
from shared.errors import ParameterError, ProtectionError
from shared.report.blocks import Section
from shared.report.datatable import DataTable
from shared.report.study import Study, open_case
from tests.conftest import ROOT

SECTIONS = (
    "heading", "findings", "who", "data", "quality_profile", "computed_indicators", "judged_evidence", "coverage",
    "comparison", "limitations", "what_would_move", "reply", "reproduce",
)  # fmt: skip


@pytest.fixture(scope="module")
def study() -> Study:
    return open_case("traveller-survey", draws=100, project=Project(ROOT, None, ROOT / "data" / "downloaded"))


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """The same case study with a goalpost, a floor and a weight moved."""
    root = tmp_path_factory.mktemp("moved")
    for part in ("casestudies/traveller-survey", "data/sample"):
        shutil.copytree(ROOT / part, root / part)
    shutil.copy(ROOT / "pyproject.toml", root)
    path = root / "casestudies" / "traveller-survey" / "case.yaml"
    path.write_text(
        path.read_text(encoding="utf-8")
        + "\noverrides:\n  TIM-1: {lo: 400, hi: 60, reason: the office needs the figures within the year}\n",
        encoding="utf-8",
    )
    return open_case("traveller-survey", draws=100, project=Project(root, None, root / "data" / "downloaded"))


@pytest.mark.parametrize("name", SECTIONS)
def test_every_section_shows_itself(study: Study, name: str) -> None:
    section: Section = getattr(study, name)()
    outputs = section.outputs()
    assert outputs
    for bundle in outputs:
        assert "<script" not in str(bundle.get("text/html", ""))


def test_what_a_case_study_moved_is_said_with_its_reason(study: Study, moved: Study) -> None:
    assert "Moved by this case study" not in study.quality_profile().text()
    said = moved.quality_profile().text()
    assert "Moved by this case study" in said
    assert "the office needs the figures within the year" in moved.quality_profile().html()
    assert moved.assessment.scores["TIM-1"].overridden
    # 137 days: 100 * (400 - 137) / (400 - 60) = 77.35 instead of 100 * (730 - 137) / (730 - 90) = 92.66
    assert moved.assessment.scores["TIM-1"].score == pytest.approx(77.352941, abs=1e-6)
    assert study.assessment.scores["TIM-1"].score == pytest.approx(92.65625, abs=1e-6)


def test_all_wrong_parameters_are_named_at_once() -> None:
    with pytest.raises(ParameterError) as caught:
        open_case(
            "traveller-survey", as_of="soon", use="benchmrk", policy="strikt", draws=-1, seed=-1,
            project=Project(ROOT, None, ROOT / "data" / "downloaded"),
        )  # fmt: skip
    assert len(caught.value.faults) == 5
    assert 'Did you mean "benchmark"?' in str(caught.value)


def test_a_table_of_ones_own_is_protected_and_only_of_what_may_be_shown(study: Study) -> None:
    table = study.table("records", ["accommodation", "water_on_pitch"], title="Water", counted="households")
    counts = table.frame["count"].dropna()
    assert ((counts == 0) | (counts >= 10)).all()
    assert (counts % 5 == 0).all()
    with pytest.raises(ProtectionError):
        study.table("records", "household_ref", title="Households")
    with pytest.raises(ProtectionError):
        study.table("records", "accommodation", title="One person", where={"household_ref": "H0001"})


def test_scores_shown_follow_from_values_shown(study: Study) -> None:
    from shared.report.shown import shown_score

    m, entry = study.measurements["DAT-1"], study.register["DAT-1"]
    assert m.value is not None
    low, high = entry.goalposts["value"]
    expected = 100 * min(max((m.value - low) / (high - low), 0), 1)
    assert shown_score(study, "DAT-1")[0] == pytest.approx(expected, abs=0.5)


def test_no_frame_leaves_a_section(study: Study) -> None:
    with pytest.raises(ProtectionError):
        DataTable(pd.DataFrame({"a": [1]}))  # type: ignore[arg-type]


@pytest.mark.parametrize("use", ["context", "benchmark"])
def test_the_use_in_focus_comes_first(study: Study, use: str) -> None:
    seen = copy.copy(study)  # the parameter changes what comes first and nothing that is computed
    seen.settings = dataclasses.replace(study.settings, use=use)
    seen.__dict__.pop("intended", None)
    text = seen.findings().text()
    first = next(line for line in text.splitlines() if line.startswith("- "))
    assert {"context": "Give context", "benchmark": "Benchmark"}[use] in first


def test_paths_of_this_machine_are_in_no_section(study: Study) -> None:
    text = "".join(getattr(study, name)().html() for name in SECTIONS)
    assert str(ROOT) not in text
    assert str(Path.home()) not in text
