"""A table as plain text: as pandas prints a frame."""

from __future__ import annotations

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.protect import Column, public_table
from shared.report.blocks import Disclosure, Section
from shared.report.datatable import DataTable, _aligned

TEXT = st.text("ab é–−“%.,[](日)\n\t\u00a0 ", max_size=12)


@given(
    st.integers(1, 5).flatmap(
        lambda n: st.tuples(
            st.lists(TEXT, min_size=n, max_size=n), st.lists(st.lists(TEXT, min_size=n, max_size=n), max_size=4)
        )
    )
)
@settings(max_examples=150, deadline=None)
def test_texts_are_aligned_as_pandas_does(table: tuple[list[str], list[list[str]]]) -> None:
    heads, rows = table
    assert _aligned(heads, rows) == pd.DataFrame(rows, columns=heads).to_string(index=False)


def test_figures_and_marks_as_text() -> None:
    frame = pd.DataFrame(
        {"g": ["a", "longer"], "count": pd.array([1200, None], dtype="Int64"), "status": ["shown", "hidden"]}
    )
    columns = (Column("g", "Group", "group"), Column("count", "People", "count"), Column("status", "Status", "status"))
    shown = DataTable(public_table(frame, title="T", source_line="", columns=columns))
    assert shown.text() == "T\n Group People\n     a  1,200\nlonger    [c]"


def test_how_many_outputs_a_block_becomes() -> None:
    one = DataTable(public_table(pd.DataFrame({"g": ["a"], "n": [1]}), title="T", source_line=""))
    for block in (one, Disclosure("More", [one]), Section([one, one], "Heading"), Section([one])):
        assert block.pieces() == len(block.outputs())
