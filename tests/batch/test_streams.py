"""Printed text as a terminal shows it."""

from __future__ import annotations

import pytest
from nbformat.v4 import new_output

from shared.batch.streams import as_shown, joined


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("plain\ntext\n", "plain\ntext\n"),
        ("10 %\r50 %\r100 %\nready\n", "100 %\nready\n"),
        ("from elsewhere\r\nsecond\r\n", "from elsewhere\r\nsecond\r\n"),
        ("10 %\r\r\n", "\r\n"),
        ("wrote\b\b\bite it\n", "write it\n"),
        ("\b\bx\n\by", "x\ny"),
    ],
)
def test_what_is_written_over_is_gone(printed: str, shown: str) -> None:
    assert as_shown(printed) == shown


def test_a_long_line_is_dealt_with_in_one_pass() -> None:
    long = 2_000_000  # with a step for each pair of characters this would take hours
    assert as_shown("x" * long + "\r" + "y" * long) == "y" * long


def test_pieces_of_one_stream_become_one_and_the_order_stays() -> None:
    outputs = [
        new_output("stream", name="stdout", text="a"),
        new_output("stream", name="stdout", text="b\r"),
        new_output("stream", name="stdout", text="c\n"),
        new_output("display_data", {"text/plain": "chart"}),
        new_output("stream", name="stdout", text="d\n"),
        new_output("stream", name="stderr", text="e\n"),
    ]
    made = [(o.get("name", ""), o.get("text", "")) for o in joined(outputs)]
    assert made == [("stdout", "c\n"), ("", ""), ("stdout", "d\n"), ("stderr", "e\n")]
    assert joined([]) == []
