"""The machine-readable result of a case study: the same figures as the report, protected the same way."""

from __future__ import annotations

from importlib import metadata
from typing import TYPE_CHECKING, Any

from shared.framework.register import Indicator
from shared.report.shown import shown_score

if TYPE_CHECKING:
    from shared.report.study import Study
    from shared.verdict.assess import Distance

MIME = "application/vnd.casebook.result+json"
PACKAGES = ("citizen-data-casebook", "pandas", "geopandas", "altair", "narwhals", "scipy", "papermill", "nbconvert")


def result(study: Study) -> dict[str, Any]:
    """Return what ``result.json`` holds (``shared/batch/result.schema.json`` describes it); plain JSON types only."""
    case, settings, verdict = study.case, study.settings, study.assessment
    return {
        "schema_version": 1,
        "case": {"slug": case.slug, "title": case.title, "organisation": case.organisation.name},
        "parameters": {
            "as_of": settings.as_of.isoformat(), "use": settings.use, "policy": settings.policy.id,
            "draws": settings.draws, "seed": settings.seed,
        },
        "assessed_on": settings.as_of.isoformat(),
        "register_version": study.register.version,
        "provenance": [_provenance(row) for row in study.prepared.provenance],
        "indicators": [_indicator(study, entry) for entry in study.register.indicators],
        "gates": [
            {"id": g.id, "name": g.name, "state": g.state, "reasons": list(g.reasons), "questions": list(g.questions)}
            for g in verdict.gates
        ],
        "dimensions": [
            {
                "id": d.id, "name": d.name, "score": _whole(d.score), "low": _whole(d.low), "high": _whole(d.high),
                "state": str(d.state), "missing": list(d.missing),
            }
            for d in verdict.by_use[settings.use].dimensions
        ],
        "uses": [
            {
                "use": u.use, "name": u.name, "status": u.status,
                "unmet": [{"code": r.code, "text": r.text} for r in u.unmet],
                "unknown": [{"code": r.code, "text": r.text} for r in u.unknown],
                "share_met": None if u.share_met is None else round(u.share_met, 4), "stability": u.stability,
            }
            for u in verdict.uses
        ],
        "label": verdict.label,
        "instruments": plain(verdict.instruments),
        "sensitivity": plain(verdict.sensitivity),
        "distance": [_distance(study, distance) for distance in verdict.distance],
        "packages": {name: metadata.version(name) for name in PACKAGES},
        "policy": settings.policy.id,
        "synthetic": case.synthetic is not None,
    }  # fmt: skip


def _distance(study: Study, distance: Distance) -> dict[str, Any]:
    # current values are the protected ones; the exact ones stay inside
    return {
        "use": distance.use, "status": distance.status, "text": distance.text, "proven": distance.proven,
        "steps": [
            {
                "indicator": s.indicator, "name": s.name, "kind": s.kind, "current": shown_score(study, s.indicator)[0],
                "needed": s.needed, "target": s.target, "who": s.who, "ask": s.ask,
            }
            for s in distance.steps
        ],
        "also": [{"code": r.code, "text": r.text} for r in distance.also],
    }  # fmt: skip


def _provenance(row: dict[str, str]) -> dict[str, Any]:
    kept = {name: row[name] for name in ("source", "title", "place", "sha256", "licence", "attribution")}
    return kept | {"rows": int(row["rows"]) if row["rows"] else None, "as_at": row["as_at"] or None}


def _indicator(study: Study, entry: Indicator) -> dict[str, Any]:
    score = study.assessment.scores[entry.id]
    shown, low, high = shown_score(study, entry.id)
    found: dict[str, Any]
    if entry.kind == "computed":
        m = study.measurements[entry.id]
        found = {
            "state": str(m.state), "value": m.value, "low": m.low, "high": m.high, "numerator": m.numerator,
            "denominator": m.denominator, "reason": m.reason, "question": m.question, "text": m.text,
        }  # fmt: skip
    else:
        j = study.judged[entry.id]
        found = {
            "state": str(j.state), "value": j.score, "low": j.low, "high": j.high, "numerator": None,
            "denominator": None, "reason": j.reason, "question": j.question, "text": "",
        }  # fmt: skip
    return {
        "id": entry.id, "name": entry.name, "dimension": entry.dimension, "kind": entry.kind, "level": entry.level,
        "unit": entry.unit or "0–4", **{name: plain(value) for name, value in found.items()},
        "score": shown, "score_low": low, "score_high": high,
        "goalposts": None if score.goalposts is None else list(score.goalposts), "overridden": score.overridden,
    }  # fmt: skip


def _whole(score: float | None) -> float | None:
    # whole points: a score to many digits would give the counts behind it away
    return None if score is None else float(round(score))


def plain(value: Any) -> Any:
    """Return dataclasses, tuples and numpy numbers as plain JSON types; not-a-number becomes null."""
    from dataclasses import fields, is_dataclass
    from enum import Enum
    from math import isfinite

    if isinstance(value, Enum):
        return str(value)
    if value is None or isinstance(value, str | bool):
        return value
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in (sorted(value) if isinstance(value, set | frozenset) else value)]
    number = value.item() if hasattr(value, "item") else value
    if isinstance(number, int | float):
        return None if not isfinite(number) else number if isinstance(number, int) else round(number, 6)
    return str(number)
