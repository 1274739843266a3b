"""Citizen Data Casebook: what a notebook may use.

``open_case`` opens a case study, ``explorer`` looks around in it; ``charts`` draws what ``study.table`` gives, and
``Figure``, ``DataTable``, ``Prose`` and ``Section`` show it. Nothing is imported before it is used,
so the command line starts quickly.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shared import charts
    from shared.explore.panel import explorer
    from shared.report.blocks import Prose, Section
    from shared.report.datatable import DataTable
    from shared.report.figure import Figure
    from shared.report.study import open_case

__all__ = ["DataTable", "Figure", "Prose", "Section", "charts", "explorer", "open_case"]

_HOME = {
    "open_case": "shared.report.study",
    "explorer": "shared.explore.panel",
    "Figure": "shared.report.figure",
    "DataTable": "shared.report.datatable",
    "Prose": "shared.report.blocks",
    "Section": "shared.report.blocks",
}
_ROOMS = ("charts",)


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    if name in _ROOMS:
        return import_module(f"shared.{name}")
    raise AttributeError(f"module 'shared' has no attribute {name!r}; there are {', '.join(__all__)}")
