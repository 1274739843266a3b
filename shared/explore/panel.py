"""The explorer: live widgets in JupyterLab, a static picture of the same in batch."""

from __future__ import annotations

from typing import Any

from shared.charts.theme import VEGALITE
from shared.explore.views import (
    area_html,
    distribution,
    group_choices,
    group_figure,
    indicator_choices,
    indicator_html,
    tells_apart,
)
from shared.report.blocks import Block, Prose, Section, lab_style
from shared.report.sections.coverage import area_map
from shared.report.study import Study

FIRST = "DAT-1"
WIDTH = 640
"""Pixels of a chart in the explorer."""


def explorer(study: Study) -> Any:
    """Return the explorer of a study: widgets when it was opened with ``interactive=True``, else a static section."""
    return _live(study) if study.settings.interactive else _static(study)


def _static(study: Study) -> Section:
    choices = [indicator for _, indicator in indicator_choices(study)]
    first = sorted(choices, key=lambda i: (i != FIRST, not tells_apart(study, i)))
    figure = next((made for made in (distribution(study, i) for i in first) if made is not None), None)
    blocks: list[Block] = [
        Prose(
            "In JupyterLab this section is live: choose an indicator, a group or an area and see its value, interval, "
            "distribution and place on the map (set `interactive` to `True` in the first cell). Here is its first view."
        )
    ]
    return Section([*blocks, figure] if figure is not None else blocks)


def _live(study: Study) -> Any:
    import ipywidgets as widgets

    indicators, groups = indicator_choices(study), group_choices(study)
    parts: list[Any] = [widgets.HTML(lab_style())]
    if indicators:
        start = min((i for _, i in indicators), key=lambda i: (i != FIRST, not tells_apart(study, i)))
        choose = widgets.Dropdown(options=indicators, value=start, description="Indicator")
        said, shown = widgets.HTML(), widgets.Output()
        said.add_class("casebook-explorer-value")
        _link(choose, shown, lambda i: distribution(study, i), said, lambda i: indicator_html(study, i))
        parts += [choose, said, shown]
    if groups:
        choose = widgets.Dropdown(options=groups, description="Group")
        shown = widgets.Output()
        _link(choose, shown, lambda margin: group_figure(study, margin))
        parts += [choose, shown]
    if study.can_be_mapped:
        table, _ = area_map(study, None)
        names = sorted(str(name) for name in table.frame["name"])
        choose = widgets.Dropdown(options=names, description="Area")
        said, shown = widgets.HTML(), widgets.Output()
        _link(choose, shown, lambda name: area_map(study, name)[1], said, lambda name: area_html(table, name))
        parts += [choose, said, shown]
    panel = widgets.VBox(parts)
    panel.add_class("casebook-explorer")
    return panel


def _link(choose: Any, shown: Any, draw: Any, said: Any = None, say: Any = None) -> None:
    """Redraw when the choice changes, and once at the start. Only protected figures go into a widget's state."""

    def update(_: Any = None) -> None:
        if said is not None:
            said.value = say(choose.value)
        block = draw(choose.value)
        bundles = [] if block is None else block.outputs()
        shown.outputs = tuple(
            {"output_type": "display_data", "data": _with_width(bundle), "metadata": {}} for bundle in bundles
        )

    choose.observe(update, names="value")
    update()


def _with_width(bundle: dict[str, Any]) -> dict[str, Any]:
    """Give a chart inside a widget a width of its own: a widget takes the width of its content, so a chart that
    takes the width of its container would never come to rest.
    """
    if VEGALITE not in bundle:
        return bundle
    return bundle | {VEGALITE: bundle[VEGALITE] | {"width": WIDTH}}
