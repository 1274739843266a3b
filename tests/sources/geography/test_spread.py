"""Counts of divided areas shared out by residents or by declared shares, worked out by hand."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.errors import DataError
from shared.sources.geography.spread import residents_shares, spread_counts


def table(rows: list[tuple[str | None, int | None]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["code", "people"]).astype({"code": "str", "people": "Int64"})


def spread(frame: pd.DataFrame, weights: Any, year: int = 2023) -> Any:
    return spread_counts(
        frame, column="code", into="area", counts=["people"], system="gss-upper-tier", target=year, weights=weights
    )


def test_residents_shares_are_those_of_the_census() -> None:
    """Census 2021: Cumberland 273,254, Westmorland and Furness 226,600 (sums of their districts)."""
    shares = residents_shares("gss-upper-tier", 2023, "E10000006", ["E06000063", "E06000064"])
    assert shares is not None
    assert shares["E06000063"] == pytest.approx(273_254 / 499_854, abs=2e-5)
    assert sum(shares.values()) == pytest.approx(1)
    assert residents_shares("gss-upper-tier", 2021, "E10000009", ["E06000058", "E06000059"]) is None


def test_by_residents_the_sum_stays() -> None:
    """Cumbria's 1,000: 54.67 % and 45.33 % are 547 and 453."""
    found = spread(table([("E08000035", 7), ("E10000006", 1000), (None, 5)]), "residents")
    assert list(found.frame["area"].astype("object").where(found.frame["area"].notna(), None)) == [
        "E08000035", "E06000063", "E06000064", None,
    ]  # fmt: skip
    assert list(found.frame["people"]) == [7, 547, 453, 5]
    assert found.account["area divided between several areas of 2023"] == 0
    assert found.account["no area code"] == 1
    assert str(found.frame["people"].dtype) == "Int64"


def test_declared_shares_and_the_largest_remainder() -> None:
    """0.34, 0.33 and 0.33 of 5 are 1.70, 1.65 and 1.65: 1 each, and the two places left go to the first two."""
    frame = table([("E06000058", 5)])
    shares = {"E06000058": {"E06000028": 0.34, "E06000029": 0.33, "E07000048": 0.33}}
    found = spread_counts(
        frame, column="code", into="area", counts=["people"], system="gss-lower-tier", target=2018, weights=shares
    )
    assert dict(zip(found.frame["area"], found.frame["people"], strict=True)) == {
        "E06000028": 2, "E06000029": 2, "E07000048": 1,
    }  # fmt: skip


def test_a_missing_count_is_missing_in_every_part() -> None:
    found = spread(table([("E10000006", None)]), "residents")
    assert len(found.frame) == 2
    assert found.frame["people"].isna().all()


def test_numbers_with_decimals_are_not_rounded() -> None:
    frame = table([("E10000021", 10)]).astype({"people": "float64"})
    shares = {"E10000021": {"E06000061": 0.25, "E06000062": 0.75}}
    assert list(spread(frame, shares).frame["people"]) == [2.5, 7.5]


def test_unknown_shares_are_refused() -> None:
    with pytest.raises(DataError, match=r"E10000009 Dorset is divided in 2021 .* its shares are not known"):
        spread(table([("E10000009", 3)]), "residents", 2021)
    with pytest.raises(DataError, match="its shares are not known"):
        spread(table([("E10000021", 3)]), {"E10000009": {"E06000058": 1.0}}, 2021)


def test_wrong_shares_are_refused_together() -> None:
    with pytest.raises(DataError) as found:
        spread(table([("E10000021", 3)]), {"E10000021": {"E06000061": 0.5, "E08000035": 0.4}}, 2021)
    assert len(found.value.faults) == 2
    assert "E08000035 is no part of E10000021" in str(found.value)
    assert "do not add to 1" in str(found.value)


@settings(deadline=None, max_examples=50)
@given(counts=st.lists(st.integers(0, 10_000), min_size=1, max_size=8))
def test_every_row_keeps_its_sum(counts: list[int]) -> None:
    frame = table([("E10000021", count) for count in counts])
    found = spread(frame, "residents", 2021).frame
    assert list(found["people"].to_numpy().reshape(-1, 2).sum(axis=1)) == counts
