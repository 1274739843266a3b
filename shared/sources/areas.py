"""Area codes of the organisation's data against the list of areas that the reference figures use."""

from __future__ import annotations

import re

import pandas as pd

from shared.cases.model import Area
from shared.sources.typed import as_text

AREA_COLUMN = "__area__"
"""The column that ``prepare`` adds: the code when it is a valid one of the declared vintage, else missing."""

_FORMS = {
    "gss-upper-tier": re.compile(r"[EWSN]\d{8}"),
    "india-state": re.compile(r"\d{1,2}"),
    "iso-country": re.compile(r"[A-Z]{2,3}"),
}


def area_column(frame: pd.DataFrame, area: Area, reference: pd.DataFrame | None) -> tuple[pd.Series, dict[str, int]]:
    """Return the valid area codes (``str``, else missing) and reason -> number of rows lost.

    Valid is a code that the reference lists (``reference_code``); without a reference, one of the system's form;
    in the system ``none``, any. A row without a code is counted apart from one whose code is not in the list.
    """
    codes = as_text(frame[area.column]).str.strip()
    if reference is not None and area.reference_code is not None:
        known = as_text(reference[area.reference_code]).str.strip().dropna()
        valid, reason = codes.isin(set(known)), f"area code not in the {area.vintage} list"
    elif area.system in _FORMS:
        valid = codes.str.fullmatch(_FORMS[area.system]).fillna(False).astype(bool)
        reason = f"area code not of the form of {area.system}"
    else:
        valid, reason = codes.notna(), "area code not in the list"
    lost = {reason: int((~valid & codes.notna()).sum()), "no area code": int(codes.isna().sum())}
    return codes.where(valid), lost
