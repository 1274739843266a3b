"""The executed notebook made fit to keep: no clock, no machine, no warnings; on failure no foreign error text."""

from __future__ import annotations

import copy
from typing import Any

from shared.batch.record import Failure
from shared.batch.safe_errors import ERROR_MIME
from shared.batch.streams import joined
from shared.errors import RunError

INJECTED = "injected-parameters"
WITHHELD = "Message and traceback are withheld, because they can carry data: see internal/traceback.txt."


def is_injected(cell: Any) -> bool:
    """Return True for the cell in which papermill sets the parameters."""
    return INJECTED in cell.metadata.get("tags", [])


def heading_above(cells: list[Any], position: int) -> str:
    """Return the text of the nearest markdown heading at or above the cell at ``position``; empty when none."""
    for cell in reversed(cells[: position + 1]):
        if cell.cell_type == "markdown":
            for line in reversed(cell.source.splitlines()):
                if line.startswith("#"):
                    return str(line.lstrip("#").strip())
    return ""


def tidy(notebook: Any) -> str:
    """Strip in place what differs from run to run (times, paths, random ids, stderr); return the stderr texts.

    Only papermill's ``parameters`` are kept of what it adds.
    """
    parameters = notebook.metadata.pop("papermill", {}).get("parameters", {})
    notebook.metadata["papermill"] = {"parameters": parameters}
    warnings: list[str] = []
    for number, cell in enumerate(notebook.cells, start=1):
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if not cell.metadata.get("tags", True):
            del cell.metadata["tags"]  # papermill adds an empty list
        if is_injected(cell):
            cell["id"] = INJECTED
        if cell.cell_type == "code":
            warnings += [
                f"cell {number} (id {cell.get('id', '')}):\n{output.text}"
                for output in cell.outputs
                if output.output_type == "stream" and output.name == "stderr"
            ]
            cell.outputs = joined([o for o in cell.outputs if o.get("name") != "stderr"])
    return "\n".join(warnings)


def with_new_prose(source: Any, done: Any) -> Any:
    """Return the executed notebook ``done`` with the markdown cells of ``source``, as a run of ``source`` would be.

    The code cells of both are the same. Raises ``RunError`` when they are not.
    """
    outputs = {cell["id"]: cell for cell in done.cells if cell.cell_type == "code"}
    fresh = copy.deepcopy(done)
    fresh.cells = []
    for cell in copy.deepcopy(source.cells):
        if cell.cell_type == "code":
            old = outputs.pop(cell["id"], None)
            if old is None or old.source != cell.source:
                raise RunError("The executed notebook is of other code than this one.", hint="Run it with --force.")
            cell = old
        fresh.cells.append(cell)
        if "parameters" in cell.metadata.get("tags", []) and INJECTED in outputs:
            fresh.cells.append(outputs.pop(INJECTED))
    if outputs:
        raise RunError("The executed notebook has other cells than this one.", hint="Run it with --force.")
    tidy(fresh)
    return fresh


def held(notebook: Any, mime: str) -> list[Any]:
    """Return what the notebook's outputs of type ``mime`` hold, leaving them where they are."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return [output.data[mime] for output in outputs if mime in output.get("data", {})]


def take(notebook: Any, mime: str) -> list[Any]:
    """Remove every output of type ``mime`` from the notebook and return what they held.

    An output that has nothing left but its text form was there for ``mime`` alone and goes with it.
    """
    found: list[Any] = []
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        kept = []
        for output in cell.outputs:
            data = output.get("data", {})
            if mime in data:
                found.append(data.pop(mime))
                output.get("metadata", {}).pop(mime, None)
                if not set(data) - {"text/plain"}:
                    continue
            kept.append(output)
        cell.outputs = kept
    return found


def withhold_errors(notebook: Any, failure: Failure) -> str:
    """Mark a failed notebook, take the tracebacks out in place, and return them as text.

    papermill's own marks cannot be relied on: after a dead kernel it leaves every cell "completed".
    """
    ours = {str(content.get("error")) for content in take(notebook, ERROR_MIME)}
    tracebacks: list[str] = []
    notebook.cells = [c for c in notebook.cells if "papermill-error-cell-tag" not in c.metadata.get("tags", [])]
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                tracebacks.append("\n".join(output.traceback))
                if output.ename in ours:
                    output.traceback = [f"{output.ename}: {output.evalue}"]
                else:
                    output.evalue = WITHHELD
                    output.traceback = [f"{output.ename}: {WITHHELD}"]
    notebook.metadata["casebook"] = {
        "state": "failed", "cell": failure.cell_id, "error": failure.error, "message": failure.message,
    }  # fmt: skip
    return "\n".join(tracebacks)
