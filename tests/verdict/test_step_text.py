"""The needed level in words, rounded to the safe side."""

from __future__ import annotations

import pytest

from shared.framework.register import load_register
from shared.verdict.step_text import needed_text


@pytest.mark.parametrize(
    ("indicator", "value", "text"),
    [
        ("DAT-1", 0.91234, "at least 91.3%"),  # 91.2 % would not be enough
        ("TIM-1", 346.9, "at most 346 days"),  # 347 would be too late
        ("ACC-2", 1.4549, "at most 1.45 points"),
        ("COH-2", 4.0, "at least 4 periods"),
        ("COH-2", 2.44, "at least 3 periods"),
        ("REP-4", 0.8301, "at least 0.831"),
        ("SDC-1", 0.0, "at most 0"),
        ("GOV-7", 0.0, "to be known; any score will do"),  # not known and a score of 0 is enough for this use
        ("ETH-1", 3.0, "3 of 4: Recognised self-assessment or review before collection, actions closed"),
        ("ETH-1", 2.5, "3 of 4: Recognised self-assessment or review before collection, actions closed"),
        ("REL-1", 4.0, "4 of 4: Named user and decision, gap shown in writing, users took part in the specification"),
    ],
)
def test_a_target_in_words(indicator: str, value: float, text: str) -> None:
    entry = load_register()[indicator]
    goalposts = next(iter(entry.goalposts.values()), None)
    assert needed_text(entry, goalposts, value) == text
