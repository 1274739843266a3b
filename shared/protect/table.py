"""``SafeTable``: the only thing that may be charted, mapped, tabulated, explored or released."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, NoReturn

import pandas as pd

from shared.errors import ProtectionError, nearest

Role = Literal["group", "code", "count", "share", "value", "low", "high", "text", "status"]

SHOWN, HIDDEN, NOT_AVAILABLE, NOT_APPLICABLE = "shown", "hidden", "not available", "not applicable"
"""The four things that can be said of a row's figures (column of role ``status``)."""

_KEY = object()  # held by this room alone: without it nobody can make a SafeTable


@dataclass(frozen=True)
class Column:
    """What one column of a ``SafeTable`` is: its name in the frame, its heading, and how it is printed.

    Columns of role ``share`` hold fractions (0.25 is printed as 25%); ``value``, ``low`` and ``high`` are printed with
    ``decimals`` and ``unit``; ``count`` with thousands separators; ``group``, ``code`` and ``text`` as they are.
    """

    name: str
    label: str
    role: Role
    unit: str = ""
    decimals: int = 1


@dataclass(frozen=True)
class Origin:
    """From what a table was made, for the ledger of outputs; no figure is in it.

    made     in words: "counts", "figures that describe no person" and so on
    source, by, chosen  of counts: the source, the columns counted by, and the rows chosen
    parents  ledger ids of the tables it was made from
    public   the columns whose figures describe no person, or are published elsewhere
    least    the smallest number of people behind a figure shown; 0 where it describes no person
    """

    made: str = "figures that describe no person"
    source: str = ""
    by: tuple[str, ...] = ()
    chosen: tuple[tuple[str, tuple[str, ...]], ...] = ()
    parents: tuple[str, ...] = ()
    public: tuple[str, ...] = ()
    least: int = 0


