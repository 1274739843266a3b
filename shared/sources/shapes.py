"""GeoJSON, TopoJSON, GeoPackage and zipped shapefiles: areas for maps, or the table of attributes beside them."""

from __future__ import annotations

import json
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
import pyproj
import shapely

from shared.cases.archive import open_archive
from shared.errors import DataError, nearest
from shared.sources.records_json import load_json
from shared.sources.rows import TextTable, formula_notes
from shared.sources.shape_checks import check_shapes, in_degrees, with_crs
from shared.sources.typed import as_text

_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_SPOILT = (ValueError, LookupError, NameError, RuntimeError)
"""What pyogrio raises on spoilt files beside its own errors (a name it has not set yet is a NameError)."""
_CRS = "Declare crs in case.yaml (EPSG:4326, EPSG:27700), and take the file's own mention out of a copy."
_LONGITUDE, _LATITUDE = "longitude", "latitude"


@dataclass(frozen=True)
class Layer:
    """Shapes with their attributes (as read) and what was noticed."""

    frame: gpd.GeoDataFrame
    notes: tuple[str, ...]


def parse_shapes(
    data: bytes,
    *,
    shown: str,
    format: str,
    layer: str | None = None,
    crs: str | None = None,
    encoding: str | None = None,
    polygons: bool = True,
) -> Layer:
    """Return the shapes of one layer in the coordinate system of the file.

    ``layer`` is needed where a file has several (a GeoPackage, a TopoJSON, a zip of shapefiles); ``crs`` wins over
    the file's own, ``encoding`` is that of a shapefile's texts. Raises ``DataError`` for a damaged file, an unknown
    layer, missing parts of a shapefile, and what ``shared.sources.shape_checks`` refuses.
    """
    notes: list[str] = []
    if format == "geojson":
        frame = _geojson(data, shown)
    else:
        with tempfile.TemporaryDirectory(prefix="casebook-") as folder:
            if format == "shapefile":
                path, layer = _unzipped(data, layer, Path(folder), shown), None
            else:
                path = Path(folder) / ("layer.gpkg" if format == "gpkg" else "layer.json")
                path.write_bytes(data)
            frame, said = _read(path, layer, encoding, shown)
            notes += said
    if frame.empty:
        raise DataError("The layer has no rows.", where=shown, hint="Ask for the complete file.")
    if "geometry" in frame and isinstance(frame, gpd.GeoDataFrame):
        nowhere = frame.geometry.is_empty.all()  # what is said of it is that its shapes are missing
        if format == "topojson" and frame.crs is None and crs is None and (nowhere or in_degrees(frame.total_bounds)):
            crs = "EPSG:4326"
            notes.append("The file names no coordinate system; it is read as longitude and latitude.")
        frame, said = with_crs(frame, crs, shown)
        notes += said
        frame, said = check_shapes(frame, shown, polygons=polygons)
        notes += said
    elif polygons:
        raise DataError("The layer holds no shapes.", where=shown, hint="Name another layer.")
    return Layer(frame, tuple(notes))


def attributes(layer: Layer) -> TextTable:
    """Return the attributes as a table of texts; for points the coordinates beside them, in degrees."""
    frame = layer.frame
    notes = list(layer.notes)
    names = [name for name in frame.columns if name != "geometry"]
    table = {str(name): as_text(frame[name]) for name in names}
    if "geometry" in frame and (frame.geometry.dropna().geom_type == "Point").all():
        degrees = frame.geometry.to_crs("EPSG:4326")
        for name, values in ((_LONGITUDE, degrees.x), (_LATITUDE, degrees.y)):
            if name not in table:
                table[name] = as_text(values.round(7))
        notes.append("The points are given as longitude and latitude.")
    elif "geometry" in frame:
        notes.append("The table of attributes is read; the shapes are left out.")
    made = pd.DataFrame(table)
    return TextTable(made, (), (*notes, *formula_notes(made)))


def layers(data: bytes, *, shown: str, format: str) -> tuple[str, ...]:
    """Return the names of the layers in a file."""
    if format == "geojson":
        return ()
    if format == "shapefile":
        return tuple(name for name in open_archive(data, shown).files() if name.lower().endswith(".shp"))
    with tempfile.TemporaryDirectory(prefix="casebook-") as folder:
        path = Path(folder) / ("layer.gpkg" if format == "gpkg" else "layer.json")
        path.write_bytes(data)
        return _names(path, shown)


