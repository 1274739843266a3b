"""Codes and names that speak of two areas, in a made-up table and in one of the Home Office."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from shared.sources.geography.contradictions import contradicting, contradictions
from shared.sources.rfile import parse_rda


def test_pairs_are_counted_most_first() -> None:
    codes = pd.Series(["E08000035"] * 3 + ["E06000010"] * 2 + ["E06000023", None, "X"], dtype="str")
    names = pd.Series(["Leeds", "Hull", "Hull", "Leeds", "Hull", "Nowhere", "Leeds", "Leeds"], dtype="str")
    assert list(contradicting(codes, names, "gss-lower-tier", 2021)) == [False, True, True, True] + [False] * 4
    first, second = contradictions(codes, names, "gss-lower-tier", 2021)
    assert (first.area, first.named_code, first.rows) == ("Leeds", "E06000010", 2)
    assert (second.area, second.named, second.rows) == ("Kingston upon Hull, City of", "Leeds", 1)
    assert "fewer than 10 rows" in str(first)


def test_code_and_name_of_different_years_agree() -> None:
    codes, names = pd.Series(["E06000061", "E07000150"], dtype="str"), pd.Series(["Corby", "Corby"], dtype="str")
    assert contradictions(codes, names, "gss-lower-tier", 2023) == ()


@pytest.mark.mirror
def test_a_column_of_the_home_office_slipped(mirror: Path) -> None:
    """December 2022: 46 rows (4,413 people) carry the code of another authority of their region."""
    path = "humaniverse/asylum/e7044ecf2a924a5fccc6bd1011ef71cf4e90c383/data/local_authority_support.rda"
    frame = parse_rda((mirror / path).read_bytes(), shown=path, member=None)
    wrong = contradicting(frame["LAD Code"], frame["Local Authority"], "gss-lower-tier", 2023)
    assert int(wrong.sum()) == 46
    assert int(frame.loc[wrong, "People"].sum()) == 4413
    assert {day.isoformat() for day in frame.loc[wrong, "Date"].dt.date} == {"2022-12-31"}
    pairs = contradictions(frame["LAD Code"], frame["Local Authority"], "gss-lower-tier", 2023)
    assert {pair.code for pair in pairs} == {"E06000010", "N09000003", "S12000033", "S12000049"}
