"""Borders are stored once a report, and every map is still drawn whole."""

from __future__ import annotations

import copy

from shared.batch.shared_data import LEAST, as_script, share

TOPOLOGY = {"type": "Topology", "arcs": [[[n, n + 1] for n in range(LEAST)]], "objects": {}}


def spec(values: object) -> dict[str, object]:
    return {"layer": [{"data": {"values": values, "format": {"type": "topojson"}}}, {"data": {"values": [{"a": 1}]}}]}


def test_the_same_borders_are_stored_once_and_others_apart() -> None:
    other = copy.deepcopy(TOPOLOGY) | {"objects": {"x": 1}}
    specs = [spec(copy.deepcopy(TOPOLOGY)), spec(copy.deepcopy(TOPOLOGY)), spec(other)]
    assert share(specs) == [TOPOLOGY, other]
    assert [s["layer"][0]["data"]["values"] for s in specs] == [{"cbShared": 0}, {"cbShared": 0}, {"cbShared": 1}]


def test_rows_of_figures_and_small_shapes_stay_where_they_are() -> None:
    small = {"type": "Feature", "geometry": None}
    before = spec(small)
    given = copy.deepcopy(before)
    assert share([given]) == []
    assert given == before
    assert as_script([]) == ""


def test_no_sign_in_a_border_can_end_the_block() -> None:
    text = as_script([{"type": "</script><script>alert(1)</script>"}])
    assert text.count("<") == 2
    assert text.count("</script>") == 1
