"""The questions of a form as column definitions of case.yaml, under the headings that the export gives them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from shared.cases.dictionary.definitions import MOMENT, Dictionary
from shared.cases.dictionary.expressions import Relevance, constraint, relevance
from shared.cases.dictionary.form import Form, Question, label_in
from shared.cases.dictionary.telling_names import personal_kind, tells_quasi, words_of
from shared.cases.forms import XlsForm
from shared.cases.patterns import pattern_problem

GEOPOINT = ("Latitude", "Longitude", "Altitude", "Accuracy")
_YES = ("yes", "y", "true", "true()", "1")
_NO = ("", "no", "n", "false", "false()", "0")
_AUTOMATIC = ("start", "end", "today", "deviceid", "username", "phonenumber", "email", "simserial", "subscriberid")
_NOT_EXPORTED = ("audit", "background-audio", "xml-external", "csv-external", "start-geopoint", "trigger", "note")
_ONE, _MANY = "select one", "select all that apply"


def form_dictionary(form: Form, options: XlsForm) -> Dictionary:
    """Return the dictionary of a form under the headings that ``options`` say the export has.

    Types, choices, required, conditions and constraints are taken over; what has no exact counterpart is listed in
    the notes, as are repeated groups (their answers are in a file of their own) and headings that occur twice.
    """
    return _Maker(form, options).made()


class _Maker:
    def __init__(self, form: Form, options: XlsForm) -> None:
        self.form, self.options = form, options
        self.language = options.language or form.language
        self.asked = [q for q in form.questions if q.kind not in _NOT_EXPORTED and not self._absent(q)]
        self.by_name = {question.name: question for question in self.asked}
        self.result = Dictionary()

    def made(self) -> Dictionary:
        for question in self.asked:
            self.question(question)
        for name, count in self.form.repeats.items():
            self.result.notes.append(f'The repeated group "{name}" of the form ({count} questions) is not read.')
        return self.result

    def question(self, question: Question) -> None:
        heading = self.heading(question)
        rules = self.rules(question)
        many = question.kind == _MANY and question.choices is not None
        if not many or self.options.choices != "split":
            if many:
                one = "|".join(re.escape(answer) for answer in self.answers(question))
                rules |= {"type": "text", "pattern": f"(?:{one})(?: (?:{one}))*"}
            if question.kind == "geopoint" and self.options.groups == "-":
                self.geopoint(heading)
            else:
                self.add(heading, rules)
        if many and self.options.choices != "together":
            kept: dict[str, Any] = {
                name: rules[name] for name in ("role", "required", "applicable_when") if name in rules
            }
            for choice in question.choices or ():
                label = f"{rules.get('label', question.name)}: {label_in(choice.labels, self.language) or choice.name}"
                self.add(self.choice_heading(question, choice.name), {**kept, "type": "boolean", "label": label})

    def add(self, heading: str, rules: dict[str, Any]) -> None:
        if heading in self.result.columns:
            self.result.notes.append(f'Two questions of the form have the heading "{heading}"; the first is described.')
        else:
            self.result.columns[heading] = rules

    def rules(self, question: Question) -> dict[str, Any]:
        label = label_in(question.labels, self.language)
        rules: dict[str, Any] = {"role": self.role(question), **self.type_of(question)}
        if label:
            rules["label"] = label
        required = question.required.strip().lower()
        if required in _YES:
            rules["required"] = True
        elif required not in _NO:
            self.say(question, "it is required only sometimes", question.required)
        rules |= self.applicable(question)
        if question.constraint:
            rules |= self.constrained(question, rules)
        return rules

    def role(self, question: Question) -> str:
        names = (question.name, label_in(question.labels, self.language))
        kind = question.kind
        if kind in ("deviceid", "username", "phonenumber", "email", "simserial", "subscriberid", "barcode"):
            return "identifier"
        if kind in ("geopoint", "geotrace", "geoshape", "photo", "audio", "video", "file", "image"):
            return "identifier"
        if kind in ("start", "end", "today", "date", "dateTime"):
            return "quasi-identifier" if personal_kind(question.name) == "a date of birth" else "date"
        if tells_quasi(question.name) and kind != "text":
            return "quasi-identifier"
        if kind in (_ONE, _MANY, "rank"):
            return "sensitive"
        if kind in ("integer", "decimal", "range"):
            return "identifier" if personal_kind(*names) in _NUMBERS else "measure"
        if kind == "text":
            return "identifier" if personal_kind(*names) or words_of(question.name) == "name" else "free text"
        return "flag" if kind == "acknowledge" else "other"

    def type_of(self, question: Question) -> dict[str, Any]:
        kind = question.kind
        if kind == _ONE and question.choices is not None:
            return {"type": "category", "allowed": self.answers(question)}
        if kind in (_ONE, _MANY, "rank") and question.choices is None:
            self.result.notes.append(f'The choices of "{question.name}" are in another file and are not checked.')
        if kind == "range":
            start, end, step = (float(question.parameters.get(name, usual)) for name, usual in _RANGE)
            whole = start.is_integer() and step.is_integer()
            return {"type": "integer" if whole else "number", "minimum": min(start, end), "maximum": max(start, end)}
        if kind in ("start", "end", "dateTime"):
            return {"type": "text", "pattern": MOMENT}
        if kind == "acknowledge":
            return {"type": "category", "allowed": ["OK"]}
        return {"type": {"integer": "integer", "decimal": "number", "date": "date", "today": "date"}.get(kind, "text")}

    def constrained(self, question: Question, rules: Mapping[str, Any]) -> dict[str, Any]:
        found = constraint(question.constraint, whole=rules["type"] == "integer")
        taken: dict[str, Any] = {}
        numeric = rules["type"] in ("integer", "number")
        left_over = list(found.left_over)
        for name, fits in (
            ("minimum", numeric), ("maximum", numeric), ("pattern", rules["type"] == "text"),
            ("not_before", rules["type"] == "date"), ("not_after", rules["type"] == "date"),
        ):  # fmt: skip
            value = getattr(found, name)
            if value is None:
                continue
            if not fits or (name == "pattern" and pattern_problem(value)):
                left_over.append(f"{name} {value}")
            else:
                both = {"minimum": max, "maximum": min}.get(name)
                taken[name] = both(value, rules[name]) if both and name in rules else value
        for number, (sign, other, value) in enumerate(found.compared, 1):
            if not self.edit(question, rules, (sign, other, value), number):
                left_over.append(f". {sign} {other or value}")
        for clause in left_over:
            self.say(question, "its constraint", clause)
        return taken

    def edit(
        self, question: Question, rules: Mapping[str, Any], compared: tuple[str, str | None, float | None], number: int
    ) -> bool:
        sign, name, value = compared
        left = self.heading(question)
        edit: dict[str, Any] = {
            "id": f"form-{question.name}" + (f"-{number}" if number > 1 else ""), "left": left, "op": sign,
            "label": f"{label_in(question.labels, self.language) or question.name}: as the form demands",
        }  # fmt: skip
        if name is None:
            if rules["type"] not in ("integer", "number"):
                return False
            self.result.edits.append({**edit, "value": value})
            return True
        other = self.by_name.get(name)
        if other is None or _comparable(self.type_of(other)["type"]) != _comparable(rules["type"]):
            return False
        self.result.edits.append({**edit, "right": self.heading(other)})
        return True

    def applicable(self, question: Question) -> dict[str, Any]:
        if not question.relevant:
            return {}
        own = question.relevant[-1]
        found = relevance(own)
        condition = self.condition(found) if found is not None else None
        # the conditions of the groups around it are met as soon as the question asked about was asked under them
        above = set(question.relevant) - {own}
        implied = condition is not None and found is not None and above <= set(self.by_name[found.question].relevant)
        if condition is None or not implied:
            self.say(question, "when it is asked", " and ".join(question.relevant))
            return {}
        return {"applicable_when": condition}

    def condition(self, found: Relevance) -> dict[str, Any] | None:
        other = self.by_name.get(found.question)
        if other is None:
            return None
        if other.kind == _MANY:
            if found.values is None:
                return None if self.options.choices == "split" else {"column": self.heading(other)}
            names = {choice.name for choice in other.choices or ()}
            if len(found.values) > 1 or self.options.choices == "together" or found.values[0] not in names:
                return None
            return {"column": self.choice_heading(other, found.values[0]), "is_in": ["1", "true", "True", "TRUE"]}
        if found.values is None:
            return {"column": self.heading(other)}
        if other.choices is None:
            return {"column": self.heading(other), "is_in": list(found.values)}
        answers = dict(zip((choice.name for choice in other.choices), self._labels(other), strict=True))
        if not all(value in answers for value in found.values):
            return None
        return {"column": self.heading(other), "is_in": [answers[value] for value in found.values]}

    def geopoint(self, heading: str) -> None:
        for part in GEOPOINT:
            self.add(f"{heading}-{part}", {"role": "identifier", "type": "number"})

    def heading(self, question: Question) -> str:
        labelled = self.options.headers == "labels"
        name = (label_in(question.labels, self.language) if labelled else "") or question.name
        if self.options.groups is None or question.kind in _AUTOMATIC:
            return name
        groups = zip(question.groups, question.group_labels, strict=True)
        around = [(label_in(labels, self.language) if labelled else "") or group for group, labels in groups]
        return self.options.groups.join([*around, name])

    def choice_heading(self, question: Question, choice: str) -> str:
        labels = {one.name: label_in(one.labels, self.language) for one in question.choices or ()}
        name = (labels[choice] if self.options.headers == "labels" else "") or choice
        sign = "/" if self.options.groups in (None, "-") else self.options.groups
        return f"{self.heading(question)}{sign}{name}"

    def answers(self, question: Question) -> list[str]:
        return list(dict.fromkeys(self._labels(question)))

    def _labels(self, question: Question) -> Iterator[str]:
        for choice in question.choices or ():
            label = label_in(choice.labels, self.language) if self.options.answers == "labels" else ""
            yield label or choice.name

    def _absent(self, question: Question) -> bool:
        return question.name in self.options.absent

    def say(self, question: Question, what: str, expression: str) -> None:
        text = " ".join(expression.split())
        self.result.notes.append(f'Not taken over from the form for "{question.name}", {what}: {text}')


_RANGE = (("start", "1"), ("end", "10"), ("step", "1"))
_NUMBERS = ("a telephone number", "an official number", "a bank account", "a place on earth")


def _comparable(kind: str) -> str:
    return "number" if kind in ("integer", "number") else kind
