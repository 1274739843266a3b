"""Data in the office's own store: fetched once, compared by hash, and every failure says what to do."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest

from shared.batch.record import CaseRecord, RunState
from shared.batch.run import run_cases
from shared.cases.load import load_case
from shared.cases.project import Project
from shared.errors import DataError, DefinitionError
from shared.sources.locate import Place, locate
from shared.sources.pull import pull
from shared.sources.remote import STORE, address_in_store, fetch, kept_name
from tests.batch.small import DATA, Told, add_case, only

HASH = hashlib.sha256(DATA.encode()).hexdigest()
ADDRESS = "memory://office/records/alpha.csv"


@pytest.fixture
def store() -> Iterator[None]:
    with fsspec.open(ADDRESS, "wb") as file:
        file.write(DATA.encode())
    yield
    fsspec.filesystem("memory").store.clear()


@pytest.fixture
def project(tmp_path: Path) -> Project:
    root = tmp_path / "project"
    for folder in ("casestudies", "notebooks", "data/sample"):
        (root / folder).mkdir(parents=True)
    (root / "pyproject.toml").touch()
    return Project(root, None, root / "data" / "downloaded")


@pytest.mark.parametrize(
    ("path", "kept", "address"),
    [
        ("s3://bucket/a/b.csv", "store/s3/bucket/a/b.csv", "s3://bucket/a/b.csv"),
        ("abfs://box@account/b.csv", "store/abfs/box@account/b.csv", "abfs://box@account/b.csv"),
        ("file:///srv/b.csv", "store/file/srv/b.csv", "file:///srv/b.csv"),
        ("data/sample/b.csv", "store/project/data/sample/b.csv", "s3://office/data/sample/b.csv"),
    ],
)
def test_an_address_and_its_place_among_the_downloads(
    path: str, kept: str, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(STORE, "s3://office/")
    assert str(kept_name(path)) == kept
    assert address_in_store(f"data/downloaded/{kept}") == address
    assert address_in_store("casestudies/x/case.yaml") == "s3://office/casestudies/x/case.yaml"
    monkeypatch.delenv(STORE)
    assert address_in_store("casestudies/x/case.yaml") == ""


@pytest.mark.parametrize("path", ["s3://", "s3://bucket/../../b", "s3://key:secret@bucket/b", "s3://b/a%2f..%2f.."])
def test_addresses_that_lead_elsewhere_or_carry_secrets_are_refused(path: str) -> None:
    with pytest.raises(DefinitionError) as refused:
        kept_name(path)
    assert "secret" not in str(refused.value)


@pytest.mark.usefixtures("store")
def test_a_file_is_there_whole_and_right_or_not_at_all(tmp_path: Path) -> None:
    fetch(ADDRESS, tmp_path / "in" / "alpha.csv", HASH)
    assert (tmp_path / "in" / "alpha.csv").read_text() == DATA
    with pytest.raises(DataError, match=r"not the one that case\.yaml means"):
        fetch(ADDRESS, tmp_path / "in" / "other.csv", "0" * 64)
    with pytest.raises(DataError, match=r"cannot be fetched \(FileNotFoundError\)\. Check the address"):
        fetch("memory://office/nothing.csv", tmp_path / "in" / "other.csv", HASH)
    assert [path.name for path in (tmp_path / "in").iterdir()] == ["alpha.csv"]


@pytest.mark.parametrize(("scheme", "extra"), [("s3", "s3"), ("gs", "gcs"), ("abfs", "azure")])
def test_a_missing_package_is_named(scheme: str, extra: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("s3fs", "gcsfs", "adlfs"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(DataError, match=rf"pip install 'citizen-data-casebook\[{extra}\]'"):
        fetch(f"{scheme}://bucket/key.csv", tmp_path / "key.csv", HASH)


@pytest.mark.usefixtures("store")
def test_a_run_fetches_what_lies_in_the_store_and_keeps_it(project: Project) -> None:
    add_case(project, "alpha", source={"path": ADDRESS})
    (project.sample / "alpha.csv").unlink()
    source = load_case(project, "alpha").sources["records"]
    assert locate(project, "records", source).place is Place.MISSING
    assert only(run_cases(project, ["alpha"], spawn=True, progress=Told())).state is RunState.DONE
    fsspec.filesystem("memory").store.clear()
    assert locate(project, "records", source).place is Place.DOWNLOADED
    assert only(run_cases(project, ["alpha"], progress=Told())).state is RunState.UNCHANGED


@pytest.mark.usefixtures("store")
def test_a_store_for_the_whole_project(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    add_case(project, "alpha")
    shipped = project.sample / "alpha.csv"
    with fsspec.open("memory://all/data/sample/alpha.csv", "wb") as file:
        file.write(shipped.read_bytes())
    shipped.unlink()
    with pytest.raises(AssertionError):
        assert planned(project) is None  # without a store it is a file that must be there
    monkeypatch.setenv(STORE, "memory://all")
    assert [one.size for one in pull(project, [load_case(project, "alpha")], print)] == [len(DATA)]
    assert planned(project) is None


def planned(project: Project) -> CaseRecord | None:
    """Return why the case study cannot be run; None when it can."""
    from shared.batch.inputs import InputCache
    from shared.batch.plan import Planner

    plan = Planner(project, {}, project.root / "casestudies", InputCache(), fetching=True).plan("alpha")
    return plan if isinstance(plan, CaseRecord) else None
