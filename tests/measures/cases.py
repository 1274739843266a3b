"""Case studies small enough to work out by hand, with their data in memory."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from shared.cases.model import CaseStudy
from shared.measures.case import measure_case
from shared.measures.measurement import Measurement
from shared.sources.areas import area_column
from shared.sources.prepare import AREA_COLUMN, Prepared

RISQ = pd.read_csv(Path(__file__).parent / "data" / "risq_cells.csv")


def source(kind: str, columns: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {
        "kind": kind, "title": f"{kind} of the town", "path": "x.csv", "sha256": "0" * 64, "format": "csv",
        "licence": "l", "attribution": "a", "columns": columns or {}, **more,
    }  # fmt: skip


def text(**columns: list[Any]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.array(values, dtype="str") for name, values in columns.items()})


def bare(**changes: Any) -> dict[str, Any]:
    """A definition that declares nothing it need not."""
    return {
        "slug": "town", "title": "Town survey", "summary": "s",
        "organisation": {"name": "o", "type": "charity", "purpose": "p"},
        "features": {
            "initiative": "community survey", "primary_purpose": "research", "content": "mixed", "unit": "person",
            "selection": "self-selected", "mode": ["web"], "consent": "broad", "access": "micro-data",
            "overlapping_official_source": "none",
        },
        "population": {"of_interest": "i", "statistic": "s"},
        "participation": {},
        "dates": {"reference_start": "2023-01-01", "reference_end": "2023-12-31", "assessed_on": "2025-01-01"},
        "sources": {},
        "intended_uses": [{"use": "context", "statistic": "s", "risk": "low", "profile": "lower"}],
        "disclosure": {"publish": {}},
        "review": {"basis": "b"},
        **changes,
    }  # fmt: skip


def measured(
    definition: dict[str, Any],
    frames: dict[str, pd.DataFrame] | None = None,
    *,
    consent: tuple[int, int] | None = None,
    draws: int = 200,
    as_of: date = date(2025, 1, 1),
) -> dict[str, Measurement]:
    """Measure a case study whose tables are given, as ``prepare`` would hand them on."""
    case = CaseStudy.model_validate(definition)
    tables = dict(frames or {})
    if case.area is not None:
        column, _ = area_column(tables[case.area.source], case.area, tables.get(case.area.reference or ""))
        tables[case.area.source] = tables[case.area.source].assign(**{AREA_COLUMN: column})
    prepared = Prepared(case, {}, tables, (), consent, ())
    return {m.indicator: m for m in measure_case(case, prepared, as_of=as_of, draws=draws)}


def town_records() -> pd.DataFrame:
    """600 persons by rule, so that every count can be worked out (see the comments of ``town``)."""
    rows = range(600)
    return text(
        id=[f"R{i % 594}" for i in rows],
        sex=["Unknown" if i < 30 else "F" if i % 3 == 0 else "M" for i in rows],
        age=["200" if i < 3 else str(20 + i % 50) for i in rows],
        home=["rent" if i % 4 == 0 else "own" for i in rows],
        rent=[None if i % 8 else "1200" if i % 80 == 0 else "500" for i in rows],
        income=["1000" for _ in rows],
        area=["N1" if i < 360 else "S1" if i < 576 else None for i in rows],
        guessed=["yes" if i < 60 else "no" for i in rows],
        interviewer=[f"I{i % 20}" for i in rows],
        status=["a" if i % 2 else "b" for i in rows],
        first=["yes"] * 25 + ["no"] * 25 + [None] * 550,
        again=["yes"] * 20 + ["no"] * 5 + ["yes"] * 10 + ["no"] * 15 + [None] * 550,
    )


def town() -> tuple[dict[str, Any], dict[str, pd.DataFrame]]:
    """A case study in which every computed indicator has its input."""
    columns = {
        "id": {"role": "identifier", "purpose": "tells records apart"},
        # 30 of 600 unknown; of the other 570, 190 F and 380 M
        "sex": {"role": "quasi-identifier", "type": "category", "required": True, "allowed": ["F", "M"],
                "missing": ["Unknown"], "purpose": "x"},
        # 600 answers, 3 not valid; 12 records a year from 23 to 62
        "age": {"role": "quasi-identifier", "type": "integer", "required": True, "maximum": 110},
        "home": {"role": "group", "type": "category", "allowed": ["rent", "own"], "purpose": "x"},  # 150 rent, 450 own
        # of the 150 who rent, 75 say how much; 8 of them more than their income
        "rent": {"role": "measure", "type": "number", "required": True,
                 "applicable_when": {"column": "home", "is_in": ["rent"]}},
        "income": {"role": "measure", "type": "number"},
        "area": {"role": "area"},
        "guessed": {"role": "flag"},
        "interviewer": {"role": "other"},
        "status": {"role": "sensitive"},
        "first": {"role": "other", "type": "category", "allowed": ["yes", "no"]},
        "again": {"role": "other", "type": "category", "allowed": ["yes", "no"]},
    }  # fmt: skip
    alpha = {  # the twelve units of Krippendorff's example, scorers side by side
        "A": "1 2 3 3 2 1 4 1 2 * * *", "B": "1 2 3 3 2 2 4 1 2 5 * 3",
        "C": "* 3 3 3 2 3 4 2 2 5 1 *", "D": "1 2 3 3 2 4 4 1 2 5 1 *",
    }  # fmt: skip
    scores = {name: [None if s == "*" else s for s in line.split()] for name, line in alpha.items()}
    people = [("P1", 50), ("P2", 20), ("P3", 10), ("P4", 10), ("P5", 5), ("P6", 5)]
    who = [name for name, n in people for _ in range(n)]
    definition = bare(
        sources={
            "records": source("records", columns, key=["id"], age="age",
                              imputed={"age": {"column": "guessed", "is_in": ["yes"]}},
                              edits=[{"id": "affordable", "label": "Rent within income", "left": "rent", "op": "<=",
                                      "right": "income"}]),
            "scores": source("records", {n: {"role": "other", "type": "integer"} for n in scores}),
            "diary": source("records", {"who": {"role": "other"}, "ours": {"role": "flag"}}),
            "list": source("reference", {}),
            "census": source("reference", {}),
            "towns": source("table", {}),
            "others": source("reference", {}),
        },
        area={"source": "records", "column": "area", "system": "none", "vintage": 2021, "reference": "census",
              "reference_code": "code", "reference_count": "people"},
        margins=[
            {"id": "sex", "label": "Sex", "source": "records", "column": "sex", "reference": "census",
             "reference_columns": {"F": "women", "M": "men"}},
            {"id": "area", "label": "Area", "source": "records", "column": "area", "reference": "census",
             "reference_by": "code", "reference_count": "people"},
        ],
        estimates=[{"id": "rents", "label": "Rents", "source": "records", "column": "home", "is_in": ["rent"],
                    "design_effect": 2, "official": 0.2, "population": 10000, "decision_line": 0.3}],
        totals=[{"id": "t", "label": "Totals", "source": {"source": "towns", "column": "n"},
                 "reference": {"source": "others", "column": "n", "where": [{"column": "town", "is_in": ["a", "b"]}]}}],
        facts={"required_cells": 60, "supplied_cells": 42, "missing_official_cells": 20, "new_publishable_cells": 5},
        participation={"design": 5, "collect": 4, "process": 3, "analyse": 2, "share": 1, "use": 0},
        dates={"reference_start": "2023-01-01", "reference_end": "2023-12-31", "first_release": "2024-02-29",
               "planned_release": "2024-02-19", "final_release": "2024-12-30", "actual_interval_months": 24,
               "needed_interval_months": 12, "tolerated_age_years": 2, "assessed_on": "2025-01-01"},
        dispositions={"responded": 600, "not_responded": 250, "unknown": 100, "not_eligible": 50,
                      "eligible_share": 0.8},
        response_cells={"source": "list", "by": ["gender", "age", "urb"], "responded": "n_resp", "invited": "N"},
        revisions=[{"label": str(i), "preliminary": p, "latest": v} for i, (p, v) in
                   enumerate([(100, 110), (200, 190), (300, 330)])],
        reproduced={"tested": 8, "reproduced": 6}, deliveries={"planned": 4, "delivered": 3},
        linkage={"precision": 0.9, "recall": 0.6}, common_units={"common": 42, "official": 60},
        contributors={"source": "diary", "column": "who", "community": "ours", "is_in": ["yes"]},
        repeat_pairs={"source": "records", "first": "first", "second": "again"},
        scorers={"source": "scores", "columns": list(scores), "level": "ordinal"},
        interviewer={"source": "records", "column": "interviewer", "outcome": "home", "is_in": ["rent"]},
        themes={"new_per_interview": [14, 9, 7, 7, 3, 1, 1, 0, 1, 0]},
        coders={"source": "scores", "columns": ["A", "B"]},
        findings={"total": 10, "grounded": 7, "counter_examples_sought": 4},
        framework_matrix={"cells": 50, "filled": 40},
        series={"periods": ["2021", "2022", "2023"], "breaks": ["2022"]},
        domain_pairs={"label": "Towns", "source": "towns", "by": "town", "count": "n", "reference": "others",
                      "reference_by": "town", "reference_value": "n"},
        metadata={"title": "t", "version": False, "contact": True, "imputation": "not applicable: none"},
        standard_concepts={"sex": "same", "home": "mappable", "status": "not standard"},
    )  # fmt: skip
    census = pd.DataFrame({"code": ["N1", "S1", "X1"], "people": [5000, 3000, 2000], "women": [2000, 1200, 800],
                           "men": [3000, 1800, 1200]})  # fmt: skip
    frames = {
        "records": town_records(), "scores": text(**scores),
        "diary": text(who=who, ours=["yes" if w in ("P1", "P2", "P5") else "no" for w in who]),
        "list": RISQ, "census": census,
        "towns": pd.DataFrame({"town": ["a", "b", "c"], "n": [20, 40, 60]}),
        "others": pd.DataFrame({"town": ["a", "b", "c", "d"], "n": [40, 60, 80, None]}),
    }  # fmt: skip
    return definition, frames
