"""One example of each chart, on tables with a hidden row, a missing figure and a column nobody draws."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from shared.charts.bars import grouped_bars, ranked_bars, stacked_share
from shared.charts.dots import dumbbell, ratio_dots
from shared.charts.profile import profile
from shared.charts.series import heaping, lines
from shared.maps.strip import strip
from shared.protect import SafeTable, public_table

HOSTILE = "</script><script>window.hit=1</script><!--<script> & \"quoted\" 'single'"


def safe(frame: pd.DataFrame, **roles: Any) -> SafeTable:
    table = public_table(frame, title="Example", source_line="Made up", roles=roles)
    return table


def scores() -> SafeTable:
    return safe(
        pd.DataFrame({
            "dimension": ["Governance and trust in the source", "Accuracy", HOSTILE],
            "score": [62.0, None, 41.0], "low": [50.0, 20.0, None], "high": [70.0, 80.0, None],
            "floor": [50.0, 40.0, None], "secret": ["canary-1", "canary-2", "canary-3"],
        }), floor="value",
    )  # fmt: skip


def groups() -> SafeTable:
    return safe(
        pd.DataFrame({
            "group": ["Democratic Republic of the Congo", "Iran", "Tuvalu", HOSTILE],
            "share": [0.5, 0.25, None, 0.25], "reference_share": [0.25, 0.3, 0.05, None],
            "ratio": [2.0, 0.8333, None, 0.0], "low": [0.4, 0.2, None, 0.1], "high": [0.6, 0.3, None, 0.4],
            "status": ["shown", "shown", "hidden", "not applicable"], "secret": ["canary"] * 4,
        }), reference_share="share",
    )  # fmt: skip


def parts() -> SafeTable:
    rows = [(s, p, v) for s in ("Women", "Men") for p, v in (("Rents", 0.7), ("Owns", 0.2), ("not recorded", 0.1))]
    return safe(pd.DataFrame(rows, columns=["sex", "tenure", "share"]).assign(secret="canary"), tenure="group")


def quarters() -> SafeTable:
    frame = pd.DataFrame({
        "quarter": ["2023 Q1", "2023 Q2", "2023 Q3"] * 2, "who": ["Source"] * 3 + [HOSTILE] * 3,
        "count": [1200, None, 1400, 900, 950, 1100],
    }).assign(secret="canary")  # fmt: skip
    return safe(frame, who="text")


def ages() -> SafeTable:
    frame = pd.DataFrame({"age": ["19", "20", "21", "not recorded", "999"], "count": [35, 120, None, 20, 15]})
    return safe(frame.assign(status=["shown", "shown", "hidden", "shown", "shown"], secret="canary"))


EXAMPLES: dict[str, tuple[Callable[..., Any], Callable[[], SafeTable], dict[str, Any]]] = {
    "profile": (profile, scores, {"floor": "floor"}),
    "grouped_bars": (grouped_bars, groups, {"group": "group"}),
    "ranked_bars": (ranked_bars, groups, {"group": "group", "value": "share", "low": "low", "high": "high"}),
    "stacked_share": (stacked_share, parts, {"part": "tenure", "group": "sex"}),
    "stacked_share of one": (stacked_share, lambda: parts().where("sex", ["Women"]), {"part": "tenure"}),
    "dumbbell": (dumbbell, groups, {"group": "group"}),
    "ratio_dots": (ratio_dots, groups, {"group": "group"}),
    "lines": (lines, quarters, {"time": "quarter", "value": "count", "series": "who"}),
    "heaping": (heaping, ages, {}),
    "strip": (strip, groups, {"area": "group", "value": "share", "marked": 0.3}),
}

DESCRIPTION = "What the chart shows, in words."
