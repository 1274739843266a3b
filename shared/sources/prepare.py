"""What a case study measures with: tables read, records without consent taken out, columns derived, losses kept."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from shared.cases.columns import Bands, Recode
from shared.cases.model import CaseStudy, Source
from shared.cases.placing import Area, AreaOf
from shared.cases.project import Project
from shared.errors import DataError, DataMissing, Fault
from shared.sources.areas import AREA_COLUMN, at_source, confirmed_names, derive_area, merged_reference, place_area
from shared.sources.conditions import holds
from shared.sources.derive import Loss, bands, recode, recode_table
from shared.sources.large import LargeRecords, Rows
from shared.sources.locate import Place, locate
from shared.sources.personal_columns import personal_faults
from shared.sources.read import RawTable, read_shapes, read_source, verified_bytes
from shared.sources.reference_checks import check_frames
from shared.sources.reshape import to_long
from shared.sources.together import put_together
from shared.sources.totals import set_apart

__all__ = ["AREA_COLUMN", "Loss", "Prepared", "prepare"]


@dataclass(frozen=True)
class Prepared:
    """What ``prepare`` hands on.

    ``raw``      source id -> table as read (boundaries are not among them); of the source that records consent,
                 only the records with it
    ``frames``   the same rows (after ``where``) with derived columns, and ``__area__`` in the source that
                 carries areas: the valid code, or missing. Records too many to hold are ``LargeRecords``: every step
                 is worked out for their different values only, and gives what it gives for a frame
    ``losses``   what each declared step lost, only where it lost something
    ``consent``  (records with consent, all records handed over), or None where none is declared
    ``provenance``  one mapping for each source: source, kind, title, place, address, sha256, rows, licence,
                 attribution, as_at, notes
    """

    case: CaseStudy
    raw: dict[str, RawTable]
    frames: dict[str, Rows]
    losses: tuple[Loss, ...]
    consent: tuple[int, int] | None
    provenance: tuple[dict[str, str], ...]

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The rows of every source that is held in memory: all but records too many for it."""
        return _in_memory(self.frames)


def _in_memory(frames: Mapping[str, Rows]) -> dict[str, pd.DataFrame]:
    return {name: rows for name, rows in frames.items() if isinstance(rows, pd.DataFrame)}


def prepare(project: Project, case: CaseStudy) -> Prepared:
    """Read all sources of a case study and bring them to the form the measures expect.

    Raises ``DataError`` with the faults of every source when any file is damaged or not as described, and
    ``DataMissing`` with everything to fetch when files are merely absent.
    """
    raw, faults, absent = _read_each(project, case)
    if faults:
        raise DataError(f"The data of {case.slug} cannot be used as they are:", faults=[*faults, *absent])
    if absent:
        raise DataMissing(f"Data of {case.slug} are not present: casebook data pull {case.slug}", faults=absent)
    return _prepared(project, case, raw)


def data_faults(project: Project, case: CaseStudy) -> list[Fault]:
    """Return what is wrong with the files that are here (hash, encoding, columns, values); absence is no fault.

    Reads every file, boundaries included, so it takes longer than ``prepare``.
    """
    raw, faults, absent = _read_each(project, case)
    faults += _shape_faults(project, case)
    if faults or absent:
        return faults
    try:
        _prepared(project, case, raw)
    except DataError as error:
        return list(error.faults)
    return []


