"""How tables are made, on made-up tables: each finding with numbers worked out by hand, and what must stay silent."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from tests.measures.test_table_checks import JUNE, SEPTEMBER, findings, only, table


def two_way(title: str, rows: list[tuple[str, str, int]], **more: Any) -> dict[str, Any]:
    frame = pd.DataFrame(rows, columns=["Place", "Kind", "People"])
    columns = {
        "Place": {"role": "area"},
        "Kind": {"role": "group"},
        "People": {"role": "count", "type": "integer", "unit": "reports"},
    }
    return {"frame": frame, "source": {"kind": "table", "title": title, "columns": columns, "as_at": JUNE, **more}}


def test_a_label_that_stands_twice() -> None:
    spec = table("People by town", {"Leeds": 30, "York": 20})
    spec["frame"] = pd.DataFrame({"Group": ["Leeds", "York", "Leeds"], "People": [30, 20, 12]})
    found = only(findings(kind="label-twice", one=spec))
    assert "two rows share one label, with different counts: Leeds." in found.text
    assert found.size == pytest.approx(2 / 3)
    spec["frame"]["People"] = [30, 20, 30]
    assert "with the same count each time" in only(findings(kind="label-twice", one=spec)).text
    assert findings(kind="label-twice", one=table("People by town", {"Leeds": 30, "York": 20})) == []


def test_combinations_without_a_row() -> None:
    rows = [("A", "Holes", 5), ("A", "Litter", 7), ("B", "Holes", 9)]
    found = only(findings(kind="combination-without-row", one=two_way("Reports, June 2023", rows)))
    assert "a row for three of the four combinations of groups; one have none, and no row says 0" in found.text
    assert found.size == 0.25
    noughts = only(findings(kind="combination-without-row", one=two_way("Reports", [("C", "Noise", 0), *rows])))
    assert "four of the nine" in noughts.text
    assert "five have none, while one rows say 0" in noughts.text
    whole = [*rows, ("B", "Litter", 0)]
    assert findings(kind="combination-without-row", one=two_way("Reports", whole)) == []


def test_labels_that_name_several_groups() -> None:
    """70 of 200 under two joined labels; Labour alone has 100, and 70 more are under labels that name it."""
    counts = {"Labour": 100, "Criminal": 30, "Labour & Criminal": 40, "Labour, Domestic & Sexual": 30}
    found = only(findings(kind="labels-combined", one=table("Referrals", counts)))
    assert "two of four labels of “Group”" in found.text
    assert "with 70 of 200 people (35%)" in found.text
    assert "“Labour” alone has 100; 70 more are under labels that name it too." in found.text
    nations = {"Albanian": 50, "Greek": 20, "Albanian Greek": 11, "Sri Lankan": 30, "Irish UK": 12, "Irish": 15}
    joined = only(findings(kind="labels-combined", one=table("Referrals", nations)))
    assert "two of six labels" in joined.text
    assert "(“Albanian Greek” and “Irish UK”)" in joined.text
    rare = only(findings(kind="labels-combined", one=table("Referrals", nations | {"Irish UK": 3})))
    assert "two of six labels" in rare.text
    assert "Irish UK" not in rare.text, "three people behind a label are not named"
    for silent in ({"Barking and Dagenham": 20, "Barnet": 30}, {"Sri Lankan": 5, "South African": 7}):
        assert findings(kind="labels-combined", one=table("Referrals", silent)) == []


def test_a_heading_beside_its_parts() -> None:
    counts = {"Health": 400, "Health - advice": 11, "Health - admin": 20, "Destitution - other": 98, "Jobs": 30}
    found = only(findings(kind="part-beside-whole", one=table("Types of actions", counts)))
    assert "one of five labels of “Group” stand beside two that name a part of them" in found.text
    assert "with 31 against 400 people" in found.text


@pytest.mark.parametrize(
    ("labels", "faulty"),
    [
        (["1-2 years", "3-5 years", "6-10 years", "Less than 1 year", "More than 10 years"], True),
        (["0-9", "10-19", "100 and over", "20-99"], True),
        (["Less than 1 year", "1-2 years", "3-5 years", "More than 5 years"], False),
        (["Under 18", "18-29", "70+"], False),
        (["30-49", "Under 30", "Unknown"], False),
        (["70+", "50-69", "18-49"], False),  # the other way round is an order too
    ],
)
def test_bands_sorted_as_texts(labels: list[str], faulty: bool) -> None:
    spec = table("Length", {label: 20 + n for n, label in enumerate(labels)})
    assert bool(findings(kind="bands-out-of-order", one=spec)) is faulty


def test_a_series_that_does_not_say_its_period() -> None:
    both = {
        "one": table("People", {"A": 20, "B": 30}, series="people", url="https://example.org/June%202023/people.csv"),
        "two": table("People", {"A": 20, "B": 30}, series="people", as_at=SEPTEMBER,
                     url="https://example.org/people%20Sep%202023.csv"),
    }  # fmt: skip
    found = only(findings(kind="period-not-inside", **both))
    assert found.text.startswith("Two of two tables that are published again and again")
    assert "Of one not even the file's name says it (people.csv)." in found.text
    headed = {
        name: table("People", {"A": 20, "B": 30}, series="people", as_at=day, count=f"People, {year} Q2")
        for name, day, year in (("one", JUNE, 2023), ("two", SEPTEMBER, 2024))
    }
    assert findings(kind="period-not-inside", **headed) == []
    assert findings(kind="period-not-inside", one=table("People", {"A": 20})) == [], "published once"


def test_areas_without_an_official_number() -> None:
    ours = two_way("Reports", [("A", "Holes", 60), ("B", "Holes", 30), ("B", "Litter", 10)])
    official = table("Residents", {"A": 1_000, "B": None, "C": None}, column="code", kind="reference")  # type: ignore[dict-item]
    official["source"]["columns"]["code"] = {"role": "area"}
    found = only(findings(kind="reference-without-number", ours=ours, official=official))
    assert "has no number for one area of the organisation's tables: B." in found.text
    assert "In “Reports” they hold 40 of 100 reports (40%)" in found.text


def test_letters_lost_between_encodings() -> None:
    spec = table("Areas", {"Ynys MÃ´n": 30, "Caffï¿½": 20, "Côte d’Ivoire": 40, "São Tomé": 10})
    found = only(findings(kind="characters-lost", one=spec))
    assert "in two cells of “Group”" in found.text
    assert findings(kind="characters-lost", one=table("Areas", {"Côte d’Ivoire": 40, "Â la carte": 30})) == []
