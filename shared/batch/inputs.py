"""What is known of files without reading them again: their hashes, and what was worked out from their contents.

A hash is used again only while size, times and number of the file are the same and the last change lay well before it
was taken, so that a change on disk is noticed. Everything kept can be lost: it is worked out anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
FILE = "inputs.json"
SETTLED = 2_000_000_000
"""Nanoseconds: a file younger than this when it was read could change again and bear the same time."""
MOST_KEPT = 20_000


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def json_hash(value: object) -> str:
    """Return the SHA-256 of a value's JSON text."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, allow_nan=False).encode()).hexdigest()


class InputCache:
    """Hashes of files and what was worked out from them, kept in ``folder`` (nowhere without one)."""

    def __init__(self, folder: Path | None = None) -> None:
        self._file = folder / FILE if folder else None
        self._before = _read(self._file)
        self._files: dict[str, list[Any]] = {}
        self._known: dict[str, Any] = {}
        self._folders: dict[Path, dict[str, str]] = {}

    def hash(self, path: Path) -> str:
        """Return the SHA-256 of a file; ``OSError`` when it cannot be read."""
        name = str(path)
        state = path.stat()
        marks = [state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino]
        kept = self._files.get(name) or self._before["files"].get(name)
        if kept is None or kept[:4] != marks or kept[4] < max(marks[1:3]) + SETTLED:
            taken = time.time_ns()
            kept = [*marks, taken, file_hash(path)]
        self._files[name] = kept
        digest: str = kept[5]
        return digest

    def folder(self, folder: Path) -> dict[str, str]:
        """Return path inside ``folder`` -> hash for all files below it, in order; looked at once a run.

        Left out: byte code, and what starts with a dot (editors' and systems' own files).
        """
        if folder not in self._folders:
            self._folders[folder] = self._below(folder)
        return self._folders[folder]

    def _below(self, folder: Path) -> dict[str, str]:
        found: dict[str, str] = {}
        for place, folders, files in os.walk(folder):
            folders[:] = sorted(name for name in folders if name != "__pycache__" and not name.startswith("."))
            for name in sorted(files):
                if not name.startswith("."):
                    path = Path(place, name)
                    found[path.relative_to(folder).as_posix()] = self.hash(path)
        return found

    def known(self, kind: str, of: str, work_out: Callable[[], T]) -> T:
        """Return what ``work_out`` gave for the content with hash ``of``; it must be made of JSON's types."""
        name = f"{kind} {of}"
        if name not in self._known:
            before = self._before["known"]
            self._known[name] = before[name] if name in before else work_out()
        value: T = self._known[name]
        return value

    def save(self) -> None:
        """Keep what was used, and of what was not as much as there is room for; a full disk does no harm."""
        if self._file is None:
            return
        after = {part: _merged(self._before[part], new) for part, new in self._parts().items()}
        if after == self._before:
            return
        body = json.dumps(after, separators=(",", ":"))
        half = self._file.with_suffix(f".{os.getpid()}.tmp")
        with suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            half.write_text(f"{_check(body)}\n{body}", encoding="utf-8")
            half.replace(self._file)
        with suppress(OSError):
            half.unlink(missing_ok=True)

    def _parts(self) -> dict[str, dict[str, Any]]:
        return {"files": self._files, "known": self._known}


def _merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    unused = [name for name in old if name not in new]
    return {name: old[name] for name in unused[: max(0, MOST_KEPT - len(new))]} | dict(new)


def _check(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()


def _read(path: Path | None) -> dict[str, dict[str, Any]]:
    """Return what was kept; nothing when the file is absent, damaged or cut off."""
    with suppress(OSError, ValueError):
        if path is not None:
            check, _, body = path.read_text(encoding="utf-8").partition("\n")
            if check == _check(body):
                content: dict[str, dict[str, Any]] = json.loads(body)
                return content
    return {"files": {}, "known": {}}
