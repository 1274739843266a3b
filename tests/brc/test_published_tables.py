"""The real tables: what the casebook reads and finds, against sums and differences worked out by hand."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from urllib.parse import unquote

import pandas as pd
import pytest

from shared.cases.model import CaseStudy
from shared.measures.table_checks import TableFinding, check_tables
from shared.sources.prepare import Prepared

pytestmark = pytest.mark.mirror


@pytest.fixture(scope="module")
def found(case: CaseStudy, prepared: Prepared) -> tuple[TableFinding, ...]:
    return check_tables(case, prepared)


def of(found: tuple[TableFinding, ...], kind: str, *sources: str) -> TableFinding:
    (finding,) = [f for f in found if f.kind == kind and f.sources == sources]
    return finding


def test_address_hash_licence_and_attribution_are_those_of_the_mirrors_manifest(case: CaseStudy, mirror: Path) -> None:
    with (mirror / "manifest.csv").open(encoding="utf-8", newline="") as file:
        listed = {row["url"]: row for row in csv.DictReader(file)}
    for source in case.sources.values():
        if source.url is not None:
            row = listed[source.url]
            assert (source.sha256, source.licence) == (row["sha256"], row["licence"])
            assert ("Red Cross" in source.attribution) == ("Red Cross" in row["attribution"])
    red_cross = {url for url in listed if "/britishredcrosssociety/" in url}
    assert red_cross == {s.url for s in case.tables.values()}, "a published table is not declared"


@pytest.mark.parametrize(
    ("source", "count", "total"),
    [
        ("origin-june", "Number of people supported", 17_228),
        ("nationality-june", "Number of people supported", 12_749),
        ("status-june", "Number of people supported", 19_719),
        ("location-june", "Number of people supported", 14_125),
        ("age-sex-june", "people", 18_966),
        ("length-june", "Number of people supported", 20_170),
        ("actions-june", "Number of actions in last year", 64_895),
        ("age-sex-september", "people", 22_628),
        ("length-september", "Number of people supported", 22_587),
        ("status-september", "Total", 22_119),
        ("age-sex-december", "people", 27_045),
        ("length-december", "Number of people supported", 24_846),
        ("status-december", "Total", 23_802),
        ("destitution-december", "Number of people supported", 5_231),
        # As the Home Office published them for these days.
        ("home-office-nationality-june", "People", 117_450),
        ("home-office-nationality-december", "People", 111_132),
        ("home-office-authority-december", "People", 111_132),
    ],
)
def test_totals_read(prepared: Prepared, source: str, count: str, total: int) -> None:
    assert prepared.frames[source][count].sum() == total


def test_every_town_and_nearly_every_country_is_placed(prepared: Prepared) -> None:
    for name, frame in prepared.frames.items():
        if name.startswith("location-"):
            assert frame[["authority", "map_area", "region"]].notna().all(axis=None), name
        elif name.startswith("origin-"):
            assert list(frame.loc[frame["country"].isna(), "Country of origin"]) == ["United Kingdom"], name
    june = prepared.frames["nationality-june"]
    assert set(june.loc[june["country"].isna(), "Nationality"]) == {"Kurdish", "Bedoun"}


def test_london_is_summed_and_people_without_a_place_are_left_out(prepared: Prepared) -> None:
    frame = prepared.frames["home-office-authority-december"]
    assert frame.loc[frame["authority"] == "London", "People"].sum() == 21_715
    assert frame.loc[frame["map_area"] == "E12000007", "People"].sum() == 21_715
    assert frame.loc[frame["map_area"].isna(), "People"].sum() == 4_650
    # Hull is written in the town's way in one table and in the city's in the other.
    assert (frame["authority"] == "Kingston upon Hull, City of").any()


def test_totals_of_each_release_are_found_to_differ(found: tuple[TableFinding, ...]) -> None:
    june = of(found, "totals-differ", "length-june", "status-june", "age-sex-june")
    assert june.size == pytest.approx((20_170 - 18_966) / 20_170)
    september = of(found, "totals-differ", "age-sex-september", "length-september", "status-september")
    assert september.size == pytest.approx((22_628 - 22_119) / 22_628)
    december = of(found, "totals-differ", "age-sex-december", "length-december", "status-december")
    assert december.size == pytest.approx((27_045 - 23_802) / 27_045)
    for number in ("27,045", "24,846", "23,802", "3,243"):
        assert number in december.text
    reunion = of(found, "totals-differ", "reunion-origin-december", "reunion-age-sex-december")
    assert "455" in reunion.text
    assert "447" in reunion.text
    assert "fewer than 10" in reunion.text


def test_the_two_home_office_tables_agree(found: tuple[TableFinding, ...]) -> None:
    assert not [f for f in found if f.kind == "totals-differ" and any("home-office" in s for s in f.sources)]


def test_nationality_and_country_of_origin_count_differently(found: tuple[TableFinding, ...]) -> None:
    # 27 countries in both: 17,228 - 115 (UK) - 191 (DRC) - 175 (El Salvador); 12,749 - 403 - 107 - 75 (China).
    finding = of(found, "counts-differ", "origin-june", "nationality-june")
    assert finding.size == pytest.approx(1 - 12_164 / 16_747)
    assert "27 groups" in finding.text
    assert "Iran 2,316 and 1,562" in finding.text
    assert {(p.label, p.value) for p in finding.parts} >= {
        ("Kuwait: People supported by country of origin", 631),
        ("Kuwait: People supported by nationality", 306),
    }


def test_statuses_and_lengths_are_grouped_anew(found: tuple[TableFinding, ...]) -> None:
    status = of(found, "categories-changed", "status-june", "status-september")
    assert "21 categories became six" in status.text
    assert "People seeking asylum 11,622" in status.text
    length = of(found, "categories-changed", "length-june", "length-september")
    assert "1 year 11,683 and 2 years 3,854" in length.text
    assert "Less than 1 year 14,709 and 1-2 years 3,489" in length.text
    later = of(found, "categories-changed", "status-september", "status-december")
    assert "one disappears (Other migrants 381)" in later.text
    assert "Other from 599 to 424 (-29%)" in of(found, "jump", "status-september", "status-december").text


def test_headings_that_changed(found: tuple[TableFinding, ...]) -> None:
    texts = [f.text for f in found if f.kind == "header-changed"]
    assert len(texts) == 2
    assert "“Number of people supported” became “Total”" in texts[0]
    assert "“Number of people supported” became “Sponsors supported”" in texts[1]


def test_jumps(found: tuple[TableFinding, ...]) -> None:
    up = of(found, "jump", "age-sex-june", "age-sex-september")
    # Under 18: 613 + 355 + 117 = 1,085; 1,635 + 838 + 533 = 3,006. Other gender: 696; 1,360.
    assert "Under 18 from 1,085 to 3,006 (+177%) and Other from 696 to 1,360 (+95%)" in up.text
    down = of(found, "jump", "age-sex-september", "age-sex-december")
    assert "moved by +20%" in down.text  # 27,045 / 22,628
    assert "Under 18 from 3,006 to 1,556 (-48%)" in down.text  # 1,015 + 443 + 98
    towns = [f.text for f in found if f.kind == "jump" and f.sources == ("location-september", "location-december")]
    assert len(towns) == 2
    assert "Coventry from 134 to 297 (+122%)" in towns[0] + towns[1]
    assert "St. Helens (202) and Runcorn (181) came into the list far above where it ended" in towns[0] + towns[1]


def test_lists_cut_off(found: tuple[TableFinding, ...]) -> None:
    cut = {f.sources[0]: f.text for f in found if f.kind == "list-cut-off"}
    months = ("june", "september", "december")
    assert set(cut) == {
        *(f"origin-{m}" for m in months), *(f"location-{m}" for m in months),
        "nationality-june", "destitution-september", "destitution-december",
    }  # fmt: skip
    assert "30 largest groups, at 138" in cut["origin-december"]
    assert "2,257 to 5,500 more are not in it" in cut["origin-december"]  # 23,802 and 27,045 less 21,545
    assert "41 groups and none with 100 or fewer (the smallest has 106)" in cut["location-december"]
    assert "10 largest groups, at 233" in cut["destitution-december"]
    assert not any("declared as complete" in text for text in cut.values())


def test_labels_without_counterpart_and_written_in_two_ways(found: tuple[TableFinding, ...]) -> None:
    assert "Kurdish (403) and Bedoun (107)" in of(found, "not-placed", "nationality-june").text
    for month, people in (("june", 115), ("september", 144), ("december", 185)):
        assert f"United Kingdom ({people})" in of(found, "not-placed", f"origin-{month}").text
    variants = " ".join(f.text for f in found if f.kind == "label-variants")
    for pair in (
        "“Burkino Faso” and “Burkina Faso”",
        "“Newcastle Upon Tyne” and “Newcastle upon Tyne”",
        "“Stockton-On-Tees” and “Stockton-on-Tees”",
        "“Albania” and “Albanian”",
    ):
        assert pair in variants
    assert "Leicestershire" not in variants


def test_destitution_says_nationality_and_shows_country(found: tuple[TableFinding, ...]) -> None:
    contradicted = {f.sources[0] for f in found if f.kind == "title-contradicted"}
    assert contradicted == {"destitution-september", "destitution-december"}


def test_releases_without_a_table(found: tuple[TableFinding, ...]) -> None:
    missing = {
        f.text.split("”")[0].lstrip("“"): [str(d) for d in f.as_at] for f in found if f.kind == "release-missing"
    }
    assert missing == {
        "People supported by nationality": ["2023-09-30", "2023-12-31"],
        "Types of actions": ["2023-12-31"],
        "Destitution by nationality": ["2023-06-30"],
        "Family reunion travel by country of origin": ["2023-06-30"],
        "Family reunion travel people supported by age and gender": ["2023-06-30"],
    }


def test_people_the_home_office_does_not_place(found: tuple[TableFinding, ...]) -> None:
    finding = of(found, "not-classified", "home-office-authority-december")
    assert "4,650 of 111,132 (4.2%)" in finding.text
    assert "UK Region, Local Authority and LAD Code" in finding.text


def test_small_published_figures_are_counted_and_never_written(
    case: CaseStudy, prepared: Prepared, found: tuple[TableFinding, ...]
) -> None:
    reunion = of(found, "small-cells", "reunion-origin-december")
    assert "37 figures below 10 among its 46" in reunion.text
    assert not [f for f in found if f.kind == "part-larger-than-whole"]
    small: set[str] = set()
    for name, source in case.tables.items():
        counts = [c for c, rules in source.columns.items() if rules.role == "count"] if not source.long else ["people"]
        frame = prepared.frames[name]
        few = frame[pd.to_numeric(frame[counts[0]]).between(1, 9)]
        labels = [c for c, rules in source.columns.items() if rules.role in ("group", "area")]
        small |= {str(label) for label in few[labels[0]] if label not in ("Under 18", "70+", "50-69")}
    assert len(small) > 40
    for finding in found:
        # No label of a small figure stands beside a number, unless that number is of another table and not small.
        for label in small:
            hit = re.search(rf"{re.escape(label)} \(?(\d[\d,]*)", finding.text)
            assert hit is None or int(hit[1].replace(",", "")) >= 10, finding.text
        assert all(p.value is None or p.value == 0 or p.value >= 10 for p in finding.parts)


def test_addresses_lead_to_the_tables_their_titles_name(case: CaseStudy) -> None:
    for source in case.tables.values():
        file = unquote(source.url or "").rsplit("/", 1)[1].removesuffix(".csv").casefold()
        assert file.startswith(source.title.rsplit(",", 1)[0].casefold()), source.title
