"""A case study whose records are only counted, run, released and scanned: the same bytes, and no canary in any."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from shared.batch.release import release
from shared.batch.release_decisions import decide
from shared.batch.run import run_cases
from shared.cases.load import load_case
from shared.cases.project import Project
from shared.sources import open_large
from shared.sources.large import LargeRecords
from shared.sources.read import read_source
from tests.batch.small import Told
from tests.release.canary import copied, plant
from tests.release.test_canary import with_canary

SLUG = "refugee-casework"
"""Has reviewed quotations, which alone are brought over from the records."""


def released(folder: Path, least: int) -> tuple[Project, dict[str, bytes], dict[str, str]]:
    """Run and release a case study in this process, with records counted from so many bytes on."""
    project = copied(folder, SLUG)
    planted = plant(project, SLUG)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(open_large, "LARGE", dict.fromkeys(open_large.LARGE, least))
        (record,) = run_cases(project, [SLUG], overrides=["draws=20"], progress=Told(), debug=True)
        assert record.failure is None, record.failure
        case = load_case(project, SLUG)
        counted = isinstance(read_source(project, "records", case.sources["records"]).frame, LargeRecords)
        assert counted is (least == 0)
        outputs = json.loads((project.outputs / SLUG / "ledger.json").read_text(encoding="utf-8"))["outputs"]
        for output in outputs:
            if output["status"] == "review":
                given = {"by": "B. Second", "why": "no people are counted", "when": date(2026, 1, 2)}
                decide(project, case, outputs, output["id"], accept=True, **given)
        release(project, SLUG, planted=planted)
    made = project.outputs / SLUG / "release"
    return project, {p.name: p.read_bytes() for p in sorted(made.rglob("*")) if p.is_file()}, planted


def test_counted_records_give_the_release_of_records_that_were_read(tmp_path: Path) -> None:
    _, held, _ = released(tmp_path / "held", 10**12)
    project, counted, planted = released(tmp_path / "counted", 0)
    assert set(counted) == set(held)
    assert {name for name in held if counted[name] != held[name]} == set()
    assert with_canary(project, planted) == []
