"""The official figures that the generators start from, and the two tables worked out of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

FOLDER = Path("data/sample/reference")
AGES = {
    "0-15": "aged_0_15", "16-24": "aged_16_24", "25-34": "aged_25_34", "35-49": "aged_35_49",
    "50-64": "aged_50_64", "65-74": "aged_65_74", "75 and over": "aged_75_plus",
}  # fmt: skip
SUCCESSORS = {  # codes of 2023 that cover exactly one or several authorities of 2021, hence can be brought back
    "E06000063": "E10000006", "E06000064": "E10000006", "E06000065": "E10000023", "E06000066": "E10000027",
}  # fmt: skip
ABSORBED = {"E06000028": "E06000058"}
"""A code of before 2019 whose whole area lies in one authority of 2021: Bournemouth."""
ABOLISHED = {  # codes from before 2021 whose area was divided: the region is known, the authority not
    "E10000021": "East Midlands", "E10000009": "South West",
}  # fmt: skip


@dataclass(frozen=True)
class Figures:
    """Census 2021 and mid-2020 by upper-tier authority (indexed by GSS code); Census of India 2011 by state."""

    census: pd.DataFrame
    ages: pd.DataFrame
    india: pd.DataFrame


def read_figures(root: Path) -> Figures:
    """Read the tables in ``data/sample/reference``; codes stay text."""
    folder = root / FOLDER
    return Figures(
        census=pd.read_csv(folder / "census2021_upper_tier.csv", index_col="utla21_code"),
        ages=pd.read_csv(folder / "population_mid2020_upper_tier.csv", index_col="utla21_code"),
        india=pd.read_csv(folder / "india_census2011_state.csv", dtype={"state_code": str}, index_col="state_code"),
    )


def regions(figures: Figures) -> pd.DataFrame:
    """Return a table from authority code to region, with the codes of other years whose region is certain."""
    today = {str(code): str(region) for code, region in figures.census["region21_name"].items()}
    rows: dict[str, str] = {**today, **{code: today[now] for code, now in (SUCCESSORS | ABSORBED).items()}, **ABOLISHED}
    return pd.DataFrame(sorted(rows.items()), columns=["from", "to"])


def same_areas(figures: Figures) -> pd.DataFrame:
    """Return a table from authority code to authority of 2021: the 174 as they are, exact successors, Bournemouth."""
    rows: dict[str, str] = {str(code): str(code) for code in figures.census.index} | SUCCESSORS | ABSORBED
    return pd.DataFrame(sorted(rows.items()), columns=["from", "to"])


def state_names(figures: Figures) -> pd.DataFrame:
    """Return a table from state number to the name the Census of India 2011 printed; 36 is Telangana, made in 2014."""
    names = {str(code): str(name) for code, name in figures.india["state_name"].items()}
    rows = sorted((names | {"36": names["28"]}).items(), key=lambda row: int(row[0]))
    return pd.DataFrame(rows, columns=["from", "to"])


def same_states(figures: Figures) -> pd.DataFrame:
    """Return a table from state number to state of 2011: the 35 as they are, and Telangana to Andhra Pradesh."""
    codes = {str(code): str(code) for code in figures.india.index}
    rows = sorted((codes | {"36": "28"}).items(), key=lambda row: int(row[0]))
    return pd.DataFrame(rows, columns=["from", "to"])


def traveller_population(figures: Figures) -> pd.DataFrame:
    """Return residents who gave Gypsy or Irish Traveller, or Roma, by authority, and their sum (same census table)."""
    census = figures.census
    table = census[["utla21_name", "region21_name"]].copy()
    table["gypsy_or_irish_traveller"] = census["white_gypsy_or_irish_traveller"]
    table["roma"] = census["white_roma"]
    table["both"] = table["gypsy_or_irish_traveller"] + table["roma"]
    return table.reset_index()


def scheduled_population(figures: Figures) -> pd.DataFrame:
    """Return residents of Scheduled Castes and Scheduled Tribes by state, their sum, and who is not literate.

    ``not_literate`` is residents less literate: it includes children under seven, whom the census does not count as
    literate.
    """
    india = figures.india
    table = india[["state_name", "scheduled_castes", "scheduled_tribes", "literate"]].copy()
    table["castes_and_tribes"] = india["scheduled_castes"] + india["scheduled_tribes"]
    table["not_literate"] = india["residents"] - india["literate"]
    return table.reset_index()