def _prepared(project: Project, case: CaseStudy, raw: dict[str, RawTable]) -> Prepared:
    undeclared = personal_faults(case, raw)
    if undeclared:
        raise DataError(f"The data of {case.slug} may hold personal data that nobody has declared:", faults=undeclared)
    sizes = {source_id: len(table.frame) for source_id, table in raw.items()}
    losses: list[Loss] = []
    consent = _apply_consent(case, raw, losses)
    frames: dict[str, Rows] = {}
    faults: list[Fault] = []
    for source_id, table in raw.items():
        try:
            # what is lost in the first part of a table put together is already counted where that part is read
            lost = [] if case.sources[source_id].followed_by else losses
            frames[source_id] = _shape(project, case, source_id, table.frame, lost)
        except DataError as error:
            faults += error.faults
    if faults:
        raise DataError(f"The data of {case.slug} cannot be used as they are:", faults=faults)
    frames = put_together(case, frames)
    refused = [finding.fault for finding in check_frames(case, _in_memory(frames)) if not finding.passed]
    if refused:
        raise DataError(f"A reference of {case.slug} fails its own checks:", faults=refused)
    losses += _place_areas(project, case, frames)
    provenance = tuple(_provenance(project, case, source_id, raw.get(source_id), sizes) for source_id in case.sources)
    return Prepared(case, raw, frames, tuple(losses), consent, provenance)


def _read_each(project: Project, case: CaseStudy) -> tuple[dict[str, RawTable], list[Fault], list[Fault]]:
    """Read every source; return the tables, what is wrong, and what is absent."""
    raw: dict[str, RawTable] = {}
    faults: list[Fault] = []
    absent: list[Fault] = []
    for source_id, source in case.sources.items():
        try:
            if source.kind == "boundaries":
                verified_bytes(project, source_id, source)
            else:
                raw[source_id] = read_source(project, source_id, source)
        except DataMissing as error:
            absent += error.faults
        except DataError as error:
            faults += error.faults
    return raw, faults, absent


def _shape_faults(project: Project, case: CaseStudy) -> list[Fault]:
    """Return what is wrong with boundaries: shapes, coordinate systems. ``prepare`` leaves that to the maps."""
    faults: list[Fault] = []
    for source_id, source in case.sources.items():
        if source.kind == "boundaries" and locate(project, source_id, source).place not in (
            Place.MISSING,
            Place.DAMAGED,
        ):
            try:
                read_shapes(project, source_id, source)
            except DataError as error:
                faults += error.faults
    return faults


def _apply_consent(case: CaseStudy, raw: dict[str, RawTable], losses: list[Loss]) -> tuple[int, int] | None:
    if case.consent is None:
        return None
    table = raw[case.consent.source]
    column, granted = case.consent.column, case.consent.granted
    kept = _rows_that(table.frame, column, lambda frame: frame[column].isin(granted))
    raw[case.consent.source] = replace(table, frame=kept)
    handed_over = len(table.frame)
    losses += _losses(case.consent.source, "consent", {"no consent recorded": handed_over - len(kept)}, handed_over)
    return len(kept), handed_over


def _rows_that(rows: Rows, column: str, meet: Callable[[pd.DataFrame], pd.Series]) -> Rows:
    if isinstance(rows, LargeRecords):
        return rows.only([column], meet)
    return rows[meet(rows)].reset_index(drop=True)


def _shape(project: Project, case: CaseStudy, source_id: str, rows: Rows, losses: list[Loss]) -> Rows:
    source = case.sources[source_id]
    if source.kind == "records" and source.where:
        size = len(rows)
        for condition in source.where:  # one by one: the different values of each are few, those of all may be many
            meet = functools.partial(holds, condition=condition, columns=source.columns)
            rows = _rows_that(rows, condition.column, meet)
        losses += _losses(source_id, "selection", {_OUTSIDE: size - len(rows)}, size)
    if isinstance(rows, pd.DataFrame) and source.kind in ("table", "reference"):
        size = len(rows)
        rows, apart = set_apart(rows, source)
        losses += _losses(source_id, "totals", {"a row that adds up other rows, set apart": apart}, size)
    if isinstance(rows, pd.DataFrame) and source.long is not None:
        rows = to_long(rows, source.long)
    for name, rule in source.derive.items():
        size = len(rows)
        try:
            rows, lost = _derived(project, case, source_id, rows, name, rule)
        except DataError as error:
            raise at_source(error, f"case.yaml, sources.{source_id}.derive.{name}") from error
        losses += _losses(source_id, f"new column {name}", lost, size)
    return rows


