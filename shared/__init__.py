"""Citizen Data Casebook: what a notebook may use.

``open_case`` opens a case study, ``explorer`` looks around in it; ``charts`` and ``maps`` draw what
``study.table`` gives. Nothing is imported before it is used, so the command line starts quickly.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shared.explore.panel import explorer
    from shared.report.study import open_case

__all__ = ["explorer", "open_case"]

_HOME = {"open_case": "shared.report.study", "explorer": "shared.explore.panel"}


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'shared' has no attribute {name!r}; there are {', '.join(__all__)}")
