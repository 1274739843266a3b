"""Longest first, and the time that is left."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.batch import schedule
from shared.batch.key import Key
from shared.batch.plan import Plan
from shared.batch.run import run_cases
from shared.batch.schedule import Estimate, in_words, longest_first
from shared.cases.project import Project
from tests.batch.small import Told, add_case


def plan(slug: str, size: int = 0) -> Plan:
    return Plan(slug, Path(), Path(), {}, "", "", Key({}, {}), {}, size)


def test_the_longest_of_the_last_run_starts_first_and_what_never_ran_before_it() -> None:
    plans = [plan("a"), plan("b"), plan("c", 10), plan("d", 20), plan("e", 20)]
    ordered = longest_first(plans, {"a": 3.0, "b": 40.0})
    assert [one.slug for one in ordered] == ["d", "e", "c", "b", "a"]


def test_a_second_run_starts_with_what_took_longest(project: Project) -> None:
    add_case(project, "alpha", "x = 1")
    add_case(project, "beta", "import time\ntime.sleep(1.5)")
    run_cases(project, ["alpha", "beta"], progress=Told())
    told = Told()
    run_cases(project, ["alpha", "beta"], force=True, progress=told)
    assert told.steps[0][0] == "beta"


def test_the_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(schedule.time, "monotonic", lambda: now[0])
    assert Estimate(["a"], {}, 1).seconds() is None
    estimate = Estimate(["a", "b", "c", "d"], {"a": 30.0, "b": 10.0, "c": 20.0}, 2)
    assert estimate.seconds() == pytest.approx((30 + 10 + 20 + 20) / 2)  # d: the mean of the others
    estimate.started("a")
    estimate.started("b")
    now[0] += 10
    estimate.finished("b")
    # now known: b took 10. Left: a 30 - 10, c 20, d 10 (the mean of this run)
    assert estimate.seconds() == pytest.approx((20 + 20 + 10) / 2)
    now[0] += 60
    for slug in ("a", "c"):
        estimate.finished(slug)
    assert estimate.seconds() == pytest.approx(40)  # d: the mean of 10 and 70, and it cannot be shared out
    estimate.finished("d")
    assert estimate.seconds() == 0


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "about 5 s"), (42, "about 40 s"), (300, "about 5 min"), (7800, "about 2 h 10 min")],
)
def test_times_in_words(seconds: float, said: str) -> None:
    assert in_words(seconds) == said
