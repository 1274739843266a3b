"""Weights that bring a record-level source to its population's margins."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from shared.errors import MeasureError
from shared.measures.indicators.context import Context
from shared.measures.indicators.estimates import Estimated
from shared.measures.indicators.groups import Compared, answer_counts, compare_margins, joint_counts
from shared.measures.validity import as_text
from shared.measures.weighting import Floats, Raked, rake

_MOST_CELLS = 1_000_000


class Unweightable(MeasureError):
    """The source cannot be brought to its population; the message says why, in plain English."""


@dataclass(frozen=True)
class Weighted:
    """A source raked to all its margins: ``columns`` one a margin, ``groups`` in the order of the raked table."""

    margins: tuple[Compared, ...]
    seed: Floats
    raked: Raked

    @property
    def columns(self) -> list[str]:
        """The columns of the margins, in the order of the table's dimensions."""
        return [one.margin.column for one in self.margins]

    def factors(self, cells: pd.DataFrame) -> Floats:
        """Return the weight of each row of ``cells``, NaN where it is in no group of a margin."""
        places = [pd.Index(one.groups).get_indexer(pd.Index(cells[one.margin.column])) for one in self.margins]
        inside = np.all([place >= 0 for place in places], axis=0)
        found = np.full(len(cells), np.nan)
        found[inside] = self.raked.weights[tuple(place[inside] for place in places)]
        return found


def weight_to_population(context: Context, source_id: str) -> Weighted:
    """Return the raked weights of a source (made once). Raises ``Unweightable``."""
    return context.once(("raked", source_id), lambda: _rake(context, source_id))


def weighted_share(context: Context, estimated: Estimated) -> tuple[float, float] | None:
    """Return an estimate weighted and unweighted; None where the weights themselves fix it. Raises ``Unweightable``.

    The source's own weights are used where it has them; otherwise records are raked to the margins, and both shares
    are those of the records that have a group in every margin.
    """
    spec = estimated.spec
    source = context.source(spec.source)
    if source.kind != "records":
        raise Unweightable("The organisation publishes tables only; weighting needs records.")
    wanted = [as_text(value) for value in spec.is_in]
    if source.weight:
        found = answer_counts(context, spec.source, spec.column)
        hit = found[spec.column].isin(wanted)
        return estimated.share, float(found.loc[hit, "n"].sum() / found["n"].sum())
    weighted = weight_to_population(context, spec.source)
    if spec.column in weighted.columns:
        return None
    found = answer_counts(context, spec.source, spec.column, weighted.columns)
    factor = weighted.factors(found)
    used = ~np.isnan(factor)
    n, yes = found["n"].to_numpy(np.float64)[used], found[spec.column].isin(wanted).to_numpy()[used]
    return float((factor[used] * n * yes).sum() / (factor[used] * n).sum()), float((n * yes).sum() / n.sum())


def _rake(context: Context, source_id: str) -> Weighted:
    margins = tuple(one for one in compare_margins(context) if one.margin.source == source_id)
    if not margins:
        raise Unweightable("There is no population to weight to.")
    shape = tuple(len(one.groups) for one in margins)
    if np.prod(shape) > _MOST_CELLS:
        raise Unweightable("The margins have too many groups to weight to together.")
    found = joint_counts(context, source_id, [one.margin.column for one in margins])
    places = [pd.Index(one.groups).get_indexer(pd.Index(found[one.margin.column])) for one in margins]
    inside = np.all([place >= 0 for place in places], axis=0)
    seed = np.zeros(shape)
    np.add.at(seed, tuple(place[inside] for place in places), found["n"].to_numpy(np.float64)[inside])
    empty = [
        one.groups[i]
        for axis, one in enumerate(margins)
        for i in np.flatnonzero(seed.sum(axis=tuple(a for a in range(len(shape)) if a != axis)) == 0)
    ]
    if empty:
        raise Unweightable(f"Weights cannot bring in groups that nobody in the source belongs to: {', '.join(empty)}.")
    total = float(seed.sum())
    return Weighted(margins, seed, rake(seed, [one.population / one.population.sum() * total for one in margins]))
