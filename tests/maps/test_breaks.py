"""Classes worked out from figures: against hand-made and exhaustive answers, from shown figures alone."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pandas as pd
import pytest

from shared.errors import MeasureError, ProtectionError
from shared.maps.breaks import classed, roundest, shown_values
from shared.maps.classes import Classes
from shared.protect import SafeTable, public_table


def table(values: list[float | None], status: list[str] | None = None, **more: Any) -> SafeTable:
    frame = pd.DataFrame({"code": [f"A{n}" for n in range(len(values))], "figure": pd.Series(values, dtype="float64")})
    if status:
        frame["status"] = status
    return public_table(frame, title="Figures", source_line="", **more)


def members(classes: Classes, values: list[float]) -> list[list[float]]:
    return [[v for v in values if classes.label_of(v) == label] for label in classes.labels]


def test_three_clear_groups_are_found() -> None:
    values = [1.0, 2, 3, 10, 11, 12, 50, 51, 52]
    made = classed(table(values), "figure", "natural breaks", k=3)
    assert members(made, values) == [[1, 2, 3], [10, 11, 12], [50, 51, 52]]
    assert made.labels == ("Under 10", "10 to under 50", "50 or more")


def test_natural_breaks_are_the_best_of_all_partitions() -> None:
    values = sorted(float(v) for v in np.random.default_rng(3).lognormal(1, 1, 14).round(2))

    def spread(parts: list[list[float]]) -> float:
        return sum(float(((np.array(p) - np.mean(p)) ** 2).sum()) for p in parts)

    best = min(
        spread([values[a:b] for a, b in itertools.pairwise((0, *cuts, len(values)))])
        for cuts in itertools.combinations(range(1, len(values)), 3)
    )
    made = members(classed(table(values), "figure", "natural breaks", k=4), values)
    assert spread(made) == pytest.approx(best)


def test_quantiles_have_about_as_many_areas_each() -> None:
    values = [float(v) for v in np.random.default_rng(5).normal(size=103)]
    assert sorted(len(part) for part in members(classed(table(values), "figure", "quantiles"), values)) == [
        20, 20, 21, 21, 21,
    ]  # fmt: skip


def test_ties_make_fewer_classes_and_never_empty_ones() -> None:
    values = [0.0] * 60 + [1.0, 2.0, 3.0]
    for method in ("quantiles", "natural breaks"):
        made = classed(table(values), "figure", method, k=5)  # type: ignore[arg-type]
        assert all(members(made, values))
    assert len(classed(table([1.0, 2.0]), "figure", "natural breaks").labels) == 2


def test_fixed_breaks_are_taken_as_they_are() -> None:
    shares = table([0.1, 0.2], roles={"figure": "share"})
    assert classed(shares, "figure", [0.15]).labels == ("Under 15%", "15% or more")


def test_a_figure_beside_another_status_moves_no_break() -> None:
    shown = [float(v) for v in range(20)]
    status = ["shown"] * 20 + ["hidden"]
    made = [classed(table([*shown, secret], status), "figure") for secret in (None, 3.5, 1e9)]
    assert made[0] == made[1] == made[2]
    assert list(shown_values(table([*shown, 7.0], status), "figure")) == shown


@pytest.mark.parametrize(
    ("below", "upto", "expected"),
    [
        (3.2, 7.9, 5), (0.123, 0.131, 0.13), (99, 1003, 1000), (0, 0.0004, 0.0004), (-5, -3, -3), (-2, 3, 0),
        (0.4999, 0.5, 0.5), (1_234_567, 1_239_999, 1_235_000), (19.9, 20, 20), (12.1, 12.2, 12.2),
    ],
)  # fmt: skip
def test_breaks_are_as_round_as_they_can_be(below: float, upto: float, expected: float) -> None:
    assert roundest(below, upto) == expected


def test_what_has_no_classes() -> None:
    with pytest.raises(MeasureError, match="fewer than two different"):
        classed(table([2.0, 2.0]), "figure")
    with pytest.raises(MeasureError, match="two to five"):
        classed(table([1.0, 2.0]), "figure", k=6)
    with pytest.raises(MeasureError, match="no classes by"):
        classed(table([1.0, 2.0]), "figure", "jenks")  # type: ignore[arg-type]
    with pytest.raises(ProtectionError):
        shown_values(pd.DataFrame({"figure": [1.0]}), "figure")
