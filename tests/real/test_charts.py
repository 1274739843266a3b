"""The Lorenz chart and the scatter: what they carry, what they leave out, and where the points lie."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
import vl_convert

from shared.charts import lorenz, scatter
from shared.charts.theme import spec_of
from shared.errors import MeasureError, ProtectionError
from shared.protect import SafeTable, public_table

HOSTILE = "</script><script>window.hit=1</script>"
WORDS = "What the chart shows, in words."
LORENZ = {"area": "area"}
SCATTER = {"area": "area", "x": "score", "y": "rate", "series": "kind"}
PLAIN = {"area": "area", "x": "score", "y": "rate"}


def table() -> SafeTable:
    frame = pd.DataFrame(
        {
            "area": ["Ayton", "Beeton", "Ceeton", HOSTILE, "Eeton"],
            "share": [0.1, 0.4, 0.5, None, 0.0],
            "reference_share": [0.4, 0.24, 0.16, 0.1, 0.0],
            "score": [10.0, 30.0, 20.0, 40.0, None],
            "rate": [1.0, 100.0, 10.0, None, 3.0],
            "kind": ["with", "without", "with", "with", "without"],
            "status": ["shown", "shown", "shown", "hidden", "shown"],
            "secret": ["canary"] * 5,
        }
    )
    roles: Any = {"reference_share": "share", "kind": "text"}
    return public_table(frame, title="Example", source_line="Made up", roles=roles)


def rows_in(chart: Any, column: str) -> list[dict[str, Any]]:
    return [row for rows in spec_of(chart)["datasets"].values() for row in rows if column in row and "group" in row]


both = pytest.mark.parametrize(("draw", "given"), [(lorenz, LORENZ), (scatter, SCATTER)], ids=["lorenz", "scatter"])


@both
def test_the_gate_and_what_is_carried(draw: Callable[..., Any], given: dict[str, Any]) -> None:
    with pytest.raises(ProtectionError, match="takes a SafeTable"):
        draw(table().frame, description=WORDS, **given)
    with pytest.raises(ProtectionError, match="no description"):
        draw(table(), description=" ", **given)
    made = spec_of(draw(table(), description=WORDS, **given))
    assert "canary" not in json.dumps(made)
    assert made["width"] == "container"
    assert made["usermeta"]["ledger"] == [table().ledger]
    for version in ("5.8", "6.4"):
        assert vl_convert.vegalite_to_vega(made, vl_version=version)["marks"]


@both
def test_a_hidden_figure_is_left_out_and_never_a_zero(draw: Callable[..., Any], given: dict[str, Any]) -> None:
    made = spec_of(draw(table(), description=WORDS, **given))
    assert HOSTILE not in json.dumps(made, ensure_ascii=False)


def test_the_points_of_the_curve_are_those_of_the_worked_example() -> None:
    # shares 0.1, 0.4, 0.5 of people 0.5, 0.3, 0.2 once the area without a figure is left out
    points = rows_in(lorenz(table(), description=WORDS, **LORENZ), "up")
    assert [point["group"] for point in points] == [None, "Ayton", "Beeton", "Ceeton"]
    assert [point["right"] for point in points] == pytest.approx([0, 0.5, 0.8, 1])
    assert [point["up"] for point in points] == pytest.approx([0, 0.1, 0.5, 1])


def test_each_series_is_a_curve_of_its_own() -> None:
    twice = pd.concat([table().frame.assign(year="2012"), table().frame.assign(year="2019")])
    roles: Any = {"reference_share": "share", "kind": "text", "year": "text"}
    safe = public_table(twice, title="Two years", source_line="", roles=roles)
    points = rows_in(lorenz(safe, description=WORDS, series="year", **LORENZ), "up")
    assert [p["up"] for p in points if p["series"] == "2012"] == pytest.approx([0, 0.1, 0.5, 1])
    assert [p["up"] for p in points if p["series"] == "2019"] == pytest.approx([0, 0.1, 0.5, 1])


def test_a_scatter_names_the_highest_and_turns_labels_inwards() -> None:
    rows = rows_in(scatter(table(), description=WORDS, named=1, **SCATTER), "across")
    assert [(r["group"], r["named"], r["side"]) for r in rows] == [
        ("Beeton", "Beeton", "right"),
        ("Ceeton", "", "right"),
        ("Ayton", "", "left"),
    ]


def test_a_figure_of_zero_has_no_place_on_a_logarithmic_scale() -> None:
    frame = pd.DataFrame({"area": ["a", "b"], "score": [1.0, 2.0], "rate": [0.0, 5.0]})
    safe = public_table(frame, title="Zero", source_line="")
    assert [r["group"] for r in rows_in(scatter(safe, description=WORDS, log=True, **PLAIN), "across")] == ["b"]
    assert len(rows_in(scatter(safe, description=WORDS, **PLAIN), "across")) == 2


def test_too_many_colours_and_too_few_areas_are_refused() -> None:
    frame = pd.DataFrame({"area": list("abcdef"), "share": [0.1] * 6, "reference_share": [0.1] * 6})
    frame = frame.assign(kind=list("abcdef"), score=1.0, rate=2.0)
    roles: Any = {"reference_share": "share", "kind": "text"}
    safe = public_table(frame, title="Many", source_line="", roles=roles)
    with pytest.raises(MeasureError, match="at most 5"):
        scatter(safe, description=WORDS, **SCATTER)
    with pytest.raises(MeasureError, match="at most 5"):
        lorenz(safe, description=WORDS, series="kind", **LORENZ)
    with pytest.raises(MeasureError, match="at least two areas"):
        lorenz(safe.where("area", ["a"]), description=WORDS, **LORENZ)
