"""Codes brought to a year, worked out by hand; what would be a guess is refused or left out, never made."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.errors import DataError, ParameterError
from shared.sources.derive import Loss
from shared.sources.geography.systems import areas_of
from shared.sources.geography.tables import register
from shared.sources.geography.vintages import Reach, to_vintage

DIVIDED = "area divided between several areas of 2021"


def texts(*values: str | None) -> pd.Series:
    return pd.Series(values, dtype="str")


def one(code: str, system: str, year: int) -> str | None:
    placed = to_vintage(texts(code), system, year, splits="unplaced").codes[0]
    return None if pd.isna(placed) else str(placed)


@pytest.mark.parametrize(
    ("code", "system", "year", "placed"),
    [
        ("E07000150", "gss-lower-tier", 2021, "E06000061"),  # Corby -> North Northamptonshire
        ("E07000190", "gss-lower-tier", 2021, "E07000246"),  # Taunton Deane -> Somerset West and Taunton
        ("E07000190", "gss-lower-tier", 2023, "E06000066"),  # ... -> Somerset, over two mergers
        ("E07000157", "gss-lower-tier", 2025, "E06000057"),  # Alnwick -> Northumberland, over a recode
        ("E08000020", "gss-lower-tier", 2021, "E08000037"),  # Gateshead
        ("E08000038", "gss-lower-tier", 2021, "E08000016"),  # Barnsley, backwards
        ("E06000052", "gss-lower-tier", 2009, "E06000052"),  # Cornwall
        ("W06000023", "gss-lower-tier", 2008, "W06000007"),  # Powys, backwards
        ("E06000063", "gss-upper-tier", 2021, "E10000006"),  # Cumberland lay in Cumbria
        ("E06000028", "gss-upper-tier", 2021, "E06000058"),  # Bournemouth
        ("E07000048", "gss-upper-tier", 2018, "E10000009"),  # Christchurch lay in the county of Dorset
        ("E07000048", "gss-upper-tier", 2019, "E06000058"),  # and went to Bournemouth, Christchurch and Poole
        ("E10000023", "gss-upper-tier", 2024, "E06000065"),  # North Yorkshire, county to unitary
        ("E07000066", "gss-upper-tier", 2021, "E10000012"),  # Basildon lies in Essex
        ("E07000066", "gss-region", 2021, "E12000006"),  # and in the East of England
        ("E10000021", "gss-region", 2021, "E12000004"),  # Northamptonshire is divided, its region is not
        ("W06000015", "gss-region", 2021, "W92000004"),
        ("W06000015", "gss-country", 2021, "W92000004"),
        ("36", "india-state", 2011, "28"),  # Telangana was a part of Andhra Pradesh
        ("37", "india-state", 2011, "1"),
        ("25", "india-state", 2021, "38"),
        ("207", "nepal-province", 2021, "2"),
    ],
)
def test_exact_moves(code: str, system: str, year: int, placed: str) -> None:
    assert one(code, system, year) == placed


@pytest.mark.parametrize(
    ("code", "system", "year"),
    [
        ("E10000021", "gss-upper-tier", 2021), ("E10000009", "gss-upper-tier", 2021),
        ("E10000006", "gss-upper-tier", 2023), ("E06000059", "gss-lower-tier", 2018),
        ("E10000004", "gss-upper-tier", 2009), ("38", "india-state", 2011),
    ],
)  # fmt: skip
def test_divided_areas_are_refused_unless_told_otherwise(code: str, system: str, year: int) -> None:
    assert one(code, system, year) is None
    with pytest.raises(DataError, match=f"{code} .*is divided in {year} between"):
        to_vintage(texts(code), system, year)


def test_fates_and_account() -> None:
    column = texts("E08000035", "E08000020", "E06000028", "E10000002", "E10000021", "E92000001", "X", None, "E12000001")
    found = to_vintage(column, "gss-upper-tier", 2021, splits="unplaced")
    assert {move.code: move.fate for move in found.moves} == {
        "E08000020": "boundary", "E06000028": "part", "E10000002": "recoded", "E10000021": "divided",
        "E92000001": "wider", "E12000001": "wider", "X": "unknown",
    }  # fmt: skip
    assert found.account == {
        "area code not in the 2021 list": 1,
        "code of a wider area (a region, a country or a total)": 2,
        DIVIDED: 1,
        "no area code": 1,
    }
    assert (found.placed, found.total) == (4, 9)
    assert found.losses("records", "area codes of 2021")[0] == Loss(
        "records", "area codes of 2021", "area code not in the 2021 list", 1, 9
    )


def test_divided_areas_counted_together() -> None:
    column = texts("E10000021", "E06000061", "E06000062", "E08000035")
    found = to_vintage(column, "gss-upper-tier", 2021, splits="merged")
    assert list(found.codes) == ["E06000061+E06000062"] * 3 + ["E08000035"]
    assert found.merged == dict.fromkeys(("E06000061", "E06000062"), "E06000061+E06000062")
    assert found.account[DIVIDED] == 0
    assert found.reach() == ()


def test_two_divided_areas_with_a_part_in_common_are_one() -> None:
    """Dorset (58 and 59 in 2019) and the district of Bournemouth's successor in 2018 share the first."""
    column = texts("E10000009", "E06000058")
    found = to_vintage(column, "gss-lower-tier", 2018, splits="merged")
    (joined,) = set(found.merged.values())
    parts = {"E06000028", "E06000029", "E07000048"}
    assert parts <= set(joined.split("+"))


