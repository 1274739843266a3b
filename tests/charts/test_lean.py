"""What a page carries of a chart is what is drawn, and can be put together again."""

from __future__ import annotations

import copy

from shared.charts.lean import full, lean

SPEC = {
    "config": {"font": "A", "view": {"stroke": None, "continuousWidth": 300}},
    "description": "Bars of secret and shown.",
    "usermeta": {"ledger": ["T-1"]},
    "layer": [{"encoding": {"x": {"field": "shown"}, "y": {"field": "group"}}, "data": {"name": "d"}}],
    "datasets": {
        "d": [
            {"group": "a", "shown": 1234.56789, "secret": 7, "_status": "x"},
            {"group": None, "shown": 0.0000123456, "secret": 8, "_status": "y"},
            {"group": "c", "shown": 12.0, "secret": 9, "_status": "z"},
        ],
        "borders": {"type": "Topology", "arcs": [[[1.23456789, 2]]]},
        "words": ["a", "b"],
    },
}


def test_only_the_fields_that_a_chart_names_go_into_the_page() -> None:
    before = copy.deepcopy(SPEC)
    made = lean(SPEC, {})
    assert made["datasets"]["d"]["fields"] == ["group", "shown"]
    assert before == SPEC


def test_figures_lose_the_digits_that_nobody_sees_and_whole_numbers_lose_none() -> None:
    rows = lean(SPEC, {})["datasets"]["d"]["rows"]
    assert rows == [["a", 1234.6], [None, 0.000012346], ["c", 12]]
    large = {**SPEC, "datasets": {"d": [{"group": "a", "shown": 1234567}, {"group": "b", "shown": 123456.7}]}}
    assert [row[1] for row in lean(large, {})["datasets"]["d"]["rows"]] == [1234567, 123460]


def test_put_together_again_the_rows_are_the_same() -> None:
    assert full(lean(SPEC, {}))["datasets"]["d"] == [
        {"group": "a", "shown": 1234.6},
        {"group": None, "shown": 0.000012346},
        {"group": "c", "shown": 12},
    ]
    assert full([1]) == [1]


def test_borders_and_lists_of_words_stay_as_they_are() -> None:
    made = lean(SPEC, {})["datasets"]
    assert made["borders"] == SPEC["datasets"]["borders"]  # type: ignore[index]
    assert made["words"] == ["a", "b"]


def test_rows_of_different_fields_are_not_packed() -> None:
    uneven = {**SPEC, "datasets": {"d": [{"group": "a"}, {"shown": 1}]}}
    assert lean(uneven, {})["datasets"]["d"] == [{"group": "a"}, {"shown": 1}]


def test_of_the_look_only_what_differs_stands_beside_the_chart() -> None:
    assert lean(SPEC, {"font": "A", "view": {"stroke": None}})["config"] == {"view": SPEC["config"]["view"]}  # type: ignore[index]
    assert "config" not in lean(SPEC, SPEC["config"])  # type: ignore[arg-type]
