"""How a form and an export belong together: tried, counted, and written as the options of case.yaml."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from shared.cases.dictionary.form import Form, read_form
from shared.cases.dictionary.form_columns import form_dictionary
from shared.cases.forms import XlsForm
from shared.sources.profile.facts import FormMatch

_AUTOMATIC = ("start", "end", "today", "deviceid", "username", "phonenumber", "email", "simserial", "subscriberid")


def match_form(path: Path, frame: pd.DataFrame) -> FormMatch:
    """Return the options under which most questions of the form are found among the columns of an export.

    Tried are headings as names and as labels (of every language), with and without groups, and one or several columns
    for questions with several answers. Raises ``DefinitionError`` as ``read_form`` does.
    """
    form = read_form(path, path.name)
    names = [str(name) for name in frame.columns]
    best = max(_ways(form, path.name), key=lambda options: _found(form, options, names))
    absent = tuple(
        question.name
        for question in form.questions
        if not set(form_dictionary(_only(form, question.name), best).columns) & set(names)
    )
    best = best.model_copy(update={"absent": absent})
    best = best.model_copy(update={"choices": _choices(form, best, names)})
    best = best.model_copy(update={"answers": _answers(form, best, frame)})
    dictionary = form_dictionary(form, best)
    options = {"file": path.name} | best.model_dump(mode="json", exclude_defaults=True, exclude={"file"})
    matched = len(form.questions) - len(absent)
    return FormMatch(options, matched, len(form.questions), tuple(dictionary.notes))


def _ways(form: Form, file: str) -> list[XlsForm]:
    ways = [XlsForm(file=file, groups=groups) for groups in ("/", None, "-", ".", ":", "_")]
    for language in form.languages:
        said = None if language == form.language else language
        ways += [XlsForm(file=file, groups=groups, headers="labels", language=said) for groups in ("/", None)]
    return ways


def _found(form: Form, options: XlsForm, names: Sequence[str]) -> int:
    return len(set(form_dictionary(form, options).columns) & set(names))


def _only(form: Form, name: str) -> Form:
    questions = tuple(question for question in form.questions if question.name == name)
    return Form(form.title, form.version, form.language, form.languages, questions, {})


def _choices(form: Form, options: XlsForm, names: Sequence[str]) -> str:
    """Which columns of questions with several answers are in the file: all of them, one, or one a choice."""

    def all_there(way: str) -> bool:
        made = form_dictionary(form, options.model_copy(update={"choices": way}))
        return set(made.columns) <= set(names)

    return next((way for way in ("both", "together", "split") if all_there(way)), "both")


def _answers(form: Form, options: XlsForm, frame: pd.DataFrame) -> str:
    """Whether the answers of the file are the names or the labels of the choices, by how many of them are allowed."""
    fits = {}
    for way in ("names", "labels"):
        columns = form_dictionary(form, options.model_copy(update={"answers": way})).columns
        fits[way] = sum(
            int(frame[name].isin(rules["allowed"]).sum())
            for name, rules in columns.items()
            if "allowed" in rules and name in frame.columns
        )
    return "labels" if fits["labels"] > fits["names"] else "names"
