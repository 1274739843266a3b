"""Counts over random records against a plain loop over rows, on every engine."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from shared.errors import MeasureError
from shared.measures.counting import count_source
from shared.measures.tabulation import CLUSTER, answer_units, cross_counts, single_years
from tests.measures.engines import each_engine
from tests.measures.test_answers import source

Make = Callable[[pd.DataFrame], Any]

DECLARED = source(
    columns={
        "id": {"role": "identifier", "required": True, "pattern": r"R\d+"},
        "age": {"role": "quasi-identifier", "type": "integer", "required": True, "minimum": 0, "maximum": 99},
        "sex": {"role": "group", "type": "category", "required": True, "allowed": ["F", "M"], "missing": ["?"]},
        "children": {
            "role": "measure", "type": "integer", "required": True, "minimum": 0,
            "applicable_when": {"column": "sex", "is_in": ["F"]},
        },
        "from": {"role": "date", "type": "date", "required": True},
        "to": {"role": "date", "type": "date", "not_before": "2024-01-01"},
        "place": {"role": "area"},
        "w": {"role": "other", "type": "number"},
        "guessed": {"role": "flag"},
    },
    key=["id", "place"],
    edits=[
        {"id": "order", "label": "from before to", "left": "from", "op": "<=", "right": "to"},
        {"id": "mothers", "label": "fewer children than years", "left": "children", "op": "<", "right": "age",
         "when": {"column": "sex", "is_in": ["F"]}},
    ],
    imputed={"age": {"column": "guessed", "is_in": ["yes"]}},
)  # fmt: skip
WEIGHTED = DECLARED.model_copy(update={"weight": "w"})
CLUSTERED = WEIGHTED.model_copy(update={"cluster": "place"})


def records(size: int = 400) -> pd.DataFrame:
    rng = np.random.default_rng(17)
    pools: dict[str, list[str | None]] = {
        "id": [*(f"R{i}" for i in range(150)), "bad", None],
        "age": [*(str(i) for i in range(60)), "130", "-1", "old", "33.0", None, ""],
        "sex": ["F", "M", "F", "M", "?", "X", None],
        "children": ["0", "1", "2", "40", "many", None],
        "from": ["2023-12-31", "2024-02-29", "2024-06-30", "2023-02-29", None],
        "to": ["2024-01-01", "2024-06-29", "2024-06-30", "2023-06-01", "", None],
        "place": ["north", "south", "west", None],
        "w": ["1", "0.5", "2.25"],
        "guessed": ["yes", "no", None],
    }
    return pd.DataFrame(
        {
            name: pd.array([pool[i] for i in rng.integers(0, len(pool), size)], dtype="str")
            for name, pool in pools.items()
        }
    )


class Row:
    """One record, read the slow way: what a person would do with a pencil."""

    def __init__(self, cells: dict[str, Any]) -> None:
        self.cells = {k: None if pd.isna(v) or v == "" or (k == "sex" and v == "?") else v for k, v in cells.items()}

    def number(self, name: str) -> float | None:
        text = self.cells[name]
        return float(text) if text is not None and re.fullmatch(r"-?\d+(\.\d+)?", text) else None

    def valid(self, name: str) -> bool:
        text, number = self.cells[name], self.number(name) if name in ("age", "children") else None
        if text is None:
            return False
        if name == "id":
            return re.fullmatch(r"R\d+", text) is not None
        if name == "sex":
            return text in ("F", "M")
        if name in ("age", "children"):
            return number is not None and number == int(number) and 0 <= number <= (99 if name == "age" else 1e9)
        if name in ("from", "to"):
            try:
                pd.Timestamp(text)
            except ValueError:
                return False
            return name == "from" or text >= "2024-01-01"
        return True

    def applies(self, name: str) -> bool:
        return name != "children" or self.cells["sex"] == "F"

    def edits(self) -> list[bool | None]:
        order = mothers = None
        if self.valid("from") and self.valid("to"):
            order = self.cells["from"] <= self.cells["to"]
        if self.cells["sex"] == "F" and self.valid("children") and self.valid("age"):
            mothers = (self.number("children") or 0) < (self.number("age") or 0)
        return [order, mothers]


FRAME = records()
ROWS = [Row(row) for row in FRAME.to_dict("records")]
REQUIRED = [name for name, rule in DECLARED.columns.items() if rule.required]
WEIGHTS = [float(row.cells["w"]) for row in ROWS]


def complete(row: Row) -> bool:
    return all(row.cells[name] is not None or not row.applies(name) for name in REQUIRED)


@each_engine
def test_every_count_equals_the_count_by_hand(engine: Make) -> None:
    found = count_source(engine(FRAME), DECLARED)
    assert found.records == found.weight == 400
    for variable in found.variables:
        name = variable.column
        assert variable.applicable == sum(row.applies(name) for row in ROWS)
        assert variable.answered == sum(row.applies(name) and row.cells[name] is not None for row in ROWS)
        assert variable.present == sum(row.cells[name] is not None for row in ROWS)
        assert variable.valid == sum(row.valid(name) for row in ROWS), name
    assert found.complete == sum(complete(row) for row in ROWS)
    keys = [(row.cells["id"], row.cells["place"]) for row in ROWS]
    whole = [key for key in keys if None not in key]
    assert (found.keyed, found.distinct) == (len(whole), len(set(whole)))
    judged = [row.edits() for row in ROWS]
    for i, edit in enumerate(found.edits):
        assert edit.judged == sum(e[i] is not None for e in judged)
        assert edit.passed == sum(e[i] is True for e in judged)
    assert found.judged == sum(any(x is not None for x in e) for e in judged)
    assert found.consistent == sum(all(x is not False for x in e) for e in judged)
    ages = [row for row in ROWS if row.cells["age"] is not None]
    assert found.imputed == {"age": (sum(row.cells["guessed"] == "yes" for row in ages), len(ages))}
    assert [v.column for v in found.variables if v.domain] == ["id", "age", "sex", "children", "from", "to", "w"]


@each_engine
def test_weights(engine: Make) -> None:
    found = count_source(engine(FRAME), WEIGHTED)
    assert found.records == 400
    assert found.weight == pytest.approx(sum(WEIGHTS))
    assert found.weight_complete == pytest.approx(sum(w for w, row in zip(WEIGHTS, ROWS, strict=True) if complete(row)))
    for variable in found.required:
        rows = [(w, row) for w, row in zip(WEIGHTS, ROWS, strict=True) if row.applies(variable.column)]
        assert variable.weight_applicable == pytest.approx(sum(w for w, _ in rows))
        answered = sum(w for w, row in rows if row.cells[variable.column] is not None)
        assert variable.weight_answered == pytest.approx(answered)


@each_engine
@pytest.mark.parametrize("declared", [DECLARED, WEIGHTED, CLUSTERED], ids=["plain", "weighted", "clustered"])
def test_units_of_the_bootstrap_add_up_to_the_counts(engine: Make, declared: Any) -> None:
    units, found = answer_units(engine(FRAME), declared), count_source(FRAME, declared)
    times = units["times"]
    assert (times @ units["all"]) == pytest.approx(found.weight)
    assert (times @ units["complete"]) == pytest.approx(found.weight_complete)
    for i, variable in enumerate(found.required):
        assert (times @ units[f"app{i}"]) == pytest.approx(variable.weight_applicable)
        assert (times @ units[f"ans{i}"]) == pytest.approx(variable.weight_answered)
    assert times.sum() == (4 if declared is CLUSTERED else 400)  # north, south, west, not stated


@each_engine
def test_cross_counts_hold_valid_answers_only(engine: Make) -> None:
    found = cross_counts(engine(FRAME), WEIGHTED, ["sex", "age"], cluster=False)
    expected: Counter[tuple[str | None, str | None]] = Counter()
    weights: Counter[tuple[str | None, str | None]] = Counter()
    for w, row in zip(WEIGHTS, ROWS, strict=True):
        key = (row.cells["sex"] if row.valid("sex") else None, row.cells["age"] if row.valid("age") else None)
        expected[key] += 1
        weights[key] += w  # type: ignore[assignment]
    rows = [tuple(None if pd.isna(x) else x for x in row) for row in found[["sex", "age"]].to_numpy()]
    assert dict(zip(rows, found["n"], strict=True)) == dict(expected)
    assert dict(zip(rows, found["weight"], strict=True)) == pytest.approx(dict(weights))


@each_engine
def test_cross_counts_by_cluster(engine: Make) -> None:
    found = cross_counts(engine(FRAME), CLUSTERED, ["sex"], cluster=True)
    assert list(found.columns) == ["sex", CLUSTER, "n", "weight"]
    north = found[found[CLUSTER].eq("north") & found["sex"].eq("F")]
    assert int(north["n"].iloc[0]) == sum(r.cells["place"] == "north" and r.cells["sex"] == "F" for r in ROWS)
    assert found[CLUSTER].isna().any()


@each_engine
def test_single_years_of_age(engine: Make) -> None:
    expected = Counter(int(row.number("age") or 0) for row in ROWS if row.valid("age"))
    assert single_years(engine(FRAME), DECLARED, "age") == dict(sorted(expected.items()))


@each_engine
def test_an_empty_table_counts_nothing(engine: Make) -> None:
    found = count_source(engine(FRAME.head(0)), WEIGHTED)
    assert (found.records, found.weight, found.complete, found.distinct, found.consistent) == (0, 0, 0, 0, 0)
    assert all(v.applicable == v.present == v.valid == 0 for v in found.variables)


@pytest.mark.parametrize("value", [None, "-1", "heavy"])
def test_a_record_without_weight_is_a_fault_and_shows_no_value(value: str | None) -> None:
    frame = FRAME.assign(w=pd.array([value, *FRAME["w"][1:]], dtype="str"))
    with pytest.raises(MeasureError, match="1 records have no weight") as caught:
        count_source(frame, WEIGHTED)
    assert "heavy" not in str(caught.value)


def test_a_weight_must_be_declared_as_a_number() -> None:
    with pytest.raises(MeasureError, match="must be declared as a number"):
        count_source(FRAME, DECLARED.model_copy(update={"weight": "place"}))
