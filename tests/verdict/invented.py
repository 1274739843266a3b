"""An invented source for the tests: every indicator at a chosen score, every fact as chosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from shared.cases.model import CaseStudy
from shared.evidence.judgements import JudgedScore, Judgement, judge
from shared.framework.register import load_register
from shared.measures.measurement import Measurement, State
from shared.verdict.dossier import Dossier, open_dossier
from shared.verdict.scores import is_log, value_at

FACTS: dict[str, Any] = {
    "official_comparator": True,
    "independent_of_comparator": True,
    "adequate_official_figure": False,
    "parallel_periods": 2,
    "legal_basis": True,
    "users_consulted": True,
    "new_publishable_cells": 5,
}


def case(**changes: Any) -> CaseStudy:
    """A quantitative source with everything in its favour; ``changes`` replace top-level fields."""
    given: dict[str, Any] = {
        "slug": "invented",
        "title": "Invented",
        "summary": "Invented for a test.",
        "organisation": {"name": "Nobody", "type": "charity", "purpose": "test", "contact": "desk"},
        "features": {
            "initiative": "community survey",
            "primary_purpose": "monitoring",
            "content": "quantitative",
            "unit": "person",
            "selection": "purposive",
            "mode": ("paper",),
            "consent": "explicit statistical",
            "access": "micro-data",
            "overlapping_official_source": "partial",
        },
        "population": {"of_interest": "nobody", "statistic": "none"},
        "participation": {"started_by_citizens": True},
        "dates": {
            "reference_start": date(2025, 1, 1),
            "reference_end": date(2025, 12, 31),
            "assessed_on": date(2026, 6, 1),
        },
        "sources": {},
        "intended_uses": ({"use": "complement", "statistic": "none", "risk": "medium", "profile": "medium"},),
        "facts": FACTS,
        "disclosure": {"publish": {}},
        "review": {"basis": "a test"},
    }
    return CaseStudy.model_validate({**given, **changes})


def measured(indicator: str, score: float, spread: float = 0.0) -> Measurement:
    """A measurement whose value has this score, with an interval of ± ``spread`` points of score."""
    entry = load_register()[indicator]
    if entry.report_only:
        return Measurement(indicator, State.MEASURED, value=0.0)
    posts = next(iter(entry.goalposts.values()))
    at = [value_at(s, posts, log=is_log(indicator)) for s in (score, score - spread, score + spread)]
    low, high = (min(at[1:]), max(at[1:])) if spread else (None, None)
    return Measurement(indicator, State.MEASURED, value=at[0], low=low, high=high)


def judgement(indicator: str, score: int, grade: str = "E3", assessor: str = "A") -> Judgement:
    """One judgement, by default with evidence that carries any score."""
    return Judgement(indicator, assessor, score, grade, "seen", date(2026, 5, 1))


def measurements(scores: Mapping[str, float | None], default: float = 80.0, spread: float = 0.0) -> list[Measurement]:
    """All computed indicators at ``default``, or at the score given; None = not known."""
    found = []
    for entry in load_register().computed():
        score = scores.get(entry.id, default)
        found.append(Measurement.not_known(entry.id, "?") if score is None else measured(entry.id, score, spread))
    return found


def judgements(scores: Mapping[str, int | None], default: int = 4, grade: str = "E3") -> tuple[JudgedScore, ...]:
    """All judged indicators at ``default``, or at the score given (0-4); None = not known."""
    rows = [
        judgement(entry.id, score, grade)
        for entry in load_register().judged()
        if (score := scores.get(entry.id, default)) is not None
    ]
    return judge(rows)


def dossier(
    computed: Mapping[str, float | None] | None = None,
    judged: Mapping[str, int | None] | None = None,
    *,
    default: float = 80.0,
    anchor: int = 4,
    extra: Iterable[Measurement] = (),
    **changes: Any,
) -> Dossier:
    """A dossier on the invented source; ``extra`` measurements replace those of the same indicator."""
    replaced = {m.indicator: m for m in extra}
    made = [replaced.get(m.indicator, m) for m in measurements(computed or {}, default)]
    return open_dossier(case(**changes), made, judgements(judged or {}, anchor))
