"""One small function a chart: a SafeTable in, an Altair chart out."""

from shared.charts.bars import grouped_bars, ranked_bars, stacked_share
from shared.charts.dots import dumbbell, ratio_dots
from shared.charts.inequality import lorenz
from shared.charts.profile import profile
from shared.charts.scatter import scatter
from shared.charts.series import heaping, lines

__all__ = [
    "dumbbell", "grouped_bars", "heaping", "lines", "lorenz", "profile", "ranked_bars", "ratio_dots", "scatter",
    "stacked_share",
]  # fmt: skip
