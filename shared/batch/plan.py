"""What is to be done for each case study, found out before a process is started."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.batch.key import case_key, changes
from shared.batch.params import RunParameters, check_notebook
from shared.batch.publish import altered
from shared.batch.record import CaseRecord, Failure, RunState, read_record
from shared.cases.load import load_case
from shared.cases.model import CaseStudy
from shared.cases.project import Project
from shared.errors import CasebookError, DataError, DefinitionError, Fault
from shared.sources.locate import Located, Place, locate_all

PULL = "casebook data pull"


@dataclass(frozen=True)
class Plan:
    """A case study that can be run: everything its job needs, and the key of the results it would give."""

    slug: str
    folder: Path
    notebook: Path
    parameters: dict[str, Any]
    title: str
    subtitle: str
    key: dict[str, str]

    def standing(self) -> tuple[CaseRecord | None, tuple[str, ...]]:
        """Return the last record and what has changed since; nothing changed means nothing need be run."""
        record = read_record(self.folder)
        published = record.published if record else None
        changed = changes(published.key if published else None, self.key)
        if record is None or published is None:
            return record, changed
        changed += tuple(f"{name} (altered or gone)" for name in altered(self.folder, published))
        if not changed and record.state is RunState.FAILED:
            changed = ("the last run failed",)
        return record, changed


def plan_case(project: Project, slug: str, overrides: Mapping[str, Any], *, package: str) -> Plan | CaseRecord:
    """Return what to run, or the record of a case study that cannot be run: faulty, damaged or without its data.

    ``package`` is the hash of the package's code. An unknown slug raises ``DefinitionError``: bad input, nothing is
    run.
    """
    parameters = RunParameters(case_id=slug, **overrides).model_dump(include={"case_id", *overrides})
    notebook = project.notebooks / f"{slug}.ipynb"
    try:
        case = load_case(project, slug)
        if not notebook.is_file():
            raise DefinitionError(
                "There is no notebook.", where=project.shown(notebook), hint=f"See: casebook check {slug}"
            )
        located = locate_all(project, case)
        wrong = [Fault(found.problem, f"source {found.source_id}") for found in located if _wrong(case, found)]
        if wrong:
            raise DataError("Some data files are not what case.yaml says they are:", faults=wrong)
        missing = [found.source_id for found in located if found.place is Place.MISSING]
        if missing:
            return CaseRecord(slug, RunState.DATA_MISSING, f"{PULL} {slug}", parameters=parameters)
        check_notebook(notebook, parameters)
        key = case_key(project, case, located, notebook, parameters, package=package)
    except CasebookError as error:
        if not (project.casestudies / slug / "case.yaml").is_file():
            raise
        return CaseRecord(
            slug, RunState.FAILED, failure=Failure(type(error).__name__, str(error)), parameters=parameters
        )
    except OSError as error:
        problem = f"A file of the case study cannot be read ({error.strerror})."
        return CaseRecord(slug, RunState.FAILED, failure=Failure("RunError", problem), parameters=parameters)
    return Plan(slug, project.outputs / slug, notebook, parameters, case.title, case.organisation.name, key)


def _wrong(case: CaseStudy, found: Located) -> bool:
    """Return True for a damaged file, and for a missing one that ships with the project and cannot be pulled."""
    shipped = case.sources[found.source_id].path is not None
    return found.place is Place.DAMAGED or (found.place is Place.MISSING and shipped)
