"""The layers of one map: land with its coast, fills of areas, hatching, a heavy border."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import shapely

from shared.charts.drawing import Carried
from shared.charts.theme import INK, PAPER
from shared.maps.areas import FILLS, WORDS, Said, rows_of
from shared.maps.boundaries import Boundaries
from shared.maps.classes import Classes
from shared.maps.hatching import hatched, hatching
from shared.maps.hexagons import short_names
from shared.maps.layout import Bounds, Box
from shared.protect.table import HIDDEN

OUTLINE, COAST = "#7b868f", "#7b868f"


@dataclass(frozen=True)
class Surface:
    """Borders with one colour for each kind of area.

    colours  kind -> fill, in the order of the key
    tips     tooltips over the columns name, class, value (low, high)
    """

    boundaries: Boundaries
    colours: Mapping[str, str]
    tips: Sequence[alt.Tooltip] = ()

    @property
    def bounds(self) -> Bounds:
        """Limits of all areas."""
        return bounds_of(list(self.boundaries.geometry.values()))

    @functools.cached_property
    def data(self) -> Any:
        """Return the borders as data; every layer names the same, so a map carries them once."""
        layer = self.boundaries.layer
        form = alt.DataFormat(type="topojson", feature=layer) if layer else alt.DataFormat(property="features")
        return Carried(values=dict(self.boundaries.payload), format=form)

    def layers(
        self, said: Mapping[str, Said], box: Box, bounds: Bounds, number: int, *, only: Sequence[str] | None = None,
        lines: int = 110, unsure: Classes | None = None, several: bool = False,
    ) -> list[Any]:  # fmt: skip
        """Return the layers of one map in its box.

        ``only`` draws these areas alone (an inset); ``lines`` is how many lines of hatching cross the map; ``unsure``
        hatches areas whose interval leaves their class; ``several`` writes the rows of small maps shorter: names, which
        are the same in all, stand apart, and kinds are numbered.
        """
        projection = box.projection(bounds, number)
        base = alt.Chart(self.data)
        if only is not None:
            base = base.transform_filter(f"indexof({json.dumps(list(only))}, datum.id) >= 0")
        drawn = {c: s for c, s in said.items() if only is None or c in set(only)}
        scale = alt.Scale(domain=list(self.colours), range=list(self.colours.values()))
        thin = 0.6 if len(self.boundaries.names) <= 200 and lines > 60 else 0.35
        coast = base.mark_geoshape(fill=COAST, stroke=COAST, strokeWidth=1.5, tooltip=None, aria=False)
        told = self._told(base, said, several)
        areas = told.mark_geoshape(stroke=PAPER, strokeWidth=thin, strokeJoin="round").encode(
            fill=alt.Fill("class:N", scale=scale, legend=None), tooltip=list(self.tips)
        )
        made = [coast.project(**projection), areas.project(**projection)]
        if any(s.kind in FILLS for s in drawn.values()):
            # above all other borders, so that an area without a figure has its outline on every side
            without = told.transform_filter(f"indexof({json.dumps(list(FILLS))}, datum['class']) >= 0")
            line = without.mark_geoshape(filled=False, stroke=OUTLINE, strokeWidth=0.8, tooltip=None, aria=False)
            made.append(line.project(**projection))
        hidden = [self.boundaries.geometry[c] for c, s in drawn.items() if s.kind == WORDS[HIDDEN]]
        if hidden:
            made.append(hatched(hatching(hidden, bounds, lines=lines), projection))
        if unsure is not None:
            made += self._unsure(drawn, unsure, bounds, projection, lines)
        return made

    def _told(self, base: Any, said: Mapping[str, Said], several: bool) -> Any:
        """Return the borders with what is said of each area: name, class, value and, if there is one, interval."""
        if not several:
            rows = Carried(values=rows_of(said, self.boundaries))
            fields = ["class", "value", "name", *(["low", "high"] if _any_interval(said) else [])]
            return base.transform_lookup(lookup="id", from_=alt.LookupData(rows, "code", fields))
        kinds = list(self.colours)
        short = Carried(values=[{"code": c, "kind": kinds.index(s.kind), "value": s.value} for c, s in said.items()])
        return (
            base.transform_lookup(lookup="id", from_=alt.LookupData(short, "code", ["kind", "value"]))
            .transform_lookup(lookup="id", from_=alt.LookupData(self._names, "code", ["name"]))
            .transform_calculate(**{"class": f"{json.dumps(kinds)}[datum.kind]"})
        )

    @functools.cached_property
    def _names(self) -> Any:
        return Carried(values=[{"code": c, "name": name} for c, name in self.boundaries.names.items()])

    def letters(self, said: Mapping[str, Said], box: Box, bounds: Bounds, number: int) -> Any:
        """Return the layer with the first letters of each area's name, dark on pale fills and pale on dark ones."""
        rows = []
        for code, short in short_names(self.boundaries.names).items():
            at = self.boundaries.geometry[code].representative_point()
            ink = line_on(self.colours[said[code].kind])
            rows.append({"across": round(at.x), "up": round(at.y), "short": short, "ink": ink})
        text = alt.Chart(Carried(values=rows)).mark_text(
            baseline="middle", fontSize=alt.ExprRef("width<560?9:11"), tooltip=None, aria=False
        )
        return text.encode(
            longitude="across:Q", latitude="up:Q", text="short:N", color=alt.Color("ink:N", scale=None)
        ).project(**box.projection(bounds, number))

    def _unsure(
        self, said: Mapping[str, Said], classes: Classes, bounds: Bounds, projection: dict[str, Any], lines: int
    ) -> list[Any]:
        """Return falling lines over areas whose class is not sure: dark on pale fills, pale on dark ones.

        Thin and far apart, so that they do not look like the lines of hidden areas.
        """
        made = []
        for colour in (INK, PAPER):
            kinds = {k for k, fill in self.colours.items() if line_on(fill) == colour}
            found = [self.boundaries.geometry[c] for c, s in said.items() if s.kind in kinds and s.unsure(classes)]
            if found:
                across = hatching(found, bounds, lines=round(0.6 * lines), falling=True)
                made.append(hatched(across, projection, colour, 0.6))
        return made


def line_on(fill: str) -> str:
    """Return the colour of lines and letters that can be seen on a fill."""
    red, green, blue = (int(fill[n : n + 2], 16) / 255 for n in (1, 3, 5))
    return INK if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.55 else PAPER


def outline(shape: shapely.Geometry, projection: dict[str, Any], width: float = 2.4) -> Any:
    """Return a border drawn heavily over a map."""
    rounded = json.loads(shapely.to_geojson(shapely.transform(shape, lambda points: points.round())))
    feature = {"type": "Feature", "geometry": rounded, "properties": {}}
    return (
        alt.Chart(Carried(values=feature))
        .mark_geoshape(filled=False, stroke=INK, strokeWidth=width, tooltip=None, aria=False)
        .project(**projection)
    )


def bounds_of(shapes: Sequence[shapely.Geometry]) -> Bounds:
    """Return left, low, right and top of all shapes together."""
    left, low, right, top = (float(side) for side in shapely.total_bounds(list(shapes)))
    return left, low, right, top


def _any_interval(said: Mapping[str, Said]) -> bool:
    return any(s.low is not None for s in said.values())
