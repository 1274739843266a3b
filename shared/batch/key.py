"""The incremental key: everything a report depends on, part by part, so that a run can say what changed."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shared
from shared.batch.inputs import InputCache, json_hash
from shared.batch.notebook_parts import notebook_parts
from shared.batch.reach import Package
from shared.cases.project import Project

EXECUTION = ("shared.batch.execute", "shared.batch.engine", "shared.batch.safe_errors")
"""What of this room has a say in the executed notebook, the result and the ledger."""
PAGE = ("shared.batch.render",)
ONLY_THE_PAGE = ("notebook prose", "look of reports")
"""Ingredients whose change needs a new page, but no new execution."""
READ_BY_CODE = {"sources/geography/tables.py": "data/sample/geography"}
"""Folders of the project that a module reads although no case.yaml names them."""
KINDS = {"reference": "reference data", "boundaries": "boundaries"}
SHOWN = 12
FULL = 64
"""Hexadecimal digits of a file's hash that a record keeps, to say which file changed; and of a whole one."""


def package_folder() -> Path:
    """Return the folder of the installed package ``shared``."""
    return Path(shared.__file__).resolve().parent


@dataclass(frozen=True)
class SourceFile:
    """A source's file as the key needs it: its declared hash (which the file was compared with) and where it was."""

    source_id: str
    kind: str
    sha256: str
    place: str


@dataclass(frozen=True)
class Key:
    """``parts``: one hash an ingredient, two equal ones give the same report. ``inputs``: of what it was made."""

    parts: dict[str, str]
    inputs: dict[str, dict[str, str]]


def case_key(
    project: Project,
    slug: str,
    sources: Sequence[SourceFile],
    named: Sequence[Path],
    parameters: Mapping[str, Any],
    *,
    package: Package,
    cache: InputCache,
) -> Key:
    """Return the key of a case study's report.

    ``sources`` are present and compared with their declared hash; ``named`` are further files that case.yaml names.
    """
    notebook = project.notebooks / f"{slug}.ipynb"
    parts = cache.known("notebook", cache.hash(notebook), lambda: notebook_parts(notebook))
    code = package.reached([*parts["imports"], *EXECUTION], without=PAGE)
    page = {name: digest for name, digest in package.reached(PAGE).items() if name not in code}
    lock = project.root / "requirements.lock"
    inputs: dict[str, dict[str, str]] = {
        "notebook": {notebook.name: parts["code"]},
        "package code": {},
        "register and rules": {},
        "disclosure policies": {},
        "case folder": cache.folder(project.casestudies / slug),
        "data": {},
        **{name: {} for name in KINDS.values()},
        "other files named in case.yaml": {str(p.relative_to(project.root)): cache.hash(p) for p in named},
        "look-up tables": {},
        "parameters": {name: str(value) for name, value in parameters.items()},
        "lock file": {lock.name: cache.hash(lock)} if lock.is_file() else {},
        "Python": {"version": platform.python_version()},
        "notebook prose": {notebook.name: parts["prose"]},
        "look of reports": page,
    }
    for name, digest in code.items():
        inputs[_part_of_package(name)][name] = digest
        if name in READ_BY_CODE and (folder := project.root / READ_BY_CODE[name]).is_dir():
            inputs["look-up tables"] |= cache.folder(folder)
    for source in sources:
        inputs[KINDS.get(source.kind, "data")][source.source_id] = f"{source.sha256} {source.place}"
    return Key(
        {part: json_hash(files) for part, files in inputs.items()},
        {part: {name: _short(part, text) for name, text in files.items()} for part, files in inputs.items()},
    )


def _part_of_package(name: str) -> str:
    if name.startswith("framework/"):
        return "register and rules"
    return "disclosure policies" if name.startswith("protect/polic") else "package code"


def _short(part: str, text: str) -> str:
    return text if part in ("parameters", "Python") else text[:SHOWN] + text[FULL:]


def changes(old: Mapping[str, str] | None, new: Mapping[str, str]) -> tuple[str, ...]:
    """Return which ingredients differ; ``("never run",)`` when there is nothing to compare with."""
    if old is None:
        return ("never run",)
    return tuple(name for name in [*new, *(name for name in old if name not in new)] if old.get(name) != new.get(name))


def changed_inputs(
    old: Mapping[str, Mapping[str, str]], new: Mapping[str, Mapping[str, str]], part: str
) -> tuple[str, ...]:
    """Return what of one ingredient differs, in words: which file is new, gone or another, which value."""
    before, now = old.get(part, {}), new.get(part, {})
    words = []
    for name in sorted({*before, *now}):
        if part in ("parameters", "Python") and before.get(name) != now.get(name):
            words.append(f"{name}: {before.get(name, 'not set')} before, {now.get(name, 'not set')} now")
        elif name not in now:
            words.append(f"{name} (gone)")
        elif name not in before:
            words.append(f"{name} (new)")
        elif before[name] != now[name]:
            words.append(name)
    return tuple(words)
