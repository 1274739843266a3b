"""The boundaries that case.yaml declares, whatever format they came in, ready to be drawn."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import TYPE_CHECKING

import pandas as pd

from shared.cases.model import Source
from shared.cases.project import Project
from shared.errors import DataError, DataMissing, nearest
from shared.maps.boundaries import Boundaries, read_boundaries
from shared.maps.coverage import drawn
from shared.maps.plane import on_plane
from shared.sources.conditions import all_hold
from shared.sources.geography.tables import register
from shared.sources.locate import Place, locate
from shared.sources.typed import as_text

if TYPE_CHECKING:
    import geopandas as gpd


def declared_boundaries(
    project: Project, source_id: str, source: Source, *, only: Iterable[str] | None = None
) -> Boundaries:
    """Return the boundaries of a source of kind ``boundaries``.

    The boundary files that ship with the casebook are taken as they are. Any other file (GeoPackage, zipped
    shapefile, GeoJSON, TopoJSON) is read, repaired where it can be, put on a plane, its borders brought together and
    simplified together to the size of a screen. Its codes are in the column that case.yaml declares with the role
    ``area``, its names in the next column declared; ``where`` chooses rows. Where the file holds more areas than
    ``only`` lists (other years, other countries), those alone are drawn; an area that the file has only under the code
    of another year, or in parts (the districts of a province), is drawn under the code asked for.

    Raises ``DataMissing`` if the file is not on this machine, and ``DataError`` for shapes that cannot be used, codes
    that are missing or occur twice, and a list of which no code is in the file.
    """
    found = locate(project, source_id, source)
    if found.path is None:
        raise DataMissing(found.problem, where=f"source {source_id}")
    if found.place is Place.DAMAGED:
        raise DataError(found.problem, where=f"source {source_id}")
    if source.format in ("topojson", "geojson") and source.member is None and not source.columns:
        return read_boundaries(found.path)
    wanted = None if only is None else frozenset(map(str, only))
    return _prepared(project, source_id, source.model_dump_json(), wanted)


def boundaries_of(
    frame: gpd.GeoDataFrame, *, code: str, name: str = "", only: Iterable[str] | None = None, attribution: str = "",
    where: str = "",
) -> Boundaries:  # fmt: skip
    """Return areas with their coordinate system as boundaries to draw; columns ``code`` and ``name``.

    ``only`` lists the codes to draw, where the frame has more. Raises ``DataError``.
    """
    kept = _chosen(frame, code, name, only, where)
    codes = list(kept[code])
    plane = on_plane(kept, where)
    made = drawn(codes, plane.geometry.to_numpy(), where=where)
    named = dict(zip(codes, as_text(kept[name]).fillna(kept[code]), strict=True)) if name else {c: c for c in codes}
    parts = {c: (c,) for c in codes}
    return Boundaries(made.payload, "areas", named, parts, made.geometry, attribution)


def declared_areas(
    project: Project, source_id: str, source: Source, *, only: Iterable[str] | None = None
) -> gpd.GeoDataFrame:
    """Return the areas of a source of kind ``boundaries`` as the file has them, not simplified: code, name, geometry.

    For laying areas over each other; for drawing, ``declared_boundaries``. Raises as that does.
    """
    from shared.sources.read import read_shapes  # geopandas is slow to import

    frame = read_shapes(project, source_id, source).frame
    where = f"source {source_id}"
    code, name = _columns(frame, source, where)
    if source.where:
        frame = frame[all_hold(frame, source.where, source.columns)]
        if frame.empty:
            raise DataError("No shape meets the selection (where).", where=where)
    kept = _chosen(frame, code, name, only, where)
    names = as_text(kept[name]).fillna(kept[code]) if name else kept[code]
    columns = {"code": list(kept[code]), "name": list(names)}
    return type(kept)(columns, geometry=kept.geometry.to_numpy(), crs=kept.crs)


@functools.lru_cache(maxsize=4)
def _prepared(project: Project, source_id: str, declared: str, only: frozenset[str] | None) -> Boundaries:
    """Read, repair and simplify once: several maps of a report share their borders."""
    source = Source.model_validate_json(declared)
    areas = declared_areas(project, source_id, source, only=only)
    where = f"source {source_id}"
    return boundaries_of(areas, code="code", name="name", attribution=source.attribution, where=where)


def _columns(frame: gpd.GeoDataFrame, source: Source, where: str) -> tuple[str, str]:
    """Return the columns of codes and names."""
    there = [str(column) for column in frame.columns if column != frame.geometry.name]
    coded = [column for column, rules in source.columns.items() if rules.role == "area"]
    if not source.columns and "code" in there:  # the files that ship
        return "code", "name" if "name" in there else ""
    if not coded:
        hint = f"Declare it: columns: {{COLUMN: {{role: area}}}}. The file has: {', '.join(there[:12])}."
        raise DataError("It is not said which column of the boundaries holds the area codes.", where=where, hint=hint)
    for column in source.columns:
        if column not in there:
            hint = nearest(column, there) or f"The file has: {', '.join(there[:12])}."
            raise DataError(f'The boundaries have no column "{column}".', where=where, hint=hint)
    others = [column for column in source.columns if column != coded[0]]
    return coded[0], others[0] if others else ""


def _made_of(wanted: set[str], there: set[str]) -> dict[str, str]:
    """Return code in the file -> code wanted that it is, or is a part of, by what the registers of areas say.

    An area is made of others only if these are all of it and do not overlap: districts of a province, or the one
    area that had another code in another year.
    """
    found: dict[str, str] = {}
    for name in ("gb", "india", "kenya", "nepal"):
        by_code = register(name).by_code if wanted else {}
        blocks = {code: by_code[code][-1].blocks for code in sorted(there) if code in by_code}
        largest = sorted(blocks, key=lambda code: (-len(blocks[code]), code))
        for code in sorted(wanted & set(by_code)):
            whole, left, parts = by_code[code][-1].blocks, set(by_code[code][-1].blocks), []
            for part in largest:
                if part not in found and blocks[part] <= whole and blocks[part] <= left:
                    parts.append(part)
                    left -= blocks[part]
            if not left:
                found |= dict.fromkeys(parts, code)
    return found


def _put_together(frame: gpd.GeoDataFrame, code: str, name: str, into: dict[str, str]) -> gpd.GeoDataFrame:
    """Return the areas with those of one new code dissolved into one, under the name that the registers have."""
    made = frame.assign(**{code: frame[code].replace(into)})
    together = made[code].isin({whole for whole in into.values() if list(into.values()).count(whole) > 1})
    if not together.any():
        return made
    dissolved = made[together].dissolve(code, sort=True).reset_index()
    if name:
        names = {
            c: n for r in ("gb", "india", "kenya", "nepal") for c, n in register(r).names.items() if c in into.values()
        }
        dissolved[name] = dissolved[code].map(names)
    return type(made)(pd.concat([made[~together], dissolved], ignore_index=True), crs=frame.crs)


def _chosen(frame: gpd.GeoDataFrame, code: str, name: str, only: Iterable[str] | None, where: str) -> gpd.GeoDataFrame:
    codes = as_text(frame[code]).str.strip()
    if codes.isna().any() or (codes == "").any():
        raise DataError(f"{int(codes.isna().sum() + (codes == '').sum())} shape(s) have no area code.", where=where)
    kept = frame.assign(**{code: codes.astype("str")})
    if only is not None:
        listed = set(only)
        kept = _put_together(kept, code, name, _made_of(listed - set(codes), set(codes) - listed))
        kept = kept[kept[code].isin(listed)]
        if kept.empty:
            some = ", ".join(sorted(codes)[:3])
            raise DataError(
                "No shape has the code of an area of the figures.", where=where,
                hint=f"The boundaries have codes such as {some}, the figures {', '.join(sorted(listed)[:3])}.",
            )  # fmt: skip
    if kept[code].duplicated().any():
        twice = sorted(set(kept[code][kept[code].duplicated()]))
        hint = "Choose the rows of one year with where, or put the parts of an area together in a map program."
        raise DataError(f"Area codes occur twice: {', '.join(twice[:6])}.", where=where, hint=hint)
    return kept