def _geojson(data: bytes, shown: str) -> gpd.GeoDataFrame:
    content: Any = load_json(data, shown)
    kind = content.get("type") if isinstance(content, dict) else None
    features = content.get("features") if kind == "FeatureCollection" else [content] if kind == "Feature" else None
    if not isinstance(features, list):
        raise DataError("The file is not GeoJSON.", where=shown, hint="It must be a FeatureCollection.")
    shapes, broken = [], []
    for number, feature in enumerate(features, 1):
        try:
            geometry = feature["geometry"]
            dict(feature.get("properties") or {})
            shapes.append(None if geometry is None else shapely.from_geojson(_numbers(geometry)))
        except (TypeError, KeyError, ValueError, AttributeError, RecursionError, shapely.errors.GEOSException):
            broken.append(number)
    if broken:
        listed = ", ".join(map(str, broken[:5])) + (f" and {len(broken) - 5} more" if len(broken) > 5 else "")
        hint = "Each ring needs at least four points, the last equal to the first, each a pair of numbers."
        raise DataError(f"{len(broken)} feature(s) have no readable shape: {listed}.", where=shown, hint=hint)
    rows = [_properties(feature) for feature in features]
    try:
        named = ((content.get("crs") or {}).get("properties") or {}).get("name")
    except AttributeError:
        raise DataError("The file names its coordinate system in no known way.", where=shown, hint=_CRS) from None
    try:
        return gpd.GeoDataFrame(pd.DataFrame(rows, dtype="object"), geometry=shapes, crs=named or "EPSG:4326")
    except pyproj.exceptions.CRSError as error:
        raise DataError("The file names a coordinate system that is not known.", where=shown, hint=_CRS) from error


def _numbers(geometry: Any) -> str:
    """JSON numbers were kept as the texts of the file; as coordinates they are numbers again."""

    def back(value: Any) -> Any:
        return [back(one) for one in value] if isinstance(value, list) else float(value)

    if geometry["type"] == "GeometryCollection":
        raise TypeError("a collection is no area")
    return json.dumps({"type": geometry["type"], "coordinates": back(geometry["coordinates"])}, allow_nan=True)


def _properties(feature: dict[str, Any]) -> dict[str, Any]:
    found = dict(feature.get("properties") or {})
    if "id" in feature and "id" not in found:
        found["id"] = feature["id"]
    found.pop("geometry", None)
    return {
        name: ("true" if value else "false") if isinstance(value, bool)
        else json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else value
        for name, value in found.items()
    }  # fmt: skip


def _read(path: Path, layer: str | None, encoding: str | None, shown: str) -> tuple[Any, list[str]]:
    names = _names(path, shown)
    if layer is None and len(names) == 1:
        layer = names[0]
    if layer is None or layer not in names:
        problem = f'There is no layer "{layer}" in the file.' if layer else "The file holds several layers or none."
        hint = nearest(layer or "", names) or f"Layers: {', '.join(names) or 'none'}. Name one in case.yaml."
        raise DataError(problem, where=shown, hint=hint)
    try:
        with _listening() as said:
            frame = pyogrio.read_dataframe(path, layer=layer, encoding=encoding)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, *_SPOILT) as error:
        raise DataError("The shapes cannot be read.", where=shown, hint="Ask for the file again.") from error
    except shapely.errors.GEOSException as error:
        raise DataError("A shape in the file is broken.", where=shown, hint="Ask for the file again.") from error
    # what the reader says can carry a value of the file, so it is counted and not repeated
    return frame, [f"The map reader noticed {len(said)} irregularities in the file."] if said else []


@contextmanager
def _listening() -> Iterator[list[warnings.WarningMessage]]:
    """Keep what the map library warns of: it names temporary files, and cannot be stopped by an error in between."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        yield said


def _names(path: Path, shown: str) -> tuple[str, ...]:
    try:
        with _listening():
            return tuple(str(name) for name, _ in pyogrio.list_layers(path))
    except (pyogrio.errors.DataSourceError, *_SPOILT) as error:
        raise DataError("The file is damaged, or no map.", where=shown, hint="Ask for it again.") from error


def _unzipped(data: bytes, layer: str | None, folder: Path, shown: str) -> Path:
    """Write the parts of one shapefile to ``folder`` under names of ours, and return the path of its .shp."""
    archive = open_archive(data, shown)
    found = [name for name in archive.files() if name.lower().endswith(".shp")]
    if layer is None and len(found) == 1:
        layer = found[0]
    if layer is None or layer not in found:
        problem = (
            f'There is no shapefile "{layer}" in the zip.' if layer else "The zip holds several shapefiles or none."
        )
        hint = nearest(layer or "", found) or f"There are: {', '.join(found) or 'none'}. Name one as member."
        raise DataError(problem, where=shown, hint=hint)
    stem = str(PurePosixPath(layer).with_suffix("")).lower()
    parts = {
        suffix: name
        for name in archive.files()
        for suffix in [PurePosixPath(name).suffix.lower()]
        if suffix in _PARTS and str(PurePosixPath(name).with_suffix("")).lower() == stem
    }
    if absent := [suffix for suffix in (".shx", ".dbf") if suffix not in parts]:
        raise DataError(f"The shapefile lacks its part {' and '.join(absent)}.", where=shown, hint="Ask for all parts.")
    for suffix, name in parts.items():
        (folder / f"layer{suffix}").write_bytes(archive.read(name))
    return folder / "layer.shp"