def test_effect_of_divided_areas_on_coverage() -> None:
    column = texts(*["E10000021"] * 6, *["E06000061"] * 3, *["E08000035"] * 5)
    found = to_vintage(column, "gss-upper-tier", 2021, splits="unplaced")
    assert found.reach() == (
        Reach("E06000061", "North Northamptonshire", 3, 9),
        Reach("E06000062", "West Northamptonshire", 0, 6),
    )


def test_one_code_that_stood_for_two_areas() -> None:
    """28 is Andhra Pradesh with Telangana until 2014 and without it since."""
    together = to_vintage(texts("28", "36"), "india-state", 2011)
    assert list(together.codes) == ["28", "28"]
    assert list(to_vintage(texts("28", "36"), "india-state", 2021).codes) == ["28", "36"]
    older = to_vintage(texts("28"), "india-state", 2021, splits="unplaced", read_as=2011)
    assert older.codes.isna().all()
    assert list(to_vintage(texts("28"), "india-state", 2021, read_as=2020).codes) == ["28"]


def test_the_words_of_a_refusal_hide_small_counts() -> None:
    with pytest.raises(DataError) as few:
        to_vintage(texts(*["E10000021"] * 9), "gss-upper-tier", 2021)
    assert "fewer than 10 rows" in str(few.value)
    with pytest.raises(DataError, match="10 rows") as many:
        to_vintage(texts(*["E10000021"] * 10), "gss-upper-tier", 2021)
    assert "splits: unplaced" in str(many.value)


def test_an_unknown_year_is_refused() -> None:
    with pytest.raises(ParameterError, match="Known: 2008 to 2025"):
        to_vintage(texts("E08000035"), "gss-upper-tier", 2030)


EVERY = sorted(code for code in register("gb").by_code if code[:3] in ("E06", "E07", "E08", "E09", "W06"))


@settings(deadline=None, max_examples=60)
@given(codes=st.lists(st.sampled_from([*EVERY, "X1", ""]), min_size=1), year=st.integers(2008, 2025))
def test_nothing_is_lost_and_nothing_invented(codes: list[str], year: int) -> None:
    column = texts(*codes)
    for system in ("gss-lower-tier", "gss-upper-tier"):
        found = to_vintage(column, system, year, splits="unplaced")
        assert found.placed + sum(found.account.values()) == len(codes)
        assert set(found.codes.dropna()) <= set(areas_of(system, year))
        again = to_vintage(found.codes, system, year)
        assert again.codes.equals(found.codes)


@settings(deadline=None, max_examples=60)
@given(code=st.sampled_from(EVERY), first=st.integers(2008, 2025), second=st.integers(2008, 2025))
def test_two_steps_lead_where_one_step_leads(code: str, first: int, second: int) -> None:
    halfway = one(code, "gss-lower-tier", first)
    direct = one(code, "gss-lower-tier", second)
    if halfway is not None and direct is not None:
        stepwise = one(halfway, "gss-lower-tier", second)
        assert stepwise in (direct, None)  # a merger on the way can divide it later, never misplace it


@pytest.mark.slow
def test_a_million_rows_take_seconds() -> None:
    rng = np.random.default_rng(7)
    codes = [code for year in (2008, 2012, 2016, 2019, 2021, 2023, 2025) for code in areas_of("gss-lower-tier", year)]
    column = pd.Series(rng.choice(codes, 1_000_000), dtype="str")
    start = time.perf_counter()
    found = to_vintage(column, "gss-lower-tier", 2023, splits="unplaced")
    assert time.perf_counter() - start < 10  # a third of a second alone on the machine
    assert found.placed == 1_000_000
