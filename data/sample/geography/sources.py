"""The published files that the look-ups of Great Britain are made from, as plain Python."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from shared.sources.rfile import parse_rda

HERE = Path(__file__).parent
CHANGES = "ONSvisual/uk-topojson/b2fde50cb130908b897de10b65cdc392f9b4ff78/input/changes.csv"
SHAPES = "ONSvisual/uk-topojson/b2fde50cb130908b897de10b65cdc392f9b4ff78/output/topo.json"
GEOGRAPHR = "humaniverse/geographr/c026be5cc76cb576358082b53f1f13d69ab577ae/data"
CENSUS = "humaniverse/demographr/d0417101e5cad5fe1eca059ac60859e9157a29d2/data/age_gender21_ltla21_ew.rda"
COUNCILS = (
    "mysociety/uk_local_authority_names_and_codes/67ef8b118938678401a452f4f19f669a7221cc73/"
    "data/packages/uk_la_past_current"
)


def rows_of(path: Path) -> list[dict[str, str]]:
    """Read a CSV file (UTF-8, with or without a byte-order mark)."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def by_hand(name: str) -> list[dict[str, str]]:
    """Read one of the tables written by hand, each row with its own source."""
    return rows_of(HERE / "by_hand" / name)


@dataclass(frozen=True)
class Published:
    """What the mirror says.

    changes   ONSvisual: code changes 2018 to 2025
    layers    ONSvisual: layer -> code -> its properties (areanm, start, end)
    ltla      geographr: code and name of every lower-tier authority, 2016 to 2024, side by side
    upper     geographr: year -> lower-tier code -> upper-tier code
    region    geographr: lower-tier code of 2021 -> (region code, name)
    residents  ONS, Census 2021, by demographr: lower-tier code of 2021 -> usual residents
    councils  mySociety: councils past and present; ``names`` every spelling -> council
    """

    changes: list[dict[str, str]]
    layers: dict[str, dict[str, dict[str, object]]]
    ltla: pd.DataFrame
    upper: dict[int, dict[str, str]]
    region: dict[str, tuple[str, str]]
    residents: dict[str, int]
    councils: list[dict[str, str]]
    names: list[dict[str, str]]


def read_published(mirror: Path) -> Published:
    """Read everything the look-ups are made from; ``mirror`` is laid out owner/repository/commit/path."""

    def table(path: str) -> pd.DataFrame:
        return parse_rda((mirror / path).read_bytes(), shown=path, member=None)

    shapes = json.loads((mirror / SHAPES).read_text(encoding="utf-8"))["objects"]
    layers = {
        layer: {g["properties"]["areacd"]: g["properties"] for g in content["geometries"]}
        for layer, content in shapes.items()
    }
    upper = {}
    for year in (2021, 2023):
        pairs = table(f"{GEOGRAPHR}/lookup_ltla{year % 100}_utla{year % 100}.rda")
        upper[year] = dict(zip(pairs[f"ltla{year % 100}_code"], pairs[f"utla{year % 100}_code"], strict=True))
    region = table(f"{GEOGRAPHR}/lookup_ltla21_region21.rda")
    census = table(CENSUS)
    return Published(
        changes=rows_of(mirror / CHANGES),
        layers=layers,
        ltla=table(f"{GEOGRAPHR}/lookup_ltla_ltla.rda"),
        upper=upper,
        region={r.ltla21_code: (r.region21_code, r.region21_name) for r in region.itertuples()},
        residents={r.ltla21_code: int(r.total_population) for r in census.itertuples()},
        councils=rows_of(mirror / COUNCILS / "uk_local_authorities_current.csv"),
        names=rows_of(mirror / COUNCILS / "lookup_name_to_registry.csv"),
    )
