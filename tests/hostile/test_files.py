"""Every hostile file: read as it is, or refused in clear words; bounded, nothing left behind, nothing lost."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from shared.cases.model import Source
from shared.cases.project import Project
from shared.errors import CasebookError
from shared.sources.profile import profile_file
from shared.sources.profile.show import profile_text
from shared.sources.read import RawShapes, RawTable, read_shapes, read_source
from tests.cases.example import make_project, sha256
from tests.hostile import books, maps, tables, texts, zips
from tests.hostile.inputs import CANARY, Hostile
from tests.hostile.watch import bounded, nothing_left, said_clearly

INPUTS = [*texts.INPUTS, *zips.INPUTS, *books.INPUTS, *maps.INPUTS, *tables.INPUTS]
NAMES = [f"{one.format} {one.name}" for one in INPUTS]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project in the working folder, in which also all temporary files are made."""
    made = make_project(tmp_path)
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    monkeypatch.chdir(tmp_path)
    return made


def source_of(one: Hostile, content: bytes) -> Source:
    declared = {
        "kind": "boundaries" if one.shapes else "records", "title": "t", "path": "data/sample/given",
        "format": one.format, "sha256": sha256(content), "licence": "L", "attribution": "A",
    }  # fmt: skip
    return Source.model_validate(declared | dict(one.given))


def test_the_corpus_is_large_and_each_input_is_another() -> None:
    assert len(INPUTS) >= 200
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize("one", INPUTS, ids=NAMES)
def test_a_hostile_file_is_read_or_refused(one: Hostile, project: Project) -> None:
    content = one.make()
    given = project.sample / "given"
    given.write_bytes(content)
    source = source_of(one, content)
    made: RawTable | RawShapes | CasebookError
    with bounded(), nothing_left(project.root):
        try:
            made = (read_shapes if one.shapes else read_source)(project, "given", source)
        except CasebookError as error:
            made = error
    assert given.read_bytes() == content  # a raw file is never altered
    if isinstance(made, CasebookError):
        said_clearly(made)
        assert one.rows is None, f"refused: {made}"
        assert one.says in str(made)
        return
    assert one.rows is not None, "read, and should have been refused"
    assert len(made.frame) == one.rows
    assert one.says in " ".join(made.notes)
    assert CANARY not in " ".join(made.notes)
    cells = set(map(str, made.frame.to_numpy().ravel()))
    assert set(one.kept) <= cells, "a value was lost"


@pytest.mark.parametrize("one", [one for one in INPUTS if one.name != "10,000 columns"], ids=lambda one: one.name)
def test_the_profile_of_a_hostile_file_shows_no_value(one: Hostile, project: Project) -> None:
    """The same file as a stranger meets it: nothing declared, looked at with ``casebook profile``."""
    path = project.root / "given"
    path.write_bytes(one.make())
    known = {key: value for key, value in one.given.items() if key not in ("columns", "kind", "header_row")}
    with bounded(), nothing_left(project.root):
        try:
            profile_text(profile_file(path, **known))
        except CasebookError as error:
            said_clearly(error)


def test_nothing_is_left_where_temporary_files_are_made(project: Project) -> None:
    """The watch itself: it would see a file that is left behind."""
    with pytest.raises(AssertionError), nothing_left(project.root):
        (project.root / "tmp" / "left").write_text("x")
    shutil.rmtree(project.root / "tmp")
