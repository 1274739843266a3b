"""Fetch the public files that a case study names and this machine does not have."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pooch

from shared.cases.document import read_document
from shared.cases.model import CaseStudy, Source
from shared.cases.project import Project
from shared.cases.recipes import PULLED
from shared.errors import DataError, DataMissing, Fault
from shared.sources.ask import ask
from shared.sources.locate import Place, digest, kept_as, locate
from shared.sources.remote import fetch, in_store, kept_name

SECONDS = 30


@dataclass(frozen=True)
class Pulled:
    """One file that was fetched."""

    slug: str
    source_id: str
    path: Path
    size: int


def pull(project: Project, cases: Iterable[CaseStudy], progress: Callable[[str], object]) -> list[Pulled]:
    """Download every source that is missing or damaged here and has an address, and return what was fetched.

    Each file is compared with the hash in case.yaml and only then put in its place; a file that several case
    studies use is fetched once. A recipe that was never asked before has no hash yet: its answer is kept and the hash
    written over ``sha256: pulled``, so that every later run is held to the same figures. ``progress`` gets one line
    a file. After all were tried, ``DataMissing`` lists those that could not be fetched (the others stay).
    """
    fetched: list[Pulled] = []
    faults: list[Fault] = []
    for case in cases:
        for source_id, source in case.sources.items():
            if source.url is None and not in_store(source.path):
                continue
            if locate(project, source_id, source).place not in (Place.MISSING, Place.DAMAGED):
                continue
            address = source.url or source.path or ""
            path = project.downloads / (kept_as(source) if source.url else kept_name(address))
            try:
                if source.recipe is not None:
                    pull_recipe(project, case.slug, source_id, source)
                elif source.url:
                    download(address, path, source.sha256)
                else:
                    fetch(address, path, source.sha256)
                size = path.stat().st_size
            except DataError as error:
                faults += [
                    Fault(f.problem, f"{case.slug}, source {source_id}: {address}", f.hint) for f in error.faults
                ]
                progress(f"{case.slug}: {source_id}: failed")
            else:
                fetched.append(Pulled(case.slug, source_id, path, size))
                progress(f"{case.slug}: {source_id}: {size:,} bytes")
    if faults:
        raise DataMissing(f"{len(faults)} file(s) could not be fetched, {len(fetched)} were:", faults=faults)
    return fetched


def pull_recipe(project: Project, slug: str, source_id: str, source: Source) -> int:
    """Ask for what a recipe names, keep the answer, and return its size in bytes.

    Raises ``DataError`` when the answer is not complete, or is not what case.yaml recorded at the first pull.
    """
    assert source.recipe is not None
    path = project.downloads / kept_as(source)
    content = ask(source.recipe)
    found = hashlib.sha256(content).hexdigest()
    if source.sha256 not in (PULLED, found):
        raise DataError(
            "The service answers otherwise than at the first pull.",
            where=source.url or "",
            hint=f"It has revised its figures: look at them, then write sha256: {PULLED} in case.yaml and pull again.",
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".part-{path.name}")
    part.write_bytes(content)
    part.replace(path)
    if source.sha256 == PULLED:
        _record(project.casestudies / slug / "case.yaml", source_id, found)
    return len(content)


def _record(path: Path, source_id: str, found: str) -> None:
    """Write a hash over ``sha256: pulled`` of one source; every other sign of case.yaml stays as it is."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    at = read_document(path, path.name).lines[("sources", source_id, "sha256")] - 1
    lines[at] = re.sub(rf"(sha256:\s*[\"']?){PULLED}\b", rf"\g<1>{found}", lines[at], count=1)
    if found not in lines[at]:
        hint = f"Write sha256: {found} there by hand."
        raise DataError("The hash could not be written.", where=f"{path.name}, sources.{source_id}", hint=hint)
    path.write_text("".join(lines), encoding="utf-8")


def download(url: str, path: Path, sha256: str) -> int:
    """Fetch one file to ``path`` and return its size in bytes.

    It is written beside its place and moved there only when its SHA-256 is the declared one, so that a broken
    connection or a changed file never leaves something behind or replaces anything. Raises ``DataError``.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".part-", dir=path.parent)
        os.close(handle)
    except OSError as error:
        raise DataError(f"The download folder cannot be written ({error.strerror}).", where=path.parent.name) from error
    part = Path(name)
    try:
        pooch.HTTPDownloader(timeout=SECONDS)(url, str(part), None)
        if digest(part) != sha256:
            hint = "The publisher has changed it: look at the new file, then correct sha256 in case.yaml."
            raise DataError("The file at this address is not the one that case.yaml means.", where=url, hint=hint)
        part.chmod(0o644)
        part.replace(path)
        return path.stat().st_size
    except (OSError, ValueError) as error:  # every error of requests is an OSError; pooch adds ValueError
        broken_off = part.exists() and part.stat().st_size > 0
        raise DataError(_reason(error, broken_off), where=url, hint=_HINT) from error
    finally:
        part.unlink(missing_ok=True)


_HINT = "Without a connection, ask for a mirror folder and name it in CASEBOOK_MIRROR."


def _reason(error: Exception, broken_off: bool) -> str:
    status = getattr(getattr(error, "response", None), "status_code", None)
    if status is not None:
        return f"The server answered with {status}."
    if "timed out" in str(error).lower():
        return f"The server did not answer within {SECONDS} seconds."
    if isinstance(error, OSError) and error.strerror and not hasattr(error, "request"):
        return f"The file could not be written ({error.strerror})."
    return "The connection broke off." if broken_off else "There is no connection to the server."
