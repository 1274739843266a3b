"""Rows placed in areas by their code and, where the code says nothing, by their name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from shared.sources.geography.names import REASONS, SURE, match_names
from shared.sources.geography.systems import counted_values, system_of, tidy
from shared.sources.geography.vintages import Harmonised, Splits, to_vintage
from shared.sources.typed import as_text

CONTRADICTION = "area code and area name contradict each other"


@dataclass(frozen=True)
class Placement:
    """``codes`` (``str``, missing where not placed), reason -> rows not placed, and areas counted together."""

    codes: pd.Series
    account: dict[str, int]
    merged: dict[str, str] = field(default_factory=dict)


def place(
    codes: pd.Series, names: pd.Series | None, *, system: str, vintage: int, splits: Splits = "refuse",
    confirmed: Mapping[str, str] | None = None, read_as: int | None = None, times: pd.Series | None = None,
) -> Placement:  # fmt: skip
    """Place rows in the areas of ``system`` in force on 31 December of ``vintage``.

    A row whose code cannot be placed gets the area of its name, if that is sure (``match_names``); a row whose code
    and name speak of two areas gets none, because the table cannot say which is right. ``account`` gives one reason
    for each row without an area. ``times`` says how many rows stand behind each pair of code and name, where only
    different pairs are given. Raises what ``to_vintage`` and ``match_names`` raise.
    """
    found = to_vintage(codes, system, vintage, splits=splits, read_as=read_as, times=times)
    if names is None:
        return Placement(found.codes, found.account, found.merged)
    matched = match_names(names, system, vintage, confirmed=confirmed)
    named = matched.codes.map(lambda code: found.merged.get(code, code), na_action="ignore").astype("str")
    apart = found.codes.notna() & named.notna() & (found.codes != named)
    placed = found.codes.where(found.codes.notna(), named).mask(apart)
    why = _why(codes, found).where(found.codes.isna())
    methods = {match.name: match.method for match in matched.matches}
    by_name = as_text(names).map({name: REASONS.get(method) for name, method in methods.items() if method not in SURE})
    open_to_names = why.isin([f"area code not in the {vintage} list", "no area code"])
    why = by_name.where(open_to_names & by_name.notna(), why).mask(apart, CONTRADICTION)
    counts = counted_values(why[placed.isna()], None if times is None else times[placed.isna()])
    account = {str(reason): int(rows) for reason, rows in counts.items()}
    most_first = dict(sorted(account.items(), key=lambda one: (-one[1], one[0])))
    return Placement(placed.astype("str"), most_first, found.merged)


def _why(codes: pd.Series, found: Harmonised) -> pd.Series:
    """Return for each row the reason why its code alone does not place it."""
    text = as_text(codes)
    reasons = {
        "unknown": f"area code not in the {found.year} list",
        "wider": "code of a wider area (a region, a country or a total)",
        "divided": f"area divided between several areas of {found.year}",
    }
    fates = {move.code: reasons[move.fate] for move in found.moves if move.fate in reasons}
    return tidy(text, system_of(found.system)).map(fates).astype("str").where(text.notna(), "no area code")
