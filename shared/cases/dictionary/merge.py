"""case.yaml and the dictionary that came with the data, put together: what case.yaml says wins, and is compared."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from pydantic import ValidationError

from shared.cases.dictionary.definitions import Dictionary
from shared.cases.findings import Finding
from shared.cases.forms import XlsForm
from shared.cases.project import Project, can_be_path
from shared.errors import CasebookError, DefinitionError, nearest

_DOMAIN = ("allowed", "minimum", "maximum", "pattern", "not_before", "not_after")
_SHOWN = 12
Notes = dict[str, tuple[str, ...]]


def with_dictionaries(data: dict[str, Any], project: Project, slug: str) -> tuple[dict[str, Any], Notes, list[Finding]]:
    """Return the data of case.yaml with every source's form or schema merged in, notes by source, and findings.

    A column that both describe keeps each key that case.yaml gives and takes the others from the dictionary; when
    case.yaml gives another type, what the dictionary says of valid values is left out with it. Rules across columns
    (edits) and the key are added where case.yaml has none of that name. Nothing is changed without a dictionary.
    """
    sources = data.get("sources")
    if not isinstance(sources, dict) or not any(_names_one(source) for source in sources.values()):
        return data, {}, []
    merged, notes, findings = copy.deepcopy(data), {}, []
    for name, source in merged["sources"].items():
        if not _names_one(source):
            continue
        place = ("sources", name, "xlsform" if source.get("xlsform") else "table_schema")
        try:
            dictionary = _read(source, project, slug)
        except CasebookError as error:
            findings += [Finding(place, f"{fault.where}: {fault.problem}", fault.hint) for fault in error.faults]
        else:
            if dictionary is not None:
                notes[name] = tuple(_shortened([*dictionary.notes, *_merge(source, dictionary)]))
    return merged, notes, findings


def _names_one(source: Any) -> bool:
    return isinstance(source, dict) and bool(source.get("xlsform") or source.get("table_schema"))


def _read(source: dict[str, Any], project: Project, slug: str) -> Dictionary | None:
    """Return the dictionary of a source, None when the key itself is unsound (pydantic reports that)."""
    if source.get("xlsform") and source.get("table_schema"):
        raise DefinitionError("A source has a form or a schema, not both.", where="xlsform", hint="Remove one.")
    if source.get("xlsform"):
        given = source["xlsform"]
        try:
            options = XlsForm.model_validate({"file": given} if isinstance(given, str) else given)
        except ValidationError:
            return None
        return _form(options, project, slug)
    given = source["table_schema"]
    if not isinstance(given, str):
        return None
    from shared.cases.dictionary.table_schema import schema_dictionary

    path = _inside(given, project, slug)
    address = urlsplit(str(source.get("url") or source.get("path") or "")).path
    data_file = PurePosixPath(str(source.get("member") or unquote(address))).name
    kind = str(source.get("kind"))
    return schema_dictionary(path, project.shown(path), data_file=data_file, kind=kind)


def _form(options: XlsForm, project: Project, slug: str) -> Dictionary:
    from shared.cases.dictionary.form import read_form  # pyxform takes more than a second, and few cases have a form
    from shared.cases.dictionary.form_columns import form_dictionary

    path = _inside(options.file, project, slug)
    form = read_form(path, project.shown(path))
    if options.language is not None and options.language not in form.languages:
        hint = nearest(options.language, form.languages) or f"It has: {', '.join(form.languages)}."
        raise DefinitionError(f'The form has no language "{options.language}".', where=options.file, hint=hint)
    names = [question.name for question in form.questions]
    for name in options.absent:
        if name not in names:
            raise DefinitionError(f'The form has no question "{name}".', where=options.file, hint=nearest(name, names))
    dictionary = form_dictionary(form, options)
    dictionary.notes.insert(0, f"{len(dictionary.columns)} columns are described by the form {options.file}.")
    return dictionary


def _inside(name: str, project: Project, slug: str) -> Path:
    """Return the file in the case study's folder, so that a report is made anew when it changes."""
    folder = project.casestudies / slug
    path = folder / name
    if not can_be_path(name) or not path.resolve().is_relative_to(folder.resolve()):
        hint = "Put it into the case study's folder and write its name."
        raise DefinitionError("The path leads out of the case study's folder.", where=name, hint=hint)
    if not path.is_file():
        hint = nearest(name, [one.name for one in folder.iterdir()]) if folder.is_dir() else ""
        hint = hint or "Put it into the case study's folder."
        raise DefinitionError("The file is missing.", where=project.shown(path), hint=hint)
    return path


def _merge(source: dict[str, Any], dictionary: Dictionary) -> list[str]:
    """Add the dictionary to a source, and return what case.yaml says otherwise."""
    declared = source.get("columns")
    declared = declared if isinstance(declared, dict) else {}
    notes: list[str] = []
    columns: dict[str, Any] = {}
    for name, rules in dictionary.columns.items():
        own = declared.get(name)
        columns[name] = _column(name, own, rules, notes) if isinstance(own, dict) else rules if own is None else own
    columns |= {name: rules for name, rules in declared.items() if name not in columns}
    source["columns"] = columns
    edits = source.get("edits")
    if isinstance(edits, list) or edits is None:
        taken = {edit.get("id") for edit in edits or () if isinstance(edit, dict)}
        added = [edit for edit in dictionary.edits if edit["id"] not in taken]
        if added:
            source["edits"] = [*(edits or ()), *added]
    if dictionary.key and not source.get("key"):
        source["key"] = list(dictionary.key)
    return notes


def _column(name: str, own: Mapping[str, Any], rules: Mapping[str, Any], notes: list[str]) -> dict[str, Any]:
    taken = dict(rules)
    if "type" in own and own["type"] != rules.get("type"):
        for key in _DOMAIN:
            taken.pop(key, None)
    for key, value in own.items():
        other = rules.get(key)
        if key in rules and key not in ("role", "label", "purpose") and not _same(value, other):
            notes.append(
                f'"{name}": case.yaml says {key} {_say(value)}, the dictionary {_say(other)}; case.yaml counts.'
            )
    return {**taken, **own}


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, list) and isinstance(other, list):
        return sorted(map(str, one)) == sorted(map(str, other))
    return bool(one == other)


def _say(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return f"{len(value)} values"
    if isinstance(value, dict):
        return str(value.get("column", "a condition"))
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _shortened(notes: list[str]) -> list[str]:
    rest = len(notes) - _SHOWN
    return notes if rest <= 1 else [*notes[:_SHOWN], f"{rest} more differences or rules were not taken over."]
