"""Files in the office's own store (S3, Azure, Google, a file share), fetched to this machine and compared by hash.

A source's ``path`` may be such an address (``s3://bucket/key``, ``abfs://…``, ``gs://…``, ``file:///…``). For paths
inside the project, ``CASEBOOK_DATA`` names a folder in a store where those files lie that are not on this machine.
Credentials are the store's own matter (its environment variables or files); none belongs in an address.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from shared.errors import DataError, DefinitionError

STORE = "CASEBOOK_DATA"
FOLDER = "store"
"""Where the fetched files lie among the downloads."""
EXTRAS = {
    "s3": "s3", "s3a": "s3", "gs": "gcs", "gcs": "gcs", "abfs": "azure", "abfss": "azure", "az": "azure",
}  # fmt: skip
_ROOTED = ("file", "local", "memory")
_IN_PROJECT = "project"


def is_address(path: str) -> bool:
    """Say whether a source's ``path`` is an address in a store and not a place in the project."""
    return "://" in path


def kept_name(path: str) -> PurePosixPath:
    """Return where the file of a source's ``path`` lies among the downloads once it was fetched.

    Raises ``DefinitionError`` for an address that names no file, would leave the folder, or carries a password.
    """
    scheme, _, rest = path.partition("://") if is_address(path) else (_IN_PROJECT, "", path)
    steps = [step for step in unquote(rest).split("/") if step]
    unsafe = any(step in (".", "..") or "\\" in step or "\x00" in step for step in steps)
    if not steps or unsafe or not scheme.isalnum():
        raise DefinitionError("The address names no file.", where=path, hint="For example s3://bucket/folder/file.csv.")
    if "@" in steps[0] and scheme not in ("abfs", "abfss"):  # there it parts container and account
        raise DefinitionError("The address carries a user name or password.", hint="Take it out of case.yaml.")
    return PurePosixPath(FOLDER, scheme, *steps)


def address_in_store(place: str) -> str:
    """Return the address of a file by its place in the project; empty when it has none.

    ``data/downloaded/store/s3/bucket/key`` came from ``s3://bucket/key``; any other place counts from the folder
    that ``CASEBOOK_DATA`` names.
    """
    parts = PurePosixPath(place).parts
    if parts[:3] == ("data", "downloaded", FOLDER) and parts[3] != _IN_PROJECT:
        return f"{parts[3]}://{'/' if parts[3] in _ROOTED else ''}{'/'.join(parts[4:])}"
    if parts[:3] == ("data", "downloaded", FOLDER):
        place = "/".join(parts[4:])
    root = os.environ.get(STORE, "").rstrip("/")
    return f"{root}/{place}" if root else ""


def in_store(path: str | None) -> bool:
    """Say whether a source's ``path`` can be fetched from a store: it is an address, or a store is set for all."""
    return path is not None and (is_address(path) or bool(os.environ.get(STORE)))


def fetch(path: str, target: Path, sha256: str) -> None:
    """Bring the file of a source's ``path`` to ``target``, where it appears whole and right or not at all.

    Raises ``DataError``: no connection, no such file, another file than the one that is meant, a package missing.
    """
    from shared.sources.locate import digest

    address = address_in_store(f"data/downloaded/{kept_name(path)}")
    shown = path if is_address(path) else f"{STORE}: {path}"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".part-", dir=target.parent)
        os.close(handle)
    except OSError as error:
        raise DataError(f"The download folder cannot be written ({error.strerror}).") from None
    part = Path(name)
    try:
        fetch_to(address, part, shown)
        if digest(part) != sha256:
            hint = "If the new file is right, correct sha256 in case.yaml."
            raise DataError("The file in the store is not the one that case.yaml means.", where=shown, hint=hint)
        part.chmod(0o644)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def fetch_to(address: str, part: Path, shown: str = "") -> None:
    """Copy the bytes at ``address`` into the file ``part``. Raises ``DataError``, with ``shown`` for the address."""
    scheme = address.partition("://")[0]
    try:
        import fsspec  # type: ignore[import-untyped]

        system, inside = fsspec.core.url_to_fs(address)
        system.get_file(inside, str(part))
    except ImportError:
        extra = EXTRAS.get(scheme)
        package = f"'citizen-data-casebook[{extra}]'" if extra else "fsspec"
        raise DataError(
            f"Files at {scheme}:// need a package that is not installed.", where=shown, hint=f"pip install {package}"
        ) from None
    except Exception as error:  # noqa: BLE001  # each store's library has errors of its own; their texts may hold keys
        hint = "Check the address, the connection and the right to read it."
        raise DataError(f"The file cannot be fetched ({type(error).__name__}).", where=shown, hint=hint) from None
