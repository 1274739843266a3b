"""The base of every block: how it becomes outputs, and the style it brings along for JupyterLab."""

from __future__ import annotations

import functools
from abc import ABC, abstractmethod
from collections.abc import Sequence
from importlib import resources
from typing import Any

from shared.protect import SafeTable
from shared.protect.ledger import LEDGER_MIME, entry_of

LAB_STYLE = "<style data-casebook>"
Bundle = dict[str, Any]


@functools.cache
def lab_style() -> str:
    """Return the style element that a shown block brings along for JupyterLab; rendering a report takes it out."""
    css = resources.files("shared.report").joinpath("blocks.css").read_text(encoding="utf-8")
    return f"{LAB_STYLE}{css}</style>"


def for_ledger(tables: Sequence[SafeTable]) -> Bundle:
    """Return the part of a bundle that hands the ledger's entries over; the batch takes it out again."""
    return {LEDGER_MIME: [entry_of(table) for table in tables]} if tables else {}


class Block(ABC):
    """One piece of a report. The same block always gives the same bytes: no clock, no random id."""

    @abstractmethod
    def html(self) -> str:
        """Return the block as escaped HTML."""

    @abstractmethod
    def text(self) -> str:
        """Return the block as plain text, for readers without HTML."""

    def tables(self) -> tuple[SafeTable, ...]:
        """Return the tables that the block shows, inside its other blocks too."""
        return ()

    def outputs(self) -> list[Bundle]:
        """Return the outputs of the block, one MIME bundle each, with what the ledger says of its tables."""
        shown = {"text/html": f'<div class="cb">{self.html()}</div>', "text/plain": self.text()}
        return [shown | for_ledger(self.tables())]

    def pieces(self) -> int:
        """Return how many outputs the block becomes, without making them."""
        return 1

    def _ipython_display_(self) -> None:
        from IPython.display import display

        for number, bundle in enumerate(self.outputs()):
            if number == 0:
                bundle = bundle | {"text/html": lab_style() + bundle.get("text/html", "")}
            display(bundle, raw=True)
