"""The run parameters: a small typed contract, checked before a kernel starts.

papermill itself accepts unknown names, guesses types from text ("007" becomes 7) and pastes names into code
unescaped; so nothing reaches it that has not been through here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, get_args, get_type_hints

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from shared.batch.source import read_notebook
from shared.cases.model import Disclosure
from shared.cases.vocabulary import USES
from shared.errors import Fault, ParameterError, nearest

POLICIES: tuple[str, ...] = get_args(Disclosure.model_fields["policy"].annotation)
NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)


def _iso_date(text: str) -> str:
    if text:
        try:
            if date.fromisoformat(text).isoformat() != text:
                raise ValueError
        except ValueError:
            raise ValueError('must be a date as in "2025-03-31", or empty') from None
    return text


def _one_of(known: Sequence[str]) -> AfterValidator:
    def check(text: str) -> str:
        if text and text not in known:
            raise ValueError(f"must be one of {', '.join(known)}, or empty. {nearest(text, known)}".rstrip())
        return text

    return AfterValidator(check)


class RunParameters(BaseModel):
    """The parameters of every notebook; the names and types of its ``parameters`` cell.

    An empty text means: as ``case.yaml`` has it.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    case_id: str
    as_of: Annotated[str, AfterValidator(_iso_date)] = ""
    use: Annotated[str, _one_of(USES)] = ""
    policy: Annotated[str, _one_of(POLICIES)] = ""
    draws: int = Field(2000, ge=0, le=100_000)
    seed: int = Field(1, ge=0)
    interactive: bool = False


_TYPES: dict[str, type] = get_type_hints(RunParameters)
SETTABLE = tuple(name for name in RunParameters.model_fields if name != "case_id")


def parse_overrides(texts: Sequence[str]) -> dict[str, str | int | bool]:
    """Return ``["name=value", ...]`` as typed values; the type is the parameter's, never guessed from the text.

    Raises ``ParameterError`` with one fault for each text that is misspelt, repeated, of the wrong type or out of
    range.
    """
    values: dict[str, str | int | bool] = {}
    faults: list[Fault] = []
    seen: set[str] = set()
    for text in texts:
        name, equals, value = text.partition("=")
        problem, hint = _name_fault(name, equals, seen)
        seen.add(name)
        if not problem:
            try:
                values[name] = _typed(value, _TYPES[name])
            except ValueError as error:
                problem = f'"{name}" {error}'
        if problem:
            faults.append(Fault(problem, f"-p {text}", hint))
    try:
        RunParameters(case_id="any", **values)  # type: ignore[arg-type]  # pydantic checks the types here
    except ValidationError as error:
        for found in error.errors():
            name = str(found["loc"][0])
            message = found["msg"].removeprefix("Value error, ").rstrip(".")
            ended = message if message.endswith("?") else f"{message}."
            faults.append(Fault(f'"{name}": {ended}', f"-p {name}={values[name]}"))
    if faults:
        raise ParameterError("The parameters cannot be used:", faults=faults)
    return values


def _name_fault(name: str, equals: str, seen: set[str]) -> tuple[str, str]:
    if not equals:
        return "There is no value.", "Write it as name=value."
    if name == "case_id":
        return '"case_id" is the case study itself.', "Name it: casebook run SLUG."
    if not NAME.fullmatch(name) or name not in SETTABLE:
        hint = nearest(name, SETTABLE) or f"There are: {', '.join(SETTABLE)}."
        return "There is no parameter of that name.", hint
    if name in seen:
        return f'"{name}" is given twice.', "Give it once."
    return "", ""


def _typed(text: str, kind: type) -> str | int | bool:
    if kind is bool:
        if text.lower() not in ("true", "false"):
            raise ValueError("must be true or false.")
        return text.lower() == "true"
    if kind is int:
        if not re.fullmatch(r"[+-]?[0-9]{1,18}", text):
            raise ValueError("must be a whole number in digits.")
        return int(text)
    return text


def check_notebook(notebook: Path, parameters: Mapping[str, Any]) -> None:
    """Compare ``parameters`` with what the notebook's own ``parameters`` cell declares.

    Raises ``ParameterError`` with every name the notebook does not declare or declares as another type: papermill
    would inject it all the same and the report would be of something else. ``DefinitionError`` when the file is no
    notebook.
    """
    source = read_notebook(notebook)
    import papermill

    known = papermill.inspect_notebook(source)
    faults = []
    for name, value in parameters.items():
        if not NAME.fullmatch(name):
            faults.append(Fault("This is not a parameter name.", repr(name)))
        elif name not in known:
            hint = nearest(name, known) or 'Declare it in the cell tagged "parameters".'
            faults.append(Fault(f'The notebook has no parameter "{name}".', hint=hint))
        elif known[name]["inferred_type_name"] not in (type(value).__name__, "None"):
            declared = known[name]["inferred_type_name"]
            faults.append(Fault(f'"{name}" is declared as {declared}, and must be {type(value).__name__}.'))
    if faults:
        raise ParameterError(f"{notebook.name} does not fit the run parameters:", faults=faults)
