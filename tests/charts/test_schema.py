"""The fast check of a specification against the slow one that collects all errors."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from typing import Any

import altair as alt
import pytest
from altair.utils.schemapi import SchemaValidationError
from jsonschema import Draft7Validator

from shared.charts.schema import Rules
from shared.charts.theme import spec_of
from tests.charts.examples import DESCRIPTION, EXAMPLES

ROOT = alt.LayerChart._rootschema
RULES = Rules(ROOT)
SLOW = Draft7Validator(ROOT | alt.LayerChart._schema)
WRONG: list[Any] = [None, True, -3, 0.5, "nonsense", [], {}, [1], {"nonsense": 1}]


def drawn(name: str) -> dict[str, Any]:
    draw, table, given = EXAMPLES[name]
    made = spec_of(draw(table(), description=DESCRIPTION, **given))
    return {name: part for name, part in made.items() if name not in ("$schema", "datasets")}


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a specification that something else can be put into."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inside:
        yield (*path, key)
        yield from places(part, (*path, key))


@pytest.mark.parametrize("name", list(EXAMPLES))
def test_every_chart_follows(name: str) -> None:
    assert RULES.follows(drawn(name), alt.LayerChart._schema)


def test_it_says_what_the_slow_check_says() -> None:
    """Of charts in which one thing is replaced, taken out, or added."""
    chance = random.Random(1)
    said = {True: 0, False: 0}
    for name in ("dumbbell", "stacked_share"):
        whole = drawn(name)
        for path in chance.sample(sorted(places(whole), key=str), 30):
            changed = copy.deepcopy(whole)
            at = changed
            for key in path[:-1]:
                at = at[key]
            match chance.randrange(3):
                case 0:
                    at[path[-1]] = chance.choice(WRONG)
                case 1:
                    del at[path[-1]]
                case _ if isinstance(at, dict):
                    at["nonsense"] = chance.choice(WRONG)
            verdict = RULES.follows(changed, alt.LayerChart._schema)
            assert verdict == SLOW.is_valid(changed), (path, at)
            said[verdict] += 1
    assert min(said.values()) > 5


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        ({"type": "integer", "minimum": 1, "maximum": 3}, [1, 3, 2.0], [0, 4, 2.5, True, "2", None]),
        ({"type": ["string", "null"], "minLength": 1, "maxLength": 2}, [None, "a", "ab"], ["", "abc", 1]),
        ({"enum": [1, "a", None]}, [1, "a", None, 1.0], [True, "b", 0, []]),
        ({"const": False}, [False], [0, None, True]),
        ({"items": {"type": "number"}, "minItems": 1, "maxItems": 2}, [[1], [1, 2.5], "x"], [[], [1, 2, 3], [True]]),
        (
            {"properties": {"a": {"type": "null"}}, "additionalProperties": False, "minProperties": 1},
            [{"a": None}, 3],
            [{}, {"b": 1}, {"a": 1}],
        ),
        ({"required": ["a"], "additionalProperties": {"type": "string"}}, [{"a": "x"}], [{}, {"a": 1}]),
        ({"anyOf": [{"type": "string"}, {"$ref": "#/definitions/Element"}]}, ["x"], [1]),
    ],
)  # fmt: skip
def test_each_keyword(schema: dict[str, Any], good: list[Any], bad: list[Any]) -> None:
    slow = Draft7Validator(schema | {"definitions": ROOT["definitions"]})
    for value in good:
        assert slow.is_valid(value)
        assert RULES.follows(value, schema)
    for value in bad:
        assert not slow.is_valid(value)
        assert not RULES.follows(value, schema)


def test_a_keyword_that_is_not_known_is_left_to_the_slow_check() -> None:
    assert not RULES.follows("abc", {"type": "string", "pattern": "abc"})
    assert not RULES.follows([1], {"items": [{"type": "number"}]})


def test_a_chart_that_breaks_the_schema_is_refused_with_the_reason() -> None:
    chart = alt.layer(alt.Chart(alt.InlineData(values=[])).mark_bar()).properties(width="container")
    chart.autosize = "nonsense"
    with pytest.raises(SchemaValidationError, match="nonsense"):
        spec_of(chart)
