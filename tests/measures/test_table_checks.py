"""Table checks on made-up tables: each kind of finding with numbers worked out by hand, and what must stay silent."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import pytest

from shared.cases.model import CaseStudy
from shared.errors import MeasureError
from shared.measures.table_checks import KINDS, TableFinding, check_tables
from shared.sources.prepare import Prepared
from shared.sources.read import RawTable
from shared.sources.reshape import to_long

JUNE, SEPTEMBER = "2023-06-30", "2023-09-30"
COUNT = {"role": "count", "type": "integer", "unit": "people"}


def table(
    title: str, groups: dict[str, float], *, column: str = "Group", count: str = "People", **more: Any
) -> dict[str, Any]:
    """One source and its frame: two columns, labels and counts."""
    frame = pd.DataFrame({column: list(groups), count: list(groups.values())})
    columns = {column: {"role": "group"}, count: {**COUNT, "unit": more.pop("unit", "people")}}
    return {"frame": frame, "source": {"kind": "table", "title": title, "columns": columns, "as_at": JUNE, **more}}


def findings(*, kind: str | None = None, **tables: dict[str, Any]) -> list[TableFinding]:
    found = check_tables(*case_with(tables))
    return [f for f in found if kind is None or f.kind == kind]


def case_with(tables: dict[str, dict[str, Any]]) -> tuple[CaseStudy, Prepared]:
    fixed = {
        "url": "https://example.org/t.csv",
        "sha256": "0" * 64,
        "format": "csv",
        "licence": "MIT",
        "attribution": "Example",
    }
    sources = {name: {**fixed, **spec["source"]} for name, spec in tables.items()}
    case = CaseStudy.model_validate(
        {
            "slug": "made-up", "title": "Made up", "summary": "Made up.",
            "organisation": {"name": "Example", "type": "charity", "purpose": "Example", "invented": True},
            "features": {
                "initiative": "service records", "primary_purpose": "service delivery", "content": "quantitative",
                "unit": "person", "selection": "administrative by-product", "mode": [], "consent": "not known",
                "access": "aggregate tables", "overlapping_official_source": "none",
            },
            "population": {"of_interest": "people", "statistic": "people"},
            "participation": {},
            "dates": {"reference_start": "2023-01-01", "reference_end": "2023-12-31", "assessed_on": "2024-01-01"},
            "sources": sources,
            "intended_uses": [{"use": "context", "statistic": "people", "risk": "low", "profile": "lower"}],
            "disclosure": {"publish": {}},
            "review": {"basis": "made up"},
        }
    )  # fmt: skip
    raw = {n: RawTable(n, spec["frame"], spec["source"]["title"], "0" * 64, ()) for n, spec in tables.items()}
    frames = {}
    for name, spec in tables.items():
        source, frame = case.sources[name], spec["frame"]
        if source.long is not None:
            frame = to_long(frame, source.long)
        for derived, rule in source.derive.items():
            frame = frame.assign(**{derived: frame[rule.column].map(rule.map)})
        frames[name] = frame
    return case, Prepared(case, raw, frames, (), None, ())


def only(found: list[TableFinding]) -> TableFinding:
    assert len(found) == 1, [f.text for f in found]
    return found[0]


# ---- totals


def test_totals_of_one_release_that_differ() -> None:
    found = only(
        findings(
            kind="totals-differ",
            age=table("By age, June 2023", {"young": 60, "old": 40}),
            status=table("By status, June 2023", {"a": 50, "b": 30}),
        )
    )
    # 100 against 80: 20 apart, a fifth of the larger.
    assert found.text.endswith(
        "100 in “By age” and 80 in “By status”. The largest and the smallest are 20 (20%) apart."
    )
    assert found.size == pytest.approx(0.2)
    assert found.sources == ("age", "status")
    assert [(p.label, p.value) for p in found.parts] == [("By age, June 2023", 100), ("By status, June 2023", 80)]


@pytest.mark.parametrize(
    "other",
    [
        table("By status, June 2023", {"a": 55, "b": 45}),
        table("By status, June 2023", {"a": 50, "b": 30}, unit="actions"),
        table("By status, June 2023", {"a": 50, "b": 30}, listing="top only"),
        table("By status, June 2023", {"young": 50, "old": 30}, part_of="age"),
        table("By status, September 2023", {"a": 50, "b": 30}, as_at=SEPTEMBER),
        table("By status, June 2023", {"a": 50, "b": 30}, attribution="Another office"),
    ],
    ids=["equal", "other unit", "not complete", "a part", "other date", "other publisher"],
)
def test_totals_that_need_not_agree_are_not_compared(other: dict[str, Any]) -> None:
    assert not findings(kind="totals-differ", age=table("By age, June 2023", {"young": 60, "old": 40}), other=other)


def test_a_wide_table_is_counted_over_all_its_columns() -> None:
    wide = table("By age and sex, June 2023", {}, column="Age")
    wide["frame"] = pd.DataFrame({"Age": ["young", "old"], "Male": [30, 20], "Female": [30, 30]})
    wide["source"]["columns"] = {"Age": {"role": "group"}, "Male": COUNT, "Female": COUNT}
    wide["source"]["long"] = {"columns": ["Male", "Female"], "into": "sex", "count": "people"}
    found = only(findings(kind="totals-differ", wide=wide, status=table("By status, June 2023", {"a": 88})))
    assert "110 in “By age and sex” and 88 in “By status”" in found.text
    assert found.size == pytest.approx(22 / 110)


# ---- parts and wholes


def test_a_part_with_more_people_than_its_whole() -> None:
    whole = table("Everybody, June 2023", {"Iran": 100, "Iraq": 50})
    part = table("In need, June 2023", {"Iran": 120, "Iraq": 20}, part_of="whole")
    found = only(findings(kind="part-larger-than-whole", whole=whole, part=part))
    assert "one of two groups have more people" in found.text
    assert "Iran (120 of 100)" in found.text
    assert "Iraq" not in found.text
    assert found.size == pytest.approx(20 / 120)


def test_a_part_whose_group_the_complete_whole_does_not_have() -> None:
    whole = table("Everybody, June 2023", {"Iran": 100, "Iraq": 50})
    part = table("In need, June 2023", {"Iran": 20, "Chad": 30}, part_of="whole")
    assert (
        "one of two groups are not in “Everybody, June 2023”"
        in only(findings(kind="part-larger-than-whole", whole=whole, part=part)).text
    )
    cut_off = {**whole, "source": {**whole["source"], "listing": "top only"}}
    assert not findings(kind="part-larger-than-whole", whole=cut_off, part=part)


def test_a_part_within_its_whole_is_in_order() -> None:
    whole = table("Everybody, June 2023", {"Iran": 100, "Iraq": 50})
    part = table("In need, June 2023", {"Iran": 100, "Iraq": 49}, part_of="whole")
    assert not findings(kind="part-larger-than-whole", whole=whole, part=part)


# ---- one group in two tables


def test_one_group_counted_differently_under_two_headings() -> None:
    origin = table(
        "By country, June 2023", {"Iran": 200, "Iraq": 100, "Chad": 40}, column="Country", listing="top only"
    )
    nation = table("By nationality, June 2023", {"Iranian": 150, "Iraqi": 90}, column="Nationality", listing="top only")
    origin["source"]["derive"] = {
        "place": {"kind": "recode", "column": "Country", "map": {"Iran": "Iran", "Iraq": "Iraq"}}
    }
    nation["source"]["derive"] = {
        "place": {"kind": "recode", "column": "Nationality", "map": {"Iranian": "Iran", "Iraqi": "Iraq"}}
    }
    found = only(findings(kind="counts-differ", nation=nation, origin=origin))
    # Iran and Iraq: 300 by country, 240 by nationality, a fifth fewer; Chad is in one table only.
    assert "“By country” counts 300 and “By nationality” 240 people (20% fewer)" in found.text
    assert "furthest apart are Iran 200 and 150 and Iraq 100 and 90." in found.text
    assert "Chad" not in found.text
    assert found.size == pytest.approx(0.2)


# ---- releases


def pair(
    before: dict[str, float], after: dict[str, float], *, title: str = "By status", **more: Any
) -> dict[str, dict[str, Any]]:
    return {
        "june": table(f"{title}, June 2023", before, series="status", as_at=JUNE, **more),
        "september": table(f"{title}, September 2023", after, series="status", as_at=SEPTEMBER, **more),
    }


def test_categories_that_disappear_and_appear() -> None:
    found = only(findings(kind="categories-changed", **pair({"a": 60, "b": 40}, {"a": 50, "c": 30, "d": 20})))
    assert found.text == (
        "“By status”, June to September 2023, two categories became three: one disappears (b 40) and two appear "
        "(c 30 and d 20). That concerns 50% of the people."
    )
    assert found.size == pytest.approx(0.5)


def test_small_categories_come_and_go_in_silence() -> None:
    assert not findings(kind="categories-changed", **pair({"a": 60, "b": 9}, {"a": 50, "c": 3}))


def test_categories_of_a_list_cut_off_are_not_compared() -> None:
    assert not findings(kind="categories-changed", **pair({"a": 60, "b": 40}, {"a": 50, "c": 30}, listing="top only"))


def test_a_heading_that_changed() -> None:
    tables = pair({"a": 60}, {"a": 70})
    tables["september"] = table("By status, September 2023", {"a": 70}, count="Total", series="status", as_at=SEPTEMBER)
    found = only(findings(kind="header-changed", **tables))
    assert found.text == "“By status”, June to September 2023, the heading “People” became “Total”."


def test_a_count_that_moves_against_its_table() -> None:
    # Both together: 1,100 -> 1,210 (+10 %). b was expected at 110 and stands at 210 (ratio 1.9, 100 people away).
    found = only(findings(kind="jump", **pair({"a": 1000, "b": 100}, {"a": 1000, "b": 210})))
    assert "together moved by +10%" in found.text
    assert "b from 100 to 210 (+110%)" in found.text
    assert "a from" not in found.text


def test_a_move_with_the_whole_table_is_no_jump() -> None:
    assert not findings(kind="jump", **pair({"a": 1000, "b": 100}, {"a": 2000, "b": 200}))


def test_a_large_ratio_of_few_people_is_no_jump() -> None:
    # 20 to 60 is threefold, and 40 people are below the 50 that are looked at.
    assert not findings(kind="jump", **pair({"a": 10_000, "b": 20}, {"a": 10_000, "b": 60}))


def test_a_place_that_enters_a_list_far_above_its_end() -> None:
    before, after = {"A": 900, "B": 300, "C": 110, "D": 105}, {"A": 900, "B": 300, "E": 220, "C": 112, "F": 120}
    found = only(findings(kind="jump", **pair(before, after, listing="top only")))
    assert "E (220) came into the list far above where it ended before (at 105)" in found.text
    assert "F" not in found.text


def test_a_release_without_one_of_the_tables() -> None:
    tables = pair({"a": 60}, {"a": 70})
    tables["needs"] = table("By kind, June 2023", {"x": 70}, series="kind")
    found = only(findings(kind="release-missing", **tables))
    assert found.text == "“By kind” is there for June 2023 and not for September 2023."


# ---- lists


def falling(length: int, end: int) -> dict[str, float]:
    return {f"place {chr(97 + n)}": end + 10 * (length - 1 - n) for n in range(length)}


def test_a_list_of_the_ten_largest_with_what_it_leaves_out() -> None:
    whole = table("By age, June 2023", {"young": 1500, "old": 1000})
    # 10 rows from 210 down to 120: 10 * 120 + 10 * (0 + 1 + ... + 9) = 1,650 of 2,500.
    cut = table("By place, June 2023", falling(10, 120), listing="top only")
    found = only(findings(kind="list-cut-off", whole=whole, cut=cut))
    assert "stops after the 10 largest groups, at 120" in found.text
    assert "It holds 1,650 people; 850 more are not in it." in found.text
    assert found.size == pytest.approx(850 / 2500)


def test_a_list_cut_off_that_is_declared_complete() -> None:
    found = only(findings(kind="list-cut-off", cut=table("By place, June 2023", falling(10, 120))))
    assert found.text.endswith("It is declared as complete, which does not fit.")


def test_a_list_that_ends_at_a_round_number_in_every_release() -> None:
    tables = pair(falling(7, 104), falling(9, 101), listing="top only")
    texts = [f.text for f in findings(kind="list-cut-off", **tables)]
    assert len(texts) == 2
    assert "lists 7 groups and none with 100 or fewer (the smallest has 104)" in texts[0]


@pytest.mark.parametrize(
    "groups",
    [
        {**falling(9, 120), "rising": 5000},
        {**falling(9, 120), "Other": 15},
        {**falling(9, 120), "last": 4},
        falling(8, 120),
    ],
    ids=["not falling", "has a line for the rest", "lists small groups", "no round length"],
)
def test_lists_that_are_not_cut_off(groups: dict[str, float]) -> None:
    assert not findings(kind="list-cut-off", places=table("By place, June 2023", groups))


def test_people_under_a_label_that_says_nothing() -> None:
    found = only(
        findings(
            kind="not-classified",
            t=table("By status, June 2023", {"a": 900, "Other": 60, "N/A - paper form": 40, "Other migrants": 0}),
        )
    )
    assert "100 of 1,000 (10%) are under “Other” and “N/A - paper form” by Group" in found.text
    assert found.size == pytest.approx(0.1)


def test_below_one_percent_is_not_worth_a_finding() -> None:
    assert not findings(kind="not-classified", t=table("By status, June 2023", {"a": 5000, "Unknown": 49}))


def test_small_figures_are_counted_and_not_shown() -> None:
    found = only(findings(kind="small-cells", t=table("By status, June 2023", {"a": 900, "b": 7, "c": 1, "d": 0})))
    assert "two figures below 10 among its four" in found.text
    assert found.size == pytest.approx(0.5)
    assert found.parts == ()


# ---- labels


def test_a_misspelling_against_another_table() -> None:
    one = table("One, June 2023", {"Burkino Faso": 20, "Iran": 30, "Iraq": 30})
    other = table("Two, September 2023", {"Burkina Faso": 20, "Iran": 30}, as_at=SEPTEMBER)
    found = only(findings(kind="label-variants", one=one, other=other))
    assert "one pair of labels that may mean the same, a letter or two apart" in found.text
    assert "“Burkina Faso”" in found.text
    assert "Iraq" not in found.text
    assert found.sources == ("one", "other")


def test_capitals_and_punctuation_are_named_as_such() -> None:
    one = table("One, June 2023", {"Stockton-On-Tees": 20})
    other = table("Two, June 2023", {"Stockton on Tees": 20}, column="Area")
    found = only(findings(kind="label-variants", one=one, other=other))
    assert "the columns “Area” and “Group”" in found.text
    assert "written with other capitals or punctuation" in found.text


@pytest.mark.parametrize(
    ("one", "other", "third"),
    [
        ("Nigeria", "Nigeria", None),
        ("Ages 18-29", "Ages 18-24", None),
        ("Family visa granted", "Family help granted", None),
        ("Austria", "Australia", {"Austria": 20, "Australia": 30}),
    ],
    ids=["the same", "other digits", "another word", "both in one table"],
)
def test_labels_that_are_two_things(one: str, other: str, third: dict[str, float] | None) -> None:
    tables = {"one": table("One, June 2023", {one: 20}), "other": table("Two, June 2023", {other: 20})}
    if third:
        tables["third"] = table("Three, June 2023", third)
    assert not findings(kind="label-variants", **tables)


def test_labels_without_a_place_in_a_recode() -> None:
    t = table("By nationality, June 2023", {"Iranian": 150, "Kurdish": 40, "Rare": 5, "Iraqi": 5}, column="Nationality")
    t["source"]["derive"] = {
        "place": {"kind": "recode", "column": "Nationality", "map": {"Iranian": "Iran", "Iraqi": "Iraq"}}
    }
    found = only(findings(kind="not-placed", t=t))
    assert "one label without a counterpart in what it is compared with: Kurdish (40), 20% of the table" in found.text
    assert "Rare" not in found.text


def test_a_title_that_names_another_tables_column() -> None:
    tables = {
        "one": table("People by nationality, June 2023", {"Iranian": 20}, column="Nationality"),
        "two": table("Need by nationality, June 2023", {"Iran": 20}, column="Country of origin"),
        "three": table("Need by country of origin, June 2023", {"Iran": 20}, column="Country of origin"),
    }
    found = only(findings(kind="title-contradicted", **tables))
    assert found.sources == ("two",)
    assert found.text == "“Need by nationality, June 2023” says “Nationality”, and its column is “Country of origin”."


# ---- what must hold for every finding


def test_counts_below_ten_are_never_written() -> None:
    before = {"Common": 500, "Seven": 7, "Eight": 8, "Unknown": 6, "Other": 20}
    after = {"Common": 900, "Seven": 3, "Four": 4, "Other": 29}
    tables = pair(before, after)
    tables["part"] = table("In need, June 2023", {"Common": 600, "Seven": 9, "Three": 3}, part_of="june")
    tables["status"] = table("By age, June 2023", {"young": 530, "old": 6, "Sevn": 2})
    for t in tables.values():
        t["source"]["derive"] = {"place": {"kind": "recode", "column": "Group", "map": {"Common": "c", "Seven": "s"}}}
    found = findings(**tables)
    assert {"totals-differ", "part-larger-than-whole", "small-cells", "not-classified"} <= {f.kind for f in found}
    for finding in found:
        assert not re.search(r"(?<![\d,.])[1-9](?![\d,.%])", finding.text), finding.text
        assert all(p.value is None or p.value == 0 or p.value >= 10 for p in finding.parts)


def test_findings_come_in_the_order_of_the_kinds() -> None:
    found = findings(**pair({"a": 60, "b": 40, "Other": 20}, {"a": 300, "c": 30}))
    order = [list(KINDS).index(f.kind) for f in found]
    assert order == sorted(order)
    assert len(set(order)) > 1


def test_a_table_that_cannot_be_read_as_one_is_an_error_not_in_order() -> None:
    t = table("By status, June 2023", {"a": 60})
    t["source"]["columns"] = {"Group": {"role": "group"}}
    with pytest.raises(MeasureError, match="cannot be checked"):
        findings(t=t)


def test_no_tables_no_findings() -> None:
    assert (
        findings(notes={"frame": pd.DataFrame({"x": ["a"]}), "source": {"kind": "records", "title": "Records"}}) == []
    )
