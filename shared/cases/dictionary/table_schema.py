"""Frictionless Table Schema and Data Package, read as column definitions (the format; rows are not validated by it)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any, get_args

from shared.cases.columns import Column, Role
from shared.cases.dictionary.definitions import MOMENT, Dictionary
from shared.cases.dictionary.telling_names import personal_kind, tells_quasi
from shared.cases.patterns import pattern_problem
from shared.errors import DefinitionError, nearest

MAX_BYTES = 5_000_000
ROLE = "casebook:role"
_STANDARD = {
    "role", "type", "label", "required", "allowed", "minimum", "maximum", "pattern", "not_before", "not_after",
    "missing", "applicable_when",
}  # fmt: skip
OURS = tuple(name for name in Column.model_fields if name not in _STANDARD)
"""What the standard has no word for, written as ``casebook:purpose`` and so on; other readers pass over it."""
_TYPES = {
    "string": "text", "any": "text", "integer": "integer", "year": "integer", "number": "number", "boolean": "boolean",
    "date": "date", "datetime": "text", "time": "text", "yearmonth": "text", "duration": "text", "geopoint": "text",
    "geojson": "text", "object": "text", "array": "text",
}  # fmt: skip
_PATTERNS = {"datetime": MOMENT, "time": r"\d{2}:\d{2}(?::\d{2})?", "yearmonth": r"\d{4}-\d{2}"}

_ANEW = "Write it anew with a program that knows the standard (frictionless)."


def schema_dictionary(path: Path, shown: str, *, data_file: str, kind: str) -> Dictionary:
    """Return the column definitions of a schema (schema.json) or of one resource of a package (datapackage.json).

    Of a package with several resources the one is taken whose path ends in the name of ``data_file``. ``kind`` is
    the source's kind: it decides which role a column gets for which the schema names none (``casebook:role``).
    Raises ``DefinitionError`` for a missing file, what is not JSON, a schema that the standard does not allow, a
    schema at an address (nothing is fetched), and a package without the data file.
    """
    content = _load(path, shown)
    notes: list[str] = []
    if "resources" in content:
        content = _resource(content, path, shown, data_file, notes)
    schema = _checked(content, shown)
    try:
        return _dictionary(schema, kind, notes)
    except (
        TypeError,
        ValueError,
        AttributeError,
        KeyError,
        OverflowError,
    ):  # a key of another kind than the standard's
        raise DefinitionError("This is no sound Table Schema.", where=shown, hint=_ANEW) from None


def _dictionary(schema: Mapping[str, Any], kind: str, notes: list[str]) -> Dictionary:
    result = Dictionary(notes=notes)
    missing = [one for one in schema.get("missingValues", []) if one != ""]
    named = schema.get("primaryKey") or []
    result.key = (named,) if isinstance(named, str) else tuple(named)
    for field in schema["fields"]:
        result.columns[field["name"]] = _column(field, missing, result, kind)
    if schema.get("foreignKeys"):
        notes.append("The foreign keys of the schema are not taken over.")
    return result


def _column(field: Mapping[str, Any], missing: list[str], result: Dictionary, kind: str) -> dict[str, Any]:
    name, said = str(field["name"]), str(field.get("type") or "any")
    rules: dict[str, Any] = {"type": _TYPES.get(said, "text")}
    constraints: dict[str, Any] = dict(field.get("constraints") or {})
    label = field.get("title") or field.get("description")
    if label:
        rules["label"] = " ".join(str(label).split())
    for ours in OURS:
        if field.get(f"casebook:{ours}") is not None:
            rules[ours] = field[f"casebook:{ours}"]
    codes = field.get("missingValues", missing)
    if codes := [str(one) for one in codes if one != ""]:
        rules["missing"] = codes
    if constraints.pop("required", False):
        rules["required"] = True
    if (allowed := constraints.pop("enum", None)) is not None:
        rules["allowed"] = [_plain(one) for one in allowed]
        rules["type"] = "category" if rules["type"] == "text" else rules["type"]
    _bounds(rules, constraints, said)
    if constraints.pop("unique", False) and not result.key:
        result.notes.append(
            f'The schema says that "{name}" is different in every row; declare it as key to check that.'
        )
    left_over = [f"{key} {value}" for key, value in constraints.items()]
    if said == "date" and field.get("format", "default") not in ("default", "any", "%Y-%m-%d"):
        left_over.append(f"dates written as {field['format']}; the casebook expects 2024-12-31")
    if left_over:
        result.notes.append(f'Not taken over from the schema for "{name}": {"; ".join(left_over)}.')
    return {"role": _role(field, rules, result.key, kind), **rules}


def _bounds(rules: dict[str, Any], constraints: dict[str, Any], said: str) -> None:
    """Take over what has a counterpart and leave the rest in ``constraints``."""
    names = {"integer": ("minimum", "maximum"), "number": ("minimum", "maximum"), "date": ("not_before", "not_after")}
    for theirs, ours in zip(("minimum", "maximum"), names.get(rules["type"], ()), strict=False):
        if theirs in constraints:
            value = constraints.pop(theirs)
            rules[ours] = float(value) if ours in ("minimum", "maximum") else str(value)
    if said in _PATTERNS:
        rules["pattern"] = _PATTERNS[said]
    elif rules["type"] == "text" and "pattern" in constraints and not pattern_problem(str(constraints["pattern"])):
        rules["pattern"] = str(constraints.pop("pattern"))
    elif rules["type"] == "text" and {"minLength", "maxLength"} & set(constraints):
        low, high = constraints.pop("minLength", 0), constraints.pop("maxLength", "")
        rules["pattern"] = f"[\\s\\S]{{{low},{high}}}"


def _role(field: Mapping[str, Any], rules: Mapping[str, Any], key: tuple[str, ...], kind: str) -> str:
    name, names = field["name"], (str(field["name"]), str(field.get("title") or ""))
    if field.get(ROLE) in get_args(Role):
        return str(field[ROLE])
    number = rules["type"] in ("integer", "number")
    if kind != "records":
        return (
            "count" if rules["type"] == "integer" and field.get("type") != "year" else "measure" if number else "group"
        )
    if name in key:
        return "identifier"
    told = personal_kind(*names)
    if told is not None and field.get("type") != "boolean":
        return "quasi-identifier" if told == "a date of birth" else "identifier"
    if tells_quasi(*names):
        return "quasi-identifier"
    if rules["type"] == "text":
        return "other" if "pattern" in rules else "free text"
    return {"date": "date", "boolean": "flag", "category": "sensitive"}.get(rules["type"], "measure")


def _resource(package: dict[str, Any], path: Path, shown: str, data_file: str, notes: list[str]) -> dict[str, Any]:
    resources = package["resources"]
    if not isinstance(resources, list) or not all(isinstance(one, dict) for one in resources):
        raise DefinitionError("The package lists no resources.", where=shown)
    paths = {str(_first(one.get("path"))): one for one in resources if one.get("path")}
    found = next((one for name, one in paths.items() if PurePosixPath(name).name == data_file), None)
    if found is None and len(resources) == 1:
        found = resources[0]
        notes.append(f'The package describes another file than "{data_file}"; its only schema is used.')
    if found is None:
        hint = nearest(data_file, paths) or f"It describes: {', '.join(list(paths)[:8])}."
        raise DefinitionError(f'The package does not describe "{data_file}".', where=shown, hint=hint)
    schema = found.get("schema")
    if isinstance(schema, str):
        inside = path.parent / schema
        if "://" in schema or not inside.resolve().is_relative_to(path.parent.resolve()):
            hint = "Put the schema beside the package; nothing is fetched."
            raise DefinitionError("The schema lies elsewhere.", where=shown, hint=hint)
        schema = _load(inside, f"{shown}, {schema}")
    if not isinstance(schema, dict):
        raise DefinitionError("The package has no schema for the data file.", where=shown, hint="Ask for one.")
    return schema


def _checked(schema: dict[str, Any], shown: str) -> dict[str, Any]:
    from frictionless import FrictionlessException, Schema  # imported late: it takes a second, and few cases need it

    try:
        checked: dict[str, Any] = dict(Schema.from_descriptor(schema).to_descriptor())
    except FrictionlessException as error:
        reasons = [str(one.note) for one in error.reasons] or [str(error.error.note)]
        problem = f"This is no sound Table Schema: {'; '.join(reasons)}."
        raise DefinitionError(problem, where=shown, hint=_ANEW) from None
    except (TypeError, ValueError, AttributeError, KeyError):  # what the checker itself does not expect
        raise DefinitionError("This is no sound Table Schema.", where=shown, hint=_ANEW) from None
    return checked


def _load(path: Path, shown: str) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8-sig") if path.stat().st_size <= MAX_BYTES else ""
        content: Any = json.loads(text)
    except OSError as error:
        raise DefinitionError(f"The schema cannot be read ({error.strerror}).", where=shown) from error
    except UnicodeDecodeError:
        raise DefinitionError("The schema is not UTF-8 text.", where=shown) from None
    except (json.JSONDecodeError, RecursionError) as error:
        raise DefinitionError(
            "The schema is not valid JSON.", where=f"{shown}, line {getattr(error, 'lineno', 1)}"
        ) from None
    if not isinstance(content, dict):
        raise DefinitionError("A schema is a block of keys.", where=shown, hint='It begins with {"fields": [...]}.')
    return content


def _first(path: Any) -> Any:
    return path[0] if isinstance(path, list) and path else path


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
