"""Columns that hold one group each (Male, Female, Other) made into rows, as case.yaml declares it."""

from __future__ import annotations

import pandas as pd

from shared.cases.model import Long
from shared.errors import DataError, nearest


def to_long(frame: pd.DataFrame, rule: Long) -> pd.DataFrame:
    """Return one row for each row and group: the other columns, the group in ``into``, its number in ``count``.

    Rows come group by group in the order of ``rule.columns``; nothing is summed, rounded or left out. Raises
    ``DataError`` when a column is absent or a new one would take the name of one that stays.
    """
    names = [str(name) for name in frame.columns]
    if absent := [name for name in rule.columns if name not in names]:
        raise DataError(f'There is no column "{absent[0]}" to make into rows.', hint=nearest(absent[0], names))
    kept = [name for name in names if name not in rule.columns]
    if taken := [name for name in (rule.into, rule.count) if name in kept]:
        raise DataError(f'The table already has a column "{taken[0]}".', hint="Give the new column another name.")
    return frame.melt(id_vars=kept, value_vars=list(rule.columns), var_name=rule.into, value_name=rule.count).astype(
        {rule.into: "str"}
    )
