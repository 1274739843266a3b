"""The two real case studies as the casebook reads them, with the public files of the mirror."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from shared.cases.project import Project, find_project
from shared.report.study import Study, open_case
from shared.sources.prepare import Prepared, prepare


@pytest.fixture(scope="session")
def with_mirror(root: Path, mirror: Path) -> Project:
    return replace(find_project(root), mirror=mirror)


@pytest.fixture(scope="session")
def opened(with_mirror: Project) -> Callable[[str], Study]:
    """Open a case study once a session, with few draws: what is tested here does not hang on them."""
    kept: dict[str, Study] = {}

    def study(slug: str) -> Study:
        if slug not in kept:
            kept[slug] = open_case(slug, draws=20, project=with_mirror)
        return kept[slug]

    return study


@pytest.fixture(scope="session")
def prepared_of(with_mirror: Project) -> Callable[[str], Prepared]:
    from shared.cases.load import load_case

    return lambda slug: prepare(with_mirror, load_case(with_mirror, slug))
