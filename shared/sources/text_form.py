"""The form of delimited text: in which encoding it is, and what separates its cells."""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from shared.cases.crosscheck_sources import BY_LINE
from shared.errors import DataError

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
"""What is looked for, in the order of preference."""
_SHOWN = 5
_SAMPLE = 1 << 17
_ROWS = 200
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WESTERN = ("cp1252", "windows-1252", "latin-1", "latin1", "iso-8859-1", "iso8859-1", "iso-8859-15")
# signs that stand inside words when text of MS-DOS or of an old Macintosh is read as cp1252
_ODD = re.compile("[A-Za-z][‚ƒ„†‡ˆ‰‹›˜¡¢£¤¥¦§¨ª¬¯][A-Za-z]")


@dataclass(frozen=True)
class Decoded:
    """Text, the codec that reads it again (None when it was put together line by line), and what was noticed."""

    text: str
    codec: str | None
    notes: tuple[str, ...]


def decode(data: bytes, *, shown: str, encoding: str | None) -> Decoded:
    """Decode text; ``encoding`` None means that it is found.

    Found are: what a byte order mark says, UTF-8, UTF-16 without a mark, and cp1252, which spreadsheets write in
    Western Europe (statistics of letters were tried and guess wrongly on files of a few names). Raises ``DataError``
    for bytes that are not in the encoding (with one that fits), null bytes, lines in two encodings, UTF-8 declared
    as something else, and for what none of these encodings can read.
    """
    if encoding == BY_LINE:
        return _line_by_line(data)
    mark = next((codec for sign, codec in _MARKS if data.startswith(sign)), None)
    notes = ["The byte order mark at the beginning was left out."] if mark == "utf-8-sig" else []
    if encoding is None:
        found = mark or _guess(data, shown)
        text = data.decode(found) if found == "utf-8" else _strictly(data, found, shown, declared=False)
        if found not in ("utf-8", "utf-8-sig"):
            notes.append(f"Read in the encoding {found} (found; not declared in case.yaml).")
        if found == "cp1252" and _ODD.search(text):
            notes.append(
                "Some letters look odd in cp1252: compare a name, and declare cp850 or mac-roman if it is wrong."
            )
    else:
        plain = encoding.lower().replace("_", "-")
        found = "utf-8-sig" if plain in ("utf-8", "utf8") else encoding
        text = _strictly(data, found, shown, declared=True)
        if not plain.startswith("utf"):
            _refuse_garbling(data, encoding, plain, shown)
    if "\x00" in text:
        line = text[: text.index("\x00")].count("\n") + 1
        hint = f"Try encoding: {_likely(data)} in case.yaml." if mark else "Is this the right file?"
        raise DataError(
            "The file contains null bytes, so it is not plain text.", where=f"{shown}, line {line}", hint=hint
        )
    return Decoded(text, found, tuple(notes))


def find_separator(text: str) -> str:
    """Return the sign that cuts most of the first 200 rows into the same number of cells, at least two.

    The comma when there is none (a table of one column).
    """
    best, found = (0, 0), ","
    for separator in SEPARATORS:
        widths = Counter(_widths(text, separator))
        if wide := [(count, width) for width, count in widths.items() if width > 1]:
            score = max(wide)
            if score[0] > best[0]:
                best, found = score, separator
    return found


def better_separator(text: str, declared: str) -> str | None:
    """Return the separator that was meant when the declared one cuts the rows unevenly or not at all, else None.

    Another one is only meant when it cuts every row into the same number of cells, at least two.
    """
    own = set(_widths(text, declared))
    if len(own) == 1 and own != {1}:
        return None
    widths = {sign: set(_widths(text, sign)) for sign in SEPARATORS if sign != declared}
    return next((sign for sign, found in widths.items() if len(found) == 1 and found != {1}), None)


