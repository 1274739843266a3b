"""The shipped maps, read by geopandas, so by another reader than the script that wrote them."""

from __future__ import annotations

import csv
import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import geopandas as gpd
import pytest

FOLDER = Path("data/sample/boundaries")
ENGLAND_WALES = "england-wales-upper-tier-2021"
UNITED_KINGDOM = "uk-upper-tier-2021-london-whole"
INDIA = "india-states-2011"
NAMES = (ENGLAND_WALES, UNITED_KINGDOM, INDIA)


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


@pytest.fixture(scope="session")
def topology(folder: Path) -> ModuleType:
    """The reader and writer beside the files; no package, so loaded by its path."""
    spec = importlib.util.spec_from_file_location("boundary_topology", folder / "topology.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
