"""The output folder of a case study: results appear whole or not at all, and the last good ones stay."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from shared.batch.inputs import InputCache, file_hash
from shared.batch.job import FAILED_NOTEBOOK, PUBLISHED, TRACEBACK, WARNINGS, WORKER_TEXT
from shared.batch.key import Key
from shared.batch.record import RECORD, CaseRecord, Published
from shared.cases.project import Project

LOG = "run.log"
CACHE = ".cache"
INTERNAL = "internal"
_STAGING = ".running-"
_PRIVATE = (TRACEBACK, WARNINGS, WORKER_TEXT)


def write_whole(path: Path, text: str) -> None:
    """Write ``text`` so that a reader sees the old file or the new one, never a part."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).chmod(0o666 & ~_umask())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def shown(project: Project, path: Path) -> str:
    """Return a path among the outputs as it may be printed, wherever the output folder is."""
    return path.relative_to(project.outputs.parent).as_posix()


def new_staging(folder: Path) -> Path:
    """Make a private folder for one run inside ``folder``, and clear away what a killed run left there.

    Call it with the folder's lock held: then every other staging folder belongs to nobody.
    """
    for stale in folder.glob(f"{_STAGING}*"):
        shutil.rmtree(stale, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=_STAGING, dir=folder))


def publish(folder: Path, staging: Path, key: Key, finished: str) -> Published:
    """Move the results of a good run into ``folder`` and remove the traces of an earlier failure.

    A reader may for an instant see new files beside old ones; ``run.json``, written after them, tells which set is
    complete.
    """
    files = {name: file_hash(staging / name) for name in PUBLISHED}
    for name in PUBLISHED:
        (staging / name).replace(folder / name)
    (folder / FAILED_NOTEBOOK).unlink(missing_ok=True)
    _keep_internal(folder, staging)
    return Published(key.parts, files, finished, key.inputs)


def keep_failure(folder: Path, staging: Path) -> None:
    """Keep the notebook of a failed run beside the last good results, and its traceback for the people here."""
    failed = staging / FAILED_NOTEBOOK
    if failed.exists():
        failed.replace(folder / FAILED_NOTEBOOK)
    else:
        (folder / FAILED_NOTEBOOK).unlink(missing_ok=True)
    _keep_internal(folder, staging)


def _keep_internal(folder: Path, staging: Path) -> None:
    internal = folder / INTERNAL
    for name in _PRIVATE:
        (internal / name).unlink(missing_ok=True)
        new = staging / name
        if new.exists() and new.stat().st_size:
            internal.mkdir(mode=0o700, exist_ok=True)
            new.chmod(0o600)
            new.replace(internal / name)


def write_record(folder: Path, record: CaseRecord, log: list[str]) -> None:
    """Write ``run.log`` and, last of all, ``run.json``."""
    write_whole(folder / LOG, "\n".join(log) + "\n")
    write_whole(folder / RECORD, record.as_json())


def altered(folder: Path, published: Published, cache: InputCache) -> tuple[str, ...]:
    """Return the published files that are no longer as they were written."""
    return tuple(
        name
        for name, digest in published.files.items()
        if not (folder / name).is_file() or cache.hash(folder / name) != digest
    )
