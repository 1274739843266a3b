"""The base of every block: how it becomes outputs, and the style it brings along for JupyterLab."""

from __future__ import annotations

import functools
from abc import ABC, abstractmethod
from importlib import resources
from typing import Any

LAB_STYLE = "<style data-casebook>"
Bundle = dict[str, Any]


@functools.cache
def lab_style() -> str:
    """Return the style element that a shown block brings along for JupyterLab; rendering a report takes it out."""
    css = resources.files("shared.report").joinpath("blocks.css").read_text(encoding="utf-8")
    return f"{LAB_STYLE}{css}</style>"


class Block(ABC):
    """One piece of a report. The same block always gives the same bytes: no clock, no random id."""

    @abstractmethod
    def html(self) -> str:
        """Return the block as escaped HTML."""

    @abstractmethod
    def text(self) -> str:
        """Return the block as plain text, for readers without HTML."""

    def outputs(self) -> list[Bundle]:
        """Return the outputs of the block, one MIME bundle each."""
        return [{"text/html": f'<div class="cb">{self.html()}</div>', "text/plain": self.text()}]

    def _ipython_display_(self) -> None:
        from IPython.display import display

        for number, bundle in enumerate(self.outputs()):
            if number == 0:
                bundle = bundle | {"text/html": lab_style() + bundle.get("text/html", "")}
            display(bundle, raw=True)
