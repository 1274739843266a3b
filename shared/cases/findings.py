"""What pydantic finds wrong with a definition, said in plain English and tied to a place in the file."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from shared.cases.document import Place, dotted
from shared.cases.model import CaseStudy
from shared.errors import nearest

TODO = "TODO"


@dataclass(frozen=True)
class Finding:
    """One fault of a definition, at a place in its data (line numbers are added by ``shared.cases.load``)."""

    place: Place
    problem: str
    hint: str = ""


def from_pydantic(error: ValidationError, data: Any, above: Place = ()) -> list[Finding]:
    """Turn pydantic's errors over ``data`` (which sits at ``above`` in the file) into findings.

    Several errors at one place (the branches of a union) become one finding; an entry still marked TODO is left
    to ``todo_findings``.
    """
    grouped: dict[Place, list[ErrorDetails]] = {}
    for detail in error.errors(include_url=False, include_context=True):
        grouped.setdefault(_real_place(detail, data), []).append(detail)
    found = []
    for place, details in grouped.items():
        empty = details[0]["type"] == "too_short" and _at(
            data, place
        )  # its entries are there and have faults themselves
        if not is_todo(_at(data, place)) and not empty:
            problem, hint = _say(details, (*above, *place), _at(data, place))
            found.append(Finding((*above, *place), problem, hint))
    return found


def todo_findings(data: Any, place: Place = ()) -> Iterator[Finding]:
    """Yield one finding for every value still marked TODO, naming what may be written there."""
    if isinstance(data, Mapping):
        for key, value in data.items():
            yield from todo_findings(value, (*place, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from todo_findings(value, (*place, index))
    elif is_todo(data):
        choices = [str(c) for c in _choices(_annotation(place))]
        hint = f"One of: {', '.join(choices)}." if choices else ""
        name = next((step for step in reversed(place) if isinstance(step, str)), "the file")
        yield Finding(place, f'"{name}" is still to be filled in (TODO).', hint)


def is_todo(value: Any) -> bool:
    """Return whether a value is the scaffold's mark for something still to be filled in."""
    return isinstance(value, str) and value.strip().startswith(TODO)


def _real_place(detail: ErrorDetails, data: Any) -> Place:
    """Keep the steps of pydantic's location that exist in the data (it also names union branches and tags)."""
    place: Place = ()
    for number, step in enumerate(detail["loc"]):
        last = number == len(detail["loc"]) - 1
        if (isinstance(data, Mapping) and step in data) or (
            isinstance(data, list) and isinstance(step, int) and step < len(data)
        ):
            place, data = (*place, step), data[step]  # type: ignore[index]
        elif last and detail["type"] == "missing":
            place = (*place, step)
    return place


def _at(data: Any, place: Place) -> Any:
    for step in place:
        if isinstance(data, Mapping):
            data = data.get(step)
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        else:
            return None
    return data


def _say(details: list[ErrorDetails], place: Place, value: Any) -> tuple[str, str]:
    detail = details[0]
    kind, context, name = detail["type"], detail.get("ctx", {}), str(place[-1]) if place else "the file"
    kinds = {d["type"] for d in details}
    if kind == "missing":
        return f'The required key "{name}" is missing.', f"Add it under {dotted(place[:-1]) or 'the top level'}."
    if kind == "extra_forbidden":
        known = _fields(_annotation(place[:-1]))
        return f'There is no key "{name}" here.', nearest(name, known) or f"Known here: {', '.join(known)}."
    if kind == "literal_error" and not isinstance(value, (dict, list)):
        choices = [str(c) for c in _choices(_annotation(place))]
        hint = nearest(str(value), choices) if value is not None else ""
        return f'"{value}" is not one of the allowed words.', " ".join(
            filter(None, (hint, f"Allowed: {', '.join(choices)}."))
        )
    if "string_type" in kinds and isinstance(value, (bool, int, float)):
        return f"{_shown(value)} must be a text.", f'Put it in quotation marks: "{_shown(value)}".'
    if value is None and place:
        hint = "Fill it in." if _required(place) else "Fill it in, or remove the key."
        return f'"{name}" has no value.', hint
    if kind == "value_error":
        return (
            f"{str(context.get('error', detail['msg']))[:1].upper()}{str(context.get('error', detail['msg']))[1:]}.",
            "",
        )
    if kind == "string_pattern_mismatch":
        return f'"{name}" does not have the form it must have.', _FORMS.get(
            str(context.get("pattern")), f"Form: {context.get('pattern')}"
        )
    if kind.startswith("date"):
        return f'"{name}" is not a date.', "Write it as 2024-12-31."
    messages = list(dict.fromkeys(_TYPES.get(d["type"], d["msg"]) for d in details))
    return f'"{name}": {" or ".join(messages)}.', ""


_FORMS = {
    r"^([0-9a-f]{64}|pulled)$": "The SHA-256 of the file: 64 digits and letters a to f, as sha256sum prints it.",
    r"^https://\S+$": "A public address that begins with https:// (spaces written as %20).",
    r"^\d{4}-\d{2}-\d{2}$": 'Write it as "2024-12-31".',
    r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$": "Small letters, digits and hyphens, beginning with a letter: household-survey.",
    r"^\d{1,2}\.[0-9a-z]{1,2}\.\d{1,2}$": 'An SDG indicator number such as "1.4.1".',
}
_TYPES = {
    "string_type": "a text is expected",
    "tuple_type": "a list is expected",
    "model_type": "a block of keys is expected",
    "model_attributes_type": "a block of keys is expected",
    "dict_type": "a block of keys is expected",
    "bool_parsing": "true or false is expected (leave it out, or write null, when it is not known)",
    "bool_type": "true or false is expected (leave it out, or write null, when it is not known)",
    "int_parsing": "a whole number is expected",
    "int_type": "a whole number is expected",
    "int_from_float": "a whole number is expected",
    "float_parsing": "a number is expected",
    "float_type": "a number is expected",
}


def _shown(value: bool | int | float) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _annotation(place: Place) -> Any:
    """Return the type that the model declares at ``place``, or None."""
    kind: Any = CaseStudy
    for step in place:
        kind = next((found for branch in _branches(kind) if (found := _step(branch, step)) is not None), None)
    return kind


def _step(kind: Any, step: str | int) -> Any:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        field = kind.model_fields.get(str(step))
        return field.annotation if field else None
    if get_origin(kind) is dict and isinstance(step, str):
        return get_args(kind)[1]
    if get_origin(kind) is tuple and isinstance(step, int):
        return get_args(kind)[0]
    return None


def _branches(kind: Any) -> Iterator[Any]:
    origin = get_origin(kind)
    if origin is Annotated:
        yield from _branches(get_args(kind)[0])
    elif origin in (Union, types.UnionType):
        for branch in get_args(kind):
            yield from _branches(branch)
    else:
        yield kind


def _required(place: Place) -> bool:
    models = [b for b in _branches(_annotation(place[:-1])) if isinstance(b, type) and issubclass(b, BaseModel)]
    return any(f.is_required() for m in models if (f := m.model_fields.get(str(place[-1]))) is not None)


def _fields(kind: Any) -> list[str]:
    models = [b for b in _branches(kind) if isinstance(b, type) and issubclass(b, BaseModel)]
    return list(dict.fromkeys(name for model in models for name in model.model_fields))


def _choices(kind: Any) -> list[Any]:
    return [c for branch in _branches(kind) if get_origin(branch) is Literal for c in get_args(branch)]
