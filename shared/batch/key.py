"""The incremental key: everything a report depends on, part by part, so that a run can say what changed."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import shared
from shared.cases.model import CaseStudy
from shared.cases.project import Project
from shared.sources.locate import Located


def package_folder() -> Path:
    """Return the folder of the installed package ``shared``."""
    return Path(shared.__file__).resolve().parent


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def folder_hash(folder: Path) -> str:
    """Return one hash of the names and bytes of all files below ``folder``.

    Left out: byte code, and what starts with a dot (editors' and systems' own files).
    """
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if any(part == "__pycache__" or part.startswith(".") for part in inside.parts) or not path.is_file():
            continue
        digest.update(f"{inside.as_posix()}\0{file_hash(path)}\n".encode())
    return digest.hexdigest()


def case_key(
    project: Project,
    case: CaseStudy,
    located: Sequence[Located],
    notebook: Path,
    parameters: Mapping[str, Any],
    *,
    package: str,
) -> dict[str, str]:
    """Return the key, one entry an ingredient; two equal keys give the same report.

    ``located`` are the case study's sources, each present and compared with its declared hash (so the declared
    hash stands for the bytes); ``package`` is ``folder_hash(package_folder())``, taken once a run.
    """
    lock = project.root / "requirements.lock"
    data = [(found.source_id, case.sources[found.source_id].sha256, str(found.place)) for found in located]
    return {
        "notebook": file_hash(notebook),
        "package": package,
        "case folder": folder_hash(project.casestudies / case.slug),
        "data": _json_hash(sorted(data)),
        "parameters": _json_hash(dict(parameters)),
        "lock file": file_hash(lock) if lock.is_file() else "none",
        "Python": platform.python_version(),
    }


def _json_hash(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, allow_nan=False).encode()).hexdigest()


def changes(old: Mapping[str, str] | None, new: Mapping[str, str]) -> tuple[str, ...]:
    """Return which ingredients differ; ``("never run",)`` when there is nothing to compare with."""
    if old is None:
        return ("never run",)
    return tuple(name for name in new if old.get(name) != new[name])
