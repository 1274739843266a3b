"""Shapes held to what they claim: a known coordinate system, coordinates that fit it, valid geometry."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pyproj
import shapely

from shared.errors import DataError, Fault

_SHOWN = 5
_CHANGE = 0.001
"""Share of its area that a shape may gain or lose when it is repaired."""
_WHERE = re.compile(r"\[.*?\]")


def with_crs(frame: gpd.GeoDataFrame, declared: str | None, shown: str) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return the shapes with their coordinate system, the declared one before the file's; raises ``DataError``."""
    notes = []
    if declared is not None:
        try:
            wanted = pyproj.CRS.from_user_input(declared)
        except pyproj.exceptions.CRSError:
            hint = "Write it as EPSG:27700 or EPSG:4326."
            raise DataError(f'The coordinate system "{declared}" is not known.', where=shown, hint=hint) from None
        if frame.crs is not None and frame.crs != wanted:
            notes.append(f"The file names another coordinate system than case.yaml; {declared} is used.")
        frame = frame.set_crs(wanted, allow_override=True)
    if frame.crs is None:
        guess = _guess(frame.total_bounds)
        hint = f"They look like {guess}: declare crs in case.yaml." if guess else "Declare crs in case.yaml."
        raise DataError("The shapes name no coordinate system.", where=shown, hint=hint)
    return frame, notes


def check_shapes(frame: gpd.GeoDataFrame, shown: str, *, polygons: bool) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return the shapes, the repairable ones repaired, and what was noticed.

    Raises ``DataError`` for coordinates that cannot be of the coordinate system (with the one they look like), and,
    where areas are wanted (``polygons``), for missing shapes, points and lines, and shapes whose repair would change
    their area by more than a thousandth.
    """
    geometry = frame.geometry
    empty = geometry.isna() | geometry.is_empty
    notes = [f"{int(empty.sum())} of {len(frame)} rows have no shape."] if empty.any() and not polygons else []
    _refuse_foreign(frame[~empty], shown)
    if not polygons:
        return frame, notes
    faults = []
    if empty.any():
        faults.append(Fault(f"{int(empty.sum())} area(s) have no shape: row {_rows(empty)}.", shown, "Ask for them."))
    other = ~empty & ~geometry.geom_type.isin(["Polygon", "MultiPolygon"])
    if other.any():
        hint = "Boundaries are areas; points and lines are read as a table."
        faults.append(Fault(f"{int(other.sum())} shape(s) are no areas: row {_rows(other)}.", shown, hint))
    broken = ~empty & ~other & ~geometry.is_valid
    if broken.any():
        repaired, lost = _repaired(geometry[broken])
        if lost.any():
            numbers = np.flatnonzero(broken)[lost]
            why = _WHERE.sub("", shapely.is_valid_reason(geometry.iloc[numbers[0]])).strip().lower()
            listed = ", ".join(str(number + 1) for number in numbers[:_SHOWN])
            faults.append(
                Fault(
                    f"{len(numbers)} shape(s) cross themselves in a way that cannot be repaired: row {listed} ({why}).",
                    shown,
                    "Ask for the boundaries again, or repair them in a map program.",
                )
            )
        else:
            frame = frame.copy()
            frame.loc[broken, frame.geometry.name] = repaired
            notes.append(f"{int(broken.sum())} shape(s) crossed themselves and were repaired (area changed by <0.1%).")
    if faults:
        raise DataError("The boundaries cannot be used:", faults=faults)
    return frame, notes


def _repaired(geometry: gpd.GeoSeries) -> tuple[Any, Any]:
    """Return the repaired shapes and which of them would be another shape then."""
    old = shapely.area(geometry.to_numpy())
    new = shapely.make_valid(geometry.to_numpy(), method="structure", keep_collapsed=False)
    area = shapely.area(new)
    kinds = np.isin(shapely.get_type_id(new), [3, 6])
    return new, ~kinds | (area <= 0) | (np.abs(area - old) > _CHANGE * np.maximum(old, 1e-300))


def _refuse_foreign(frame: gpd.GeoDataFrame, shown: str) -> None:
    if frame.empty:
        return
    if not np.isfinite(shapely.get_coordinates(frame.geometry.to_numpy())).all():
        raise DataError("Some coordinates are no numbers.", where=shown, hint="Ask for the file again.")
    left, low, right, top = bounds = frame.total_bounds
    degrees = frame.crs.is_geographic
    impossible = degrees and (left < -360 or right > 360 or low < -90.001 or top > 90.001)
    if not impossible and not degrees:
        impossible = _far_away(frame.crs, bounds)
    if impossible:
        guess = _guess(bounds)
        hint = f"They look like {guess}: declare crs in case.yaml." if guess else "Ask in which system they are."
        raise DataError(f"The coordinates cannot be {frame.crs.name}.", where=shown, hint=hint)


def _far_away(crs: pyproj.CRS, bounds: Sequence[float]) -> bool:
    """Whether plane coordinates lie wholly outside the area for which their system is made."""
    use = crs.area_of_use
    if use is None:
        return False
    there = pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    left, low, right, top = there.transform_bounds(use.west, use.south, use.east, use.north)
    if not np.isfinite([left, low, right, top]).all():
        return False
    wide, high = (right - left) * 0.5, (top - low) * 0.5
    outside = bounds[2] < left - wide or bounds[0] > right + wide or bounds[3] < low - high or bounds[1] > top + high
    small = max(abs(value) for value in bounds) <= 360  # degrees taken for metres
    return bool(outside or small)


def in_degrees(bounds: Sequence[float]) -> bool:
    """Return whether all coordinates could be longitudes and latitudes."""
    left, low, right, top = bounds
    return bool(left >= -180 and right <= 180 and low >= -90 and top <= 90)


def _guess(bounds: Sequence[float]) -> str:
    left, low, right, top = bounds
    if in_degrees(bounds):
        return "longitude and latitude (EPSG:4326)"
    if left >= 0 and right <= 700_000 and low >= 0 and top <= 1_300_000:
        return "the British National Grid (EPSG:27700)"
    if max(map(abs, bounds)) <= 20_037_509:
        return "web maps' metres (EPSG:3857)"
    return ""


def _rows(wrong: gpd.GeoSeries) -> str:
    numbers = [int(number) + 1 for number in np.flatnonzero(wrong)]
    return ", ".join(map(str, numbers[:_SHOWN])) + (
        f" and {len(numbers) - _SHOWN} more" if len(numbers) > _SHOWN else ""
    )
