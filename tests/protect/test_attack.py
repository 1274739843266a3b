"""An attacker tries every table that fits what was published; what is hidden must stay uncertain."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from shared.protect import POLICIES, Policy, protect_counts, protect_rates
from shared.protect.suppress import hidden_cells, small_cells

POLICY = st.sampled_from(sorted(POLICIES))
CELLS = st.lists(st.one_of(st.integers(0, 14), st.integers(0, 40)), min_size=2, max_size=4)


def fits(policy: Policy, published: int) -> list[int]:
    """Every true count that the policy publishes as this one."""
    return [n for n in range(200) if not policy.hides(n) and policy.rounded(n) == published]


def possible(counts: list[int], policy: Policy, out: list[bool]) -> set[int]:
    """The values any one hidden cell can have for someone who knows all that is published and the total.

    The attacker knows the policy and the published total of the line, but not which cells are hidden for company.
    """
    least, number = (1 if policy.show_zero else 0), sum(out)
    shown = [fits(policy, policy.rounded(n)) for n, hidden in zip(counts, out, strict=True) if not hidden]
    totals = fits(policy, policy.rounded(sum(counts)))
    rests = {total - sum(cells) for total in totals for cells in itertools.product(*shown)}
    if number == 1:
        return {rest for rest in rests if least <= rest < policy.threshold}
    return {s for rest in rests for s in range(least, rest - least * (number - 1) + 1)}


@given(CELLS, POLICY)
@settings(max_examples=400, deadline=None)
def test_a_hidden_cell_of_a_line_cannot_be_worked_out(cells: list[int], name: str) -> None:
    policy = POLICIES[name]
    counts = np.array(cells, dtype=float)
    out = hidden_cells(counts, policy)
    assume(out.any() and not policy.hides(sum(cells)))
    left_to_hide = ~out & (counts > 0)
    assume(left_to_hide.any())
    values = possible(cells, policy, out.tolist())
    assert max(values) - min(values) >= policy.width


@given(CELLS, POLICY)
@settings(max_examples=300, deadline=None)
def test_every_small_cell_is_hidden_and_no_zero_is_hidden_for_company(cells: list[int], name: str) -> None:
    policy = POLICIES[name]
    counts = np.array(cells, dtype=float)
    out = hidden_cells(counts, policy)
    assert (out >= small_cells(counts, policy)).all()
    if policy.show_zero:
        assert not out[counts == 0].any()


@given(st.lists(st.lists(st.integers(0, 30), min_size=3, max_size=3), min_size=2, max_size=4))
@settings(max_examples=200, deadline=None)
def test_in_two_ways_no_line_of_exact_figures_has_one_hidden_cell(rows: list[list[int]]) -> None:
    counts = np.array(rows, dtype=float)
    out = hidden_cells(counts, POLICIES["published-aggregates"])
    for lines, masks in ((counts, out), (counts.T, out.T)):
        for line, mask in zip(lines, masks, strict=True):
            total_is_published = line.sum() >= 10
            others = ((line > 0) & ~mask).any()
            assert mask.sum() != 1 or not total_is_published or not others


GROUPS = ["a", "b", "c", "d"]
RECORDS = st.dictionaries(st.sampled_from(GROUPS), st.integers(0, 40), min_size=1)


@given(RECORDS, POLICY)
@settings(max_examples=200, deadline=None)
def test_nothing_in_a_table_depends_on_a_hidden_count_but_that_it_is_hidden(sizes: dict[str, int], name: str) -> None:
    """Make each small count as large as a small one can be: where the same cells are hidden the tables are the same."""
    policy = POLICIES[name]
    largest = policy.threshold - 1
    other = {g: largest if 0 < n < policy.threshold else n for g, n in sizes.items()}

    def table(counts: dict[str, int]) -> pd.DataFrame:
        frame = pd.DataFrame({"g": list(counts), "n": [float(n) for n in counts.values()]})
        made = protect_counts(
            frame, by=["g"], count="n", policy=name, publish=["g"], groups={"g": GROUPS}, title="", source_line=""
        )
        return made.frame

    first, second = table(sizes), table(other)
    if first["status"].tolist() == second["status"].tolist():
        pd.testing.assert_frame_equal(first, second)


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=2, max_size=4), POLICY)
@settings(max_examples=200, deadline=None)
def test_a_shown_rate_never_rests_on_a_small_count(pairs: list[tuple[int, int]], name: str) -> None:
    policy = POLICIES[name]
    names = [str(i) for i in range(len(pairs))]
    frame = pd.DataFrame({"g": names, "x": [float(x) for x, _ in pairs], "n": [float(x + y) for x, y in pairs]})
    table = protect_rates(
        frame,
        by="g",
        numerator="x",
        denominator="n",
        policy=name,
        publish=["g"],
        groups=names,
        title="",
        source_line="",
    )
    made = table.frame.set_index("g")
    for i, (x, y) in enumerate(pairs):
        if not pd.isna(made.loc[str(i), "rate"]):
            assert not policy.hides(x)
            assert not policy.hides(y)
            rounded = policy.rounded(x + y)
            assert made.loc[str(i), "rate"] == round(min(policy.rounded(x), rounded) / rounded, 6)