class SafeTable:
    """A table that has been through disclosure control; frozen, and made only by ``shared.protect``.

    title, source_line, note  what it shows, whose figures they are, and what protection did, in plain English
    policy   id of the disclosure policy, or ``"public"`` for figures that describe no person
    columns  the declared columns, in order; the frame carries these and no other
    hidden   how many figures are hidden
    ledger   id in the ledger of outputs, computed from the content: the same table has the same id
    origin   from what it was made, and how many people stand at least behind its figures
    mark     hash of the content, to see whether it is still the same
    root     ledger id of the table of which this is a part (some rows or columns, or another title); its own if none
    """

    __slots__ = (
        "_frame",
        "columns",
        "hidden",
        "ledger",
        "mark",
        "note",
        "origin",
        "policy",
        "root",
        "source_line",
        "title",
    )

    _frame: pd.DataFrame
    title: str
    columns: tuple[Column, ...]
    policy: str
    source_line: str
    note: str
    hidden: int
    ledger: str
    mark: str
    origin: Origin
    root: str

    def __init__(
        self, key: object, *, frame: pd.DataFrame, columns: Sequence[Column], title: str, policy: str,
        source_line: str, note: str, hidden: int, origin: Origin | None = None, root: str = "",
    ) -> None:  # fmt: skip
        if key is not _KEY:
            raise ProtectionError(
                "A SafeTable cannot be made by hand.",
                hint="Use protect_counts, protect_rates or public_table of shared.protect.",
            )
        names = [column.name for column in columns]
        if len(set(names)) != len(names):
            raise ProtectionError(f'Table "{title}" declares a column twice.')
        absent = [name for name in names if name not in frame.columns]
        if absent:
            raise ProtectionError(f'Table "{title}" declares columns that it does not have: {", ".join(absent)}.')
        kept = frame[names].copy(deep=True)
        kept.index = pd.RangeIndex(len(kept))
        values = {
            "title": title, "columns": tuple(columns), "policy": policy, "source_line": source_line, "note": note,
            "hidden": int(hidden), "origin": origin or Origin(), "_frame": kept,
        }  # fmt: skip
        for name, value in values.items():
            object.__setattr__(self, name, value)
        object.__setattr__(self, "ledger", f"T-{self._digest()[:12]}")
        object.__setattr__(self, "mark", self._mark())
        object.__setattr__(self, "root", root or self.ledger)

    def _digest(self) -> str:
        rows = self._frame.to_json(orient="split", index=False, double_precision=10, date_format="iso")
        described = [vars(column) for column in self.columns]
        body = [self.title, described, self.policy, self.source_line, self.note, self.hidden, rows]
        return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()

    def _mark(self) -> str:
        """A hash of the content that is quicker to take than the ledger id, which has to stay as it always was."""
        values = [self._frame[name].tolist() for name in self._frame.columns]
        body = (self.ledger, self.title, self.columns, self.policy, self.source_line, self.note, self.hidden)
        return hashlib.sha256(repr((body, list(self._frame.columns), values)).encode()).hexdigest()

    @property
    def frame(self) -> pd.DataFrame:
        """A copy of the protected rows; changing it does not change the table."""
        return self._frame.copy(deep=True)

    @property
    def intact(self) -> bool:
        """Whether the content is still what the ledger id was computed from."""
        return self.mark == self._mark()

    def __len__(self) -> int:
        return len(self._frame)

    def __repr__(self) -> str:
        return f"SafeTable({self.title!r}, {len(self)} rows, policy {self.policy}, {self.hidden} hidden, {self.ledger})"

    def column(self, name: str) -> Column:
        """Return one declared column; an unknown name raises ``ProtectionError`` with the nearest one."""
        for column in self.columns:
            if column.name == name:
                return column
        known = [column.name for column in self.columns]
        raise ProtectionError(f'Table "{self.title}" has no column "{name}".', hint=nearest(name, known))

    def named(self, role: Role) -> str | None:
        """Return the name of the first column of this role, or None."""
        return next((column.name for column in self.columns if column.role == role), None)

    def select(self, *names: str) -> SafeTable:
        """Return a table with only these columns, in this order."""
        return self._with(columns=tuple(self.column(name) for name in names))

    def where(self, column: str, values: Iterable[object]) -> SafeTable:
        """Return a table with only the rows whose ``column`` is one of ``values``."""
        rows = self._frame[self._frame[self.column(column).name].isin(list(values))]
        return self._with(frame=rows, hidden=_count_hidden(rows, self.named("status"), self.hidden))

    def first(self, rows: int) -> SafeTable:
        """Return a table with only the first ``rows`` rows."""
        kept = self._frame.head(rows)
        return self._with(frame=kept, hidden=_count_hidden(kept, self.named("status"), self.hidden))

    def titled(self, title: str, note: str | None = None) -> SafeTable:
        """Return the same table under another title, and note if given."""
        return self._with(title=title, note=self.note if note is None else note)

    def labelled(self, **labels: str) -> SafeTable:
        """Return the same table with other column headings (``count="People seen"``)."""
        for name in labels:
            self.column(name)
        columns = tuple(replace(c, label=labels.get(c.name, c.label)) for c in self.columns)
        return self._with(columns=columns)

    def _with(self, **changes: Any) -> SafeTable:
        now: dict[str, Any] = {
            "frame": self._frame, "columns": self.columns, "title": self.title, "policy": self.policy,
            "source_line": self.source_line, "note": self.note, "hidden": self.hidden,
            "origin": self.origin, "root": self.root,
        }  # fmt: skip
        return SafeTable(_KEY, **(now | changes))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise ProtectionError("A SafeTable cannot be changed.", hint="Protect the figures again instead.")

    def __delattr__(self, name: str) -> NoReturn:
        raise ProtectionError("A SafeTable cannot be changed.")

    def __reduce__(self) -> NoReturn:
        raise ProtectionError("A SafeTable is not copied or stored: it is made again from the protected figures.")


def _count_hidden(rows: pd.DataFrame, status: str | None, before: int) -> int:
    return before if status is None else int((rows[status] == HIDDEN).sum())


def seal(
    frame: pd.DataFrame,
    columns: Sequence[Column],
    *,
    title: str,
    policy: str,
    source_line: str,
    note: str,
    hidden: int,
    origin: Origin | None = None,
) -> SafeTable:
    """Make a ``SafeTable``; for the protection functions of this room only (a test looks at who imports it)."""
    return SafeTable(
        _KEY,
        frame=frame,
        columns=columns,
        title=title,
        policy=policy,
        source_line=source_line,
        note=note,
        hidden=hidden,
        origin=origin,
    )


def require_safe(table: object, wanted_by: str) -> SafeTable:
    """Return ``table`` if it is an intact ``SafeTable``; anything else raises ``ProtectionError``.

    Every chart, map, table block and export calls this first. The message names the type, never a value.
    """
    if not isinstance(table, SafeTable):
        raise ProtectionError(
            f"{wanted_by} takes a SafeTable, not a {type(table).__name__}.",
            hint="Protect the figures first: protect_counts for counts of people, public_table for other figures.",
        )
    if not table.intact:
        raise ProtectionError(f'Table "{table.title}" was changed after it was protected.')
    return table
