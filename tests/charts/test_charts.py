"""Every chart: the gate, nothing carried but what is drawn, words where a figure is missing, the same bytes."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pandas as pd
import pytest
import vl_convert

from shared.charts.bars import grouped_bars, stacked_share
from shared.charts.dots import _ticks, dumbbell
from shared.charts.parts import chart_height, key_columns
from shared.charts.series import lines
from shared.charts.theme import spec_of
from shared.errors import MeasureError, ProtectionError
from shared.protect import public_table
from tests.charts.examples import DESCRIPTION, EXAMPLES, groups, safe

every = pytest.mark.parametrize("name", list(EXAMPLES))


def spec(name: str) -> dict[str, Any]:
    draw, table, given = EXAMPLES[name]
    return spec_of(draw(table(), description=DESCRIPTION, **given))


def rows_in(made: dict[str, Any]) -> list[dict[str, Any]]:
    """Every row that a specification carries (Altair gathers inline data at the top)."""
    return [row for rows in made["datasets"].values() for row in rows]


@every
def test_a_frame_is_refused(name: str) -> None:
    draw, table, given = EXAMPLES[name]
    with pytest.raises(ProtectionError, match="takes a SafeTable, not a DataFrame"):
        draw(table().frame, description=DESCRIPTION, **given)


@every
def test_a_chart_without_words_is_refused(name: str) -> None:
    draw, table, given = EXAMPLES[name]
    with pytest.raises(ProtectionError, match="no description"):
        draw(table(), description=" ", **given)


@every
def test_only_what_is_drawn_is_carried(name: str) -> None:
    assert "canary" not in json.dumps(spec(name))


@every
def test_it_fits_its_container_and_says_what_it_shows(name: str) -> None:
    made = spec(name)
    assert made["width"] == "container"
    assert made["description"] == DESCRIPTION
    assert EXAMPLES[name][1]().ledger in made["usermeta"]["ledger"]


@every
def test_the_same_table_gives_the_same_bytes(name: str) -> None:
    first = json.dumps(spec(name), sort_keys=True)
    for other in EXAMPLES:
        spec(other)
    assert json.dumps(spec(name), sort_keys=True) == first


@every
@pytest.mark.parametrize("version", ["5.8", "6.4"])
def test_it_compiles_in_the_report_and_in_a_library_as_old_as_jupyterlabs(name: str, version: str) -> None:
    compiled = vl_convert.vegalite_to_vega(spec(name), vl_version=version)
    assert compiled["marks"]


@pytest.mark.parametrize("name", ["grouped_bars", "ranked_bars", "dumbbell", "ratio_dots"])
def test_a_hidden_figure_is_null_and_said_in_words(name: str) -> None:
    found = [row for row in rows_in(spec(name)) if row.get("group") == "Tuvalu"]
    assert found
    assert {row["why"] for row in found} == {"hidden"}
    figures = [row.get("value", row.get("figure")) for row in found if row.get("of") in (None, "Share")]
    assert figures == [None]


def test_a_ratio_of_zero_is_said_and_not_drawn() -> None:
    found = [row for row in rows_in(spec("ratio_dots")) if row.get("why") == "none reached"]
    assert [row["value"] for row in found] == [None]


def test_a_score_that_is_not_known_has_no_place_at_zero() -> None:
    found = [row for row in rows_in(spec("profile")) if row["group"] == "Accuracy"]
    assert [(row["value"], row["why"]) for row in found] == [(None, "not known")]


def test_ages_that_end_in_zero_or_five_are_told_apart_and_a_hidden_count_is_not_zero() -> None:
    found = {row["age"]: (row["value"], row["ending"]) for row in rows_in(spec("heaping"))}
    assert found == {
        19: (35, "Other ages"), 20: (120, "Ends in 0 or 5"), 21: (None, "Other ages"),
    }  # fmt: skip


@pytest.mark.parametrize("spread", [2.0, 2.5, 3.0, 7.0, 9.0, 39.0, 120.0])
def test_ticks_lie_equally_far_from_one(spread: float) -> None:
    ticks = list(_ticks(spread))
    assert 1.0 in ticks
    assert len(ticks) <= 7
    assert all(any(abs(1 / t - other) < 1e-12 for other in ticks) for t in ticks)


def test_long_names_get_more_room() -> None:
    assert chart_height(["Iran", "Iraq"]) == 60
    assert chart_height(["Iran", "Democratic Republic of the Congo"]) == 80


@pytest.mark.parametrize(
    ("names", "phone", "desk"),
    [
        (["Yes", "No", "Both"], 3, 3),  # 9 letters and three times symbol and gap: 173 pixels
        (["Score", "Interval", "Floor"], 2, 3),
        (["Reached less", "Reached more"], 1, 2),
        (["Share, helped with destitution", "Share, everybody supported"], 1, 2),
        (["A name of a group that alone takes more than the width of a phone", "B"], 1, 2),
        ([f"A name of a group that alone takes {n} times the width" for n in range(3)], 1, 1),
    ],
)
def test_a_key_never_stands_wider_than_there_is_room(names: list[str], phone: int, desk: int) -> None:
    assert key_columns(names).expr == f"windowSize()[0] < 640 ? {phone} : {desk}"


def test_odd_column_names_cannot_reach_vegas_expressions() -> None:
    odd = "a']; alert(1) //.b"
    table = public_table(
        pd.DataFrame({odd: ["x", "y"], "one.two[0]": [1.0, 2.0], "ref'": [3.0, 4.0]}), title="Odd", source_line=""
    )
    made = spec_of(grouped_bars(table, description="Odd", group=odd, values=("one.two[0]", "ref'")))
    text = json.dumps([layer.get("transform") for layer in made["layer"]])
    assert "alert" not in text
    assert "one.two" not in text


def test_too_many_parts_or_series_are_refused() -> None:
    frame = pd.DataFrame({"part": list("abcdefg"), "share": [1 / 7] * 7, "time": ["1"] * 7})
    table = public_table(frame, title="Many", source_line="", roles={"time": "text"})
    with pytest.raises(MeasureError, match="at most 5"):
        stacked_share(table, description="Many", part="part")
    with pytest.raises(MeasureError, match="at most 5"):
        lines(table, description="Many", time="time", value="share", series="part")


def test_a_chart_of_somebody_else_is_refused() -> None:
    import altair as alt

    own = alt.Chart(pd.DataFrame({"name": ["Amina"]}), description="People").mark_point().encode(x="name:N")
    with pytest.raises(ProtectionError, match="not drawn from a SafeTable"):
        spec_of(own)


def test_nothing_is_set_at_import_and_enable_refuses_unsafe_charts() -> None:
    code = """
