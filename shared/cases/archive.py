"""What may be unpacked: the limits that hold for every zip the casebook opens, workbooks and forms included.

A zip can be made to fill a disk, to write outside its folder, or to say one size and hold another. Nothing is ever
unpacked to a folder here: a member is read into memory, in pieces, after the whole list was looked at, and it must
be exactly as long as it says.
"""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath

from shared.errors import DataError, nearest

MAX_MEMBERS = 5_000
MAX_UNPACKED = 2_000_000_000
"""Bytes that all members may have together."""
MAX_RATIO = 250
"""How many times smaller than its content a large member may be; tables seldom pass 60, bombs begin at 1,000."""
LARGE = 20_000_000
_PIECE = 1 << 20
_CLUTTER = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
_AGAIN = "Ask for the file again."
_ALONE = "Ask the organisation for the file itself, or for a zip that holds nothing else."


def is_zip(data: bytes) -> bool:
    """Return whether the bytes begin like a zip."""
    return data[:4] in (b"PK\x03\x04", b"PK\x05\x06")


@dataclass(frozen=True)
class Archive:
    """A zip whose list of members was looked at and is within the limits; made by ``open_archive``."""

    data: bytes
    shown: str
    members: dict[str, zipfile.ZipInfo]

    def files(self) -> list[str]:
        """Return the names of the files, without folders and what operating systems leave behind."""
        return [
            name
            for name, member in self.members.items()
            if not member.is_dir() and not any(part in name for part in _CLUTTER)
        ]

    def read(self, name: str) -> bytes:
        """Return the bytes of one member; raises ``DataError`` when it is damaged or not as long as it says."""
        return b"".join(self.pieces(name))

    def pieces(self, name: str) -> Iterator[bytes]:
        """Yield a member's bytes piece by piece; its length and check sum are compared at the end."""
        member = self.members[name]
        unpack = zlib.decompressobj(-zlib.MAX_WBITS) if member.compress_type == zipfile.ZIP_DEFLATED else None
        if unpack is None and member.compress_type != zipfile.ZIP_STORED:
            raise DataError("A member is packed in a way that is not read.", where=self.shown, hint=_ALONE)
        length, check = 0, 0
        for packed in self._packed(member):
            try:
                piece = unpack.decompress(packed, _PIECE) if unpack else packed
                while piece:
                    length, check = length + len(piece), zlib.crc32(piece, check)
                    if length > member.file_size:
                        raise DataError("A member of the zip is longer than it says.", where=self.shown, hint=_ALONE)
                    yield piece
                    piece = unpack.decompress(unpack.unconsumed_tail, _PIECE) if unpack else b""
            except zlib.error as error:
                raise DataError("A member of the zip is damaged.", where=self.shown, hint=_AGAIN) from error
        if length != member.file_size or check != member.CRC or (unpack is not None and not unpack.eof):
            raise DataError("A member of the zip is damaged.", where=self.shown, hint=_AGAIN)

    def verify(self) -> None:
        """Unpack every member and throw it away, for a reader that does not look at lengths itself."""
        for name in self.members:
            for _ in self.pieces(name):
                pass

    def chosen(self, member: str | None) -> str:
        """Return the name of the file that is meant: ``member``, or the only one; raises ``DataError``."""
        names = self.files()
        listed = ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
        if not names:
            raise DataError("The zip is empty.", where=self.shown, hint=_AGAIN)
        if member is None and len(names) > 1:
            raise DataError("The zip holds several files.", where=self.shown, hint=f"Name one as member: {listed}.")
        if member is not None and member not in names:
            hint = nearest(member, names) or f"It holds: {listed}."
            raise DataError(f'There is no file "{member}" in the zip.', where=self.shown, hint=hint)
        return member or names[0]

    def _packed(self, member: zipfile.ZipInfo) -> Iterator[bytes]:
        head = self.data[member.header_offset : member.header_offset + 30]
        if len(head) < 30 or head[:4] != b"PK\x03\x04":
            raise DataError("The file is a damaged zip.", where=self.shown, hint=_AGAIN)
        start = (
            member.header_offset + 30 + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
        )
        for at in range(start, start + member.compress_size, _PIECE):
            yield self.data[at : min(at + _PIECE, start + member.compress_size)]


def open_archive(data: bytes, shown: str) -> Archive:
    """Return the zip after looking at the list of its members; nothing is unpacked yet.

    Raises ``DataError`` for what is no zip, is password-protected, has too many members, grows too large, packs a
    member more tightly than any table, names one twice, or names one that would lie outside the folder.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, zipfile.LargeZipFile, ValueError, NotImplementedError, OSError, EOFError) as error:
        raise DataError("The file is a damaged zip.", where=shown, hint=_AGAIN) from error
    if len(members) > MAX_MEMBERS:
        problem = f"The zip has {len(members):,} members; at most {MAX_MEMBERS:,} are read."
        raise DataError(problem, where=shown, hint=_ALONE)
    if sum(member.file_size for member in members) > MAX_UNPACKED:
        raise DataError(f"The zip would grow to more than {MAX_UNPACKED // 10**9} GB.", where=shown, hint=_ALONE)
    for member in members:
        if _leads_out(member):
            raise DataError("A member's name in the zip leads out of its folder.", where=shown, hint=_ALONE)
        if member.flag_bits & 0x1:
            raise DataError("The zip is password-protected.", where=shown, hint="Ask for it without a password.")
        if member.file_size > LARGE and member.file_size > MAX_RATIO * max(member.compress_size, 1):
            problem = f"A member of the zip unpacks to more than {MAX_RATIO} times its size: a zip bomb."
            raise DataError(problem, where=shown, hint=_ALONE)
    if any(count > 1 for count in Counter(member.filename for member in members).values()):
        raise DataError("The zip names a member twice.", where=shown, hint=_ALONE)
    return Archive(data, shown, {member.filename: member for member in members})


def _leads_out(member: zipfile.ZipInfo) -> bool:
    name = member.orig_filename
    path, windows = PurePosixPath(name), PureWindowsPath(name)
    link = stat.S_ISLNK(member.external_attr >> 16)
    outside = bool(windows.drive or windows.root) or path.is_absolute() or ".." in windows.parts
    return link or outside or "\x00" in name or not name.strip()
