"""A case study's sources described for others: a Frictionless Data Package, without a single row of data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from shared.cases.columns import Column
from shared.cases.dictionary.table_schema import OURS, ROLE
from shared.cases.model import CaseStudy, Source
from shared.cases.project import Project
from shared.errors import DefinitionError

NAME = "datapackage.json"
_TYPES = {"text": "string", "category": "string"}
_MEDIA = {
    "csv": "text/csv", "tsv": "text/tab-separated-values", "json": "application/json",
    "geojson": "application/geo+json", "topojson": "application/geo+json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xls": "application/vnd.ms-excel",
    "ods": "application/vnd.oasis.opendocument.spreadsheet", "parquet": "application/vnd.apache.parquet",
    "gpkg": "application/geopackage+sqlite3",
}  # fmt: skip


def write_data_package(project: Project, case: CaseStudy, folder: Path) -> Path:
    """Write ``datapackage.json`` for a case study into ``folder`` and return its path.

    It holds what case.yaml says of each file (address, hash, licence, columns with their types, allowed values and
    roles) and no data. Paths are those inside the project. The same case gives the same bytes. Raises
    ``DefinitionError`` when there is such a file already, or the folder cannot be written.
    """
    path = folder / NAME
    text = json.dumps(data_package(case), indent=2, ensure_ascii=False) + "\n"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        hint = "Name another folder, or remove the file."
        raise DefinitionError(
            "There is one already; nothing was written.", where=project.shown(path), hint=hint
        ) from None
    except OSError as error:
        raise DefinitionError(f"The folder cannot be written ({error.strerror}).", where=project.shown(path)) from error
    return path


def data_package(case: CaseStudy) -> dict[str, Any]:
    """Return the package as data, after frictionless has held it to the standard."""
    package: dict[str, Any] = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": case.slug,
        "title": case.title,
        "description": " ".join(case.summary.split()),
        "contributors": [{"title": case.organisation.name, "roles": ["creator"]}],
        "resources": [_resource(name, source) for name, source in case.sources.items()],
    }
    if case.organisation.website.startswith("http"):
        package["homepage"] = case.organisation.website
    _hold_to_the_standard(package)
    return package


def table_schema(source: Source) -> dict[str, Any]:
    """Return the Table Schema of a source: the columns of its file that case.yaml describes (there may be more)."""
    schema: dict[str, Any] = {
        "fields": [_field(name, rules) for name, rules in source.columns.items()],
        "fieldsMatch": "subset",
        "missingValues": [""],
    }
    if source.key:
        schema["primaryKey"] = [name for name in source.key if name in source.columns]
    return schema


def _resource(name: str, source: Source) -> dict[str, Any]:
    resource: dict[str, Any] = {
        "name": name,
        "title": source.title,
        "path": source.url or source.path,
        "format": source.format,
        "hash": f"sha256:{source.sha256}",
        "licenses": [{"title": source.licence, "name": "-".join(source.licence.split())}],
        "sources": [{"title": source.attribution}],
        "casebook:kind": source.kind,
    }
    if source.format in _MEDIA:
        resource["mediatype"] = _MEDIA[source.format]
    if source.as_at is not None:
        resource["casebook:as_at"] = source.as_at.isoformat()
    if source.encoding and source.format in ("csv", "tsv"):
        resource["encoding"] = source.encoding
    if source.kind != "boundaries" and source.columns:
        resource |= {"type": "table", "schema": table_schema(source)}
    return resource


def _field(name: str, rules: Column) -> dict[str, Any]:
    field: dict[str, Any] = {"name": name, "type": _TYPES.get(rules.type, rules.type)}
    if rules.label:
        field["title"] = rules.label
    constraints: dict[str, Any] = {}
    if rules.required and rules.applicable_when is None:
        constraints["required"] = True
    if rules.allowed is not None:
        constraints["enum"] = list(rules.allowed)
    for key, value in (("minimum", rules.minimum), ("maximum", rules.maximum)):
        if value is not None:
            constraints[key] = int(value) if float(value).is_integer() else value
    for key, day in (("minimum", rules.not_before), ("maximum", rules.not_after)):
        if day is not None:
            constraints[key] = day
    if rules.pattern is not None and rules.type in ("text", "category"):
        constraints["pattern"] = rules.pattern
    if constraints:
        field["constraints"] = constraints
    if rules.missing:
        field["missingValues"] = ["", *rules.missing]
    field[ROLE] = rules.role
    ours = rules.model_dump(mode="json", include=set(OURS))
    field |= {f"casebook:{name}": ours[name] for name in OURS if ours[name]}
    if rules.applicable_when is not None:
        field["casebook:applicable_when"] = rules.applicable_when.model_dump(mode="json", exclude_none=True)
    return field


def _hold_to_the_standard(package: dict[str, Any]) -> None:
    from frictionless import FrictionlessException, Package  # imported late: it takes a second

    local = {key: value for key, value in package.items() if key != "$schema"}  # nothing is fetched to check it
    try:
        Package.from_descriptor(local)
    except FrictionlessException as error:
        reasons = "; ".join(str(one.note) for one in error.reasons) or str(error.error.note)
        raise DefinitionError(f"The case study cannot be described as a Data Package: {reasons}.") from None
