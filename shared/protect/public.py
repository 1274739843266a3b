"""Figures that describe no person: scores, goalposts, official statistics already published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from shared.errors import ProtectionError
from shared.protect.table import HIDDEN, Column, Origin, Role, SafeTable, require_safe, seal

MOST_ROWS = 2000
"""More rows than a published table or map has: a longer frame is taken for records and refused."""

MEASURED = "figures of indicators, protected when they were measured"
"""What is said of tables whose figures ``protect_measurement`` has protected already."""

_KNOWN_ROLES: dict[str, Role] = {
    "count": "count", "share": "share", "low": "low", "high": "high", "status": "status", "code": "code",
}  # fmt: skip


def public_table(
    frame: pd.DataFrame, *, title: str, source_line: str, columns: Sequence[Column] | None = None,
    labels: Mapping[str, str] | None = None, roles: Mapping[str, Role] | None = None, note: str = "",
    made_from: Sequence[SafeTable] = (), made: str = "",
) -> SafeTable:  # fmt: skip
    """Pass figures on unchanged that describe no person.

    Use it for scores, goalposts, register texts and official statistics as published; counts of people go through
    ``protect_counts``. ``columns`` declares which columns are carried and how they print; without it every column of
    the frame is carried: texts as ``text`` (the first as ``group``), numbers as ``value``, and the names count, share,
    low, high, status and code as what they say; ``roles`` and ``labels`` adjust that. Tables of protected figures that
    the frame was put together from are named in ``made_from``: their policy goes with them; ``made`` says in words
    what the figures are, for the output checker. Raises ``ProtectionError`` for a frame longer than any published
    table, or with anything but texts, numbers, dates and booleans in it.
    """
    if len(frame) > MOST_ROWS:
        raise ProtectionError(
            f'Table "{title}" has {len(frame):,} rows: that looks like records, not like a published table.',
            hint="Aggregate with protect_counts.",
        )
    declared = tuple(columns) if columns is not None else _guess(frame, dict(labels or {}), dict(roles or {}))
    for column in declared:
        if column.name in frame.columns and not _plain(frame[column.name]):
            raise ProtectionError(
                f'Column "{column.name}" of table "{title}" holds something that is not a plain value.'
            )
    status = next((c.name for c in declared if c.role == "status"), None)
    hidden = int((frame[status] == HIDDEN).sum()) if status and status in frame.columns else 0
    policy, origin = _origin(made_from)
    origin = replace(origin, made=made) if made else origin
    return seal(
        frame, declared, title=title, policy=policy, source_line=source_line, note=note, hidden=hidden, origin=origin
    )


def _origin(tables: Sequence[SafeTable]) -> tuple[str, Origin]:
    protected = [require_safe(table, "public_table") for table in tables if table.origin.least]
    if not protected:
        return "public", Origin(parents=tuple(table.ledger for table in tables))
    first = protected[0].origin
    same = all(
        (t.origin.source, t.origin.by, t.origin.chosen) == (first.source, first.by, first.chosen) for t in protected
    )
    made = Origin("put together from protected tables", least=min(t.origin.least for t in protected))
    if same:
        made = replace(made, source=first.source, by=first.by, chosen=first.chosen)
    public = tuple(dict.fromkeys(column for table in protected for column in table.origin.public))
    return protected[0].policy, replace(made, parents=tuple(t.ledger for t in tables), public=public)


def _guess(frame: pd.DataFrame, labels: dict[str, str], roles: dict[str, Role]) -> tuple[Column, ...]:
    columns: list[Column] = []
    for name in map(str, frame.columns):
        number = pd.api.types.is_numeric_dtype(frame[name]) and not pd.api.types.is_bool_dtype(frame[name])
        first_text = not any(column.role == "group" for column in columns)
        role: Role = "value" if number else "group" if first_text else "text"
        whole = bool(number and (frame[name].dropna() % 1 == 0).all())
        label = labels.get(name, name.replace("_", " ").capitalize())
        said: Role = roles.get(name, _KNOWN_ROLES.get(name, role))
        columns.append(Column(name, label, said, decimals=0 if whole and said != "share" else 1))
    return tuple(columns)


def _plain(column: pd.Series[Any]) -> bool:
    if column.dtype != object:
        return True
    return bool(
        column.map(lambda value: value is None or value is pd.NA or isinstance(value, str | int | float | bool)).all()
    )
