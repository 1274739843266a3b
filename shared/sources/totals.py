"""Rows of a published table that add up other rows: recognised by their labels and set apart."""

from __future__ import annotations

import re

import pandas as pd

from shared.cases.model import Source
from shared.sources.typed import as_text

TOTAL = re.compile(r"\W*((grand|sub)\W?)?(totals?|all)\W*|.*\btotals?\W*", re.IGNORECASE)
"""Labels that look like a row of totals although nobody declared them: "Total", "All", "Police total"."""


def set_apart(frame: pd.DataFrame, source: Source) -> tuple[pd.DataFrame, int]:
    """Return the rows that hold no declared label of totals, and how many do.

    A column in which every row holds one was cut to its totals on purpose (``where``) and sets nothing apart.
    """
    marks = declared_totals(frame, source)
    apart = marks.loc[:, ~marks.all()].any(axis=1)
    return (frame[~apart].reset_index(drop=True), int(apart.sum())) if apart.any() else (frame, 0)


def declared_totals(frame: pd.DataFrame, source: Source) -> pd.DataFrame:
    """Return a yes/no for each row and column that declares labels of totals."""
    named = {name: rules.totals for name, rules in source.columns.items() if rules.totals and name in frame.columns}
    return pd.DataFrame(
        {name: as_text(frame[name]).isin(labels).astype(bool) for name, labels in named.items()}, index=frame.index
    )


def likely_totals(labels: pd.Series) -> pd.Series:
    """Return a yes/no for each label: does it look like a row of totals?"""
    return labels.str.fullmatch(TOTAL).fillna(False).astype(bool)
