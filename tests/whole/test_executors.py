"""Every case study whose data are here by every executor: the same bytes in reports, results, notebooks and releases.

The first side is the run that all tests of this room share: two workers, kernels forked.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from shared.batch.job import PUBLISHED
from shared.batch.publish import CACHE
from shared.batch.release import SUMS, release
from shared.cases.project import Project, find_project
from shared.errors import ProtectionError
from tests.batch.dask_cluster import DaskCluster
from tests.whole.conftest import Copy, copy_of
from tests.whole.test_reports import slugs

pytestmark = [pytest.mark.slow]
SPAWN = """
import sys
from shared.batch.run import run_cases
from shared.cases.project import find_project
print([record.failure for record in run_cases(find_project(), sys.argv[1:], workers=2, spawn=True)])
"""
SMALL = "hotspots-india"


@pytest.fixture
def other(made: Copy, tmp_path: Path) -> Copy:
    """A copy in another folder, without outputs; the chart library, which takes seconds to make, is there."""
    copy = copy_of(tmp_path / "other", made.mirror)
    shutil.copytree(made.root / "outputs" / CACHE, copy.root / "outputs" / CACHE)
    return copy


@pytest.fixture(scope="module")
def released(made: Copy, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, bytes] | str]:
    """What a release lets go, or why it does not, of the run that all tests share; made in a copy of it."""
    copy = Copy(tmp_path_factory.mktemp("released") / "made", made.mirror)
    shutil.copytree(made.root, copy.root)
    return {slug: let_go(copy, slug) for slug in slugs(made)}


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[DaskCluster]:
    (tmp_path / "dask").mkdir()
    started = DaskCluster(tmp_path / "dask")
    yield started
    started.stop()


def let_go(copy: Copy, slug: str) -> dict[str, bytes] | str:
    """Return every file that a release of the case study would let go, or the reasons against it."""
    project: Project = replace(find_project(copy.root), mirror=copy.mirror)
    try:
        made = release(project, slug)
    except ProtectionError as refused:
        return str(refused)
    return {name: (made.folder / name).read_bytes() for name in made.files}


def differing(made: Copy, other: Copy) -> list[str]:
    """Return the files of results that are not the same bytes in both copies."""
    names = [f"{slug}/{name}" for slug in slugs(made) for name in PUBLISHED]
    return [
        name
        for name in names
        if (made.root / "outputs" / name).read_bytes() != (other.root / "outputs" / name).read_bytes()
    ]


def test_three_workers_make_what_two_made(made: Copy, other: Copy, released: dict[str, dict[str, bytes] | str]) -> None:
    done = other.casebook("run", "--all", "--workers", "3")
    assert done.returncode == 0, done.stdout + done.stderr
    assert differing(made, other) == []
    assert let_go(other, SMALL) == released[SMALL]


def test_no_worker_at_all_makes_the_same(made: Copy, other: Copy, released: dict[str, dict[str, bytes] | str]) -> None:
    done = other.casebook("run", "--all", "--debug")
    assert done.returncode == 0, done.stdout + done.stderr
    assert differing(made, other) == []
    assert let_go(other, SMALL) == released[SMALL]


def test_new_interpreters_make_the_same(made: Copy, other: Copy) -> None:
    """Where forking is not possible: the case study with most charts, and one of another shape."""
    environment = {**os.environ, "CASEBOOK_ROOT": str(other.root), "CASEBOOK_MIRROR": str(other.mirror or "")}
    chosen = [SMALL, "refugee-casework"]
    done = subprocess.run(
        [sys.executable, "-c", SPAWN, *chosen], cwd=other.root, env=environment, capture_output=True, text=True,
        timeout=600, check=False,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1:] == ["[None, None]"], done.stdout + done.stderr
    for slug in chosen:
        for name in PUBLISHED:
            there, here = (copy.root / "outputs" / slug / name for copy in (made, other))
            assert there.read_bytes() == here.read_bytes(), f"{slug}/{name}"


def test_a_cluster_makes_and_lets_go_the_same(
    made: Copy, other: Copy, cluster: DaskCluster, released: dict[str, dict[str, bytes] | str]
) -> None:
    cluster.have(2)
    done = other.casebook("run", "--all", "--scheduler", cluster.address)
    assert done.returncode == 0, done.stdout + done.stderr
    assert differing(made, other) == []
    for slug in slugs(made):
        assert let_go(other, slug) == released[slug], slug


def test_what_is_compared_is_a_release(released: dict[str, dict[str, bytes] | str]) -> None:
    whole = [files for files in released.values() if isinstance(files, dict)]
    assert len(whole) >= 2
    assert all({"report.html", "result.json", SUMS} <= set(files) for files in whole)
    refused = released["refugee-casework"]
    assert isinstance(refused, str)
    assert "casebook approve" in refused
