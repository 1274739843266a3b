"""Cell-key perturbation: the published formula, the package as an oracle, and the same people with the same noise."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.errors import ProtectionError
from shared.protect import SafeTable, protect_counts
from shared.protect.cellkey import RecordKeys, pcv, read_ptable, ten_five
from shared.sources.large import RECORDS


@pytest.mark.parametrize(
    ("count", "row"), [(1, 1), (750, 750), (751, 501), (1000, 750), (1001, 501), (1250, 750), (1251, 501)]
)
def test_the_rows_of_the_perturbation_table_as_in_the_worked_examples(count: int, row: int) -> None:
    assert pcv(count) == row


@pytest.mark.parametrize(("count", "shown"), [(9, None), (10, 10), (11, 10), (12, 10), (13, 15), (14, 15), (66, 65)])
def test_the_10_5_rule_of_the_worked_examples(count: int, shown: int | None) -> None:
    rule = ten_five().set_index(["pcv", "ckey"])["pvalue"]
    noisy = {count + int(rule[pcv(count), key]) for key in range(256)}
    assert noisy == {0 if shown is None else shown}


def noise_table(most: int = 3) -> pd.DataFrame:
    """A perturbation table of the tests' own: noise from -3 to 3 by cell key, small counts to zero."""
    rows = [(p, k, -p if p < 3 else (k % (2 * most + 1)) - most) for p in range(1, 751) for k in range(256)]
    return pd.DataFrame(rows, columns=["pcv", "ckey", "pvalue"])


NOISE = noise_table()


def records(sizes: list[int], seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    rows = [(f"a{n // 2}", f"b{n % 2}") for n, size in enumerate(sizes) for _ in range(size)]
    frame = pd.DataFrame(rows, columns=["a", "b"], dtype="str")
    return frame.assign(key=[str(k) for k in rng.integers(0, 256, len(frame))])


def table(frame: pd.DataFrame, *by: str) -> SafeTable:
    return protect_counts(
        frame, by=by, policy="cell-key", publish=["a", "b"], title="", source_line="",
        groups={"a": ["a0", "a1", "a2"], "b": ["b0", "b1"]}, keys=RecordKeys("key", NOISE),
    )  # fmt: skip


@given(st.lists(st.integers(0, 60), min_size=6, max_size=6), st.integers(0, 1000))
@settings(max_examples=40, deadline=None)
def test_noise_is_that_of_the_cell_key_and_nothing_true_is_carried(sizes: list[int], seed: int) -> None:
    frame = records(sizes, seed)
    if frame.empty:
        return
    made = table(frame, "a", "b")
    assert [c.name for c in made.columns] == ["a", "b", "count", "share", "status"]
    by_rule = NOISE.set_index(["pcv", "ckey"])["pvalue"]
    for row in made.frame.to_dict("records"):
        inside = frame[(frame["a"] == row["a"]) & (frame["b"] == row["b"])]
        count = len(inside)
        noisy = count + int(by_rule[pcv(count), inside["key"].astype(int).sum() % 256]) if count else 0
        if not pd.isna(row["count"]):
            assert row["count"] == noisy
            assert noisy >= 10
        elif noisy >= 10:
            assert row["status"] == "hidden"  # hidden for company


def test_the_same_people_reached_through_two_tables_have_the_same_noise() -> None:
    frame = records([40, 0, 25, 33, 0, 50], 7)
    one = table(frame, "a").frame.set_index("a")["count"]
    two = table(frame, "a", "b").frame.set_index(["a", "b"])["count"]
    assert not pd.isna(two["a0", "b0"])
    assert one["a0"] == two["a0", "b0"]  # all of a0 are b0
    assert one["a2"] == two["a2", "b1"]


def test_without_record_keys_the_10_5_rule_is_used_and_said() -> None:
    frame = pd.DataFrame({"g": ["x", "y"], "n": [13.0, 66.0]})
    made = protect_counts(
        frame, by=["g"], count="n", policy="cell-key", publish=["g"], title="", source_line="", groups={"g": ["x", "y"]}
    )
    assert made.frame["count"].tolist() == [15, 65]
    assert "rounded" in made.note


@pytest.mark.parametrize("bad", ["256", "-1", "1.5", "x", None])
def test_a_bad_record_key_is_refused_without_its_value(bad: str | None) -> None:
    frame = records([20, 20, 20, 20, 20, 20], 1)
    frame.loc[3, "key"] = bad
    with pytest.raises(ProtectionError, match="whole number from 0 to 255") as refused:
        table(frame, "a")
    assert bad is None or f'"{bad}"' not in str(refused.value)


def test_a_perturbation_table_is_read_and_a_broken_one_refused(tmp_path: Path) -> None:
    path = tmp_path / "ptable.csv"
    NOISE.to_csv(path, index=False)
    pd.testing.assert_frame_equal(read_ptable(path), NOISE)
    NOISE.iloc[1:].to_csv(path, index=False)
    with pytest.raises(ProtectionError, match="no perturbation table"):
        read_ptable(path)
    path.write_text("pcv,ckey\n1,x\n")
    with pytest.raises(ProtectionError, match="cannot be read"):
        read_ptable(path)


@given(st.lists(st.integers(0, 2200), min_size=4, max_size=4), st.integers(0, 1000))
@settings(max_examples=15, deadline=None)
def test_records_counted_before_get_the_noise_of_the_records(sizes: list[int], seed: int) -> None:
    frame = records(sizes, seed)
    if frame.empty:
        return
    before = frame.groupby(["a", "b", "key"]).size().rename(RECORDS).reset_index()
    pd.testing.assert_frame_equal(table(before, "a", "b").frame, table(frame, "a", "b").frame)
    pd.testing.assert_frame_equal(table(before, "a").frame, table(frame, "a").frame)
