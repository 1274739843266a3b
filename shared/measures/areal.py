"""Figures of one set of areas for another that does not nest in it, and how far that is a guess.

A count of an area that is cut by the new borders is shared out among its pieces, by the area of each or by something
known that lies closer to the count (residents of small areas). Nobody knows how it is really spread, so every result
has limits: what lies for certain in the new area, and what can lie in it at most.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from shared.errors import DataError, MeasureError

if TYPE_CHECKING:
    import geopandas as gpd

SLIVER = 0.01
"""Pieces that are less than this share of the areas on both sides come of drawing, and are left out."""

COVERED = 0.95
"""An area of which the new areas cover this much belongs to them as a whole: the rest is coast drawn otherwise."""


@dataclass(frozen=True)
class Pieces:
    """What two sets of areas have in common.

    table    one row a piece: source, target, area (square metres) and weight (what counts are shared out by)
    covered  source code -> share of its area that lies in any target
    sources, targets  all codes, in the order of the files
    by       what the weight is, in words
    """

    table: pd.DataFrame
    covered: Mapping[str, float]
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    by: str

    @property
    def divided(self) -> tuple[str, ...]:
        """Source areas of which several targets hold a piece."""
        counted = self.table.groupby("source", sort=False)["target"].nunique()
        return tuple(counted.index[counted > 1])


@dataclass(frozen=True)
class Moved:
    """Figures for the new areas.

    frame    one row a target: code, value, low, high, pieces (source areas with a piece in it)
    outside  of counts, the part that lies in no target; inside and outside add to the total that was given
    divided  of counts, the share that came out of divided areas, where weights decided
    """

    frame: pd.DataFrame
    outside: float
    divided: float


def pieces(
    source: gpd.GeoDataFrame, target: gpd.GeoDataFrame, *, source_code: str, target_code: str,
    ancillary: gpd.GeoDataFrame | None = None, ancillary_count: str = "", by: str = "",
) -> Pieces:  # fmt: skip
    """Lay two sets of areas over each other.

    Args:
        source: areas that the figures are of; target: areas that they are wanted for. Polygons, each with its
            coordinate system; ``source_code`` and ``target_code`` are columns with one code an area.
        ancillary: smaller areas with a count (column ``ancillary_count``) that is spread like the figures; their own
            counts are shared out by area. Left out, the weight of a piece is its area.
        by: the ancillary count in words, for notes.

    Raises:
        DataError: no coordinate system, invalid or empty shapes, codes that are missing or twice, or areas that have
            nothing in common.
    """
    import geopandas as gpd

    frames = [_checked(source, source_code, "source"), _checked(target, target_code, "target")]
    plane = _equal_area(frames[1])
    old, new = (frame.to_crs(plane) for frame in frames)
    one = gpd.GeoDataFrame(
        {"source": list(old[source_code].astype("str"))}, geometry=old.geometry.to_numpy(), crs=plane
    )
    two = gpd.GeoDataFrame(
        {"target": list(new[target_code].astype("str"))}, geometry=new.geometry.to_numpy(), crs=plane
    )
    cut = gpd.overlay(one, two, how="intersection", keep_geom_type=True)
    if cut.empty:
        raise DataError("The two sets of areas have nothing in common.", hint="Are both of one country?")
    cut["area"] = cut.geometry.area
    whole_source, whole_target = one.set_index("source").area, two.set_index("target").area
    share = cut["area"] / cut["source"].map(whole_source)
    real = (share >= SLIVER) | (cut["area"] / cut["target"].map(whole_target) >= SLIVER)
    cut = cut[real.to_numpy()].reset_index(drop=True)
    cut["weight"] = cut["area"] if ancillary is None else _weights(cut, ancillary, ancillary_count, plane)
    covered = (cut.groupby("source")["area"].sum() / whole_source).fillna(0.0)
    return Pieces(
        pd.DataFrame(cut[["source", "target", "area", "weight"]]), {str(k): float(v) for k, v in covered.items()},
        tuple(one["source"]), tuple(two["target"]), by or ("area" if ancillary is None else ancillary_count),
    )  # fmt: skip


def moved(
    values: Mapping[str, float], cut: Pieces, *, kind: Literal["count", "rate"] = "count",
) -> Moved:  # fmt: skip
    """Return counts, or rates, of the source areas for the targets.

    A count (extensive) is shared out by the weights of an area's pieces, so that the total stays; its limits are the
    counts of areas that lie wholly in the target, and of all that have a piece in it. A rate (intensive) becomes the
    mean of the rates of a target's pieces, by their weights; its limits are the lowest and the highest of them. An
    area whose pieces all have weight 0 is shared out by area. Targets with a piece of an area without a figure have
    none. Raises ``MeasureError`` for counts below 0 and figures of areas that are not in the source.
    """
    if unknown := sorted(set(values) - set(cut.sources)):
        raise MeasureError(f"Figures of areas that have no shape: {', '.join(unknown[:6])}.")
    given = pd.Series(values, dtype="float64").reindex(cut.sources)
    if kind == "count" and (given < 0).any():
        raise MeasureError("Counts cannot lie below 0.")
    table = cut.table.assign(value=cut.table["source"].map(given))
    weight = table["weight"].where(table.groupby("source")["weight"].transform("sum") > 0, table["area"])
    table["weight"] = weight
    made = _counts(table, cut) if kind == "count" else _rates(table)
    frame = made.reindex(list(cut.targets)).rename_axis("code").reset_index()
    frame["pieces"] = frame["code"].map(table.groupby("target")["source"].nunique()).fillna(0).astype(int)
    unknown_in = set(table.loc[table["value"].isna(), "target"])
    empty = frame["code"].isin(unknown_in) | (frame["pieces"] == 0)
    frame.loc[empty, ["value", "low", "high"]] = np.nan
    if kind == "rate":
        return Moved(frame, 0.0, 0.0)
    outside = float((given * (1 - pd.Series(cut.covered).reindex(cut.sources).map(_kept))).sum())
    total = float(given.sum())
    divided = float(given.reindex(list(cut.divided)).sum()) / total if total else 0.0
    return Moved(frame, outside, divided)


def against_known(cut: Pieces, known_source: Mapping[str, float], known_target: Mapping[str, float]) -> pd.DataFrame:
    """Return how far the same method errs for a count that is known on both sides.

    Columns: code, known, estimated, error (estimated over known, less 1). Only targets wholly made of areas with a
    known count, and with more than 0, are compared. Raises ``MeasureError`` as ``moved`` does, and if none can be.
    """
    made = moved({c: n for c, n in known_source.items() if c in set(cut.sources)}, cut).frame
    made["known"] = made["code"].map(dict(known_target)).astype("float64")
    kept = made[made["value"].notna() & (made["known"] > 0)].reset_index(drop=True)
    if kept.empty:
        raise MeasureError("No area has the known count on both sides.")
    kept["error"] = kept["value"] / kept["known"] - 1
    return kept.rename(columns={"value": "estimated"})[["code", "known", "estimated", "error"]]


def _counts(table: pd.DataFrame, cut: Pieces) -> pd.DataFrame:
    shares = table["weight"] / table.groupby("source")["weight"].transform("sum")
    shares = shares * table["source"].map(cut.covered).map(_kept)
    table = table.assign(part=table["value"] * shares, whole=table["value"].where(shares > 1 - SLIVER, 0.0))
    sums = table.groupby("target").agg(value=("part", "sum"), low=("whole", "sum"), high=("value", "sum"))
    sums["low"] = sums[["low", "value"]].min(axis=1)
    return sums


def _rates(table: pd.DataFrame) -> pd.DataFrame:
    # the weight within the target; pieces without weight say nothing of a rate
    heavy = table[table["weight"] > 0]
    weighted = heavy.assign(part=heavy["value"] * heavy["weight"])
    sums = weighted.groupby("target").agg(part=("part", "sum"), weight=("weight", "sum"))
    limits = heavy.groupby("target").agg(low=("value", "min"), high=("value", "max"))
    return pd.DataFrame({"value": sums["part"] / sums["weight"], "low": limits["low"], "high": limits["high"]})


def _kept(covered: float) -> float:
    """Return the share of an area's count that stays with the targets."""
    return 1.0 if covered >= COVERED else covered


