"""The key of a map: what each fill means, and how many areas have it, as bars."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from shared.charts.drawing import Carried
from shared.charts.theme import INK, SOFT
from shared.maps.layout import Box

ROW, LINE, BEFORE_BARS, AFTER_BARS, LETTERS = 24, 17, 196, 34, 42
"""Pixels of a row, of a line of words, before and after the bars; letters in a line of words."""

EDGE = "#7b868f"
"""Border of swatches and bars, so that pale ones show on paper."""

STILL: dict[str, Any] = {"tooltip": None, "aria": False}
"""Marks of the key say nothing by themselves: the alt text does, and the table."""

STROKES = {
    "": "",
    "hidden": "M-1,-1L1,-1L1,1L-1,1ZM-1,0L0,-1M-1,1L1,-1M0,1L1,0",
    "unsure": "M-1,-1L1,-1L1,1L-1,1ZM-1,0L0,1M-1,-1L1,1M0,-1L1,0",
}
"""Symbols of a hatched swatch: a square with three strokes across, rising for hidden, falling for unsure."""


@dataclass(frozen=True)
class Entry:
    """One line of a key: words, fill, how many areas have it, whether as a bar, and how its swatch is hatched."""

    words: str
    fill: str
    areas: int | None = None
    strokes: str = ""
    stroke_colour: str = EDGE
    bar: bool = True


@dataclass(frozen=True)
class Key:
    """A key: heading, entries, and words below them that state a rule."""

    heading: str
    entries: Sequence[Entry]
    counted: str = "Areas"
    below: str = ""

    @property
    def heading_lines(self) -> list[str]:
        """The heading, broken to the width of a key."""
        return textwrap.wrap(self.heading, LETTERS - 10) or [""]

    @property
    def below_lines(self) -> list[str]:
        """The words below, broken to the width of a key."""
        return textwrap.wrap(self.below, LETTERS + 4)

    @property
    def height(self) -> int:
        """How many pixels the key is high."""
        return LINE * (len(self.heading_lines) + len(self.below_lines)) + 10 + ROW * len(self.entries) + 6

    def layers(self, box: Box) -> list[Any]:
        """Return the marks of the key in its box; bars are as long as there are areas, on one scale."""
        top = LINE * len(self.heading_lines) + 10
        most = max([1, *(entry.areas for entry in self.entries if entry.areas and entry.bar)])
        rows = [
            {
                "words": e.words, "fill": e.fill, "bar": (e.areas or 0) if e.bar else 0,
                "said": None if e.areas is None else f"{e.areas:,}",
                "at": top + ROW * n + ROW / 2 - 2, "hatched": e.strokes, "line": e.stroke_colour,
            }
            for n, e in enumerate(self.entries)
        ]  # fmt: skip
        room = f"({box.w}-{BEFORE_BARS + AFTER_BARS})"
        base = alt.Chart(Carried(values=rows)).transform_calculate(
            left=f"{box.x}+9", words_left=f"{box.x}+28", start=f"{box.x}+{BEFORE_BARS}",
            end=f"{box.x}+{BEFORE_BARS}+{room}*datum.bar/{most}",
        )  # fmt: skip
        y = alt.Y("at:Q", scale=None, axis=None)
        marks = [
            base.mark_point(shape="square", size=250, filled=True, stroke=EDGE, strokeWidth=0.8, opacity=1, **STILL)
            .encode(x=_pixels("left"), y=y, fill=alt.Fill("fill:N", scale=None)),
            base.mark_text(align="left", baseline="middle", limit=BEFORE_BARS - 34, fontSize=13, color=INK)
            .encode(x=_pixels("words_left"), y=y, text=alt.Text("words:N")),
            base.transform_filter("datum.bar > 0")
            .mark_bar(height=13, stroke=EDGE, strokeWidth=0.8, **STILL)
            .encode(x=_pixels("start"), x2=alt.X2("end:Q"), y=y, fill=alt.Fill("fill:N", scale=None)),
            base.transform_filter("isValid(datum.said)")
            .mark_text(align="left", baseline="middle", dx=5, fontSize=12, color=SOFT)
            .encode(x=_pixels("end"), y=y, text=alt.Text("said:N")),
        ]  # fmt: skip
        for kind, path in STROKES.items():
            if path and any(row["hatched"] == kind for row in rows):
                hatched = base.transform_filter(f"datum.hatched === '{kind}'")
                marks.append(
                    hatched.mark_point(shape=path, size=250, filled=False, strokeWidth=0.9, opacity=1, **STILL)
                    .encode(x=_pixels("left"), y=y, stroke=alt.Stroke("line:N", scale=None))
                )  # fmt: skip
        bars = any(entry.areas is not None for entry in self.entries)
        marks += self._words(box, top + ROW * len(self.entries), bars)
        return marks

    def _words(self, box: Box, end: int, bars: bool) -> list[Any]:
        lines = [{"said": line, "at": LINE * n + LINE / 2, "from": 0} for n, line in enumerate(self.heading_lines)]
        if bars:
            lines.append({"said": self.counted, "at": LINE * len(lines) - LINE / 2, "from": BEFORE_BARS})
        lines += [
            {"said": line, "at": end + 4 + LINE * n + LINE / 2, "from": 0} for n, line in enumerate(self.below_lines)
        ]
        base = alt.Chart(Carried(values=lines)).transform_calculate(left=f"{box.x}+datum.from")
        said = base.mark_text(align="left", baseline="middle", fontSize=12.5, color=SOFT)
        return [said.encode(x=_pixels("left"), y=alt.Y("at:Q", scale=None, axis=None), text=alt.Text("said:N"))]


def _pixels(field: str) -> alt.X:
    """Return a place that is counted in pixels from the left."""
    return alt.X(f"{field}:Q", scale=None, axis=None)
