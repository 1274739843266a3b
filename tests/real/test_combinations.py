"""Which combinations of answers can occur together: the same as from all of them, and without making all of them."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from shared.errors import ProtectionError
from shared.protect.joint import REST, Link, _combinations

LEVELS = {
    "area": ["Ayton", "Beeton", "Ceeton", REST],
    "region": ["North", "South", REST],
    "sex": ["men", "women", REST],
}
LINK = Link("area", "region", frozenset({("Ayton", "North"), ("Beeton", "North"), ("Ceeton", "South")}))


def test_the_combinations_are_those_of_the_whole_product_that_the_links_allow() -> None:
    names = ("area", "region", "sex")
    home = {"Ayton": "North", "Beeton": "North", "Ceeton": "South"}
    # nothing is known of an area outside the list, nor of a region outside it
    allowed = [
        combination
        for combination in itertools.product(*(range(len(LEVELS[n])) for n in names))
        if (area := LEVELS["area"][combination[0]]) == REST
        or (region := LEVELS["region"][combination[1]]) == REST
        or home[area] == region
    ]
    assert _combinations(names, LEVELS, [LINK]).tolist() == [list(c) for c in allowed]
    assert len(_combinations(names, LEVELS, [])) == 4 * 3 * 3


def test_tables_of_many_areas_in_many_ways_are_not_refused_for_what_cannot_occur() -> None:
    areas = [f"area {n}" for n in range(374)]
    ways = {"district": 1, "map": 2, "region": 31, "site": 187}
    levels = {"area": [*areas, REST]}
    links = []
    for name, size in ways.items():
        levels[name] = [*dict.fromkeys(f"{name} {n // size}" for n in range(374)), REST]
        links.append(Link("area", name, frozenset((a, f"{name} {n // size}") for n, a in enumerate(areas))))
    product = np.prod([len(found) for found in levels.values()], dtype=np.float64)
    with pytest.raises(ProtectionError, match="too many"):
        _combinations(tuple(sorted(levels)), levels, [])
    every = [Link(a, b, frozenset((f"{a} {n // ways[a]}", f"{b} {n // ways[b]}") for n in range(374)))
             for a, b in itertools.combinations(ways, 2)]  # fmt: skip
    made = _combinations(tuple(sorted(levels)), levels, [*links, *every])
    assert len(made) < product / 1000


def test_no_variable_leaves_one_combination() -> None:
    assert _combinations((), {}, []).shape == (1, 0)
