"""A release appears whole or not at all, the same to the byte, and every reason against it is listed."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from shared.batch import release as release_room
from shared.batch.release import release
from shared.batch.run import run_cases
from shared.cases.load import load_case
from shared.cases.project import Project
from shared.cli import main
from shared.errors import ProtectionError
from shared.sources.prepare import prepare
from tests.batch.small import Told
from tests.release.canary import bytes_with, copied, plant

SLUG = "traveller-survey"


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, dict[str, str]]:
    """A case study with a canary person in it, run once."""
    project = copied(tmp_path_factory.mktemp("release"), SLUG)
    planted = plant(project, SLUG)
    (record,) = run_cases(project, [SLUG], overrides=["draws=50"], progress=Told(), spawn=True)
    assert record.failure is None, record.failure
    return project, planted


@pytest.fixture
def project(ran: tuple[Project, dict[str, str]], tmp_path: Path) -> Project:
    """A copy of the folder with the finished run."""
    shutil.copytree(ran[0].root, tmp_path / "p")
    return Project(tmp_path / "p", None, tmp_path / "p" / "data" / "downloaded")


@pytest.fixture
def any_inputs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a test change what a run left behind: elsewhere that alone refuses a release."""
    monkeypatch.setattr(release_room, "_up_to_date", lambda project, slug: None)


def ledger_of(project: Project) -> dict[str, Any]:
    return dict(json.loads((project.outputs / SLUG / "ledger.json").read_text(encoding="utf-8")))


def keep(project: Project, ledger: dict[str, Any]) -> None:
    (project.outputs / SLUG / "ledger.json").write_text(json.dumps(ledger), encoding="utf-8")


def reasons(project: Project, **options: Any) -> list[str]:
    with pytest.raises(ProtectionError) as refused:
        release(project, SLUG, **options)
    return [str(fault) for fault in refused.value.faults]


