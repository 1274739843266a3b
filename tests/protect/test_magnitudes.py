"""Means and percentiles: hidden where few people, or one of them, stand behind them; values worked by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from shared.errors import ProtectionError
from shared.protect import SafeTable
from shared.protect.magnitudes import protect_values, to_step

FEW = [7.0] * 9
EVEN = [2.0] * 30 + [4.0] * 30
ONE = [1.0] * 20 + [1000.0]


def made(figures: list[str | float], **groups: list[float]) -> SafeTable:
    frame = pd.DataFrame([(g, v) for g, values in groups.items() for v in values], columns=["g", "v"])
    return protect_values(
        frame, by="g", value="v", figures=figures, policy="threshold-10-round-5", publish=["g"], title="t",
        source_line="", groups=list(groups),
    )  # fmt: skip


def test_means_of_enough_people_among_whom_nobody_stands_out() -> None:
    """The mean of the even group is 3; five typical people of 60 move it by 3 x 5 / 60 = 0.25, so steps of 0.5."""
    frame = made(["mean"], few=FEW, even=EVEN, one=ONE, more=[3.3] * 60).frame
    assert frame["mean"].isna().tolist() == [True, False, True, False]
    assert frame["mean"].dropna().tolist() == [3.0, 3.5]
    assert frame["status"].tolist() == ["hidden", "shown", "hidden", "shown"]
    assert frame["count"].tolist()[1:] == [60, 20, 60]


def test_a_median_needs_ten_on_either_side_and_is_nobodys_own() -> None:
    """Of 0 to 39 the ranks 14.5 to 24.5 around the median 19.5 are averaged; a tenth has only four below it."""
    frame = made([0.5, 0.1], a=[float(n) for n in range(40)]).frame
    assert frame["p50"].tolist() == [19.5]
    assert frame["p10"].isna().all()
    short = made([0.5], a=[float(n) for n in range(19)]).frame
    assert short["p50"].isna().all()


def test_missing_values_are_left_out_and_not_counted() -> None:
    frame = made(["mean"], a=[2.0] * 9 + [float("nan")] * 50, b=EVEN, c=EVEN).frame
    assert frame["status"].tolist() == ["hidden", "shown", "shown"]


@pytest.mark.parametrize(
    ("value", "least", "expected"),
    [(3.3, 0.25, 3.5), (3.0, 0.25, 3.0), (123.4, 7, 120), (0.0123, 0.0011, 0.012), (5, 0, 5)],
)
def test_steps(value: float, least: float, expected: float) -> None:
    assert to_step(value, least) == pytest.approx(expected, abs=1e-12)


def test_what_is_no_figure_or_no_number_is_refused() -> None:
    with pytest.raises(ProtectionError, match="fractions"):
        made([50.0], a=EVEN)
    with pytest.raises(ProtectionError, match="numbers"):
        protect_values(
            pd.DataFrame({"g": ["a"], "v": ["x"]}), by="g", value="v", policy="strict", publish=["g"], title="",
            source_line="",
        )  # fmt: skip
