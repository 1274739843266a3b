"""The definition, its recodes and its judgements, without any data file."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from shared.cases.model import CaseStudy
from shared.evidence.judgements import read_judgements
from shared.framework.register import load_register

Recodes = dict[str, list[dict[str, str]]]


def test_all_24_published_tables_are_declared(case: CaseStudy) -> None:
    # 7 of June, 9 of September, 8 of December 2023.
    dates = Counter(str(source.as_at) for source in case.tables.values())
    assert dates == {"2023-06-30": 7, "2023-09-30": 9, "2023-12-31": 8}
    assert all(source.series and source.url and source.licence == "MIT" for source in case.tables.values())


def test_lists_known_to_be_cut_off_are_declared_so(case: CaseStudy) -> None:
    cut = {source.series for source in case.tables.values() if source.listing == "top only"}
    assert cut == {"origin", "nationality", "location", "destitution"}


def test_it_says_that_it_is_a_desk_review(case: CaseStudy) -> None:
    assert case.review.basis == "desk review of public material, not agreed with the organisation"
    assert case.review.agreed_with_organisation is False
    assert case.organisation.invented is False
    assert case.synthetic is None


def test_few_judgements_are_made_and_each_points_to_something_seen(root: Path) -> None:
    path = root / "casestudies/british-red-cross/judgements.csv"
    made = read_judgements(path)
    assert 5 <= len(made) <= 12
    assert {j.grade for j in made} == {"E2"}
    assert all(len(j.evidence) > 60 for j in made)
    listed = [line.split(",")[0] for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    assert listed == [i.id for i in load_register().judged()]


@pytest.mark.parametrize("name", ["place-to-map-area", "authority-to-map-area"])
def test_every_area_that_figures_are_brought_to_is_on_the_map(recodes: Recodes, root: Path, name: str) -> None:
    text = (root / "data/sample/boundaries/uk-upper-tier-2021-london-whole.topo.json").read_text(encoding="utf-8")
    (layer,) = json.loads(text)["objects"].values()
    shapes = {shape["id"]: shape["properties"]["name"] for shape in layer["geometries"]}
    for row in recodes[name]:
        assert shapes[row["to"]] == row["name"]


def test_london_is_the_sum_of_its_33_authorities(recodes: Recodes) -> None:
    boroughs = [f"E090000{n:02d}" for n in range(1, 34)]
    assert [row["from"] for row in recodes["authority-to-place"] if row["to"] == "London"] == boroughs
    assert [row["from"] for row in recodes["authority-to-map-area"] if row["to"] == "E12000007"] == boroughs


def test_towns_and_authorities_meet_in_the_same_places(recodes: Recodes) -> None:
    towns = {row["to"] for row in recodes["place-to-authority"]}
    assert towns == {row["to"] for row in recodes["authority-to-place"]}
    assert len(recodes["place-to-authority"]) == 41
    for name in ("place-to-region", "place-to-map-area"):
        assert [r["from"] for r in recodes[name]] == [r["from"] for r in recodes["place-to-authority"]]


def test_doubtful_places_carry_a_note(recodes: Recodes) -> None:
    notes = {row["from"]: row["note"] for row in recodes["place-to-authority"]}
    for town in ("Leyland", "Loughborough", "Runcorn", "South Shields", "Ashington", "Northampton", "Manchester"):
        assert notes[town].startswith("doubtful"), town
    codes = {row["from"]: row["code"] for row in recodes["place-to-authority"]}
    # ONS codes of 2023: South Ribble, Charnwood, Halton, South Tyneside, Glasgow City, Belfast.
    assert [codes[t] for t in ("Leyland", "Loughborough", "Runcorn", "South Shields", "Glasgow", "Belfast")] == [
        "E07000126", "E07000130", "E06000006", "E08000023", "S12000049", "N09000003",
    ]  # fmt: skip


def test_names_of_countries_are_brought_together(recodes: Recodes) -> None:
    places = {row["from"]: row["to"] for name in ("country-of-origin", "nationality") for row in recodes[name]}
    assert places["Burkino Faso"] == "Burkina Faso"
    assert places["Ghanian"] == "Ghana"
    assert places["Congo, Dem Rep of (DRC)"] == "Congo (Democratic Republic)"
    assert places["Congo, Rep of"] == "Congo"
    assert places["Palestine"] == places["Palestinian"] == "Occupied Palestinian Territories"
    assert not {"Kurdish", "Bedoun", "United Kingdom", "Unknown"} & set(places)
    assert {"Kurdish", "Bedoun", "United Kingdom", "Unknown"} <= {row["label"] for row in recodes["not-placed"]}
