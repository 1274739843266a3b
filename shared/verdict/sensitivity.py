"""What moves the verdict: first-order and total Sobol' indices of the number of floors met.

Every indicator is a factor, and so are the weights, the normalisation, the aggregation and the floors, each as one
group. An indicator that is not known runs over the whole scale 0-100, so that the list also says which open question
matters most. N(d+2) runs. Design, estimators and errors are SALib's to the last bit (a test holds the two together),
written out here because theirs fills the design cell by cell, works out for each factor what is the same for all, and
brings along libraries of 10 MB to run on several processors. Tested on Ishigami's function.
Source: assessment framework, section 6 [P].
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from shared.framework.register import load_register
from shared.framework.rules import UseRule, load_uncertainty
from shared.verdict.dossier import Dossier
from shared.verdict.draws import Draws, Layout, draw, layout_of
from shared.verdict.uncertainty import floor_met

Floats = NDArray[np.float64]
AT_ONCE = 128
"""Rows of the two samples that are worked on together: 32 need as much memory (6 MB in all) and twice the time."""
RESAMPLES = 100
"""Bootstrap samples behind an error, as in SALib."""
Z95 = 1.959963984540054
TINY = float(np.finfo(float).eps)
GROUPS = {
    "weights": "the weights of the indicators",
    "normalisation": "how values become scores",
    "aggregation": "how scores are put together",
    "floors": "where the floors are set",
}


@dataclass(frozen=True)
class Effect:
    """One factor: share of the variance it explains alone (first) and with all its interactions (total).

    ``first_error`` and ``total_error`` are half-widths of 95 % bootstrap intervals.
    """

    factor: str
    label: str
    first: float
    total: float
    first_error: float
    total_error: float


@dataclass(frozen=True)
class Sensitivity:
    """The factors that move the number of floors met for one use, the strongest first; ``runs`` evaluations."""

    use: str
    output: str
    effects: tuple[Effect, ...]
    runs: int
    note: str = ""


@dataclass(frozen=True)
class Term:
    """A part of a model that is a sum: the factors it looks at, and its value for a matrix of them, row by row."""

    names: tuple[str, ...]
    value: Callable[[Floats], Floats]


def sobol_indices(
    model: Callable[[Floats], Floats] | Sequence[Term],
    names: Sequence[str],
    *,
    bounds: Sequence[tuple[float, float]] | None = None,
    groups: Sequence[str] | None = None,
    base: int,
    seed: int,
) -> dict[str, tuple[float, float, float, float]]:
    """Return first-order and total indices with their errors, by factor (or group of factors).

    ``model`` takes a matrix (runs × factors, uniform within ``bounds``, 0-1 by default) and returns one number a
    run from its row alone: it gets a part of the rows at a time. Of a sum of terms, each is worked out only for the
    runs in which something differs that it looks at. ``base`` is N, a power of two; there are N(d+2) runs. A model
    that does not vary gives zeros.
    """
    factors = list(dict.fromkeys(groups)) if groups else list(names)
    low, high = np.array(bounds or [(0.0, 1.0)] * len(names), dtype=float).T
    sequence = qmc.Sobol(d=2 * len(names), scramble=True, rng=seed).random(base)
    a, b = sequence[:, : len(names)], sequence[:, len(names) :]
    factor_of_column = [factors.index(g) for g in groups or names]
    output = np.zeros((base, len(factors) + 2))
    for term in [Term(tuple(names), model)] if callable(model) else model:
        own = [names.index(name) for name in term.names]
        touched = sorted({factor_of_column[column] for column in own})
        numbers = [touched.index(factor_of_column[column]) for column in own]
        places = [0, *(1 + factor for factor in touched), -1]
        for start in range(0, base, AT_ONCE):
            rows = slice(start, start + AT_ONCE)
            unit = saltelli_design(a[rows, own], b[rows, own], numbers)
            values = np.asarray(term.value(low[own] + unit * (high - low)[own]), dtype=float)
            whole = np.repeat(values.reshape(-1, len(places))[:, :1], len(factors) + 2, axis=1)
            whole[:, places] = values.reshape(-1, len(places))
            output[rows] += whole
    if np.ptp(output) == 0:
        return dict.fromkeys(factors, (0.0, 0.0, 0.0, 0.0))
    return dict(zip(factors, _indices(output.ravel(), len(factors), seed), strict=True))


def _indices(output: Floats, factors: int, seed: int) -> Iterator[tuple[float, float, float, float]]:
    """Yield first-order and total index and their errors, factor by factor, from the outputs of Saltelli's design.

    Estimators of Saltelli and others (2010); errors from ``RESAMPLES`` bootstrap samples of the runs.
    """
    output = (output - output.mean()) / output.std()
    runs = output.reshape(-1, factors + 2)
    a, b = np.ascontiguousarray(runs[:, 0]), np.ascontiguousarray(runs[:, -1])
    again = np.random.default_rng(seed).integers(len(a), size=(len(a), RESAMPLES))
    whole, resampled = np.concatenate([a, b]).var(), np.concatenate([a[again], b[again]]).var(axis=0)
    if not whole > TINY:
        yield from [(0.0, 0.0, 0.0, 0.0)] * factors
        return
    for factor in range(factors):
        mixed = np.ascontiguousarray(runs[:, 1 + factor])
        indices, errors = [], []
        for terms, scale in ((b * (mixed - a), 1.0), ((a - mixed) ** 2, 0.5)):
            indices.append(float(scale * terms.mean() / whole))
            means = scale * terms[again].mean(axis=0)
            varied = np.divide(means, resampled, out=np.zeros(RESAMPLES), where=resampled > TINY)
            errors.append(float(Z95 * varied.std(ddof=1)))
        yield indices[0], indices[1], errors[0], errors[1]


def saltelli_design(a: Floats, b: Floats, factor_of_column: Sequence[int]) -> Floats:
    """Return Saltelli's design from two samples: for each row A, then A with one factor from B, then B.

    ``a`` and ``b`` are runs × columns; ``factor_of_column`` numbers the factor (0, 1, …) of each column.
    """
    count = max(factor_of_column) + 1
    design = np.repeat(a[:, None, :], count + 2, axis=1)
    for column, factor in enumerate(factor_of_column):
        design[:, 1 + factor, column] = b[:, column]
    design[:, -1, :] = b
    return design.reshape(len(a) * (count + 2), a.shape[1])


def what_moves(dossier: Dossier, use: UseRule, *, seed: int, base: int | None = None) -> Sensitivity:
    """Return what moves the number of floors met for one use, the strongest factor first."""
    base = base or load_uncertainty().sobol_base
    names = _free(dossier, use)
    groups = [_group(name) for name in names]
    terms = [_floor(dossier, use, dimension, set(names)) for dimension in use.floors]
    found = sobol_indices([t for t in terms if t is not None], names, groups=groups, base=base, seed=seed)
    effects = [Effect(factor, _label(factor), *values) for factor, values in found.items()]
    effects.sort(key=lambda effect: (-effect.total, effect.factor))
    runs = base * (len(set(groups)) + 2)
    still = not any(effect.total for effect in effects)
    note = "Nothing within its uncertainty changes the number of floors met." if still else ""
    return Sensitivity(use.id, "number of floors met", tuple(effects), runs, note)


def _floor(dossier: Dossier, use: UseRule, dimension: str, free: set[str]) -> Term | None:
    """Return whether the floor of one dimension is met (0 or 1), as a function of what is free among what it asks."""
    ids = dossier.mandatory(dimension, dossier.level(use))
    if not ids:
        return None
    layout = Layout(tuple(i for i in layout_of(dossier).indicators if i in ids), (dimension,))
    columns = [column for column, name in enumerate(layout.names()) if name in free]

    def value(design: Floats) -> Floats:
        uniform = np.full((len(design), layout.width), 0.5 - 1e-9)
        uniform[:, columns] = design
        return floor_met(dossier, use, dimension, _filled(draw(dossier, layout, uniform), uniform)).astype(np.float64)

    return Term(tuple(layout.names()[column] for column in columns), value)


def _free(dossier: Dossier, use: UseRule) -> list[str]:
    """Name what can matter: scores and weights of the floors' indicators, choices, floors."""
    level = dossier.level(use)
    ids = {i for dimension in use.floors for i in dossier.mandatory(dimension, level)}
    moving = {i for i in ids if _moves(dossier, i)}
    wanted = {*moving, *(f"weight:{i}" for i in ids), "normalisation", "aggregation"}
    wanted |= {f"floor:{d}" for d in use.floors if dossier.mandatory(d, level)}
    return [name for name in layout_of(dossier).names() if name in wanted]


def _moves(dossier: Dossier, indicator: str) -> bool:
    score = dossier.scores[indicator]
    return score.score is None or score.low != score.high


def _group(name: str) -> str:
    return {"weight": "weights", "floor": "floors"}.get(name.partition(":")[0], name)


def _label(factor: str) -> str:
    return GROUPS[factor] if factor in GROUPS else load_register()[factor].name


def _filled(drawn: Draws, uniform: Floats) -> Draws:
    """Let what is not known run over the whole scale."""
    k = len(drawn.layout.indicators)
    scores = np.where(np.isnan(drawn.scores), 100.0 * uniform[:, :k], drawn.scores)
    return Draws(drawn.layout, scores, drawn.raw, drawn.weights, drawn.geometric, drawn.shift)
