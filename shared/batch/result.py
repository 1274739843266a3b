"""``result.json``: the machine-readable result of a case study, checked against ``result.schema.json``.

The notebook hands its result over itself, as an output of its own media type that shows nothing; so what the file
says is what the report says.
"""

from __future__ import annotations

import functools
import json
from importlib import resources
from typing import Any

from shared.batch.startup import skip_grammars
from shared.errors import Fault, RunError

RESULT_MIME = "application/vnd.casebook.result+json"


@functools.cache
def result_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of ``result.json``."""
    text = resources.files("shared.batch").joinpath("result.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def result_faults(result: object) -> list[Fault]:
    """Return where ``result`` departs from the schema, by place and rule; never the value found there."""
    skip_grammars()
    from jsonschema import Draft202012Validator

    errors = sorted(Draft202012Validator(result_schema()).iter_errors(result), key=lambda error: error.json_path)
    return [Fault(_rule(error), error.json_path) for error in errors]


def _rule(error: Any) -> str:
    if error.validator in ("required", "additionalProperties"):
        return f"{error.message}."  # names a property, not a value
    rule = error.validator_value
    if isinstance(rule, list):
        rule = " or ".join(map(str, rule))
    return f"must be of type {rule}." if error.validator == "type" else f"breaks the rule {error.validator} {rule}."


def result_text(handed_over: list[Any], *, slug: str) -> str:
    """Return the text of ``result.json`` from what the notebook displayed under ``RESULT_MIME``.

    Raises ``RunError`` when there is none or more than one, when it is another case study's, and with all faults
    when it does not follow the schema.
    """
    if len(handed_over) != 1:
        count = "no result" if not handed_over else f"{len(handed_over)} results"
        raise RunError(f"The notebook handed over {count}.", hint="Its last core cell must be study.reproduce(), once.")
    from shared.batch.json_text import json_text

    (result,) = handed_over
    faults = result_faults(result)
    if faults:
        raise RunError("The notebook's result does not follow result.schema.json:", faults=faults)
    if result["case"]["slug"] != slug:
        raise RunError(f'The notebook handed over a result of another case study than "{slug}".', where="case.slug")
    return json_text(result) + "\n"
