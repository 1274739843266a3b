"""The steps of a composite index, each a pure function: table in, table and what was done out.

Tables are units × indicators (index: unit codes; columns: indicator codes), missing as NaN. ``meta`` is one row an
indicator or aggregate, indexed by code, with the columns ``level`` (1 = indicator), ``parent``, ``weight``,
``direction`` (1 or −1) and ``denominator`` (a column of ``context``, or missing).
Source: OECD/JRC Handbook on Constructing Composite Indicators ‡, as done in COINr; tested on its ASEM example.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

Outcome = tuple[pd.DataFrame, tuple[str, ...]]


def denominate(table: pd.DataFrame, meta: pd.DataFrame, context: pd.DataFrame) -> Outcome:
    """Divide each indicator by its declared denominator (a column of ``context``, by unit)."""
    result, notes = table.copy(), []
    for code in table.columns:
        by = meta.at[code, "denominator"]
        if isinstance(by, str) and by:
            result[code] = table[code] / context[by]
            notes.append(f"{code} divided by {by}")
    return result, tuple(notes)


def impute(table: pd.DataFrame, meta: pd.DataFrame, context: pd.DataFrame, *, group: str) -> Outcome:
    """Fill each missing value with the mean of its group (a column of ``context``) for that indicator."""
    means = table.groupby(context[group], observed=True).transform("mean")
    filled = table.isna() & means.notna()
    counts = filled.sum()
    notes = tuple(f"{code}: {n} filled with the mean of {group}" for code, n in counts[counts > 0].items())
    return table.where(~filled, means), notes


def screen(table: pd.DataFrame, meta: pd.DataFrame, context: pd.DataFrame, *, least: float) -> Outcome:
    """Leave out units with less than ``least`` (0-1) of their values."""
    share = table.notna().mean(axis=1)
    out = share.index[share < least]
    return table.loc[share >= least], tuple(f"{unit} left out: under {least:g} of the values" for unit in out)


def treat(
    table: pd.DataFrame,
    meta: pd.DataFrame,
    context: pd.DataFrame,
    *,
    points: int,
    skew: float,
    kurtosis: float,
) -> Outcome:
    """Winsorise up to ``points`` values while an indicator is skewed beyond both limits; else take its logarithm.

    Each time the most extreme value on the skewed side is set to the next; if ``points`` values are not enough, the
    original is put on the scale log(x − min + 1 % of the range) instead. Skewness and kurtosis are the sample ones
    (adjusted for bias).
    """
    result, notes = table.copy(), []
    for code in table.columns:
        values, done = _winsorised(table[code], points, skew, kurtosis)
        if _skewed(values, skew, kurtosis):
            values, done = _logarithm(table[code]), "logarithm"
        if done:
            notes.append(f"{code}: {done}")
        result[code] = values
    return result, tuple(notes)


def _skewed(values: pd.Series[float], skew: float, kurtosis: float) -> bool:
    known = values.dropna().to_numpy(dtype=float)
    if len(known) < 4 or np.ptp(known) == 0:
        return False
    return bool(abs(stats.skew(known, bias=False)) > skew and stats.kurtosis(known, bias=False) > kurtosis)


def _winsorised(values: pd.Series[float], points: int, skew: float, kurtosis: float) -> tuple[pd.Series[float], str]:
    values, cut = values.copy(), {True: 0, False: 0}
    while sum(cut.values()) < points and _skewed(values, skew, kurtosis):
        known = values.dropna()
        high = bool(stats.skew(known.to_numpy(dtype=float), bias=False) > 0)
        cut[high] += 1
        ends = known.sort_values(ascending=not high).iloc[: cut[high] + 1]
        values[ends.index] = ends.iloc[-1]
    count = sum(cut.values())
    return values, f"{count} value(s) winsorised" if count else ""


def _logarithm(values: pd.Series[float]) -> pd.Series[float]:
    low, high = values.min(), values.max()
    return pd.Series(np.log(values - low + 0.01 * (high - low)), index=values.index)


def normalise(table: pd.DataFrame, meta: pd.DataFrame, context: pd.DataFrame, *, method: str = "min-max") -> Outcome:
    """Bring every indicator to 0-100 in its good direction: "min-max", or "rank" (lowest 0, highest 100)."""
    signed = table * meta["direction"].reindex(table.columns)
    if method == "rank":
        signed = signed.rank()
    low, high = signed.min(), signed.max()
    return 100.0 * (signed - low) / (high - low), (method,)


def aggregate(table: pd.DataFrame, meta: pd.DataFrame, context: pd.DataFrame, *, method: str = "arithmetic") -> Outcome:
    """Average upwards level by level with the weights of ``meta``; missing values leave the average.

    "geometric" takes scores under 1 as 1. The result has the indicators and every aggregate as columns.
    """
    result = table.copy()
    mean = {"arithmetic": _arithmetic, "geometric": _geometric}[method]
    levels = sorted(meta["level"].unique())
    for level in levels[1:]:
        for code in meta.index[meta["level"] == level]:
            children = [c for c in meta.index[meta["parent"] == code] if c in result.columns]
            if children:
                result[code] = mean(result[children], meta.loc[children, "weight"])
    return result, (f"{method} mean over {len(levels)} levels",)


def _arithmetic(table: pd.DataFrame, weights: pd.Series[float]) -> pd.Series[float]:
    return (table * weights).sum(axis=1) / (table.notna() * weights).sum(axis=1)


def _geometric(table: pd.DataFrame, weights: pd.Series[float]) -> pd.Series[float]:
    logs = pd.DataFrame(np.log(table.clip(lower=1.0)), index=table.index, columns=table.columns)
    return pd.Series(np.exp(_arithmetic(logs, weights)), index=table.index)


STEPS: dict[str, Callable[..., Outcome]] = {
    "denominate": denominate,
    "impute": impute,
    "screen": screen,
    "treat": treat,
    "normalise": normalise,
    "aggregate": aggregate,
}
"""The steps by name, in their usual order."""


Settings = dict[str, Any]
