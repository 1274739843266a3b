"""Which area codes a column holds: of which system, of which year, and which are of other years."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from shared.sources.geography.systems import (
    LATEST,
    SYSTEMS,
    CodeSystem,
    areas_in_any_year,
    areas_of,
    counted_values,
    tidy,
)

MOSTLY = 0.8
"""The share of rows, and of different values, that must be codes where codes are short or plain numbers."""
FEW = 10
"""Counts of rows below this are said as "fewer than 10" in any text."""


def rows_said(count: int) -> str:
    """Return a number of rows as a text may carry it."""
    return "no rows" if count == 0 else f"{count:,} rows" if count >= FEW else f"fewer than {FEW} rows"


@dataclass(frozen=True)
class SystemFound:
    """One system that some of the column's values belong to.

    ``rows`` and ``codes`` (different ones) that are codes of the system in any year; ``by_year`` year -> rows valid
    in it; ``year`` the one that fits most rows (the latest of equals); ``all_years`` the years that fit as many
    rows; ``others`` code -> rows, for codes of the system that were not in force in ``year``. ``certain`` is False
    for systems of short letters or plain numbers, which may just as well be something else.
    """

    system: str
    title: str
    rows: int
    codes: int
    by_year: dict[int, int]
    year: int
    all_years: tuple[int, ...]
    others: dict[str, int]
    certain: bool


@dataclass(frozen=True)
class Recognition:
    """What a column of area codes holds. ``systems`` fit best first; none when no value is a known code.

    ``unknown`` rows hold something that is no code of the best system; ``wider`` rows a code above its level
    (a country or a total in a column of authorities). ``total`` rows, ``empty`` of them without a value.
    """

    total: int
    empty: int
    unknown: int
    wider: int
    systems: tuple[SystemFound, ...]

    @property
    def best(self) -> SystemFound | None:
        """The system that fits most rows, or None."""
        return self.systems[0] if self.systems else None

    def sentences(self) -> tuple[str, ...]:
        """Say it in plain English; no count of rows under 10 and no value that is not a published area code."""
        best = self.best
        if best is None:
            return ("No value of the column is an area code the casebook knows.",)
        years = _years(best.all_years)
        said = [f"{rows_said(best.rows)} of {self.total:,} hold codes of {best.title}; {years} fits best."]
        if not best.certain:
            said.append("Short codes can be something else: make sure that these are area codes.")
        if best.others:
            shown = ", ".join(f"{code} ({rows_said(rows)})" for code, rows in sorted(best.others.items())[:12])
            more = f" and {len(best.others) - 12} more" if len(best.others) > 12 else ""
            said.append(f"Codes of other years: {shown}{more}.")
        if self.wider:
            said.append(f"Codes of wider areas (a region, a country, a total): {rows_said(self.wider)}.")
        if self.unknown:
            said.append(f"Not an area code: {rows_said(self.unknown)}.")
        if self.empty:
            said.append(f"Empty: {rows_said(self.empty)}.")
        return tuple(said)


def recognise_codes(series: pd.Series) -> Recognition:
    """Find the code systems and years of a column.

    A system of official statistics (nine characters) is reported when at least half of the filled rows belong to it,
    or more than to any other; one of short letters or plain numbers, which may be anything (NO is Norway), when four
    in five of the rows and of the different values do. Works on the different values only, so that its time hardly
    depends on the number of rows.
    """
    counts = counted_values(series)
    values = pd.Series(counts.index.astype("str"), dtype="str")
    rows = pd.Series(counts.to_numpy(), dtype="int64")
    filled = int(rows.sum())
    forms = {digits: tidy(values, _form(digits)) for digits in (False, True)}
    fits = (_fit(forms[system.digits], rows, system) for system in SYSTEMS.values())
    found = [fit for fit in fits if fit is not None]
    most = max((fit.rows for fit in found), default=0)
    # of two systems that fit equally, the one whose codes could not be anything else, then the finer one
    order = list(SYSTEMS)
    found = [fit for fit in found if _likely(fit, filled, len(values), most)]
    found = sorted(
        found,
        key=lambda fit: (-fit.rows, not fit.certain, -fit.codes, order.index(fit.system)),
    )
    wider = 0
    if found:
        best = SYSTEMS[found[0].system]
        above = {area.code for area in best.register.areas if best.id not in area.systems}
        wider = int(rows[forms[best.digits].isin(above - set(areas_in_any_year(best.id)))].sum())
    unknown = filled - wider - (found[0].rows if found else 0)
    return Recognition(len(series), len(series) - filled, unknown, wider, tuple(found))


def _likely(fit: SystemFound, filled: int, values: int, most: int) -> bool:
    if fit.certain:
        return fit.rows >= filled / 2 or fit.rows == most
    return fit.rows >= MOSTLY * filled and fit.codes >= MOSTLY * values


def _form(digits: bool) -> CodeSystem:
    return next(system for system in SYSTEMS.values() if system.digits is digits)


def _fit(values: pd.Series, rows: pd.Series, system: CodeSystem) -> SystemFound | None:
    """Fit one system to the (tidy) values and their numbers of rows."""
    held = values.isin(areas_in_any_year(system.id))
    if not held.any():
        return None
    codes = {str(code): int(count) for code, count in rows[held].groupby(values[held]).sum().items()}
    valid = {year: areas_of(system.id, year) for year in range(system.first, min(system.last, LATEST) + 1)}
    by_year = {year: sum(n for code, n in codes.items() if code in listed) for year, listed in valid.items()}
    most = max(by_year.values())
    best = [year for year, fitting in by_year.items() if fitting == most]
    others = {code: n for code, n in codes.items() if code not in valid[best[-1]]}
    return SystemFound(
        system.id, system.title, sum(codes.values()), len(codes), by_year, best[-1], tuple(best), others,
        not system.short,
    )  # fmt: skip


def _years(years: tuple[int, ...]) -> str:
    """Return "2021", or "2013 to 2018" for years in a row that fit alike, else all of them."""
    if len(years) == 1:
        return str(years[0])
    in_a_row = years[-1] - years[0] == len(years) - 1
    return f"{years[0]} to {years[-1]}" if in_a_row else ", ".join(map(str, years))
