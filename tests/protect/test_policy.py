"""Policies: the ONS 10-5 rule as published in the worked examples, OpenSAFELY's rule, and the words for small."""

from __future__ import annotations

import pytest

from shared.cases.model import Disclosure
from shared.errors import ProtectionError
from shared.protect import POLICIES, find_policy


@pytest.mark.parametrize(("count", "shown"), [(10, 10), (11, 10), (12, 10), (13, 15), (14, 15), (66, 65)])
def test_the_10_5_rule_of_the_worked_examples(count: int, shown: int) -> None:
    assert POLICIES["threshold-10-round-5"].rounded(count) == shown


@pytest.mark.parametrize(
    ("policy", "hidden", "shown"),
    [
        ("threshold-10-round-5", [1, 5, 9], [0, 10, 11]),
        ("redact-7-round-5", [0, 1, 7], [8, 9, 10]),
        ("published-aggregates", [1, 9], [0, 10]),
    ],
)
def test_what_each_policy_hides(policy: str, hidden: list[int], shown: list[int]) -> None:
    rule = find_policy(policy)
    assert [rule.hides(count) for count in hidden] == [True] * len(hidden)
    assert [rule.hides(count) for count in shown] == [False] * len(shown)


def test_opensafely_rounds_eight_to_ten_and_published_figures_stay() -> None:
    assert POLICIES["redact-7-round-5"].rounded(8) == 10
    assert POLICIES["published-aggregates"].rounded(13) == 13


def test_every_policy_of_case_yaml_exists_and_cites_its_source() -> None:
    allowed = Disclosure.model_fields["policy"].annotation.__args__  # type: ignore[union-attr]
    assert set(allowed) == set(POLICIES)
    assert all(policy.source for policy in POLICIES.values())


def test_an_unknown_policy_is_refused_with_the_nearest() -> None:
    with pytest.raises(ProtectionError, match='Did you mean "redact-7-round-5"'):
        find_policy("redact-7-round-10")
