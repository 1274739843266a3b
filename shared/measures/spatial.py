"""Do areas with much of something lie beside others with much? Moran's I, and which areas make a cluster."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import false_discovery_control, rankdata

from shared.errors import MeasureError
from shared.measures.spatial_neighbours import Neighbours

FEWEST = 10
"""With fewer areas the permutations are so few that nothing could be told from chance."""


class Kind(StrEnum):
    """What an area is to its neighbours."""

    HIGH_HIGH = "high beside high"
    LOW_LOW = "low beside low"
    HIGH_LOW = "high beside low"
    LOW_HIGH = "low beside high"
    CHANCE = "not distinguishable from chance"
    UNTESTED = "not tested: no neighbour with a figure"


@dataclass(frozen=True)
class Association:
    """Moran's I of a figure over areas, and each area against its neighbours.

    moran       near 0 (exactly ``expected``) where figures lie at random, towards 1 where like lies beside like,
                below 0 where unlike does
    p           share of the permutations with an I as far from their middle, both sides, the observed counted in
    areas       number of areas tested
    local       area code -> (Kind, p, adjusted p); p two-sided, adjusted after Benjamini and Hochberg
    """

    moran: float
    expected: float
    p: float
    areas: int
    permutations: int
    level: float
    local: Mapping[str, tuple[Kind, float, float]]

    @property
    def clear(self) -> bool:
        """Whether the pattern as a whole can be told from chance."""
        return self.p <= self.level

    def of(self, kind: Kind) -> tuple[str, ...]:
        """Return the areas of one kind."""
        return tuple(code for code, (found, _, _) in self.local.items() if found is kind)


def spatial_association(
    values: Mapping[str, float], neighbours: Neighbours, *, population: Mapping[str, float] | None = None,
    ranked: bool = False, permutations: int = 9999, seed: int = 1, level: float = 0.05,
) -> Association:  # fmt: skip
    """Return Moran's I and the local clusters of a figure.

    Args:
        values: area code -> figure; areas without one are left out beforehand and are nobody's neighbour. With
            ``population`` the figures are counts, and what is tested is the rate in its own standard errors, so
            that areas with few people do not stand out by chance alone (Assunção and Reis 1999).
        neighbours: which areas lie beside which; every neighbour of an area has the same weight.
        ranked: compare the order of the figures and not their size, so that a few areas with very many do not
            decide alone.
        permutations: how often the figures are dealt out anew; ``seed`` makes every run the same.
        level: share of the areas called clusters that may be so by chance (false discovery rate).

    Raises:
        MeasureError: fewer than 10 areas with a neighbour, a missing figure, one that is the same everywhere.

    Source: Moran 1950; local statistic and conditional permutation Anselin 1995; Benjamini and Hochberg 1995.
    Computed with esda.
    """
    among = neighbours.among(values)
    tested = [code for code in values if among.beside.get(code)]
    y = _figures({code: values[code] for code in tested}, population)
    y = rankdata(y) if ranked else y
    if permutations < 99:
        raise MeasureError("At least 99 permutations are needed.")
    with _own_random_numbers():
        import esda  # type: ignore[import-untyped]  # slow, and few reports need it

        weights = _weights(among, tested)
        seed %= 2**32  # the most that numpy's shared generator takes
        np.random.seed(seed)  # esda draws from numpy's shared generator; the block gives it back as it was
        whole = esda.Moran(y, weights, transformation="r", permutations=permutations)
        parts = esda.Moran_Local(y, weights, transformation="r", permutations=permutations, seed=seed)
        p = np.minimum(1.0, 2 * parts.p_sim)  # esda's p is that of the smaller tail
        adjusted = false_discovery_control(p, method="bh")
    order = {1: Kind.HIGH_HIGH, 2: Kind.LOW_HIGH, 3: Kind.LOW_LOW, 4: Kind.HIGH_LOW}
    local = {
        code: (order[int(parts.q[n])] if adjusted[n] <= level else Kind.CHANCE, float(p[n]), float(adjusted[n]))
        for n, code in enumerate(tested)
    }
    local |= {code: (Kind.UNTESTED, float("nan"), float("nan")) for code in values if code not in local}
    return Association(
        float(whole.I), float(whole.EI), min(1.0, 2 * float(whole.p_sim)), len(tested), permutations, level, local
    )


def _figures(values: Mapping[str, float], population: Mapping[str, float] | None) -> npt.NDArray[np.float64]:
    y = np.array(list(values.values()), dtype=np.float64)
    if len(y) < FEWEST:
        raise MeasureError(f"Spatial association needs at least {FEWEST} areas with a figure and a neighbour.")
    if not np.isfinite(y).all():
        raise MeasureError("Spatial association needs a figure for every area.", hint="Leave out areas without one.")
    if population is not None:
        y = _in_standard_errors(y, np.array([population.get(code, np.nan) for code in values], dtype=np.float64))
    if np.ptp(y) <= 1e-12 * max(1.0, float(np.abs(y).max())):
        raise MeasureError("A figure that is the same in every area has no clusters.")
    return y


def _in_standard_errors(counts: npt.NDArray[np.float64], people: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return each rate less the rate of all, over its standard error: between areas, and of so many people."""
    if not (people > 0).all() or (counts < 0).any():
        raise MeasureError("Rates need people in every area, and counts not below 0.")
    rate, b = counts / people, counts.sum() / people.sum()
    between = (people * (rate - b) ** 2).sum() / people.sum() - b / people.mean()
    variance = between + b / people
    return (rate - b) / np.sqrt(np.where(variance > 0, variance, b / people))  # type: ignore[no-any-return]


def _weights(among: Neighbours, tested: list[str]) -> Any:
    from libpysal.graph import Graph  # type: ignore[import-untyped]

    pairs = [(code, other) for code in tested for other in among.beside[code]]
    index = pd.MultiIndex.from_tuples(pairs, names=["focal", "neighbor"])
    return Graph(pd.Series(1.0, index=index, name="weight").reindex(_in_order(pairs, tested)))


def _in_order(pairs: list[tuple[str, str]], tested: list[str]) -> pd.MultiIndex:
    place = {code: n for n, code in enumerate(tested)}
    ordered = sorted(pairs, key=lambda pair: (place[pair[0]], place[pair[1]]))
    return pd.MultiIndex.from_tuples(ordered, names=["focal", "neighbor"])


@contextmanager
def _own_random_numbers() -> Iterator[None]:
    """Give numpy's shared generator and the filters of warnings back as they were: esda sets both."""
    state = np.random.get_state()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        finally:
            np.random.set_state(state)
