"""What a process does only the first time, done once in the parent with invented figures: its forks start with it done.

Templates are compiled, schemas prepared, plug-ins looked for, signatures read. Nothing here may start a thread or open
a file for good (``shared.batch.parent.unsafe`` looks), so no linear programme is solved and no browser library made.
"""

from __future__ import annotations

import pandas as pd
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from shared.batch.json_text import notebook_text
from shared.batch.render import _exporter, _to_work_on, external_requests
from shared.batch.result import result_faults
from shared.charts.dots import dumbbell
from shared.protect import Column, public_table
from shared.report.blocks import DefinitionList, Disclosure, Prose, Section
from shared.report.datatable import DataTable
from shared.report.figure import Figure


def warm() -> None:
    """Make a small report of two invented rows and throw it away."""
    frame = pd.DataFrame({"group": ["one", "two"], "share": [0.25, 0.75], "reference_share": [0.5, None]})
    columns = (
        Column("group", "Group", "group"),
        Column("share", "Share", "share"),
        Column("reference_share", "Official", "share"),
    )
    table = public_table(frame, title="Invented", source_line="Nobody", columns=columns)
    figure = Figure(dumbbell(table, description="Two invented rows.", group="group"), table, "Invented")
    folded = Disclosure("More", [DataTable(table, total=True), DefinitionList([("term", "*said*")])])
    blocks = Section([Prose("Some **words**: $x$."), figure, folded], "Heading")
    outputs = [new_output("display_data", data=bundle) for bundle in blocks.outputs()]
    notebook = new_notebook(cells=[new_markdown_cell("# Title\n\nWords."), new_code_cell("1", outputs=outputs)])
    body, _ = _exporter().from_notebook_node(_to_work_on(notebook))
    external_requests(body)
    notebook_text(notebook)
    result_faults({})
