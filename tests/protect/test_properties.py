"""What holds for any tables: hierarchies and siblings, columns, rounding, noise. Counts are made up at random."""

from __future__ import annotations

import itertools
import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from shared.charts.bars import grouped_bars
from shared.errors import ProtectionError
from shared.protect import POLICIES, Column, Policy, SafeTable, compare, protect_counts, protect_rates, public_table
from shared.protect.book import Book
from shared.protect.cellkey import RecordKeys
from shared.protect.counted import Lineage
from shared.protect.joint import Link
from shared.protect.ledger import entry_of
from shared.protect.rounding import controlled_rounding
from shared.report.datatable import DataTable
from tests.protect.attacker import hidden_ranges, too_narrow
from tests.protect.test_cellkey import NOISE

POLICY = st.sampled_from(sorted(POLICIES))
SLOW = [HealthCheck.too_slow]
FEW = settings(max_examples=20, deadline=None, suppress_health_check=SLOW, derandomize=True)
FEWER = settings(max_examples=5, deadline=None, suppress_health_check=SLOW, derandomize=True)

REGION = {"w1": "e", "w2": "e", "w3": "f", "w4": "f", "w5": "g"}
COUNTRY = {"e": "north", "f": "north", "g": "south"}
LEVELS = {"ward": list(REGION), "region": ["e", "f", "g"], "country": ["north", "south"], "sex": ["m", "w"]}
LINKS = [
    Link("ward", "region", frozenset(REGION.items())), Link("region", "country", frozenset(COUNTRY.items())),
    Link("ward", "country", frozenset((w, COUNTRY[r]) for w, r in REGION.items())),
]  # fmt: skip
NEVER = {a for a in itertools.product(*LEVELS.values()) if REGION[a[0]] != a[1] or COUNTRY[a[1]] != a[2]}
SCOPES = [("ward",), ("region",), ("country",), ("sex",), ("ward", "sex"), ("region", "sex"), ("country", "sex")]


def people(sizes: list[int]) -> pd.DataFrame:
    cells = itertools.product(REGION, LEVELS["sex"])
    rows = [(w, REGION[w], COUNTRY[REGION[w]], s) for (w, s), n in zip(cells, sizes, strict=True) for _ in range(n)]
    return pd.DataFrame(rows, columns=list(LEVELS), dtype="str")


def table(frame: pd.DataFrame, by: tuple[str, ...], policy: Policy, book: Book | None = None, **more: Any) -> SafeTable:
    made: SafeTable = protect_counts(
        frame, by=by, policy=policy, publish=LEVELS, title=" x ".join(by), source_line="", groups=LEVELS, book=book,
        lineage=Lineage("records"), **more,
    )  # fmt: skip
    return made


SIZES = st.lists(st.one_of(st.integers(0, 12), st.integers(0, 60)), min_size=10, max_size=10)


@given(SIZES, st.lists(st.sampled_from(SCOPES), min_size=2, max_size=4, unique=True), POLICY)
@FEW
def test_no_hidden_count_of_a_hierarchy_of_three_levels_is_worked_out(
    sizes: list[int], scopes: list[tuple[str, ...]], name: str
) -> None:
    """Wards, regions and countries, by sex or not, in any order; the attacker knows which ward lies where."""
    policy, book, frame = POLICIES[name], Book({"records": LINKS}), people(sizes)
    shown = [table(frame, by, policy, book) for by in scopes]
    for title, group, low, high, alone in hidden_ranges(LEVELS, shown, policy, NEVER):
        assert not too_narrow(low, high, alone, policy), (title, group, low, high)
    assert book.exposed() == []


