"""The canary person is nowhere: in a release, in its logs, and in what is left of a notebook that fails at any cell."""

from __future__ import annotations

import copy
import json
from datetime import date
from pathlib import Path

import nbformat
import pytest

from shared.batch import executed
from shared.batch.ledger import take_ledger
from shared.batch.record import Failure
from shared.batch.release import release
from shared.batch.release_decisions import decide
from shared.batch.run import run_cases
from shared.batch.safe_errors import ERROR_MIME
from shared.batch.scan import Allowed, scan
from shared.batch.scan_needles import Needles
from shared.cases.load import load_case
from shared.cases.project import Project
from shared.errors import CasebookError, RunError
from shared.protect.ledger import LEDGER_MIME
from tests.batch.small import Told
from tests.release.canary import SAMPLES, bytes_with, copied, plant, shell

OTHERS = SAMPLES[1:]
"""Released here; the first of the samples is in ``test_release``."""
LEAKS = (
    "raise ValueError(study.frame('records').to_csv())",
    "{}[tuple(study.frame('records').iloc[-1])]",
    "import pandas as pd\npd.to_numeric(study.frame('records').iloc[:, 0])",
)
"""Errors that carry records in their text, as those of pandas do."""


@pytest.mark.parametrize(
    ("slug", "policy"),
    [
        *((slug, "") for slug in OTHERS),
        *((OTHERS[-1], policy) for policy in ("redact-7-round-5", "cell-key", "strict")),
    ],
)
def test_a_release_and_everything_beside_it_are_without_the_canary(slug: str, policy: str, tmp_path: Path) -> None:
    project = copied(tmp_path / "p", slug)
    planted = plant(project, slug)
    if policy:  # a report made under another policy than the case study asks for is not released
        definition = project.casestudies / slug / "case.yaml"
        text = definition.read_text(encoding="utf-8")
        assert text.count("threshold-10-round-5") == 1
        definition.write_text(text.replace("threshold-10-round-5", policy), encoding="utf-8")
    (record,) = run_cases(project, [slug], overrides=["draws=20"], progress=Told(), spawn=True)
    assert record.failure is None, record.failure
    outputs = json.loads((project.outputs / slug / "ledger.json").read_text(encoding="utf-8"))["outputs"]
    # words typed by hand may wait for a decision; here only what comes from the data is looked at
    given = {"by": "B. Second", "why": "no people are counted", "when": date(2026, 1, 2)}
    for output in outputs:
        if output["status"] == "review":
            decide(project, load_case(project, slug), outputs, output["id"], accept=True, **given)
    release(project, slug, planted=planted)
    assert with_canary(project, planted) == []


def with_canary(project: Project, planted: dict[str, str]) -> list[str]:
    """Return the files anywhere in the output folder, hidden ones too, that hold a planted value."""
    files = [path for path in project.outputs.rglob("*") if path.is_file()]
    assert len(files) > 5
    return [path.name for path in files if bytes_with(path.read_bytes(), planted)]


def test_a_run_that_fails_leaves_the_canary_in_one_file_for_the_people_here(tmp_path: Path) -> None:
    slug = SAMPLES[2]
    project = copied(tmp_path / "p", slug)
    planted = plant(project, slug)
    path = project.notebooks / f"{slug}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    place = next(n for n, cell in enumerate(notebook.cells) if "open_case" in cell.source) + 2
    notebook.cells = [*notebook.cells[:place], nbformat.v4.new_code_cell(LEAKS[0], id="leak")]
    nbformat.write(notebook, path)
    (record,) = run_cases(project, [slug], overrides=["draws=2"], progress=Told(), spawn=True)
    assert record.failure is not None
    assert (record.failure.error, record.failure.cell_id) == ("ValueError", "leak")
    assert with_canary(project, planted) == ["traceback.txt"]
    kept = project.outputs / slug / "internal" / "traceback.txt"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert kept.parent.stat().st_mode & 0o777 == 0o700
    with pytest.raises(RunError, match="no report to release"):
        release(project, slug)


@pytest.mark.parametrize("slug", SAMPLES)
def test_a_notebook_that_fails_at_any_cell_is_kept_without_the_canary(
    slug: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = copied(tmp_path / "p", slug)
    planted = plant(project, slug)
    monkeypatch.setenv("CASEBOOK_ROOT", str(project.root))
    source = nbformat.read(project.notebooks / f"{slug}.ipynb", as_version=4)
    needles = Needles()
    for value, what in planted.items():
        needles.plant(value, what)
    tried = 0
    with shell() as kernel:
        for place, cell in enumerate(source.cells):
            if cell.cell_type != "code":
                continue
            good, error = kernel.run(cell.source.replace("draws: int = 2000", "draws: int = 20"))
            if "open_case" in cell.source:
                assert error is None, error
            for leak in LEAKS[place % 3 :][:1] if place > 2 else ():
                outputs, failed = kernel.run(leak)
                assert failed is not None
                kept = copy.deepcopy(source)
                kept.cells = kept.cells[: place + 1]
                kept.cells[place].outputs = [*copy.deepcopy(good), *outputs]
                if isinstance(failed, CasebookError):
                    content = {"error": type(failed).__name__, "message": str(failed)}
                    kept.cells[place].outputs.append(nbformat.v4.new_output("display_data", data={ERROR_MIME: content}))
                inside = executed.withhold_errors(kept, Failure(type(failed).__name__, "", place, cell["id"]))
                executed.take(kept, LEDGER_MIME)
                text = nbformat.writes(kept).encode()
                assert bytes_with(text, planted) == [], cell["id"]
                assert inside
                tried += 1
            source.cells[place].outputs = good
        assert scan({"notebook.failed.ipynb": text}, needles, Allowed({"tables": [], "policy": ""})) == []
        assert tried >= 12
    ledger = json.loads(take_ledger(source, slug=slug))
    assert ledger["tables"]
    assert bytes_with(json.dumps(ledger).encode(), planted) == []


def test_the_scan_refuses_a_release_into_which_the_canary_got(tmp_path: Path) -> None:
    """The other way round: put the canary where a notebook could print it, and nothing is released."""
    needles = Needles()
    needles.plant("Zqx1kanarie1vogel", "column a of the canary")
    found = scan({"report.html": b"<p>zQx1KANARIE1vogel</p>"}, needles, Allowed({"tables": [], "policy": ""}))
    assert [one.what for one in found] == ["a value of column a of the canary"]
