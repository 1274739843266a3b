"""What a case study measures with: tables read, records without consent taken out, columns derived, losses kept."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from shared.cases.columns import Bands, Recode
from shared.cases.model import CaseStudy, Source
from shared.cases.project import Project
from shared.errors import DataError, DataMissing, Fault
from shared.sources.areas import AREA_COLUMN, at_source, confirmed_names, derive_area, merged_reference, place_area
from shared.sources.conditions import all_hold
from shared.sources.derive import Loss, bands, recode, recode_table
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
                 carries areas: the valid code, or missing
    ``losses``   what each declared step lost, only where it lost something
    ``consent``  (records with consent, all records handed over), or None where none is declared
    ``provenance``  one mapping for each source: source, kind, title, place, address, sha256, rows, licence,
                 attribution, as_at, notes
    """

    case: CaseStudy
    raw: dict[str, RawTable]
    frames: dict[str, pd.DataFrame]
    losses: tuple[Loss, ...]
    consent: tuple[int, int] | None
    provenance: tuple[dict[str, str], ...]


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
    frames: dict[str, pd.DataFrame] = {}
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
    refused = [finding.fault for finding in check_frames(case, frames) if not finding.passed]
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
    granted = table.frame[case.consent.column].isin(case.consent.granted)
    kept = table.frame[granted].reset_index(drop=True)
    raw[case.consent.source] = replace(table, frame=kept)
    losses += _losses(case.consent.source, "consent", {"no consent recorded": len(granted) - len(kept)}, len(granted))
    return len(kept), len(granted)


def _shape(project: Project, case: CaseStudy, source_id: str, frame: pd.DataFrame, losses: list[Loss]) -> pd.DataFrame:
    source = case.sources[source_id]
    if source.kind == "records" and source.where:
        kept = all_hold(frame, source.where, source.columns)
        lost = {"outside the selection declared in case.yaml": int((~kept).sum())}
        losses += _losses(source_id, "selection", lost, len(frame))
        frame = frame[kept].reset_index(drop=True)
    if source.kind in ("table", "reference"):
        size = len(frame)
        frame, apart = set_apart(frame, source)
        losses += _losses(source_id, "totals", {"a row that adds up other rows, set apart": apart}, size)
    if source.long is not None:
        frame = to_long(frame, source.long)
    for name, rule in source.derive.items():
        declared = source.columns.get(rule.column)
        size = len(frame)
        if isinstance(rule, Bands):
            column, lost = bands(frame[rule.column], rule, declared)
            frame = frame.assign(**{name: column})
        elif isinstance(rule, Recode):
            column, lost = recode(frame[rule.column], rule, recode_table(project, case.slug, rule), declared)
            frame = frame.assign(**{name: column})
        else:
            try:
                frame, lost = derive_area(frame, name, rule, source, confirmed_names(project, case, rule))
            except DataError as error:
                raise at_source(error, f"case.yaml, sources.{source_id}.derive.{name}") from error
        losses += _losses(source_id, f"new column {name}", lost, size)
    return frame


def _place_areas(project: Project, case: CaseStudy, frames: dict[str, pd.DataFrame]) -> list[Loss]:
    """Add the area of each row to the source that carries areas; return what could not be placed."""
    area = case.area
    if area is None or area.source not in frames:
        return []
    reference = frames.get(area.reference or "")
    size = len(frames[area.source])
    try:
        placed = place_area(
            frames[area.source], area, case.sources[area.source], reference, confirmed_names(project, case, area)
        )
    except DataError as error:
        raise at_source(error, "case.yaml, area") from error
    frames[area.source] = placed.frame
    if reference is not None and area.reference is not None:
        frames[area.reference] = merged_reference(reference, area, placed.merged)
    return _losses(area.source, f"area codes of {area.vintage}", placed.lost, size)


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
