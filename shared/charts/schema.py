"""Whether a chart's specification follows Vega-Lite's schema: yes or no, and nothing about why.

jsonschema collects every error of every branch that does not fit, which takes ten times as long and more; here each
part of the schema becomes a function that says no at the first thing that does not fit. What is refused goes to
Altair's own check, whose word counts and which says what is wrong (a test holds the two together).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from numbers import Number
from typing import Any

from jsonschema import Draft7Validator

Check = Callable[[Any], bool]
SILENT = {"description", "default", "examples", "definitions", "$schema", "title", "$comment"}
"""Keywords that ask for nothing."""

_TYPES: dict[str, Check] = {
    "object": lambda v: isinstance(v, dict),
    "array": lambda v: isinstance(v, list),
    "string": lambda v: isinstance(v, str),
    "null": lambda v: v is None,
    "boolean": lambda v: isinstance(v, bool),
    "number": lambda v: isinstance(v, Number) and not isinstance(v, bool),
    "integer": lambda v: (isinstance(v, int) and not isinstance(v, bool)) or (isinstance(v, float) and v.is_integer()),
}
_number, _string, _array, _object = (_TYPES[name] for name in ("number", "string", "array", "object"))


class UnknownKeyword(Exception):
    """The schema asks for something that is not known here."""


class Rules:
    """The checks of one schema, each made when it is first needed and kept."""

    def __init__(self, root: Mapping[str, Any]) -> None:
        self._root = root
        self._named: dict[str, Check] = {}

    def follows(self, value: object, schema: Mapping[str, Any]) -> bool:
        """Return True when ``value`` is sure to follow ``schema`` (draft 7), whose references lead into the root.

        False when it does not, or when the schema uses a keyword that is not known here.
        """
        try:
            return self._check(schema)(value)
        except UnknownKeyword:
            return False

    def _check(self, schema: Any) -> Check:
        if isinstance(schema, bool):
            return lambda _: schema
        if "$ref" in schema:  # draft 7: what stands beside a reference does not count
            return self._reference(schema["$ref"])
        parts = [self._keyword(name, asked, schema) for name, asked in schema.items() if name not in SILENT]
        if len(parts) == 1:
            return parts[0]
        return lambda v: all(part(v) for part in parts)

    def _reference(self, place: str) -> Check:
        start, _, name = place.rpartition("/")
        if start != "#/definitions" or name not in self._root["definitions"]:
            raise UnknownKeyword(place)

        def check(value: Any) -> bool:  # only now: definitions lead to themselves
            if name not in self._named:
                self._named[name] = self._check(self._root["definitions"][name])
            return self._named[name](value)

        return check

    def _keyword(self, name: str, asked: Any, schema: Mapping[str, Any]) -> Check:
        if name == "type":
            types = [_TYPES[one] for one in ([asked] if isinstance(asked, str) else asked)]
            return types[0] if len(types) == 1 else lambda v: any(is_one(v) for is_one in types)
        if name == "anyOf":
            ways = [self._check(one) for one in asked]
            return lambda v: any(way(v) for way in ways)
        if name in ("enum", "const"):
            return _one_of(asked if name == "enum" else [asked])
        if name == "properties":
            return self._properties(asked)
        if name == "additionalProperties":
            return self._additional(asked, set(schema.get("properties", ())))
        if name == "items" and isinstance(asked, dict):
            each = self._check(asked)
            return lambda v: not isinstance(v, list) or all(each(item) for item in v)
        return _limit(name, asked)

    def _properties(self, asked: Mapping[str, Any]) -> Check:
        checks = {name: self._check(one) for name, one in asked.items()}
        return lambda v: not isinstance(v, dict) or all(checks[n](part) for n, part in v.items() if n in checks)

    def _additional(self, asked: Any, declared: set[str]) -> Check:
        each = self._check(asked)
        return lambda v: not isinstance(v, dict) or all(each(part) for n, part in v.items() if n not in declared)


def _one_of(values: Sequence[Any]) -> Check:
    if not all(value is None or isinstance(value, str | bool | int | float) for value in values):
        raise UnknownKeyword("enum")
    # True is no 1 in JSON
    return lambda v: any(v == one and isinstance(v, bool) == isinstance(one, bool) for one in values)


def _limit(name: str, asked: Any) -> Check:
    match name:
        case "required":
            return lambda v: not isinstance(v, dict) or all(one in v for one in asked)
        case "minimum":
            return lambda v: not _number(v) or v >= asked
        case "maximum":
            return lambda v: not _number(v) or v <= asked
        case "minItems":
            return lambda v: not _array(v) or len(v) >= asked
        case "maxItems":
            return lambda v: not _array(v) or len(v) <= asked
        case "minLength":
            return lambda v: not _string(v) or len(v) >= asked
        case "maxLength":
            return lambda v: not _string(v) or len(v) <= asked
        case "minProperties":
            return lambda v: not _object(v) or len(v) >= asked
        case "format":
            return lambda v: Draft7Validator.FORMAT_CHECKER.conforms(v, asked)
    raise UnknownKeyword(name)
