"""A project as small as can be: case studies of three records, notebooks of a few lines."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import nbformat
import yaml

from shared.batch.record import CaseRecord
from shared.cases.project import Project

DATA = "id,group\n1,a\n2,b\n3,a\n"
PARAMETERS = """\
case_id: str = "none"  # the case study
as_of: str = ""  # ISO date
use: str = ""  # intended use
policy: str = ""  # disclosure policy
draws: int = 2000  # random draws
seed: int = 1  # their seed
interactive: bool = False  # widgets"""


def result(slug: str, **changes: Any) -> dict[str, Any]:
    """Return a result that follows the schema, with one indicator and one use."""
    indicator = {
        "id": "DAT-1", "name": "Completeness", "dimension": "DAT", "kind": "computed", "level": 1,
        "state": "measured", "value": 0.5, "low": None, "high": None, "numerator": 1, "denominator": 2,
        "unit": "ratio 0–1", "score": 50.0, "score_low": None, "score_high": None, "goalposts": [0.5, 1.0],
        "overridden": False, "reason": "", "question": "", "text": "",
    }  # fmt: skip
    use = {
        "use": "context", "name": "Give context", "status": "met", "unmet": [],
        "unknown": [{"code": "QUA", "text": "x"}], "share_met": 0.9, "stability": None,
    }  # fmt: skip
    return {
        "schema_version": 1,
        "case": {"slug": slug, "title": f"Title of {slug}", "organisation": "An organisation"},
        "parameters": {"case_id": slug},
        "assessed_on": "2025-03-31",
        "register_version": "2026.1",
        "provenance": [],
        "indicators": [indicator],
        "gates": [{"id": "G1", "name": "Purpose", "state": "not known", "reasons": [], "questions": ["Why?"]}],
        "dimensions": [
            {"id": "DAT", "name": "Data", "score": None, "low": 0, "high": 100, "state": "not known", "missing": []}
        ],
        "uses": [use],
        "label": None,
        "instruments": {},
        "sensitivity": None,
        "distance": None,
        "packages": {"pandas": "3.1.1"},
        "policy": "threshold-10-round-5",
        "synthetic": True,
    } | changes  # fmt: skip


def hand_over(slug: str) -> str:
    """Return the code of a last cell that hands over a result."""
    return (
        "from IPython.display import display\n"
        f"display({{'application/vnd.casebook.result+json': {result(slug)!r}, 'text/plain': ''}}, raw=True)"
    )


def write_notebook(project: Project, slug: str, *sources: str, parameters: str = PARAMETERS, end: bool = True) -> Path:
    """Write a notebook of the parameters cell, a heading, ``sources`` as code cells, and the hand-over."""
    cells = [nbformat.v4.new_code_cell(parameters, id="parameters", metadata={"tags": ["parameters"]})]
    cells.append(nbformat.v4.new_markdown_cell("## The middle part", id="h-middle"))
    cells += [nbformat.v4.new_code_cell(source, id=f"middle-{n}") for n, source in enumerate(sources, start=1)]
    if end:
        cells.append(nbformat.v4.new_code_cell(hand_over(slug), id="reproduce"))
    path = project.notebooks / f"{slug}.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


def definition(slug: str, sha256: str) -> dict[str, Any]:
    """Return the least that case.yaml must say."""
    return {
        "slug": slug,
        "title": f"Title of {slug}",
        "summary": "A summary in one line.",
        "organisation": {"name": f"Organisation {slug}", "type": "charity", "purpose": "To help", "invented": True},
        "features": {
            "initiative": "service records", "primary_purpose": "service delivery", "content": "quantitative",
            "unit": "person", "selection": "administrative by-product", "mode": ["face-to-face"],
            "consent": "not known", "access": "micro-data", "overlapping_official_source": "none",
        },
        "population": {"of_interest": "people", "statistic": "share"},
        "participation": {},
        "dates": {"reference_start": "2024-01-01", "reference_end": "2024-12-31", "assessed_on": "2025-03-31"},
        "sources": {
            "records": {
                "kind": "records", "title": "Records", "path": f"data/sample/{slug}.csv", "sha256": sha256,
                "format": "csv", "licence": "CC0-1.0", "attribution": "nobody",
                "columns": {"id": {"role": "identifier"}, "group": {"role": "group"}},
            }
        },
        "intended_uses": [{"use": "context", "statistic": "share", "risk": "low", "profile": "lower"}],
        "disclosure": {"publish": {"records": ["group"]}},
        "review": {"basis": "a test"},
    }  # fmt: skip


def add_case(project: Project, slug: str, *sources: str, source: dict[str, Any] | None = None, **notebook: Any) -> None:
    """Add a case study with its data and notebook; ``source`` replaces keys of its one source, None removes."""
    data = project.sample / f"{slug}.csv"
    data.write_text(DATA, encoding="utf-8")
    content = definition(slug, hashlib.sha256(DATA.encode()).hexdigest())
    content["sources"]["records"] |= source or {}
    content["sources"]["records"] = {k: v for k, v in content["sources"]["records"].items() if v is not None}
    folder = project.casestudies / slug
    folder.mkdir(parents=True)
    (folder / "case.yaml").write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    write_notebook(project, slug, *sources, **notebook)


class Told:
    """A progress that remembers what it was told."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.steps: list[tuple[str, str]] = []

    def say(self, text: str) -> None:
        self.lines.append(text)

    def step(self, slug: str, step: Any) -> None:
        self.steps.append((slug, step.cell_id or step.kind))

    def finished(self, slug: str) -> None: ...

    def remaining(self, seconds: float | None) -> None: ...

    def close(self) -> None: ...


def output(project: Project, slug: str, name: str) -> str:
    """Return the text of one file of a case study's output folder."""
    return (project.outputs / slug / name).read_text(encoding="utf-8")


def saved(project: Project, slug: str) -> dict[str, Any]:
    """Return what run.json says."""
    found: dict[str, Any] = json.loads(output(project, slug, "run.json"))
    return found


def only(records: list[CaseRecord]) -> CaseRecord:
    """Return the one record of a run of one case study."""
    assert len(records) == 1
    return records[0]
