"""Columns of codes recognised: system, year, codes of other years; nothing of a record in the words."""

from __future__ import annotations

import pandas as pd
import pytest

from shared.sources.geography.recognise import recognise_codes
from shared.sources.geography.systems import areas_of


def texts(*values: str | None) -> pd.Series:
    return pd.Series(values, dtype="str")


@pytest.mark.parametrize(
    ("system", "year", "first", "last"),
    [
        ("gss-lower-tier", 2010, 2009, 2011),  # until St Albans and Welwyn Hatfield were recoded
        ("gss-lower-tier", 2012, 2012, 2012),
        ("gss-lower-tier", 2019, 2019, 2019),
        ("gss-lower-tier", 2021, 2021, 2022),
        ("gss-lower-tier", 2025, 2025, 2025),
        ("gss-upper-tier", 2021, 2021, 2022),
        ("gss-region", 2021, 2008, 2025),
        ("iso2", 2024, 1990, 2025),
        ("iso3", 2024, 1990, 2025),
        ("nepal-district", 2021, 2015, 2025),
    ],
)
def test_a_complete_list_is_recognised(system: str, year: int, first: int, last: int) -> None:
    best = recognise_codes(pd.Series(list(areas_of(system, year)), dtype="str")).best
    assert best is not None
    assert (best.system, best.all_years[0], best.all_years[-1]) == (system, first, last)
    assert best.others == {}


def test_mixed_years_are_counted() -> None:
    """Ten rows each of Leeds (all years), Corby (until 2021) and Cumberland (since 2023), and two odd rows."""
    column = texts(*["E08000035"] * 10, *["E07000150"] * 11, *["E06000063"] * 12, "Leeds", None, "E92000001")
    found = recognise_codes(column)
    assert (found.total, found.empty, found.unknown, found.wider) == (36, 1, 1, 1)
    best = found.best
    assert best is not None
    assert (best.system, best.rows, best.codes) == ("gss-lower-tier", 33, 3)
    assert (best.by_year[2020], best.by_year[2022], best.by_year[2024]) == (21, 10, 22)
    assert (best.year, best.others) == (2025, {"E07000150": 11})


def test_words_carry_no_small_count_and_no_value_of_a_record() -> None:
    column = texts(*["E08000035"] * 40, *["E06000063"] * 12, *["E07000150"] * 3, "Jane Doe, 12 Elm Street", None)
    said = " ".join(recognise_codes(column).sentences())
    assert "E07000150 (fewer than 10 rows)" in said
    assert "Not an area code: fewer than 10 rows" in said
    assert "55 rows of 57" in said
    assert "Jane" not in said
    assert "1 rows" not in said


def test_spaces_and_small_letters_do_not_matter() -> None:
    best = recognise_codes(texts(" e08000035", "E08000035 ")).best
    assert best is not None
    assert (best.rows, best.codes) == (2, 1)


def test_plain_numbers_are_recognised_with_caution() -> None:
    found = recognise_codes(texts("01", "28", "36", "35"))
    assert found.best is not None
    assert {fit.system for fit in found.systems} >= {"india-state", "kenya-county"}
    assert not any(fit.certain for fit in found.systems)
    assert any("make sure" in line for line in found.sentences())


def test_text_is_no_code() -> None:
    found = recognise_codes(texts("yes", "no", None))
    assert found.best is None
    assert (found.unknown, found.empty) == (2, 1)
    assert recognise_codes(texts(None, None)).best is None
    assert recognise_codes(texts("NO", "YES", "NO")).best is None, "not Norway"


def test_counties_beside_districts_are_wider() -> None:
    found = recognise_codes(texts(*["E07000150"] * 5, *["E10000021"] * 2))
    assert found.best is not None
    assert (found.best.system, found.wider) == ("gss-lower-tier", 2)
