"""A file is used only where it is and only if it is the one that was meant."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from shared.cases.model import CaseStudy, Source
from shared.cases.project import Project
from shared.errors import DefinitionError
from shared.sources.locate import Located, Place, file_name, locate, locate_all
from tests.cases.example import definition, make_project, sha256, write_case

CONTENT = b"a,b\n1,2\n"
URL = "https://raw.githubusercontent.com/owner/repo/c0ffee/data-raw/6%20-%20BRC/June%202023/x%20y.csv"
NAME = "owner/repo/c0ffee/data-raw/6 - BRC/June 2023/x y.csv"


def source(**values: Any) -> Source:
    base = {
        "kind": "table",
        "title": "T",
        "sha256": sha256(CONTENT),
        "format": "csv",
        "licence": "L",
        "attribution": "A",
    }
    return Source.model_validate(base | values)


def put(path: Path, content: bytes = CONTENT) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "mirror").mkdir()
    return make_project(tmp_path / "project", mirror=tmp_path / "mirror")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (URL, NAME),
        ("https://www.ons.gov.uk/file/a%C3%A9.csv", "www.ons.gov.uk/file/aé.csv"),
        ("https://Stats.Example.ORG:8443/a//b.csv#top", "stats.example.org/a/b.csv"),
        ("https://example.org/get?id=7&as=csv", "example.org/get@id=7&as=csv"),
    ],
)
def test_the_layout_is_that_of_the_mirror(url: str, expected: str) -> None:
    assert file_name(url).as_posix() == expected


@pytest.mark.parametrize(
    "url",
    [
        "https://raw.githubusercontent.com/o/r/c/%2e%2e/%2e%2e/etc/passwd",
        "https://example.org/../x",
        "https://example.org/a%5c..%5cb",
        "https://example.org/",
        "https:///x.csv",
    ],
)
def test_an_address_cannot_leave_the_folder(url: str) -> None:
    with pytest.raises(DefinitionError, match="names no file"):
        file_name(url)


def test_the_manifest_of_the_mirror_has_this_layout(mirror: Path) -> None:
    import csv

    with (mirror / "manifest.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    assert all(file_name(row["url"]).as_posix() == row["file"] for row in rows)


def test_a_shipped_file(project: Project) -> None:
    wanted = source(path="data/sample/x.csv")
    assert locate(project, "x", wanted).place is Place.MISSING
    path = put(project.root / "data/sample/x.csv")
    assert locate(project, "x", wanted) == Located("x", Place.SHIPPED, path, "")
    put(path, b"changed")
    found = locate(project, "x", wanted)
    assert (found.place, found.path) == (Place.DAMAGED, path)
    assert f"write sha256: {sha256(b'changed')} in case.yaml" in found.problem
    assert str(project.root) not in found.problem


def test_a_public_file_is_taken_from_the_mirror_then_from_the_downloads(project: Project) -> None:
    assert project.mirror is not None
    wanted = source(url=URL)
    found = locate(project, "x", wanted)
    assert (found.place, found.path) == (Place.MISSING, None)
    assert "casebook data pull" in found.problem
    downloaded = put(project.downloads / NAME)
    assert locate(project, "x", wanted) == Located("x", Place.DOWNLOADED, downloaded, "")
    mirrored = put(project.mirror / NAME)
    assert locate(project, "x", wanted) == Located("x", Place.MIRROR, mirrored, "")
    put(mirrored, b"version https://git-lfs.github.com/spec/v1\n")
    assert locate(project, "x", wanted).place is Place.DOWNLOADED
    downloaded.unlink()
    found = locate(project, "x", wanted)
    assert (found.place, found.path) == (Place.DAMAGED, mirrored)
    assert found.problem.startswith(f"mirror: {NAME} is not the file that case.yaml means")


def test_a_link_out_of_the_project_is_refused(project: Project, tmp_path: Path) -> None:
    put(tmp_path / "outside.csv")
    (project.sample / "x.csv").symlink_to(tmp_path / "outside.csv")
    with pytest.raises(DefinitionError, match="leads out of the project"):
        locate(project, "x", source(path="data/sample/x.csv"))


def test_all_sources_come_in_the_order_of_the_definition(tmp_path: Path) -> None:
    project = make_project(tmp_path / "p")
    data = definition()
    write_case(project, data)
    found = locate_all(project, CaseStudy.model_validate(data))
    assert [(one.source_id, one.place) for one in found] == [("records", Place.SHIPPED), ("census", Place.SHIPPED)]