@given(
    SIZES, st.sampled_from(LEVELS["sex"]), st.lists(st.sampled_from(SCOPES[:3]), min_size=2, max_size=3, unique=True)
)
@FEWER
def test_no_hidden_count_of_sibling_tables_of_a_part_and_the_whole_is_worked_out(
    sizes: list[int], sex: str, scopes: list[tuple[str, ...]]
) -> None:
    """The same tables for everybody and for one sex: the other sex is the difference, and nobody prints it."""
    policy, book, frame = POLICIES["published-aggregates"], Book({"records": LINKS}), people(sizes)
    for by in scopes:
        table(frame, by, policy, book)
        protect_counts(
            frame[frame["sex"] == sex], by=by, policy=policy, publish=LEVELS, title="part", source_line="",
            groups=LEVELS, book=book, lineage=Lineage("records", chosen=(("sex", (sex,)),)),
        )  # fmt: skip
    assert book.exposed() == []


def test_the_attacker_of_these_tests_does_find_what_is_not_protected() -> None:
    """Worked by hand: region e is w1 + w2 = 4 + 60; without a book both tables together give the 4 away."""
    policy, frame = POLICIES["published-aggregates"], people([4, 0, 60, 0, 50, 0, 3, 0, 30, 0])
    apart = [table(frame, by, policy) for by in (("ward",), ("region",))]
    found = {group: (low, high) for _, group, low, high, _ in hidden_ranges(LEVELS, apart, policy, NEVER)}
    assert found["w1",] == (4, 4)
    together = Book({"records": LINKS})
    held = [table(frame, by, policy, together) for by in (("ward",), ("region",))]
    ranges = {group: (low, high) for _, group, low, high, _ in hidden_ranges(LEVELS, held, policy, NEVER)}
    assert ranges["w1",][1] - ranges["w1",][0] >= policy.width


SECRET = "Zq7undeclared"


@given(
    st.lists(st.text("abcdefgh", min_size=1, max_size=4), min_size=1, max_size=4, unique=True),
    POLICY,
    st.integers(0, 3),
)
@FEW
def test_no_undeclared_column_survives(names: list[str], policy: str, way: int) -> None:
    """Columns that nobody declared, named and filled at random, are in no frame, entry, chart or block."""
    extra = {f"x_{name}": [f"{SECRET}{name}{n}" for n in range(60)] for name in names}
    frame = pd.DataFrame({"g": ["u", "v", "w"] * 20, "n": [30.0] * 60, "m": [90.0] * 60, **extra})
    common: dict[str, Any] = {"policy": policy, "publish": ["g"], "title": "T", "source_line": "S"}
    if way == 0:
        made = protect_counts(frame, by=["g"], groups={"g": ["u", "v", "w"]}, **common)
    elif way == 1:
        rates = frame.drop_duplicates("g")
        made = protect_rates(rates, by="g", numerator="n", denominator="m", groups=["u", "v", "w"], **common)
    elif way == 2:
        declared = [Column("g", "G", "group"), Column("n", "N", "value")]
        made = public_table(frame, columns=declared, title="T", source_line="S")
    else:
        one = protect_counts(frame, by=["g"], groups={"g": ["u", "v", "w"]}, **common)
        made = compare(one, one.titled("U"), title="T", source_line="S")
    assert list(made.frame.columns) == [column.name for column in made.columns]
    assert not any(name.startswith("x_") for name in made.frame.columns)
    said = [json.dumps(entry_of(made)), DataTable(made).html(), repr(made)]
    if way == 3:
        said.append(grouped_bars(made, description="d", group="g", names=("a", "b")).to_json())
    assert not any(SECRET in text for text in said)


def test_a_column_that_may_not_be_published_is_refused() -> None:
    frame = pd.DataFrame({"g": ["u"] * 30, "name": [SECRET] * 30})
    with pytest.raises(ProtectionError) as refused:
        protect_counts(frame, by=["name"], policy="strict", publish=["g"], title="T", source_line="S")
    assert SECRET not in str(refused.value)


