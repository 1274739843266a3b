"""Other offices' rules against their published cases, and the answers stored as chosen."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from shared.errors import DefinitionError, ParameterError
from shared.framework.instruments import load_instruments
from shared.verdict.instruments import run_instrument

VECTORS = json.loads((Path(__file__).parent / "data" / "published_rule_vectors.json").read_text(encoding="utf-8"))


def ticks(*counts: int) -> list[list[int]]:
    """Ticks by dimension: the first so many of each."""
    return [[1] * n + [0] * (size - n) for n, size in zip(counts, (3, 3, 2, 3, 3), strict=True)]


def test_the_ons_cases_come_out_as_published() -> None:
    results = run_instrument("ons-2022", VECTORS["ons"])
    for vector, result in zip(VECTORS["ons"], results, strict=True):
        assert {key: result[key] for key in vector} == vector


@pytest.mark.parametrize("name", ["statcan-2025-07", "statcan-2025-10"])
def test_the_statistics_canada_cases_come_out_as_published(name: str) -> None:
    key = {"statcan-2025-07": "fit_jul2025_ge8", "statcan-2025-10": "fit_oct2025_ge10"}[name]
    for vector, result in zip(VECTORS["statcan"], run_instrument(name, VECTORS["statcan"]), strict=True):
        assert result["scores"] == vector["scores"]
        assert result["total"] == vector["total"]
        assert result["fit"] is result[key] is vector[key]
        assert result["criteria"] == vector["criteria"], "every tick is stored as chosen"


@pytest.mark.parametrize(
    ("name", "scores", "fit"),
    [
        ("ons-2021", [2, 1, 2, 1, 2, 1], False),  # mean exactly 1.5: strictly above is needed
        ("ons-2021", [2, 2, 2, 1, 2, 1], True),  # 10 / 6
        ("ons-2021", [3, 3, 3, 3, 3, 0], False),
        ("ons-2022", [1, 1, 2, 2, 2], True),  # 1.6
    ],
)
def test_the_ons_rule_by_hand(name: str, scores: list[int], fit: bool) -> None:
    assert run_instrument(name, [{"gateway": [1, 1, 1], "scores": scores}])[0]["fit"] is fit


def test_a_missing_score_could_still_be_a_zero() -> None:
    result = run_instrument("ons-2022", [{"gateway": [1, 1, 1], "scores": [3, 3, 3, 3, None]}])[0]
    assert result["fit"] is None
    assert result["mean"] is None
    hopeless = run_instrument("ons-2022", [{"gateway": [1, 1, 1], "scores": [1, 1, 1, 1, None]}])[0]
    assert hopeless["fit"] is False, "4 + 3 = 7 of 5 is 1.4, even at best"


def test_a_closed_gateway_decides_whatever_is_missing() -> None:
    record = {"gateway": [1, 0, None], "scores": [None] * 5}
    assert run_instrument("ons-2022", [record])[0]["fit"] is False


def test_two_ticks_of_two_on_accessibility_count_three() -> None:
    result = run_instrument("statcan-2025-10", [{"ethics": [1] * 5, "criteria": ticks(2, 2, 2, 2, 1)}])[0]
    assert result["scores"] == [2, 2, 3, 2, 1]
    assert result["total"] == 10
    assert result["fit"] is True
    half = run_instrument("statcan-2025-10", [{"ethics": [1] * 5, "criteria": ticks(3, 3, 1, 3, 3)}])[0]
    assert half["scores"][2] == 1


@pytest.mark.parametrize(
    ("name", "counts", "band"),
    [
        ("statcan-2025-07", (1, 1, 1, 2, 3), "medium"),  # 8
        ("statcan-2025-07", (2, 2, 2, 2, 2), "high"),  # 2+2+3+2+2 = 11
        ("statcan-2025-07", (1, 1, 1, 2, 2), None),  # 7: not fit
        ("statcan-2025-10", (2, 2, 2, 2, 3), "medium"),  # 12
        ("statcan-2025-10", (3, 2, 2, 2, 3), "high"),  # 13
        ("statcan-2025-10", (3, 3, 2, 3, 0), None),  # 12 with a zero: not fit
    ],
)
def test_the_statistics_canada_bands(name: str, counts: tuple[int, ...], band: str | None) -> None:
    assert run_instrument(name, [{"ethics": [1] * 5, "criteria": ticks(*counts)}])[0]["band"] == band


def test_one_ethics_no_is_enough_to_fail() -> None:
    record = {"ethics": [1, 1, 0, 1, 1], "criteria": ticks(3, 3, 2, 3, 3)}
    assert run_instrument("statcan-2025-07", [record])[0]["fit"] is False


def test_an_open_tick_leaves_the_verdict_open_only_where_it_matters() -> None:
    full = ticks(3, 3, 2, 3, 3)
    full[0][0] = None
    assert run_instrument("statcan-2025-10", [{"ethics": [1] * 5, "criteria": full}])[0]["fit"] is True
    bare = ticks(2, 2, 2, 1, 1)  # 9: one tick more decides
    bare[3][1] = None
    result = run_instrument("statcan-2025-10", [{"ethics": [1] * 5, "criteria": bare}])[0]
    assert result["fit"] is None
    assert result["scores"] == [2, 2, 3, None, 1]


def test_every_fault_of_every_record_is_reported_at_once() -> None:
    records: list[Any] = [
        {"gateway": [1, 1], "scores": [2, 2, 2, 2, 4], "version": "ONS21"},
        "no record",
        {"gateway": [1, 1, 2], "scores": None},
    ]
    with pytest.raises(DefinitionError) as caught:
        run_instrument("ons-2022", records)
    assert [fault.where for fault in caught.value.faults] == [
        "record 0.version", "record 0.gateway", "record 0.scores[4]", "record 1", "record 2.gateway[2]",
        "record 2.scores",
    ]  # fmt: skip
    with pytest.raises(DefinitionError, match=r"record 0\.criteria\[2\]: Must be a list of 2"):
        run_instrument("statcan-2025-07", [{"ethics": [1] * 5, "criteria": [[1] * 3] * 5}])
    with pytest.raises(DefinitionError, match="list of records"):
        run_instrument("ons-2022", VECTORS)


def test_an_unknown_instrument_gets_the_nearest() -> None:
    with pytest.raises(ParameterError, match="ons-2022"):
        run_instrument("ons2022", [])
    with pytest.raises(ParameterError, match="no pass mark"):
        run_instrument("uksa-ethics", [])


def test_the_two_versions_of_each_rule_differ_as_published() -> None:
    rules = load_instruments()
    assert [len(rules[n].groups[1].items) for n in ("ons-2021", "ons-2022")] == [6, 5]
    assert [rules[n].pass_total for n in ("statcan-2025-07", "statcan-2025-10")] == [8, 10]
    for name in ("statcan-2025-07", "statcan-2025-10"):
        assert [len(g.items) for g in rules[name].groups] == [5, 3, 3, 2, 3, 3]
