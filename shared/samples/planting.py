"""A synthetic table together with the book of every fault that was put into it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


def draw(rng: np.random.Generator, labels: Sequence[str], shares: npt.ArrayLike, size: int) -> npt.NDArray[np.str_]:
    """Draw ``size`` labels with the given shares (they need not add to 1)."""
    edges = np.cumsum(np.asarray(shares, dtype=float))
    found = np.searchsorted(edges, rng.random(size) * edges[-1], side="right")
    chosen: npt.NDArray[np.str_] = np.asarray(labels, dtype=str)[np.minimum(found, len(labels) - 1)]
    return chosen


def pick(rng: np.random.Generator, among: Mask, count: int) -> Rows:
    """Pick ``count`` different rows among those marked; fewer than that many is a fault of the generator."""
    rows = np.flatnonzero(among)
    if len(rows) < count:
        raise ValueError(f"asked for {count} rows among {len(rows)}")
    return rows[np.argsort(rng.random(len(rows)), kind="stable")[:count]].astype(np.int64)


class Planting:
    """Values as they will be written, and three books beside them.

    ``content``  what each cell says once faults that cannot be read are left aside (columns that start with ``_`` are
    known to the generator and never written); ``missing`` and ``invalid`` mark cells spoilt on purpose; ``marks``
    names whole-record faults. All have one row a record, in the same order.
    """

    def __init__(self, clean: pd.DataFrame) -> None:
        self.content = clean.astype(str).reset_index(drop=True)
        self.written = self.content.copy()
        self.missing = pd.DataFrame(False, index=self.content.index, columns=self.content.columns)
        self.invalid = self.missing.copy()
        self.marks: dict[str, Mask] = {}

    def __len__(self) -> int:
        return len(self.content)

    def sound(self, column: str) -> Mask:
        """Cells that hold an answer nobody has spoilt."""
        empty = (self.content[column] == "").to_numpy()
        spoilt = self.missing[column].to_numpy() | self.invalid[column].to_numpy()
        return np.asarray(~empty & ~spoilt, dtype=bool)

    def present(self, column: str) -> Mask:
        """Cells that hold any answer, valid or not."""
        empty = (self.content[column] == "").to_numpy()
        return np.asarray(~empty & ~self.missing[column].to_numpy(), dtype=bool)

    def says(self, column: str, *values: str) -> Mask:
        """Cells whose sound answer is one of ``values``."""
        return np.asarray(self.content[column].isin(values).to_numpy() & self.sound(column), dtype=bool)

    def blank(self, column: str, rows: Rows, code: str = "") -> None:
        """Take the answer away (``code`` is the office's sign for *no answer*)."""
        self.written.loc[rows, column] = code
        self.missing.loc[rows, column] = True

    def spoil(self, column: str, rows: Rows, values: Sequence[str]) -> None:
        """Write something that is no valid answer; ``values`` are used in turn."""
        self.written.loc[rows, column] = [values[i % len(values)] for i in range(len(rows))]
        self.invalid.loc[rows, column] = True

    def change(self, column: str, rows: Rows, values: Sequence[str], mark: str | None = None) -> None:
        """Write a valid but wrong answer, and book the records under ``mark``."""
        self.written.loc[rows, column] = list(values)
        self.content.loc[rows, column] = list(values)
        if mark:
            self.mark(mark, rows)

    def mark(self, name: str, rows: Rows) -> None:
        """Book whole records under a name."""
        self.marks.setdefault(name, np.zeros(len(self), dtype=bool))[rows] = True

    def marked(self, name: str) -> Mask:
        """Return the records booked under a name."""
        return self.marks.get(name, np.zeros(len(self), dtype=bool))

    def repeat(self, rows: Rows) -> Rows:
        """Enter the rows a second time (all books follow) and return where the copies are; mark ``repeat``."""
        first = len(self)
        order = np.concatenate([np.arange(first), rows])
        self._reorder(order)
        copies = np.arange(first, first + len(rows), dtype=np.int64)
        self.mark("repeat", copies)
        return copies

    def shuffle(self, rng: np.random.Generator) -> None:
        """Put the records in random order, so that nothing can be read from their position."""
        self._reorder(np.argsort(rng.random(len(self)), kind="stable"))

    def table(self) -> pd.DataFrame:
        """Return what is written to the file."""
        return self.written[[c for c in self.written.columns if not c.startswith("_")]]

    def _reorder(self, order: npt.NDArray[np.intp]) -> None:
        for name in ("content", "written", "missing", "invalid"):
            setattr(self, name, getattr(self, name).iloc[order].reset_index(drop=True))
        self.marks = {name: mask[order] for name, mask in self.marks.items()}
