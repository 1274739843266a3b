"""A YAML file as plain data, with the line of every key and entry.

Read more strictly than YAML 1.1: keys are always text; ``yes``, ``no``, ``on``, dates and numbers with leading
zeros (area codes!) stay text; only ``true``/``false`` are yes/no, and only plain decimal numbers are numbers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from shared.errors import DefinitionError, Fault

Place = tuple[str | int, ...]
MAX_BYTES = 1_000_000
MAX_VALUES = 50_000
MAX_DEPTH = 40
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_NUMBER = re.compile(r"[-+]?((0|[1-9][0-9]*)\.[0-9]*|\.[0-9]+)([eE][-+]?[0-9]{1,2})?")


@dataclass
class Document:
    """The content of one file; ``lines`` gives the 1-based line of each key and entry by its place in ``data``."""

    shown: str
    data: dict[str, Any]
    lines: dict[Place, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def where(self, place: Place) -> str:
        """Return ``file, line, field`` for ``place``, with the line of the nearest enclosing key that exists."""
        nearest = next((place[:n] for n in range(len(place), 0, -1) if place[:n] in self.lines), None)
        line = f", line {self.lines[nearest]}" if nearest else ""
        return f"{self.shown}{line}, {dotted(place)}" if place else f"{self.shown}{line}"


def dotted(place: Place) -> str:
    """Write a place the way people say it: ``margins[entry 1].column``."""
    text = ""
    for step in place:
        text += f"[entry {step + 1}]" if isinstance(step, int) else f".{step}"
    return text.removeprefix(".")


def read_document(path: Path, shown: str) -> Document:
    """Read a YAML mapping; duplicate keys are kept in ``faults``, everything worse raises ``DefinitionError``.

    Refused: a file over 1 MB, anything that is not UTF-8 text, several documents, tags (``!!python``), merge keys,
    more than 50,000 values once aliases are written out, nesting deeper than 40, content that is not a mapping.
    """
    try:
        size = path.stat().st_size
        raw = path.read_bytes() if size <= MAX_BYTES else b""
    except FileNotFoundError:
        raise DefinitionError("The file is missing.", where=shown) from None
    except OSError as error:
        raise DefinitionError(f"The file cannot be read ({error.strerror}).", where=shown) from error
    if size > MAX_BYTES:
        raise DefinitionError(f"The file has {size:,} bytes; more than 1 MB is not a definition.", where=shown)
    try:
        node = yaml.compose(raw.decode("utf-8-sig"), Loader=yaml.SafeLoader)
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise DefinitionError(
            "The file is not UTF-8 text.", where=f"{shown}, line {line}", hint="Save it as UTF-8."
        ) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{shown}, line {mark.line + 1}" if mark else shown
        raise DefinitionError(
            f"This is not valid YAML: {error.problem or error.context}.", where=place, hint=_HINT
        ) from None
    except yaml.YAMLError as error:
        raise DefinitionError("This is not valid YAML.", where=shown, hint=str(error).splitlines()[0]) from None
    except RecursionError:
        raise DefinitionError("The file is nested too deeply.", where=shown) from None
    if not isinstance(node, yaml.MappingNode):
        found = "nothing" if node is None else "a list" if isinstance(node, yaml.SequenceNode) else "a single text"
        raise DefinitionError(f"The file must be a mapping (key: value), it holds {found}.", where=shown)
    document = Document(shown, {})
    document.data = _Builder(document).mapping(node, ())
    return document


_HINT = "Look at the indentation, and put texts with a colon or a quote in quotation marks."


class _Builder:
    """Turns YAML nodes into data, counting as it goes so that aliases cannot grow without bound."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.count = 0

    def value(self, node: yaml.Node, place: Place) -> Any:
        self.count += 1
        if self.count > MAX_VALUES or len(place) > MAX_DEPTH:
            raise DefinitionError(
                "The file is too large once its aliases are written out, or nested too deeply.",
                where=self.document.where(place[:3]),
                hint="Write the values out instead of using aliases (*name).",
            )
        if not node.tag.startswith("tag:yaml.org,2002:") or node.tag.startswith("tag:yaml.org,2002:python"):
            self.fault("A YAML tag (!name) is not read.", node.start_mark.line + 1, place, "Write a plain value.")
            return None
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            for index, entry in enumerate(node.value):
                self.document.lines.setdefault((*place, index), entry.start_mark.line + 1)
            return [self.value(entry, (*place, index)) for index, entry in enumerate(node.value)]
        return self.scalar(node)

    def mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode) or key_node.tag == "tag:yaml.org,2002:merge":
                self.fault("A key must be a plain text.", line, place, "Write it out; merge keys are not read.")
                continue
            key = str(key_node.value)
            if key in data:
                first = self.document.lines[(*place, key)]
                self.fault(f'The key "{key}" is given twice (first on line {first}).', line, place, "Keep one of them.")
                continue
            self.document.lines[(*place, key)] = line
            data[key] = self.value(value_node, (*place, key))
        return data

    def scalar(self, node: yaml.Node) -> Any:
        text = str(node.value)
        if getattr(node, "style", None) in ("'", '"', "|", ">"):
            return text
        if text in ("", "~", "null", "Null", "NULL"):
            return None
        if text.lower() in ("true", "false"):
            return text.lower() == "true"
        if _INTEGER.fullmatch(text):
            return int(text)
        return float(text) if _NUMBER.fullmatch(text) else text

    def fault(self, problem: str, line: int, place: Place, hint: str) -> None:
        field_name = f", {dotted(place)}" if place else ""
        self.document.faults.append(Fault(problem, f"{self.document.shown}, line {line}{field_name}", hint))
