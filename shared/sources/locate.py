"""Where a source's file is on this machine, and whether it is the file that the definition means."""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from shared.cases.model import CaseStudy, Source
from shared.cases.project import Project
from shared.cases.recipes import PULLED
from shared.errors import DefinitionError
from shared.sources.remote import is_address, kept_name

GITHUB = "raw.githubusercontent.com"


class Place(StrEnum):
    """Where a source's file was found."""

    SHIPPED = "shipped"
    MIRROR = "mirror"
    DOWNLOADED = "downloaded"
    MISSING = "missing"
    DAMAGED = "damaged"


@dataclass(frozen=True)
class Located:
    """One source's file: ``path`` where it is (None when missing), ``problem`` what to do when it is not usable."""

    source_id: str
    place: Place
    path: Path | None
    problem: str


def locate(project: Project, source_id: str, source: Source) -> Located:
    """Find one source: in the project for ``path``, else in the mirror, then among the downloads.

    A file whose SHA-256 differs from the declared one is passed over; when no other is found the source is
    DAMAGED. Raises ``DefinitionError`` for an address that cannot be a file name.
    """
    damaged: Path | None = None
    if source.sha256 == PULLED:
        return Located(source_id, Place.MISSING, None, "It has not been asked for yet: casebook data pull.")
    for place, path in candidates(project, source):
        if path.is_file():
            if digest(path) == source.sha256:
                return Located(source_id, place, path, "")
            damaged = damaged or path
    if damaged is not None:
        return Located(source_id, Place.DAMAGED, damaged, _damage(project, source, damaged))
    return Located(source_id, Place.MISSING, None, _absence(source))


def locate_all(project: Project, case: CaseStudy) -> list[Located]:
    """Find every source of a case study, in the order of its definition."""
    return [locate(project, source_id, source) for source_id, source in case.sources.items()]


def candidates(project: Project, source: Source) -> list[tuple[Place, Path]]:
    """Return the places where the file may lie, in the order they are looked at."""
    if source.path is not None and is_address(source.path):
        return [(Place.DOWNLOADED, project.downloads / kept_name(source.path))]
    if source.path is not None:
        path = project.root / source.path
        if not path.resolve().is_relative_to(project.root.resolve()):
            raise DefinitionError("The path leads out of the project.", where=source.path, hint="Put the file inside.")
        return [(Place.SHIPPED, path), (Place.DOWNLOADED, project.downloads / kept_name(source.path))]
    name = kept_as(source)
    mirror = [(Place.MIRROR, project.mirror / name)] if project.mirror is not None else []
    return [*mirror, (Place.DOWNLOADED, project.downloads / name)]


def kept_as(source: Source) -> PurePosixPath:
    """Return where a public source lies in the mirror and among the downloads."""
    return PurePosixPath(source.recipe.file_name) if source.recipe is not None else file_name(source.url or "")


def file_name(url: str) -> PurePosixPath:
    """Return where an address lies in the mirror and among the downloads.

    GitHub's raw files are OWNER/REPOSITORY/COMMIT/PATH, all others HOST/PATH; percent signs are decoded, a query
    is kept behind an ``@``. Raises ``DefinitionError`` when the result would leave the folder.
    """
    try:
        address = urlsplit(url)
    except ValueError:
        raise DefinitionError("The address names no file.", where=url, hint="Give host and path.") from None
    steps = [step for step in unquote(address.path).split("/") if step]
    if address.query and steps:
        steps[-1] += "@" + unquote(address.query).replace("/", "_")
    host = address.hostname or ""
    unsafe = any(step in (".", "..") or "\\" in step or "\x00" in step for step in [host, *steps])
    if not host or not steps or unsafe:
        raise DefinitionError("The address names no file.", where=url, hint="Give host and path, without '..'.")
    return PurePosixPath(*steps) if host == GITHUB else PurePosixPath(host, *steps)


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, 64 hexadecimal digits; remembered while size and time stay the same."""
    state = path.stat()
    return _digest(path, state.st_size, state.st_mtime_ns)


@functools.lru_cache(maxsize=512)
def _digest(path: Path, size: int, changed: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _damage(project: Project, source: Source, path: Path) -> str:
    what = f"{project.shown(path)} is not the file that case.yaml means (its SHA-256 differs)."
    if source.path is not None:
        return f"{what} Restore the file; if it was changed on purpose, write sha256: {digest(path)} in case.yaml."
    return f"{what} Delete it and fetch it again: casebook data pull."


def _absence(source: Source) -> str:
    if source.path is not None and is_address(source.path):
        return f"{source.path} has not been fetched from the store yet: casebook run does."
    if source.path is not None:
        return f"{source.path} is not in the project. Put the file there."
    return "Not in the mirror and not downloaded. To fetch it: casebook data pull."
