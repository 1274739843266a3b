"""How the tables of the British Red Cross are made, counted here with the csv module from the files alone."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from shared.cases.model import CaseStudy
from shared.measures.table_checks import TableFinding, check_tables
from shared.sources.prepare import Prepared
from shared.sources.rfile import parse_rda

pytestmark = pytest.mark.mirror

FOLDER = (
    "britishredcrosssociety/state-of-asylum-system/b8680430fdac08414bd4998e6550ca1ea841470d/data-raw/flourish/6 - BRC"
)
HOME_OFFICE = "humaniverse/asylum/e7044ecf2a924a5fccc6bd1011ef71cf4e90c383/data/support_received.rda"


@pytest.fixture(scope="module")
def found(case: CaseStudy, prepared: Prepared) -> tuple[TableFinding, ...]:
    return check_tables(case, prepared)


def rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


def of(found: tuple[TableFinding, ...], kind: str, *sources: str) -> TableFinding:
    (finding,) = [f for f in found if f.kind == kind and f.sources == sources]
    return finding


@pytest.mark.parametrize(("month", "source"), [("June", "actions-june"), ("September", "actions-september")])
def test_actions_stand_beside_parts_of_them(
    found: tuple[TableFinding, ...], mirror: Path, month: str, source: str
) -> None:
    counts = {label: int(n) for label, n in rows(mirror / FOLDER / f"{month} 2023" / "types of actions.csv")}
    parts = {label for label in counts if label.split(" - ")[0] in counts and " - " in label}
    wholes = {label.split(" - ")[0] for label in parts}
    assert {"Health - advice", "Health - admin"} <= parts
    text = of(found, "part-beside-whole", source).text
    below, above = sum(counts[p] for p in parts), sum(counts[w] for w in wholes)
    assert f"of {len(counts)} labels" in text
    assert f"with {below:,} against {above:,} actions" in text


def test_lengths_stand_as_texts_are_sorted(found: tuple[TableFinding, ...], mirror: Path) -> None:
    faulty = set()
    for path in sorted((mirror / FOLDER).rglob("*ength of support*.csv")):
        labels = [row[0] for row in rows(path)]
        if labels == sorted(labels) and "Less than 1 year" in labels[1:]:
            faulty.add(path.parent.name if path.parent.name.endswith("2023") else "December 2023")
    assert faulty == {"September 2023", "December 2023"}
    reported = {f.sources for f in found if f.kind == "bands-out-of-order"}
    assert reported == {("length-september",), ("length-december",)}


def test_no_table_says_inside_which_period_it_covers(found: tuple[TableFinding, ...], mirror: Path) -> None:
    files = sorted((mirror / FOLDER).rglob("*.csv"))
    dated = re.compile(r"20\d\d|\b(Sep|Dec|dec) ?\d\d")
    for path in files:
        with path.open(encoding="utf-8", newline="") as file:
            heading, *lines = csv.reader(file)
        assert not [text for text in (*heading, *(line[0] for line in lines)) if dated.search(text)]
    unnamed = [path for path in files if not dated.search(path.name)]
    (finding,) = [f for f in found if f.kind == "period-not-inside"]
    assert (len(files), len(unnamed)) == (24, 8)
    assert finding.text.startswith("24 of 24 tables")
    assert "Of eight not even the file's name says it" in finding.text


def test_the_home_office_classed_people_anew(found: tuple[TableFinding, ...], mirror: Path) -> None:
    table = parse_rda((mirror / HOME_OFFICE).read_bytes(), shown="support", member="support_received")
    day = table["Date"].astype("str").str[:10]
    counts = table.assign(day=day).groupby(["day", "Nationality"])["People"].sum()
    assert [int(counts[d, "Kuwait"]) for d in ("2023-06-30", "2023-12-31")] == [2_373, 1_036]
    assert int(counts["2023-12-31", "Stateless"]) > 4 * int(counts["2023-06-30", "Stateless"])
    both = ("home-office-nationality-june", "home-office-nationality-december")
    text = of(found, "jump", *both).text
    assert "Kuwait from 2,373 to 1,036 (-56%)" in text
    appear = [f.text for f in found if f.kind == "categories-changed" and f.sources == both]
    assert len(appear) == 3
    assert any("Yorkshire And The Humber" in t and "Yorkshire and The Humber" in t for t in appear)
