"""The Data Package of a case study: metadata only, sound by the standard, and read back as what it was."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from frictionless import Package

from shared.cases.columns import Column
from shared.cases.dictionary.data_package import data_package, write_data_package
from shared.cases.dictionary.table_schema import schema_dictionary
from shared.cases.load import list_slugs, load_case
from shared.cases.project import Project
from shared.errors import DefinitionError
from tests.cases.example import SLUG, definition, make_project, write_case
from tests.conftest import ROOT

SHIPPED = Project(ROOT, None, ROOT / "data" / "downloaded")


def test_what_is_written(tmp_path: Path) -> None:
    project = make_project(tmp_path / "p")
    write_case(project, definition())
    case = load_case(project, SLUG)
    path = write_data_package(project, case, tmp_path / "out")
    content = json.loads(path.read_text(encoding="utf-8"))
    records, census = content["resources"]
    assert (content["name"], content["title"]) == ("food-bank", "Visitors of a food bank")
    assert records["hash"] == f"sha256:{case.sources['records'].sha256}"
    assert records["schema"]["primaryKey"] == ["id"]
    assert records["schema"]["fields"][1] == {
        "name": "age", "type": "integer", "constraints": {"minimum": 0, "maximum": 110}, "missingValues": ["", "999"],
        "casebook:role": "quasi-identifier",
    }  # fmt: skip
    assert [field["name"] for field in records["schema"]["fields"]] == list(case.sources["records"].columns)
    assert census["casebook:as_at"] == "2021-03-21"
    assert "E06000001" not in path.read_text(encoding="utf-8")  # no row of the data
    with pytest.raises(DefinitionError, match="There is one already; nothing was written"):
        write_data_package(project, case, tmp_path / "out")


@pytest.mark.parametrize("slug", list_slugs(SHIPPED))
def test_every_case_study_is_read_back_as_it_is(slug: str, tmp_path: Path) -> None:
    case = load_case(SHIPPED, slug)
    package = data_package(case)
    assert Package.from_descriptor(_local(package)).resource_names == list(case.sources)
    path = tmp_path / "datapackage.json"
    for source, resource in zip(case.sources.values(), package["resources"], strict=True):
        path.write_text(json.dumps({**package, "resources": [resource]}), encoding="utf-8")
        if source.kind == "boundaries" or not source.columns:
            continue
        data_file = str(source.url or source.path).rsplit("/", 1)[1]
        found = schema_dictionary(path, "p", data_file=data_file, kind=source.kind)
        for name, rules in source.columns.items():
            plain = rules.model_copy(update={"applicable_when": None, "required": False})
            read = Column.model_validate(found.columns[name])
            read = read.model_copy(update={"required": False, "type": rules.type if rules.allowed else read.type})
            assert read == plain, (slug, name)
        assert list(found.key) == [name for name in source.key if name in source.columns]


def _local(package: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in package.items() if key != "$schema"}