def content(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_a_release_is_whole_and_the_same_to_the_byte_and_carries_no_canary(
    ran: tuple[Project, dict[str, str]], project: Project
) -> None:
    planted = ran[1]
    made = release(project, SLUG, planted=planted)
    first = content(made.folder)
    sums = dict(line.split("  ")[::-1] for line in first.pop("SHA256SUMS").decode().splitlines())
    assert sums == {name: hashlib.sha256(data).hexdigest() for name, data in first.items()}
    assert {"report.html", "result.json", "ledger.json", "checker.html", "tables/index.csv"} <= set(first)
    ledger = json.loads(first["ledger.json"])
    assert {f"tables/{entry['id']}.csv" for entry in ledger["tables"]} <= set(first)
    asked = {"kind", "title", "tables", "policy", "done", "status", "checksum"}
    assert all(asked <= set(output) and output["status"] == "pass" for output in ledger["outputs"])
    text = b"".join(first.values())
    assert str(project.root).encode() not in text
    release(project, SLUG)
    assert {n: d for n, d in content(made.folder).items() if n != "SHA256SUMS"} == first
    everything = content(project.outputs / SLUG)
    assert len(everything) > 20
    assert [name for name, data in everything.items() if bytes_with(data, planted)] == []
    assert not list((project.outputs / SLUG).glob(".release*"))


def test_what_waits_for_a_second_person_is_released_when_one_has_looked_and_not_when_it_changes(
    project: Project, any_inputs: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = ledger_of(project)
    waiting = ledger["outputs"][7] | {"status": "review", "why": "Words typed by hand."}
    ledger["outputs"][7] = waiting
    keep(project, ledger)
    (said,) = reasons(project)
    assert f"casebook approve {SLUG} {waiting['id']}" in said
    page = project.outputs / SLUG / "internal" / "checker.html"
    assert "Not released: 1 reason" in page.read_text(encoding="utf-8")
    assert page.stat().st_mode & 0o777 == 0o600
    assert not (project.outputs / SLUG / "release").exists()
    monkeypatch.setenv("CASEBOOK_ROOT", str(project.root))
    command = ["approve", SLUG, waiting["id"], "--why", "the one is a wave of the survey", "--by"]
    own = CliRunner().invoke(main, [*command, "Assessor 1"])
    assert (own.exit_code, "cannot approve" in own.output) == (2, True)
    ended = CliRunner().invoke(main, [*command, "Zoe Third"])
    assert ended.exit_code == 0, ended.output
    made = release(project, SLUG)
    assert "accepted by Zoe Third, " in (made.folder / "checker.html").read_text(encoding="utf-8")
    assert not page.exists()
    before = content(made.folder)
    ledger["outputs"][7] = waiting | {"checksum": "0" * 64}
    keep(project, ledger)
    assert len(reasons(project)) == 1
    assert content(made.folder) == before, "an earlier release stays as it is"


def test_every_reason_is_listed_with_its_place_and_never_a_value(project: Project, any_inputs: None) -> None:
    ledger = ledger_of(project)
    entry = next(e for e in ledger["tables"] if e["made"] == "counts")
    place = next(n for n, c in enumerate(entry["columns"]) if c["role"] == "count")
    shown = next(n for n, row in enumerate(entry["rows"]) if row[place])
    entry["rows"][shown][place] = 7
    ledger["outputs"][0] |= {"status": "refused", "why": "A figure below the policy's threshold is shown."}
    ledger["tables"].append(entry | {"id": "T-late", "by": ["other"], "rows": []})
    keep(project, ledger)
    with (project.outputs / SLUG / "run.log").open("a", encoding="utf-8") as file:
        file.write(f"read {project.root}/data\nTraceback (most recent call last):\n")
    said = reasons(project)
    assert any("threshold is shown" in one for one in said)
    assert any("made after the last section" in one for one in said)
    assert any(f"row {shown + 1}" in one and "below the threshold" in one for one in said)
    assert any("run.log" in one and "path of this machine" in one for one in said)
    assert any("run.log" in one and "trace of an error" in one for one in said)
    assert not any(str(project.root) in one for one in said)


def test_a_report_that_somebody_changed_is_not_released(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    path = project.outputs / SLUG / "report.html"
    path.write_bytes(path.read_bytes() + b" ")
    monkeypatch.setenv("CASEBOOK_ROOT", str(project.root))
    ended = CliRunner().invoke(main, ["release", SLUG])
    assert (ended.exit_code, "not of today's inputs" in ended.output) == (1, True)
    ended = CliRunner().invoke(main, ["release", "hotspots"])
    assert ended.exit_code == 2


def test_a_figure_that_an_earlier_release_gives_away_refuses_this_one(project: Project, tmp_path: Path) -> None:
    """The earlier ledger shows, with nothing rounded, a figure that is hidden today."""
    earlier = ledger_of(project)
    case = load_case(project, SLUG)
    earlier["sources"] = {name: source.sha256 for name, source in case.sources.items()}
    frame = prepare(project, case).frames["records"].astype("str")
    shown = 0
    for fact in earlier["facts"]:
        for cell in fact["cells"]:
            if cell[1] is None and not fact["chosen"] and "not recorded" not in cell[0]:
                true = (frame[fact["by"]] == cell[0]).all(axis=1).sum()
                cell[1:] = [float(true), float(true)]
                shown += 1
    assert shown
    path = tmp_path / "earlier.json"
    path.write_text(json.dumps(earlier), encoding="utf-8")
    said = reasons(project, earlier=[path])
    assert said
    assert all("Together with an earlier release" in one for one in said), said
    path.write_text(json.dumps(earlier | {"case": "another"}), encoding="utf-8")
    with pytest.raises(ProtectionError, match="cannot be read"):
        release(project, SLUG, earlier=[path])


def test_a_name_beside_a_table_that_only_records_have_refuses_the_release(project: Project, any_inputs: None) -> None:
    """Somebody typed the planted person's name into the report after all."""
    value = "Zqx0kanarie0vogel"
    path = project.outputs / SLUG / "report.html"
    path.write_bytes(path.read_bytes().replace(b"</main>", f"<!-- {value} --></main>".encode()))
    said = reasons(project)
    assert len(said) == 1
    assert "comment" in said[0]
    assert "column household_ref of records" in said[0]
    assert value not in said[0]
