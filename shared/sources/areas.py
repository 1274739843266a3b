"""The areas of the organisation's data, brought to the list of areas that the reference figures use."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from shared.cases.columns import Column, Recode
from shared.cases.model import CaseStudy, Source
from shared.cases.placing import Area, AreaOf
from shared.cases.project import Project
from shared.errors import DataError, Fault
from shared.sources.derive import recode_table, rows_of
from shared.sources.geography.place import Placement, place
from shared.sources.geography.spread import spread_counts
from shared.sources.geography.systems import areas_of, system_of
from shared.sources.geography.vintages import Reach, to_vintage
from shared.sources.typed import as_text

AREA_COLUMN = "__area__"
"""The column that ``prepare`` adds: the code when it is a valid one of the declared vintage, else missing."""


@dataclass(frozen=True)
class PlacedArea:
    """The frame with ``__area__``, reason -> rows without one, and areas that are counted together."""

    frame: pd.DataFrame
    lost: dict[str, int]
    merged: dict[str, str]


def area_column(
    frame: pd.DataFrame, area: Area, reference: pd.DataFrame | None, confirmed: Mapping[str, str] | None = None
) -> tuple[pd.Series, dict[str, int]]:
    """Return the valid area codes (``str``, else missing) and reason -> number of rows lost.

    A code that the reference lists (``reference_code``) stays as it is; every other is brought to ``vintage``, and
    must then be in that list too. Without a reference every area of the system and year is valid; in the system
    ``none``, any code. Raises ``DataError`` for codes of divided areas unless ``splits`` says what becomes of them.
    """
    placed = _place(frame, area, reference, confirmed)
    return placed.codes, placed.account


def place_area(
    frame: pd.DataFrame, area: Area, source: Source, reference: pd.DataFrame | None,
    confirmed: Mapping[str, str] | None, times: pd.Series | None = None,
) -> PlacedArea:  # fmt: skip
    """Add ``__area__`` to the frame that carries the areas; ``times`` rows stand behind each of its rows.

    In a table of counts the counts of divided areas are shared out when ``splits`` is ``residents`` or holds shares.
    Raises ``DataError`` as ``area_column`` and ``spread_counts`` do.
    """
    if area.splits == "residents" or isinstance(area.splits, dict):
        stays = _stays(as_text(frame[area.column]).str.strip(), area, _listed(reference, area))
        spread = spread_counts(
            frame.assign(__given__=frame[area.column].mask(stays)), column="__given__", into=AREA_COLUMN,
            counts=_counts(frame, source), system=area.system, target=area.vintage, weights=area.splits,
        )  # fmt: skip
        wide = spread.frame.drop(columns="__given__")
        column = wide[AREA_COLUMN].where(spread.frame["__given__"].notna(), as_text(wide[area.column]).str.strip())
        column, outside = _only_listed(column, _listed(reference, area), {})
        lost = {**spread.account, "no area code": int(frame[area.column].isna().sum()), _outside(area): outside}
        return PlacedArea(wide.assign(**{AREA_COLUMN: column}), _some(lost), {})
    placed = _place(frame, area, reference, confirmed, times)
    return PlacedArea(frame.assign(**{AREA_COLUMN: placed.codes}), placed.account, placed.merged)


def merged_reference(reference: pd.DataFrame, area: Area, merged: Mapping[str, str]) -> pd.DataFrame:
    """Return the reference with the codes (and names) of areas that are counted together; its numbers stay."""
    code, name = area.reference_code, area.reference_name
    if not merged or code is None:
        return reference
    codes = as_text(reference[code]).str.strip()
    joined = codes.map(lambda c: merged.get(c, c), na_action="ignore").astype("str")
    reference = reference.assign(**{code: joined})
    if name is None:
        return reference
    names = as_text(reference[name])
    together = {whole: "; ".join(dict.fromkeys(names[joined == whole].dropna())) for whole in set(merged.values())}
    return reference.assign(**{name: joined.map(together).where(joined.isin(together), names).astype("str")})


def derive_area(
    frame: pd.DataFrame, name: str, rule: AreaOf, source: Source, confirmed: Mapping[str, str] | None,
    times: pd.Series | None = None,
) -> tuple[pd.DataFrame, dict[str, int]]:  # fmt: skip
    """Add the column ``name`` that ``rule`` derives; return the frame with reason -> number of rows lost.

    ``times`` rows stand behind each row of the frame, where it holds different rows only.

    Empty cells and declared missing codes stay missing and are not a loss. In tables of counts a divided area's row
    stands once for each part when ``splits`` says how to share it out.
    """
    given = _given(frame[rule.column], source.columns.get(rule.column))
    if rule.splits == "residents" or isinstance(rule.splits, dict):
        spread = spread_counts(
            frame.assign(**{rule.column: given}), column=rule.column, into=name, counts=_counts(frame, source),
            system=rule.system, target=rule.vintage, weights=rule.splits,
        )  # fmt: skip
        frame, lost = spread.frame, dict(spread.account)
    else:
        names = None if rule.names is None else _given(frame[rule.names], source.columns.get(rule.names))
        placed = place(
            given, names, system=rule.system, vintage=rule.vintage, splits=rule.splits, confirmed=confirmed,
            read_as=rule.read_as, times=times,
        )  # fmt: skip
        frame, lost = frame.assign(**{name: placed.codes}), dict(placed.account)
    lost.pop("no area code", None)
    if rule.give == "name":
        frame = frame.assign(**{name: frame[name].map(system_of(rule.system).register.names).astype("str")})
    return frame, _some(lost)


def effect_on_coverage(codes: pd.Series, area: Area, times: pd.Series | None = None) -> tuple[Reach, ...]:
    """Return the areas that rows with divided codes may belong to: rows placed there, and rows at most.

    Empty when no code was divided, when the parts are counted together, and in systems without a known list.
    """
    if area.system in ("none", "iso-country") or area.splits == "merged":
        return ()
    found = to_vintage(codes, area.system, area.vintage, splits="unplaced", read_as=area.read_as, times=times)
    return found.reach()


def confirmed_names(project: Project, case: CaseStudy, rule: Area | AreaOf) -> dict[str, str] | None:
    """Return the names that somebody confirmed (name -> code), or None where none are declared."""
    if rule.confirmed is None or rule.names is None:
        return None
    return recode_table(project, case.slug, Recode(column=rule.names, file=rule.confirmed))


_ISO = re.compile(r"[A-Z]{2,3}")


def _place(
    frame: pd.DataFrame, area: Area, reference: pd.DataFrame | None, confirmed: Mapping[str, str] | None,
    times: pd.Series | None = None,
) -> Placement:  # fmt: skip
    codes = as_text(frame[area.column]).str.strip()
    known = _listed(reference, area)
    if area.system in ("none", "iso-country"):
        valid, reason = codes.notna(), "area code not in the list"
        if known is not None:
            valid, reason = codes.isin(known), f"area code not in the {area.vintage} list"
        elif area.system == "iso-country":
            valid = codes.str.fullmatch(_ISO).fillna(False).astype(bool)
            reason = f"area code not of the form of {area.system}"
        lost = {reason: rows_of(~valid & codes.notna(), times), "no area code": rows_of(codes.isna(), times)}
        return Placement(codes.where(valid), lost)
    stays = _stays(codes, area, known)
    names = as_text(frame[area.names]) if area.names is not None else None
    splits = area.splits if area.splits in ("refuse", "unplaced", "merged") else "refuse"
    placed = place(
        codes[~stays], None if names is None else names[~stays], system=area.system, vintage=area.vintage,
        splits=splits, confirmed=confirmed, read_as=area.read_as, times=None if times is None else times[~stays],
    )  # fmt: skip
    joined = codes.where(stays).map(lambda code: placed.merged.get(code, code), na_action="ignore").astype("str")
    found = joined.where(stays, placed.codes.reindex(codes.index))
    column, outside = _only_listed(found, known, placed.merged, times)
    return Placement(column, _some({**placed.account, _outside(area): outside}), placed.merged)


def _stays(codes: pd.Series, area: Area, known: set[str] | None) -> pd.Series:
    """Codes of the reference that are none of the system's (joined areas, London as one): taken as they are."""
    return codes.isin((known or set()) - set(areas_of(area.system, area.vintage)))


