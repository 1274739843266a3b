"""Names matched to codes: sure ones applied, doubtful ones proposed and never applied, the rest counted."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

from shared.errors import ParameterError
from shared.sources.geography.names import SURE, match_names
from shared.sources.geography.words import plain_name, plain_text
from shared.sources.rfile import parse_rda


def texts(*values: str | None) -> pd.Series:
    return pd.Series(values, dtype="str")


def matched(name: str, system: str, year: int) -> tuple[str, str]:
    (match,) = match_names(texts(name), system, year).matches
    return match.method, match.code


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("London Borough of Brent", "brent"), ("Bristol, City of", "bristol"), ("Kent County Council", "kent"),
        ("City of London", "city of london"), ("County Durham", "county durham"), ("ST. HELENS", "st helens"),
        ("Bath & North East Somerset", "bath and north east somerset"), ("King's Lynn", "kings lynn"),
        ("Rhondda Cynon Taf County Borough Council", "rhondda cynon taf"), ("Sir Ynys Môn", "sir ynys mon"),
        ("Royal Borough of Windsor and Maidenhead", "windsor and maidenhead"),
        ("The Vale of Glamorgan", "vale of glamorgan"),
    ],
)  # fmt: skip
def test_styles_and_spelling(text: str, plain: str) -> None:
    assert plain_name(text) == plain


def test_plain_text_keeps_words_of_countries() -> None:
    assert plain_text("Côte d’Ivoire") == "cote divoire"
    assert plain_text("Türkiye") == "turkiye"
    assert plain_text("Vatican City") == "vatican city"


@pytest.mark.parametrize(
    ("name", "system", "year", "method", "code"),
    [
        ("LEEDS", "gss-lower-tier", 2021, "exact", "E08000035"),
        ("Bristol", "gss-lower-tier", 2021, "exact", "E06000023"),
        ("Hull", "gss-lower-tier", 2021, "other name", "E06000010"),
        ("Kingston upon Hull", "gss-upper-tier", 2021, "exact", "E06000010"),
        ("Caerdydd", "gss-upper-tier", 2021, "other name", "W06000015"),
        ("Sir y Fflint", "gss-lower-tier", 2021, "other name", "W06000005"),
        ("Shepway", "gss-lower-tier", 2021, "other name", "E07000112"),
        ("Allerdale", "gss-lower-tier", 2023, "other year", "E06000063"),
        ("Allerdale", "gss-lower-tier", 2021, "exact", "E07000026"),
        ("Allerdale", "gss-upper-tier", 2021, "other year", "E10000006"),
        ("Dorset", "gss-upper-tier", 2018, "exact", "E10000009"),  # the county then
        ("Dorset", "gss-upper-tier", 2021, "exact", "E06000059"),  # the unitary now
        ("Runcorn", "gss-lower-tier", 2021, "town", "E06000006"),
        ("Northampton", "gss-lower-tier", 2023, "other year", "E06000062"),
        ("London", "gss-upper-tier", 2021, "wider", ""),
        ("London", "gss-region", 2021, "exact", "E12000007"),
        ("Yorkshire & Humberside", "gss-region", 2021, "other name", "E12000003"),
        ("Newcastle", "gss-lower-tier", 2021, "ambiguous", ""),
        ("Northamptonshire", "gss-upper-tier", 2021, "divided", ""),
        ("Northamptonshire", "gss-upper-tier", 2020, "exact", "E10000021"),
        ("Not known", "gss-lower-tier", 2021, "no area", ""),
        ("E08000035", "gss-lower-tier", 2021, "code", "E08000035"),
        ("Congo, Dem Rep of (DRC)", "iso3", 2024, "other name", "COD"),
        ("Burkino Faso", "iso2", 2024, "other name", "BF"),
        ("Türkiye", "iso2", 2024, "other name", "TR"),
        ("turkey", "iso2", 2024, "exact", "TR"),
        ("Ivory Coast (Cote d'Ivoire)", "iso2", 2024, "other name", "CI"),
        ("Guinea (formerly French Guinea)", "iso2", 2024, "other name", "GN"),
        ("Ghanian", "iso2", 2024, "other name", "GH"),
        ("South Sudanese", "iso3", 2024, "other name", "SSD"),
        ("Dominican", "iso3", 2024, "ambiguous", ""),
        ("Nigerian UK", "iso3", 2024, "two names", ""),
        ("Kurdish", "iso3", 2024, "ambiguous", ""),
        ("Bedoun", "iso3", 2024, "no area", ""),
        ("JAMMU & KASHMIR", "india-state", 2011, "exact", "1"),
        ("Orissa", "india-state", 2011, "other name", "21"),
        ("Telangana", "india-state", 2011, "other year", "28"),
        ("Taita Taveta", "kenya-county", 2019, "exact", "6"),
        ("Nairobi", "kenya-county", 2019, "exact", "47"),
        ("Muranga", "kenya-county", 2019, "exact", "21"),
        ("Province No. 2", "nepal-province", 2021, "other name", "2"),
        ("Rukum", "nepal-district", 2021, "ambiguous", ""),
        ("Kathmandu", "nepal-province", 2021, "other year", "3"),
    ],
)
def test_how_a_name_is_matched(name: str, system: str, year: int, method: str, code: str) -> None:
    assert matched(name, system, year) == (method, code)


def test_a_proposal_is_never_applied() -> None:
    found = match_names(texts("Leedes", "Leeds", "Xqzt"), "gss-lower-tier", 2021)
    assert list(found.codes.isna()) == [True, False, True]
    (proposal,) = found.to_confirm
    assert (proposal.name, proposal.code, proposal.area) == ("Leedes", "E08000035", "Leeds")
    assert proposal.score == pytest.approx(100 * 10 / 11, abs=0.05)  # ten letters of eleven are in common
    assert found.account["name like that of an area, not confirmed"] == 1
    assert found.account["name of no known area"] == 1


def test_a_confirmed_name_is_applied() -> None:
    found = match_names(texts("Leedes", "LEEDES "), "gss-lower-tier", 2021, confirmed={"Leedes": "E08000035"})
    assert list(found.codes) == ["E08000035", "E08000035"]
    assert {match.method for match in found.matches} == {"confirmed"}
    with pytest.raises(ParameterError, match="E07000150"):  # Corby is no authority of 2023
        match_names(texts("Corby"), "gss-lower-tier", 2023, confirmed={"Corby": "E07000150"})


def test_everything_is_accounted_for() -> None:
    column = texts("Leeds", "Leedes", "Total", None, "Newcastle", "England", "Iraqi")
    found = match_names(column, "gss-lower-tier", 2021)
    assert found.codes.notna().sum() + sum(found.account.values()) == len(column)
    assert sum(loss.count for loss in found.losses("r", "names")) == 6


def test_words_show_no_rare_name() -> None:
    said = " ".join(match_names(texts(*["Jane Doe"] * 9, *["Somewhere"] * 10), "gss-lower-tier", 2021).sentences())
    assert "Jane" not in said
    assert "Somewhere" in said


def test_no_two_areas_of_a_year_share_a_spelling() -> None:
    from shared.sources.geography.systems import SYSTEMS, areas_of

    for system, year in (("gss-lower-tier", 2009), ("gss-lower-tier", 2021), ("gss-upper-tier", 2025)):
        names = [plain_name(area.name) for area in areas_of(system, year).values()]
        assert len(names) == len(set(names)), system
    for system in SYSTEMS:
        areas = areas_of(system, 2021)
        found = match_names(pd.Series([a.name for a in areas.values()], dtype="str"), system, 2021)
        assert list(found.codes) == list(areas), system


BRC = "britishredcrosssociety/state-of-asylum-system/b8680430fdac08414bd4998e6550ca1ea841470d/data-raw/flourish/6 - BRC"


@pytest.mark.mirror
def test_towns_of_the_british_red_cross_lead_where_the_hand_made_table_leads(mirror: Path, root: Path) -> None:
    table = pd.read_csv(mirror / BRC / "people supported by location dec 2023.csv", dtype="str")
    found = match_names(table["City"], "gss-lower-tier", 2023)
    with (root / "casestudies/british-red-cross/place-to-authority.csv").open(encoding="utf-8", newline="") as file:
        by_hand = {row["from"]: row["code"] for row in csv.DictReader(file)}
    for match in found.matches:
        assert (match.method == "wider") == (match.name == "London")
        assert match.name == "London" or (match.method in SURE and match.code == by_hand[match.name]), match


@pytest.mark.mirror
def test_every_nationality_of_the_red_cross_is_placed_or_said_to_be_none(mirror: Path) -> None:
    for name, column in (
        ("people supported by country of origin dec 2023.csv", "Country of origin"),
        ("June 2023/people supported by nationality.csv", "Nationality"),
        ("Family reunion travel by country of origin Dec 23.csv", "Country of origin"),
    ):
        found = match_names(pd.read_csv(mirror / BRC / name, dtype="str")[column], "iso2", 2023)
        others = {match.name for match in found.matches if match.method not in SURE}
        assert others <= {"Kurdish", "Bedoun", "Unknown"}, name


@pytest.mark.mirror
def test_nationalities_of_the_home_office(mirror: Path) -> None:
    """All but the labels that name no state, or one that is no more."""
    unplaced = {
        "Former Yugoslavia", "Serbia and Montenegro", "British overseas citizens", "Other and unknown", "Refugee",
        "Stateless", "N/A - Section 4 (pre-2018)", "N/A - Section 98 (pre-Dec 2022)",
        "N/A - Subsistence Only (Dec 2023 - Sep 2024)",
    }  # fmt: skip
    path = "humaniverse/asylum/e7044ecf2a924a5fccc6bd1011ef71cf4e90c383/data/support_received.rda"
    frame = parse_rda((mirror / path).read_bytes(), shown=path, member=None)
    found = match_names(frame["Nationality"], "iso2", 2024)
    assert {match.name for match in found.matches if match.method not in SURE} == unplaced
    assert int(found.codes.isna().sum()) == int(frame["Nationality"].isin(unplaced).sum())
