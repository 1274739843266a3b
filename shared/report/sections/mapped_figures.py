"""The figures of maps: protected counts by shape, put against the people of each shape, with intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pandas as pd

from shared.errors import DataError, ProtectionError
from shared.maps.boundaries import Boundaries
from shared.maps.breaks import Method
from shared.measures.poisson import poisson
from shared.protect import NOT_RECORDED, Column, SafeTable, compare, public_table, regroup
from shared.sources.large import counts_by

if TYPE_CHECKING:
    from shared.report.study import Study

Kind = Literal["choropleth", "symbols", "hexagons", "strip"]
Figured = Literal["rate", "ratio", "count"]


@dataclass(frozen=True)
class Wanted:
    """What a map is asked to show; the parameters of ``Study.map``."""

    by: str
    title: str
    counted: str
    kind: Kind
    figure: Figured
    reference: str
    reference_count: str | Mapping[str, str]
    reference_by: str
    boundaries: str
    people: str
    per: int
    classes: Method | Sequence[float]
    k: int
    uncertainty: bool
    inset: Mapping[str, str]
    across: str

    @property
    def heading(self) -> str:
        """The figure, in words."""
        counted = self.counted.capitalize()
        return {
            "rate": f"{counted} per {self.per:,} {self.people}",
            "ratio": f"{counted}: share against share of {self.people}",
            "count": counted,
        }[self.figure]


def parts_of(
    study: Study, sources: Mapping[str, str], wanted: Wanted
) -> list[tuple[str, str, dict[str, str | list[str]]]]:
    """Return (name, source, chosen rows) of each map."""
    if not wanted.across:
        return [(name, source, {}) for name, source in sources.items()]
    ((_, source),) = sources.items() if len(sources) == 1 else [("", "")]
    if not source:
        raise DataError("Small maps are either of several sources or of the groups of a column, not of both.")
    spec = study.case.sources[source].columns.get(wanted.across)
    found = sorted(counts_by(study.rows(source), [wanted.across])[wanted.across].dropna())
    groups = [str(g) for g in spec.allowed] if spec is not None and spec.allowed is not None else found
    return [(group, source, {wanted.across: group}) for group in groups]


def figures_of(
    study: Study, source: str, name: str, chosen: dict[str, str | list[str]], wanted: Wanted, borders: Boundaries | None
) -> SafeTable:
    """Return one map's protected counts by shape, beside the people of each shape where there is a reference."""
    count = next((n for n, c in study.case.sources[source].columns.items() if c.role == "count"), None)
    if not wanted.reference:
        assert borders is not None
        groups = tuple(borders.shape_of)
        ours = study.table(
            source, wanted.by, title=wanted.title, count=count, where=chosen or None, groups={wanted.by: groups}
        )
        return regroup(ours, borders.shape_of)
    people = wanted.reference_count if isinstance(wanted.reference_count, str) else wanted.reference_count[name]
    reference, key = study.frame(wanted.reference), wanted.reference_by or wanted.by
    if people not in reference.columns:
        raise ProtectionError(f'Source "{wanted.reference}" has no column "{people}".')
    totals = reference[reference[key].notna()].groupby(key)[people].sum()
    codes = tuple(str(code) for code in totals.index)
    published = public_table(
        pd.DataFrame({"area": codes, "people": [int(n) for n in totals]}), title=wanted.title,
        source_line=study.source_line(wanted.reference), roles={"area": "group", "people": "count"},
    )  # fmt: skip
    ours = study.table(
        source, wanted.by, title=wanted.title, count=count, where=chosen or None, groups={wanted.by: codes}
    )
    if borders is not None:
        ours, published = regroup(ours, borders.shape_of), regroup(published, borders.shape_of)
    line = study.source_line(source, wanted.reference)
    return compare(ours, published, title=wanted.title, source_line=line)


def together(
    tables: Mapping[str, SafeTable], wanted: Wanted, borders: Boundaries | None, line: str, half: float
) -> SafeTable:
    """Return one table of all maps: area, group, count, people, figure and its interval, status.

    ``half`` is by how much rounding can have moved a count; the interval of a rate allows for it.
    """
    frame = pd.concat([_rows(name, table, wanted, borders, half) for name, table in tables.items()], ignore_index=True)
    several = len(tables) > 1
    columns = [
        Column("name", "Area", "group"), Column("code", "Code", "code"),
        *([Column("group", "Map", "text")] if several else []),
        Column("count", wanted.counted.capitalize(), "count"),
        *([Column("reference_count", wanted.people.capitalize(), "count")] if wanted.reference else []),
        *([Column("figure", wanted.heading, "value", decimals=2)] if wanted.figure != "count" else []),
        *([Column("low", "95% interval from", "low", decimals=2), Column("high", "to", "high", decimals=2)]
          if wanted.figure == "rate" else []),
        Column("status", "Status", "status"),
    ]  # fmt: skip
    made = list(tables.values())
    return public_table(frame, title=wanted.title, source_line=line, columns=columns, note=made[0].note, made_from=made)


def _rows(name: str, table: SafeTable, wanted: Wanted, borders: Boundaries | None, half: float) -> pd.DataFrame:
    frame = table.frame
    frame = frame[frame.iloc[:, 0].astype("str") != NOT_RECORDED].reset_index(drop=True)
    codes = frame.iloc[:, 0].astype("str")
    made = pd.DataFrame({
        "name": [borders.names.get(c, c) if borders else c for c in codes], "code": codes, "group": name,
        "count": frame["count"], "status": frame["status"],
    })  # fmt: skip
    if not wanted.reference:
        return made
    made["reference_count"] = frame["reference_count"].astype("Float64").round().astype("Int64")
    people = made["reference_count"].astype("Float64")
    if wanted.figure == "ratio":
        made["figure"] = frame["ratio"]
        return made
    moved = [half * (len(borders.parts.get(c, (c,))) if borders else 1) for c in codes]
    found = [
        None if pd.isna(n) else poisson(max(0.0, float(n) - m), float(n) + m)
        for n, m in zip(made["count"], moved, strict=True)
    ]
    factor = (wanted.per / people.where(people > 0)).astype("float64")
    made["figure"] = (made["count"].astype("float64") * factor).round(4)
    made["low"] = ([float("nan") if i is None else i.low for i in found] * factor).round(4)
    made["high"] = ([float("nan") if i is None else i.high for i in found] * factor).round(4)
    return made
