"""The shipped maps, read by geopandas, so by another reader than the script that wrote them."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest

FOLDER = Path("data/sample/boundaries")
ENGLAND_WALES = "england-wales-upper-tier-2021"
UNITED_KINGDOM = "uk-upper-tier-2021-london-whole"
INDIA = "india-states-2011"
WORLD = "world-countries"
NAMES = (ENGLAND_WALES, UNITED_KINGDOM, INDIA, WORLD)


@pytest.fixture(scope="session")
def folder(root: Path) -> Path:
    return root / FOLDER


@pytest.fixture(scope="session")
def maps(folder: Path) -> dict[str, gpd.GeoDataFrame]:
    return {name: gpd.read_file(folder / f"{name}.topo.json").set_index("code", drop=False) for name in NAMES}


@pytest.fixture(scope="session")
def raw(folder: Path) -> dict[str, dict[str, Any]]:
    return {name: json.loads((folder / f"{name}.topo.json").read_text(encoding="utf-8")) for name in NAMES}


@pytest.fixture(scope="session")
def tables(folder: Path) -> dict[str, list[dict[str, str]]]:
    tables = {}
    for name in NAMES:
        with (folder / f"{name}.areas.csv").open(encoding="utf-8", newline="") as file:
            tables[name] = list(csv.DictReader(file))
    return tables
