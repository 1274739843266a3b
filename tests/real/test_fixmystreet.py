"""FixMyStreet: what the casebook says of the public tables, against counts made here a second time from the files."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from shared.cases.load import load_case
from shared.cases.project import Project
from shared.measures.table_checks import TableFinding, check_tables
from shared.report.study import Study

SLUG = "fixmystreet"
FILES = "mysociety/fms_geographic_data/ce1f926fa44e05a2c904119ba04becd861be48d2/LAD"
REGISTER = (
    "mysociety/uk_local_authority_names_and_codes/67ef8b118938678401a452f4f19f669a7221cc73/"
    "data/packages/uk_la_past_current/uk_local_authorities_current.csv"
)
MERGED_2021 = {
    **dict.fromkeys(["E07000150", "E07000152", "E07000153", "E07000156"], "E06000061"),
    **dict.fromkeys(["E07000151", "E07000154", "E07000155"], "E06000062"),
}

NATIONS = ("E06", "E07", "E08", "E09", "W06", "S12", "N09")
MADE_LATER = ("E06000063", "E06000064", "E06000065", "E06000066")

pytestmark = pytest.mark.mirror


@pytest.fixture(scope="module")
def read(mirror: Path) -> Callable[[str], pd.DataFrame]:
    return lambda name: pd.read_csv(mirror / FILES / f"{name}.csv", dtype={"lad": "str"})


@pytest.fixture(scope="module")
def residents(mirror: Path) -> pd.Series[float]:
    register = pd.read_csv(mirror / REGISTER).dropna(subset=["gss-code", "pop-2020"])
    return register.drop_duplicates("gss-code").set_index("gss-code")["pop-2020"]


@pytest.fixture(scope="module")
def found(opened: Callable[[str], Study]) -> list[TableFinding]:
    study = opened(SLUG)
    return list(check_tables(study.case, study.prepared))


def only(found: list[TableFinding], kind: str, word: str = "") -> TableFinding:
    hits = [f for f in found if f.kind == kind and word in f.text]
    assert len(hits) == 1, [f.text for f in hits]
    return hits[0]


# ---- the definition


def test_every_code_has_a_shape_a_fifth_and_a_site(with_mirror: Project, read: Callable[[str], pd.DataFrame]) -> None:
    folder = with_mirror.casestudies / SLUG
    years = [set(read(f"all/No Categories/{year}")["lad"]) for year in range(2012, 2020)]
    codes = set().union(*years)
    assert len(codes) == 379, "the local authorities of the United Kingdom in 2020"
    for name in ("map-area", "deprivation", "site"):
        table = pd.read_csv(folder / f"{name}.csv", dtype="str")
        assert table["from"].is_unique
        assert codes <= set(table["from"])
    site = pd.read_csv(folder / "site.csv", dtype="str").set_index("from")["to"]
    co_brand = read("cobrand/No Categories/2019").set_index("lad")["reports"]
    own = {code for code in codes if site[code] == "councils with a co-branded site"}
    assert own == set(co_brand.index[co_brand >= 100])


def test_fifths_follow_the_score(opened: Callable[[str], Study]) -> None:
    study = opened(SLUG)
    scores = study.frame("deprivation").set_index("ltla22_code")["Score"]
    recode = pd.read_csv(study.project.casestudies / SLUG / "deprivation.csv", dtype="str").set_index("from")["to"]
    fifth = recode[[code for code in scores.index if code in recode.index]].str[0].astype(int)
    assert len(fifth) == 309
    worst, best = scores[fifth.index].groupby(fifth).min(), scores[fifth.index].groupby(fifth).max()
    assert all(worst[n] >= best[n + 1] for n in range(1, 5))


def test_the_yardstick_is_the_published_population(opened: Callable[[str], Study]) -> None:
    study = opened(SLUG)
    population = study.frame("population").dropna(subset=["authority"])
    assert int(population["pop-2020"].sum()) == 67_081_234, "ONS, mid-2020, United Kingdom"
    parts = {part.key: part for part in study.measurements["COH-4"].parts}
    assert parts["residents"].value == 0


# ---- what does not fit together


def test_reports_without_a_category(found: list[TableFinding], read: Callable[[str], pd.DataFrame]) -> None:
    whole = read("all/No Categories/2019").set_index("lad")["reports"]
    sorted_ = read("all/SHEF_C/2019").groupby("lad")["reports"].sum()
    assert (whole.sum(), sorted_.sum()) == (390_718, 390_528)
    gaps = (whole - sorted_)[whole != sorted_]
    assert gaps.to_dict() == {"E06000032": 91, "E09000003": 99}  # Luton and Barnet
    assert "The largest and the smallest are 190" in only(found, "totals-differ").text
    differ = only(found, "counts-differ").text
    assert "all of it is in two of them: Barnet 3,185 and 3,086 and Luton 1,507 and 1,416" in differ


def test_sites_add_up_and_people_do_not(found: list[TableFinding], read: Callable[[str], pd.DataFrame]) -> None:
    whole, *parts = (read(f"{site}/No Categories/2019") for site in ("all", "fixmystreet", "cobrand"))
    assert sum(part["reports"].sum() for part in parts) == whole["reports"].sum()
    overlap = sum(part["unique_users"].sum() for part in parts) - whole["unique_users"].sum()
    assert overlap == 4_736
    assert "4,736 are counted in more than one part" in only(found, "people-overlap").text


def test_few_people_behind_many_reports(found: list[TableFinding], read: Callable[[str], pd.DataFrame]) -> None:
    by_category = read("all/SHEF_C/2019")
    few = by_category[(by_category["reports"] >= 10) & (by_category["unique_users"] < 10)]
    text = only(found, "few-behind-many", "by local authority and category").text
    assert f"In {len(few)} of the 2,570 rows" in text
    assert f"{few['reports'].sum():,} reports in all" in text
    assert "the most in one row are 3,063 (Isle of Wight)" in only(found, "few-behind-many", "co-branded sites").text
    assert "Isle of Wight (3,222 from 61)" in only(found, "few-behind-many", "“Reports by local authority, 2019”").text


def test_codes_of_2020_stand_in_every_year(found: list[TableFinding], read: Callable[[str], pd.DataFrame]) -> None:
    finding = only(found, "codes-of-another-year", "All eight releases")
    assert "carry codes of 2020" in finding.text
    # made in 2018 to 2020 by the list of changes that the Office for National Statistics publishes
    later = ["E06000058", "E06000059", "E06000060", "E07000244", "E07000245", "E07000246", "S12000047", "S12000048",
             "S12000049", "S12000050"]  # fmt: skip
    first = read("all/No Categories/2012").set_index("lad")["reports"]
    assert finding.parts[0].value is not None
    assert finding.parts[0].value >= first[later].sum() > 3_000
    assert len(finding.sources) == 8, "Buckinghamshire of 2020 is in the table of 2019 too"


def test_areas_without_a_row(found: list[TableFinding], read: Callable[[str], pd.DataFrame]) -> None:
    sizes = [len(read(f"all/No Categories/{year}")) for year in range(2012, 2020)]
    assert (min(sizes), max(sizes)) == (376, 378)
    text = only(found, "group-without-row").text
    assert "list from 376 to 378 of 379 groups" in text
    assert "Isles of Scilly" in text


@pytest.mark.parametrize(
    ("year", "area", "before", "after"),
    [
        (2013, "Stevenage", 262, 2_652),
        (2015, "Lewisham", 408, 6_014),
        (2018, "Bath and North East Somerset", 483, 8_685),
        (2019, "Hounslow", 1_152, 17_333),
    ],
)
def test_councils_that_joined_show_as_jumps(
    found: list[TableFinding], year: int, area: str, before: int, after: int
) -> None:
    jump = next(f for f in found if f.kind == "jump" and f.as_at[-1].year == year)
    assert f"{area} from {before:,} to {after:,}" in jump.text


def test_every_year_declared_as_a_break_has_an_area_that_multiplied(
    with_mirror: Project, read: Callable[[str], pd.DataFrame]
) -> None:
    series = load_case(with_mirror, SLUG).series
    assert series is not None
    tables = {year: read(f"all/No Categories/{year}").set_index("lad")["reports"] for year in range(2012, 2020)}
    grown = []
    for year in range(2013, 2020):
        before, after = tables[year - 1].align(tables[year], join="inner")
        if ((after >= 5 * before) & (after >= 100)).any():
            grown.append(str(year))
    assert list(series.breaks) == grown


def test_eight_codes_without_words_and_labels_with_a_space(found: list[TableFinding]) -> None:
    assert "by eight codes for “Category” (C1 to C8)" in only(found, "codes-unexplained").text
    assert "“Newry, Mourne and Down ”" in only(found, "spaces-in-labels").text
    assert any("“Rhondda Cynon Taf” and “Rhondda Cynon Taff”" in f.text for f in found if f.kind == "label-variants")


def test_small_figures_are_counted_and_never_written(
    found: list[TableFinding], read: Callable[[str], pd.DataFrame]
) -> None:
    small = int((read("all/SHEF_C/2019")["reports"] < 10).sum())
    assert f"publishes {small} figures below 10" in only(found, "small-cells", "category").text
    for finding in found:
        assert not re.search(r"(?<![\d,.C])[1-9](?![\d,.%])", finding.text), finding.text


# ---- who takes part


def per_authority(table: pd.DataFrame, residents: pd.Series[float]) -> pd.Series[float]:
    """Reports by authority of 2021; no row is none, and 1 to 9 are hidden and left out."""
    counts = table.groupby(table["lad"].replace(MERGED_2021))["reports"].sum()
    of_2021 = [code for code in residents.index if code[:3] in NATIONS and code not in MADE_LATER]
    assert len(of_2021) == 374
    counts = counts.reindex(of_2021, fill_value=0)
    return counts[(counts == 0) | (counts >= 10)]


def test_gini_by_another_way(
    opened: Callable[[str], Study], read: Callable[[str], pd.DataFrame], residents: pd.Series[float]
) -> None:
    section = opened(SLUG).inequality(
        {"2012": "all-2012", "2019": "all-2019"}, by="authority", reference="population", reference_count="pop-2020",
        title="Reports", counted="reports",
    )  # fmt: skip
    text = section.text()
    for year in (2012, 2019):
        table = read(f"all/No Categories/{year}")
        counts = per_authority(table, residents)
        people = residents[counts.index]
        rate, weight = (counts / people).to_numpy(), (people / people.sum()).to_numpy()
        # half the mean difference between all pairs of residents, over the mean
        pairs = np.abs(rate[:, None] - rate[None, :]) * weight[:, None] * weight[None, :]
        assert f"{pairs.sum() / (2 * (rate * weight).sum()):.2f}" in text
    assert "Gini coefficient 0.40" in text
    assert "Gini coefficient 0.72" in text


def test_relation_with_deprivation_by_another_way(
    opened: Callable[[str], Study], read: Callable[[str], pd.DataFrame], residents: pd.Series[float]
) -> None:
    study = opened(SLUG)
    section = study.relation(
        "national-2019", by="authority", reference="population", reference_count="pop-2020", other="deprivation",
        other_column="Score", other_label="Deprivation (higher: more)", title="Reports and deprivation",
        counted="reports", split="site",
    )  # fmt: skip
    table = read("fixmystreet/No Categories/2019")
    counts = per_authority(table, residents)
    scores = study.frame("deprivation").set_index("ltla22_code")["Score"]
    both = pd.DataFrame({"rate": counts / residents, "score": scores}).dropna()
    rho = both.rank().corr().iloc[0, 1]
    assert f"Among all areas ({len(both)})" in section.text()
    assert f"{rho:+.2f} (95% interval".replace("-", "−") in section.text()
    assert "reports per 1,000 residents fall as deprivation rises" in section.text()


def test_three_changes_are_put_to_the_rules(opened: Callable[[str], Study]) -> None:
    study = opened(SLUG)
    text = study.changes({"nothing": {}, "care": {"ETH-1": 3, "ETH-3": 3, "ETH-4": 3}}).text()
    now = {use.use: use for use in study.assessment.uses}["context"]
    assert f"{len(now.unknown)} not known" in text
    assert f"{len(now.unknown)} → " in text
    assert "ETH-4 Group harm and stigma: not known → 3 of 4" in text
