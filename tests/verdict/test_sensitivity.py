"""Sobol' indices on functions with known answers, then on a verdict."""

from __future__ import annotations

import numpy as np
import pytest
from SALib.analyze import sobol as analyze
from SALib.sample import sobol as salib

from shared.verdict.dossier import open_dossier
from shared.verdict.sensitivity import Term, saltelli_design, sobol_indices, what_moves
from tests.verdict.invented import case, dossier, judgements, measurements


def ishigami(x: np.ndarray) -> np.ndarray:
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def test_ishigami_s_function_comes_out_as_published() -> None:
    found = sobol_indices(ishigami, ["a", "b", "c"], bounds=[(-np.pi, np.pi)] * 3, base=8192, seed=1)
    assert [found[k][0] for k in "abc"] == pytest.approx([0.3139052, 0.4424111, 0.0], abs=0.02)
    assert [found[k][1] for k in "abc"] == pytest.approx([0.5575889, 0.4424111, 0.2436837], abs=0.02)


def test_groups_share_one_index() -> None:
    """y = x1 + x2 + 2·x3: variances 1, 1 and 4 of 6."""
    found = sobol_indices(
        lambda x: x[:, 0] + x[:, 1] + 2 * x[:, 2],
        ["x1", "x2", "x3"],
        groups=["pair", "pair", "x3"],
        base=4096,
        seed=1,
    )
    assert list(found) == ["pair", "x3"]
    assert [found[k][0] for k in found] == pytest.approx([1 / 3, 2 / 3], abs=0.02)
    assert [found[k][1] for k in found] == pytest.approx([1 / 3, 2 / 3], abs=0.02)


@pytest.mark.parametrize("groups", [None, ["z", "a", "z", "b"]])
def test_the_design_is_salib_s(groups: list[str] | None) -> None:
    problem = {"num_vars": 4, "names": list("wxyz"), "bounds": [[0, 1]] * 4}
    factors = groups or problem["names"]
    order = list(dict.fromkeys(factors))
    theirs = salib.sample({**problem, **({"groups": groups} if groups else {})}, 8, calc_second_order=False, seed=3)
    block = len(order) + 2
    a, b = theirs[::block], theirs[block - 1 :: block]
    assert np.array_equal(saltelli_design(a, b, [order.index(f) for f in factors]), theirs)


@pytest.mark.parametrize("groups", [None, ["one", "two", "one"]])
def test_indices_and_errors_are_salib_s(groups: list[str] | None) -> None:
    """To the last bit, on a model with steps as a verdict has."""
    names, factors = list("abc"), list(dict.fromkeys(groups or "abc"))

    def model(x: np.ndarray) -> np.ndarray:
        return np.floor(3 * x[:, 0] + x[:, 1] ** 2) + (x[:, 2] > 0.7)

    outputs: list[np.ndarray] = []
    found = sobol_indices(lambda x: outputs.append(model(x)) or outputs[-1], names, groups=groups, base=512, seed=5)
    problem = {"num_vars": 3, "names": names, "bounds": [[0, 1]] * 3} | ({"groups": groups} if groups else {})
    theirs = analyze.analyze(problem, np.concatenate(outputs), calc_second_order=False, seed=5)
    for place, factor in enumerate(factors):
        assert found[factor] == tuple(theirs[key][place] for key in ("S1", "ST", "S1_conf", "ST_conf"))


def test_a_sum_of_terms_is_the_model_itself() -> None:
    """Whole numbers, so that the sums are the same to the last bit."""
    names, groups = ["u", "v", "w", "x"], ["u", "pair", "w", "pair"]

    def first(x: np.ndarray) -> np.ndarray:
        return np.floor(4 * x[:, 0] * x[:, 1])

    def second(x: np.ndarray) -> np.ndarray:
        return np.floor(3 * x[:, 0] + x[:, 1])

    whole = sobol_indices(lambda x: first(x[:, [0, 2]]) + second(x[:, [2, 3]]), names, groups=groups, base=512, seed=2)
    terms = [Term(("u", "w"), first), Term(("w", "x"), second)]
    assert sobol_indices(terms, names, groups=groups, base=512, seed=2) == whole


def test_a_function_that_does_not_vary_has_no_effects() -> None:
    assert sobol_indices(lambda x: np.ones(len(x)), ["a"], base=8, seed=1) == {"a": (0.0, 0.0, 0.0, 0.0)}


def test_the_indicator_that_decides_a_floor_moves_the_verdict_most() -> None:
    """All is known and far above its floor but TIM-1, not known: TIM lies between 16 and 36, its floor is 25."""
    low = {"TIM-2": 20.0, "TIM-3": 20.0, "TIM-4": 20.0, "TIM-5": 20.0, "TIM-1": None}
    given = dossier(low, default=100.0)
    found = what_moves(given, given.uses[2], seed=1)
    assert found.use == "complement"
    effects = {effect.factor: effect for effect in found.effects}
    assert found.effects[0].factor in ("TIM-1", "floors")
    assert effects["TIM-1"].total > 0.3
    assert effects["TIM-1"].label == "Time lag, first results"
    assert "DAT-1" not in effects, "nothing is uncertain about it"
    assert all(effect.first <= effect.total + 0.1 for effect in found.effects)


def test_a_verdict_that_nothing_can_move_says_so() -> None:
    given = open_dossier(case(), measurements({}, 100.0), judgements({}))
    found = what_moves(given, given.uses[0], seed=1)
    assert found.note
    assert all(effect.total == 0 for effect in found.effects)
    assert found.runs == 1024 * (len(found.effects) + 2)
