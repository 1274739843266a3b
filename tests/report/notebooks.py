"""Executed notebooks made without a kernel: the outputs are what blocks would have displayed."""

from __future__ import annotations

from typing import Any

import nbformat
import pandas as pd

from shared.charts.bars import grouped_bars
from shared.charts.profile import profile
from shared.protect import SafeTable, public_table
from shared.report.blocks import (
    Block,
    Callout,
    DefinitionList,
    Disclosure,
    Finding,
    Findings,
    Formula,
    KeyFigures,
    Lead,
    Prose,
    Section,
    lab_style,
    literal,
)  # fmt: skip
from shared.report.datatable import DataTable
from shared.report.figure import Figure

HOSTILE = "</script><script>window.hit=1</script><!--<script> <img src=x onerror='window.hit=2'> \"&"


def table(words: str = "Iran") -> SafeTable:
    frame = pd.DataFrame({
        "group": [words, "Syria", "Tuvalu"], "share": [0.5, 0.25, None], "reference_share": [0.3, 0.6, 0.1],
        "status": ["shown", "shown", "hidden"],
    })  # fmt: skip
    return public_table(
        frame, title=f"Shares {words}", source_line=f"Source {literal(words)}", roles={"reference_share": "share"},
        labels={"group": f"Nationality {words}"}, note="1 figure is hidden.",
    )  # fmt: skip


def figure(words: str = "Iran") -> Figure:
    made = grouped_bars(table(words), description=f"Bars. {words}", group="group", names=("Source", f"Census {words}"))
    return Figure(made, table(words), f"Caption {literal(words)}", "Subtitle")


def scores_figure() -> Figure:
    scores = public_table(
        pd.DataFrame({
            "dimension": ["Governance", "Accuracy"], "score": [60.0, None], "low": [50.0, 10.0], "high": [70.0, 90.0],
        }),
        title="Profile", source_line="Register",
    )  # fmt: skip
    return Figure(profile(scores, description="Two dimensions."), scores, "Profile")


def everything(words: str = "plain words") -> Section:
    """One section with every kind of block, ``words`` (from data) wherever data can come in."""
    said = literal(words)
    return Section(
        [
            Lead(f"The source **can** be used: {said}"),
            Prose(f"A paragraph with {said}.\n\n- one\n- two"),
            KeyFigures([("19,845", f"records {said}"), ("331", "authorities")]),
            Findings([
                Finding(f"Give context {said}", "met", f"All gates pass {said}", (DefinitionList([(words, said)]),)),
                Finding("Benchmark", "not_met"), Finding("Fill a gap", "not_known"),
            ]),
            DefinitionList([(words, f"Means {said}"), ("Second", "Two paragraphs\n\nhere")]),
            Callout(f"Made up {said}", words, "synthetic"),
            Disclosure(words, [Prose(said), DataTable(table(words))]),
            Formula(r"\frac{n_i}{N} < 1"),
            DataTable(table(words)), figure(words), scores_figure(),
        ],
        heading=f"What {words} can do",
    )  # fmt: skip


def cell_of(block: Block, *tags: str, source: str = "study.findings()") -> Any:
    """A code cell that has displayed ``block``."""
    bundles = block.outputs()
    bundles[0] = bundles[0] | {"text/html": lab_style() + bundles[0].get("text/html", "")}
    outputs = [nbformat.v4.new_output("display_data", data=bundle) for bundle in bundles]
    return nbformat.v4.new_code_cell(source, outputs=outputs, metadata={"tags": list(tags)})


def notebook(*cells: Any) -> Any:
    """A notebook of these cells, with fixed ids."""
    made = nbformat.v4.new_notebook(cells=list(cells))
    for number, cell in enumerate(made.cells):
        cell["id"] = f"cell-{number}"
    return made