def _weights(cut: gpd.GeoDataFrame, ancillary: gpd.GeoDataFrame, count: str, plane: str) -> pd.Series[float]:
    """Return the ancillary count in each piece, itself shared out by area."""
    import geopandas as gpd

    if count not in ancillary.columns:
        raise DataError(f'The ancillary areas have no column "{count}".')
    checked = _checked(ancillary, None, "ancillary").to_crs(plane)
    small = gpd.GeoDataFrame(
        {"n": checked[count].astype("float64").to_numpy()}, geometry=checked.geometry.to_numpy(), crs=plane
    )
    if small["n"].isna().any() or (small["n"] < 0).any():
        raise DataError("Some ancillary counts are missing or below 0.")
    small["density"] = small["n"] / small.geometry.area
    numbered = cut[["geometry"]].assign(piece=range(len(cut)))
    parts = gpd.overlay(numbered, small[["density", "geometry"]], how="intersection", keep_geom_type=True)
    found = (parts["density"] * parts.geometry.area).groupby(parts["piece"]).sum()
    return pd.Series(found.reindex(range(len(cut))).fillna(0.0), dtype="float64")


def _checked(frame: gpd.GeoDataFrame, code: str | None, which: str) -> gpd.GeoDataFrame:
    if frame.crs is None:
        raise DataError(f"The {which} areas name no coordinate system.", hint="Declare crs in case.yaml.")
    shapes = frame.geometry
    if len(frame) == 0 or shapes.isna().any() or shapes.is_empty.any():
        raise DataError(f"Some of the {which} areas have no shape.")
    if not shapes.is_valid.all() or not shapes.geom_type.isin(["Polygon", "MultiPolygon"]).all():
        hint = "Read them with read_shapes, which repairs what can be repaired."
        raise DataError(f"Some of the {which} areas are no valid polygons.", hint=hint)
    if code is not None:
        if code not in frame.columns:
            raise DataError(f'The {which} areas have no column "{code}".')
        if frame[code].isna().any() or frame[code].duplicated().any():
            raise DataError(f"Each of the {which} areas needs a code of its own.")
    return frame


def _equal_area(frame: gpd.GeoDataFrame) -> str:
    left, low, right, top = frame.to_crs("EPSG:4326").total_bounds
    return f"+proj=laea +lon_0={(left + right) / 2} +lat_0={(low + top) / 2} +units=m"