@given(SIZES, st.sampled_from(["threshold-10-round-5", "redact-7-round-5", "strict", "published-aggregates"]))
@FEW
def test_the_same_people_have_the_same_rounded_count_in_every_table(sizes: list[int], name: str) -> None:
    """Overlapping tables, whatever the way to the same people: all of region g live in ward w5, all of south in g."""
    policy, frame = POLICIES[name], people(sizes)
    made = {by: table(frame, by, policy).frame.set_index(list(by))["count"] for by in SCOPES}
    same = [
        [made["ward",]["w5"], made["region",]["g"], made["country",]["south"]],
        *[[made["ward", "sex"]["w5", s], made["region", "sex"]["g", s], made["country", "sex"]["south", s]]
          for s in LEVELS["sex"]],
    ]  # fmt: skip
    for counts in same:
        assert len({count for count in counts if not pd.isna(count)}) <= 1
    base = policy.base or 1
    assert all(count % base == 0 for column in made.values() for count in column.dropna())


@given(SIZES, st.integers(0, 1000))
@FEWER
def test_the_same_people_have_the_same_noise_in_every_table(sizes: list[int], seed: int) -> None:
    frame = people(sizes)
    assume(len(frame) > 0)
    keys = np.random.default_rng(seed).integers(0, 256, len(frame))
    frame = frame.assign(key=[str(key) for key in keys])
    policy = POLICIES["cell-key"]
    made = {
        by: table(frame, by, policy, keys=RecordKeys("key", NOISE)).frame.set_index(list(by))["count"] for by in SCOPES
    }
    for sex in LEVELS["sex"]:
        counts = [made["ward", "sex"]["w5", sex], made["region", "sex"]["g", sex], made["country", "sex"]["south", sex]]
        assert len({count for count in counts if not pd.isna(count)}) <= 1
    shuffled = table(frame.sample(frac=1, random_state=seed), ("ward", "sex"), policy, keys=RecordKeys("key", NOISE))
    pd.testing.assert_series_equal(shuffled.frame.set_index(["ward", "sex"])["count"], made["ward", "sex"])


@given(
    st.lists(st.lists(st.integers(0, 40), min_size=3, max_size=3), min_size=2, max_size=3), st.sampled_from([3, 5, 10])
)
@FEW
def test_controlled_rounding_stays_within_the_base_in_every_cell_row_column_and_in_all(
    rows: list[list[int]], base: int
) -> None:
    true = np.array(rows)
    made = controlled_rounding(true, base)
    for a, b in [(true, made), (true.sum(0), made.sum(0)), (true.sum(1), made.sum(1)), (true.sum(), made.sum())]:
        assert (np.abs(np.asarray(a) - np.asarray(b)) < base).all()
        assert (np.asarray(b) % base == 0).all()
    pd.testing.assert_frame_equal(pd.DataFrame(made), pd.DataFrame(controlled_rounding(made, base)))


def test_the_worked_example_of_controlled_rounding() -> None:
    """Worked by hand at base 3, in the manner of Cox (1987): 1, 1, 1 over 1, 1, 1 has totals 3, 3 and 2, 2, 2; the
    rows keep theirs exactly, each column goes to 0 or 3, and the whole stays 6."""
    made = controlled_rounding([[1, 1, 1], [1, 1, 1]], 3)
    assert made.sum(axis=1).tolist() == [3, 3]
    assert sorted(made.sum(axis=0).tolist()) == [0, 3, 3]
    assert made.sum() == 6


@given(SIZES, st.lists(st.sampled_from(SCOPES), min_size=1, max_size=3, unique=True))
@FEWER
def test_tables_that_add_up_give_no_hidden_count_away_either(sizes: list[int], scopes: list[tuple[str, ...]]) -> None:
    """Where the policy asks that totals add up, each figure shown is less than the base from the truth."""
    from dataclasses import replace

    policy, book, frame = (
        replace(POLICIES["threshold-10-round-5"], adds_up=True),
        Book({"records": LINKS}),
        people(sizes),
    )
    for by in scopes:
        made = table(frame, by, policy, book).frame.set_index(list(by))["count"].dropna()
        true = frame.groupby(list(by)).size().reindex(made.index, fill_value=0)
        assert ((made - true).abs() < 5).all()
        assert abs(made.sum() - true.sum()) < 5 or made.size < len(LEVELS[by[0]])
    assert book.exposed() == []