def _only_listed(
    column: pd.Series, known: set[str] | None, merged: Mapping[str, str], times: pd.Series | None = None
) -> tuple[pd.Series, int]:
    """Return the codes that the reference lists, and how many rows had another."""
    if known is None:
        return column.astype("str"), 0
    listed = column.isin(known | set(merged.values()))
    return column.where(listed).astype("str"), rows_of(column.notna() & ~listed, times)


def _outside(area: Area) -> str:
    return f"area of {area.vintage} that the reference figures do not list"


def _listed(reference: pd.DataFrame | None, area: Area) -> set[str] | None:
    if reference is None or area.reference_code is None:
        return None
    return set(as_text(reference[area.reference_code]).str.strip().dropna())


def _some(lost: Mapping[str, int]) -> dict[str, int]:
    return {reason: rows for reason, rows in lost.items() if rows}


def _counts(frame: pd.DataFrame, source: Source) -> list[str]:
    """The columns of numbers of things, which can be shared out."""
    named = [name for name, rules in source.columns.items() if rules.role == "count"]
    made = [source.long.count] if source.long is not None else []
    return [name for name in (*named, *made) if name in frame.columns and pd.api.types.is_numeric_dtype(frame[name])]


def _given(column: pd.Series, declared: Column | None) -> pd.Series:
    text = as_text(column)
    return text.mask(text.isin(declared.missing)) if declared is not None else text


def at_source(error: DataError, where: str) -> DataError:
    """Return the error with the place in case.yaml, where its faults do not name one."""
    faults = [Fault(fault.problem, fault.where or where, fault.hint) for fault in error.faults]
    return DataError("Some areas cannot be placed:", faults=faults)
