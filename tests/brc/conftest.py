"""The British Red Cross case study as the casebook reads it."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from shared.cases.load import load_case
from shared.cases.model import CaseStudy
from shared.cases.project import Project, find_project
from shared.sources.prepare import Prepared, prepare

SLUG = "british-red-cross"


@pytest.fixture(scope="session")
def project(root: Path) -> Project:
    return find_project(root)


@pytest.fixture(scope="session")
def case(project: Project) -> CaseStudy:
    return load_case(project, SLUG)


@pytest.fixture(scope="session")
def prepared(project: Project, case: CaseStudy, mirror: Path) -> Prepared:
    return prepare(replace(project, mirror=mirror), case)


@pytest.fixture(scope="session")
def recodes(project: Project) -> dict[str, list[dict[str, str]]]:
    """Every CSV file of the case folder, by its name without ending."""
    tables = {}
    for path in sorted((project.casestudies / SLUG).glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            tables[path.stem] = list(csv.DictReader(file))
    return tables
