"""In which order the case studies of a run are started, and how long it will still take."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping

from shared.batch.plan import Plan


def longest_first(plans: Iterable[Plan], took: Mapping[str, float]) -> list[Plan]:
    """Return the plans in the order to start them: a long one that starts last keeps all others waiting.

    ``took`` is slug -> seconds of the last run. Those never run come first, the one with most data before the
    others, because nothing says that they are short.
    """
    return sorted(plans, key=lambda plan: (plan.slug in took, -took.get(plan.slug, 0.0), -plan.size, plan.slug))


class Estimate:
    """How long a run still takes, from what the case studies took last time and what they take now."""

    def __init__(self, slugs: Iterable[str], took: Mapping[str, float], at_a_time: int) -> None:
        self._left = dict.fromkeys(slugs)
        self._took = dict(took)
        self._at_a_time = max(1, at_a_time)
        self._now: list[float] = []
        self._started: dict[str, float] = {}

    def started(self, slug: str) -> None:
        """Note that a case study has been started."""
        self._started[slug] = time.monotonic()

    def finished(self, slug: str) -> None:
        """Note that a case study has been dealt with."""
        self._left.pop(slug, None)
        if (begun := self._started.pop(slug, None)) is not None:
            self._now.append(time.monotonic() - begun)

    def seconds(self) -> float | None:
        """Return the seconds that are left; None while there is nothing to tell it from."""
        known = self._now or [self._took[slug] for slug in self._left if slug in self._took]
        if not known:
            return None
        usual = sum(known) / len(known)
        now = time.monotonic()
        left = [max(0.0, self._took.get(slug, usual) - (now - self._started.get(slug, now))) for slug in self._left]
        return max([sum(left) / self._at_a_time, *left], default=0.0)


def in_words(seconds: float) -> str:
    """Return a length of time as a person would say it: ``about 40 s``, ``about 5 min``, ``about 2 h 10 min``."""
    if seconds < 90:
        return f"about {max(5, round(seconds / 5) * 5)} s"
    minutes = round(seconds / 60)
    return f"about {minutes} min" if minutes < 90 else f"about {minutes // 60} h {minutes % 60} min"