def _widths(text: str, separator: str) -> Iterator[int]:
    sample = text[:_SAMPLE]
    if len(text) > _SAMPLE:
        sample = sample[: sample.rfind("\n") + 1] or sample
    reader = csv.reader(sample.splitlines(keepends=True), delimiter=separator)
    try:
        for row in reader:
            if reader.line_num > _ROWS:
                return
            if row:
                yield len(row)
    except csv.Error:
        return


def _guess(data: bytes, shown: str) -> str:
    head = data[:4096]
    if len(head) > 3 and head.count(0) > len(head) // 4:
        odd, even = head[1::2].count(0), head[::2].count(0)
        return "utf-16-le" if odd > even else "utf-16-be"
    if _is_utf8(data):
        return "utf-8"
    _refuse_mixed(data, shown)
    return "cp1252"


_NO_ENCODINGS = ("unicode_escape", "raw_unicode_escape", "idna", "punycode", "undefined")
"""Known to Python, and ways to write something else than the texts of a file."""


def _strictly(data: bytes, codec: str, shown: str, *, declared: bool) -> str:
    try:
        if codecs.lookup(codec).name in _NO_ENCODINGS:
            raise LookupError
        return data.decode(codec)
    except LookupError:
        hint = "Usual: utf-8, cp1252."
        raise DataError(f'There is no encoding "{codec}" for texts.', where=shown, hint=hint) from None
    except UnicodeError as error:
        start = getattr(error, "start", 0)
    where = f"{shown}, line {data[:start].count(10) + 1}"
    if declared:
        name = codec.removesuffix("-sig")
        likely = _likely(data)
        hint = f"Try encoding: {likely} in case.yaml." if likely != name else _NAME_IT
        raise DataError(f"The file is not text in the encoding {name}.", where=where, hint=hint)
    raise DataError("The file is no text in UTF-8 or in what Excel writes (cp1252).", where=where, hint=_NAME_IT)


_NAME_IT = "If it is text, declare its encoding in case.yaml: cp850 (MS-DOS), mac-roman, cp1250, cp1251, ..."


def _refuse_garbling(data: bytes, encoding: str, plain: str, shown: str) -> None:
    if not data.isascii() and _is_utf8(data):
        raise DataError(
            f"The file is declared as {encoding}, and is UTF-8: read that way its letters would be garbled.",
            where=shown,
            hint="Write encoding: utf-8 in case.yaml.",
        )
    if plain in _WESTERN:
        _refuse_mixed(data, shown)


def _refuse_mixed(data: bytes, shown: str) -> None:
    """Parts of several exports pasted together: some lines are UTF-8, others are not."""
    other = [number for number, line in enumerate(data.split(b"\n"), 1) if not line.isascii() and not _is_utf8(line)]
    utf8 = sum(not line.isascii() and _is_utf8(line) for line in data.split(b"\n"))
    if other and utf8:
        more = f" and {len(other) - _SHOWN} more" if len(other) > _SHOWN else ""
        lines = ", ".join(map(str, other[:_SHOWN]))
        raise DataError(
            f"The file mixes two encodings: {utf8} line(s) are UTF-8, {len(other)} are not (line {lines}{more}).",
            where=shown,
            hint=f"Ask for one export, or write encoding: {BY_LINE} in case.yaml to read each line as what it is.",
        )


def _line_by_line(data: bytes) -> Decoded:
    lines = data.removeprefix(codecs.BOM_UTF8).split(b"\n")
    western = [not _is_utf8(line) for line in lines]
    text = "\n".join(
        line.decode("cp1252", errors="replace") if other else line.decode()
        for line, other in zip(lines, western, strict=True)
    )
    note = f"{sum(western)} of {len(lines)} lines were read as cp1252, the others as UTF-8 (declared in case.yaml)."
    lost = text.count("\ufffd")
    return Decoded(text, None, (note, f"{lost} sign(s) could be read in neither.") if lost else (note,))


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _likely(data: bytes) -> str:
    if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    return "utf-8" if _is_utf8(data) else "cp1252"
