"""A notebook in two parts: what is executed, and what is only read. Changed prose needs no kernel."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from shared.batch.inputs import json_hash
from shared.batch.reach import EVERYTHING, imports_of

SET_BY_THE_RUN = ("kernelspec", "language_info")


def notebook_parts(path: Path) -> dict[str, Any]:
    """Return ``code`` and ``prose`` (hashes) and ``imports`` (names of this package) of the notebook at ``path``.

    ``code`` covers the code cells with their ids and tags in order, and the notebook's own metadata; ``prose`` the
    markdown cells and where they stand. A file that cannot be read as a notebook is all code.
    """
    text = path.read_text(encoding="utf-8")
    try:
        notebook = json.loads(text)
        cells = notebook["cells"]
        kept = {name: value for name, value in notebook["metadata"].items() if name not in SET_BY_THE_RUN}
        code = [[c.get("id"), _source(c), c["metadata"]] for c in cells if c["cell_type"] == "code"]
        prose = [c.get("id") if c["cell_type"] == "code" else [c.get("id"), c["cell_type"], _source(c), c["metadata"]]
                 for c in cells]  # fmt: skip
        return {
            "code": json_hash([kept, notebook.get("nbformat"), notebook.get("nbformat_minor"), code]),
            "prose": json_hash(prose),
            "imports": sorted({name for _, source, _ in code for name in imports_of(source)}),
        }
    except (ValueError, KeyError, TypeError, AttributeError):  # reported by whoever has to execute it
        return {"code": json_hash(text), "prose": "", "imports": [EVERYTHING]}


def _source(cell: dict[str, Any]) -> str:
    source = cell["source"]
    return "".join(source) if isinstance(source, list) else str(source)