_OUTSIDE = "outside the selection declared in case.yaml"


def _derived(
    project: Project, case: CaseStudy, source_id: str, rows: Rows, name: str, rule: Bands | Recode | AreaOf
) -> tuple[Rows, dict[str, int]]:
    """Add one derived column; return what was lost too (reason -> rows)."""
    source = case.sources[source_id]

    def add(frame: pd.DataFrame, times: pd.Series | None) -> tuple[pd.DataFrame, dict[str, int]]:
        declared = source.columns.get(rule.column)
        if isinstance(rule, Bands):
            column, lost = bands(frame[rule.column], rule, declared, times)
        elif isinstance(rule, Recode):
            table = recode_table(project, case.slug, rule)
            column, lost = recode(frame[rule.column], rule, table, declared, times)
        else:
            return derive_area(frame, name, rule, source, confirmed_names(project, case, rule), times)
        return frame.assign(**{name: column}), lost

    return _added(rows, [rule.column, *_names_of(rule)], name, add)


def _names_of(rule: Bands | Recode | Area | AreaOf) -> list[str]:
    return [rule.names] if isinstance(rule, Area | AreaOf) and rule.names is not None else []


def _added(
    rows: Rows, columns: Sequence[str], name: str,
    add: Callable[[pd.DataFrame, pd.Series | None], tuple[pd.DataFrame, dict[str, int]]],
) -> tuple[Rows, dict[str, int]]:  # fmt: skip
    """Add a column made of others: row by row, or for the different values of records too many to hold."""
    if not isinstance(rows, LargeRecords):
        return add(rows, None)
    lost: dict[str, int] = {}

    def of_values(frame: pd.DataFrame, times: pd.Series) -> pd.Series:
        made, found = add(frame, times)
        lost.update(found)
        return made[name]

    return rows.add(list(dict.fromkeys(columns)), name, of_values), lost


def _place_areas(project: Project, case: CaseStudy, frames: dict[str, Rows]) -> list[Loss]:
    """Add the area of each row to the source that carries areas; return what could not be placed."""
    area = case.area
    if area is None or area.source not in frames:
        return []
    given = frames.get(area.reference or "")
    reference = given if isinstance(given, pd.DataFrame) else None
    source, confirmed, merged = case.sources[area.source], confirmed_names(project, case, area), {}
    size = len(frames[area.source])

    def add(frame: pd.DataFrame, times: pd.Series | None) -> tuple[pd.DataFrame, dict[str, int]]:
        placed = place_area(frame, area, source, reference, confirmed, times)
        merged.update(placed.merged)
        return placed.frame, placed.lost

    try:
        frames[area.source], lost = _added(frames[area.source], [area.column, *_names_of(area)], AREA_COLUMN, add)
    except DataError as error:
        raise at_source(error, "case.yaml, area") from error
    if reference is not None and area.reference is not None:
        frames[area.reference] = merged_reference(reference, area, merged)
    return _losses(area.source, f"area codes of {area.vintage}", lost, size)


def _losses(source_id: str, step: str, lost: dict[str, int], total: int) -> list[Loss]:
    return [Loss(source_id, step, reason, count, total) for reason, count in lost.items() if count]


def _provenance(
    project: Project, case: CaseStudy, source_id: str, table: RawTable | None, sizes: dict[str, int]
) -> dict[str, str]:
    source: Source = case.sources[source_id]
    place: Place = locate(project, source_id, source).place
    return {
        "source": source_id,
        "kind": source.kind,
        "title": source.title,
        "place": place.value,
        "address": source.url or source.path or "",
        "sha256": source.sha256,
        "rows": str(sizes[source_id]) if source_id in sizes else "",
        "licence": source.licence,
        "attribution": source.attribution,
        "as_at": source.as_at.isoformat() if source.as_at else "",
        "notes": " ".join(table.notes) if table else "",
    }
