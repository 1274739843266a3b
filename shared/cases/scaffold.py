"""A new case study: a definition to fill in, judgements to make, and the notebook from the template."""

from __future__ import annotations

import csv
import io
import json
import shutil
import tempfile
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from shared.cases.model import Slug
from shared.cases.project import Project
from shared.errors import DefinitionError
from shared.framework.register import Register, load_register

JUDGEMENT_COLUMNS = ("indicator", "assessor", "score", "grade", "evidence", "date")
GRADES = (
    ("E0", "nothing", "the score does not count"),
    ("E1", "somebody said so", "counts for at most 2"),
    ("E2", "a document was seen", "counts for at most 3"),
    ("E3", "it was checked or recomputed independently", "counts in full"),
)


def new_case(project: Project, slug: str, *, definition: str | None = None) -> list[Path]:
    """Write the files of a new case study and return their paths.

    ``casestudies/SLUG/`` gets case.yaml (every block explained), judgements.csv (a row for each judged indicator,
    not judged yet) and anchors.md (what each score means); ``notebooks/SLUG.ipynb`` comes from the template.
    ``definition`` is written as case.yaml instead of the template (a draft made from a file). Nothing is ever
    overwritten, and either everything is written or nothing. Raises ``DefinitionError`` for a slug that is malformed
    or taken, a missing template, or a folder that cannot be written.
    """
    try:
        TypeAdapter(Slug).validate_python(slug)
    except ValidationError:
        hint = "Small letters, digits and single hyphens, beginning with a letter, at most 60: household-survey."
        raise DefinitionError(f'"{slug}" cannot name a case study.', hint=hint) from None
    folder, notebook = project.casestudies / slug, project.notebooks / f"{slug}.ipynb"
    for taken in (folder, notebook):
        if taken.exists():
            raise DefinitionError("This exists already; nothing was written.", where=project.shown(taken))
    cells = json.dumps(_notebook(project, slug), indent=1, ensure_ascii=False) + "\n"
    files = {
        "case.yaml": definition if definition is not None else definition_template(slug),
        "judgements.csv": judgements_form(load_register()),
        "anchors.md": anchors_text(load_register()),
    }
    try:
        _write(folder, notebook, files, cells)
    except OSError as error:
        problem = f"The case study could not be written ({error.strerror}); nothing was left behind."
        raise DefinitionError(problem, where=project.shown(folder)) from error
    return [*(folder / name for name in files), notebook]


def definition_template(slug: str) -> str:
    """Return case.yaml as a new case study gets it: every block explained, TODO where something is to be filled in."""
    text = resources.files("shared.cases").joinpath("case_template.yaml").read_text("utf-8")
    return text.replace("{slug}", slug)


def _write(folder: Path, notebook: Path, files: dict[str, str], cells: str) -> None:
    """Write beside the target first, so that a failure half-way leaves no half a case study."""
    draft = Path(tempfile.mkdtemp(prefix=".new-", dir=folder.parent))
    written = False
    try:
        draft.chmod(0o755)
        for name, text in files.items():
            (draft / name).write_text(text, encoding="utf-8", newline="")
        with notebook.open("x", encoding="utf-8", newline="") as file:
            written = True
            file.write(cells)
        draft.rename(folder)
    except OSError:
        if written:
            notebook.unlink(missing_ok=True)
        shutil.rmtree(draft, ignore_errors=True)
        raise


def _notebook(project: Project, slug: str) -> dict[str, Any]:
    """Return the template with ``case_id`` set."""
    path = project.notebooks / "_template.ipynb"
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        cell = next(c for c in content["cells"] if "parameters" in c.get("metadata", {}).get("tags", []))
        lines = "".join(cell["source"]).split("\n")
        index = next(i for i, line in enumerate(lines) if line.startswith("case_id"))
    except FileNotFoundError:
        hint = "It is part of the project: fetch the project again."
        raise DefinitionError("The notebook template is missing.", where=project.shown(path), hint=hint) from None
    except (ValueError, KeyError, TypeError, StopIteration):
        hint = "It needs a cell tagged parameters that sets case_id."
        raise DefinitionError("The notebook template cannot be used.", where=project.shown(path), hint=hint) from None
    comment = lines[index].partition("#")[2]
    lines[index] = f'case_id: str = "{slug}"' + (f"  #{comment}" if comment else "")
    cell["source"] = "\n".join(lines)
    return content


def judgements_form(register: Register) -> str:
    """Return judgements.csv with one row for each judged indicator; an empty score means not judged yet."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(JUDGEMENT_COLUMNS)
    writer.writerows([entry.id, "", "", "", "", ""] for entry in register.judged())
    return text.getvalue()


def anchors_text(register: Register) -> str:
    """Return the page that lies beside judgements.csv: what each score means, and the grades of evidence."""
    lines = [
        "# What the scores mean",
        "",
        "For `judgements.csv`. One row for each indicator and assessor; several people may judge the same",
        "indicator, each in a row of their own. **Leave the score empty where you cannot tell**: not known is never",
        "counted as bad. A score of 0 needs evidence that things are bad, not a lack of evidence. `evidence` says",
        "what you saw, so that somebody else could look it up; `date` is written 2024-12-31.",
        "",
        "| grade | what the judgement rests on | effect |",
        "|---|---|---|",
        *(f"| {grade} | {meaning} | {effect} |" for grade, meaning, effect in GRADES),
    ]
    for dimension in register.dimensions:
        judged = [entry for entry in register.of(dimension.id) if entry.kind == "judged"]
        if judged:
            lines += ["", f"## {dimension.id} · {dimension.name}"]
        for entry in judged:
            lines += ["", f"### {entry.id} · {entry.name}", "", entry.definition, "", "| score | when |", "|---|---|"]
            lines += [f"| {score} | {anchor} |" for score, anchor in enumerate(entry.anchors)]
            lines += ["", f"Source: {entry.source}"]
    return "\n".join(lines) + "\n"
