"""Referrals by charities: what the casebook says of the public tables, against counts made here from the files."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from shared.measures.table_checks import TableFinding, check_tables
from shared.report.study import Study
from shared.sources.rfile import parse_rda
from tests.conftest import ROOT

SLUG = "modern-slavery-referrals"
FILES = "humaniverse/asylum/e7044ecf2a924a5fccc6bd1011ef71cf4e90c383/data"
QUARTERS = ("2022_q2", "2022_q3", "2022_q4", "2023_q1", "2023_q2", "2023_q3", "2023_q4")
GROUPS = ["First responder", "Exploitation type", "Age at exploitation", "Gender", "Nationality"]

pytestmark = pytest.mark.mirror


@pytest.fixture(scope="module")
def read(mirror: Path) -> Callable[[str], pd.DataFrame]:
    @functools.cache  # no test alters a table
    def one(name: str) -> pd.DataFrame:
        path = mirror / FILES / f"nrm_referrals_{name}.rda"
        return parse_rda(path.read_bytes(), shown=name, member=f"nrm_referrals_{name}")

    return one


@pytest.fixture(scope="module")
def study(opened: Callable[[str], Study]) -> Study:
    return opened(SLUG)


@pytest.fixture(scope="module")
def found(study: Study) -> list[TableFinding]:
    return list(check_tables(study.case, study.prepared, base=study.settings.policy.base))


def detail(table: pd.DataFrame) -> pd.DataFrame:
    """The rows that add up no others, told by the end of any label."""
    return table[~table[GROUPS].apply(lambda column: column.str.lower().str.endswith("total")).any(axis=1)]


def only(found: list[TableFinding], kind: str, word: str = "") -> TableFinding:
    hits = [f for f in found if f.kind == kind and word in f.text]
    assert len(hits) == 1, [f.text for f in hits]
    return hits[0]


# ---- rows of totals


def test_totals_are_set_apart_in_every_table(study: Study, read: Callable[[str], pd.DataFrame]) -> None:
    for quarter in QUARTERS:
        frame, table = study.frame(f"ngo-{quarter.replace('_', '-')}"), detail(read(f"ngo_{quarter}"))
        assert len(frame) == len(table)
        assert frame["People"].sum() == table["People"].sum()
    assert study.frame("ngo-all")["People"].sum() == 1_639
    bodies = {"police": 995, "la": 1_017, "govt": 1_908}
    assert {name: detail(read(f"{name}_2023_q4"))["People"].sum() for name in bodies} == bodies
    assert study.frame("statutory-2023-q4")["People"].sum() == sum(bodies.values())


def test_everybody_would_be_counted_ten_times(found: list[TableFinding], read: Callable[[str], pd.DataFrame]) -> None:
    tables = [read(f"ngo_{quarter}") for quarter in QUARTERS]
    rows, inside = sum(map(len, tables)), sum(len(t) - len(detail(t)) for t in tables)
    assert (rows, inside) == (82_407, 49_717)
    text = only(found, "total-row-inside", "seven tables").text
    assert f"{inside:,} of {rows:,} rows only add up other rows" in text
    assert sum(t["People"].sum() for t in tables) == 10 * 1_639
    assert "10 times the 1,640 of the rows without totals" in text
    assert "8 times" in only(found, "total-row-inside", "local authorities").text, "one level of totals less"
    assert len([f for f in found if f.kind == "total-row-inside"]) == 5


def test_the_combined_table_has_lost_the_police(found: list[TableFinding], read: Callable[[str], pd.DataFrame]) -> None:
    combined = read("2023_q4")
    by_type = detail(combined).groupby("First responder type")["People"].sum()
    assert "Police" not in by_type
    assert by_type.sum() == 3_146
    text = only(found, "total-row-differs").text
    assert "add up to 3,145 referrals, its highest totals to 4,140 (24% apart)" in text
    assert "Only in the totals by first responder type: Police (995)." in text
    # levels of totals: for each set of columns that are totals at once, compare the sums
    marks = combined[GROUPS].apply(lambda column: column.str.lower().str.endswith("total"))
    levels = combined[marks.any(axis=1)].groupby([marks[name] for name in GROUPS])["People"].sum()
    assert (len(levels), int((levels != 3_146).sum())) == (9, 4)
    assert "four of its nine levels" in text


def test_the_other_tables_agree_with_their_totals(found: list[TableFinding]) -> None:
    assert [f.sources for f in found if f.kind == "total-row-differs"] == [("all-2023-q4",)]


# ---- groups and labels


def test_charities_that_come_and_go(found: list[TableFinding], read: Callable[[str], pd.DataFrame]) -> None:
    there = [set(detail(read(f"ngo_{quarter}"))["First responder"]) for quarter in QUARTERS]
    every = set().union(*there)
    gone = sorted(name for name in every if not all(name in names for names in there))
    assert (len(every), len(gone)) == (11, 4)
    text = only(found, "group-without-row", "first responder").text
    assert "list from seven to 11 of 11 groups" in text
    assert all(name in text for name in gone)


def test_nationalities_that_come_and_go_are_counted_and_not_named(
    found: list[TableFinding], read: Callable[[str], pd.DataFrame]
) -> None:
    there = [set(detail(read(f"ngo_{quarter}"))["Nationality"]) for quarter in QUARTERS]
    every = set().union(*there)
    gone = [name for name in every if not all(name in names for names in there)]
    text = only(found, "group-without-row", "nationality").text
    assert f"of {len(every)} groups by nationality; {len(gone)} have no row" in text
    assert not [name for name in every if name in text]


def test_one_country_in_three_spellings_and_a_space(found: list[TableFinding]) -> None:
    text = only(found, "label-variants", "Nationality").text
    assert all(f"“{label}”" in text for label in ("Congolese (DRC)", "Congolese (Drc)", "Congolese Drc "))
    assert len([f for f in found if f.kind == "spaces-in-labels"]) == 2
    assert "“Labour, Domestic, Organ Harvesting”" in only(found, "label-variants", "Kind of exploitation").text


def test_every_nationality_but_unknown_has_a_region(study: Study, read: Callable[[str], pd.DataFrame]) -> None:
    recode = pd.read_csv(study.project.casestudies / SLUG / "nationality.csv", dtype="str", keep_default_na=False)
    assert recode["from"].is_unique
    names = [f"ngo_{quarter}" for quarter in QUARTERS] + ["police_2023_q4", "la_2023_q4", "govt_2023_q4", "2023_q4"]
    labels = set().union(*(set(read(name)["Nationality"]) for name in names))
    assert labels - set(recode["from"]) == {"Total", "Unknown"}
    assert set(recode["from"]) <= labels


# ---- nothing small leaves


def test_no_count_below_ten_and_none_unrounded_is_written(found: list[TableFinding]) -> None:
    for finding in found:
        assert not re.search(r"(?<![\d,.])[1-9](?! times)(?![\d,.%])", finding.text), finding.text
    together = " ".join(finding.text for finding in found)
    for exact in ("4,141", "3,146", "1,017", "1,908", "1,639"):
        assert exact not in together


@pytest.mark.parametrize("by", ["exploitation", "age", "gender", "nationality", "domestic", "First responder"])
def test_tables_of_the_report_hold_no_small_and_no_unrounded_count(study: Study, by: str) -> None:
    for source in ("ngo-2023-q4", "ngo-all", "bodies-2023-q4"):
        table = study.table(source, by, title=by, count="People", counted="referrals")
        shown = table.frame["count"].dropna()
        assert ((shown == 0) | (shown >= 10)).all()
        assert (shown % 5 == 0).all()


def test_definition_and_notebook_hold_no_count_of_persons_below_ten() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "casestudies" / SLUG).glob("*.md")]
    cells = json.loads((ROOT / "notebooks" / f"{SLUG}.ipynb").read_text(encoding="utf-8"))["cells"]
    texts += ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    for text in texts:
        assert not re.search(r"\b[1-9] (people|persons|referrals|victims|women|men|children)\b", text)


# ---- what it comes to


def test_shares_of_children_by_another_way(study: Study, read: Callable[[str], pd.DataFrame]) -> None:
    def share(tables: list[pd.DataFrame]) -> float:
        ages = pd.concat([detail(table) for table in tables]).groupby("Age at exploitation")["People"].sum()
        return float(ages["Child (17 or under)"] / (ages["Child (17 or under)"] + ages["Adult (18 or over)"]))

    charities = share([read("ngo_2023_q4")])
    statutory = share([read(f"{name}_2023_q4") for name in ("police", "la", "govt")])
    parts = {part.key: part for part in study.measurements["REP-3"].parts}
    # with two groups, the dissimilarity is the difference between the shares
    assert parts["age"].value == pytest.approx(abs(charities - statutory), abs=0.005)


def test_what_a_combined_table_without_police_costs(study: Study) -> None:
    parts = {part.key: part for part in study.measurements["COH-4"].parts}
    assert parts["charities-in-both"].value == 0
    # 2 * (4141 - 3146) / (4141 + 3146)
    assert parts["bodies-and-combined"].value == pytest.approx(0.273, abs=0.002)
