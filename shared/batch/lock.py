"""One run at a time works on a case study's outputs; the lock ends with the process that holds it."""

from __future__ import annotations

import errno
import fcntl
import os
from pathlib import Path

LOCK = ".lock"


class FolderLock:
    """An advisory lock on one output folder (``flock``): released when the process ends, however it ends."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / LOCK
        self._file: int | None = None

    def take(self) -> bool:
        """Take the lock; False when another run holds it. ``OSError`` when the folder cannot be written."""
        file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(file)
            if error.errno in (errno.EAGAIN, errno.EACCES):
                return False
            raise
        os.ftruncate(file, 0)
        os.write(file, f"{os.getpid()}\n".encode())
        self._file = file
        return True

    def holder(self) -> str:
        """Return the process that holds the lock, in words."""
        try:
            return f"process {int(self._path.read_text(encoding='ascii'))}"
        except (OSError, ValueError):
            return "another process"

    def release(self) -> None:
        """Give the lock back; the file stays, because removing it would let two runs hold "the" lock."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
