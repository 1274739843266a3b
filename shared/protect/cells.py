"""From records or an aggregate table to true counts by group: the part before protection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from shared.errors import ProtectionError, nearest
from shared.protect.policy import Policy

NOT_RECORDED = "not recorded"
OTHER_ANSWERS = "other answers"
SMALL_GROUPS = "smaller groups together"
LAST = (OTHER_ANSWERS, SMALL_GROUPS, NOT_RECORDED)


def check_columns(frame: pd.DataFrame, by: Sequence[str], counts: Sequence[str], publish: set[str], title: str) -> None:
    """Refuse columns that may not be published, do not exist or cannot be added up (``ProtectionError``)."""
    if not 1 <= len(by) <= 2 or len(set(by)) != len(by):
        raise ProtectionError(f'Table "{title}" must be counted by one or two different columns, not {len(by)}.')
    for name in by:
        if name not in publish:
            raise ProtectionError(
                f'Column "{name}" may not be published.',
                where="case.yaml, disclosure.publish",
                hint="Add it there if the groups of this column may appear in outputs.",
            )
    for name in [*by, *counts]:
        if name not in frame.columns:
            raise ProtectionError(f'There is no column "{name}" to count.', hint=nearest(name, map(str, frame.columns)))
    for name in counts:
        if not pd.api.types.is_numeric_dtype(frame[name]):
            raise ProtectionError(f'Column "{name}" does not hold numbers, so it cannot be added up.')
        if bool((frame[name] < 0).any()):
            raise ProtectionError(f'Column "{name}" holds negative counts.')


def folded(
    frame: pd.DataFrame, by: Sequence[str], size: str | None, lists: Mapping[str, Sequence[str]], policy: Policy
) -> pd.DataFrame:
    """Return the group of each row, by variable, and its count ``n`` (1, or column ``size``).

    Missing answers become "not recorded". Where the groups are declared, any other answer becomes "other answers";
    where they are not, groups too small to show become "smaller groups together", since a rare answer may itself
    point at a person.
    """
    work = pd.DataFrame({name: _answers(frame[name], lists[name]) for name in by}, index=frame.index)
    work["n"] = 1.0 if size is None else frame[size].astype("float64")
    for name in by:
        if not lists[name] and not policy.labels_public:
            sizes = work.groupby(name)["n"].sum()
            small = [group for group, n in sizes.items() if group != NOT_RECORDED and policy.hides(n)]
            work[name] = work[name].where(~work[name].isin(small), SMALL_GROUPS)
    return work


def full_grid(work: pd.DataFrame, by: Sequence[str], lists: Mapping[str, Sequence[str]]) -> pd.Series[float]:
    """Return the sum of ``n`` for every combination of groups; NaN where the source itself has no figure.

    A combination that no row mentions counts nobody; a row without a figure is not a zero.
    """
    sums = work.groupby(list(by))["n"].sum(min_count=1)
    if len(by) == 1:
        sums.index = pd.MultiIndex.from_arrays([sums.index], names=list(by))
    levels = [_groups_of(work[name], lists[name]) for name in by]
    return sums.reindex(pd.MultiIndex.from_product(levels, names=list(by)), fill_value=0.0)


def _answers(column: pd.Series[Any], declared: Sequence[str]) -> pd.Series[str]:
    text = column.astype("str").where(column.notna(), NOT_RECORDED)
    text = text.where(text.str.strip() != "", NOT_RECORDED)
    return text.where(text.isin([*declared, NOT_RECORDED]), OTHER_ANSWERS) if declared else text


def _groups_of(column: pd.Series[str], declared: Sequence[str]) -> list[str]:
    found = sorted(set(column.unique()) - set(declared), key=lambda group: (group in LAST, group))
    return [*declared, *found]
