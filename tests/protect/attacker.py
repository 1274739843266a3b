"""An attacker of the tests' own: every combination of answers is an unknown, every table shown a set of limits."""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.optimize import linprog

from shared.protect import Policy, SafeTable

Rows = list[list[float]]


def limits(policy: Policy, shown: int) -> tuple[int, int]:
    """The true counts that are published as ``shown``, found by trying them all."""
    fits = [n for n in range(max(0, shown - 20), shown + 21) if not policy.hides(n) and policy.rounded(n) == shown]
    return min(fits), max(fits)


def hidden_ranges(
    levels: Mapping[str, Sequence[str]], tables: Sequence[SafeTable], policy: Policy,
    never: Collection[tuple[str, ...]] = (),
) -> list[tuple[str, tuple[str, ...], float, float, bool]]:  # fmt: skip
    """Return (title, groups, lowest, highest, alone in its table) of every hidden count, from all tables together.

    ``levels`` are all answers of all variables; ``never`` the combinations that cannot occur.
    """
    names = list(levels)
    atoms = [a for a in itertools.product(*levels.values()) if a not in never]
    upper: Rows = []
    most: list[float] = []
    hidden = []
    for table in tables:
        frame = table.frame
        by = [c.name for c in table.columns if c.role == "group"]
        for row in frame.to_dict("records"):
            group = tuple(str(row[name]) for name in by)
            inside = [float(all(atom[names.index(n)] == g for n, g in zip(by, group, strict=True))) for atom in atoms]
            if pd.isna(row["count"]):
                hidden.append((table.title, group, inside, table.hidden == 1))
                whole = table.hidden < len(frame)  # a table that is hidden altogether hides its empty cells too
                low, high = (1 if policy.show_zero and whole else 0), 10_000
            else:
                low, high = limits(policy, int(row["count"]))
            upper += [inside, [-i for i in inside]]
            most += [high, -low]
    found = []
    for title, group, inside, alone in hidden:
        ends = []
        for sign in (1, -1):
            made = linprog(sign * np.array(inside), A_ub=np.array(upper), b_ub=np.array(most), bounds=(0, None))
            assert made.success, made.message
            ends.append(sign * made.fun)
        found.append((title, group, math.ceil(ends[0] - 1e-6), math.floor(ends[1] + 1e-6), alone))
    return found


def too_narrow(low: float, high: float, alone: bool, policy: Policy) -> bool:
    """Tell whether somebody knows a hidden count, which may be a small one, more closely than the policy allows."""
    if low >= policy.threshold or (high == 0 and policy.show_zero):
        return False
    return (min(high, policy.threshold - 1) if alone else high) - low < policy.width
