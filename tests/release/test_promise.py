"""SDC-1 and SDC-2 are promised before the first table and counted after the last; a broken promise is no report."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from shared.errors import ProtectionError
from shared.measures.measurement import State
from shared.protect import POLICIES, protect_counts
from shared.protect.book import Book
from shared.protect.counted import Lineage, counted
from shared.protect.ledger import change_in_words, kept, promised, study_ledger

POLICY = POLICIES["threshold-10-round-5"]


def book(*counts: int) -> Book:
    made = Book()
    groups = [f"g{n}" for n in range(len(counts))]
    protect_counts(
        pd.DataFrame({"g": groups, "n": np.array(counts, dtype=float)}), by=["g"], count="n", policy=POLICY,
        publish=["g"], title="T", source_line="S", groups={"g": groups}, book=made, lineage=Lineage("r"),
    )  # fmt: skip
    return made


def test_what_is_promised_is_what_is_counted() -> None:
    before = promised(POLICY)
    assert [(m.indicator, m.state, m.value) for m in before] == [
        ("SDC-1", State.MEASURED, 0.0), ("SDC-2", State.MEASURED, 0.0), ("SDC-6", State.NOT_KNOWN, None),
    ]  # fmt: skip
    small, found, lost = kept(book(52, 4, 61, 13), POLICY)
    assert (small.value, found.value) == (0.0, 0.0)
    assert (lost.value, lost.numerator, lost.denominator) == (0.25, 1, 4)


def test_a_small_cell_that_is_shown_ends_the_run() -> None:
    made = book(52, 4, 61, 13)
    made.remember("leaked", np.array([52.0, 4.0]), np.array([50.0, 5.0]))
    with pytest.raises(ProtectionError, match="1 small cells are shown") as broken:
        kept(made, POLICY)
    assert "leaked" not in str(broken.value)


def test_a_hidden_cell_that_follows_from_the_others_ends_the_run() -> None:
    made, exact = book(52, 4, 61, 13), POLICIES["published-aggregates"]
    labels = [("a",), ("b",)]
    made.tables.append(counted("parts", Lineage("q"), ["g"], labels, [20, None], [False, True], exact))
    made.tables.append(counted("all", Lineage("q"), [], [()], [24], [False], exact))
    with pytest.raises(ProtectionError, match="1 hidden cells can be worked out"):
        kept(made, POLICY)


def test_without_tables_nothing_is_lost() -> None:
    assert [m.state for m in kept(Book(), POLICY)] == [State.NOT_APPLICABLE] * 3


def test_the_ledger_says_how_much_was_changed_in_classes_only() -> None:
    made = book(52, 4, 61, 13, 27, 33, 41, 78, 94, 16, 23)  # changes of 2, 1, 2, 2, 2, 1, 2, 1, 1, 2: on average 1.6
    assert change_in_words(made.before, POLICY) == "Each figure shown was changed by at most 2; by 1 to 2 on average."
    content = study_ledger(made, POLICY, kept(made, POLICY))
    (fact,) = content["facts"]
    assert [cell[1:] for cell in fact["cells"]][:2] == [[48, 52], [None, None]]
    assert content["measured"]["SDC-6"]["value"] == 1 / 11
