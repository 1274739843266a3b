"""Real files of real offices and organisations, as messy as they were published."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from shared.cases.model import Source
from shared.cases.project import Project
from shared.errors import DataError
from shared.sources.read import RawTable, read_source

pytestmark = pytest.mark.mirror


@pytest.fixture
def project(tmp_path: Path, mirror: Path) -> Project:
    return Project(tmp_path, mirror, tmp_path / "downloaded")


def read(project: Project, ending: str, **values: Any) -> RawTable:
    assert project.mirror is not None
    with (project.mirror / "manifest.csv").open(encoding="utf-8", newline="") as file:
        row = next(row for row in csv.DictReader(file) if row["file"].endswith(ending))
    base = {
        "kind": "reference", "title": row["holds"], "url": row["url"], "sha256": row["sha256"],
        "format": ending.rsplit(".", 1)[1], "licence": row["licence"], "attribution": row["attribution"],
    }  # fmt: skip
    return read_source(project, "real", Source.model_validate(base | values))


def test_people_in_support_by_authority_with_dates_and_codes(project: Project) -> None:
    columns = {
        "Date": {"role": "date", "type": "date"},
        "LAD Code": {"role": "area"},
        "People": {"role": "count", "type": "integer"},
    }
    where = [{"column": "Date", "is_in": ["2023-12-31"]}]
    table = read(project, "local_authority_support.rda", member="local_authority_support", columns=columns, where=where)
    assert table.frame["Date"].unique().tolist() == [pd.Timestamp("2023-12-31")]
    # Home Office, Asylum and resettlement statistics, year ending December 2023: 111,132 people in receipt of support
    assert table.frame["People"].sum() == 111_132
    assert str(table.frame["LAD Code"].dtype) == "str"


@pytest.mark.slow
def test_support_by_nationality_adds_up_to_the_same_published_total(project: Project) -> None:
    columns = {"Date": {"role": "date", "type": "date"}, "People": {"role": "count", "type": "integer"}}
    table = read(project, "support_received.rda", columns=columns, where=[{"column": "Date", "is_in": ["2023-12-31"]}])
    assert table.frame["People"].sum() == 111_132


def test_census_population_of_england_and_wales(project: Project) -> None:
    columns = {"total_population": {"role": "count", "type": "integer"}, "ltla21_code": {"role": "area"}}
    table = read(project, "population20_ltla21.rda", columns=columns)
    # ONS, mid-2020 population estimates: England and Wales 59,719,724
    assert table.frame["total_population"].sum() == 59_719_724
    assert len(table.frame) == 331


def test_an_aggregate_table_of_the_red_cross(project: Project) -> None:
    columns = {
        "Country of origin": {"role": "group"},
        "Number of people supported": {"role": "count", "type": "integer"},
    }
    table = read(project, "people supported by country of origin dec 2023.csv", kind="table", columns=columns)
    assert len(table.frame) == 30
    assert table.frame.iloc[0].tolist() == ["Iran", 2928]


def test_a_renamed_column_between_two_releases_is_noticed(project: Project) -> None:
    columns = {"Immigration status": {"role": "group"}, "Number of people supported": {"role": "count"}}
    read(project, "June 2023/people supported by immigration status.csv", kind="table", columns=columns)
    with pytest.raises(DataError, match='"Number of people supported" is not in the file') as caught:
        read(project, "people supported by immigration status dec 2023.csv", kind="table", columns=columns)
    assert 'The file has "Total".' in str(caught.value)


def test_a_byte_order_mark_in_a_published_file(project: Project) -> None:
    table = read(project, "uk-topojson/b2fde50cb130908b897de10b65cdc392f9b4ff78/input/changes.csv")
    assert not str(table.frame.columns[0]).startswith("\ufeff")
    assert table.notes[0].startswith("The byte order mark")


def test_an_object_that_is_not_in_the_file(project: Project) -> None:
    with pytest.raises(DataError, match='Did you mean "households21_ltla21"'):
        read(project, "households21_ltla21.rda", member="households_ltla21")


# ---- profiles of real files, held to what a person sees who opens them ----------------------------------------------


def profiled(mirror: Path, ending: str) -> Any:
    from shared.sources.profile import profile_file

    with (mirror / "manifest.csv").open(encoding="utf-8", newline="") as file:
        row = next(row for row in csv.DictReader(file) if row["file"].endswith(ending))
    found = profile_file(mirror / row["file"])
    assert found.sha256 == row["sha256"]
    return found


def test_the_profile_of_population_estimates(mirror: Path) -> None:
    """331 lower-tier authorities of 2021: code, name, total, single years of age 0 to 89, and 90 and over."""
    found = profiled(mirror, "population20_ltla21.rda")
    names = [one.name for one in found.columns]
    assert (found.rows, found.kind, found.nameless) == (331, "table", False)
    assert len(names) == 94
    assert [name for name in names if name.isdecimal()] == [str(age) for age in range(90)]
    code = next(one for one in found.columns if one.name == "ltla21_code")
    assert (code.role, code.area_system, code.is_key) == ("area", "gss-lower-tier", True)
    assert code.area_year in (2021, 2022)  # the same codes were in force on the last day of both years


def test_the_profile_of_referrals_finds_the_totals_among_the_rows(mirror: Path) -> None:
    found = profiled(mirror, "nrm_referrals_ngo_2023_q4.rda")
    assert found.kind == "table"
    told = [note for note in found.notes if "look like totals" in note]
    assert {note.split('"')[1] for note in told} == {
        "First responder", "Exploitation type", "Age at exploitation", "Gender", "Nationality",
    }  # fmt: skip
    people = next(one for one in found.columns if one.name == "People")
    assert (people.type, people.role) == ("integer", "count")


def test_the_profile_of_home_office_support_finds_spellings_and_codes(mirror: Path) -> None:
    """ "Subsistence Only" and "Subsistence only" are one kind of support, written in two ways."""
    found = profiled(mirror, "local_authority_support.rda")
    kinds = next(one for one in found.columns if one.name == "Accommodation Type")
    assert kinds.notes[0] == "1 value(s) differ from others only in capitals or spaces."
    code = next(one for one in found.columns if one.name == "LAD Code")
    assert [value for value, _ in code.codes] == ["N/A"]
    assert (code.role, code.area_system) == ("area", "gss-lower-tier")


def test_profiles_of_aggregate_tables_of_the_red_cross(mirror: Path) -> None:
    found = profiled(mirror, "June 2023/people supported by location.csv")
    assert (found.rows, found.kind, found.keys) == (35, "table", (("City",),))
    assert [(one.name, one.role) for one in found.columns] == [
        ("City", "area"), ("Number of people supported", "count"),
    ]  # fmt: skip


def test_the_profile_of_a_list_of_changes(mirror: Path) -> None:
    found = profiled(mirror, "uk-topojson/b2fde50cb130908b897de10b65cdc392f9b4ff78/input/changes.csv")
    assert found.rows == 79
    assert found.notes[0].startswith("The byte order mark")
    assert {one.name for one in found.columns if one.area_system} == {"oldcd", "newcd"}


@pytest.mark.slow
def test_every_file_of_the_mirror_can_be_profiled_or_says_what_to_name(mirror: Path) -> None:
    from shared.sources.profile import profile_file
    from shared.sources.profile.show import WIDTH, profile_text

    seen, refused = 0, []
    for path in sorted(mirror.rglob("*")):
        if path.suffix not in (".csv", ".rda", ".json") or path.name == "manifest.csv" or path.stat().st_size > 300_000:
            continue
        try:
            text = profile_text(profile_file(path))
        except DataError as error:
            refused.append(str(error))
            continue
        assert max(map(len, text.split("\n"))) <= WIDTH, path.name
        seen += 1
    assert seen > 50
    assert all("Name one" in message for message in refused), refused
