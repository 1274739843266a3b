"""The schema of result.json: valid itself, true to the framework's lists, and strict where numbers are concerned."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from shared.batch.result import result_faults, result_schema, result_text
from shared.cases.vocabulary import USES
from shared.errors import RunError
from shared.framework.register import load_register
from shared.measures.measurement import State
from tests.batch.small import result


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(result_schema())


def test_its_lists_are_those_of_the_framework() -> None:
    properties = result_schema()["properties"]
    indicator = result_schema()["$defs"]["indicator"]["properties"]
    assert tuple(properties["uses"]["items"]["properties"]["use"]["enum"]) == USES
    assert set(indicator["state"]["enum"]) == {str(state) for state in State}
    register = load_register()
    assert set(indicator["level"]["enum"]) == {entry.level for entry in register.indicators}
    everything = [
        result("alpha")["indicators"][0] | {"id": entry.id, "dimension": entry.dimension, "kind": entry.kind}
        for entry in register.indicators
    ]
    assert result_faults(result("alpha", indicators=everything)) == []


def changed(path: str, value: Any) -> dict[str, Any]:
    """Return a valid result with one place changed; the path's steps are parted by dots."""
    whole = copy.deepcopy(result("alpha"))
    *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    place: Any = whole
    for step in steps:
        place = place[step]
    place[last] = value
    return whole


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("indicators.0.score", "50"),
        ("indicators.0.score", 101),
        ("indicators.0.score", -1),
        ("indicators.0.value", "8+2"),
        ("indicators.0.numerator", True),
        ("indicators.0.goalposts", [0]),
        ("indicators.0.state", "unknown"),
        ("indicators.0.state", "not known"),  # then there can be no value and no score
        ("indicators.0.level", 4),
        ("dimensions.0.score", "not known"),
        ("uses.0.status", "not known"),
        ("uses.0.share_met", 1.5),
        ("gates.0.state", "not_known"),
        ("assessed_on", "31 March 2025"),
        ("schema_version", 2),
        ("rank", 1),
        ("case.name", "another"),
    ],
)
def test_a_departure_is_found_where_it_is_and_its_value_not_repeated(path: str, value: Any) -> None:
    faults = result_faults(changed(path, value))
    assert faults
    steps = path.split(".")
    assert all(fault.where.startswith(f"$.{steps[0]}") or steps[0] == "rank" for fault in faults)
    if isinstance(value, str):
        assert all(f"'{value}'" not in fault.problem for fault in faults)


@pytest.mark.parametrize("key", sorted(result("alpha")))
def test_every_part_is_required(key: str) -> None:
    whole = result("alpha")
    del whole[key]
    assert [str(fault) for fault in result_faults(whole)] == [f"$: '{key}' is a required property."]


def test_a_number_that_is_not_known_is_null() -> None:
    whole = changed("indicators.0.state", "not known")
    for name in ("value", "low", "high", "numerator", "denominator", "score", "goalposts"):
        whole["indicators"][0][name] = None
    assert result_faults(whole) == []


def test_the_text_is_what_was_handed_over() -> None:
    text = result_text([result("alpha")], slug="alpha")
    assert json.loads(text) == result("alpha")
    assert text.endswith("}\n")
    with pytest.raises(RunError, match="another case study"):
        result_text([result("alpha")], slug="beta")
