"""Rows whose area code and area name speak of two different areas."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from shared.sources.geography.names import match_names
from shared.sources.geography.recognise import rows_said
from shared.sources.geography.systems import system_of
from shared.sources.geography.vintages import to_vintage


@dataclass(frozen=True)
class Contradiction:
    """One area by code, another by name: how many rows say so. All four are published codes and names."""

    code: str
    area: str
    named_code: str
    named: str
    rows: int

    def __str__(self) -> str:
        return f"{self.code} {self.area}, but named {self.named} ({self.named_code}): {rows_said(self.rows)}"


def contradicting(codes: pd.Series, names: pd.Series, system: str, vintage: int) -> pd.Series:
    """Return a yes/no for each row: code and name are both known, and lie in different areas of ``vintage``.

    A row in which either of the two cannot be placed is not judged. Names that are only proposed do not count.
    """
    by_code = to_vintage(codes, system, vintage, splits="unplaced").codes
    by_name = match_names(names, system, vintage).codes
    return by_code.notna() & by_name.notna() & (by_code != by_name)


def contradictions(codes: pd.Series, names: pd.Series, system: str, vintage: int) -> tuple[Contradiction, ...]:
    """Return every pair of areas that a code and a name contradict each other about, most rows first.

    Which of the two is right cannot be seen from the table: one code under many names is a column that slipped,
    one name under many codes a list that was filled in by hand.
    """
    by_code = to_vintage(codes, system, vintage, splits="unplaced").codes
    by_name = match_names(names, system, vintage).codes
    apart = by_code.notna() & by_name.notna() & (by_code != by_name)
    known = system_of(system).register.names
    pairs = (by_code[apart] + " " + by_name[apart]).value_counts(sort=False)
    found = []
    for pair, rows in pairs.items():
        code, named = str(pair).split()
        found.append(Contradiction(code, known[code], named, known[named], int(rows)))
    return tuple(sorted(found, key=lambda pair: (-pair.rows, pair.code, pair.named_code)))