import shared.charts.profile, shared.charts.theme as theme, altair as alt, pandas as pd
before = alt.renderers.active
assert before != "casebook", before
theme.enable()
assert alt.renderers.active == "casebook"
try:
    alt.Chart(pd.DataFrame({"name": ["Amina"]})).mark_point().encode(x="name:N")._repr_mimebundle_()
except Exception as error:
    print(type(error).__name__, "Amina" in str(error))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "ProtectionError False"


def test_names_of_the_key_are_the_tables_headings() -> None:
    table = groups().labelled(share="The charity", reference_share="Census")
    made = spec_of(grouped_bars(table, description="Both", group="group"))
    assert {row["of"] for row in rows_in(made) if "of" in row} == {"The charity", "Census"}


@pytest.mark.parametrize(
    ("first", "official", "sides"),
    [
        ([0.5, None], [0.2, 0.05], ["left"]),
        ([0.5, None], [0.2, 0.6], ["right"]),
        ([0.5, None, None], [0.2, 0.05, 0.6], ["left", "right"]),
        ([0.5, 0.2], [0.2, 0.6], []),
    ],
)
def test_a_missing_first_figure_is_said_beside_the_second(
    first: list[float | None], official: list[float], sides: list[str]
) -> None:
    frame = pd.DataFrame({"group": list("abc"[: len(first)]), "share": first, "reference_share": official})
    drawn = dumbbell(safe(frame, reference_share="share"), description="Example", group="group").to_dict()
    marks = [layer["mark"] for layer in drawn["layer"] if layer["mark"]["type"] == "text"]
    assert [mark["align"] for mark in marks] == sides
    assert all(layer["encoding"]["x"]["field"] == "beside" for layer in drawn["layer"] if layer["mark"] in marks)
