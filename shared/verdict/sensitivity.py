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
from shared.verdict.uncertainty import floors_met

Floats = NDArray[np.float64]
AT_ONCE = 32
"""Rows of the two samples that are worked on together: of 256, what is drawn takes 100 MB and no less time."""
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


def sobol_indices(
    model: Callable[[Floats], Floats],
    names: Sequence[str],
    *,
    bounds: Sequence[tuple[float, float]] | None = None,
    groups: Sequence[str] | None = None,
    base: int,
    seed: int,
) -> dict[str, tuple[float, float, float, float]]:
    """Return first-order and total indices with their errors, by factor (or group of factors).

    ``model`` takes a matrix (runs × factors, uniform within ``bounds``, 0-1 by default) and returns one number a
    run from its row alone: it gets a part of the rows at a time. ``base`` is N, a power of two; the model is run
    N(d+2) times. A model that does not vary gives zeros.
    """
    factors = list(dict.fromkeys(groups)) if groups else list(names)
    limits = np.array(bounds or [(0.0, 1.0)] * len(names), dtype=float)
    sequence = qmc.Sobol(d=2 * len(names), scramble=True, rng=seed).random(base)
    a, b = sequence[:, : len(names)], sequence[:, len(names) :]
    factor_of_column = [factors.index(g) for g in groups or names]
    parts = []
    for start in range(0, base, AT_ONCE):
        unit = saltelli_design(a[start : start + AT_ONCE], b[start : start + AT_ONCE], factor_of_column)
        parts.append(np.asarray(model(limits[:, 0] + unit * (limits[:, 1] - limits[:, 0])), dtype=float))
    output = np.concatenate(parts)
    if np.ptp(output) == 0:
        return dict.fromkeys(factors, (0.0, 0.0, 0.0, 0.0))
    return dict(zip(factors, _indices(output, len(factors), seed), strict=True))


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
    layout = _concerned(dossier, use)
    names, columns = _free(dossier, use, layout)
    groups = [_group(name) for name in names]

    def model(design: Floats) -> Floats:
        uniform = np.full((len(design), layout.width), 0.5 - 1e-9)
        uniform[:, columns] = design
        return floors_met(dossier, use, _filled(draw(dossier, layout, uniform), uniform))

    found = sobol_indices(model, names, groups=groups, base=base, seed=seed)
    effects = [Effect(factor, _label(factor), *values) for factor, values in found.items()]
    effects.sort(key=lambda effect: (-effect.total, effect.factor))
    runs = base * (len(set(groups)) + 2)
    still = not any(effect.total for effect in effects)
    note = "Nothing within its uncertainty changes the number of floors met." if still else ""
    return Sensitivity(use.id, "number of floors met", tuple(effects), runs, note)


def _concerned(dossier: Dossier, use: UseRule) -> Layout:
    """Lay out the columns of what the floors of a use look at, and of nothing else."""
    level, whole = dossier.level(use), layout_of(dossier)
    ids = {i for dimension in use.floors for i in dossier.mandatory(dimension, level)}
    return Layout(tuple(i for i in whole.indicators if i in ids), tuple(d for d in whole.dimensions if d in use.floors))


def _free(dossier: Dossier, use: UseRule, layout: Layout) -> tuple[list[str], list[int]]:
    """Choose the columns that can matter: scores and weights of the floors' indicators, choices, floors."""
    level = dossier.level(use)
    ids = {i for dimension in use.floors for i in dossier.mandatory(dimension, level)}
    moving = {i for i in ids if _moves(dossier, i)}
    wanted = {*moving, *(f"weight:{i}" for i in ids), "normalisation", "aggregation"}
    wanted |= {f"floor:{d}" for d in use.floors if dossier.mandatory(d, level)}
    chosen = [(name, column) for column, name in enumerate(layout.names()) if name in wanted]
    return [name for name, _ in chosen], [column for _, column in chosen]


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
