"""case.yaml becomes a checked ``CaseStudy``, or one error that lists everything wrong with it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter, ValidationError

from shared.cases.crosscheck import cross_findings
from shared.cases.dictionary.merge import with_dictionaries
from shared.cases.document import Document, Place, read_document
from shared.cases.findings import Finding, from_pydantic, todo_findings
from shared.cases.model import CaseStudy, Source
from shared.cases.project import Project, can_be_path
from shared.cases.project import list_slugs as list_slugs  # known here to those who load
from shared.errors import DefinitionError, Fault, nearest


def load_case(project: Project, slug: str) -> CaseStudy:
    """Read and check one definition.

    Raises ``DefinitionError`` with one fault for everything that is wrong: YAML, unknown or missing keys, values,
    and names that point nowhere, each with file, line and field; an unknown slug gives the nearest one.
    """
    known = list_slugs(project)
    if slug not in known and (project.casestudies / slug).is_dir():
        where = project.shown(project.casestudies / slug)
        raise DefinitionError("The folder has no case.yaml.", where=where, hint="Take one from: casebook new SLUG.")
    if slug not in known:
        hint = nearest(slug, known) or (
            f"There are: {', '.join(known)}." if known else "There is none yet: casebook new SLUG."
        )
        raise DefinitionError(f'There is no case study "{slug}".', where=project.shown(project.casestudies), hint=hint)
    path = project.casestudies / slug / "case.yaml"
    document = read_document(path, project.shown(path))
    data, notes, unread = with_dictionaries(document.data, project, slug)
    case, findings = _validate(data)
    if unread:  # a source whose columns are not known cannot make names look wrong
        unknown = {finding.place[1] for finding in unread}
        case = case.model_copy(update={"sources": {n: s for n, s in _sources(case) if n not in unknown}})
    findings += [*unread, *cross_findings(case, raw=data, project=project, slug=slug)]
    to_do = [_with_fingerprint(finding, document.data, project) for finding in todo_findings(document.data)]
    faults = [*document.faults, *_located(document, [*to_do, *findings])]
    if faults or not isinstance(case, CaseStudy):
        many = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        raise DefinitionError(f"{document.shown} has {many}:", faults=faults)
    for name, said in notes.items():
        case.sources[name]._dictionary_notes = said
    return case


def _sources(case: CaseStudy) -> Iterable[tuple[str, Source]]:
    return (getattr(case, "sources", None) or {}).items()


def _with_fingerprint(finding: Finding, data: dict[str, Any], project: Project) -> Finding:
    """Say the SHA-256 that is to be filled in, once the file is in its place."""
    if finding.place[:1] == ("sources",) and finding.place[2:] == ("sha256",):
        path = data["sources"][finding.place[1]].get("path")
        if isinstance(path, str) and can_be_path(path) and (project.root / path).is_file():
            with (project.root / path).open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
            return replace(finding, hint=f"The file that is there now has {found}.")
        return replace(finding, hint="Put the file in its place: the next check prints it.")
    return finding


def _validate(data: dict[str, Any]) -> tuple[CaseStudy, list[Finding]]:
    """Validate the whole; where that fails, keep the parts that are sound so that they can be cross-checked.

    The case returned beside findings is incomplete (fields that are unsound are absent) and is never handed out.
    """
    try:
        return CaseStudy.model_validate(data), []
    except ValidationError as error:
        return _sound_parts(data), from_pydantic(error, data)


def _sound_parts(data: dict[str, Any]) -> CaseStudy:
    sound: dict[str, Any] = {}
    for name, field in CaseStudy.model_fields.items():
        if name not in data:
            continue
        value = data[name]
        if name == "sources" and isinstance(value, dict):
            sound[name] = {key: found for key, entry in value.items() if (found := _sound(Source, entry)) is not None}
            continue
        whole = _sound(field.rebuild_annotation(), value)
        if whole is None and isinstance(value, list):  # entries whose order matters keep their number
            whole = tuple(_sound(field.annotation, [entry]) for entry in value)
            whole = tuple(one[0] if one else None for one in whole)
        if whole is not None:
            sound[name] = whole
    return CaseStudy.model_construct(**sound)


def _sound(kind: Any, value: Any) -> Any:
    try:
        return TypeAdapter(kind).validate_python(value)
    except ValidationError:
        return None


def _located(document: Document, findings: Iterable[Finding]) -> list[Fault]:
    """Add file and line; entries of one list with the same fault are reported once, in the order of the file."""
    groups: dict[tuple[Any, ...], list[Finding]] = {}
    for finding in findings:
        listed = bool(finding.place) and isinstance(finding.place[-1], int)
        place: Place = finding.place[:-1] if listed else finding.place
        group = groups.setdefault((place, _kind(finding) if listed else finding), [])
        if finding not in group:
            group.append(finding)
    ordered = sorted(groups.values(), key=lambda group: _line(document, group[0].place))
    return [_fault(document, group) for group in ordered]


def _kind(finding: Finding) -> str:
    return "quote" if "Put it in quotation marks" in finding.hint else finding.problem


def _fault(document: Document, group: list[Finding]) -> Fault:
    first = group[0]
    more = f" (and {len(group) - 1} more in this list)" if len(group) > 1 else ""
    return Fault(f"{first.problem}{more}", document.where(first.place), first.hint)


def _line(document: Document, place: Place) -> int:
    lines = (document.lines.get(place[:n]) for n in range(len(place), 0, -1))
    return next((line for line in lines if line is not None), 0)
