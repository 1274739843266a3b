"""A job packed for a machine that has neither the project nor its folders, and what comes back from there.

A file is named by the hash of its bytes. Whoever unpacks looks for it among the files kept from earlier jobs, then
where it lies on the caller's machine (which may be this one, or share a disk), then at its address in the office's
store; what is nowhere is sent along.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from shared.batch.definition import MIRROR
from shared.batch.inputs import InputCache
from shared.batch.job import LEDGER, NOTEBOOK, RESULT, Job
from shared.batch.record import Outcome
from shared.errors import DataError
from shared.sources.remote import address_in_store, fetch_to

SMALL = 1 << 18
"""Bytes up to which a file travels with the job without being asked for."""
PUBLISHED_BEFORE, CHART_LIBRARY = "executed", "cache"
_FOLDERS = ("casestudies", "data/sample", "data/downloaded", MIRROR, "notebooks")


@dataclass(frozen=True)
class Parcel:
    """A job with its files: ``places`` in the project -> hash; the other three by hash, each as far as known."""

    job: Job
    seconds: float
    places: dict[str, str]
    paths: dict[str, str]
    addresses: dict[str, str]
    content: dict[str, bytes] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Returned:
    """What a machine hands back: the outcome and every file of the staging folder; or the hashes of what it lacks."""

    outcome: Outcome
    files: dict[str, bytes] = field(default_factory=dict)
    lacking: tuple[str, ...] = ()


def pack(job: Job, seconds: float, versions: dict[str, str], cache: InputCache) -> Parcel:
    """Return ``job`` with all it needs; ``seconds`` is its time limit. Raises ``OSError``."""
    files = job.files | {f"notebooks/{job.slug}.ipynb": job.notebook}
    if job.executed:
        files |= {f"{PUBLISHED_BEFORE}/{name}": f"{job.executed}/{name}" for name in (NOTEBOOK, RESULT, LEDGER)}
    files |= {f"{CHART_LIBRARY}/{path.name}": str(path) for path in Path(job.cache).glob("vega-*.js")}
    places = {place: cache.hash(Path(path)) for place, path in files.items()}
    paths = {places[place]: path for place, path in files.items()}
    addresses = {digest: at for place, digest in places.items() if (at := address_in_store(place))}
    content = {digest: Path(at).read_bytes() for digest, at in paths.items() if Path(at).stat().st_size <= SMALL}
    return Parcel(replace(job, files={}), seconds, places, paths, addresses, content, versions)


def with_content(parcel: Parcel, digests: Iterable[str]) -> Parcel:
    """Return the parcel with the bytes of further files."""
    more = {digest: Path(parcel.paths[digest]).read_bytes() for digest in digests}
    return replace(parcel, content=parcel.content | more)


class Store:
    """The files that a machine keeps between jobs, each under its hash; one that was damaged is fetched again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._cache = InputCache()

    def get(self, digest: str, parcel: Parcel) -> Path | None:
        """Return the file with these bytes; None when it is nowhere to be had."""
        kept = self._folder / digest
        if self._right(kept, digest):
            return kept
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".part-", dir=self._folder)
        os.close(handle)
        part = Path(name)
        try:
            for source in ("content", "path", "address"):
                self._bring(source, digest, parcel, part)
                if self._right(part, digest):
                    part.replace(kept)
                    return kept
            return None
        finally:
            part.unlink(missing_ok=True)

    def _bring(self, source: str, digest: str, parcel: Parcel, part: Path) -> None:
        if source == "content" and digest in parcel.content:
            part.write_bytes(parcel.content[digest])
        elif source == "path":
            with suppress(OSError):  # another machine: the caller's folders mean nothing here
                shutil.copyfile(parcel.paths[digest], part)
        elif source == "address" and digest in parcel.addresses:
            with suppress(DataError):  # the caller then sends it
                fetch_to(parcel.addresses[digest], part)

    def _right(self, path: Path, digest: str) -> bool:
        return path.is_file() and self._cache.hash(path) == digest


def unpack(parcel: Parcel, store: Store, folder: Path) -> Job | tuple[str, ...]:
    """Lay the project's part that the job needs into ``folder`` and return the job for there; or what is lacking.

    The files are copies: whatever a notebook does to them, those of other jobs and of other people stay as they are.
    """
    found = {digest: store.get(digest, parcel) for digest in dict.fromkeys(parcel.places.values())}
    if lacking := tuple(digest for digest, path in found.items() if path is None):
        return lacking
    project, cache = folder / "project", folder.parent / "casebook-cache"
    cache.mkdir(mode=0o700, exist_ok=True)
    for name in _FOLDERS:
        (project / name).mkdir(parents=True)
    (project / "pyproject.toml").touch()
    for place, digest in parcel.places.items():
        path = project / place
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(found[digest] or "", path)
        if place.startswith(f"{CHART_LIBRARY}/"):
            path.replace(cache / path.name)
    staging = folder / "staging"
    staging.mkdir(mode=0o700)
    here = {"CASEBOOK_ROOT": str(project), "CASEBOOK_MIRROR": ""}
    if parcel.job.environment.get("CASEBOOK_MIRROR"):
        here["CASEBOOK_MIRROR"] = str(project / MIRROR)
    return replace(
        parcel.job, notebook=str(project / "notebooks" / f"{parcel.job.slug}.ipynb"), staging=str(staging),
        cache=str(cache), environment=parcel.job.environment | here,
        executed=str(project / PUBLISHED_BEFORE) if parcel.job.executed else "",
    )  # fmt: skip


def collect(outcome: Outcome, staging: Path) -> Returned:
    """Return ``outcome`` with all that the job left in its staging folder."""
    return Returned(outcome, {path.name: path.read_bytes() for path in staging.iterdir() if path.is_file()})


def lay_out(files: Mapping[str, bytes], staging: Path) -> None:
    """Write what came back into the caller's own staging folder. Raises ``OSError``."""
    for name, content in files.items():
        (staging / Path(name).name).write_bytes(content)
