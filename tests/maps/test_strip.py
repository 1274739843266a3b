"""The strip of dots: one dot an area, piled where figures are near, names at both ends."""

from __future__ import annotations

import pandas as pd
import pytest

from shared.charts.theme import spec_of
from shared.maps.strip import strip
from shared.protect import public_table


def test_dots_are_piled_and_the_ends_have_names() -> None:
    frame = pd.DataFrame({"area": list("ABCDEF"), "ratio": [1.0, 1.001, 1.002, 5.0, 0.2, None]})
    spec = spec_of(
        strip(public_table(frame, title="Areas", source_line=""), description="Strip", area="area", value="ratio")
    )
    rows = {
        row["area"]: row
        for part in spec["datasets"].values()
        for row in part
        if "label_at" not in row and "at" not in row
    }
    assert {area: row["pile"] for area, row in rows.items()} == {"E": 1, "A": 1, "B": 2, "C": 3, "D": 1}
    assert {area for area, row in rows.items() if row["named"]} == {"E", "A", "C", "D"}


@pytest.mark.parametrize("figures", [[], [1.0], [2.0, 2.0]])
def test_few_or_equal_figures(figures: list[float]) -> None:
    frame = pd.DataFrame(
        {"area": [f"Area {n}" for n in range(len(figures))], "ratio": pd.Series(figures, dtype="float64")}
    )
    table = public_table(frame.astype({"area": "str"}), title="Areas", source_line="")
    assert spec_of(strip(table, description="Strip", area="area", value="ratio"))["layer"]
