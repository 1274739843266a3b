"""Maps: which area gets which class, and that hidden, missing and not applicable never look like low."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest
import shapely
import vl_convert

from shared.charts.theme import spec_of
from shared.errors import DataError, MeasureError, ProtectionError
from shared.maps.boundaries import Boundaries
from shared.maps.choropleth import choropleth
from shared.maps.classes import Classes, around_one, diverging, sequential
from shared.protect import SafeTable, protect_counts, public_table, regroup


def ratios(**rows: tuple[float | None, str]) -> SafeTable:
    codes = [code.replace("_", "+") for code in rows]
    frame = pd.DataFrame(
        {"code": codes, "ratio": [v for v, _ in rows.values()], "status": [s for _, s in rows.values()]}
    )
    return public_table(
        frame.assign(secret="canary"), title="Coverage", source_line="Made up", labels={"ratio": "Ratio"}
    )


TABLE = ratios(A=(0.3, "shown"), B=(None, "hidden"), C=(None, "not applicable"))


def drawn(table: SafeTable, boundaries: Boundaries, **more: Any) -> dict[str, Any]:
    given: dict[str, Any] = {"description": "Map", "value": "ratio", "classes": around_one()} | more
    return spec_of(choropleth(table, boundaries, **given))


def datasets(spec: dict[str, Any]) -> list[Any]:
    return list(spec["datasets"].values())


def fills(spec: dict[str, Any]) -> dict[str, Any]:
    """The scale of the layer of areas."""
    (scale,) = [
        layer["encoding"]["fill"]["scale"]
        for layer in spec["layer"]
        if layer.get("encoding", {}).get("fill", {}).get("field") == "class"
    ]
    return scale


def classes_in(spec: dict[str, Any]) -> dict[str, str]:
    rows = [row for rows in spec["datasets"].values() if isinstance(rows, list) for row in rows]
    return {row["code"]: row["class"] for row in rows if "class" in row}


def test_each_area_has_its_class(small: Boundaries) -> None:
    assert classes_in(drawn(TABLE, small)) == {
        "A": "Less than half",
        "B": "Hidden to protect people",
        "C": "Does not apply",
        "D+E": "No figure",
    }


def test_the_key_explains_every_fill_that_occurs_and_no_fill_is_a_class(small: Boundaries) -> None:
    scale = fills(drawn(TABLE, small))
    classes = around_one()
    assert scale["domain"] == [*classes.labels, "No figure", "Hidden to protect people", "Does not apply"]
    assert len(set(scale["range"])) == 8
    assert not set(scale["range"][5:]) & set(classes.colours)


def test_a_map_without_gaps_has_a_key_of_classes_alone(small: Boundaries) -> None:
    full = ratios(A=(0.3, "shown"), B=(1.0, "shown"), C=(3.0, "shown"), D_E=(1.25, "shown"))
    spec = drawn(full, small)
    assert fills(spec)["domain"] == list(around_one().labels)
    assert not [part for part in datasets(spec) if "MultiLineString" in json.dumps(part)]  # nothing is hatched
    assert classes_in(spec)["D+E"] == "1.25 to 2"


def test_only_hidden_areas_are_hatched(small: Boundaries) -> None:
    (lines,) = [part for part in datasets(drawn(TABLE, small)) if "MultiLineString" in json.dumps(part)]
    shape = shapely.geometry.shape(lines["geometry"])
    assert shape.length > 3000
    assert small.geometry["B"].buffer(1).covers(shape)


def test_nothing_but_the_map_is_carried(small: Boundaries) -> None:
    assert "canary" not in json.dumps(drawn(TABLE, small))


def test_the_map_keeps_its_proportions_on_a_phone(small: Boundaries) -> None:
    # 1 km to 5 km across, 2 km up; so wide a map has its key above it at every width
    room = drawn(TABLE, small)["usermeta"]["room"]
    assert room["narrow"]["aspect"] == room["wide"]["aspect"] == 0.5
    assert room["narrow"]["side"] == room["wide"]["side"] == 0


@pytest.mark.parametrize("version", ["5.8", "6.4"])  # 5.8 is the oldest there is to test JupyterLab with
def test_it_compiles(small: Boundaries, version: str) -> None:
    assert vl_convert.vegalite_to_vega(drawn(TABLE, small), vl_version=version)["projections"]


def test_the_same_map_has_the_same_bytes(small: Boundaries) -> None:
    assert json.dumps(drawn(TABLE, small)) == json.dumps(drawn(TABLE, small))


def test_what_cannot_be_mapped(small: Boundaries) -> None:
    with pytest.raises(ProtectionError, match="takes a SafeTable"):
        choropleth(TABLE.frame, small, description="Map", value="ratio", classes=around_one())
    with pytest.raises(ProtectionError, match="no description"):
        drawn(TABLE, small, description="")
    with pytest.raises(DataError, match="No area"):
        drawn(ratios(X=(1.0, "shown")), small)
    with pytest.raises(DataError, match=r"share one shape on the map: D, E"):
        drawn(ratios(A=(1.0, "shown"), D=(1.0, "shown"), E=(1.0, "shown")), small)
    twice = public_table(pd.DataFrame({"code": ["A", "A"], "ratio": [1.0, 2.0]}), title="Twice", source_line="")
    with pytest.raises(DataError, match="more than one row"):
        drawn(twice, small)


def test_areas_that_share_a_shape_are_put_together_first(small: Boundaries) -> None:
    frame = pd.DataFrame({"code": ["A", "D", "E"], "n": [20.0, 30.0, 40.0]})
    counts = protect_counts(
        frame, by=["code"], count="n", policy="threshold-10-round-5", publish=["code"],
        groups={"code": ["A", "B", "D", "E"]}, title="People", source_line="",
    )  # fmt: skip
    made = drawn(regroup(counts, small.shape_of), small, value="count", classes=sequential([50]))
    assert classes_in(made) == {"A": "Under 50", "B": "Under 50", "C": "No figure", "D+E": "50 or more"}


@pytest.mark.parametrize(
    ("value", "label"),
    [
        (0.49, "Less than half"),
        (0.5, "0.5 to 0.8"),
        (0.8, "0.8 to 1.25 (as expected)"),
        (1.25, "1.25 to 2"),
        (2.0, "Twice or more"),
    ],
)
def test_a_value_on_a_break_is_in_the_class_above(value: float, label: str) -> None:
    assert around_one().label_of(value) == label


def test_classes_of_shares_are_said_in_percent() -> None:
    assert sequential([0.1, 0.25], percent=True).labels == ("Under 10%", "10% to under 25%", "25% or more")
    assert sequential([1000], unit="people").labels == ("Under 1,000 people", "1,000 people or more")


def test_classes_around_one() -> None:
    made = diverging([0.9, 1.1])
    assert made.labels == ("Under 0.9", "0.9 to under 1.1", "1.1 or more")
    assert made.colours == around_one().colours[1:4]
    for breaks in ([1.1, 1.2], [0.5, 0.8, 0.9, 1.5], [0.5, 1.5, 2]):
        with pytest.raises(MeasureError, match="around 1"):
            diverging(breaks)


def test_classes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(MeasureError):
        Classes((1.0, 0.5), ("a", "b", "c"), ("#111", "#222", "#333"))
    with pytest.raises(MeasureError):
        sequential([1, 2, 3, 4, 5])
