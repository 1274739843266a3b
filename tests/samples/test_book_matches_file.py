"""The planted truth against the written files, counted here with nothing but the csv module and short rules.

The generator keeps a book of what it spoilt; this reads the records as a stranger would. Where the two agree, a
measure that disagrees with truth.json is wrong.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from shared.cases.load import load_case
from shared.cases.project import find_project

Row = Mapping[str, str]


def a_date(low: str, high: str) -> Callable[[str], bool]:
    def valid(text: str) -> bool:
        try:
            return low <= dt.date.fromisoformat(text).isoformat() <= high
        except ValueError:
            return False

    return valid


def a_number(low: int, high: int) -> Callable[[str], bool]:
    return lambda text: re.fullmatch(r"-?\d+", text) is not None and low <= int(text) <= high


def a_code(pattern: str) -> Callable[[str], bool]:
    return lambda text: re.fullmatch(pattern, text) is not None


RULES: dict[str, dict[str, Callable[[str], bool]]] = {
    "refugee-casework": {
        "opened": a_date("2024-04-01", "2025-03-31"), "closed": a_date("2024-04-01", "2025-04-30"),
        "age": a_number(0, 110), "sex": {"Female", "Male"}.__contains__,
        "tenure": lambda t: t[0].isupper() and t != "NASS",
        "nationality_group": lambda t: t[0].isupper() and t != "GBR?",
        "authority_code": a_code(r"[EW]\d{8}"), "office": lambda t: t != "HQ-TEMP",
    },
    "traveller-survey": {
        "interview_date": a_date("2024-05-01", "2024-09-30"), "respondent_age": a_number(16, 110),
        "household_size": a_number(1, 20), "children": a_number(0, 15), "accommodation": lambda t: t != "chalet ?",
        "authority_code": a_code(r"[EW]\d{8}"),
    },
    "hotspots-india": {
        "survey_date": a_date("2023-09-04", "2023-11-30"), "head_age": a_number(15, 110),
        "household_size": a_number(1, 30), "head_literate": {"Yes", "No"}.__contains__,
        "housing": {"Pucca", "Semi-pucca", "Kutcha", "Slum dwelling"}.__contains__,
        "state_code": a_number(1, 36), "toilet_distance_m": a_number(0, 2000),
    },
}  # fmt: skip
NO_ANSWER = {"", "Not recorded", "Unknown", "Prefer not to say", "Don't know", "Declined", "Not asked"}
SITES = {"Authorised site", "Unauthorised site", "Roadside"}
APPLIES: dict[str, dict[str, Callable[[Row], bool]]] = {
    "refugee-casework": {"notice_to_leave": lambda r: r["tenure"] == "Home Office accommodation"},
    "traveller-survey": {
        "recruiter_ref": lambda r: r["wave"] != "0",
        "site_owner": lambda r: r["accommodation"] == "Authorised site",
        **dict.fromkeys(
            ("water_on_pitch", "sanitation_on_pitch", "moved_on_last_year"), lambda r: r["accommodation"] in SITES
        ),
    },
    "hotspots-india": {"toilet_distance_m": lambda r: r["toilet"] == "Shared"},
}
KEY = {"refugee-casework": "record_ref", "traveller-survey": "household_ref", "hotspots-india": "household_ref"}
AGE = {"refugee-casework": "age", "traveller-survey": "respondent_age", "hotspots-india": "head_age"}
SLUGS = tuple(KEY)


@pytest.fixture(params=SLUGS)
def slug(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def shared_records(root: Path, slug: str) -> list[dict[str, str]]:
    with (root / "data/sample" / slug / "records.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture
def records(shared_records: list[dict[str, str]]) -> list[dict[str, str]]:
    return [row for row in shared_records if row["consent"] in ("Y", "Yes")]


@pytest.fixture
def truth(root: Path, slug: str) -> dict[str, Any]:
    text = (root / "data/sample" / slug / "truth.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)["indicators"]
    return found


def answered(row: Row, column: str) -> bool:
    return row[column] not in NO_ANSWER


def test_consent(shared_records: list[Row], records: list[Row], truth: dict[str, Any]) -> None:
    assert (truth["ETH-2"]["numerator"], truth["ETH-2"]["denominator"]) == (len(records), len(shared_records))


def test_item_completeness(records: list[Row], truth: dict[str, Any], slug: str) -> None:
    shares = []
    for column, part in truth["DAT-1"]["parts"].items():
        asked = [r for r in records if APPLIES[slug].get(column, lambda r: True)(r)]
        given = sum(answered(r, column) for r in asked)
        assert (given, len(asked)) == (part["numerator"], part["denominator"]), column
        shares.append(given / len(asked))
    assert truth["DAT-1"]["value"] == pytest.approx(sum(shares) / len(shares), abs=1e-12)
    assert truth["DAT-1"]["minimum"] == min(shares)


def test_complete_records(records: list[Row], truth: dict[str, Any], slug: str) -> None:
    required = truth["DAT-1"]["parts"]
    whole = [
        all(answered(r, c) or not APPLIES[slug].get(c, lambda r: True)(r) for c in required) for r in records
    ]  # fmt: skip
    assert truth["DAT-2"]["numerator"] == sum(whole)
    assert truth["DAT-2"]["denominator"] == len(records)


def test_valid_values(records: list[Row], truth: dict[str, Any], slug: str) -> None:
    good = present = 0
    for column, part in truth["DAT-3"]["parts"].items():
        rule = RULES[slug].get(column, lambda text: True)
        texts = [r[column] for r in records if answered(r, column)]
        assert (sum(map(rule, texts)), len(texts)) == (part["numerator"], part["denominator"]), column
        good, present = good + sum(map(rule, texts)), present + len(texts)
    assert (truth["DAT-3"]["numerator"], truth["DAT-3"]["denominator"]) == (good, present)
    assert good < present, "nothing invalid was planted"


def test_duplicates(records: list[Row], truth: dict[str, Any], slug: str) -> None:
    assert truth["DAT-4"]["numerator"] == len({r[KEY[slug]] for r in records}) < len(records)


def test_age_heaping(records: list[Row], truth: dict[str, Any], slug: str) -> None:
    ages = [int(r[AGE[slug]]) for r in records if answered(r, AGE[slug]) and RULES[slug][AGE[slug]](r[AGE[slug]])]
    window = Counter(age % 5 for age in ages if 23 <= age <= 62)
    assert truth["DAT-7"]["value"] == pytest.approx(100 * 5 * window[0] / window.total(), abs=1e-9)


def test_contradictions(records: list[Row], truth: dict[str, Any], slug: str) -> None:
    def breaks(r: Row) -> bool:
        if slug == "refugee-casework":
            is_date = a_date("1900-01-01", "2100-01-01")
            order = is_date(r["opened"]) and is_date(r["closed"]) and r["closed"] < r["opened"]
            status, home = r["immigration_status"], r["tenure"]
            return order or (status == "Resettled or family reunion" and home == "Home Office accommodation")
        if slug == "traveller-survey":
            sizes = (r["children"], r["household_size"])
            return all(text.isdigit() for text in sizes) and int(sizes[0]) > int(sizes[1])
        return r["community_type"] == "Adivasi village" and r["housing"] == "Slum dwelling"

    assert truth["DAT-5"]["numerator"] == len(records) - sum(map(breaks, records))
    assert sum(map(breaks, records)) > 0


def test_located(root: Path, records: list[Row], truth: dict[str, Any], slug: str) -> None:
    india = slug == "hotspots-india"
    name = "india_census2011_state.csv" if india else "census2021_upper_tier.csv"
    column = "state_code" if india else "authority_code"
    with (root / "data/sample/reference" / name).open(encoding="utf-8", newline="") as lines:
        known = {next(iter(row.values())) for row in csv.DictReader(lines)}
    known |= {"36"} if india else {"E06000063", "E06000064", "E06000065", "E06000066"}
    known |= set() if india else {"E06000028"}  # Bournemouth: the whole of it lies in one authority of 2021
    assert truth["DAT-9"]["numerator"] == sum(r[column] in known for r in records)


def test_old_codes_of_the_south_west(root: Path) -> None:
    """Bournemouth's old code is a place in Bournemouth, Christchurch and Poole; the old Dorset was divided."""
    with (root / "data/sample/refugee-casework/records.csv").open(encoding="utf-8", newline="") as lines:
        codes = [row["authority_code"] for row in csv.DictReader(lines)]
    assert codes.count("E06000028") > 0
    assert codes.count("E10000009") > 0


