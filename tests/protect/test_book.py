"""Several tables of the same people: an attacker who has them all recovers no hidden count."""

from __future__ import annotations

import itertools

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.protect import POLICIES, Policy, SafeTable, protect_counts
from shared.protect.book import Book
from shared.protect.counted import Lineage, counted_from
from shared.protect.joint import Link
from tests.protect.attacker import hidden_ranges, too_narrow

LEVELS = {"a": ["a1", "a2", "a3"], "b": ["b1", "b2"], "c": ["c1", "c2", "c3"]}
POLICY = st.sampled_from(sorted(POLICIES))
ATOMS = list(itertools.product(*LEVELS.values()))
COUNTS = st.lists(
    st.one_of(st.just(0), st.integers(0, 6), st.integers(0, 40)), min_size=len(ATOMS), max_size=len(ATOMS)
)
SCOPES = st.lists(
    st.sampled_from([("a",), ("b",), ("c",), ("a", "b"), ("b", "c"), ("a", "c"), ("c", "a")]),
    min_size=1, max_size=4, unique=True,
)  # fmt: skip


def records(counts: list[int]) -> pd.DataFrame:
    rows = [atom for atom, n in zip(ATOMS, counts, strict=True) for _ in range(n)]
    return pd.DataFrame(rows, columns=list(LEVELS), dtype="str")


def table(frame: pd.DataFrame, by: tuple[str, ...], policy: Policy, book: Book, **more: object) -> SafeTable:
    made: SafeTable = protect_counts(
        frame, by=by, policy=policy, publish=LEVELS, title=" x ".join(by), source_line="", groups=LEVELS, book=book,
        lineage=Lineage("records"), **more,  # type: ignore[arg-type]
    )  # fmt: skip
    return made


@given(COUNTS, SCOPES, POLICY)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_sibling_tables_together_give_no_hidden_count_away(
    counts: list[int], scopes: list[tuple[str, ...]], name: str
) -> None:
    policy, book, frame = POLICIES[name], Book(), records(counts)
    shown = [table(frame, by, policy, book) for by in scopes]
    for title, group, low, high, alone in hidden_ranges(LEVELS, shown, policy):
        assert not too_narrow(low, high, alone, policy), (title, group, low, high)


AREAS = {"a1": "north", "a2": "north", "b1": "south", "b2": "south", "c1": "west"}
TREE = {"area": list(AREAS), "region": ["north", "south", "west"]}
LINK = Link("area", "region", frozenset(AREAS.items()))
NEVER = {(a, r) for a in TREE["area"] for r in TREE["region"] if AREAS[a] != r}


@given(st.lists(st.integers(0, 30), min_size=5, max_size=5), st.booleans(), POLICY)
@settings(max_examples=60, deadline=None)
def test_a_table_of_areas_and_one_of_their_regions_give_no_hidden_count_away(
    sizes: list[int], regions_first: bool, name: str
) -> None:
    policy, book = POLICIES[name], Book({"records": [LINK]})
    rows = [(a, r) for (a, r), n in zip(AREAS.items(), sizes, strict=True) for _ in range(n)]
    frame = pd.DataFrame(rows, columns=["area", "region"], dtype="str")
    order = ["region", "area"] if regions_first else ["area", "region"]
    shown = [
        protect_counts(
            frame, by=[by], policy=policy, publish=order, title=by, source_line="", groups=TREE, book=book,
            lineage=Lineage("records"),
        )
        for by in order
    ]  # fmt: skip
    for title, group, low, high, alone in hidden_ranges(TREE, shown, policy, NEVER):
        assert not too_narrow(low, high, alone, policy), (title, group, low, high)


def people(**sizes: int) -> pd.DataFrame:
    return pd.DataFrame({"g": [g for g, n in sizes.items() for _ in range(n)]}, dtype="str")


