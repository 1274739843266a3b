"""A small made-up case study on disk, sound in every part, that tests then spoil one thing at a time."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import yaml

from shared.cases.project import Project

SLUG = "food-bank"
RECORDS = """\
id,age,sex,area,arrived,decided,housed,consent
r1,34,Female,E06000001,2023-01-05,2023-02-01,yes,given
r2,17,Male,E06000001,2023-01-06,2023-02-02,no,given
r3,999,Female,E06000002,2023-01-07,,yes,given
r4,abc,Male,E99999999,2023-01-08,2023-01-01,no,given
r5,130,Female,,2023-01-09,2023-03-01,maybe,given
r6,61,Male,E06000002,2023-01-10,2023-03-01,yes,refused
r7,8,Female,E06000002,2023-01-11,2023-03-01,,
"""
CENSUS = """\
code,name,residents,females,males
E06000001,Hartlepool,"1,200",600,600
E06000002,Middlesbrough,2400,1300,1100
"""


def definition() -> dict[str, Any]:
    """The definition as plain data; the hashes are set by ``write_case``."""
    return {
        "slug": SLUG,
        "title": "Visitors of a food bank",
        "summary": "Made up for tests.",
        "organisation": {"name": "Example Bank", "type": "charity", "purpose": "food", "invented": True},
        "features": {
            "initiative": "service records", "primary_purpose": "service delivery", "content": "quantitative",
            "unit": "person", "selection": "administrative by-product", "mode": ["face-to-face"],
            "consent": "broad", "access": "micro-data", "overlapping_official_source": "none",
        },
        "population": {"of_interest": "visitors", "statistic": "share housed"},
        "participation": {"design": 2},
        "dates": {"reference_start": "2023-01-01", "reference_end": "2023-12-31", "assessed_on": "2024-06-30"},
        "sources": {
            "records": {
                "kind": "records", "title": "Records", "path": "data/sample/records.csv", "format": "csv",
                "licence": "CC0-1.0", "attribution": "Example Bank",
                "columns": {
                    "id": {"role": "identifier", "required": True},
                    "age": {"role": "quasi-identifier", "type": "integer", "minimum": 0, "maximum": 110,
                            "missing": ["999"]},
                    "sex": {"role": "group", "type": "category", "allowed": ["Female", "Male"]},
                    "area": {"role": "area"},
                    "arrived": {"role": "date", "type": "date"},
                    "decided": {"role": "date", "type": "date", "applicable_when": {"column": "arrived"}},
                    "housed": {"role": "sensitive", "type": "category", "allowed": ["yes", "no"]},
                    "consent": {"role": "flag", "type": "category", "allowed": ["given", "refused"]},
                },
                "key": ["id"],
                "derive": {
                    "age_band": {"column": "age", "starts": [10, 18, 60]},
                    "gender": {"column": "sex", "map": {"Female": "Women", "Male": "Men"}},
                    "place": {"column": "area", "file": "places.csv"},
                },
                "edits": [{"id": "order", "label": "in order", "left": "arrived", "op": "<=", "right": "decided"}],
            },
            "census": {
                "kind": "reference", "title": "Census", "path": "data/sample/census.csv", "format": "csv",
                "licence": "OGL-UK-3.0", "attribution": "ONS", "as_at": "2021-03-21",
                "columns": {
                    "code": {"role": "area"}, "name": {"role": "other"},
                    "residents": {"role": "count", "type": "integer"},
                    "females": {"role": "count", "type": "integer"}, "males": {"role": "count", "type": "number"},
                },
            },
        },
        "consent": {"source": "records", "column": "consent", "granted": ["given"]},
        "area": {
            "source": "records", "column": "area", "system": "gss-upper-tier", "vintage": 2021,
            "reference": "census", "reference_code": "code", "reference_count": "residents",
        },
        "margins": [
            {"id": "sex", "label": "Sex", "source": "records", "column": "sex", "reference": "census",
             "reference_columns": {"Female": "females", "Male": ["males"]}, "required_groups": ["Female"]},
        ],
        "estimates": [{"id": "housed", "label": "Housed", "source": "records", "column": "housed", "is_in": ["yes"]}],
        "totals": [
            {"id": "women", "label": "Women",
             "source": {"source": "records", "where": [{"column": "gender", "is_in": ["Women"]}]},
             "reference": {"source": "census", "column": "females"}},
        ],
        "intended_uses": [{"use": "context", "statistic": "share housed", "risk": "low", "profile": "lower"}],
        "metadata": {"title": True, "version": None, "funder": False, "geography": "England"},
        "disclosure": {"publish": {"records": ["sex", "age_band"], "census": ["name"]}},
        "overrides": {"DAT-1": {"lo": 0.5, "hi": 1.0, "reason": "agreed with the office"}},
        "review": {"basis": "made up"},
    }  # fmt: skip


def make_project(folder: Path, *, mirror: Path | None = None) -> Project:
    """An empty project in ``folder``."""
    for name in ("casestudies", "notebooks", "data/sample"):
        (folder / name).mkdir(parents=True)
    return Project(folder, mirror, folder / "data" / "downloaded")


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def write_case(project: Project, data: dict[str, Any], files: dict[str, bytes] | None = None) -> Path:
    """Write case.yaml, its recode file and the data files (with their hashes), and return the path of case.yaml."""
    contents = {"data/sample/records.csv": RECORDS.encode(), "data/sample/census.csv": CENSUS.encode()} | (files or {})
    for name, content in contents.items():
        (project.root / name).write_bytes(content)
    for source in data.get("sources", {}).values():
        if isinstance(source, dict) and source.get("path") in contents:
            source.setdefault("sha256", sha256(contents[source["path"]]))
    folder = project.casestudies / SLUG
    folder.mkdir(exist_ok=True)
    (folder / "places.csv").write_text("from,to\nE06000001,North\nE06000002,South\n", encoding="utf-8")
    path = folder / "case.yaml"
    path.write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    return path
