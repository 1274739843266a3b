"""The rules as data against the framework's own tables, typed here a second time."""

from __future__ import annotations

import pytest

from shared.errors import CasebookError
from shared.framework.instruments import load_instruments
from shared.framework.register import WHO, load_register
from shared.framework.rules import load_assurance, load_gates, load_uncertainty, load_uses

FLOORS = """
GOV 25 50 50 50 60 75
ETH 50 50 50 60 60 75
DOC 50 50 50 60 70 75
DAT -- 50 50 60 70 75
REP -- 40 40 60 60 75
PRO 25 50 50 60 70 75
QUA 50 50 50 50 50 50
REL 50 50 60 60 60 75
ACC -- -- 40 50 70 75
TIM -- 25 25 50 50 75
COH -- 60 50 40 70 75
"""


def test_the_floors_are_those_of_section_7() -> None:
    rows = [line.split() for line in FLOORS.split("\n") if line]
    assert len(rows) == 11
    for column, use in enumerate(load_uses().uses, start=1):
        expected = {row[0]: float(row[column]) for row in rows if row[column] != "--"}
        assert list(use.floors.items()) == list(expected.items()), use.id


def test_every_condition_fact_gate_and_dimension_named_by_a_use_exists() -> None:
    rules, gates = load_uses(), {g.id for g in load_gates().gates}
    dimensions = {d.id for d in load_register().dimensions}
    facts = {f.id for f in rules.facts}
    for use in rules.uses:
        assert set(use.gates) <= gates
        assert set(use.floors) <= dimensions
        for code in use.conditions:
            assert {term.fact for term in rules.condition(code).any} <= facts
    assert {c.code for c in rules.conditions} == {code for use in rules.uses for code in use.conditions}


def test_every_indicator_named_by_a_rule_is_in_the_register() -> None:
    known = {i.id for i in load_register().indicators}
    named = {f.indicator for f in load_uses().facts if f.indicator}
    named |= {t.indicator for g in load_gates().gates for t in g.rules if t.indicator}
    named |= {i for area in load_assurance().areas for i in area.indicators}
    named |= set(load_uncertainty().log_scale)
    dimensions = {d.id for d in load_register().dimensions}
    for instrument in load_instruments().instruments:
        for group in instrument.groups:
            for item in group.items:
                named |= set(item.prefill.mean_of) - dimensions
                for test in item.prefill.tests:
                    named |= {*test.measured_any, *([test.indicator] if test.indicator else [])}
    assert named <= known


def test_assurance_areas_rest_on_judged_indicators_as_in_section_4() -> None:
    register = load_register()
    areas = {a.id: a.indicators for a in load_assurance().areas}
    assert areas == {
        "1": ("GOV-1", "GOV-2", "GOV-3", "PRO-1", "PRO-2", "REP-1", "ACC-6"),
        "2": ("GOV-4", "GOV-7"),
        "3": ("PRO-3", "PRO-4", "PRO-6"),
        "4": ("PRO-7", "DOC-2", "DOC-3"),
    }
    assert all(register[i].kind == "judged" for ids in areas.values() for i in ids)
    assert load_assurance().achieved == (0, 1, 1, 2, 3)


def test_every_indicator_says_what_to_ask_of_whom() -> None:
    assert all(entry.ask.endswith(".") and len(entry.ask) > 20 for entry in load_register().indicators)
    assert {entry.who for entry in load_register().indicators} == set(WHO)


def test_proposals_are_marked_as_proposals() -> None:
    assert load_uses().mark == load_uncertainty().mark == "[P]"
    assert "[P]" in load_gates().mark
    assert "[P]" in load_assurance().mark
    assert "[P]" in load_instruments().mark


def test_an_unknown_use_gets_the_nearest() -> None:
    with pytest.raises(CasebookError, match="fill-gap"):
        load_uses()["fillgap"]
