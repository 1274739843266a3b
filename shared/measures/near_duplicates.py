"""Near-duplicates among more records than can be held: some are looked at, all others pass by them in pieces."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import numpy.typing as npt
import pandas as pd

from shared.cases.model import Source
from shared.measures.data_integrity import NearDuplicates, look_at_which
from shared.measures.engine import one_row, pieces, rows, whole
from shared.measures.tabulation import valid_texts

_PIECE = 10_000


def near_duplicates_in(
    frame: Any, source: Source, questions: Sequence[str], *, threshold: float = 0.85, look_at: int = 500, seed: int = 1
) -> NearDuplicates:
    """Count records that are nearly the same as another one, in bounded memory (see ``near_duplicates``).

    Args:
        frame: the records on polars (lazy: a file), DuckDB or pandas, in an order that stays the same.
        source: what the columns mean.
        questions: the columns compared; only valid answers count as the same.
        threshold: share of equal answers above which two records count as nearly the same.
        look_at: so many records, drawn with ``seed`` without replacement, are each compared with all others; the
            share found is an estimate with the standard error ``error`` of the result. Held are ``look_at`` records,
            a piece of 10,000 records and one number for each pair of these. Time is ``look_at`` x records x questions:
            about a minute for 500, 1 million and 40.

    Raises ``MeasureError`` as ``near_duplicates`` does, and for engines that keep no order.
    """
    table = valid_texts(frame, source, questions)
    size = whole(one_row(rows(table.select(n=nw.len())))["n"])
    chosen = look_at_which(size, len(questions), look_at, seed)
    known = _rows_numbered(table, chosen)
    said = [pd.Index(known[name].unique()) for name in known.columns]
    sample = _coded(known, said)
    alike = np.zeros(len(chosen), dtype=bool)
    start = 0
    for piece in pieces(table, _PIECE):
        codes = _coded(piece, said)
        equal = np.zeros((len(chosen), len(codes)), dtype=np.int32)
        for question in range(codes.shape[1]):
            column = codes[:, question]
            equal += (sample[:, question][:, None] == column[None, :]) & (column[None, :] >= 0)
        here = np.flatnonzero((chosen >= start) & (chosen < start + len(codes)))
        equal[here, chosen[here] - start] = -1  # a record is not its own duplicate
        if len(codes):
            alike |= equal.max(axis=1) > threshold * codes.shape[1]
        start += len(codes)
    return NearDuplicates(int(alike.sum()), len(chosen), size, len(questions), threshold)


def _rows_numbered(table: Any, chosen: npt.NDArray[np.intp]) -> pd.DataFrame:
    """The rows with these numbers, in their order."""
    found, start = [], 0
    for piece in pieces(table, _PIECE):
        here = chosen[(chosen >= start) & (chosen < start + len(piece))]
        found.append(piece.iloc[here - start])
        start += len(piece)
    return pd.concat(found, ignore_index=True)


def _coded(piece: pd.DataFrame, said: Sequence[pd.Index[Any]]) -> npt.NDArray[np.int32]:
    """Answers as numbers: which of those that the looked-at records gave; -1 for any other, and for none."""
    columns = []
    for name, known in zip(piece.columns, said, strict=True):
        codes = known.get_indexer(pd.Index(piece[name]))
        columns.append(np.where(piece[name].to_numpy() == "", -1, codes))
    return np.column_stack(columns).astype(np.int32)
