"""A canary person: one more record in a copy of a case study, with values that are nowhere else."""

from __future__ import annotations

import csv
import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import yaml

from shared.cases.project import Project
from tests.conftest import ROOT

SAMPLES = ("traveller-survey", "refugee-casework", "hotspots-india")


def copied(folder: Path, slug: str) -> Project:
    """Return a project with one case study and the data it needs, copied."""
    for name in ("data/sample", f"casestudies/{slug}"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "notebooks").mkdir()
    shutil.copy(ROOT / "notebooks" / f"{slug}.ipynb", folder / "notebooks")
    (folder / "pyproject.toml").touch()
    return Project(folder, None, folder / "data" / "downloaded")


def plant(project: Project, slug: str) -> dict[str, str]:
    """Add the canary to the records, say so in case.yaml's hash, and return its values with what each is.

    The person consents, so nothing takes the record out; every other column holds what no other record has.
    """
    definition = project.casestudies / slug / "case.yaml"
    text = definition.read_text(encoding="utf-8")
    source = yaml.safe_load(text)["sources"]["records"]
    consent = yaml.safe_load(text)["consent"]
    path = project.root / source["path"]
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    planted = {}
    record = []
    for number, column in enumerate(rows[0]):
        if column == consent["column"]:
            record.append(consent["granted"][0])
            continue
        kind = source["columns"].get(column, {}).get("type", "text")
        value = (
            f"97{number:02d}8642{number:02d}31" if kind in ("integer", "number") else f"Zqx{number}kanarie{number}vogel"
        )
        planted[value] = f"column {column} of the canary"
        record.append(value)
    with path.open("a", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerow(record)
    new = hashlib.sha256(path.read_bytes()).hexdigest()
    old = source["sha256"]
    assert text.count(old) == 1
    definition.write_text(text.replace(old, new), encoding="utf-8")
    return planted


class Shell:
    """Runs a notebook's cells in this process and keeps what they show: a kernel without a process."""

    def __init__(self) -> None:
        from IPython.core.displayhook import CapturingDisplayHook
        from IPython.core.displaypub import CapturingDisplayPublisher
        from IPython.core.interactiveshell import InteractiveShell

        InteractiveShell.clear_instance()
        self._shell = InteractiveShell.instance(display_pub_class=CapturingDisplayPublisher)
        self._hook = CapturingDisplayHook

    def run(self, code: str) -> tuple[list[Any], BaseException | None]:
        """Run a cell; return its outputs as a notebook keeps them, and the error it ended with."""
        from IPython.utils.capture import capture_output

        self._shell.display_pub.outputs.clear()
        with capture_output(display=False) as printed:
            result = self._shell.run_cell(code, store_history=False)
        outputs = [
            nbformat.v4.new_output("display_data", data=shown["data"], metadata=shown.get("metadata") or {})
            for shown in self._shell.display_pub.outputs
        ]
        error = result.error_before_exec or result.error_in_exec
        if printed.stdout and error is None:
            outputs.append(nbformat.v4.new_output("stream", name="stdout", text=printed.stdout))
        if error is not None:
            import traceback

            outputs.append(
                nbformat.v4.new_output(
                    "error", ename=type(error).__name__, evalue=str(error),
                    traceback=traceback.format_exception(error),
                )
            )  # fmt: skip
        return outputs, error


@contextmanager
def shell() -> Iterator[Shell]:
    """Give a shell, and take it away again with everything it set."""
    from IPython.core.interactiveshell import InteractiveShell

    try:
        yield Shell()
    finally:
        InteractiveShell.clear_instance()


def bytes_with(data: bytes, planted: dict[str, str]) -> list[str]:
    """Return which planted values are in some bytes, in plain sight."""
    text = data.decode("utf-8", errors="replace").casefold()
    return [what for value, what in planted.items() if value.casefold() in text]
