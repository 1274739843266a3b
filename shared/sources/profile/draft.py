"""A definition drafted from a profile: the file's block filled in, the rest of case.yaml as a new case gets it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from shared.cases.project import Project
from shared.cases.scaffold import definition_template
from shared.errors import printable
from shared.sources.profile.facts import ColumnProfile, FileProfile
from shared.sources.profile.values import pattern_of

_BEGIN, _END = "sources:\n", "  #| census:"
_TEXT = ("csv", "tsv")


def draft_definition(profile: FileProfile, slug: str, project: Project, path: Path) -> str:
    """Return the text of a case.yaml for ``slug`` with the profiled file as its source.

    Types, allowed values (only where every one has at least 10 rows), codes for no answer, likely roles, key and area
    are proposals; whatever only a person can know stays TODO. No value that fewer than 10 rows share is written.
    """
    template = definition_template(slug)
    head, rest = template.split(_BEGIN, 1)
    tail = rest[rest.index(_END) :]
    block = "\n".join(_source(profile, project, path, slug))
    more = "\n".join(_further(profile))
    return f"{head}{_BEGIN}{block}\n{tail}" + (f"\n{more}\n" if more else "")


def _source(profile: FileProfile, project: Project, path: Path, slug: str) -> Iterator[str]:
    inside = path.resolve().is_relative_to(project.root.resolve())
    place = path.resolve().relative_to(project.root.resolve()).as_posix() if inside else f"data/{slug}/{path.name}"
    yield "  # Drafted by casebook profile: compare every line with what you know of the data."
    yield "  records:" if profile.kind == "records" else "  published:"
    yield f"    kind: {'records' if profile.kind == 'records' else 'table'}"
    yield "    title: TODO"
    yield f"    path: {_flow(place)}" + ("" if inside else "  # put the file there")
    yield f"    sha256: {profile.sha256}"
    for key, value in profile.reading.items():
        yield f"    {key}: {_flow(value)}"
    yield "    licence: TODO          # for instance OGL-UK-3.0, CC-BY-4.0, or: not published, used with permission"
    yield "    attribution: TODO      # whom to name under every figure"
    for note in profile.notes:
        yield f"    # {printable(note)}"
    if profile.form is not None:
        yield f"    xlsform: {_flow(dict(profile.form.options))}  # copy the form into this folder"
        yield "    columns: {}"
    else:
        yield "    columns:"
        for column in profile.columns:
            yield from _column(column)
    if profile.keys:
        yield f"    key: {_flow(list(profile.keys[0]))}"


def _column(one: ColumnProfile) -> Iterator[str]:
    rules: dict[str, Any] = {"role": one.role}
    if one.type in ("integer", "number", "date", "boolean"):
        rules["type"] = one.type
    if one.categories and one.type in ("category", "boolean"):
        rules |= {"type": "category", "allowed": [value for value, _ in one.categories]}
    if one.codes:
        rules["missing"] = [code for code, _ in one.codes]
    if one.shape and one.type == "text":
        rules["pattern"] = pattern_of(one.shape)
    if one.written.startswith(("dates", "moments", "with decimal commas")):
        rules.pop("type", None)
    remarks = [*([one.written] if one.written else []), *one.personal, *one.notes]
    key = _flow(one.name)
    key = key if len(key) <= 120 else f"? {key}\n      "  # YAML takes no longer key on the line of its value
    yield f"      {key}: {_flow(rules)}" + (f"  # {printable('; '.join(remarks))}" if remarks else "")


def _further(profile: FileProfile) -> Iterator[str]:
    name = "records" if profile.kind == "records" else "published"
    area = next((one for one in profile.columns if one.area_system), None)
    if area is not None:
        count = next((one.name for one in profile.columns if one.role == "count"), None)
        yield f"# {printable(' '.join(area.areas))}"
        yield "area:"
        yield f"  source: {name}"
        yield f"  column: {_flow(area.name)}"
        if profile.kind == "table" and count is not None:
            yield f"  count: {_flow(count)}"
        yield f"  system: {area.area_system}"
        yield f"  vintage: {area.area_year}"
    paradata = profile.paradata
    if paradata is not None and paradata.columns.interviewer:
        yield "# The interviewer effect (PRO-10) needs an outcome: a number, or an answer named by is_in."
        yield f"#| interviewer: {{source: {name}, column: {_flow(paradata.columns.interviewer)}, outcome: TODO}}"


def _flow(value: Any) -> str:
    """Return a value as it stands in case.yaml on one line, quoted where YAML would read something else."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_flow(key)}: {_flow(one)}" for key, one in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_flow(one) for one in value) + "]"
    if value is None:
        return "null"
    text: str = yaml.safe_dump(
        value, default_flow_style=True, allow_unicode=True, width=10_000, default_style=_style(value)
    )
    return text.removesuffix("\n").removesuffix("\n...").strip()


def _style(value: Any) -> str | None:
    """Texts that hold signs with a meaning in flow style are put into quotation marks."""
    return '"' if isinstance(value, str) and any(sign in value for sign in ",[]{}#&*!|>'\"%@`:\n\t") else None
