"""The shipped look-ups against published counts of authorities and changes known by hand."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from shared.errors import ParameterError
from shared.sources.geography.systems import SYSTEMS, areas_of
from shared.sources.geography.tables import folder, register

# Local authorities of England and Wales in force on 31 December: ONS, names and codes of each year
LOWER = {2008: 376, 2009: 348, 2012: 348, 2018: 348, 2019: 339, 2020: 336, 2021: 331, 2022: 331, 2023: 318, 2025: 318}
UPPER = {2009: 174, 2018: 174, 2019: 173, 2020: 173, 2021: 174, 2022: 174, 2023: 175, 2025: 175}


def england_and_wales(system: str, year: int) -> list[str]:
    return [code for code in areas_of(system, year) if code[0] in "EW"]


@pytest.mark.parametrize(("year", "number"), LOWER.items())
def test_lower_tier_authorities_of_a_year(year: int, number: int) -> None:
    assert len(england_and_wales("gss-lower-tier", year)) == number


@pytest.mark.parametrize(("year", "number"), UPPER.items())
def test_upper_tier_authorities_of_a_year(year: int, number: int) -> None:
    assert len(england_and_wales("gss-upper-tier", year)) == number


def test_kinds_of_authority_in_2021() -> None:
    """181 districts, 59 unitaries with the Isles of Scilly, 36 metropolitan districts, 33 in London, 22 in Wales."""
    kinds = Counter(code[:3] for code in areas_of("gss-lower-tier", 2021))
    assert kinds == {"E07": 181, "E06": 59, "E08": 36, "E09": 33, "W06": 22, "S12": 32, "N09": 11}
    upper = Counter(code[:3] for code in england_and_wales("gss-upper-tier", 2021))
    assert upper["E10"] == 24


def test_nine_regions_and_three_countries() -> None:
    assert Counter(code[0] for code in areas_of("gss-region", 2023)) == {"E": 9, "W": 1, "S": 1, "N": 1}
    assert set(areas_of("gss-country", 2023)) == {"E92000001", "W92000004", "S92000003", "N92000002"}


@pytest.mark.parametrize("year", range(2008, 2026))
def test_every_tier_covers_every_block_once(year: int) -> None:
    tiers = ["gss-lower-tier", "gss-upper-tier", "gss-region", "gss-country"]
    held = [sorted(block for area in areas_of(tier, year).values() for block in area.blocks) for tier in tiers]
    assert len(set(held[0])) == len(held[0]) == 354 + 22 + 32 + 11  # the districts before April 2009
    assert held[1:] == held[:1] * 3


def changes() -> list[dict[str, str]]:
    with (folder() / "gb_changes.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_changes_known_by_hand() -> None:
    """The reorganisations of 2009 to 2023 and the small moves of 2012, 2013 and 2025, counted on paper."""
    merged = Counter((row["date"], row["to"]) for row in changes() if row["kind"] == "merge")
    assert merged == {
        ("2009-04-01", "E06000056"): 2, ("2009-04-01", "E06000049"): 3, ("2009-04-01", "E06000050"): 3,
        ("2009-04-01", "E06000052"): 6, ("2009-04-01", "E06000047"): 7, ("2009-04-01", "E06000048"): 6,
        ("2009-04-01", "E06000051"): 5, ("2009-04-01", "E06000054"): 4,
        ("2019-04-01", "E06000058"): 3, ("2019-04-01", "E06000059"): 5, ("2019-04-01", "E07000244"): 2,
        ("2019-04-01", "E07000245"): 2, ("2019-04-01", "E07000246"): 2, ("2020-04-01", "E06000060"): 4,
        ("2021-04-01", "E06000061"): 4, ("2021-04-01", "E06000062"): 3, ("2023-04-01", "E06000063"): 3,
        ("2023-04-01", "E06000064"): 3, ("2023-04-01", "E06000065"): 7, ("2023-04-01", "E06000066"): 4,
    }  # fmt: skip
    small = {(row["date"][:4], row["from"], row["to"]) for row in changes() if row["kind"] == "boundary"}
    assert {pair for pair in small if pair[1][0] == "E"} == {
        ("2012", "E07000100", "E07000240"), ("2012", "E07000104", "E07000241"), ("2013", "E06000048", "E06000057"),
        ("2013", "E08000020", "E08000037"), ("2013", "E07000097", "E07000242"), ("2013", "E07000101", "E07000243"),
        ("2025", "E08000016", "E08000038"), ("2025", "E08000019", "E08000039"),
    }  # fmt: skip


def test_shares_of_divided_counties() -> None:
    """Census 2021: Cumberland 273,254 of Cumbria's 499,854; North Northamptonshire 359,525 of 785,250."""
    share = {(row["from"], row["to"]): row["share"] for row in changes() if row["kind"] == "split"}
    assert float(share["E10000021", "E06000061"]) == pytest.approx(359_525 / 785_250, abs=2e-5)
    assert float(share["E10000006", "E06000063"]) == pytest.approx(273_254 / 499_854, abs=2e-5)
    assert share["E10000009", "E06000058"] == "", "Christchurch was not counted apart in 2021"
    for county in {row for row, _ in share} - {"E10000009"}:
        assert sum(float(s) for (code, _), s in share.items() if code == county) == pytest.approx(1, abs=2e-6)


