"""How the real tables are made: what the casebook reports of it, against counts made here from the files alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from shared.measures.table_checks import TableFinding, check_tables
from shared.report.study import Study
from shared.sources.rfile import parse_rda

pytestmark = pytest.mark.mirror

FMS = "mysociety/fms_geographic_data/ce1f926fa44e05a2c904119ba04becd861be48d2/LAD"
REGISTER = (
    "mysociety/uk_local_authority_names_and_codes/67ef8b118938678401a452f4f19f669a7221cc73/"
    "data/packages/uk_la_past_current/uk_local_authorities_current.csv"
)
NRM = "humaniverse/asylum/e7044ecf2a924a5fccc6bd1011ef71cf4e90c383/data"
QUARTERS = ("2022_q2", "2022_q3", "2022_q4", "2023_q1", "2023_q2", "2023_q3", "2023_q4")
KINDS = ["First responder", "Exploitation type", "Age at exploitation", "Gender", "Nationality"]


def findings(study: Study) -> list[TableFinding]:
    return list(check_tables(study.case, study.prepared))


def only(found: list[TableFinding], kind: str, word: str = "") -> TableFinding:
    hits = [f for f in found if f.kind == kind and word in f.text]
    assert len(hits) == 1, [f.text for f in hits]
    return hits[0]


@pytest.fixture(scope="module")
def fixmystreet(opened: Callable[[str], Study]) -> list[TableFinding]:
    return findings(opened("fixmystreet"))


@pytest.fixture(scope="module")
def referrals(opened: Callable[[str], Study]) -> list[TableFinding]:
    return findings(opened("modern-slavery-referrals"))


@pytest.fixture(scope="module")
def charities(mirror: Path) -> list[pd.DataFrame]:
    """The seven tables of charities, without the rows whose label ends in total."""
    found = []
    for quarter in QUARTERS:
        name = f"nrm_referrals_ngo_{quarter}"
        table = parse_rda((mirror / NRM / f"{name}.rda").read_bytes(), shown=name, member=name)
        total = table[KINDS].apply(lambda column: column.str.lower().str.endswith("total")).any(axis=1)
        found.append(table[~total])
    return found


def test_combinations_of_district_and_category(fixmystreet: list[TableFinding], mirror: Path) -> None:
    table = pd.read_csv(mirror / FMS / "all" / "SHEF_C" / "2019.csv")
    whole = table["lad"].nunique() * table["SHEF_C_CODE"].nunique()
    assert (table["reports"] == 0).sum() == 0
    text = only(fixmystreet, "combination-without-row").text
    assert f"a row for {len(table):,} of the {whole:,} combinations" in text
    assert f"{whole - len(table):,} have none, and no row says 0" in text


def test_districts_that_the_register_has_no_residents_for(fixmystreet: list[TableFinding], mirror: Path) -> None:
    """The seven districts of Northamptonshire, gone in 2021, so without a figure for 2020."""
    register = pd.read_csv(mirror / REGISTER, dtype="str")
    blank = set(register.loc[register["pop-2020"].isna(), "gss-code"].dropna())
    year = pd.read_csv(mirror / FMS / "all" / "No Categories" / "2019.csv")
    ours = sorted(blank & set(year["lad"]))
    assert len(ours) == 7
    found = only(fixmystreet, "reference-without-number")
    assert "has no number for seven areas" in found.text
    assert all(code in found.text for code in ours)
    shares = {}
    for path in (mirror / FMS).rglob("*.csv"):
        table = pd.read_csv(path)
        held, total = table.loc[table["lad"].isin(blank), "reports"].sum(), table["reports"].sum()
        shares[held / total] = f"they hold {held:,} of {total:,} reports"
    assert shares[max(shares)] in found.text


def test_letters_that_the_register_lost(fixmystreet: list[TableFinding], mirror: Path) -> None:
    register = pd.read_csv(mirror / REGISTER, dtype="str", keep_default_na=False)
    bad = register.apply(lambda column: column.str.contains("ï¿½", regex=False)).sum()
    assert dict(bad[bad > 0]) == {"alt-names": 1}
    assert "in one cell of “alt-names”" in only(fixmystreet, "characters-lost").text


def test_no_table_says_its_period(fixmystreet: list[TableFinding], referrals: list[TableFinding]) -> None:
    assert "Eight of eight tables" in only(fixmystreet, "period-not-inside").text
    assert "Seven of seven tables" in only(referrals, "period-not-inside").text


def test_kinds_of_exploitation_named_together(referrals: list[TableFinding], charities: list[pd.DataFrame]) -> None:
    whole = pd.concat(charities)
    people = whole.groupby("Exploitation type")["People"].sum()
    joined = people[people.index.str.contains("&") | people.index.str.contains(",")]
    labour = joined[joined.index.str.contains("Labour")].sum()
    text = only(referrals, "labels-combined", "Kind of exploitation").text
    words = {13: "13", 19: "19"}
    assert f"{words[len(joined)]} of {words[len(people)]} labels" in text
    assert f"with {joined.sum():,.0f} of {people.sum():,.0f} referrals by NGOs" in text
    assert f"“Labour” alone has {people['Labour']:,.0f}; {labour:,.0f} more" in text


def test_two_nationalities_in_one_label(referrals: list[TableFinding], charities: list[pd.DataFrame]) -> None:
    whole = pd.concat(charities)
    people = whole.groupby("Nationality")["People"].sum()
    single = {name.strip().lower() for name in people.index}
    twice = [
        name for name in people.index
        if any(
            " ".join(words[:cut]) in single and " ".join(words[cut:]) in single | {"uk", "unknown"}
            for words in [name.strip().lower().split()] for cut in range(1, len(words))
        )
    ]  # fmt: skip
    assert "American UK" in twice
    assert "Sri Lankan" not in twice
    found = only(referrals, "labels-combined", "Nationality")
    assert f"{len(twice)} of {len(people)} labels" in found.text
    assert found.size == pytest.approx(people[twice].sum() / people.sum())
    assert not [name for name in twice if people[name] < 10 and f"“{name}”" in found.text]


def test_noughts_are_written_for_some_combinations(
    referrals: list[TableFinding], charities: list[pd.DataFrame]
) -> None:
    rows = noughts = whole = 0
    for table in charities:
        cells = table.groupby(KINDS)["People"].sum()
        size = 1
        for column in KINDS:
            size *= table[column].nunique()
        rows, noughts, whole = rows + len(cells), noughts + int((cells == 0).sum()), whole + size
    text = only(referrals, "combination-without-row", "Referrals by NGOs").text
    assert f"a row for {rows:,} of the {whole:,} combinations" in text
    assert f"while {noughts:,} rows say 0" in text