def test_a_region_is_hidden_too_where_its_one_small_area_would_follow_from_it() -> None:
    """Worked by hand: north is 4 + 60. The region's figure, exact, less the shown 60, would be the hidden 4."""
    frame = pd.DataFrame({"area": ["a1"] * 4 + ["a2"] * 60 + ["b1"] * 50 + ["b2"] * 3 + ["c1"] * 30})
    frame["region"] = frame["area"].map(AREAS)
    book, policy = Book({"records": [LINK]}), "published-aggregates"
    tables = {
        by: protect_counts(
            frame, by=[by], policy=policy, publish=TREE, title=by, source_line="", groups=TREE, book=book,
            lineage=Lineage("records"),
        ).frame.set_index(by)["status"]
        for by in ("area", "region")
    }  # fmt: skip
    assert tables["area"].tolist() == ["hidden", "shown", "shown", "hidden", "shown"]
    assert tables["region"].to_dict() == {"north": "hidden", "south": "hidden", "west": "shown"}


def test_people_who_are_only_a_difference_between_two_tables_are_protected_too() -> None:
    """63 gave answer x, 60 of them women: both figures together would print the 3 men, whom no table shows."""
    sizes = {("f", "x"): 60, ("f", "y"): 30, ("f", "z"): 20, ("m", "x"): 3, ("m", "y"): 40, ("m", "z"): 50}
    rows = [person for person, n in sizes.items() for _ in range(n)]
    frame, book = pd.DataFrame(rows, columns=["sex", "g"], dtype="str"), Book()
    all_of_them, women, men = (
        protect_counts(
            frame[frame["sex"].isin(sexes)], by=["g"], policy="published-aggregates", publish=["g", "sex"],
            title=title, source_line="", groups={"g": ["x", "y", "z"]}, book=book,
            lineage=Lineage("r", chosen=(("sex", sexes),) if len(sexes) == 1 else ()),
        )
        for title, sexes in (("all", ("f", "m")), ("women", ("f",)), ("men", ("m",)))
    )  # fmt: skip
    assert all_of_them.frame["count"].tolist() == [63, 70, 70]
    assert women.frame["status"].tolist() == ["hidden", "shown", "hidden"]  # 110 women in all: one alone would follow
    assert men.frame["status"].tolist()[0] == "hidden"
    assert book.exposed() == []


def test_the_same_table_asked_for_again_is_the_same_and_counts_once() -> None:
    book, frame = Book(), people(x=4, y=50, z=12)
    made = [
        protect_counts(
            frame, by=["g"], policy="published-aggregates", publish=["g"], title=title, source_line="",
            groups={"g": ["x", "y", "z"]}, book=book, lineage=Lineage("records"),
        )
        for title in ("first", "second")
    ]  # fmt: skip
    pd.testing.assert_frame_equal(made[0].frame, made[1].frame)
    assert len(book.tables) == 1


def test_what_is_kept_of_a_table_holds_no_true_count_and_can_be_read_back() -> None:
    book = Book()
    protect_counts(
        people(x=4, y=52, z=13), by=["g"], policy="threshold-10-round-5", publish=["g"], title="t", source_line="",
        groups={"g": ["x", "y", "z"]}, book=book, lineage=Lineage("records"),
    )  # fmt: skip
    (kept,) = book.tables
    assert [cell[1:] for cell in kept.as_json()["cells"]] == [[None, None], [48, 52], [13, 17]]
    assert counted_from(kept.as_json()).as_json() == kept.as_json()


def test_a_table_that_cannot_be_shown_at_all_is_hidden_with_its_empty_cells() -> None:
    """The total 63 is shown, then 60 of it: any figure of the other 3, zero or not, would complete the sum."""
    book, policy = Book(), POLICIES["published-aggregates"]
    frame = people(x=60, y=3)
    book.add_total(Lineage("r"), 63, policy)
    first = protect_counts(
        frame[frame["g"] == "x"], by=["g"], policy=policy, publish=["g"], title="x", source_line="",
        groups={"g": ["x"]}, book=book, lineage=Lineage("r", chosen=(("g", ("x",)),)),
    )  # fmt: skip
    second = protect_counts(
        frame, by=["g"], policy=policy, publish=["g"], title="all", source_line="", groups={"g": ["x", "y", "z"]},
        book=book, lineage=Lineage("r"),
    )  # fmt: skip
    assert first.hidden == 0
    assert second.frame["status"].tolist() == ["hidden"] * 3


def test_a_total_too_small_to_show_is_not_taken_for_known() -> None:
    book = Book()
    book.add_total(Lineage("r"), 7, POLICIES["threshold-10-round-5"])
    assert book.tables == []
