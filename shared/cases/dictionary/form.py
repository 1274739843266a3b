"""An XLSForm definition read with pyxform: its questions in order, each with its groups, choices and rules."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.cases.archive import is_zip, open_archive
from shared.errors import DataError, DefinitionError

MAX_BYTES = 20_000_000
MAX_UNPACKED = 200_000_000
_SKIPPED = ("note", "trigger", "begin group")
_HTML = re.compile(r"<[^>]*>|\*\*|\$\{[^}]*\}")


@dataclass(frozen=True)
class Choice:
    """One answer of a list: its name in the data and its label by language ("" for a form of one language)."""

    name: str
    labels: Mapping[str, str]


@dataclass(frozen=True)
class Question:
    """One question, calculation or automatic entry.

    ``kind`` is pyxform's word (select one, select all that apply, integer, start, ...), ``groups`` the names and
    ``group_labels`` the labels of the groups around it, ``relevant`` its own condition and theirs, from outside in.
    """

    name: str
    kind: str
    labels: Mapping[str, str]
    groups: tuple[str, ...]
    group_labels: tuple[Mapping[str, str], ...]
    required: str
    relevant: tuple[str, ...]
    constraint: str
    choices: tuple[Choice, ...] | None
    parameters: Mapping[str, str]


@dataclass(frozen=True)
class Form:
    """A form: ``repeats`` gives for each repeated group, whose answers come in a file of their own, its questions."""

    title: str
    version: str
    language: str
    languages: tuple[str, ...]
    questions: tuple[Question, ...]
    repeats: Mapping[str, int]


def read_form(path: Path, shown: str) -> Form:
    """Read a form (.xlsx, .xls, .csv, .md).

    Raises ``DefinitionError`` for a missing, too large or damaged file, and for everything that pyxform refuses, in
    its words (they name the sheet and the row of the form).
    """
    try:
        data = path.read_bytes() if path.stat().st_size <= MAX_BYTES else b""
    except OSError as error:
        raise DefinitionError(f"The form cannot be read ({error.strerror}).", where=shown) from error
    if not data:
        raise DefinitionError("The form is empty or larger than 20 MB.", where=shown)
    if is_zip(data):
        _refuse_bomb(data, shown)
    content = _parsed(data, shown)
    questions: list[Question] = []
    repeats: dict[str, int] = {}
    language = str(content.get("default_language") or "default")
    _walk(content["children"], questions, repeats, _Around((), (), ()), language)
    languages = dict.fromkeys(one for question in questions for one in question.labels)
    return Form(
        _text(content.get("title"), ""), str(content.get("version") or ""), language, tuple(languages),
        tuple(questions), repeats,
    )  # fmt: skip


def label_in(labels: Mapping[str, str], language: str) -> str:
    """Return a label in a language, or in the first that there is; without marks of style and inserted answers."""
    text = labels.get(language) or next(iter(labels.values()), "")
    return " ".join(_HTML.sub(" ", text).split())


@dataclass(frozen=True)
class _Around:
    names: tuple[str, ...]
    labels: tuple[Mapping[str, str], ...]
    relevant: tuple[str, ...]


def _walk(
    children: list[dict[str, Any]], questions: list[Question], repeats: dict[str, int], around: _Around, language: str
) -> None:
    for child in children:
        kind, name, bind = str(child.get("type", "")), str(child.get("name", "")), child.get("bind") or {}
        own = (str(bind["relevant"]),) if bind.get("relevant") else ()
        if kind == "repeat":
            repeats[name] = sum(1 for _ in _leaves(child.get("children") or []))
        elif "children" in child:
            if name != "meta":
                labels = _labels(child.get("label"), language)
                inside = _Around((*around.names, name), (*around.labels, labels), (*around.relevant, *own))
                _walk(child["children"], questions, repeats, inside, language)
        elif kind not in _SKIPPED:
            choices = child.get("choices")
            questions.append(
                Question(
                    name,
                    kind,
                    _labels(child.get("label"), language),
                    around.names,
                    around.labels,
                    str(bind.get("required", "")),
                    (*around.relevant, *own),
                    str(bind.get("constraint", "")),
                    None
                    if choices is None
                    else tuple(Choice(str(one["name"]), _labels(one.get("label"), language)) for one in choices),
                    {str(key): str(value) for key, value in (child.get("parameters") or {}).items()},
                )
            )


def _leaves(children: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for child in children:
        if "children" in child:
            yield from _leaves(child["children"])
        elif child.get("type") not in _SKIPPED:
            yield child


def _labels(label: Any, language: str) -> dict[str, str]:
    if isinstance(label, dict):
        return {str(key): str(value) for key, value in label.items() if value}
    return {language: str(label)} if label else {}


def _text(value: Any, instead: str) -> str:
    return value if isinstance(value, str) else instead


def _parsed(data: bytes, shown: str) -> dict[str, Any]:
    from pyxform.errors import PyXFormError
    from pyxform.xls2json import workbook_to_json
    from pyxform.xls2json_backends import get_xlsform

    try:
        content: dict[str, Any] = workbook_to_json(get_xlsform(data), form_name="form", warnings=[])
    except PyXFormError as error:
        raise DefinitionError(f"This is no sound XLSForm: {str(error).strip()}", where=shown) from None
    # what the readers behind pyxform raise on spoilt files (a fault in XML is a SyntaxError)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, SyntaxError, OSError, EOFError) as error:
        problem = f"The form cannot be read ({type(error).__name__})."
        raise DefinitionError(problem, where=shown, hint="Open it in the survey tool and export it again.") from error
    return content


def _refuse_bomb(data: bytes, shown: str) -> None:
    """The reader behind pyxform (openpyxl) unpacks without a limit, so the limit is here."""
    try:
        archive = open_archive(data, shown)
        if sum(member.file_size for member in archive.members.values()) > MAX_UNPACKED:
            raise DefinitionError("The form would grow to more than 200 MB.", where=shown, hint="That is no form.")
        archive.verify()
    except DataError as error:
        raise DefinitionError("The form cannot be read:", faults=error.faults) from None