def test_groups_add_up(truth: dict[str, Any]) -> None:
    for margin in truth["margins"].values():
        n = [g["records"] for g in margin["groups"].values()]
        population = [g["population"] for g in margin["groups"].values()]
        p, q = ([x / sum(side) for x in side] for side in (n, population))
        assert margin["dissimilarity"] == pytest.approx(
            sum(max(a - b, 0) for a, b in zip(p, q, strict=True)), abs=1e-12
        )


def test_publishable_cells(root: Path, records: list[Row], slug: str) -> None:
    """The cells that case.yaml says can be supplied are those with ten or more records."""
    place, *by = {
        "refugee-casework": ("authority_code", "tenure", "immigration_status"),
        "traveller-survey": ("authority_code", "accommodation"),
        "hotspots-india": ("state_code", "housing"),
    }[slug]
    name = "codes_to_state_2011.csv" if slug == "hotspots-india" else "codes_to_region.csv"
    with (root / "data/sample/reference" / name).open(encoding="utf-8", newline="") as lines:
        wider = {row["from"]: row["to"] for row in csv.DictReader(lines)}
    cells = Counter(
        (wider[r[place]], *(r[c] for c in by))
        for r in records
        if r[place] in wider and all(answered(r, c) and RULES[slug].get(c, bool)(r[c]) for c in by)
    )
    facts = load_case(find_project(root), slug).facts
    assert facts.supplied_cells == facts.new_publishable_cells == sum(n >= 10 for n in cells.values())
