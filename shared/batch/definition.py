"""What a definition says that a run needs to know, as plain values that can be kept for the next run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from shared.batch.params import RunParameters, check_notebook
from shared.batch.record import CaseRecord, RunState
from shared.cases.load import load_case
from shared.cases.model import CaseStudy
from shared.cases.project import Project
from shared.errors import DataError, DefinitionError, Fault
from shared.sources.locate import Located, Place, candidates, locate, locate_all
from shared.sources.remote import fetch, in_store

PULL = "casebook data pull"
MIRROR = "mirror"
_QUICK = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
PATH = re.compile(r"\w[\w .()-]*(/[\w .()-]+)+\.\w{1,8}")


def read_definition(project: Project, slug: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return title, organisation, sources and further files of a case study whose notebook takes ``parameters``.

    With them comes what the index says of it, so that a definition is read once.

    Raises what ``load_case`` and ``check_notebook`` raise, and ``DefinitionError`` when there is no notebook.
    """
    RunParameters(**parameters)
    case = load_case(project, slug)
    notebook = project.notebooks / f"{slug}.ipynb"
    if not notebook.is_file():
        raise DefinitionError(
            "There is no notebook.", where=project.shown(notebook), hint=f"See: casebook check {slug}"
        )
    check_notebook(notebook, parameters)
    sources = [
        {
            "id": source_id,
            "kind": source.kind,
            "sha256": source.sha256,
            "candidates": [
                [str(place), str(path), _inside(project, place, path)] for place, path in candidates(project, source)
            ],
        }
        for source_id, source in case.sources.items()
    ]
    return {
        "title": case.title,
        "organisation": case.organisation.name,
        "sources": sources,
        "words": _words(case),
        "named": sorted(set(_named(project, slug)) - {source.path for source in case.sources.values()}),
    }


def describe(project: Project, slug: str) -> dict[str, Any]:
    """Return what the index says of a case study; ``{}`` when its definition has faults."""
    try:
        case = load_case(project, slug)
    except DefinitionError:  # its record says what is wrong; the case study is listed all the same
        return {}
    return _words(case)


def _words(case: CaseStudy) -> dict[str, Any]:
    return {
        "title": case.title,
        "organisation": case.organisation.name,
        "summary": case.summary,
        "invented": case.organisation.invented,
        "period": [case.dates.reference_start.isoformat(), case.dates.reference_end.isoformat()],
    }


def what_is_missing(
    project: Project, slug: str, parameters: dict[str, Any], *, fetching: bool = False
) -> CaseRecord | None:
    """Return the record of a case study whose data can be fetched; None when nothing is missing.

    With ``fetching``, files in the office's own store are fetched first. Raises ``DataError`` with every file that is
    damaged, or is missing and ships with the project, or could not be fetched from the store.
    """
    case = load_case(project, slug)
    if fetching:
        _fetch_from_store(project, case)
    located = locate_all(project, case)
    wrong = [Fault(found.problem, f"source {found.source_id}") for found in located if _wrong(case, found)]
    if wrong:
        raise DataError("Some data files are not what case.yaml says they are:", faults=wrong)
    if any(found.place is Place.MISSING for found in located):
        return CaseRecord(slug, RunState.DATA_MISSING, f"{PULL} {slug}", parameters=parameters)
    return None


def _fetch_from_store(project: Project, case: CaseStudy) -> None:
    faults: list[Fault] = []
    for source_id, source in case.sources.items():
        if source.path is not None and in_store(source.path):
            _, target = candidates(project, source)[-1]
            if locate(project, source_id, source).place is Place.MISSING:
                try:
                    fetch(source.path, target, source.sha256)
                except DataError as error:
                    faults += [Fault(f.problem, f"source {source_id}: {f.where}", f.hint) for f in error.faults]
    if faults:
        raise DataError("Some data files could not be fetched:", faults=faults)


def _wrong(case: CaseStudy, found: Located) -> bool:
    """Return True for a damaged file, and for a missing one that ships with the project and cannot be pulled."""
    path = case.sources[found.source_id].path
    shipped = path is not None and not in_store(path)
    return found.place is Place.DAMAGED or (found.place is Place.MISSING and shipped)


def _inside(project: Project, place: Place, path: Path) -> str:
    """Return where a file lies in a copy of the project that has its mirror with it: a report says where it was."""
    if place is Place.MIRROR and project.mirror is not None:
        return f"{MIRROR}/{path.relative_to(project.mirror).as_posix()}"
    if place is Place.DOWNLOADED:
        return f"data/downloaded/{path.relative_to(project.downloads).as_posix()}"
    return path.relative_to(project.root).as_posix()


def _named(project: Project, slug: str) -> Iterator[str]:
    """Yield every text of case.yaml that could be a file of the project: whatever it is for, it is an input."""
    text = (project.casestudies / slug / "case.yaml").read_text(encoding="utf-8-sig")
    definition = yaml.load(text, Loader=_QUICK)  # safe as the slow one; the file was read strictly before
    for text in _texts(definition):
        if len(text) < 300 and PATH.fullmatch(text) and ".." not in text:
            yield text


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
