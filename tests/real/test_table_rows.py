"""Checks of rows on made-up tables: rows of totals, people behind counts, groups without a row, noughts, codes."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from shared.measures.table_checks import TableFinding, check_tables
from shared.sources.totals import likely_totals, set_apart
from tests.measures.test_table_checks import JUNE, SEPTEMBER, case_with, only, table


def cube(title: str, rows: list[tuple[Any, ...]], *, declared: bool = True, **more: Any) -> dict[str, Any]:
    """A table by responder and sex with its totals among the rows."""
    frame = pd.DataFrame(rows, columns=["Responder", "Sex", "People"])
    totals = {"totals": ["Total", "All bodies"]} if declared else {}
    columns = {
        "Responder": {"role": "group", **totals},
        "Sex": {"role": "group", **totals},
        "People": {"role": "count", "type": "integer", "unit": "referrals"},
    }
    return {"frame": frame, "source": {"kind": "table", "title": title, "columns": columns, "as_at": JUNE, **more}}


def findings(kind: str | None = None, *, base: int | None = None, **tables: dict[str, Any]) -> list[TableFinding]:
    case, prepared = case_with(tables)
    for name, frame in prepared.frames.items():
        prepared.frames[name] = set_apart(frame, case.sources[name])[0]
    return [f for f in check_tables(case, prepared, base=base) if kind is None or f.kind == kind]


FULL = [
    ("Alpha", "Women", 30), ("Alpha", "Men", 20), ("Alpha", "Total", 50),
    ("Beta", "Women", 40), ("Beta", "Men", 10), ("Beta", "Total", 50),
    ("All bodies", "Women", 70), ("All bodies", "Men", 30), ("All bodies", "Total", 100),
]  # fmt: skip


# ---- rows of totals


@pytest.mark.parametrize(
    ("label", "likely"),
    [("Total", True), ("All", True), ("Police total", True), ("Grand total", True), ("Sub-total:", True),
     ("Totally different", False), ("Allerdale", False), ("All ages under 18", False)],
)  # fmt: skip
def test_labels_that_look_like_totals(label: str, likely: bool) -> None:
    assert likely_totals(pd.Series([label], dtype="str")).tolist() == [likely]


def test_declared_totals_are_never_counted_as_data() -> None:
    found = findings(one=cube("Referrals, June 2023", FULL))
    inside = only([f for f in found if f.kind == "total-row-inside"])
    # five of nine rows; 30 + 20 + 50 + 40 + 10 + 50 + 70 + 30 + 100 = 400 against 100
    assert "5 of 9 rows only add up other rows" in inside.text
    assert "gives 400 referrals, 4 times the 100" in inside.text
    assert inside.text.endswith("They are set apart here.")
    assert inside.size == pytest.approx(0.75)
    assert [f.kind for f in found] == ["total-row-inside"], "the totals agree with their rows, and nothing else is odd"


def test_undeclared_totals_are_reported_as_counted() -> None:
    rows = [("Alpha", "Women", 30), ("Alpha", "Men", 20), ("Alpha", "Total", 50)]
    inside = only(findings("total-row-inside", one=cube("Referrals", rows, declared=False)))
    assert "not declared in “Sex” and are counted as data" in inside.text


def test_the_releases_of_a_series_are_reported_together() -> None:
    one = cube("Referrals, June 2023", FULL, series="referrals")
    two = cube("Referrals, September 2023", FULL, series="referrals", as_at=SEPTEMBER)
    inside = only(findings("total-row-inside", one=one, two=two))
    assert "In the two tables “Referrals”, 10 of 18 rows" in inside.text
    assert "gives 800 referrals, 4 times the 200" in inside.text


def test_totals_without_rows_below_them_are_found() -> None:
    # the rows of Beta were left out, its total was kept: 100 against 50
    rows = [row for row in FULL if row[0] != "Beta" or row[1] == "Total"]
    found = only(findings("total-row-differs", one=cube("Referrals", rows)))
    assert "without totals add up to 50 referrals, its highest totals to 100 (50% apart)" in found.text
    assert found.size == pytest.approx(0.5)
    # of the three levels (by responder, by sex, in all) all come to 100, so none fits 50
    assert "three of its three levels" in found.text


def test_the_group_whose_rows_are_missing_is_named() -> None:
    rows = [("Alpha", "Women", 30), ("Alpha", "Men", 20), ("Alpha", "Total", 50), ("Beta", "Total", 45)]
    found = only(findings("total-row-differs", one=cube("Referrals", rows)))
    assert "Only in the totals by responder: Beta (45)." in found.text


def test_a_total_that_is_wrong_is_counted() -> None:
    rows = [("Alpha", "Women", 30), ("Alpha", "Men", 20), ("Alpha", "Total", 51), ("Beta", "Men", 11),
            ("Beta", "Women", 10), ("Beta", "Total", 20)]  # fmt: skip
    found = only(findings("total-row-differs", one=cube("Referrals", rows)))
    assert "Two of the totals differ from the rows they add up." in found.text


def test_a_table_cut_to_its_totals_on_purpose_is_left_alone() -> None:
    rows = [(name, "Total", n) for name, n in (("Alpha", 50), ("Beta", 40), ("Gamma", 30))]
    where = [{"column": "Sex", "is_in": ["Total"]}]
    assert findings("total-row-inside", one=cube("Referrals", rows, where=where)) == []
    frame = pd.DataFrame(rows, columns=["Responder", "Sex", "People"])
    case, _ = case_with({"one": cube("Referrals", rows)})
    assert len(set_apart(frame, case.sources["one"])[0]) == 3


# ---- people behind counts


def reports(title: str, rows: list[tuple[str, int, int]], **more: Any) -> dict[str, Any]:
    frame = pd.DataFrame(rows, columns=["Area", "Reports", "Users"])
    columns = {
        "Area": {"role": "group"},
        "Reports": {"role": "count", "type": "integer", "unit": "reports", "made_by": "Users"},
        "Users": {"role": "measure", "type": "integer", "unit": "users"},
    }
    return {"frame": frame, "source": {"kind": "table", "title": title, "columns": columns, "as_at": JUNE, **more}}


def test_few_people_behind_many_things() -> None:
    rows = [("Ayton", 3000, 4), ("Beeton", 12, 9), ("Ceeton", 600, 12), ("Deeton", 900, 450), ("Eeton", 8, 3)]
    found = only(findings("few-behind-many", one=reports("Reports, 2019", rows)))
    # Ayton and Beeton: 3012 of 4520 reports; Eeton has fewer than 10 reports, so nothing is said of it
    assert "In two of the five rows" in found.text
    assert "3,012 reports in all (67% of the table); the most in one row are 3,000 (Ayton)" in found.text
    # 600 from 12 is 50 each
    assert "25 or more reports for each person are in one row" in found.text
    assert "Ceeton (600 from 12)" in found.text
    assert "Deeton" not in found.text


def test_people_who_are_in_two_parts() -> None:
    whole = reports("Reports, 2019", [("Ayton", 100, 40), ("Beeton", 60, 30)])
    one = reports("On the national site, 2019", [("Ayton", 70, 35), ("Beeton", 60, 30)], part_of="whole")
    two = reports("On a council's site, 2019", [("Ayton", 30, 20)], part_of="whole")
    found = only(findings("people-overlap", whole=whole, one=one, two=two))
    # 85 against 70
    assert "add up to its 160 reports, but the people behind them to 85 against 70: 15 are counted" in found.text
    two["frame"]["Users"] = [5]
    assert findings("people-overlap", whole=whole, one=one, two=two) == []


# ---- rows that are there or not


def test_a_group_that_has_no_row_in_some_releases() -> None:
    first = {"Alpha": 500, "Beta": 400, "Gamma": 12}
    one = table("Referrals, June 2023", first, series="r")
    two = table("Referrals, September 2023", {"Alpha": 510, "Beta": 390}, series="r", as_at=SEPTEMBER)
    found = only(findings("group-without-row", one=one, two=two))
    assert "list from two to three of three groups by group; one has no row at least once: Gamma." in found.text


def test_renamed_categories_do_not_come_and_go() -> None:
    one = table("Referrals, June 2023", {"Alpha": 500, "Beta": 400, "Gamma": 120}, series="r")
    two = table("Referrals, September 2023", {"Alpha": 510, "Beta": 390, "Delta": 115}, series="r", as_at=SEPTEMBER)
    assert findings("group-without-row", one=one, two=two) == []
    assert findings("categories-changed", one=one, two=two)


def test_a_table_of_noughts() -> None:
    found = only(findings("mostly-noughts", one=table("Referrals", {"a": 30, "b": 0, "c": 0, "d": 0, "e": 20})))
    assert (
        "has five combinations of groups, of which three (60%) count nobody and two share its 50 people" in found.text
    )
    assert findings("mostly-noughts", one=table("Referrals", {"a": 30, "b": 0})) == []


def test_codes_without_words() -> None:
    codes = table("By category", {"C1": 30, "C2": 20, "C10": 15})
    found = only(findings("codes-unexplained", one=codes))
    assert "names its groups by three codes for “Group” (C1 to C2)" in found.text
    assert findings("codes-unexplained", one=table("By category", {"C1": 30, "Roads": 20})) == []
    codes["source"]["columns"]["Group"]["allowed"] = ["C1", "C2", "C10"]
    assert findings("codes-unexplained", one=codes) == [], "declared values are explained in case.yaml"


def test_codes_are_named_by_their_words() -> None:
    rows = [("C1", 3000, 4), ("C2", 900, 450)]
    spec = reports("By category", rows)
    spec["source"]["columns"]["Area"]["shown_as"] = "words"
    spec["source"]["derive"] = {"words": {"kind": "recode", "column": "Area", "map": {"C1": "Roads", "C2": "Parks"}}}
    assert "3,000 (Roads)" in only(findings("few-behind-many", one=spec)).text


def test_a_space_that_nobody_sees() -> None:
    found = only(
        findings("spaces-in-labels", one=table("Referrals", {"Congolese ": 30, "Sri  Lankan": 20, "Thai": 11}))
    )
    assert "two of three labels of “Group” have a space too many: “Congolese ” and “Sri  Lankan”" in found.text


def test_few_people_behind_few_things_is_no_finding() -> None:
    rows = [("Ayton", 12, 4), ("Beeton", 90_000, 45_000)]
    assert findings("few-behind-many", one=reports("Reports, 2019", rows)) == []


def test_a_gap_is_reported_once_and_where_it_is() -> None:
    # two tables count the same places; the gap shows by place and by region, and is all in one place
    recodes = {
        "place": {"kind": "recode", "column": "Group", "map": {"a": "A", "b": "B", "c": "C"}},
        "region": {"kind": "recode", "column": "Group", "map": {"a": "North", "b": "North", "c": "South"}},
    }
    one = table("By area, 2019", {"a": 100, "b": 50, "c": 30}, derive=recodes)
    two = table("By area again, 2019", {"a": 88, "b": 50, "c": 30}, derive=recodes)
    found = only(findings("counts-differ", one=one, two=two))
    assert "counts 180 and “By area again” 168" in found.text
    assert found.text.endswith("all of it is in one of them: A 100 and 88.")


def test_labels_of_unlike_columns_are_not_compared() -> None:
    fruit = table("By fruit", {"Damsons": 90, "Quinces": 30, "Medlars": 20, "Cherries": 15}, column="fruit")
    names = table("By name", {"Damson": 90, "Quentin": 30, "Miller": 20, "Cheetham": 15}, column="name")
    assert findings("label-variants", one=fruit, two=names) == []
    names["frame"].loc[3, "name"] = "Cherries"
    assert "“Damsons”" in only(findings("label-variants", one=fruit, two=names)).text


def test_an_apostrophe_makes_no_other_name() -> None:
    one = table("One", {"King's Lynn": 20})
    found = only(findings("label-variants", one=one, two=table("Two", {"Kings Lynn": 20})))
    assert "other capitals or punctuation" in found.text


def by_code(title: str, counts: dict[str, float], when: str, **more: Any) -> dict[str, Any]:
    made = table(title, counts, as_at=when, **more)
    made["source"]["columns"]["Group"]["role"] = "area"
    return made


def test_codes_that_did_not_exist_yet() -> None:
    # Bournemouth, Christchurch and Poole was made on 1 April 2019; Hartlepool and Darlington are older than codes
    counts = {"E06000058": 100, "E06000001": 60, "E06000005": 40}
    early = by_code("Reports, 2018", counts, "2018-12-31")
    found = only(findings("codes-of-another-year", one=early))
    assert "one of the codes, with 100 people (50%), was not in force in 2018" in found.text
    assert "E06000058 Bournemouth, Christchurch and Poole" in found.text
    assert findings("codes-of-another-year", one=by_code("Reports, 2019", counts, "2019-12-31")) == []
    later = by_code("Reports, 2019", counts, "2019-12-31", series="reports")
    early["source"]["series"] = "reports"
    together = only(findings("codes-of-another-year", one=early, two=later))
    assert together.text.startswith("The two releases of “Reports” carry codes of 2019 to ")
    assert together.sources == ("one",)


def test_labels_that_are_no_area_codes_have_no_year() -> None:
    assert findings("codes-of-another-year", one=by_code("Reports", {"Ayton": 50, "Beeton": 40}, "2012-12-31")) == []


# ---- what is written


def test_counts_are_rounded_as_the_policy_asks() -> None:
    rows = [row for row in FULL if row[0] != "Beta" or row[1] == "Total"]
    rows = [(a, b, n + 2) for a, b, n in rows]
    exact = only(findings("total-row-differs", one=cube("Referrals", rows))).text
    rounded = only(findings("total-row-differs", base=5, one=cube("Referrals", rows))).text
    assert "add up to 54 referrals" in exact
    assert "add up to 55 referrals" in rounded
    assert "add up to 54 referrals" in only(findings("total-row-differs", one=cube("Referrals", rows))).text


def test_a_share_says_no_more_than_the_rounded_counts() -> None:
    # 13 of 265 is 4.9 %: with the total known, that would be 13 again; 15 of 265 is 5.7 %
    groups = {"Known": 252, "Not specified or unknown": 13}
    exact = only(findings("not-classified", one=table("Referrals", groups))).text
    rounded = only(findings("not-classified", base=5, one=table("Referrals", groups))).text
    assert "13 of 265 (4.9%)" in exact
    assert "15 of 265 (5.7%)" in rounded


def test_a_small_group_without_a_name_is_not_reported_at_all() -> None:
    assert findings("not-classified", one=table("Referrals", {"Known": 200, "Unknown": 9})) == []


def test_how_far_a_count_moved_is_worked_out_from_what_is_written() -> None:
    before = table("Referrals, June 2023", {"a": 112, "b": 400, "c": 400}, series="r")
    after = table("Referrals, September 2023", {"a": 448, "b": 400, "c": 400}, series="r", as_at=SEPTEMBER)
    assert "a from 112 to 448 (+300%)" in only(findings("jump", one=before, two=after)).text
    # 110 to 450 is +309 %
    assert "a from 110 to 450 (+309%)" in only(findings("jump", base=5, one=before, two=after)).text


# ---- labels


def test_two_nationalities_are_two_things_however_alike() -> None:
    assert findings("label-variants", one=table("One", {"Australian": 20}), two=table("Two", {"Austrian": 20})) == []
    assert findings("label-variants", one=table("One", {"Australian": 20}), two=table("Two", {"Austrailian": 20}))


def test_a_list_in_another_style_is_named() -> None:
    kinds = {
        "Labour & Sexual": 30,
        **{f"Labour, Sexual & {n}": 20 for n in ("Criminal", "Domestic", "Other", "Fourth")},
    }
    found = only(findings("label-variants", one=table("Referrals", kinds | {"Labour, Domestic, Organ Harvesting": 11})))
    assert "Four labels of “Group” name several things with “&” before the last, one without" in found.text
    assert "“Labour, Domestic, Organ Harvesting”" in found.text
    assert findings("label-variants", one=table("Referrals", kinds)) == []
