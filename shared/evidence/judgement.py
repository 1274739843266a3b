"""One assessor's judgement of one indicator, and how far its evidence lets the score count.

Evidence grades (framework section 5): E0 none, the score does not count; E1 said, counts up to 2; E2 document
seen, up to 3; E3 independently checked or recomputed, up to 4.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

CAP: dict[str, int] = {"E0": 0, "E1": 2, "E2": 3, "E3": 4}
"""The highest score that evidence of each grade can carry; at 0 (E0) the judgement does not count at all."""

GRADES: dict[str, str] = {
    "E0": "no evidence",
    "E1": "said by somebody",
    "E2": "document seen",
    "E3": "independently checked or recomputed",
}
"""What each grade means, for people."""


@dataclass(frozen=True)
class Judgement:
    """One row of judgements.csv: ``score`` 0 to 4 as the assessor gave it, before the evidence caps it."""

    indicator: str
    assessor: str
    score: int
    grade: str
    evidence: str
    date: date

    @property
    def counted(self) -> int | None:
        """The score after the cap of its evidence grade; None when there is no evidence (E0)."""
        cap = CAP[self.grade]
        return min(self.score, cap) if cap else None

    @property
    def capped(self) -> bool:
        """True when the evidence carries less than the assessor gave."""
        return self.counted is not None and self.counted < self.score
