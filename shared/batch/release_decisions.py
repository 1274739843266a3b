"""Decisions of a second person on outputs that no check can settle: who, when, why, and on which bytes."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

from shared.batch.publish import write_whole
from shared.batch.release_tables import safe_cell
from shared.cases.model import CaseStudy
from shared.cases.project import Project
from shared.errors import DefinitionError, Fault, nearest
from shared.evidence.judgements import read_judgements

FILE = ".decisions.csv"
"""In the case study's folder. The name starts with a dot because no report depends on it: deciding is no reason to
run a notebook again."""
SHORTEST_REASON = 10


@dataclass(frozen=True)
class Decision:
    """One decision; it holds for the output only as long as its checksum is the same."""

    output: str
    checksum: str
    decision: str
    by: str
    date: str
    why: str


def read_decisions(project: Project, slug: str) -> tuple[Decision, ...]:
    """Return the decisions of a case study in the order they were made; a damaged file raises ``DefinitionError``."""
    path = project.casestudies / slug / FILE
    if not path.is_file():
        return ()
    names = [field.name for field in fields(Decision)]
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
    faults = [
        Fault("This is no decision.", f"{project.shown(path)}, line {number}", f"Columns: {', '.join(names)}.")
        for number, row in enumerate(rows, start=1)
        if len(row) != len(names) or (number == 1) != (row == names)
    ]
    if faults or not rows:
        raise DefinitionError("The decisions cannot be read:", faults=faults or [Fault("The file is empty.")])
    return tuple(Decision(*row) for row in rows[1:])


def authors_of(project: Project, case: CaseStudy) -> tuple[str, ...]:
    """Return who made an assessment: those case.yaml says prepared it, and the assessors of judgements.csv."""
    judged = project.casestudies / case.slug / "judgements.csv"
    assessors = [row.assessor for row in read_judgements(judged)] if judged.is_file() else []
    return tuple(dict.fromkeys([*case.disclosure.prepared_by, *(name for name in assessors if name)]))


def decide(
    project: Project, case: CaseStudy, outputs: Sequence[Mapping[str, Any]], name: str, *, by: str, why: str,
    when: date, accept: bool,
) -> Decision:  # fmt: skip
    """Record what a second person decided on the output ``name`` of a report, and return it.

    Raises ``DefinitionError`` when there is no such output or nothing about it to decide, when no reason is given,
    when nothing says who prepared the assessment, or when ``by`` is one of them.
    """
    authors = authors_of(project, case)
    if not authors:
        raise DefinitionError(
            "Nothing says who prepared this assessment, so nobody can be told apart from its author.",
            where="case.yaml, disclosure.prepared_by", hint="prepared_by: [name, name]",
        )  # fmt: skip
    if not _plain(by) or _plain(by) in {_plain(author) for author in authors}:
        raise DefinitionError(
            "Whoever prepared an assessment cannot approve its outputs.", hint="Ask a second person to look."
        )
    if len(why.strip()) < SHORTEST_REASON:
        raise DefinitionError("A decision needs a reason in words.", hint='--why "what was looked at, and the outcome"')
    found = next((output for output in outputs if output["id"] == name), None)
    waiting = [str(output["id"]) for output in outputs if output["status"] == "review"]
    if found is None:
        raise DefinitionError(f'There is no output "{name}".', hint=nearest(name, waiting) or _waiting(waiting))
    if found["status"] != "review":
        raise DefinitionError(f'Output "{name}" is not in review.', hint=_waiting(waiting))
    who, reason = (safe_cell(" ".join(text.split())) for text in (by, why))
    made = Decision(name, found["checksum"], "accept" if accept else "refuse", who, when.isoformat(), reason)
    _write(project, case.slug, [*read_decisions(project, case.slug), made])
    return made


def decided(
    outputs: Sequence[Mapping[str, Any]], decisions: Sequence[Decision], authors: Sequence[str]
) -> list[dict[str, Any]]:
    """Return the outputs with the status that decisions give them; the last decision on the same bytes counts.

    A decision by somebody who has since become one of the ``authors`` of the assessment does not count.
    """
    names = {_plain(author) for author in authors}
    valid = {(d.output, d.checksum): d for d in decisions if _plain(d.by) not in names}
    found = []
    for output in outputs:
        made = valid.get((output["id"], output["checksum"]))
        if output["status"] == "review" and made is not None:
            status = "pass" if made.decision == "accept" else "refused"
            said = "accepted" if made.decision == "accept" else "refused"
            output = {**output, "status": status, "decision": f"{said} by {made.by}, {made.date}: {made.why}"}
        found.append(dict(output))
    return found


def _waiting(names: Sequence[str]) -> str:
    return f"In review: {', '.join(names)}." if names else "No output is in review."


def _plain(name: str) -> str:
    """Return a name by which spellings of it are alike: "A. First", "a first" and "First, A." are one."""
    return " ".join(sorted(re.findall(r"\w+", unicodedata.normalize("NFKC", name).casefold())))


def _write(project: Project, slug: str, decisions: Sequence[Decision]) -> None:
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow([field.name for field in fields(Decision)])
    table.writerows(astuple(decision) for decision in decisions)
    write_whole(Path(project.casestudies / slug / FILE), text.getvalue())
