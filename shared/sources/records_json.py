"""Records in JSON: a list of blocks, one such list inside a larger file, or one block a line."""

from __future__ import annotations

import json
import re
from typing import Any

import pandas as pd

from shared.errors import DataError, nearest
from shared.sources.rows import MAX_COLUMNS, TextTable, formula_notes

MAX_BYTES = 500_000_000
_AGAIN = "Ask for the file again, whole and as the program writes it."
_KEYS = "Write it as it stands in the file, small and large letters alike."
_HALF = re.compile(r"\\u[dD][89a-fA-F]")
"""One half of a sign written as two; a half that stands alone is in no text."""


class _Twice(ValueError):
    """A block names a key twice; the first value would be lost without a word."""


def parse_records(data: bytes, *, shown: str, member: str | None) -> TextTable:
    """Return records as text; numbers keep the digits of the file, an absent key is missing.

    ``member`` names the list when the file is one block. A list or block inside a cell is kept as JSON text (noted).
    Raises ``DataError`` for what is not valid JSON (with the line), not UTF-8, not a list of records, a key given
    twice in a record, a text with null bytes, more than 500 MB.
    """
    content = load_json(data, shown)
    if member is not None:
        if not isinstance(content, dict) or member not in content:
            hint = (nearest(member, content) if isinstance(content, dict) else "") or _KEYS
            raise DataError(f'There is no member "{member}" in the file.', where=shown, hint=hint)
        content = content[member]
    if isinstance(content, dict) and member is None:
        lists = [name for name, value in content.items() if isinstance(value, list)]
        hint = f"Name the list in it as member: {', '.join(lists[:5])}." if lists else "Name the list in it as member."
        raise DataError("The file is not a list of records.", where=shown, hint=hint)
    if not isinstance(content, list) or not all(isinstance(row, dict) for row in content):
        raise DataError("The file is not a list of records.", where=shown, hint="Name the list in it as member.")
    return records_table(content, shown)


def records_table(content: list[dict[str, Any]], shown: str) -> TextTable:
    """Return a list of blocks as a table of texts."""
    names = list(dict.fromkeys(name for row in content for name in row))
    if not content or not names:
        raise DataError("The table has no rows.", where=shown, hint="Ask for the complete file.")
    if len(names) > MAX_COLUMNS:
        problem = f"The records have {len(names):,} keys; at most {MAX_COLUMNS:,} are read."
        raise DataError(problem, where=shown, hint="Do all records have the same keys, as the columns of a table?")
    cells = {name or "(no name)": [_text(row.get(name)) for row in content] for name in names}
    if any("\x00" in text for column in cells.values() for text in column if text):
        raise DataError("A text contains null bytes.", where=shown, hint="Ask for the file again.")
    nested = [name for name in names if any(isinstance(row.get(name), (dict, list)) for row in content)]
    more = f" and {len(nested) - 5} more" if len(nested) > 5 else ""
    notes = [f"Lists and blocks inside cells are kept as one text: {', '.join(nested[:5])}{more}."] if nested else []
    frame = pd.DataFrame({name: pd.Series(values, dtype="str") for name, values in cells.items()})
    return TextTable(frame, (), (*notes, *formula_notes(frame)))


def load_json(data: bytes, shown: str) -> Any:
    """Return the content of a JSON file with every number as the text that stands there.

    Several blocks one below the other (JSON Lines) are a list of them. Raises ``DataError``.
    """
    if len(data) > MAX_BYTES:
        raise DataError("The file is larger than 500 MB.", where=shown, hint="Ask for it as CSV or Parquet.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DataError("The file is not UTF-8 text.", where=shown, hint="JSON is always UTF-8.") from None
    try:
        try:
            content = _loads(text)
        except json.JSONDecodeError as error:
            if error.msg != "Extra data":
                raise
            content = [_loads(line) for line in text.splitlines() if line.strip()]
        if _HALF.search(text):
            json.dumps(content, ensure_ascii=False).encode()
        return content
    except _Twice as error:
        raise DataError(
            f'A record names the key "{error}" twice.', where=shown, hint="Ask for the file again."
        ) from None
    except (json.JSONDecodeError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise DataError("The file is not valid JSON.", where=f"{shown}, line {line}", hint=_AGAIN) from None
    except UnicodeEncodeError:
        raise DataError("A text holds half of a sign (a lone surrogate).", where=shown, hint=_AGAIN) from None


def _loads(text: str) -> Any:
    return json.loads(text, parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=_once)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    block = dict(pairs)
    if len(block) < len(pairs):
        names = [name for name, _ in pairs]
        raise _Twice(next(name for name in names if names.count(name) > 1))
    return block


def _text(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False) if value else None
    return value or None
