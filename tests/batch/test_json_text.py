"""JSON in lines, against the standard library's own; a notebook, against nbformat's."""

from __future__ import annotations

import json
from typing import Any

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from shared.batch.json_text import json_text, notebook_text

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
VALUES = st.recursive(
    SCALARS, lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.text(), inside, max_size=4), max_leaves=25
)


@given(VALUES, st.booleans())
@settings(max_examples=200, deadline=None)
def test_the_bytes_are_those_of_the_standard_library(value: Any, sort_keys: bool) -> None:
    theirs = json.dumps(value, indent=1, ensure_ascii=False, sort_keys=sort_keys, allow_nan=False)
    assert json_text(value, sort_keys=sort_keys) == theirs


@pytest.mark.parametrize("value", [{1: [{}], None: [[]], False: [()], 2.5: [[0]]}, {1: 2}, ([1], (2, [3])), [], "x", 3])
def test_names_that_are_no_texts_and_empty_things(value: Any) -> None:
    assert json_text(value) == json.dumps(value, indent=1, ensure_ascii=False)


@pytest.mark.parametrize("value", [[float("nan")], {"a": [{"b": float("inf")}]}, [object()], {"a": [{"b": object()}]}])
def test_what_is_no_json_is_refused(value: Any) -> None:
    with pytest.raises((ValueError, TypeError)):
        json_text(value)


def test_a_notebook_is_written_as_nbformat_does_and_not_changed() -> None:
    data = {"text/html": "<p>\n1</p>\n", "application/vnd.x+json": {"a": [1, {"b": [0.5, None]}], "s": "1\n2"}}
    outputs = [
        new_output("display_data", data=data, metadata={"x": 1}),
        new_output("stream", name="stdout", text="one\ntwo"),
        new_output("error", ename="E", evalue="e", traceback=["1\n2", "3"]),
    ]
    cells = [
        new_markdown_cell("# é\n![x](attachment:a.png)", attachments={"a.png": {"text/plain": "1\n2"}}),
        new_code_cell("1 + 1\n2", outputs=outputs, metadata={"trusted": True, "tags": ["core"]}),
        new_code_cell(""),
    ]
    notebook = new_notebook(
        cells=cells, metadata={"signature": "s", "kernelspec": {"name": "python3", "display_name": "Python 3"}}
    )
    before = nbformat.writes(notebook, split_lines=False)
    assert notebook_text(notebook) == nbformat.writes(notebook)
    assert nbformat.writes(notebook, split_lines=False) == before
    assert notebook.cells[1].metadata.trusted
