"""Disclosure policies as data: which counts may be shown, and how they are rounded."""

from __future__ import annotations

import math
from dataclasses import dataclass

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
    """

    id: str
    title: str
    threshold: int
    base: int | None
    show_zero: bool
    source: str
    labels_public: bool = False

    def hides(self, count: float) -> bool:
        """Tell whether a count of people must not be shown."""
        if count <= 0:
            return not self.show_zero
        return count < self.threshold

    def rounded(self, count: float) -> int:
        """Return a count that may be shown, rounded half up to the policy's base (13 with base 5 gives 15)."""
        base = self.base or 1
        return math.floor(count / base + 0.5) * base

    @property
    def small(self) -> str:
        """The words that stand in place of a hidden count ("fewer than 10")."""
        return f"fewer than {self.threshold}"


POLICIES: dict[str, Policy] = {
    policy.id: policy
    for policy in (
        Policy(
            id="threshold-10-round-5",
            title="Counts of 1 to 9 hidden, the others rounded to the nearest 5",
            threshold=10,
            base=5,
            show_zero=True,
            source=(
                "Threshold of 10 people as in the output rules of UK research services (ONS Secure Research Service "
                "output checking guidance; UK Longitudinal Linkage Collaboration, statistical disclosure control); "
                "rounding as in the ONS 10-5 rule."
            ),
        ),
        Policy(
            id="redact-7-round-5",
            title="Counts of 7 or fewer hidden, zero included, the others rounded to the nearest 5",
            threshold=8,
            base=5,
            show_zero=False,
            source="OpenSAFELY, rules for releasing files: redact counts of 7 or fewer, then round to the nearest 5.",
        ),
        Policy(
            id="published-aggregates",
            title="Figures already published by the organisation: counts of 1 to 9 hidden, nothing rounded",
            threshold=10,
            base=None,
            show_zero=True,
            labels_public=True,
            source=(
                "The figures are public already; the threshold of 10 of UK research services (ONS Secure Research "
                "Service, UK Longitudinal Linkage Collaboration) is applied again, so that no small cell is added."
            ),
        ),
    )
}
"""Every policy a case study may choose, by id."""


def find_policy(policy: Policy | str) -> Policy:
    """Return the policy itself or the one with this id; an unknown id raises ``ProtectionError``."""
    if isinstance(policy, Policy):
        return policy
    if policy not in POLICIES:
        raise ProtectionError(f'There is no disclosure policy "{policy}".', hint=nearest(policy, POLICIES))
    return POLICIES[policy]
