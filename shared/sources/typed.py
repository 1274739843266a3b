"""Columns of published tables brought to their declared type; what cannot be is a fault with its line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import pandas as pd

from shared.cases.columns import Column
from shared.errors import Fault

_GROUPED = r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?"
_YES_NO = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_SHOWN = 5
_TOO_LARGE = 2.0**63
DTYPES = {
    "text": "str",
    "category": "str",
    "integer": "Int64",
    "number": "float64",
    "date": "datetime64[us]",
    "boolean": "boolean",
}
"""The pandas dtype of each declared type; missing values are possible in all of them."""


def as_text(series: pd.Series) -> pd.Series:
    """Return a column as pandas ``str``, the way it would be typed: 18 not 18.0, dates as 2024-12-31, true/false."""
    if series.dtype == "str":
        empty = series == ""
        return series.mask(empty) if empty.any() else series
    missing = series.isna()
    if pd.api.types.is_bool_dtype(series):
        text = series.astype("object").map({True: "true", False: "false"})
    elif pd.api.types.is_datetime64_any_dtype(series):
        midnight = (series.dropna() == series.dropna().dt.normalize()).all()
        text = series.dt.strftime("%Y-%m-%d" if midnight else "%Y-%m-%dT%H:%M:%S")
    elif pd.api.types.is_float_dtype(series):
        text = series.map(lambda x: str(int(x)) if x == x and float(x).is_integer() else repr(float(x)))
    else:
        text = series.astype("str")
    return text.astype("object").mask(missing | (text == ""), None).astype("str")


def typed(
    frame: pd.DataFrame, columns: Mapping[str, Column], *, shown: str, lines: Sequence[int] | None
) -> tuple[pd.DataFrame, list[Fault], list[str]]:
    """Bring the declared columns to their type; return the new frame, the faults and the notes.

    The codes in ``missing`` become missing. Numbers may carry thousands separators (noted); dates are ISO
    (2024-12-31); yes/no columns hold true/false, yes/no or 1/0. A fault names lines, never values.
    """
    parsed, faults, notes = dict(frame.items()), [], []
    for name, rules in columns.items():
        text = as_text(frame[name])
        text = text.mask(text.isin(rules.missing))
        if rules.type in ("integer", "number"):
            stripped = text.str.strip()
            grouped = stripped.str.fullmatch(_GROUPED).fillna(False).astype(bool)
            if grouped.any():
                notes.append(f'{int(grouped.sum())} numbers of "{name}" had thousands separators.')
            text = stripped.mask(grouped, stripped.str.replace(",", ""))
        values, bad = _PARSERS[rules.type](text)
        if bad.any():
            faults.append(_fault(name, rules, bad, shown, lines))
        parsed[name] = values.astype(cast(Any, DTYPES[rules.type])) if not bad.any() else values
    return pd.DataFrame(parsed), faults, notes


def _fault(name: str, rules: Column, bad: pd.Series, shown: str, lines: Sequence[int] | None) -> Fault:
    positions = [index for index, wrong in enumerate(bad) if wrong]
    rows = [lines[index] if lines else index + 1 for index in positions[:_SHOWN]]
    more = f" and {len(positions) - _SHOWN} more" if len(positions) > _SHOWN else ""
    what = f"{'line' if lines else 'row'} {', '.join(map(str, rows))}{more}"
    return Fault(
        f'{len(positions)} value(s) of the column "{name}" are not of type {rules.type}: {what}.',
        shown,
        'List codes such as ".." or "[c]" under missing, or correct the type.',
    )


def _number(text: pd.Series) -> tuple[pd.Series, pd.Series]:
    values = pd.to_numeric(text, errors="coerce")
    infinite = values.isin([float("inf"), float("-inf")])
    return values, (values.isna() & text.notna()) | infinite


def _integer(text: pd.Series) -> tuple[pd.Series, pd.Series]:
    values, bad = _number(text)
    other = values.notna() & ((values % 1 != 0) | (values.abs() >= _TOO_LARGE))
    return values.mask(other), bad | other


def _date(text: pd.Series) -> tuple[pd.Series, pd.Series]:
    values = pd.to_datetime(text.str.strip(), format="%Y-%m-%d", errors="coerce")
    return values, values.isna() & text.notna()


def _boolean(text: pd.Series) -> tuple[pd.Series, pd.Series]:
    values = text.str.strip().str.lower().map(_YES_NO)
    return values, values.isna() & text.notna()


def _text(text: pd.Series) -> tuple[pd.Series, pd.Series]:
    return text, pd.Series(False, index=text.index)


_PARSERS: dict[str, Callable[[pd.Series], tuple[pd.Series, pd.Series]]] = {
    "text": _text,
    "category": _text,
    "integer": _integer,
    "number": _number,
    "date": _date,
    "boolean": _boolean,
}
