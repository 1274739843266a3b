"""How charts and maps are put together without Altair checking and copying every piece of them."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import altair as alt
from altair.utils.schemapi import debug_mode

P = ParamSpec("P")
R = TypeVar("R")


def checked_once(draw: Callable[P, R]) -> Callable[P, R]:
    """Let a function draw without Altair checking every piece by its schema; the whole chart is checked when shown."""

    @functools.wraps(draw)
    def drawing(*args: P.args, **given: P.kwargs) -> R:
        with debug_mode(False):
            return draw(*args, **given)

    return drawing


class Carried(alt.InlineData):  # type: ignore[misc]  # Altair's names are made at run time
    """Inline data that stay one object.

    Altair copies a chart with all its data at every step (``encode``, ``properties``, ``layer``): for borders that is
    hundreds of thousands of numbers, and took longer than all the rest of drawing. Nothing here changes data once made.
    """

    def __deepcopy__(self, _: Any) -> Carried:
        """Return the data themselves: what Altair asks for instead of copying."""
        return self
