"""Disclosure policies as data (``policies.json``): which figures may be shown, and how they are rounded."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from importlib import resources
from typing import Literal

from shared.errors import ProtectionError, nearest


@dataclass(frozen=True)
class Policy:
    """One disclosure policy.

    threshold  smallest count of people that may be shown; every count from 1 to ``threshold - 1`` is hidden
    base       counts are rounded to the nearest multiple of this; None leaves them as they are
    show_zero  whether an empty cell may be told from a hidden one
    labels_public  whether the names of small groups may be shown beside a hidden count even where nobody declared
                   the list of groups (true only for figures that the organisation itself has already published)
    source     where the rule comes from
    width      a hidden count must stay uncertain by at least this much for somebody who knows all that is shown
    method     ``round``, or ``cell-key``: noise that depends on the records counted (rounding where there are none)
    dominance_n, dominance_k  a sum is hidden when its ``n`` largest contributors make up more than ``k`` % of it
    p_percent  a sum is hidden when the rest, without the two largest, is below this share of the largest
    adds_up    every table of counts is rounded so that the totals of what is shown add up (controlled rounding)
    k, l       a record may leave only with ``k`` - 1 others like it, among whom ``l`` sensitive answers differ
    """

    id: str
    title: str
    threshold: int
    base: int | None
    show_zero: bool
    source: str
    labels_public: bool = False
    width: int = 5
    method: Literal["round", "cell-key"] = "round"
    dominance_n: int = 2
    dominance_k: float = 90
    p_percent: float = 10
    k: int = 3
    adds_up: bool = False
    l: int = 2  # noqa: E741  # the name of the method

    def hides(self, count: float) -> bool:
        """Tell whether a count of people must not be shown."""
        if count <= 0:
            return not self.show_zero
        return count < self.threshold

    def rounded(self, count: float) -> int:
        """Return a count that may be shown, rounded half up to the policy's base (13 with base 5 gives 15)."""
        base = self.base or 1
        return math.floor(count / base + 0.5) * base

    def behind(self, published: float) -> tuple[float, float]:
        """Return the lowest and highest true count that is published as this one (15 with base 5: 13 to 17)."""
        if self.base is None or published == 0:
            return published, published
        low, high = math.ceil(published - self.base / 2), math.ceil(published + self.base / 2) - 1
        return max(low, self.threshold), high

    @property
    def least_hidden(self) -> int:
        """The lowest count a reader must reckon with behind a hidden figure: 1 where zeros are shown, else 0."""
        return 1 if self.show_zero else 0

    @property
    def small(self) -> str:
        """The words that stand in place of a hidden count ("fewer than 10")."""
        return f"fewer than {self.threshold}"


def _load() -> dict[str, Policy]:
    text = resources.files("shared.protect").joinpath("policies.json").read_text(encoding="utf-8")
    return {entry["id"]: Policy(**entry) for entry in json.loads(text)}


POLICIES: dict[str, Policy] = _load()
"""Every policy a case study may choose, by id."""


def find_policy(policy: Policy | str) -> Policy:
    """Return the policy itself or the one with this id; an unknown id raises ``ProtectionError``."""
    if isinstance(policy, Policy):
        return policy
    if policy not in POLICIES:
        raise ProtectionError(f'There is no disclosure policy "{policy}".', hint=nearest(policy, POLICIES))
    return POLICIES[policy]
