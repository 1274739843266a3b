"""Properties that must hold for every source: rising never costs a use, knowing less never gains one."""

from __future__ import annotations

import dataclasses
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.framework.register import load_register
from shared.measures.measurement import Measurement, State
from shared.verdict.dossier import Dossier
from shared.verdict.draws import central, layout_of
from shared.verdict.uncertainty import met
from shared.verdict.uses import finding
from tests.verdict.invented import FACTS, dossier

REGISTER = load_register()
COMPUTED = [i.id for i in REGISTER.computed() if not i.report_only and i.dimension != "QUA"]
JUDGED = [i.id for i in REGISTER.judged() if i.dimension != "QUA"]
COUNTS = ["SDC-1", "SDC-2"]
PROFILE = settings(max_examples=120, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])

Changes = dict[str, Any]


@st.composite
def sources(draw: st.DrawFn) -> Changes:
    """A source near the decision lines: a general level, some indicators elsewhere or not known."""
    return {
        "default": draw(st.sampled_from([50.0, 60.0, 72.0, 80.0, 100.0])),
        "anchor": draw(st.integers(2, 4)),
        "computed": draw(
            st.dictionaries(
                st.sampled_from(COMPUTED), st.none() | st.sampled_from([0.0, 30.0, 60.0, 90.0, 100.0]), max_size=5
            )
        ),
        "judged": draw(st.dictionaries(st.sampled_from(JUDGED), st.none() | st.integers(0, 4), max_size=4)),
        "facts": {key: draw(st.sampled_from([FACTS[key], FACTS[key], None])) for key in FACTS},
    }


def build(source: Changes, *, facts: Changes | None = None, count: str | None = None) -> Dossier:
    extra = [Measurement(count, State.MEASURED, value=1.0)] if count else []
    return dossier(
        source["computed"],
        source["judged"],
        default=source["default"],
        anchor=source["anchor"],
        facts=facts or source["facts"],
        extra=extra,
    )


def statuses(source: Dossier) -> dict[str, str]:
    return {use.id: finding(source, use).status for use in source.uses}


def with_computed(source: Changes, indicator: str, score: float | None) -> Changes:
    return {**source, "computed": {**source["computed"], indicator: score}}


def with_judged(source: Changes, indicator: str, score: int | None) -> Changes:
    return {**source, "judged": {**source["judged"], indicator: score}}


def never_worse(before: dict[str, str], after: dict[str, str]) -> None:
    order = {"not_met": 0, "not_known": 1, "met": 2}
    for use in before:
        assert order[after[use]] >= order[before[use]], use


def never_better_known_less(before: dict[str, str], after: dict[str, str]) -> None:
    for use in before:
        assert (
            after[use]
            in {
                "met": ("met", "not_known"),
                "not_known": ("not_known",),
                "not_met": ("not_met", "not_known"),
            }[before[use]]
        ), use


@PROFILE
@given(sources(), st.sampled_from(COMPUTED), st.floats(0, 100), st.floats(0, 100))
def test_raising_a_computed_indicator_never_costs_a_use(
    source: Changes, indicator: str, one: float, other: float
) -> None:
    low, high = sorted((one, other))
    never_worse(
        statuses(build(with_computed(source, indicator, low))), statuses(build(with_computed(source, indicator, high)))
    )


@PROFILE
@given(sources(), st.sampled_from(JUDGED), st.integers(0, 3))
def test_raising_a_judged_indicator_never_costs_a_use(source: Changes, indicator: str, score: int) -> None:
    before = statuses(build(with_judged(source, indicator, score)))
    never_worse(before, statuses(build(with_judged(source, indicator, score + 1))))


@PROFILE
@given(sources(), st.sampled_from(COMPUTED), st.sampled_from([0.0, 40.0, 70.0, 100.0]))
def test_removing_a_measurement_never_gains_a_use(source: Changes, indicator: str, score: float) -> None:
    known = statuses(build(with_computed(source, indicator, score)))
    never_better_known_less(known, statuses(build(with_computed(source, indicator, None))))


@PROFILE
@given(sources(), st.sampled_from(JUDGED), st.integers(0, 4))
def test_removing_a_judgement_never_gains_a_use(source: Changes, indicator: str, score: int) -> None:
    known = statuses(build(with_judged(source, indicator, score)))
    never_better_known_less(known, statuses(build(with_judged(source, indicator, None))))


@PROFILE
@given(sources(), st.sampled_from(sorted(FACTS)), st.booleans())
def test_removing_a_fact_never_gains_a_use(source: Changes, fact: str, good: bool) -> None:
    bad = 0 if isinstance(FACTS[fact], int) and not isinstance(FACTS[fact], bool) else not FACTS[fact]
    known = {**source["facts"], fact: FACTS[fact] if good else bad}
    before = statuses(build(source, facts=known))
    never_better_known_less(before, statuses(build(source, facts={**known, fact: None})))


@PROFILE
@given(sources(), st.sampled_from(COUNTS))
def test_a_small_cell_or_its_removal_from_view_never_gains_a_use(source: Changes, count: str) -> None:
    small = statuses(build(source, count=count))
    never_worse(small, statuses(build(source)))
    never_better_known_less(small, statuses(build(with_computed(source, count, None))))


@PROFILE
@given(sources())
def test_the_draws_without_spread_say_what_the_rule_says(source: Changes) -> None:
    """Two ways to the same answer: reasons one by one, and arrays over draws."""
    made = build(source)
    single = central(made, layout_of(made))
    for use in made.uses:
        status = finding(made, use).status
        assert bool(met(made, use, single, 0.0)[0]) == (status == "met"), use.id
        assert bool(met(made, use, single, 100.0)[0]) == (status != "not_met"), use.id


def test_the_properties_have_all_three_outcomes_in_sight() -> None:
    """Guard: the sources above must reach met, not met and not known, or the properties would hold for nothing."""
    base: Changes = {"default": 80.0, "anchor": 4, "computed": {}, "judged": {}, "facts": FACTS}
    assert statuses(build(base))["complement"] == "met"
    assert statuses(build(with_judged(base, "PRO-1", 0)))["complement"] == "not_met"
    assert statuses(build(with_judged(base, "PRO-1", None)))["complement"] == "not_known"
    assert dataclasses.is_dataclass(build(base))
