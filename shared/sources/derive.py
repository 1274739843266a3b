"""Derived columns: ages cut into bands, values replaced by a declared map; every value lost on the way is counted."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from shared.cases.columns import Bands, Column, Recode
from shared.cases.project import Project
from shared.errors import DataError, Fault
from shared.sources.typed import as_text


@dataclass(frozen=True)
class Loss:
    """Values or records that a declared step could not carry over (or that it took out on purpose).

    ``count`` of ``total`` (rows of the source before the step); ``reason`` in plain English.
    """

    source_id: str
    step: str
    reason: str
    count: int
    total: int


def bands(
    text: pd.Series, rule: Bands, declared: Column | None, times: pd.Series | None = None
) -> tuple[pd.Series, dict[str, int]]:
    """Cut a column of numbers into labelled groups (``str``); return it with reason -> number of values lost.

    ``times`` says how many rows stand behind each value, where ``text`` holds different values only.

    Lost, and missing in the result: what is not a number, lies below the first band, or outside the declared
    minimum and maximum. Empty cells and declared missing codes stay missing and are not a loss.
    """
    given = _given(text, declared)
    numbers = pd.to_numeric(given, errors="coerce").astype("float64")
    numbers = numbers.mask(numbers.isin([float("inf"), float("-inf")]))
    lost = {"not a number": rows_of(numbers.isna() & given.notna(), times)}
    outside = pd.Series(False, index=text.index)
    if declared is not None and declared.minimum is not None:
        outside |= numbers < declared.minimum
    if declared is not None and declared.maximum is not None:
        outside |= numbers > declared.maximum
    lost["outside the declared range"] = rows_of(outside, times)
    below = ~outside & (numbers < rule.starts[0])
    lost["below the first band"] = rows_of(below, times)
    edges = [*map(float, rule.starts), float("inf")]
    cut = pd.cut(numbers.mask(outside | below), edges, right=False, labels=list(rule.names()))
    return cut.astype("str"), lost


def recode(
    text: pd.Series, rule: Recode, table: Mapping[str, str], declared: Column | None, times: pd.Series | None = None
) -> tuple[pd.Series, dict[str, int]]:
    """Replace values by ``table``; return the column (``str``) with reason -> number of values not in the map.

    ``times`` is as in ``bands``. Declared missing codes become missing (unless the map names them) and are not a loss.
    """
    named = text.isin(list(table))
    given = text.where(named, _given(text, declared))
    mapped = given.map(table)
    other = mapped.isna() & given.notna()
    lost = rows_of(other, times)
    if rule.others == "keep":
        return mapped.where(~other, given).astype("str"), {"not in the map, kept as it is": lost}
    return mapped.astype("str"), {"not in the map": lost}


def rows_of(mask: pd.Series, times: pd.Series | None) -> int:
    """Return how many rows a yes/no holds for; ``times`` rows stand behind each where values were counted first."""
    return int(mask.sum()) if times is None else int(times[mask].sum())


def _given(text: pd.Series, declared: Column | None) -> pd.Series:
    plain = as_text(text)
    return plain.mask(plain.isin(declared.missing)) if declared is not None else plain


def recode_table(project: Project, slug: str, rule: Recode) -> dict[str, str]:
    """Return the map of a recode, from case.yaml or from its CSV file (columns ``from`` and ``to``, UTF-8).

    The file is looked for in the case study's folder, then from the project's folder. Raises ``DataError`` with
    every fault: missing file or columns, empty cells, a value mapped twice.
    """
    if rule.map is not None or rule.file is None:
        return dict(rule.map or {})
    places = [project.casestudies / slug / rule.file, project.root / rule.file]
    path = next((place for place in places if place.is_file()), None)
    if path is None:
        raise DataError("The recode file is missing.", where=rule.file, hint="Put it into the case study's folder.")
    return _read_map(path, project.shown(path))


def _read_map(path: Path, shown: str) -> dict[str, str]:
    table: dict[str, str] = {}
    faults: list[Fault] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            if not {"from", "to"} <= set(reader.fieldnames or ()):
                raise DataError('The file needs the columns "from" and "to".', where=f"{shown}, line 1")
            for row in reader:
                source, target = row["from"], row["to"]
                if not source or not target:
                    faults.append(Fault('"from" or "to" is empty.', f"{shown}, line {reader.line_num}"))
                elif source in table:
                    faults.append(Fault(f'"{source}" is mapped twice.', f"{shown}, line {reader.line_num}"))
                else:
                    table[source] = target
    except UnicodeDecodeError:
        raise DataError("The file is not UTF-8 text.", where=shown, hint="Save it as UTF-8.") from None
    except csv.Error as error:
        raise DataError(f"The file cannot be read: {error}.", where=shown) from None
    if faults:
        raise DataError("The recode file has faults:", faults=faults)
    if not table:
        raise DataError("The recode file has no rows.", where=shown)
    return table
