"""Every text in a file that is to leave, with the place where it stands: whatever hides it is taken off first."""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote_to_bytes

DEPTH = 4
"""So many wrappings are taken off: a page inside a notebook's output inside a data address, and one more."""
_DATA = re.compile(r"data:([\w.+/-]*)((?:;[\w=.-]+)*),([A-Za-z0-9+/=%_.~!*'()-]+)")
_CHUNKS = (b"tEXt", b"zTXt", b"iTXt", b"eXIf")


@dataclass(frozen=True)
class Piece:
    """A text and where it stands; ``number`` marks a JSON number, ``kind`` what the text is ("script", "comment")."""

    place: str
    text: str
    kind: str = "text"
    number: bool = False


def pieces(name: str, data: bytes, depth: int = DEPTH, known: Collection[str] = ()) -> Iterator[Piece]:
    """Yield every text of a file, by the file's kind; places start with ``name``.

    Nothing is skipped but the scripts that are ``known`` to the letter (the chart library).
    """
    lower = name.lower()
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        yield from _png(name, data, depth)
        return
    text = data.decode("utf-8", errors="replace") if b"\x00" not in data[:1000] else data.decode("latin-1")
    if lower.endswith((".json", ".ipynb")):
        try:
            yield from _json(name, json.loads(text), depth)
            return
        except ValueError:
            pass  # not JSON after all: its lines are looked at like any other text's
    if lower.endswith((".html", ".htm", ".svg", ".xml")):
        yield from _markup(name, text, depth, known)
        return
    for number, line in enumerate(text.splitlines(), start=1):
        yield from _text(Piece(f"{name}, line {number}", line), depth)


def _json(place: str, value: Any, depth: int) -> Iterator[Piece]:
    if isinstance(value, dict):
        for key, inside in value.items():
            yield Piece(f"{place}, name of a field", str(key))
            if str(key).startswith("image/") and depth > 0:
                yield from _picture(f"{place}.{key}", inside, depth)
            yield from _json(f"{place}.{key}" if re.fullmatch(r"[\w/+.-]{1,60}", str(key)) else place, inside, depth)
    elif isinstance(value, list):
        if value and all(isinstance(item, str) for item in value) and sum(map(len, value)) < 5_000_000:
            yield from _text(Piece(place, "".join(value)), depth)  # a notebook keeps its texts line by line
        for number, inside in enumerate(value):
            yield from _json(f"{place}[{number}]", inside, depth)
    elif isinstance(value, str):
        yield from _text(Piece(place, value), depth)
    elif value is not None and not isinstance(value, bool):
        yield Piece(place, str(value), number=True)


def _picture(place: str, value: Any, depth: int) -> Iterator[Piece]:
    """Yield what a picture of a notebook carries: there it stands in base64, or as text if it is SVG."""
    text = "".join(value) if isinstance(value, list) else value
    if not isinstance(text, str) or text.lstrip().startswith("<"):
        return
    try:
        yield from pieces(place, base64.b64decode("".join(text.split())), depth - 1)
    except (binascii.Error, ValueError):
        return


def _text(piece: Piece, depth: int) -> Iterator[Piece]:
    """Yield a text, and what is wrapped in it: markup, and files in data addresses."""
    yield piece
    if depth <= 0:
        return
    if re.search(r"<[a-zA-Z!/]", piece.text):
        yield from _markup(piece.place, piece.text, depth - 1)
    for number, found in enumerate(_DATA.finditer(piece.text), start=1):
        kind, options, body = found.groups()
        try:
            data = base64.b64decode(body) if ";base64" in options else unquote_to_bytes(body)
        except (binascii.Error, ValueError):
            continue
        ending = {"text/html": ".html", "image/svg+xml": ".svg", "application/json": ".json"}.get(kind, "")
        yield from pieces(f"{piece.place}, data address {number}{ending}", data, depth - 1)


def _markup(place: str, text: str, depth: int, known: Collection[str] = ()) -> Iterator[Piece]:
    parser = _Markup(place)
    parser.feed(text)
    parser.close()
    for piece in parser.found:
        if piece.kind == "script" and piece.text in known:
            continue
        if piece.kind == "json":
            try:
                yield from _json(piece.place, json.loads(piece.text), depth - 1)
                continue
            except ValueError:
                piece = replace(piece, kind="script")
        yield piece
        for found in _text(piece, depth - 1) if "data:" in piece.text and depth > 0 else ():
            if found is not piece:
                yield found


class _Markup(HTMLParser):
    """Collects texts, attributes, comments, styles and scripts of a page."""

    def __init__(self, place: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Piece] = []
        self._place, self._inside, self._datasets = place, "text", 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        kinds = {name: value or "" for name, value in attrs}
        if tag in ("script", "style"):
            self._inside = "json" if kinds.get("type") == "application/json" else tag
        for name, value in attrs:
            self._add(f"attribute {name} of {tag}", value or "", "attribute")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._inside = "text"

    def handle_data(self, data: str) -> None:
        if self._inside == "json":
            self._datasets += 1
            self._add(f"dataset {self._datasets}", data, "json")
        else:
            self._add(self._inside, data, self._inside)

    def handle_comment(self, data: str) -> None:
        self._add("comment", data, "comment")

    def handle_decl(self, decl: str) -> None:
        self._add("declaration", decl, "comment")

    def handle_pi(self, data: str) -> None:
        self._add("processing instruction", data, "comment")

    def unknown_decl(self, data: str) -> None:
        self._add("declaration", data, "comment")

    def _add(self, what: str, text: str, kind: str) -> None:
        if text.strip():
            self.found.append(Piece(f"{self._place}, line {self.getpos()[0]}, {what}", text, kind))


def _png(name: str, data: bytes, depth: int) -> Iterator[Piece]:
    """Yield the texts that a picture carries beside its dots (also compressed ones)."""
    at = 8
    while at + 12 <= len(data):
        size, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        body = data[at + 8 : at + 8 + size]
        if kind in _CHUNKS:
            yield Piece(f"{name}, {kind.decode()} of the picture", _unpacked(body), "metadata")
        at += 12 + size
    if at < len(data):
        yield from _text(Piece(f"{name}, behind the picture", data[at:].decode("latin-1"), "metadata"), depth)


def _unpacked(body: bytes) -> str:
    for start in range(min(len(body), 120)):
        if body[start : start + 1] == b"\x78":
            try:
                return body[:start].decode("latin-1") + zlib.decompress(body[start:]).decode("utf-8", errors="replace")
            except zlib.error:
                continue
    return body.decode("utf-8", errors="replace")