def test_no_successor_is_in_force_with_its_predecessor() -> None:
    areas = register("gb").by_code
    for row in changes():
        if row["from"] != row["to"]:
            assert areas[row["from"]][0].end < row["date"] == areas[row["to"]][0].start or row["kind"] in (
                "split", "recode",
            )  # fmt: skip


def test_first_level_areas_of_three_countries() -> None:
    """India 35 in 2011, 36 with Telangana, 37 with Ladakh, 36 after one merger; Kenya 47; Nepal 7 and 77."""
    counts = [len(areas_of("india-state", year)) for year in (2011, 2013, 2014, 2018, 2019, 2020, 2025)]
    assert counts == [35, 35, 36, 36, 37, 36, 36]
    assert len(areas_of("kenya-county", 2019)) == 47
    assert (len(areas_of("nepal-province", 2021)), len(areas_of("nepal-district", 2021))) == (7, 77)
    per_province = Counter(code[0] for code in areas_of("nepal-district", 2021))
    assert [per_province[str(n)] for n in range(1, 8)] == [14, 8, 13, 11, 12, 10, 9]


def test_areas_of_three_countries_are_those_of_the_reference_figures(root: Path) -> None:
    def column(name: str, key: str) -> list[str]:
        with (root / "data/sample/reference" / name).open(encoding="utf-8", newline="") as file:
            return [row[key] for row in csv.DictReader(file)]

    kenya = areas_of("kenya-county", 2019)
    assert [area.name for area in kenya.values()] == column("kenya_census2019_county.csv", "county")
    india = areas_of("india-state", 2011)
    assert list(india) == column("india_census2011_state.csv", "state_code")
    assert [a.name.upper() for a in india.values()] == column("india_census2011_state.csv", "state_name")
    upper = england_and_wales("gss-upper-tier", 2021)
    assert sorted(upper) == sorted(column("census2021_upper_tier.csv", "utla21_code"))


def test_countries_of_the_world() -> None:
    """ISO 3166-1 has 249; Kosovo goes by a code that is left to its users."""
    two, three = areas_of("iso2", 2024), areas_of("iso3", 2024)
    assert len(two) == len(three) == 250
    assert {len(code) for code in two} == {2}
    assert {len(code) for code in three} == {3}
    names = {area.name: code for code, area in three.items()}
    assert [names[n] for n in ("Germany", "Switzerland", "Zimbabwe", "Kosovo", "Iraq")] == [
        "DEU", "CHE", "ZWE", "XKX", "IRQ",
    ]  # fmt: skip
    assert all(len(alias.codes) != 1 or alias.codes[0] in two for alias in register("iso2").aliases)


def test_years_that_are_not_known_are_refused() -> None:
    for system, year in (("gss-lower-tier", 2007), ("gss-upper-tier", 2026), ("india-state", 2001)):
        with pytest.raises(ParameterError, match=f"for {year} is not known"):
            areas_of(system, year)
    with pytest.raises(ParameterError, match='Did you mean "gss-upper-tier"'):
        areas_of("gss-uper-tier", 2021)
    assert len(SYSTEMS) == 10


def test_every_alias_leads_to_an_area() -> None:
    for name in ("gb", "india", "kenya", "nepal"):
        held = register(name)
        for alias in held.aliases:
            assert set(alias.codes) <= set(held.by_code), alias
            assert (alias.kind == "ambiguous") == (len(alias.codes) > 1), alias
            assert (alias.kind == "not an area") == (not alias.codes), alias


@pytest.mark.mirror
@pytest.mark.slow
def test_the_script_writes_the_shipped_bytes(root: Path, mirror: Path, tmp_path: Path) -> None:
    """Every published file is compared on the way; an unknown contradiction between two of them stops it."""
    there = shutil.copytree(root / "data/sample/geography", tmp_path / "geography")
    made = ("gb_areas.csv", "gb_changes.csv", "gb_residents_2021.csv", "gb_aliases.csv", "manifest-part.json")
    for name in made:
        (there / name).unlink()
    done = subprocess.run(
        [sys.executable, str(there / "build.py"), str(mirror)], capture_output=True, text=True, check=False,
        env=os.environ | {"PYTHONPATH": str(root)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    for name in made:
        assert (there / name).read_bytes() == (root / "data/sample/geography" / name).read_bytes(), name


def test_the_folder_lists_its_files(root: Path) -> None:
    part = json.loads((folder() / "manifest-part.json").read_text(encoding="utf-8"))
    listed = {told["path"].removeprefix("geography/") for told in part}
    assert listed == {p.relative_to(folder()).as_posix() for p in folder().rglob("*.csv")}
