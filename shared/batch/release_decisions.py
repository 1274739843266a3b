"""Decisions of a second person on outputs that no check can settle: who, when, why, and on which bytes."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

from shared.batch.publish import write_whole
from shared.cases.model import CaseStudy
from shared.cases.project import Project
from shared.errors import DefinitionError, Fault, nearest

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


def decide(
    project: Project, case: CaseStudy, outputs: Sequence[Mapping[str, Any]], name: str, *, by: str, why: str,
    when: date, accept: bool,
) -> Decision:  # fmt: skip
    """Record what a second person decided on the output ``name`` of a report, and return it.

    Raises ``DefinitionError`` when there is no such output or nothing about it to decide, when no reason is given,
    when case.yaml does not say who prepared the assessment, or when ``by`` is one of them.
    """
    authors = case.disclosure.prepared_by
    if not authors:
        raise DefinitionError(
            "case.yaml does not say who prepared this assessment, so nobody can be told apart from its author.",
            where="disclosure.prepared_by",
        )
    if not by.strip() or _plain(by) in {_plain(author) for author in authors}:
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
    made = Decision(
        name, found["checksum"], "accept" if accept else "refuse", by.strip(), when.isoformat(), why.strip()
    )
    _write(project, case.slug, [*read_decisions(project, case.slug), made])
    return made


def decided(
    outputs: Sequence[Mapping[str, Any]], decisions: Sequence[Decision], case: CaseStudy
) -> list[dict[str, Any]]:
    """Return the outputs with the status that decisions give them; the last decision on the same bytes counts.

    A decision by somebody who has since become an author of the assessment does not count.
    """
    authors = {_plain(author) for author in case.disclosure.prepared_by}
    valid = {(d.output, d.checksum): d for d in decisions if _plain(d.by) not in authors}
    found = []
    for output in outputs:
        made = valid.get((output["id"], output["checksum"]))
        if output["status"] == "review" and made is not None:
            status = "pass" if made.decision == "accept" else "refused"
            said = f"{made.decision}ed by {made.by}, {made.date}: {made.why}"
            output = {**output, "status": status, "decision": said.replace("refuseed", "refused")}
        found.append(dict(output))
    return found


def _waiting(names: Sequence[str]) -> str:
    return f"In review: {', '.join(names)}." if names else "No output is in review."


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def _write(project: Project, slug: str, decisions: Sequence[Decision]) -> None:
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow([field.name for field in fields(Decision)])
    table.writerows(astuple(decision) for decision in decisions)
    write_whole(Path(project.casestudies / slug / FILE), text.getvalue())
